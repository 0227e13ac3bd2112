"""Claims: cells in which robots report themselves though they can't be there; closed to all others until settled.

The controller's state may be wrong: a robot was carried, a store is an older copy, a robot that was given up is back. The
software can't tell whether the report is right, so no robot is led into that cell, nor into those in which the robot was
believed to be. A claim ends when the robot reports from a cell of its own, or when an operator has looked and decided.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from controller.link.cell_reservations import CellReservations
from controller.link.sessions import RobotSession
from robots.wording.formatting import cell_at

_PACE_S = 0.2
"""Interval in s at which a changed claim is accepted; robots repeat it every half second."""
_STEADY_S = 1.0
"""Age in s from which a claim is shown to the planner, whose roads change by it; grants respect it at once."""


class Claims:
    """Claims of all robots. passable: bool[cells]. width: of the grid. alarm: called with kind, text and robot. clear: called
    with the cell and the robot that claims it; it stops the robots routed there.
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
        """Record that a robot reports itself in a cell. what: its report in words."""
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
        text = f"robot {session.robot}: {what}. The cell is closed to all other robots"
        text += f"; go and look, then put the robot back or run {settle}"
        self._alarm("held", text, session.robot)
        stop = f"where robot {session.robot} reports itself: it is stopped"
        for robot in granted:
            text = f"robot {robot} is in {cell_at(cell, self._width)}, or has been granted it, {stop}"
            self._alarm("danger", text, robot)

    def drop(self, session: RobotSession) -> None:
        """End a robot's claim."""
        self._reservations.claims.pop(session.robot, None)
        session.claim = session.nowhere = -1

    def look(self, sessions: list[RobotSession], now: float) -> None:
        """Choose the claims shown to the planner, at most once a second, because each change makes it compute new roads."""
        if now - self._shown_at >= _STEADY_S:
            self._shown_at = now
            steady = (
                session for session in sessions if session.claim >= 0 and now - session.claimed_since >= _STEADY_S
            )
            self._shown = {session.robot: session.claim for session in steady}

    def shown(self) -> list[tuple[int, int]]:
        """Return (robot, cell) of the claims shown to the planner."""
        return [(robot, cell) for robot, cell in self._shown.items() if self._reservations.claims.get(robot) == cell]
