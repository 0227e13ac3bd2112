"""Who gets no nearer: a robot with a goal that makes no progress for 300 ticks is stuck, and the run has failed."""

import numpy as np
from numpy.typing import NDArray

from controller.robots import Robots
from layout.grid import Grid
from robots.events import Alarm
from robots.lifecycle import RobotState

STUCK_TICKS = 300


class Watch:
    """Follows the shortest distance each robot has come to its goal, and when.

    Time in which a fault holds the robot doesn't count. stuck: numbers of the robots that were stuck at any time.
    waited: int64[robots], ticks since each robot last came nearer.
    """

    def __init__(self, robots: int) -> None:
        self._goal = np.full(robots, -1, np.int32)
        self._leg = np.full(robots, -1, np.int64)
        self._nearest = np.zeros(robots, np.int32)
        self._since = np.zeros(robots, np.int64)
        self.waited = np.zeros(robots, np.int64)
        self.stuck: set[int] = set()

    def look(self, tick: int, robots: Robots, left: NDArray[np.int32], grid: Grid) -> list[Alarm]:
        """left: int32[robots], cells to the goal. Returns an alarm for each robot that is stuck from now on."""
        # Places in a queue lane are handed out anew each tick: another one is no progress.
        elsewhere = (robots.goal != self._goal) & (robots.state != RobotState.CARRYING)
        fresh = elsewhere | (robots.since != self._leg) | (robots.goal < 0)
        fresh |= robots.stopped | (robots.state == RobotState.DEAD)
        nearer = fresh | (left < self._nearest) | (left == 0)
        self._nearest = np.where(fresh, left, np.minimum(left, self._nearest))
        self._goal, self._leg = robots.goal.copy(), robots.since.copy()
        self._since[nearer] = tick
        self.waited = tick - self._since
        late = np.flatnonzero(self.waited == STUCK_TICKS).tolist()
        self.stuck.update(late)
        return [self._alarm(tick, robot, robots, grid) for robot in late]

    @staticmethod
    def _alarm(tick: int, robot: int, robots: Robots, grid: Grid) -> Alarm:
        chain = waits_for(robot, robots, grid)
        text = f"robot {robot} at {grid.at(robots.cell[robot])} has got no nearer to {grid.at(robots.goal[robot])} "
        text += f"for {STUCK_TICKS} ticks; it waits for " + " → ".join(map(str, chain) if chain else ["nobody"])
        return Alarm(tick, "stuck", text, int(robots.cell[robot]), robot)


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
