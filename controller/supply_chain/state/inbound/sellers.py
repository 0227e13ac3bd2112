"""State of sellers: age of their stock, their shipments and removal orders."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from controller.supply_chain.state.lifecycles import ShipmentState
from controller.warehouse.stock import RETAILER
from robots.recording.events import StockMoved

HELD = frozenset(("dock", "reserve", "bin", "tote", "quarantine"))
"""Kinds of places in which stock is in the warehouse's keeping and somebody's property: own stock has a value in the
accounts there, sellers' stock costs storage. Units in the problem area or at returns inspection are not accepted yet.
"""


@dataclass(slots=True)
class Cohort:
    """Units of a SKU that came in together. since: tick, below 0 for units there before the run."""

    since: int
    units: int


@dataclass(slots=True, eq=False)
class Shipment:
    """A shipment of a seller's stock to the warehouse. lines: (sku, units) announced."""

    number: int
    seller: str
    lines: tuple[tuple[int, int], ...]
    state: ShipmentState = ShipmentState.ANNOUNCED
    reason: str = ""

    @property
    def units(self) -> int:
        return sum(units for _, units in self.lines)


@dataclass(frozen=True, slots=True)
class Removal:
    """A seller's order to send units back. lines: {sku: units}."""

    seller: str
    lines: dict[int, int]


@dataclass(slots=True)
class SellersState:
    """State of all sellers.

    skus: {seller: its SKUs}. cohorts: {sku: units here by age, oldest first}. sold: {sku: units since the last review}.
    rate: {sku: units a day that its seller expects}. under_way: {number: Shipment} not received yet. removals: {order:
    Removal} not done yet.
    """

    skus: dict[str, tuple[int, ...]] = field(default_factory=dict)
    cohorts: dict[int, deque[Cohort]] = field(default_factory=dict)
    sold: Counter[int] = field(default_factory=Counter)
    rate: dict[int, float] = field(default_factory=dict)
    under_way: dict[int, Shipment] = field(default_factory=dict)
    shipments: int = 0
    removals: dict[int, Removal] = field(default_factory=dict)
    removals_begun: int = 0

    def follow(self, moves: Iterable[StockMoved]) -> None:
        """Update the cohorts by a tick's movements: incoming units are new, outgoing ones are the oldest."""
        for move in moves:
            if move.owner == RETAILER:
                continue
            source, target = move.from_place.kind, move.to_place.kind
            if (source in HELD) == (target in HELD):
                continue
            if target in HELD:
                self._come(move)
            else:
                self._go(move)
                self.sold[move.sku] += move.quantity if target == "parcel" else 0

    def units(self, skus: Iterable[int]) -> int:
        """Return the units of these SKUs that are here."""
        return sum(cohort.units for sku in skus for cohort in self.cohorts.get(sku, ()))

    def coming(self, seller: str) -> Counter[int]:
        """Return {sku: units} of a seller's shipments not received yet."""
        units: Counter[int] = Counter()
        for shipment in self.under_way.values():
            if shipment.seller == seller:
                units.update(dict(shipment.lines))
        return units

    def older(self, skus: Iterable[int], tick: int) -> Iterator[tuple[int, int]]:
        """Yield (sku, units) that have been here since before a tick."""
        for sku in skus:
            units = sum(cohort.units for cohort in self.cohorts.get(sku, ()) if cohort.since < tick)
            if units:
                yield sku, units

    def _come(self, move: StockMoved) -> None:
        cohorts = self.cohorts.setdefault(move.sku, deque())
        if cohorts and cohorts[-1].since == move.t:
            cohorts[-1].units += move.quantity
        else:
            cohorts.append(Cohort(move.t, move.quantity))

    def _go(self, move: StockMoved) -> None:
        cohorts, remaining = self.cohorts[move.sku], move.quantity
        while remaining:
            part = min(remaining, cohorts[0].units)
            cohorts[0].units -= part
            remaining -= part
            if not cohorts[0].units:
                cohorts.popleft()
        if not cohorts:
            del self.cohorts[move.sku]


def skus_by_seller(owners: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return {seller: its SKUs}, from the owner of each SKU."""
    skus_of: dict[str, list[int]] = {}
    for sku, owner in enumerate(owners):
        if owner != RETAILER:
            skus_of.setdefault(owner, []).append(sku)
    return {seller: tuple(skus) for seller, skus in sorted(skus_of.items())}
