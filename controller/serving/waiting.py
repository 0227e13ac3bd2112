"""Before the first tick of a served floor: that it is being prepared, then whom it waits for and for how long, in words and as
the desk's answer.
"""

from collections.abc import Sequence
from typing import NamedTuple

from robots.requests.requests import Figures, Request, Result, Status
from robots.wording.formatting import cell_at, count

_NAMED = 10
"""Robots that a line names; the others are counted."""
_LISTED = 100
_TEXT = 300


class Waiting(NamedTuple):
    """robots: size of the fleet. missing: numbers of those that aren't logged in. left_s: seconds to wait at most."""

    robots: int
    missing: list[int]
    left_s: float

    @property
    def words(self) -> str:
        """ "29 of 30 robots are logged in; waiting for robot 7, at most 12 s more"."""
        there = f"{self.robots - len(self.missing)} of {count(self.robots, 'robot')} are logged in"
        if not self.missing:
            return there
        if self.left_s <= 0:
            return f"{there}; missing: {named(self.missing)}"
        return f"{there}; waiting for {named(self.missing)}, at most {self.left_s:.0f} s more"


def named(robots: Sequence[int]) -> str:
    """Robots by their numbers: "robot 7", "robots 7, 8", "robots 0, 1, … and 20 more"."""
    shown = ", ".join(map(str, robots[:_NAMED]))
    more = f" and {len(robots) - _NAMED} more" if len(robots) > _NAMED else ""
    return f"robot{'s' if len(robots) > 1 else ''} {shown}{more}"


def while_preparing(request: Request, seconds: float) -> Result:
    """The answer of a floor that isn't there yet. seconds: since the preparing began."""
    text = f"preparing since {seconds:.0f} s; robots are let in when it is done"
    if isinstance(request, Status) and not request.name:
        return Result(request.client, request.msg, ok=True, text=text, data={"mode": "preparing"})
    return Result(
        request.client, request.msg, ok=False, text=f"the floor is {text}: nothing was done, ask again after it"
    )


def before_first_tick(result: Result, waiting: Waiting) -> Result:
    """The floor's status while it waits: who is connected, and whom it waits for. result: that of the floor as it stands."""
    text = f"before the first tick: {waiting.words}"
    connected = waiting.robots - len(waiting.missing)
    names = [str(robot) for robot in waiting.missing[:_LISTED]]
    figures: Figures = {
        "connected": connected,
        "offline": names,
        "mode": "waiting",
        "first_tick_in_s": round(waiting.left_s, 1),
    }
    return Result(result.client, result.msg, result.ok, text[:_TEXT], {**result.data, **figures})


def not_yet(request: Request, waiting: Waiting) -> Result:
    """The refusal of a request that would change a floor which waits; `operator stop` is the only one that is taken."""
    whom = f" for {named(waiting.missing)}, at most {waiting.left_s:.0f} s more" if waiting.missing else ""
    text = f"the floor waits{whom}; first tick not yet: nothing was done, ask again after it"
    return Result(request.client, request.msg, ok=False, text=text[:_TEXT])


def while_full(request: Request, result: Result | None, error: Exception) -> Result:
    """The answer while the store takes no more. result: of a request that changes nothing; all else is refused."""
    if result is None:
        text = f"store full: {error}; nothing was done, ask again when there is room"
        return Result(request.client, request.msg, ok=False, text=text[:_TEXT])
    text = f"the floor stands, store full: {error}; {result.text}"
    return Result(result.client, result.msg, result.ok, text[:_TEXT], {**result.data, "store": "full"})


def start_line(cells: Sequence[int], width: int) -> str:
    """Where the robots stand at the start, the first few of them."""
    places = ", ".join(f"{robot} in {cell_at(cell, width)}" for robot, cell in enumerate(cells[:_NAMED]))
    more = f" and {len(cells) - _NAMED} more (podfleet layout show --robots lists all)" if len(cells) > _NAMED else ""
    return f"robots start heading east: {places}{more}"
