"""Robots that say they stand where they can't be: those cells are closed to all others until it is settled.

The controller's picture may be wrong: a robot was carried, a store is an older copy, a robot that was given up is back. Whether
the robot's word is right nobody here can know, so nobody is led into that cell, nor into those where the robot was believed.
It ends when the robot is heard from a cell that is its own, or by an operator who has gone and looked.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from controller.link.cell_reservations import CellReservations
from controller.link.sessions import RobotSession
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
        reservations: CellReservations,
        passable: NDArray[np.bool_],
        width: int,
        alarm: Callable[[str, str, object], None],
        clear: Callable[[int, int], None],
    ) -> None:
        self.passable = passable
        self._reservations, self._width, self._alarm, self._clear = reservations, width, alarm, clear
        self._shown: dict[int, int] = {}
        self._shown_at = 0.0

    def take(self, session: RobotSession, cell: int, what: str, now: float) -> None:
        """A robot says that it stands in a cell. what: it says, for people."""
        session.claimed_at = now
        if session.claim == cell or (session.claim >= 0 and now - session.claimed_since < _PACE_S):
            return
        nowhere = session.nowhere
        self.drop(session)
        if not (0 <= cell < len(self.passable) and self.passable[cell]):
            session.nowhere = cell
            if nowhere != cell:
                self._alarm("held", f"robot {session.robot}: {what}, which is no place to stand", session.robot)
            return
        session.claim, session.claimed_since = cell, now
        self._reservations.claims[session.robot] = cell
        granted = [robot for robot in self._reservations.robots_granted(cell) if robot != session.robot]
        self._clear(cell, session.robot)
        row, col = divmod(cell, self._width)
        settle = f"podfleet operator confirm-place {session.robot} {row},{col}"
        text = f"robot {session.robot}: {what}. The cell is closed to all others; look, then put it back or {settle}"
        self._alarm("held", text, session.robot)
        stop = f"where robot {session.robot} reports itself: it is stopped"
        for robot in granted:
            text = f"robot {robot} is in {cell_at(cell, self._width)}, or has been granted it, {stop}"
            self._alarm("danger", text, robot)

    def drop(self, session: RobotSession) -> None:
        """What it said holds no more."""
        self._reservations.claims.pop(session.robot, None)
        session.claim = session.nowhere = -1

    def look(self, sessions: list[RobotSession], now: float) -> None:
        """Choose which claims are shown to the planner. At most once a second, for each change of them costs it new roads."""
        if now - self._shown_at >= _STEADY_S:
            self._shown_at = now
            steady = (
                session for session in sessions if session.claim >= 0 and now - session.claimed_since >= _STEADY_S
            )
            self._shown = {session.robot: session.claim for session in steady}

    def shown(self) -> list[tuple[int, int]]:
        """(robot, cell) of claims that the planner is to know of."""
        return [(robot, cell) for robot, cell in self._shown.items() if self._reservations.claims.get(robot) == cell]
