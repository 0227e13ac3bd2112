"""Order histories: everything that happened to each order from its receipt to its customer's door and back."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.events import Event

_KEPT = 5_000
"""Histories of closed orders that are kept, most recently closed ones."""
_ENDS = ("customer", "seller")


@dataclass(slots=True, eq=False)
class Story:
    """received: the beginning. events: all that happened to the order since, in order."""

    received: ev.OrderReceived
    promised: ce.OrderPromised | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def order(self) -> int:
        return self.received.order


class Stories:
    """Follow all events from the first tick on; `of` gives the story of an order by its name.

    only: keep the story of this order alone. kept: stories of closed orders that are kept beside those of open ones.
    """

    def __init__(self, *, only: int | None = None, kept: int = _KEPT) -> None:
        self._only, self._kept = only, kept
        self._stories: dict[int, Story] = {}
        self._numbers: dict[str, int] = {}
        self._closed: OrderedDict[int, None] = OrderedDict()
        self._promises: dict[int, ce.OrderPromised] = {}
        self._returns: dict[int, int] = {}
        self._aboard: dict[str, dict[int, None]] = {}

    def of(self, name: str) -> Story | None:
        number = self._numbers.get(name)
        return None if number is None else self._stories.get(number)

    def names(self) -> Iterable[str]:
        """Names of the orders whose stories are kept."""
        return self._numbers

    def follow(self, events: Iterable[Event]) -> None:
        """The events of a tick, or of many, in order."""
        for event in events:
            find = _ORDERS_OF.get(type(event))
            if find is None:
                continue
            for order in find(self, event):
                if self._only is None or order == self._only:
                    self._note(order, event)

    def _note(self, order: int, event: Event) -> None:
        if isinstance(event, ce.OrderPromised):
            self._promises[order] = event  # it is told before the order is
        elif isinstance(event, ev.OrderReceived):
            self._stories[order] = Story(event, self._promises.pop(order, None))
            self._numbers[event.name] = order
        elif (story := self._stories.get(order)) is not None:
            story.events.append(event)
            self._follow_further(story, event)

    def _follow_further(self, story: Story, event: Event) -> None:
        """What an event says of other things that are this order's."""
        if isinstance(event, ce.ParcelMoved):
            self._leave(event.source, story.order)
            if event.target.startswith("trailer "):
                self._aboard.setdefault(event.target, {})[story.order] = None
        if isinstance(event, ce.ReturnMoved):
            self._returns[event.rma] = story.order
        if _closes(story, event):
            self._close(story.order)

    def _close(self, order: int) -> None:
        self._closed[order] = None
        self._closed.move_to_end(order)
        while len(self._closed) > self._kept:
            oldest, _ = self._closed.popitem(last=False)
            story = self._stories.pop(oldest)
            if self._numbers.get(story.received.name) == oldest:
                del self._numbers[story.received.name]
            for event in story.events:
                if isinstance(event, ce.ReturnMoved):
                    self._returns.pop(event.rma, None)

    def _leave(self, trailer: str, order: int) -> None:
        """The parcel isn't in a trailer any more; an empty one is forgotten."""
        aboard = self._aboard.get(trailer, {})
        aboard.pop(order, None)
        if not aboard:
            self._aboard.pop(trailer, None)

    def aboard(self, trailer: str) -> Sequence[int]:
        """Orders whose parcels are in a trailer."""
        return list(self._aboard.get(trailer, ()))

    def returned(self, rma: int) -> Sequence[int]:
        """The order that a return is of."""
        return [self._returns[rma]] if rma in self._returns else []


def _closes(story: Story, event: Event) -> bool:
    """Without a promise nothing is known of an order once it has left the floor."""
    if isinstance(event, ce.ParcelMoved):
        return event.target in _ENDS
    if isinstance(event, ce.ReturnMoved):
        return event.state == "closed"
    return isinstance(event, ev.OrderCancelled) or (isinstance(event, ev.OrderShipped) and story.promised is None)


def _by_order(_: Stories, event: Any) -> Sequence[int]:
    return (event.order,)


def _by_parcel(_: Stories, event: Any) -> Sequence[int]:
    return (event.parcel,)


def _by_return(stories: Stories, event: ce.ReturnMoved) -> Sequence[int]:
    return (event.order,) if event.order >= 0 else stories.returned(event.rma)


def _by_trailer(stories: Stories, event: ce.TrailerMoved) -> Sequence[int]:
    return stories.aboard(f"trailer {event.trailer}") if event.kind == "outbound" else ()


def _refunded(stories: Stories, event: ce.MoneyMoved) -> Sequence[int]:
    kind, _space, number = event.about.partition(" ")
    return stories.returned(int(number)) if event.cause == "refund" and kind == "return" and number.isdigit() else ()


_ORDERS_OF: Mapping[type[Event], Callable[[Stories, Any], Sequence[int]]] = {
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
    ce.ReturnGraded: lambda stories, event: stories.returned(event.rma),
    ce.MoneyMoved: _refunded,
}
"""{kind of event: what orders it is about}; other kinds tell nothing of an order."""
