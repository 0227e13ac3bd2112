"""Guard of a body: an exception becomes a fault that the robot reports, and never ends its agent."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from layout.escaping import in_a_line
from robots.agents.pose import Body, Charger, Placeable, Pose
from robots.link.messages import FAULT_SIGNS, Welcome
from robots.recording.frames import NO_LOAD

_MOST_TOLD = 4
_T = TypeVar("_T")


class GuardedBody:
    """Body as called by its pilot. `faults`: {method: what it raised} of methods whose last call raised.

    news: lines for the user since they were last taken: each error once, and its end.
    """

    def __init__(self, body: Body) -> None:
        self._body = body
        self._pose = Pose(-1, 0, moving=True, load=NO_LOAD)
        self._wh = 0.0
        self.faults: dict[str, str] = {}
        self.news: list[str] = []
        self._reported: set[str] = set()
        """Texts of the unit's present fault that were reported."""
        self.seen = False
        """True once pose() has returned a position."""

    @property
    def places(self) -> bool:
        """Tell whether the controller places the body."""
        return isinstance(self._body, Placeable)

    def pose(self) -> Pose:
        """Return the pose; while pose() raises, the last one, and moving for all that is known."""
        pose = self._call("pose", lambda: _checked_pose(self._body.pose()))
        if pose is not None:
            self._pose, self.seen = replace(pose, fault=_line(pose.fault)), True
            self._note_own(self._pose.fault)
        elif not self._pose.moving:
            self._pose = replace(self._pose, moving=True)
        fault = next(iter(self.faults.values()), "")
        return replace(self._pose, fault=fault) if fault else self._pose

    def drive(self, cells: Sequence[int], face: int) -> None:
        """Drive on; stop a body that raises."""
        self._call("drive", lambda: self._body.drive(cells, face))
        if "drive" in self.faults:
            self.stop()

    def stop(self) -> None:
        self._call("stop", self._body.stop)

    def battery(self) -> float:
        """Return the battery's energy in Wh; the last value while it can't be read."""
        wh = self._call("battery", lambda: _checked_wh(self._body.battery()))
        if wh is not None:
            self._wh = wh
        return self._wh

    def lift(self, what: int) -> str:
        """Begin a lift; return the error text if it can't, "" otherwise."""
        return self._try("lift", lambda: self._body.lift(what))

    def charge(self, *, on: bool) -> str:
        """Begin or end charging; return the error text if it can't. A body that needs no order always can."""
        body = self._body
        return self._try("charge", lambda: body.charge(on)) if isinstance(body, Charger) else ""

    def place(self, welcome: Welcome) -> None:
        if isinstance(self._body, Placeable):
            self._body.place(welcome)

    def _call(self, method: str, call: Callable[[], _T]) -> _T | None:
        """Return a method's result, None if it raises. A body that can't report its pose or its battery is stopped."""
        try:
            result = call()
        except Exception as error:  # a user's body may raise anything, and its robot must stay safe
            self._note(method, error)
            return None
        if self.faults.pop(method, None) is not None:
            self.news.append(f"{method}() works again")
        return result

    @property
    def halted(self) -> bool:
        """Tell whether the unit can't report its pose, or has a fault of its own: it must not be driven."""
        return "pose" in self.faults or bool(self._pose.fault)

    def _note_own(self, fault: str) -> None:
        """Stop the unit for a fault in its pose, like for a raised one; a fault whose text keeps changing is reported a few
        times.
        """
        if not fault:
            if self._reported:
                self.news.append("pose() reports no fault any more")
            self._reported.clear()
            return
        began = not self._reported
        if fault not in self._reported and len(self._reported) < _MOST_TOLD:
            self._reported.add(fault)
            self.news.append(f"pose() reports the fault: {fault}; the robot stops until pose() reports none")
        if began:
            self.stop()

    def _note(self, method: str, error: Exception) -> None:
        text = _in_words(method, error)
        if self.faults.get(method) != text:
            self.news.append(f"{text}; the robot stops and reports a fault until {method}() works again")
        known = method in self.faults
        self.faults[method] = text
        if not known and method in ("pose", "battery"):
            self.stop()

    def _try(self, method: str, call: Callable[[], object]) -> str:
        try:
            call()
        except Exception as error:  # the action fails, and the controller decides what to do
            text = _in_words(method, error)
            self.news.append(f"{text}; the action has failed")
            return text
        return ""


def _in_words(method: str, error: Exception) -> str:
    return _line(f"{method}() raised {type(error).__name__}: {error}").rstrip(": ")


def _line(words: str) -> str:
    """Return text as it is printed and sent: without line ends and terminal control characters."""
    return in_a_line(" ".join(words.split()), FAULT_SIGNS)


def _checked_pose(pose: Pose) -> Pose:
    """Return a pose that was checked. TypeError or ValueError for one that no agent could send."""
    if not isinstance(pose, Pose):
        raise TypeError(f"{pose!r} is no Pose")
    if not -1 <= pose.cell < 1 << 31 or not 0 <= pose.heading <= 3 or not -2 <= pose.load < 1 << 31:
        raise ValueError(f"{pose} can't be")
    if pose.fault and not isinstance(pose.fault, str):
        raise TypeError(f"the fault {pose.fault!r} is no text")
    return pose


def _checked_wh(wh: float) -> float:
    """Return an energy that was checked. ValueError if it is none."""
    if not math.isfinite(wh) or wh < 0.0:
        raise ValueError(f"{wh!r} is no charge in Wh")
    return float(wh)
