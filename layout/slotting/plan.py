"""A slotting plan: the content of each bin, and the place of each pod."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.slotting.judge import Slotting
from layout.slotting.space import Space


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A row for each bin in use, by pod and bin; a bin holds one SKU.

    names: of the SKUs, sorted. sku, pod, bin: int32[bins in use]. quantity: int64[bins in use], 1 or more. place:
    int32[pods, 2], (row, column) of each pod. made_from: first and last day of the orders that it was made from, None
    if unknown.
    """

    names: tuple[str, ...]
    sku: NDArray[np.int32]
    pod: NDArray[np.int32]
    bin: NDArray[np.int32]
    quantity: NDArray[np.int64]
    place: NDArray[np.int32]
    made_from: tuple[date, date] | None = None

    @property
    def pods(self) -> int:
        return len(self.place)

    def cells(self, width: int) -> NDArray[np.int32]:
        """Return the cell of each pod on a grid of that width: int32[pods]."""
        return (self.place[:, 0] * width + self.place[:, 1]).astype(np.int32)

    def units_of(self) -> NDArray[np.int64]:
        """Return the units of each SKU: int64[names]."""
        return np.bincount(self.sku, self.quantity, len(self.names)).astype(np.int64)

    def same_as(self, other: "Plan") -> bool:
        """Return whether both plans have the same content and the same places."""
        return self.contents() == other.contents() and np.array_equal(self.place, other.place)

    def contents(self) -> dict[tuple[int, int], tuple[str, int]]:
        """Return {(pod, bin): (SKU, units)}."""
        keys = zip(self.pod.tolist(), self.bin.tolist(), strict=True)
        held = zip(self.sku.tolist(), self.quantity.tolist(), strict=True)
        return {key: (self.names[sku], units) for key, (sku, units) in zip(keys, held, strict=True)}


def plan_of(contents: dict[tuple[int, int], tuple[str, int]], place: NDArray[np.int32]) -> Plan:
    """Return the plan of {(pod, bin): (SKU, units)} and int32[pods, 2]."""
    names = tuple(sorted({sku for sku, _ in contents.values()}))
    number = {name: index for index, name in enumerate(names)}
    rows = sorted((pod, bin_, number[sku], units) for (pod, bin_), (sku, units) in contents.items())
    columns: NDArray[np.int64] = np.array(rows, np.int64).reshape(-1, 4)
    pod, bins, sku = (columns[:, index].astype(np.int32) for index in range(3))
    return Plan(names, sku, pod, bins, columns[:, 3].copy(), place.astype(np.int32))


def most_of(plan: Plan, names: tuple[str, ...]) -> Slotting:
    """Return the plan as a slotting to be judged: the pod with most units of a SKU first, the others as copies; pod n
    has rank n.

    names: all SKUs of the plan; otherwise raises KeyError with the missing SKU.
    """
    held = set(plan.names)
    for name in names:
        if name not in held:
            raise KeyError(name)
    number = {name: sku for sku, name in enumerate(names)}
    index = np.array([number.get(name, -1) for name in plan.names], np.int64)[plan.sku]
    wanted = index >= 0
    keys, index_of_key = np.unique(index[wanted] * plan.pods + plan.pod[wanted], return_inverse=True)
    units = np.bincount(index_of_key, plan.quantity[wanted], len(keys))
    sku, pod = np.divmod(keys, max(1, plan.pods))
    order = np.lexsort((pod, -units, sku))
    sku, pod = sku[order], pod[order]
    first = np.ones(len(sku), bool)
    first[1:] = sku[1:] != sku[:-1]
    more = np.column_stack([sku[~first], pod[~first]]).astype(np.int32)
    return Slotting(pod[first].astype(np.int32), np.arange(plan.pods, dtype=np.int32), more)


def space_of_plan(plan: Plan, trip: NDArray[np.float64], width: int, like: Space) -> Space:
    """Return the space in which `most_of` is judged: trip of pod n is that of its place. trip: float64[cells]."""
    cells = plan.cells(width)
    return replace(like, pods=plan.pods, trip=trip[cells], place=cells, station=np.empty(0, np.int32))


def held_part(history: History, names: Collection[str]) -> tuple[History, int]:
    """Return (the history of some SKUs alone, order lines of others left out); names are sorted."""
    known = tuple(sorted(names))
    number = {name: sku for sku, name in enumerate(known)}
    index = np.array([number.get(name, -1) for name in history.names], np.int32)
    sku = index[history.sku] if len(history.sku) else history.sku
    keep = sku >= 0
    sizes = np.bincount(history.order[keep], minlength=history.orders)
    orders = sizes > 0
    first = np.concatenate([[0], np.cumsum(sizes[orders])]).astype(np.int64)
    part = History(known, first, sku[keep], history.units[keep], history.moment[orders])
    return part, int((~keep).sum())
