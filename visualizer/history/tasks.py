"""The story of a task up to a tick: what for, by whom, where to, and what was picked for which order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from robots.recording import events as ev
from robots.recording.events import AnyEvent


class Stop(NamedTuple):
    """A station that a load is to go to, and why."""

    tick: int
    station: int
    reason: str


class Visit(NamedTuple):
    """ended: -1 while it lasts. units: picked, stowed or taken over at it."""

    station: int
    started: int
    ended: int = -1
    units: int = 0


@dataclass(slots=True)
class TaskStory:
    """What is known of a task. kind: "pick", "stow", "pack", "move", "charge", "" if its beginning wasn't heard of.

    pod, robot, home (a cell): -1 for none or not yet. state: "waiting", "under way", "done" or "failed". ended: tick, -1 if it
    hasn't. picks: of order lines from its pod. packed: (tick, order) of totes that it brought.
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
        """Where the load goes, or has gone last; -1 for nowhere."""
        return self.stops[-1].station if self.stops else -1

    @property
    def orders(self) -> list[int]:
        """Orders that it has brought something for, in order."""
        return list(dict.fromkeys([*(pick.order for pick in self.picks), *(order for _, order in self.packed)]))

    def why_at(self, station: int) -> str:
        """Why the load came to a station, "" if it doesn't say."""
        return next((stop.reason for stop in reversed(self.stops) if stop.station == station), "")


def task_story(number: int, events: Iterable[AnyEvent]) -> TaskStory:
    """Folded from the events about a task, oldest first."""
    story = TaskStory(number)
    for event in events:
        _begin(story, event)
        _go_on(story, event)
    return story


def _begin(story: TaskStory, event: AnyEvent) -> None:
    match event:
        case ev.TaskCreated():
            story.kind, story.created, story.pod, story.reason = event.kind, event.t, event.pod, event.reason
            if event.station >= 0:
                story.stops.append(Stop(event.t, event.station, event.reason))
        case ev.TaskAssigned():
            story.robot, story.assigned, story.why_robot = event.robot, event.t, event.reason
            story.state = "under way"
        case ev.NextStop():
            story.stops.append(Stop(event.t, event.station, event.reason))
        case ev.PlaceChosen():
            story.home, story.why_home, story.pod = event.cell, event.reason, event.pod


def _go_on(story: TaskStory, event: AnyEvent) -> None:
    match event:
        case ev.VisitStarted():
            story.visits.append(Visit(event.station, event.t))
            story.robot = event.robot
        case ev.VisitEnded():
            begun = story.visits.pop().started if story.visits and story.visits[-1].ended < 0 else -1
            story.visits.append(Visit(event.station, begun, event.t, event.units))
        case ev.Picked():
            story.picks.append(event)
        case ev.OrderPacking():
            story.packed.append((event.t, event.order))
        case ev.TaskDone():
            story.state, story.ended = "done", event.t
        case ev.TaskFailed():
            story.state, story.ended, story.why_failed = "failed", event.t, event.reason
