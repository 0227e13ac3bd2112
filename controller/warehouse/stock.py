"""The ledger: the place of every unit. A movement takes from one place and adds to another in one step.

A SKU belongs to one owner, as an FNSKU does, so holdings are by SKU alone. Bins are arrays, because there are hundreds
of thousands; all other places are dictionary entries that exist while they hold something.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from robots.recording.events import StockMoved

RETAILER = "house"


class StockError(Exception):
    """Movement that would make stock negative or put two SKUs into one bin: a fault of the program, not of a user."""


_SINGLE = frozenset(
    (
        *("supplier", "dock", "truck", "reserve", "problem", "customer", "seller", "inspection"),
        *("open-box", "refurbishing", "liquidation", "recycling", "disposal"),
    )
)
"""Kinds of places of which there is one."""


class Place(NamedTuple):
    """Place that can hold stock: kind and number; for a bin, the pod and the bin's number in it."""

    kind: str
    id: int = 0
    bin: int = -1

    def __str__(self) -> str:
        if self.bin >= 0:
            return f"{self.kind} {self.id}.{self.bin}"
        return self.kind if self.kind in _SINGLE else f"{self.kind} {self.id}"


SUPPLIER = Place("supplier")
"""World outside, the only place whose balance may be negative: it holds minus what was received."""
DOCK = Place("dock")
TRUCK = Place("truck")
RESERVE = Place("reserve")
"""Received stock kept on pallets until pods have room for it."""
PROBLEM = Place("problem")
"""Received units that are damaged, too many or not ordered, until someone decides on them."""
CUSTOMER = Place("customer")
SELLER = Place("seller")
"""Destination of removed seller stock: no longer in the warehouse."""
INSPECTION = Place("inspection")
"""Returned units being inspected."""


def tote(order: int) -> Place:
    """Return the tote of an order."""
    return Place("tote", order)


def parcel(order: int) -> Place:
    """Return the parcel of an order."""
    return Place("parcel", order)


def inbound(trailer: int) -> Place:
    """Return a trailer on its way here or at a dock door."""
    return Place("inbound", trailer)


def returned(rma: int) -> Place:
    """Return a customer return on its way back."""
    return Place("return", rma)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """SKUs. names, owners: by SKU. share: float64[skus], each SKU's share of demand (sums to 1)."""

    names: tuple[str, ...]
    owners: tuple[str, ...]
    share: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.names)

    def with_more(self, names: Sequence[str]) -> "Catalogue":
        """Return the catalogue with more SKUs of own stock that nobody orders; known SKUs stay as they are."""
        known = set(self.names)
        more = tuple(name for name in names if name not in known)
        share = np.concatenate([self.share, np.zeros(len(more))])
        return Catalogue(self.names + more, self.owners + (RETAILER,) * len(more), share)


def owners_of(count: int, seller_share: float, rng: np.random.Generator) -> tuple[str, ...]:
    """Return an owner for each SKU: the retailer, or one of nine sellers."""
    seller = rng.random(count) < seller_share
    number = rng.integers(1, 10, count)
    return tuple(f"seller-{n}" if s else RETAILER for s, n in zip(seller.tolist(), number.tolist(), strict=True))


class Ledger:
    """Holdings of all places.

    bin_sku, bin_units: int32[pods, bins]; a bin holds one SKU, -1 while it is empty. moves: the movements since
    `take_moves`, in order.
    """

    def __init__(self, catalogue: Catalogue, pods: int, bins: int) -> None:
        self.catalogue = catalogue
        self.bin_sku = np.full((pods, bins), -1, np.int32)
        self.bin_units = np.zeros((pods, bins), np.int32)
        self._held: defaultdict[Place, dict[int, int]] = defaultdict(dict)
        self._moves: list[StockMoved] = []

    def held(self, place: Place) -> dict[int, int]:
        """Return {sku: units} of a place other than a bin; a copy."""
        return dict(self._held.get(place, {}))

    def units(self, place: Place, sku: int) -> int:
        """Return the units of a SKU in a place other than a bin."""
        holding = self._held.get(place)
        return holding.get(sku, 0) if holding else 0

    def move(self, tick: int, sku: int, units: int, source: Place, target: Place) -> None:
        """Move units of a SKU. StockError if the source has too few, or the bin holds another SKU."""
        if units <= 0:
            raise StockError(f"{units} units of SKU {sku} from {source} to {target}")
        self._add(source, sku, -units)
        try:
            self._add(target, sku, units)
        except StockError:
            self._add(source, sku, units)
            raise
        owner = self.catalogue.owners[sku]
        self._moves.append(StockMoved(tick, sku, owner, units, str(source), str(target)))

    def move_all(self, tick: int, source: Place, target: Place) -> None:
        for sku, units in self.held(source).items():
            self.move(tick, sku, units, source, target)

    def leave_out(self, units: Mapping[Place, int]) -> None:
        """Reduce movements from the supplier that have not been taken yet, as if they had been smaller.

        units: by target bin. StockError if there was no such movement.
        """
        left, kept = {str(place): count for place, count in units.items()}, []
        for move in self._moves:
            less = left.pop(move.target, 0) if move.source == str(SUPPLIER) else 0
            if less < move.quantity:
                kept.append(structs.replace(move, quantity=move.quantity - less) if less else move)
        if left:
            raise StockError(f"reported units cannot be left out: {', '.join(left)}")
        for place, count in units.items():
            sku = int(self.bin_sku[place.id, place.bin])
            self._add(place, sku, -count)
            self._add(SUPPLIER, sku, count)
        self._moves = kept

    def take_moves(self) -> list[StockMoved]:
        moves, self._moves = self._moves, []
        return moves

    def places(self) -> dict[Place, dict[int, int]]:
        """Return all places except bins that hold something."""
        return {place: dict(units) for place, units in self._held.items() if units}

    def _add(self, place: Place, sku: int, units: int) -> None:
        if place.bin >= 0:
            self._add_to_bin(place, sku, units)
            return
        holding = self._held[place]
        left = holding.get(sku, 0) + units
        if left < 0 and place != SUPPLIER:
            raise StockError(f"{place} has {left - units} units of SKU {sku}, {-units} were requested")
        if left:
            holding[sku] = left
        else:
            holding.pop(sku, None)
            if not holding:
                del self._held[place]

    def _add_to_bin(self, place: Place, sku: int, units: int) -> None:
        pod, number = place.id, place.bin
        present = self.bin_sku[pod, number]
        left = self.bin_units[pod, number] + units
        if left < 0 or (present != sku and self.bin_units[pod, number] > 0):
            raise StockError(
                f"{place} holds {self.bin_units[pod, number]} of SKU {present}, {units} of {sku} do not fit"
            )
        self.bin_units[pod, number] = left
        self.bin_sku[pod, number] = sku if left else -1
