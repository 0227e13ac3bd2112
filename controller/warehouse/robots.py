"""What the controller believes of every robot, as columns, and their moves along the robots' life cycle."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from controller.warehouse.tasks import Task
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Reports
from robots.units.lifecycle import TRANSITIONS, RobotState

DRIVING = (
    RobotState.PARKING,
    RobotState.FETCHING,
    RobotState.CARRYING,
    RobotState.STORING,
    RobotState.TO_CHARGER,
)
_AT_WORK = (
    RobotState.LIFTING,
    RobotState.PRESENTING,
    RobotState.SETTING_DOWN,
    RobotState.CHARGING,
    RobotState.DEAD,
)
STANDING = np.isin(np.arange(len(RobotState)), _AT_WORK)
"""bool by RobotState: can't be moved out of the way."""


class Robots:
    """Columns over robots: cell, heading, load, battery_wh, stopped, dead, behind, busy as reported; stopped_for (ticks, as
    reported so far); ready: stands where it is planned to be and can begin work; state, goal (cell or -1), since (tick at
    which the trip to the goal began). task[robot] is its Task or None. elsewhere: {robot: cell} where robots say that they
    stand though they can't be.
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
        """Count these robots as stopped, too: they must not be moved until people have looked at them."""
        self.stopped = self.reports.stopped.copy()
        self.stopped[list(standing)] = True
        self.ready = ~(self.stopped | self.behind)
        self.stopped_for = np.where(self.stopped, self._stood_for + 1, 0)

    def cells(self, robot: int) -> list[int]:
        """Where a robot may be: its cell, and those it may still be in on its way there."""
        return [int(self.cell[robot]), *self.trailing[self.trailing[:, 0] == robot, 1].tolist()]

    @property
    def loaded(self) -> NDArray[np.bool_]:
        return np.asarray(self.load != NO_LOAD)

    @property
    def standing(self) -> NDArray[np.bool_]:
        """Robots that nobody can push in this tick."""
        return STANDING[self.state] | self.stopped | self.busy

    def advance(self, robot: int, event: str, tick: int, goal: int = -1) -> None:
        """Next state of a robot, with the goal that comes with it. KeyError if the event doesn't belong to its state."""
        self.state[robot] = TRANSITIONS[RobotState(int(self.state[robot])), event]
        self.goal[robot] = goal
        self.since[robot] = tick

    def in_state(self, *states: RobotState) -> NDArray[np.intp]:
        """Numbers of the robots in any of these states, ascending."""
        first, *others = map(int, states)  # numpy takes four times as long over an enum's member
        found = self.state == first
        for state in others:
            found |= self.state == state
        numbers: NDArray[np.intp] = found.nonzero()[0]  # half of flatnonzero's time
        return numbers

    def longest_in(self, state: RobotState) -> list[int]:
        """Robots in a state, first those that have been in it for longest: so what they wait for passes nobody over."""
        found = self.in_state(state)
        return [int(robot) for robot in found[np.argsort(self.since[found], kind="stable")]]

    def arrived(self, state: RobotState) -> list[int]:
        """Robots of a state that stand on their goal and can act."""
        return np.flatnonzero((self.state == int(state)) & (self.cell == self.goal) & self.ready).tolist()
