"""The history of an order: where it went, from which pods it was picked and why those came, and what took how long."""

from collections.abc import Iterator
from typing import NamedTuple

from controller.explain_words import Words, count
from controller.kpis_orders import STAGES, OrderFigures, SlowOrder
from controller.wording import clock, share, span
from layout.errors import InputError
from robots import events as ev
from robots.events import Event
from robots.record import Record

STAGE_WORDS = dict(zip(STAGES, ("backlog", "picking", "outfeed and way to pack", "packing"), strict=True))


_WINDOW = 1000
"""Ticks of events held at a time."""


class _Trip(NamedTuple):
    """Why a pod came to a station."""

    task: int
    reason: str


class _Trips:
    """Why each pod on its way comes to each station on its way, followed event by event."""

    def __init__(self) -> None:
        self._pod_of: dict[int, int] = {}
        self._trips: dict[int, dict[int, _Trip]] = {}

    def follow(self, event: Event) -> None:
        if isinstance(event, ev.TaskCreated) and event.pod >= 0:
            self._pod_of[event.task] = event.pod
            self._trips[event.pod] = {event.station: _Trip(event.task, event.reason)}
        elif isinstance(event, ev.NextStop) and event.task in self._pod_of:
            self._trips[self._pod_of[event.task]][event.station] = _Trip(event.task, event.reason)
        elif isinstance(event, ev.TaskDone | ev.TaskFailed):
            self._pod_of.pop(event.task, None)

    def of(self, pick: ev.Picked) -> _Trip | None:
        return self._trips.get(pick.pod, {}).get(pick.station)


def explain_order(record: Record, words: Words, wanted: int | str, tick: int) -> list[str]:
    """Lines about the order of that number or name. InputError if it had not come by `tick`."""
    received = _find(record, wanted, tick)
    units = sum(quantity for _, quantity in received.lines)
    lines = [
        f"Order {received.name} (number {received.order}) at {words.when(tick)}: "
        f"{count(len(received.lines), 'line')}, {count(units, 'unit')}, due {clock(words.header, received.due)}"
    ]
    figures, trips, told = OrderFigures(words.header.tick_s), _Trips(), set[tuple[int, int]]()
    for event in _events(record, tick):
        trips.follow(event)
        if getattr(event, "order", None) != received.order:
            continue
        lines.append(words.line(event))
        lines += _behind(record, event, trips, told)
        _fold(figures, event)
    return lines + [line for story in figures.slowest(tick) for line in _stages(words, story)]


def _find(record: Record, wanted: int | str, tick: int) -> ev.OrderReceived:
    """By name, and if there is none of that name by number."""
    by_number = None
    for event in _events(record, tick):
        if not isinstance(event, ev.OrderReceived):
            continue
        if event.name == wanted:
            return event
        if str(event.order) == str(wanted):
            by_number = event
            if isinstance(wanted, int):
                break
    if by_number is None:
        when = f"orders that came by tick {tick} are known by name or number"
        raise InputError.single("--order", "", f"there is no order {wanted}", when)
    return by_number


def _events(record: Record, last: int) -> Iterator[Event]:
    for first in range(record.first_tick, last + 1, _WINDOW):
        yield from record.events(first, min(last, first + _WINDOW - 1))


def _behind(record: Record, event: Event, trips: _Trips, told: set[tuple[int, int]]) -> list[str]:
    """Why the pod of a pick came, once a trip, and who brought the tote to the pack station."""
    if isinstance(event, ev.Picked):
        trip = trips.of(event)
        if trip is None or (trip.task, event.station) in told:
            return []
        told.add((trip.task, event.station))
        return [f"    pod {event.pod} came with task {trip.task}: {trip.reason}"]
    if isinstance(event, ev.OrderPacking):
        return [
            f"    brought by robot {visit.robot} with task {visit.task}"
            for visit in record.events(event.t - 1, event.t)
            if isinstance(visit, ev.VisitStarted) and visit.station == event.station
        ][-1:]
    return []


def _fold(figures: OrderFigures, event: Event) -> None:
    if isinstance(event, ev.OrderShipped):
        figures.shipped_one(event)
    elif type(event) in (handlers := figures.handlers()):
        handlers[type(event)](event)


def _stages(words: Words, story: SlowOrder) -> list[str]:
    """Which stage took how long, and whether the order was late."""
    tick_s, whole = words.header.tick_s, max(1, story.turnover)
    parts = [
        f"  {STAGE_WORDS[stage]}: {span(ticks * tick_s)}, {share(ticks / whole)}"
        for stage, ticks in zip(STAGES, story.spent, strict=True)
    ]
    end = story.received + story.turnover
    late = (end - story.due) * tick_s
    if story.ended is None:
        due = f"is {span(late)} past due" if late > 0 else f"is due in {span(-late)}"
        verdict = f"open in stage {STAGE_WORDS[story.stage]}, {due}"
    else:
        verdict = f"shipped {span(late)} late" if late > 0 else f"shipped on time, {span(-late)} before due"
    return [f"It is {verdict}; {span(story.turnover * tick_s)} since it came:", *parts]
