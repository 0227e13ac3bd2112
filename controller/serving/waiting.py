"""Texts and answers before the first tick of a served floor: that it is being prepared, then which robots it waits for and
how long.
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
    """Waiting for robots. robots: size of the fleet. missing: numbers of robots not logged in. left_s: longest remaining wait
    in s.
    """

    robots: int
    missing: list[int]
    left_s: float

    @property
    def words(self) -> str:
        """ "29 of 30 robots are logged in; waiting for robot 7, at most 12 s more"."""
        logged_in = f"{self.robots - len(self.missing)} of {count(self.robots, 'robot')} are logged in"
        if not self.missing:
            return logged_in
        if self.left_s <= 0:
            return f"{logged_in}; missing: {named(self.missing)}"
        return f"{logged_in}; waiting for {named(self.missing)}, at most {self.left_s:.0f} s more"


def named(robots: Sequence[int]) -> str:
    """Return robots by their numbers: "robot 7", "robots 7, 8", "robots 0, 1, … and 20 more"."""
    shown = ", ".join(map(str, robots[:_NAMED]))
    more = f" and {len(robots) - _NAMED} more" if len(robots) > _NAMED else ""
    return f"robot{'s' if len(robots) > 1 else ''} {shown}{more}"


def while_preparing(request: Request, seconds: float) -> Result:
    """Return the answer of a floor under preparation. seconds: since its start."""
    text = f"preparing since {seconds:.0f} s; robots may log in when it is done"
    if isinstance(request, Status) and not request.name:
        return Result(request.client, request.msg, ok=True, text=text, data={"mode": "preparing"})
    return Result(
        request.client, request.msg, ok=False, text=f"the floor is {text}: nothing was done, send it again later"
    )


def before_first_tick(result: Result, waiting: Waiting) -> Result:
    """Return the floor's status while it waits: connected robots, and those it waits for. result: the status as it stands."""
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
    """Return the refusal of a request that would change a waiting floor; only `operator stop` is accepted."""
    whom = f" for {named(waiting.missing)}, at most {waiting.left_s:.0f} s more" if waiting.missing else ""
    text = f"the floor waits{whom}; first tick not yet: nothing was done, send it again later"
    return Result(request.client, request.msg, ok=False, text=text[:_TEXT])


def while_full(request: Request, result: Result | None, error: Exception) -> Result:
    """Return the answer while the store is full. result: of a request that changes nothing; any other is refused."""
    if result is None:
        text = f"store full: {error}; nothing was done, send it again when there is room"
        return Result(request.client, request.msg, ok=False, text=text[:_TEXT])
    text = f"the floor stands, store full: {error}; {result.text}"
    return Result(result.client, result.msg, result.ok, text[:_TEXT], {**result.data, "store": "full"})


def start_line(cells: Sequence[int], width: int) -> str:
    """Return the line about where the first few robots stand at the start."""
    places = ", ".join(f"{robot} in {cell_at(cell, width)}" for robot, cell in enumerate(cells[:_NAMED]))
    more = f" and {len(cells) - _NAMED} more (podfleet layout show --robots lists all)" if len(cells) > _NAMED else ""
    return f"robots start heading east: {places}{more}"
