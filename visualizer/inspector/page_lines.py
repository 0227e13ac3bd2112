"""Lines of the side panel, and the functions that all pages use."""

from dataclasses import dataclass
from enum import Enum, auto

from robots.recording import events as ev
from robots.recording.events import AnyEvent
from robots.recording.frames import Frame
from robots.wording.formatting import clock, span
from visualizer.history import RunHistory
from visualizer.scene.recent_visitors import RecentVisitors
from visualizer.scene.scene import Scene, Selection, Thing
from visualizer.scene.wait_chains import IntendedRoutes

_SHOWN = 5
"""Largest number of events with reasons on a page; the newest are shown."""


class Style(Enum):
    TITLE = auto()
    HEAD = auto()
    """Heading above the lines of one topic."""
    FACT = auto()
    """`name` and `text` side by side."""
    WHEN = auto()
    WHY = auto()
    ALARM = auto()
    SAY = auto()
    """A sentence over the whole width."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page. link: selected by a click. tick: shown after a click, -1 for none."""

    style: Style
    text: str
    name: str = ""
    link: Selection | None = None
    tick: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """Everything that a page is written from: the frame of a tick, and the history of the run up to it."""

    scene: Scene
    frame: Frame
    history: RunHistory
    routes: IntendedRoutes
    visitors: RecentVisitors

    @property
    def tick(self) -> int:
        return self.frame.tick

    def clock(self, tick: float) -> str:
        return clock(self.scene.header, tick)

    def span(self, ticks: int) -> str:
        """Return the duration of a number of ticks in words."""
        return span(ticks * self.scene.header.tick_s)

    def station(self, index: int) -> str:
        return self.scene.words.station(index)


def title(text: str) -> Line:
    return Line(Style.TITLE, text)


def head(text: str) -> Line:
    return Line(Style.HEAD, text)


def fact(name: str, text: str, link: Selection | None = None) -> Line:
    return Line(Style.FACT, text, name, link)


def sentence(text: str, link: Selection | None = None) -> Line:
    return Line(Style.SAY, text, link=link)


def alarm(text: str, link: Selection | None = None) -> Line:
    return Line(Style.ALARM, text, link=link)


def robot(number: int) -> Selection | None:
    return Selection(Thing.ROBOT, number) if number >= 0 else None


def pod(number: int) -> Selection | None:
    return Selection(Thing.POD, number) if number >= 0 else None


def order(number: int) -> Selection:
    return Selection(Thing.ORDER, number)


def station(moment: Moment, index: int) -> Selection | None:
    return Selection(Thing.STATION, index) if 0 <= index < len(moment.scene.stations) else None


def shortened(lines: list[Line], most: int) -> list[Line]:
    """Return at most `most` lines, then a line with the number of further ones."""
    left = len(lines) - most
    return [*lines[:most], sentence(f"and {left:,} more")] if left > 0 else lines


def recent_about(
    moment: Moment, subject: tuple[str, int], kinds: tuple[type[AnyEvent], ...], tick: int | None = None
) -> list[AnyEvent]:
    """Return the recent events of some kinds about a subject, oldest first."""
    until = moment.tick if tick is None else tick
    return [event for event in moment.history.about(subject, until) if isinstance(event, kinds)]


def out_of_service(
    moment: Moment, subject: tuple[str, int], kinds: tuple[str, ...] = ("pod", "robot", "charger", "outfeed")
) -> list[Line]:
    """Return the alarm that a thing is out of service, if it is."""
    news = [
        event
        for event in recent_about(moment, subject, (ev.OutOfService, ev.BackInService))
        if isinstance(event, ev.OutOfService | ev.BackInService) and event.kind in kinds
    ]
    if not news or not isinstance(news[-1], ev.OutOfService):
        return []
    return [alarm(f"out of service since {moment.clock(news[-1].t)}, until people have checked it: {news[-1].reason}")]


def why(moment: Moment, news: list[AnyEvent], most: int = _SHOWN) -> list[Line]:
    """Return the newest events with their reasons, newest first."""
    lines = []
    for event in sorted(news, key=lambda event: event.t)[: -most - 1 : -1]:
        lines += event_lines(moment, event)
    return [head("why"), *lines] if lines else []


def event_lines(moment: Moment, event: AnyEvent, tick: int = -1, *, own: bool = False) -> list[Line]:
    """Return an event with its reason. tick: shown after a click; without one, a click selects the thing that the event
    names.

    own: the page is about the order of the event, so the event doesn't name it.
    """
    link = named(event) if tick < 0 else None
    words = moment.scene.words
    text = words.phrase(event) if own else words.headline(event, moment.history.order_words)
    lines = [Line(Style.WHEN, text, moment.clock(event.t), link, tick)]
    return [*lines, Line(Style.WHY, reason)] if (reason := words.reason(event)) else lines


def named(event: AnyEvent) -> Selection | None:
    """Return the first thing that an event's headline names."""
    match event:
        case ev.OrderReleased() | ev.OrderPicked() | ev.OrderPacking() | ev.OrderShipped():
            return order(event.order)
        case ev.OrderReceived() | ev.OrderWithdrawn() | ev.OrderCancelled() | ev.Picked() | ev.OrderPrioritised():
            return order(event.order)
        case ev.OrderWaits():
            return order(event.order)
        case ev.TaskAssigned() | ev.VisitStarted() | ev.VisitEnded():
            return robot(event.robot)
        case ev.TaskCreated() | ev.PlaceChosen() | ev.LineWaits() | ev.Stowed() | ev.TakenOut():
            return pod(event.pod)
        case ev.NextStop():
            return Selection(Thing.STATION, event.station)
    return None
