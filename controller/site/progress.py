"""Stuck robots: a robot with a goal that makes no progress for 300 ticks is stuck, and the run has failed."""

import numpy as np
from numpy.typing import NDArray

from controller.planning.fields import FAR
from controller.warehouse.robots import Robots
from layout.grid import Grid
from robots.recording.events import Alarm
from robots.units.lifecycle import RobotState

STUCK_TICKS = 300
_SHOWN = 5
"""Number of robots in front of a stuck one that are named."""


class Watch:
    """Shortest distance of each robot to its goal so far, and when it was reached.

    Time in which a fault holds the robot does not count, and a robot that has to take a longer route starts again.
    stuck: numbers of the robots that were stuck at any time. waited: int64[robots], ticks since each robot last came
    nearer.
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
        """Record that cells were closed or opened since the last look."""
        self._other_ways = True

    def look(
        self, tick: int, robots: Robots, left: NDArray[np.int32], held: NDArray[np.bool_], grid: Grid
    ) -> list[Alarm]:
        """Return an alarm for each robot that is stuck from now on.

        left: int32[robots], cells to the goal. held: bool[robots], kept from driving by a fault, its own or another's.
        """
        # Places in a queue lane are assigned again each tick: another place is no progress.
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
        text = f"robot {robot} at {grid.at(robots.cell[robot])} has come no closer to {grid.at(robots.goal[robot])} "
        text += f"for {STUCK_TICKS} ticks: {_reason(robot, robots, left, grid)}"
        return Alarm(tick, "stuck", text, int(robots.cell[robot]), robot)


def _reason(robot: int, robots: Robots, left: int, grid: Grid) -> str:
    """Return why a robot gets no nearer, as far as can be seen: no route, an occupied goal, or the robots in front of
    it.
    """
    if left == FAR:
        return "no route leads there"
    occupants = np.flatnonzero(robots.cell == robots.goal[robot]).tolist()
    if occupants:
        return f"{_named(occupants[0], robots)} is there"
    chain = waits_for(robot, robots, grid)
    if not chain:
        return "no robot is in front of it; others repeatedly crossed its route"
    shown = [str(other) for other in chain[:_SHOWN]] + ["…"] * (len(chain) > _SHOWN)
    return f"in front of it is {' → '.join(shown)}, at the end {_named(chain[-1], robots)}"


def _named(robot: int, robots: Robots) -> str:
    """Return a robot with its state: "robot 7 (charging)"."""
    state = RobotState(int(robots.state[robot])).name.lower().replace("_", " ")
    return f"robot {robot} ({'stopped' if robots.stopped[robot] else state})"


def waits_for(robot: int, robots: Robots, grid: Grid) -> list[int]:
    """Return the robots ahead of one another, from the one that `robot` faces until one faces none or the chain closes."""
    robot_at = {int(cell): number for number, cell in enumerate(robots.cell.tolist())}
    chain: list[int] = []
    while True:
        ahead = robot_at.get(grid.neighbour(int(robots.cell[robot]), int(robots.heading[robot])), -1)
        if ahead < 0 or ahead in chain:
            return chain
        chain.append(ahead)
        robot = ahead
