"""The history of an order: where it went, which pods it was picked from and why, and what took how long."""

from collections.abc import Sequence
from typing import NamedTuple

from controller.explain.late import why_late
from controller.explain.search import events_between
from controller.kpis.orders import STAGES, OrderFigures, SlowOrder
from layout.errors import InputError
from robots import events as ev
from robots.event_words import EventWords
from robots.events import Event
from robots.formatting import count, share, span
from robots.order_names import no_order
from robots.record import Record

STAGE_WORDS = dict(zip(STAGES, ("backlog", "picking", "outfeed and way to pack", "packing"), strict=True))


class _Trip(NamedTuple):
    """Why a pod came to a station."""

    task: int
    reason: str


class _Trips:
    """What brought each pod to each station, and the latest load at each station, event by event."""

    def __init__(self) -> None:
        self._pod_of: dict[int, int] = {}
        self._trips: dict[int, dict[int, _Trip]] = {}
        self._visits: dict[int, ev.VisitStarted] = {}

    def follow(self, event: Event) -> None:
        if isinstance(event, ev.TaskCreated) and event.pod >= 0:
            self._pod_of[event.task] = event.pod
            self._trips[event.pod] = {event.station: _Trip(event.task, event.reason)}
        elif isinstance(event, ev.NextStop) and event.task in self._pod_of:
            self._trips[self._pod_of[event.task]][event.station] = _Trip(event.task, event.reason)
        elif isinstance(event, ev.TaskDone | ev.TaskFailed):
            self._pod_of.pop(event.task, None)
        elif isinstance(event, ev.VisitStarted):
            self._visits[event.station] = event

    def pod(self, pick: ev.Picked) -> _Trip | None:
        """Why the pod of a pick was there."""
        return self._trips.get(pick.pod, {}).get(pick.station)

    def totes(self, packing: ev.OrderPacking) -> ev.VisitStarted | None:
        """The visit that brought an order's tote."""
        return self._visits.get(packing.station)


def explain_order(record: Record, words: EventWords, wanted: str, tick: int) -> list[str]:
    """Lines about the order of that name. InputError if it had not come by `tick`."""
    received = find_order(record, wanted, tick)
    lines = [f"Order {received.name} at {words.when(tick)}: {_size(received)}"]
    figures, trips, told, news = OrderFigures(words.header.tick_s), _Trips(), set[tuple[int, int]](), list[Event]()
    for event in events_between(record, record.first_tick, tick):
        trips.follow(event)
        if getattr(event, "order", None) != received.order:
            continue
        news.append(event)
        lines.append(words.line(event))
        lines += _behind(event, trips, told)
        _fold(figures, event)
    return lines + [line for story in figures.slowest(tick) for line in _stages(words, story, news)]


def _size(received: ev.OrderReceived) -> str:
    units = sum(quantity for _, quantity in received.lines)
    return f"{count(len(received.lines), 'line')}, {count(units, 'unit')}"


def find_order(record: Record, wanted: str, tick: int, asked: str = "--order") -> ev.OrderReceived:
    """Return the receipt of the order of that name. InputError, about `asked`, if it had not come by `tick`."""
    names: list[str] = []
    for event in events_between(record, record.first_tick, tick):
        if not isinstance(event, ev.OrderReceived):
            continue
        if event.name == wanted:
            return event
        names.append(event.name)
    when = f"orders that came by tick {tick} are known, by the customer's number"
    raise InputError.single(asked, "", no_order(wanted, names), when)


def _behind(event: Event, trips: _Trips, told: set[tuple[int, int]]) -> list[str]:
    """Why the pod of a pick came, once a trip, and who brought the tote to the pack station."""
    if isinstance(event, ev.Picked):
        trip = trips.pod(event)
        if trip is None or (trip.task, event.station) in told:
            return []
        told.add((trip.task, event.station))
        return [f"    pod {event.pod} came with task {trip.task}: {trip.reason}"]
    if isinstance(event, ev.OrderPacking):
        visit = trips.totes(event)
        return [] if visit is None else [f"    brought by robot {visit.robot} with task {visit.task}"]
    return []


def _fold(figures: OrderFigures, event: Event) -> None:
    if isinstance(event, ev.OrderShipped):
        figures.shipped_one(event)
    elif type(event) in (handlers := figures.handlers()):
        handlers[type(event)](event)


def _stages(words: EventWords, story: SlowOrder, news: Sequence[Event]) -> list[str]:
    """Which stage took how long, and whether the order was late and why."""
    tick_s, whole = words.header.tick_s, max(1, story.turnover)
    parts = [
        f"  {STAGE_WORDS[stage]}: {span(ticks * tick_s)}, {share(ticks / whole)}"
        for stage, ticks in zip(STAGES, story.spent, strict=True)
    ]
    end = story.received + story.turnover
    late = (end - story.due) * tick_s
    if story.ended is None:
        due = f"{span(late)} past due" if late > 0 else f"due in {span(-late)}"
        verdict = f"It is open, in stage {STAGE_WORDS[story.stage]}, and {due}"
    else:
        verdict = f"It shipped {span(late)} late" if late > 0 else f"It shipped {span(-late)} before it was due"
    why = [why_late(words, story, news)] if late > 0 else []
    return [f"{verdict}; {span(story.turnover * tick_s)} since it came:", *parts, *why]
