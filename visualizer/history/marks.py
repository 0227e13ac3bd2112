"""Marks of the timeline, by tick: alarms, faults of robots, disruptions."""

from bisect import bisect_left, bisect_right
from enum import StrEnum
from typing import NamedTuple

from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.events import AnyEvent

MARKS_KEPT = 50_000


class MarkKind(StrEnum):
    ALARM = "alarm"
    FAULT = "fault"
    DISRUPTION = "disruption"


class Mark(NamedTuple):
    """A mark of the timeline. cell, robot: -1 for none."""

    tick: int
    kind: MarkKind
    text: str
    cell: int = -1
    robot: int = -1


class Marks:
    """Marks in the order of their ticks; the oldest are dropped beyond a limit."""

    def __init__(self) -> None:
        self._marks: list[Mark] = []

    def __len__(self) -> int:
        return len(self._marks)

    def follow(self, event: AnyEvent) -> None:
        if (mark := _mark(event)) is None:
            return
        self._marks.append(mark)
        if len(self._marks) > MARKS_KEPT:
            del self._marks[: MARKS_KEPT // 2]

    def between(self, first: int, last: int) -> list[Mark]:
        """Return the marks of ticks first … last, both included."""
        return self._marks[bisect_left(self._marks, first, key=_tick) : bisect_right(self._marks, last, key=_tick)]

    def after(self, tick: int) -> Mark | None:
        """Return the first mark after a tick."""
        place = bisect_right(self._marks, tick, key=_tick)
        return self._marks[place] if place < len(self._marks) else None

    def before(self, tick: int) -> Mark | None:
        """Return the last mark before a tick."""
        place = bisect_left(self._marks, tick, key=_tick)
        return self._marks[place - 1] if place else None


def _mark(event: AnyEvent) -> Mark | None:
    match event:
        case ev.Alarm():
            return Mark(event.t, MarkKind.ALARM, f"{event.kind}: {event.text}", event.cell, event.robot)
        case ev.RobotFault():
            words = f"robot {event.robot} {ev.FAULT_WORDS.get(event.kind, event.kind)}"
            return Mark(event.t, MarkKind.FAULT, words, event.cell, event.robot)
        case ev.OutOfService():
            return Mark(
                event.t, MarkKind.ALARM, f"{event.kind} out of service: {event.reason}", event.cell, event.robot
            )
        case ce.Disrupted():
            return Mark(event.t, MarkKind.DISRUPTION, f"{event.text} {event.state}")
    return None


def _tick(mark: Mark) -> int:
    return mark.tick
