"""History of an order: where it went, which pods it was picked from and why, and how long each stage took."""

from typing import NamedTuple

from controller.explain.search import events_between
from layout.errors import InputError
from robots.histories.lateness import why_late
from robots.histories.order_history import OrderHistory, Pick, order_history
from robots.histories.order_stages import STAGE_WORDS, Stage
from robots.recording import events as ev
from robots.recording.events import Event
from robots.recording.order_names import no_order
from robots.recording.record import Record
from robots.wording.event_words import EventWords
from robots.wording.formatting import count, share, span


class _Task(NamedTuple):
    """Task that carries a pod. created: tick."""

    number: int
    pod: int
    created: int


class _Trips:
    """Trips that brought each pod to each station, and the latest load at each station, from the events."""

    def __init__(self) -> None:
        self._tasks: dict[int, _Task] = {}
        self._trips: dict[int, dict[int, tuple[_Task, str]]] = {}
        self._visits: dict[int, ev.VisitStarted] = {}

    def follow(self, event: Event) -> None:
        """Process the next event of the run."""
        if isinstance(event, ev.TaskCreated) and event.pod >= 0:
            task = self._tasks[event.task] = _Task(event.task, event.pod, event.t)
            self._trips[event.pod] = {event.station: (task, event.reason)}
        elif isinstance(event, ev.NextStop) and event.task in self._tasks:
            task = self._tasks[event.task]
            self._trips[task.pod][event.station] = task, event.reason
        elif isinstance(event, ev.TaskDone | ev.TaskFailed):
            self._tasks.pop(event.task, None)
        elif isinstance(event, ev.VisitStarted):
            self._visits[event.station] = event

    def explained(self, pick: ev.Picked) -> Pick:
        """Return a pick with the task that brought its pod, and why."""
        trip = self._trips.get(pick.pod, {}).get(pick.station)
        return Pick(pick) if trip is None else Pick(pick, trip[0].number, trip[1], trip[0].created)

    def totes(self, packing: ev.OrderPacking) -> ev.VisitStarted | None:
        """Return the visit that brought an order's tote."""
        return self._visits.get(packing.station)


def explain_order(record: Record, words: EventWords, wanted: str, tick: int) -> list[str]:
    """Return lines about the order of that name. InputError if it had not arrived by `tick`."""
    received = find_order(record, wanted, tick)
    lines = [f"Order {received.name} at {words.when(tick)}: {size_words(received)}"]
    trips, events, picks = _Trips(), list[Event](), list[Pick]()
    for event in events_between(record, record.first_tick, tick):
        trips.follow(event)
        if getattr(event, "order", None) != received.order:
            continue
        events.append(event)
        lines += [words.line(event), *_behind(event, trips, picks)]
    return lines + _stages(words, order_history(received.order, events, words.header, picks), tick)


def size_words(received: ev.OrderReceived) -> str:
    """Return the size of an order: "2 lines, 3 units"."""
    units = sum(quantity for _, quantity in received.lines)
    return f"{count(len(received.lines), 'line')}, {count(units, 'unit')}"


def find_order(record: Record, wanted: str, tick: int, option: str = "--order") -> ev.OrderReceived:
    """Return the receipt of the order of that name. InputError, about `option`, if it had not arrived by `tick`."""
    names: list[str] = []
    for event in events_between(record, record.first_tick, tick):
        if not isinstance(event, ev.OrderReceived):
            continue
        if event.name == wanted:
            return event
        names.append(event.name)
    when = f"known are orders that arrived by tick {tick}, by the customer's number"
    raise InputError.single(option, "", no_order(wanted, names), when)


def _behind(event: Event, trips: _Trips, picks: list[Pick]) -> list[str]:
    """Return why the pod of a pick came, once per trip, and which robot brought the tote to the pack station.

    A pick is added to `picks`.
    """
    if isinstance(event, ev.Picked):
        pick = trips.explained(event)
        known = any((other.task, other.event.station) == (pick.task, event.station) for other in picks)
        picks.append(pick)
        return [] if known or not pick.why else [f"    {pick.why}"]
    visit = trips.totes(event) if isinstance(event, ev.OrderPacking) else None
    return [] if visit is None else [f"    brought by robot {visit.robot} with task {visit.task}"]


def _stages(words: EventWords, history: OrderHistory, tick: int) -> list[str]:
    """Return how long each stage took, and whether the order is late and why; nothing for a cancelled order."""
    late, spent = history.late(tick), history.stages(tick)
    if late is None or history.stage is Stage.CANCELLED:
        return []
    tick_s, whole = words.header.tick_s, sum(spent.values())
    parts = [
        f"  {STAGE_WORDS[stage]}: {span(ticks * tick_s)}, {share(ticks / max(1, whole))}"
        for stage, ticks in spent.items()
    ]
    why = why_late(words, history, tick)
    verdict = _verdict(history, late, tick_s)
    return [f"{verdict}; {span(whole * tick_s)} since it came:", *parts, *([f"Why late: {why}"] if why else [])]


def _verdict(history: OrderHistory, late: int, tick_s: float) -> str:
    if history.open:
        due = f"{span(late * tick_s)} past due" if late > 0 else f"due in {span(-late * tick_s)}"
        return f"It is open, {STAGE_WORDS[history.stage]}, and {due}"
    return (
        f"It shipped {span(late * tick_s)} late" if late > 0 else f"It shipped {span(-late * tick_s)} before it was due"
    )
