"""History of a task up to a tick: purpose, robot, stops, and what was picked for which order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from robots.recording import events as ev
from robots.recording.events import AnyEvent


class Stop(NamedTuple):
    """A station that a load is to go to, with the reason."""

    tick: int
    station: int
    reason: str


class Visit(NamedTuple):
    """A visit to a station. ended: -1 while it lasts. units: picked, stowed or taken over during the visit."""

    station: int
    started: int
    ended: int = -1
    units: int = 0


@dataclass(slots=True)
class TaskHistory:
    """History of a task. kind: "pick", "stow", "pack", "move", "charge", "" if its creation isn't known.

    pod, robot, home (a cell): -1 for none or not yet. state: "waiting", "under way", "done" or "failed". ended: tick,
    -1 if it hasn't ended. picks: of order lines from its pod. packed: (tick, order) of the totes that it brought.
    """

    number: int
    kind: str = ""
    created: int = -1
    pod: int = -1
    reason: str = ""
    robot: int = -1
    assigned: int = -1
    why_robot: str = ""
    home: int = -1
    why_home: str = ""
    state: str = "waiting"
    ended: int = -1
    why_failed: str = ""
    stops: list[Stop] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    picks: list[ev.Picked] = field(default_factory=list)
    packed: list[tuple[int, int]] = field(default_factory=list)

    @property
    def station(self) -> int:
        """Station that the load goes to, or went to last; -1 for none."""
        return self.stops[-1].station if self.stops else -1

    @property
    def orders(self) -> list[int]:
        """Orders that the task has brought something for, in order."""
        return list(dict.fromkeys([*(pick.order for pick in self.picks), *(order for _, order in self.packed)]))

    def why_at(self, station: int) -> str:
        """Return the reason why the load came to a station, "" if there is none."""
        return next((stop.reason for stop in reversed(self.stops) if stop.station == station), "")


def task_history(number: int, events: Iterable[AnyEvent]) -> TaskHistory:
    """Return the history of a task from the events about it, oldest first."""
    task = TaskHistory(number)
    for event in events:
        _start(task, event)
        _continue(task, event)
    return task


def _start(task: TaskHistory, event: AnyEvent) -> None:
    match event:
        case ev.TaskCreated():
            task.kind, task.created, task.pod, task.reason = event.kind, event.t, event.pod, event.reason
            if event.station >= 0:
                task.stops.append(Stop(event.t, event.station, event.reason))
        case ev.TaskAssigned():
            task.robot, task.assigned, task.why_robot = event.robot, event.t, event.reason
            task.state = "under way"
        case ev.NextStop():
            task.stops.append(Stop(event.t, event.station, event.reason))
        case ev.PlaceChosen():
            task.home, task.why_home, task.pod = event.cell, event.reason, event.pod


def _continue(task: TaskHistory, event: AnyEvent) -> None:
    match event:
        case ev.VisitStarted():
            task.visits.append(Visit(event.station, event.t))
            task.robot = event.robot
        case ev.VisitEnded():
            begun = task.visits.pop().started if task.visits and task.visits[-1].ended < 0 else -1
            task.visits.append(Visit(event.station, begun, event.t, event.units))
        case ev.Picked():
            task.picks.append(event)
        case ev.OrderPacking():
            task.packed.append((event.t, event.order))
        case ev.TaskDone():
            task.state, task.ended = "done", event.t
        case ev.TaskFailed():
            task.state, task.ended, task.why_failed = "failed", event.t, event.reason
