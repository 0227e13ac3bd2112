"""Robots that say they stand where they can't be: those cells are closed to all others until it is settled.

The controller's picture may be wrong: a robot was carried, a store is an older copy, a robot that was given up is back. Whether
the robot's word is right nobody here can know, so nobody is led into that cell, nor into those where the robot was believed.
It ends when the robot is heard from a cell that is its own, or by an operator who has gone and looked.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from controller.link.cell_reservations import Visits
from controller.link.sessions import Seat
from robots.wording.formatting import cell_at

_PACE_S = 0.2
"""A robot that says another cell sooner than that is heard when it says it again: it says so each half second."""
_STEADY_S = 1.0
"""A claim is shown to the planner, for whom roads change by it, once it has stood for so long; grants heed it at once."""


class Claims:
    """passable: bool[cells]. width: of the grid. alarm: called with kind, text and the robot. clear: called with the cell
    and the robot that says it stands there; whoever else is led there is to be stopped.
    """

    def __init__(
        self,
        visits: Visits,
        passable: NDArray[np.bool_],
        width: int,
        alarm: Callable[[str, str, object], None],
        clear: Callable[[int, int], None],
    ) -> None:
        self.passable = passable
        self._visits, self._width, self._alarm, self._clear = visits, width, alarm, clear
        self._shown: dict[int, int] = {}
        self._shown_at = 0.0

    def take(self, seat: Seat, cell: int, what: str, now: float) -> None:
        """A robot says that it stands in a cell. what: it says, for people."""
        seat.claimed_at = now
        if seat.claim == cell or (seat.claim >= 0 and now - seat.claimed_since < _PACE_S):
            return
        nowhere = seat.nowhere
        self.drop(seat)
        if not (0 <= cell < len(self.passable) and self.passable[cell]):
            seat.nowhere = cell
            if nowhere != cell:
                self._alarm("held", f"robot {seat.robot}: {what}, which is no place to stand", seat.robot)
            return
        seat.claim, seat.claimed_since = cell, now
        self._visits.claims[seat.robot] = cell
        there = [robot for robot in self._visits.led_to(cell) if robot != seat.robot]
        self._clear(cell, seat.robot)
        row, col = divmod(cell, self._width)
        settle = f"podfleet operator confirm-place {seat.robot} {row},{col}"
        text = f"robot {seat.robot}: {what}. The cell is closed to all others; look, then put it back or {settle}"
        self._alarm("held", text, seat.robot)
        for robot in there:
            danger = f"robot {robot} is in {cell_at(cell, self._width)} or was let in, where robot {seat.robot} says it stands"
            self._alarm("danger", f"{danger}: it is told to stop", robot)

    def drop(self, seat: Seat) -> None:
        """What it said holds no more."""
        self._visits.claims.pop(seat.robot, None)
        seat.claim = seat.nowhere = -1

    def look(self, seats: list[Seat], now: float) -> None:
        """Choose which claims are shown to the planner. At most once a second, for each change of them costs it new roads."""
        if now - self._shown_at >= _STEADY_S:
            self._shown_at = now
            steady = (seat for seat in seats if seat.claim >= 0 and now - seat.claimed_since >= _STEADY_S)
            self._shown = {seat.robot: seat.claim for seat in steady}

    def shown(self) -> list[tuple[int, int]]:
        """(robot, cell) of claims that the planner is to know of."""
        return [(robot, cell) for robot, cell in self._shown.items() if self._visits.claims.get(robot) == cell]
