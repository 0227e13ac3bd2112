"""Where an order is, for its customer: its whole story in lines with times, and in the last line its state and ETA."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controller.explain.orders import find_order
from controller.explain.search import events_between
from controller.stories import Stories, Story
from robots import chain_events as ce
from robots import events as ev
from robots.event_words import EventWords, floor_of
from robots.events import Event
from robots.formatting import clock, count
from robots.record import Record
from robots.supply_chain_words import place_words

_MILESTONES = {
    ev.OrderReleased: "is being picked",
    ev.OrderWithdrawn: "waits in the backlog",
    ev.OrderPicked: "is picked and waits for packing",
    ev.OrderPacking: "is being packed",
    ev.OrderShipped: "has left the floor",
    ev.OrderCancelled: "is cancelled",
    ce.StockRanOut: "waits for stock",
}
_RETURNED = {
    "authorised": "is to come back",
    "handed_in": "is on its way back",
    "arrived": "is back, to be inspected",
    "inspected": "is back and inspected",
    "closed": "came back",
}


@dataclass(slots=True)
class _Standing:
    """words: the state. eta: tick it is expected at, -1 if unknown. done: nothing more is expected."""

    words: str = "waits in the backlog"
    eta: int = -1
    done: bool = False


def track(record: Record, wanted: str) -> list[str]:
    """The story of an order of that name. InputError if the record has none."""
    received = find_order(record, wanted, record.last_tick)
    stories = Stories(only=received.order)
    stories.follow(events_between(record, record.first_tick, record.last_tick))
    story = stories.of(received.name)
    assert story is not None  # its receipt is in the record
    return track_lines(EventWords(record.header, floor_of(record.header)), story, record.last_tick)


def track_lines(words: EventWords, story: Story, tick: int) -> list[str]:
    """A line each event, picks of one order as one, and last how the order stands after a tick."""
    received = story.received
    units = sum(quantity for _, quantity in received.lines)
    size = f"{count(len(received.lines), 'line')}, {count(units, 'unit')}"
    lines = [f"Order {received.name}: {size}", words.line(received)]
    if story.promised is not None:
        lines.append(words.line(story.promised))
    lines += [f"  {words.when(event.t)}: {text}" for event, text in _told(words, story.events)]
    return [*lines, state_line(words, story, tick)]


def state_line(words: EventWords, story: Story, tick: int) -> str:
    """How an order stands, and when it is expected."""
    standing = _Standing()
    for event in story.events:
        if isinstance(event, ce.RoutePlanned):
            standing.eta = _arrival(event, story.order, standing.eta)
        _follow(standing, event)
    return f"Order {story.received.name} {standing.words}{_expected(words, story, standing, tick)}"


def _told(words: EventWords, events: Sequence[Event]) -> Iterator[tuple[Event, str]]:
    """Events with what is told of them; the picks into one tote are told when it is full, of a line's waits the last."""
    picks: list[ev.Picked] = []
    waits = {_waiting(event): event for event in events if isinstance(event, ev.LineWaits | ev.OrderWaits)}
    for event in events:
        if isinstance(event, ev.LineWaits | ev.OrderWaits) and waits[_waiting(event)] is not event:
            continue
        if isinstance(event, ev.Picked):
            picks.append(event)
            if len(picks) == 1:
                yield event, f"first pick, at {words.station(event.station)}"
            continue
        if isinstance(event, ev.OrderWithdrawn):
            picks = []
        text = words.sentence(event)
        if isinstance(event, ev.OrderPicked) and picks:
            units, pods = sum(pick.quantity for pick in picks), len({pick.pod for pick in picks})
            text = f"{count(units, 'unit')} picked from {count(pods, 'pod')}; {text}"
        yield event, text


def _waiting(event: ev.LineWaits | ev.OrderWaits) -> int:
    """Which of an order's lines waits; -1 for the order itself."""
    return event.line if isinstance(event, ev.LineWaits) else -1


def _follow(standing: _Standing, event: Event) -> None:
    if isinstance(event, ce.ParcelMoved):
        delivered = event.target in ("customer", "seller")
        standing.words = "is delivered" if delivered else f"is {place_words(event.target)}"
        standing.done = delivered
    elif isinstance(event, ce.ReturnMoved):
        standing.words, standing.done = f"{_RETURNED.get(event.state, event.state)} (return {event.rma})", True
    elif isinstance(event, ce.EtaChanged):
        standing.eta = event.eta
    elif type(event) in _MILESTONES:
        standing.words = _MILESTONES[type(event)]
        standing.done = isinstance(event, ev.OrderCancelled)


def _arrival(route: ce.RoutePlanned, parcel: int, otherwise: int) -> int:
    """The tick at which a route comes to a parcel's customer."""
    return dict(zip(route.parcels, route.arrivals, strict=False)).get(parcel, otherwise)


def _expected(words: EventWords, story: Story, standing: _Standing, tick: int) -> str:
    """The end of the last line."""
    if standing.done:
        return ""
    if story.promised is None:
        late = tick > story.received.due
        return f", {'was due' if late else 'due'} {clock(words.header, story.received.due, seconds=False)}"
    by = story.promised.by
    parts = [f"expected {_at(words, standing.eta)}"] if standing.eta >= 0 else []
    return ", ".join(["", *parts, f"promised by {_at(words, by)}" + (", which is over" if tick > by else "")])


def _at(words: EventWords, tick: int) -> str:
    return clock(words.header, tick, seconds=False)
