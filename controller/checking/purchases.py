"""Laws of inbound goods: purchase orders, what their trailers bring, and what is put away.

Units leave a trailer as its receipts state: good units to the dock or the reserve, all others to the problem place, and
nothing is left in it when it is unloaded. A purchase order that closes got all its units good, one that closes short
did not, and the amount owed for it is that of the good units at the agreed prices.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from robots.recording.events import Event, StockMoved
from robots.recording.places import PlaceKind, place_of
from robots.recording.supply_chain_events import MoneyMoved, PurchaseOrdered, PurchaseOrderMoved, Received, TrailerMoved
from robots.wording.formatting import count

_GOOD = ("dock", "reserve")
_PRICE = ("bill", "purchase price difference")
"""Causes of entries that make up the amount owed for goods; freight is not among them."""


@dataclass(slots=True)
class _Purchase:
    """Purchase order. ordered: {sku: units}. cents: {sku: price of a unit}. good: {sku: units}. owed: cents so far."""

    ordered: dict[int, int]
    cents: dict[int, int]
    good: Counter[int] = field(default_factory=Counter)
    owed: int = 0


class PurchaseLaws:
    """Second book of purchase orders and trailers, kept from the events alone."""

    def __init__(self) -> None:
        self._orders: dict[str, _Purchase] = {}
        self._inside: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._hears: Mapping[type[Event], Callable[..., Iterator[str]]] = {
            PurchaseOrdered: self._order,
            Received: self._receive,
            PurchaseOrderMoved: self._close,
        }

    def look(self, events: Sequence[Event]) -> Iterator[str]:
        """Yield the faults of a tick."""
        for event in events:
            if (hear := self._hears.get(type(event))) is not None:
                yield from hear(event)
        yield from self._unloaded(events)
        yield from self._owed(events)

    def _order(self, event: PurchaseOrdered) -> Iterator[str]:
        name = f"po {event.po}"
        for sku, units, cents in event.lines:
            if units < 1 or cents < 0:
                yield f"{name} has {units} of SKU {sku} for {cents} cents each"
        if len({sku for sku, _, _ in event.lines}) < len(event.lines) or not event.lines:
            yield f"{name} has {count(len(event.lines), 'line')} of {count(len({sku for sku, _, _ in event.lines}), 'SKU')}"
        units_of = {sku: units for sku, units, _ in event.lines}
        self._orders[name] = _Purchase(units_of, {sku: cents for sku, _, cents in event.lines})

    def _receive(self, event: Received) -> Iterator[str]:
        text = f"{event.source} had {event.good} good of SKU {event.sku} in trailer {event.trailer}"
        if min(event.announced, event.good, event.damaged, event.over, event.short) < 0:
            yield f"{text}, and something below nothing"
        if event.good + event.damaged > event.announced - event.short + event.over:
            yield f"{text}, {event.announced} announced, {event.short} short, {event.over} over"
        if place_of(event.source).kind == PlaceKind.PURCHASE_ORDER and event.source not in self._orders:
            yield f"{text}, and was never ordered"
        order = self._orders.get(event.source)
        if order is None or event.unknown:
            return
        order.good[event.sku] += event.good
        if event.announced > order.ordered.get(event.sku, 0):
            yield f"{event.source} announced {event.announced} of SKU {event.sku}, {order.ordered.get(event.sku, 0)} ordered"

    def _close(self, event: PurchaseOrderMoved) -> Iterator[str]:
        order = self._orders.get(f"po {event.po}")
        if order is None or event.state not in ("closed", "short"):
            return
        good, ordered = order.good.total(), sum(order.ordered.values())
        if (event.state == "closed") != (good == ordered):
            yield f"po {event.po} was {event.state} with {good} of {ordered} units good"

    def _unloaded(self, events: Sequence[Event]) -> Iterator[str]:
        """Compare what left each trailer with its receipts."""
        out: Counter[tuple[str, bool, int]] = Counter()
        for event in events:
            if isinstance(event, StockMoved):
                yield from self._carry(event, out)
            elif isinstance(event, Received):
                place = f"inbound {event.trailer}"
                bad = event.announced - event.short + event.over - event.good
                out[place, True, event.sku] -= event.good
                out[place, False, event.sku] -= bad
        for (place, good, sku), units in out.items():
            if units:
                verb = "put away" if good else "put aside"
                yield f"{units:+} of SKU {sku} from {place} were {verb} beyond what its receipts tell"
        for event in events:
            if isinstance(event, TrailerMoved) and event.kind == "inbound" and event.state == "unloaded":
                left = +self._inside.pop(f"inbound {event.trailer}", Counter[int]())
                if left:
                    yield f"trailer {event.trailer} was unloaded, but {left.total()} units are still in it"

    def _carry(self, move: StockMoved, out: Counter[tuple[str, bool, int]]) -> Iterator[str]:
        if move.to_place.kind == PlaceKind.INBOUND:
            self._inside[move.target][move.sku] += move.quantity
        if move.from_place.kind == PlaceKind.INBOUND:
            self._inside[move.source][move.sku] -= move.quantity
            if move.target not in (*_GOOD, "problem"):
                yield f"{move.quantity} of SKU {move.sku} went from {move.source} to {move.target}"
            out[move.source, move.target in _GOOD, move.sku] += move.quantity

    def _owed(self, events: Sequence[Event]) -> Iterator[str]:
        """Compare orders that close in a tick with the amounts booked for them by then."""
        for event in events:
            if isinstance(event, MoneyMoved) and event.cause in _PRICE and event.about in self._orders:
                to_supplier = event.credit.startswith("payable:") - event.debit.startswith("payable:")
                self._orders[event.about].owed += to_supplier * event.cents
        for event in events:
            if isinstance(event, PurchaseOrderMoved) and event.state in ("closed", "short", "cancelled"):
                yield from self._bill(event)

    def _bill(self, event: PurchaseOrderMoved) -> Iterator[str]:
        order = self._orders.get(f"po {event.po}")
        if order is None:
            return
        worth = sum(units * order.cents.get(sku, 0) for sku, units in order.good.items())
        if order.owed != worth:
            yield f"po {event.po} is {event.state}: {worth} cents of good units, {order.owed} are owed for it"
