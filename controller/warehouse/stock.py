"""The ledger: where every unit is. A movement takes from one place and adds to another in one step.

A SKU belongs to one owner, as an FNSKU does, so holdings are by SKU alone. Bins are arrays, because there are hundreds
of thousands; all other places are entries of a dictionary that exist while they hold something.
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
    """A movement that would make stock negative or put two SKUs into one bin: a fault of the program, not of a user."""


_SINGLE = frozenset(
    (
        *("supplier", "dock", "truck", "reserve", "problem", "customer", "seller", "inspection"),
        *("open-box", "refurbishing", "liquidation", "recycling", "disposal"),
    )
)
"""Kinds of places of which there is one."""


class Place(NamedTuple):
    """Somewhere stock can be: kind and number; for a bin the pod and the bin's number in it."""

    kind: str
    id: int = 0
    bin: int = -1

    def __str__(self) -> str:
        if self.bin >= 0:
            return f"{self.kind} {self.id}.{self.bin}"
        return self.kind if self.kind in _SINGLE else f"{self.kind} {self.id}"


SUPPLIER = Place("supplier")
"""The world outside, the only place that may go negative: it holds minus what came in."""
DOCK = Place("dock")
TRUCK = Place("truck")
RESERVE = Place("reserve")
"""Received, and kept on pallets until pods have room for it."""
PROBLEM = Place("problem")
"""Received, but damaged, too many or not ordered: waits for a decision."""
CUSTOMER = Place("customer")
SELLER = Place("seller")
"""Where removed stock of sellers goes: out of our hands."""
INSPECTION = Place("inspection")
"""Returned units on the bench."""


def tote(order: int) -> Place:
    return Place("tote", order)


def parcel(order: int) -> Place:
    return Place("parcel", order)


def inbound(trailer: int) -> Place:
    """A trailer on its way to us or at a dock door."""
    return Place("inbound", trailer)


def returned(rma: int) -> Place:
    """A return on its way back."""
    return Place("return", rma)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """names, owners: by SKU. share: float64[skus], the part of demand each SKU has (sums to 1)."""

    names: tuple[str, ...]
    owners: tuple[str, ...]
    share: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.names)

    def with_more(self, names: Sequence[str]) -> "Catalogue":
        """With SKUs of the house that nobody orders; those that are there already stay as they are."""
        known = set(self.names)
        more = tuple(name for name in names if name not in known)
        share = np.concatenate([self.share, np.zeros(len(more))])
        return Catalogue(self.names + more, self.owners + (RETAILER,) * len(more), share)


def owners_of(count: int, seller_share: float, rng: np.random.Generator) -> tuple[str, ...]:
    """An owner for each SKU: the house, or one of nine sellers."""
    seller = rng.random(count) < seller_share
    number = rng.integers(1, 10, count)
    return tuple(f"seller-{n}" if s else RETAILER for s, n in zip(seller.tolist(), number.tolist(), strict=True))


class Ledger:
    """Holdings of all places.

    bin_sku, bin_units: int32[pods, bins]; a bin holds one SKU, -1 while it is empty.
    moves: the movements since `take_moves`, in order.
    """

    def __init__(self, catalogue: Catalogue, pods: int, bins: int) -> None:
        self.catalogue = catalogue
        self.bin_sku = np.full((pods, bins), -1, np.int32)
        self.bin_units = np.zeros((pods, bins), np.int32)
        self._held: defaultdict[Place, dict[int, int]] = defaultdict(dict)
        self._moves: list[StockMoved] = []

    def held(self, place: Place) -> dict[int, int]:
        """{sku: units} of a place other than a bin; a copy."""
        return dict(self._held.get(place, {}))

    def units(self, place: Place, sku: int) -> int:
        """Units of a SKU in a place other than a bin."""
        holding = self._held.get(place)
        return holding.get(sku, 0) if holding else 0

    def move(self, tick: int, sku: int, units: int, source: Place, target: Place) -> None:
        """Move units of a SKU. StockError if there are not so many, or the bin holds another SKU."""
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
        """Make movements from the supplier smaller that nobody has taken yet, as if they had never been more. StockError if
        there was none to a place. units: by bin they went to.
        """
        left, kept = {str(place): count for place, count in units.items()}, []
        for move in self._moves:
            less = left.pop(move.target, 0) if move.source == str(SUPPLIER) else 0
            if less < move.quantity:
                kept.append(structs.replace(move, quantity=move.quantity - less) if less else move)
        if left:
            raise StockError(f"units that were told of can't be left out: {', '.join(left)}")
        for place, count in units.items():
            sku = int(self.bin_sku[place.id, place.bin])
            self._add(place, sku, -count)
            self._add(SUPPLIER, sku, count)
        self._moves = kept

    def take_moves(self) -> list[StockMoved]:
        moves, self._moves = self._moves, []
        return moves

    def places(self) -> dict[Place, dict[int, int]]:
        """All places but bins that hold something."""
        return {place: dict(units) for place, units in self._held.items() if units}

    def _add(self, place: Place, sku: int, units: int) -> None:
        if place.bin >= 0:
            self._add_to_bin(place, sku, units)
            return
        holding = self._held[place]
        left = holding.get(sku, 0) + units
        if left < 0 and place != SUPPLIER:
            raise StockError(f"{place} has {left - units} units of SKU {sku}, {-units} were asked for")
        if left:
            holding[sku] = left
        else:
            holding.pop(sku, None)
            if not holding:
                del self._held[place]

    def _add_to_bin(self, place: Place, sku: int, units: int) -> None:
        pod, number = place.id, place.bin
        there = self.bin_sku[pod, number]
        left = self.bin_units[pod, number] + units
        if left < 0 or (there != sku and self.bin_units[pod, number] > 0):
            raise StockError(f"{place} holds {self.bin_units[pod, number]} of SKU {there}, {units} of {sku} don't fit")
        self.bin_units[pod, number] = left
        self.bin_sku[pod, number] = sku if left else -1
