"""Order histories: the events of each order, from its receipt to its customer's door and back."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.events import Event
from robots.recording.places import PlaceKind

_KEPT = 5_000
"""Number of histories of closed orders that are kept, most recently closed ones."""
_ENDS = ("customer", "seller")


@dataclass(slots=True, eq=False)
class OrderEvents:
    """Events of an order.

    received: its first event. promised: the promise, if any. events: all later events, in order.
    """

    received: ev.OrderReceived
    promised: ce.OrderPromised | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def order(self) -> int:
        return self.received.order


class OrderEventLog:
    """Log of the events of each order, from all events since the first tick; `of` returns one by the order's name.

    only: keep the history of this order alone. kept: number of histories of closed orders kept beside those of open
    ones.
    """

    def __init__(self, *, only: int | None = None, kept: int = _KEPT) -> None:
        self._only, self._kept = only, kept
        self._orders: dict[int, OrderEvents] = {}
        self._numbers: dict[str, int] = {}
        self._closed: OrderedDict[int, None] = OrderedDict()
        self._promises: dict[int, ce.OrderPromised] = {}
        self._returns: dict[int, int] = {}
        self._aboard: dict[str, dict[int, None]] = {}

    def of(self, name: str) -> OrderEvents | None:
        """Return the history of an order by its name, None if there is none."""
        number = self._numbers.get(name)
        return None if number is None else self._orders.get(number)

    def names(self) -> Iterable[str]:
        """Return the names of the orders with a history."""
        return self._numbers

    def follow(self, events: Iterable[Event]) -> None:
        """Add the events of a tick, or of many, in order."""
        for event in events:
            find = _ORDERS_OF.get(type(event))
            if find is None:
                continue
            for order in find(self, event):
                if self._only is None or order == self._only:
                    self._note(order, event)

    def _note(self, order: int, event: Event) -> None:
        if isinstance(event, ce.OrderPromised):
            self._promises[order] = event  # it is reported before the order
        elif isinstance(event, ev.OrderReceived):
            self._orders[order] = OrderEvents(event, self._promises.pop(order, None))
            self._numbers[event.name] = order
        elif (order_events := self._orders.get(order)) is not None:
            order_events.events.append(event)
            self._follow_further(order_events, event)

    def _follow_further(self, order_events: OrderEvents, event: Event) -> None:
        """Note what an event says of a parcel's trailer or of a return of this order."""
        if isinstance(event, ce.ParcelMoved):
            self._leave(event.source, order_events.order)
            if event.to_place.kind == PlaceKind.TRAILER:
                self._aboard.setdefault(event.target, {})[order_events.order] = None
        if isinstance(event, ce.ReturnMoved):
            self._returns[event.rma] = order_events.order
        if _closes(order_events, event):
            self._close(order_events.order)

    def _close(self, order: int) -> None:
        self._closed[order] = None
        self._closed.move_to_end(order)
        while len(self._closed) > self._kept:
            oldest, _ = self._closed.popitem(last=False)
            order_events = self._orders.pop(oldest)
            if self._numbers.get(order_events.received.name) == oldest:
                del self._numbers[order_events.received.name]
            for event in order_events.events:
                if isinstance(event, ce.ReturnMoved):
                    self._returns.pop(event.rma, None)

    def _leave(self, trailer: str, order: int) -> None:
        """Remove a parcel from a trailer; an empty trailer is forgotten."""
        aboard = self._aboard.get(trailer, {})
        aboard.pop(order, None)
        if not aboard:
            self._aboard.pop(trailer, None)

    def aboard(self, trailer: str) -> Sequence[int]:
        """Return the orders whose parcels are in a trailer."""
        return list(self._aboard.get(trailer, ()))

    def returned(self, rma: int) -> Sequence[int]:
        """Return the order of a return."""
        return [self._returns[rma]] if rma in self._returns else []


def _closes(order_events: OrderEvents, event: Event) -> bool:
    """Return whether an event closes an order's history. Without a promise it ends when the order leaves the floor."""
    if isinstance(event, ce.ParcelMoved):
        return event.target in _ENDS
    if isinstance(event, ce.ReturnMoved):
        return event.state == "closed"
    return isinstance(event, ev.OrderCancelled) or (
        isinstance(event, ev.OrderShipped) and order_events.promised is None
    )


def _by_order(_: OrderEventLog, event: Any) -> Sequence[int]:
    return (event.order,)


def _by_parcel(_: OrderEventLog, event: Any) -> Sequence[int]:
    return (event.parcel,)


def _by_return(log: OrderEventLog, event: ce.ReturnMoved) -> Sequence[int]:
    return (event.order,) if event.order >= 0 else log.returned(event.rma)


def _by_trailer(log: OrderEventLog, event: ce.TrailerMoved) -> Sequence[int]:
    return log.aboard(f"trailer {event.trailer}") if event.kind == "outbound" else ()


def _refunded(log: OrderEventLog, event: ce.MoneyMoved) -> Sequence[int]:
    returned = event.subject.number_if(PlaceKind.RETURN)
    return log.returned(returned) if event.cause == "refund" and returned >= 0 else ()


_ORDERS_OF: Mapping[type[Event], Callable[[OrderEventLog, Any], Sequence[int]]] = {
    **dict.fromkeys(
        (
            *(ev.OrderReceived, ev.OrderReleased, ev.OrderWithdrawn, ev.OrderPicked, ev.OrderPacking),
            *(ev.OrderShipped, ev.OrderCancelled, ev.OrderPrioritised, ev.Picked, ev.LineWaits, ev.OrderWaits),
            *(ce.OrderPromised, ce.StockRanOut),
            ce.SellerOutbound,
        ),
        _by_order,
    ),
    **dict.fromkeys((ce.ParcelPacked, ce.ParcelMoved, ce.ParcelLate, ce.EtaChanged, ce.DeliveryFailed), _by_parcel),
    ce.RoutePlanned: lambda _, event: event.parcels,
    ce.TrailerMoved: _by_trailer,
    ce.ReturnMoved: _by_return,
    ce.ReturnGraded: lambda log, event: log.returned(event.rma),
    ce.MoneyMoved: _refunded,
}
"""{kind of event: function that returns its orders}; other kinds concern no order."""
