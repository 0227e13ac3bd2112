"""Order history as arrays: SKUs bought together, how often, and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Orders by time. names: of the SKUs. first: int64[orders + 1], start of each order's lines. sku: int32[lines],
    units: int64[lines]. moment: float64[orders], s since the epoch. An order names a SKU once.
    """

    names: tuple[str, ...]
    first: NDArray[np.int64]
    sku: NDArray[np.int32]
    units: NDArray[np.int64]
    moment: NDArray[np.float64]

    @property
    def orders(self) -> int:
        return len(self.moment)

    @property
    def order(self) -> NDArray[np.int64]:
        """Order of each line: int64[lines]."""
        return np.repeat(np.arange(self.orders), np.diff(self.first))

    def lines_of(self) -> NDArray[np.int64]:
        """Return the orders that name each SKU: int64[skus]."""
        return np.bincount(self.sku, minlength=len(self.names))

    def units_of(self) -> NDArray[np.int64]:
        """Return the units of each SKU: int64[skus]."""
        return np.bincount(self.sku, self.units, len(self.names)).astype(np.int64)

    def part(self, begin: int, end: int) -> "History":
        """Return the orders from `begin` to `end`."""
        low, high = int(self.first[begin]), int(self.first[end])
        return History(
            self.names,
            self.first[begin : end + 1] - low,
            self.sku[low:high],
            self.units[low:high],
            self.moment[begin:end],
        )

    def split(self, share: float) -> tuple["History", "History"]:
        """Return (the older `share` of the orders, the newer rest)."""
        cut = round(share * self.orders)
        return self.part(0, cut), self.part(cut, self.orders)

    def without(self, orders: NDArray[np.bool_]) -> "History":
        """Return the history without some orders: bool[orders]."""
        keep, sizes = ~np.repeat(orders, np.diff(self.first)), np.diff(self.first)[~orders]
        first = np.concatenate([[0], np.cumsum(sizes)])
        return History(self.names, first, self.sku[keep], self.units[keep], self.moment[~orders])

    def baskets(self) -> "sparse.csr_array[np.float64]":
        """Return the baskets: float64[orders, skus], 1 where an order names a SKU."""
        ones = np.ones(len(self.sku))
        return sparse.csr_array((ones, self.sku.astype(np.int64), self.first), shape=(self.orders, len(self.names)))

    def by_sku(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Return (begin, orders, lines): int64[skus + 1], int32[…], int32[…]; the orders of a SKU, and its positions in
        the lines.
        """
        lines = np.argsort(self.sku, kind="stable").astype(np.int32)
        begin = np.concatenate([[0], np.cumsum(self.lines_of())]).astype(np.int64)
        return begin, self.order[lines].astype(np.int32), lines

    def shuffled(self, rng: np.random.Generator) -> "History":
        """Return the null model: baskets of the same sizes, SKUs as frequent as before, bought together only at random."""
        order, sku = self.order, self.sku[rng.permutation(len(self.sku))]
        for _ in range(_TRIES):
            repeats = _repeated(order, sku)
            if not len(repeats):
                break
            partners = rng.integers(0, len(sku), len(repeats))
            for line, partner in zip(repeats.tolist(), partners.tolist(), strict=True):
                sku[line], sku[partner] = sku[partner], sku[line]
        keep = np.ones(len(sku), bool)
        keep[_repeated(order, sku)] = False
        sizes = np.bincount(order[keep], minlength=self.orders)
        return replace(self, first=np.concatenate([[0], np.cumsum(sizes)]), sku=sku[keep], units=self.units[keep])

    def batched(self, size: int) -> "History":
        """Return each `size` consecutive orders as one, to be picked at once."""
        batch = self.order // size
        pairs = np.unique(batch * len(self.names) + self.sku)
        number, sku = np.divmod(pairs, len(self.names))
        count = -(-self.orders // size)
        sizes = np.bincount(number, minlength=count)
        units = np.bincount(np.searchsorted(pairs, batch * len(self.names) + self.sku), self.units, len(pairs))
        moment = self.moment[::size][:count]
        first = np.concatenate([[0], np.cumsum(sizes)])
        return History(self.names, first, sku.astype(np.int32), units.astype(np.int64), moment)


_TRIES = 50


def _repeated(order: NDArray[np.int64], sku: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the lines that name a SKU again within their order."""
    key = order * (int(sku.max(initial=0)) + 1) + sku
    by_key = np.argsort(key, kind="stable")
    repeats: NDArray[np.int64] = by_key[1:][np.diff(key[by_key]) == 0]
    return repeats


def history_of(
    rows: Iterable[tuple[str, str, int, float]], most_lines: int | None = None, names: Sequence[str] = ()
) -> History:
    """Build the history from rows (order, sku, units, moment), in any order; rows of an order are joined, at its first
    moment.

    most_lines: longer orders are left out. names: SKUs to include, ordered or not.
    """
    baskets: dict[str, tuple[float, dict[str, int]]] = {}
    for order, sku, units, moment in rows:
        began, lines = baskets.setdefault(order, (moment, {}))
        lines[sku] = lines.get(sku, 0) + units
        if moment < began:
            baskets[order] = (moment, lines)
    kept = [
        (moment, name, lines)
        for name, (moment, lines) in baskets.items()
        if most_lines is None or len(lines) <= most_lines
    ]
    kept.sort(key=lambda order: order[:2])
    known = tuple(sorted({sku for *_, lines in kept for sku in lines} | set(names)))
    number = {name: index for index, name in enumerate(known)}
    skus = [number[name] for *_, lines in kept for name in lines]
    counts = [count for *_, lines in kept for count in lines.values()]
    sizes = [len(lines) for *_, lines in kept]
    return History(
        known,
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.array(skus, np.int32),
        np.array(counts, np.int64),
        np.array([moment for moment, *_ in kept], np.float64),
    )


def together(history: History) -> "sparse.csr_array[np.float64]":
    """Return the orders that name both SKUs: float64[skus, skus]; nothing on the diagonal."""
    baskets = history.baskets()
    pairs = sparse.csr_array(baskets.T @ baskets)
    pairs.setdiag(0)
    pairs.eliminate_zeros()
    return pairs
