"""Who gets no nearer: a robot with a goal that makes no progress for 300 ticks is stuck, and the run has failed."""

import numpy as np
from numpy.typing import NDArray

from controller.planning.fields import FAR
from controller.warehouse.robots import Robots
from layout.grid import Grid
from robots.recording.events import Alarm
from robots.units.lifecycle import RobotState

STUCK_TICKS = 300
_SHOWN = 5
"""Robots in front of a stuck one that are named."""


class Watch:
    """Follows the shortest distance each robot has come to its goal, and when.

    Time in which a fault holds the robot doesn't count, and who has to go round by another way begins anew. stuck: numbers
    of the robots that were stuck at any time. waited: int64[robots], ticks since each robot last came nearer.
    """

    def __init__(self, robots: int) -> None:
        self._goal = np.full(robots, -1, np.int32)
        self._leg = np.full(robots, -1, np.int64)
        self._nearest = np.zeros(robots, np.int32)
        self._since = np.zeros(robots, np.int64)
        self._left = np.zeros(robots, np.int32)
        self._other_ways = False
        self.waited = np.zeros(robots, np.int64)
        self.stuck: set[int] = set()

    def ways_changed(self) -> None:
        """Cells were closed or opened since the last look."""
        self._other_ways = True

    def look(
        self, tick: int, robots: Robots, left: NDArray[np.int32], held: NDArray[np.bool_], grid: Grid
    ) -> list[Alarm]:
        """Returns an alarm for each robot that is stuck from now on.

        left: int32[robots], cells to the goal. held: bool[robots], kept from driving by a fault, its own or another's.
        """
        # Places in a queue lane are handed out anew each tick: another one is no progress.
        elsewhere = (robots.goal != self._goal) & (robots.state != RobotState.CARRYING)
        fresh = elsewhere | (robots.since != self._leg) | (robots.goal < 0)
        fresh |= held
        if self._other_ways:
            fresh |= left > self._left + 1  # one step astray is no new way
        nearer = fresh | (left < self._nearest) | (left == 0)
        self._nearest = np.where(fresh, left, np.minimum(left, self._nearest))
        self._goal, self._leg, self._left = robots.goal.copy(), robots.since.copy(), left.copy()
        self._other_ways = False
        self._since[nearer] = tick
        self.waited = tick - self._since
        late = np.flatnonzero(self.waited == STUCK_TICKS).tolist()
        self.stuck.update(late)
        return [self._alarm(tick, robot, robots, int(left[robot]), grid) for robot in late]

    @staticmethod
    def _alarm(tick: int, robot: int, robots: Robots, left: int, grid: Grid) -> Alarm:
        text = f"robot {robot} at {grid.at(robots.cell[robot])} has got no nearer to {grid.at(robots.goal[robot])} "
        text += f"for {STUCK_TICKS} ticks: {_reason(robot, robots, left, grid)}"
        return Alarm(tick, "stuck", text, int(robots.cell[robot]), robot)


def _reason(robot: int, robots: Robots, left: int, grid: Grid) -> str:
    """Why a robot gets no nearer, as far as one can see: no way, a taken goal, or who is in front of it."""
    if left == FAR:
        return "no way leads there"
    there = np.flatnonzero(robots.cell == robots.goal[robot]).tolist()
    if there:
        return f"{_named(there[0], robots)} is there"
    chain = waits_for(robot, robots, grid)
    if not chain:
        return "nobody is in front of it; others took its way again and again"
    shown = [str(other) for other in chain[:_SHOWN]] + ["…"] * (len(chain) > _SHOWN)
    return f"in front of it is {' → '.join(shown)}, at the end {_named(chain[-1], robots)}"


def _named(robot: int, robots: Robots) -> str:
    """ "robot 7 (charging)"."""
    state = RobotState(int(robots.state[robot])).name.lower().replace("_", " ")
    return f"robot {robot} ({'stopped' if robots.stopped[robot] else state})"


def waits_for(robot: int, robots: Robots, grid: Grid) -> list[int]:
    """The robots ahead of one another, from the one that `robot` faces until one faces nobody or the chain closes."""
    at = {int(cell): number for number, cell in enumerate(robots.cell.tolist())}
    chain: list[int] = []
    while True:
        ahead = at.get(grid.neighbour(int(robots.cell[robot]), int(robots.heading[robot])), -1)
        if ahead < 0 or ahead in chain:
            return chain
        chain.append(ahead)
        robot = ahead
