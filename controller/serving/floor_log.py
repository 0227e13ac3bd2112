"""Log lines of a served floor: events of its robots, and things that people must look at."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from controller.link.rate_limit import Limiter, and_more
from controller.site.out_of_service import Kind
from robots.recording import events as ev
from robots.recording.events import Event
from robots.wording.formatting import cell_at

_log = logging.getLogger(__name__)


class FloorLog:
    """Log of a floor: a line for each robot that stops, is lost or is back, each thing out of service, and each alarm.

    width: of the grid. As JSON, a line has the kind of event and the robot or pod concerned. Each kind and robot gets at most
    a line a second, then a count.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._limiter = Limiter()

    def write(self, events: Sequence[Event], now: float) -> None:
        """Write the lines of these events. now: monotonic seconds."""
        for event in events:
            line = _LINES.get(type(event))
            if line is None:
                continue
            level, kind, text = line(event, self._width)
            about = {name: number for name in ("robot", "pod") if (number := getattr(event, name, -1)) >= 0}
            if "robot" not in about or self._limiter.passes((kind, about["robot"]), now):
                _log.log(level, "%s", text, extra={"about": {"event": kind, **about}})
        for (kind, robot), count in self._limiter.left_out(now):
            _log.warning(
                "%s: robot %s: %s", kind, robot, and_more(count), extra={"about": {"event": kind, "robot": robot}}
            )


_Line = tuple[int, str, str]
"""Log level, kind of event, text."""


def _fault(event: ev.RobotFault, width: int) -> _Line:
    kind = "stopped" if event.kind in ev.STOPS else "lost"
    words = ev.FAULT_WORDS.get(event.kind, event.kind)
    return logging.WARNING, kind, f"{kind}: robot {event.robot} {words} at {cell_at(event.cell, width)}"


def _recovered(event: ev.RobotRecovered, width: int) -> _Line:
    return logging.INFO, "back", f"back: robot {event.robot} works again at {cell_at(event.cell, width)}"


def _thing(event: ev.OutOfService | ev.BackInService, width: int) -> str:
    numbers = {Kind.POD: event.pod, Kind.ROBOT: event.robot}
    number = numbers.get(Kind(event.kind))
    return f"{event.kind} {number}" if number is not None else f"{event.kind} at {cell_at(event.cell, width)}"


def _out(event: ev.OutOfService, width: int) -> _Line:
    return logging.WARNING, "out of service", f"out of service: {_thing(event, width)}: {event.reason}"


def _back(event: ev.BackInService, width: int) -> _Line:
    return logging.INFO, "back in service", f"back in service: {_thing(event, width)}: {event.reason}"


def _alarm(event: ev.Alarm, width: int) -> _Line:
    return logging.WARNING, event.kind, f"{event.kind}: {event.text}"


_LINES: dict[type[Event], Callable[[Any, int], _Line]] = {
    ev.RobotFault: _fault,
    ev.RobotRecovered: _recovered,
    ev.OutOfService: _out,
    ev.BackInService: _back,
    ev.Alarm: _alarm,
}
