"""Upper limit for comparison: the same assignment, with robots that pass through each other on shortest paths with
turns.
"""

from collections.abc import Callable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from controller.lorr.distance_fields import HERE, CostFields
from controller.lorr.guidance import FLAT, edge_costs
from controller.lorr.rules import FORWARD, LEFT, RIGHT, WAIT, League
from controller.lorr.scheduler import GreedyScheduler
from layout.formats.lorr import LorrProblem


class Ghosts(League):
    """League without collisions."""

    def faults(self, action: NDArray[np.int8]) -> list[tuple[int, int, str]]:
        del action
        return []


def free_flow(problem: LorrProblem, steps: int, progress: Callable[[int], None] = lambda _: None) -> int:
    """Return the tasks finished in `steps` if no robot blocks another. progress: called with the finished steps."""
    league = Ghosts(problem)
    scheduler = GreedyScheduler(league)
    cost_fields = CostFields(league.ground, edge_costs(league.ground, FLAT), league.robots, 1)
    never = perf_counter() + 1e9
    while league.step_number < steps:
        league.assign(scheduler.schedule(league, never))
        goal = league.goal()
        left = cost_fields.left(league.cell, league.heading, HERE)
        stale = np.flatnonzero((goal >= 0) & ((goal != cost_fields.goals(HERE)) | (left < 0)))
        cost_fields.make(stale, league.cell[stale], league.heading[stale], goal[stale], HERE, never, None)
        league.act(_nearer(league, cost_fields, goal))
        progress(league.step_number)
    return league.finished


def _nearer(league: League, cost_fields: CostFields, goal: NDArray[np.int32]) -> NDArray[np.int8]:
    """Return the action of each robot that leaves it the shortest path."""
    ground = league.ground
    may = (ground.exits[league.cell] >> league.heading & 1).astype(bool)
    ahead = np.where(may, league.cell + ground.step[league.heading], league.cell).astype(np.int32)
    right, left = (league.heading + 1) & 3, (league.heading + 3) & 3
    options = np.stack(
        [
            cost_fields.left(ahead, league.heading, HERE) + ~may * (1 << 20),
            cost_fields.left(league.cell, right.astype(np.int8), HERE),
            cost_fields.left(league.cell, left.astype(np.int8), HERE),
        ]
    )
    action = np.array([FORWARD, RIGHT, LEFT], np.int8)[options.argmin(0)]
    return np.where(goal >= 0, action, WAIT).astype(np.int8)
