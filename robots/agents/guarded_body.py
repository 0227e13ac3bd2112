"""A body that may raise: what it raises becomes a fault that the robot reports, and never ends its agent."""

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
    """A body as its pilot asks it. `faults`: {method: what it raised}, of those whose last call has raised.

    news: lines for the user, since they were last taken: what went wrong, once, and that it works again.
    """

    def __init__(self, body: Body) -> None:
        self._body = body
        self._pose = Pose(-1, 0, moving=True, load=NO_LOAD)
        self._wh = 0.0
        self.faults: dict[str, str] = {}
        self.news: list[str] = []
        self._told: set[str] = set()
        """The unit's own words for the fault that it has now, as far as they were told."""
        self.seen = False
        """Whether pose() has ever said where it is."""

    @property
    def places(self) -> bool:
        """Whether the controller says where it stands."""
        return isinstance(self._body, Placeable)

    def pose(self) -> Pose:
        """Where it is; where it was last, and moving for all that is known, while it can't say so."""
        pose = self._call("pose", lambda: _checked_pose(self._body.pose()))
        if pose is not None:
            self._pose, self.seen = replace(pose, fault=_line(pose.fault)), True
            self._note_own(self._pose.fault)
        elif not self._pose.moving:
            self._pose = replace(self._pose, moving=True)
        fault = next(iter(self.faults.values()), "")
        return replace(self._pose, fault=fault) if fault else self._pose

    def drive(self, cells: Sequence[int], face: int) -> None:
        """Drive on; a body that raises is told to stop."""
        self._call("drive", lambda: self._body.drive(cells, face))
        if "drive" in self.faults:
            self.stop()

    def stop(self) -> None:
        self._call("stop", self._body.stop)

    def battery(self) -> float:
        """Wh; what it was last while it can't be read."""
        wh = self._call("battery", lambda: _checked_wh(self._body.battery()))
        if wh is not None:
            self._wh = wh
        return self._wh

    def lift(self, what: int) -> str:
        """Begin a lift; what it raised if it can't, "" otherwise."""
        return self._try("lift", lambda: self._body.lift(what))

    def charge(self, *, on: bool) -> str:
        """The same for charging; a body that needn't be told always can."""
        body = self._body
        return self._try("charge", lambda: body.charge(on)) if isinstance(body, Charger) else ""

    def place(self, welcome: Welcome) -> None:
        if isinstance(self._body, Placeable):
            self._body.place(welcome)

    def _call(self, method: str, call: Callable[[], _T]) -> _T | None:
        """What a method returns, None if it raises. A body that can't say where it is, or how it is, is told to stop."""
        try:
            result = call()
        except Exception as error:  # a body may be anybody's, and its robot has to stay safe
            self._note(method, error)
            return None
        if self.faults.pop(method, None) is not None:
            self.news.append(f"{method}() works again")
        return result

    @property
    def halted(self) -> bool:
        """Whether the unit can't say where it is, or has a fault of its own: it is not to be driven."""
        return "pose" in self.faults or bool(self._pose.fault)

    def _note_own(self, fault: str) -> None:
        """A fault in the pose holds the unit as one that is raised does; words that keep changing are told a few times."""
        if not fault:
            if self._told:
                self.news.append("pose() reports no fault any more")
            self._told.clear()
            return
        began = not self._told
        if fault not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(fault)
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
        except Exception as error:  # the action fails, and the controller decides what then
            text = _in_words(method, error)
            self.news.append(f"{text}; the action has failed")
            return text
        return ""


def _in_words(method: str, error: Exception) -> str:
    return _line(f"{method}() raised {type(error).__name__}: {error}").rstrip(": ")


def _line(words: str) -> str:
    """Words as they are printed and sent: without the ends of lines and the signs that a terminal obeys."""
    return in_a_line(" ".join(words.split()), FAULT_SIGNS)


def _checked_pose(pose: Pose) -> Pose:
    """TypeError or ValueError for what no agent could send."""
    if not isinstance(pose, Pose):
        raise TypeError(f"{pose!r} is no Pose")
    if not -1 <= pose.cell < 1 << 31 or not 0 <= pose.heading <= 3 or not -2 <= pose.load < 1 << 31:
        raise ValueError(f"{pose} can't be")
    if pose.fault and not isinstance(pose.fault, str):
        raise TypeError(f"the fault {pose.fault!r} is no text")
    return pose


def _checked_wh(wh: float) -> float:
    """ValueError for what is no energy."""
    if not math.isfinite(wh) or wh < 0.0:
        raise ValueError(f"{wh!r} is no charge in Wh")
    return float(wh)
