"""Laws of returns: customers send back only what they received, and each unit is graded, disposed of and refunded once."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from robots.recording.events import Event, StockMoved
from robots.recording.places import PlaceKind
from robots.recording.supply_chain_events import MoneyMoved, ReturnGraded, ReturnMoved
from robots.wording.formatting import count

_PLACES = {
    "restock": "dock",
    "open-box": "open-box",
    "refurbish": "refurbishing",
    "liquidate": "liquidation",
    "recycle": "recycling",
    "dispose": "disposal",
    "send back": "seller",
}
"""{disposition: destination of its units}."""
Units = Counter[int]
"""{sku: units}."""


class ReturnLaws:
    """Laws of returns. price: cents a unit, by SKU."""

    def __init__(self, price: Sequence[int]) -> None:
        self._price = price
        self._delivered: dict[int, Units] = {}
        self._inside: defaultdict[str, Units] = defaultdict(Counter)
        self._came: defaultdict[str, Units] = defaultdict(Counter)
        self._graded: defaultdict[str, Units] = defaultdict(Counter)
        self._refunded: Counter[str] = Counter()

    def look(self, events: Sequence[Event]) -> Iterator[str]:
        """Yield the faults of a tick."""
        benched: Counter[tuple[str, int]] = Counter()
        sent: defaultdict[str, Units] = defaultdict(Counter)
        for event in events:
            if isinstance(event, StockMoved):
                yield from self._carry(event, benched, sent)
            elif isinstance(event, ReturnGraded):
                yield from self._grade(event, benched)
            elif isinstance(event, MoneyMoved) and event.cause == "refund":
                self._refunded[event.about] += event.cents
        for (place, sku), units in benched.items():
            if units:
                yield f"{units:+} of SKU {sku} went from the returns bench to {place} beyond what was graded so"
        for event in events:
            if isinstance(event, ReturnMoved):
                yield from self._move(event, sent)

    def _carry(
        self, move: StockMoved, benched: Counter[tuple[str, int]], sent: defaultdict[str, Units]
    ) -> Iterator[str]:
        if move.to_place.kind == PlaceKind.RETURN:
            self._inside[move.target][move.sku] += move.quantity
            self._came[move.target][move.sku] += move.quantity
            if move.source == "customer":
                sent[move.target][move.sku] += move.quantity
            elif move.from_place.kind != PlaceKind.PARCEL:
                yield f"{move.quantity} of SKU {move.sku} came into {move.target} from {move.source}"
        if move.from_place.kind == PlaceKind.RETURN:
            self._inside[move.source][move.sku] -= move.quantity
        order = move.from_place.number_if(PlaceKind.PARCEL)
        if order >= 0 and move.target == PlaceKind.CUSTOMER:
            self._delivered.setdefault(order, Counter())[move.sku] += move.quantity
        if move.source == "inspection":
            benched[move.target, move.sku] += move.quantity

    def _grade(self, event: ReturnGraded, benched: Counter[tuple[str, int]]) -> Iterator[str]:
        name = f"return {event.rma}"
        if event.units < 1 or event.disposition not in _PLACES:
            yield f"{name} had {count(event.units, 'unit')} of SKU {event.sku} for {event.disposition}"
            return
        self._graded[name][event.sku] += event.units
        benched[_PLACES[event.disposition], event.sku] -= event.units

    def _move(self, event: ReturnMoved, sent: Mapping[str, Units]) -> Iterator[str]:
        name = f"return {event.rma}"
        if event.state == "handed_in" and event.order >= 0:
            yield from self._sent_back(name, event.order, sent.get(name, Counter()))
        if event.state in ("arrived", "inspected", "closed") and (left := +self._inside[name]):
            yield f"{name} is {event.state}, but {count(left.total(), 'unit is', 'units are')} still under way"
        if event.state == "closed":
            yield from self._close(name)

    def _sent_back(self, name: str, order: int, units: Units) -> Iterator[str]:
        """Compare the units that leave a customer with those the customer has."""
        had = self._delivered.get(order, Counter[int]())
        for sku, amount in units.items():
            if amount > had[sku]:
                yield f"{name} brings {amount} of SKU {sku} of order {order}, which has {had[sku]} with its customer"
            had[sku] -= amount

    def _close(self, name: str) -> Iterator[str]:
        returned, graded = self._came.pop(name, Counter[int]()), self._graded.pop(name, Counter[int]())
        self._inside.pop(name, None)
        if returned != graded:
            yield f"{name} brought {_list(returned)}, graded were {_list(graded)}"
        worth, refunded = sum(units * self._price[sku] for sku, units in returned.items()), self._refunded.pop(name, 0)
        if worth != refunded:
            yield f"{name} was refunded with {count(refunded, 'cent')}, its units' prices are {worth}"


def _list(units: Mapping[int, int]) -> str:
    return ", ".join(f"{count} of SKU {sku}" for sku, count in sorted(units.items())) or "nothing"
