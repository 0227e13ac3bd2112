"""The controller's view of every robot, as columns, and the robots' moves along their life cycle."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from controller.warehouse.tasks import Task
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Reports
from robots.units.lifecycle import TRANSITIONS, RobotState

_AT_WORK = (
    RobotState.LIFTING,
    RobotState.PRESENTING,
    RobotState.SETTING_DOWN,
    RobotState.CHARGING,
    RobotState.DEAD,
)
STANDING = np.isin(np.arange(len(RobotState)), _AT_WORK)
"""bool by RobotState: the robot cannot be moved out of the way."""


class Robots:
    """Columns over robots.

    cell, heading, load, battery_wh, stopped, dead, behind, busy: as reported. stopped_for: ticks reported as stopped so
    far. ready: at the planned cell and able to begin work. state, goal (cell or -1), since: tick at which the trip to
    the goal began. task[robot]: its Task or None. elsewhere: {robot: cell} reported by robots that cannot be there.
    """

    def __init__(self, reports: Reports) -> None:
        count = len(reports.cell)
        self.state = np.zeros(count, np.int8)
        self.goal = np.full(count, -1, np.int32)
        self.since = np.zeros(count, np.int64)
        self.task: list[Task | None] = [None] * count
        self.stopped_for = np.zeros(count, np.int32)
        self.take(reports)
        self.stopped = np.zeros(count, bool)

    def __len__(self) -> int:
        return len(self.cell)

    def take(self, reports: Reports) -> None:
        self.reports = reports
        self.cell, self.heading, self.load = reports.cell, reports.heading, reports.load
        self.battery_wh, self.dead = reports.battery_wh, reports.dead
        self.behind, self.busy = reports.behind, reports.busy
        self.trailing = reports.trailing.reshape(-1, 2)
        self.elsewhere = {int(robot): int(cell) for robot, cell in reports.elsewhere.reshape(-1, 2)}
        self._stood_for = self.stopped_for
        self.hold([])

    def hold(self, standing: Sequence[int]) -> None:
        """Count these robots as stopped too: they must not be moved until people have checked them."""
        self.stopped = self.reports.stopped.copy()
        self.stopped[list(standing)] = True
        self.ready = ~(self.stopped | self.behind)
        self.stopped_for = np.where(self.stopped, self._stood_for + 1, 0)

    def cells(self, robot: int) -> list[int]:
        """Return the cells in which a robot may be: its own, and those it may not have left yet."""
        return [int(self.cell[robot]), *self.trailing[self.trailing[:, 0] == robot, 1].tolist()]

    @property
    def loaded(self) -> NDArray[np.bool_]:
        return np.asarray(self.load != NO_LOAD)

    @property
    def standing(self) -> NDArray[np.bool_]:
        """Return the robots that cannot be moved out of the way in this tick."""
        return STANDING[self.state] | self.stopped | self.busy

    def advance(self, robot: int, event: str, tick: int, goal: int = -1) -> None:
        """Move a robot to its next state and set the goal. KeyError if the event does not belong to its state."""
        self.state[robot] = TRANSITIONS[RobotState(int(self.state[robot])), event]
        self.goal[robot] = goal
        self.since[robot] = tick

    def in_state(self, *states: RobotState) -> NDArray[np.intp]:
        """Return the numbers of the robots in any of these states, ascending."""
        first, *others = map(int, states)  # numpy takes four times as long over an enum's member
        matches = self.state == first
        for state in others:
            matches |= self.state == state
        numbers: NDArray[np.intp] = matches.nonzero()[0]  # half of flatnonzero's time
        return numbers

    def longest_in(self, state: RobotState) -> list[int]:
        """Return the robots in a state, longest in it first, so that none is passed over."""
        robots = self.in_state(state)
        return [int(robot) for robot in robots[np.argsort(self.since[robots], kind="stable")]]

    def arrived(self, state: RobotState) -> list[int]:
        """Return the robots of a state that are at their goal and can act."""
        return np.flatnonzero((self.state == int(state)) & (self.cell == self.goal) & self.ready).tolist()
