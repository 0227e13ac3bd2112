"""Matching in each step: free robots and tasks not begun, by factor × distance + length of the task.

Greedy takes the cheapest pair first. The best matching minimises the sum, and looks ahead: robots about to end their
task take part, so that tasks they will soon be nearer to are left to them. Distances are under guidance costs: exact on
small maps, where every open task has a field to its first errand, and bounds from landmarks on others, with the turns
of a straight path.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from controller.lorr.distance_fields import HERE, CostFields
from controller.lorr.guidance import FLAT, edge_costs
from controller.lorr.kernels import matching
from controller.lorr.kernels.bundles import Errands, FreeRobots, OpenTasks
from controller.lorr.landmarks import Landmarks
from controller.lorr.rules import League
from layout.arrays import checked

FACTOR = 5
"""Weight of the distance to the first errand against the task itself."""
_SMALL = 12000
"""Free cells of a map up to which open tasks have fields."""
BEST = 150_000
"""Pairs of robots and tasks up to which the best matching is worth its time."""
_AHEAD = 10
"""Cells from the end of its task at which a robot takes part in the next matching."""
_NOWHERE = np.empty(0, np.uint32)


class GreedyScheduler:
    """Scheduler that matches again at every step.

    weight: int32[cells * 4], driving costs; without it all cells cost 1.
    """

    def __init__(self, league: League, weight: NDArray[np.int32] | None = None, factor: int = FACTOR) -> None:
        ground, slots = league.ground, len(league.task)
        weight = edge_costs(ground, FLAT) if weight is None else weight
        self._ground, self._factor = ground, factor
        small = int(ground.free.sum()) <= _SMALL
        self._cost_fields = CostFields(ground, weight, slots, 1, small=_SMALL) if small else None
        self._marks = self._cost_fields.landmarks if self._cost_fields else Landmarks(ground, weight)
        self._part, self._unit = self._marks.part, self._marks.least
        self._known = np.full(slots, -1, np.int64)
        self._length = np.zeros(slots, np.int64)
        self._task_part = np.zeros(slots, np.int32)

    def schedule(self, league: League, until: float) -> NDArray[np.int32]:
        """Return int32[robots]: a slot of the pool each or -1.

        until: perf_counter() at which no more fields are made.
        """
        self._learn(league)
        has = league.slot >= 0
        begun = has & (league.done[np.maximum(league.slot, 0)] > 0)
        free = np.flatnonzero(~begun)
        loose = np.flatnonzero(league.done == 0)
        result = league.slot.copy()
        result[free] = -1
        if not len(free) or not len(loose):
            return result
        first = league.errands[league.begin[loose]]
        box, arena = self._fields(loose, first, until)
        tasks = checked(OpenTasks(first, self._length[loose], self._task_part[loose], box, arena))
        chosen = self._choose(league, free, tasks)
        result[free] = np.where(chosen >= 0, loose[chosen], -1)
        return result

    def _choose(self, league: League, free: NDArray[np.int64], tasks: OpenTasks) -> NDArray[np.int32]:
        """Return int32[free robots]: number of the task each gets, or -1."""
        cell, heading = league.cell[free], league.heading[free]
        robots = checked(FreeRobots(cell, heading, self._part[cell]))
        wide, high = (-(-size // matching.EDGE) for size in (self._ground.width, self._ground.height))
        matched: NDArray[np.int32] = matching.match(robots, tasks, self._factor, self._marks.terrain, wide, high)
        return matched

    def _fields(
        self, loose: NDArray[np.int64], first: NDArray[np.int32], until: float
    ) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return int64[tasks, 5] and the arena of the fields to the first errands."""
        if self._cost_fields is None:
            return np.full((len(loose), 5), -1, np.int64), _NOWHERE
        stale = self._cost_fields.goals(HERE)[loose] != first
        if stale.any():
            facing = np.zeros(int(stale.sum()), np.int8)
            self._cost_fields.make(loose[stale], first[stale], facing, first[stale], HERE, until, None)
        return self._cost_fields.box[loose, HERE], self._cost_fields.values

    def _learn(self, league: League) -> None:
        """Compute the lengths of new tasks."""
        new = np.flatnonzero(self._known != league.task)
        errands = checked(Errands(league.errands, league.begin, league.size))
        matching.learn(new, errands, self._part, self._marks.terrain, self._length, self._task_part)
        self._known[new] = league.task[new]


class BestScheduler(GreedyScheduler):
    """Scheduler of the matching with the least sum. For small fleets: its time grows with the cube."""

    def _choose(self, league: League, free: NDArray[np.int64], tasks: OpenTasks) -> NDArray[np.int32]:
        slot = np.maximum(league.slot, 0)
        last = league.errands[league.begin[slot] + league.size[slot] - 1]
        begun = (league.slot >= 0) & (league.done[slot] > 0)
        ending = np.flatnonzero(begun & (league.done[slot] == league.size[slot] - 1))
        left = self._marks.estimate(league.cell[ending], league.heading[ending], last[ending])
        ending = ending[left <= _AHEAD * self._unit]
        if (len(free) + len(ending)) * len(tasks.begin) > BEST:
            return super()._choose(league, free, tasks)
        cell = np.concatenate([league.cell[free], last[ending]])
        heading = np.concatenate([league.heading[free], np.full(len(ending), -1, np.int8)])
        cost = np.empty((len(cell), len(tasks.begin)))
        candidates = checked(FreeRobots(cell, heading, self._part[cell]))
        matching.costs(candidates, tasks, self._factor, self._marks.terrain, cost)
        robots, given = linear_sum_assignment(cost)
        possible = (cost[robots, given] < matching.NEVER) & (robots < len(free))
        result = np.full(len(free), -1, np.int32)
        result[robots[possible]] = given[possible]
        return result
