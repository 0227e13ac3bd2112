"""Path planning: goals of all robots → what each does in the coming tick."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from controller import kernels
from controller.fields import DistanceFields
from layout.roads import Roads


@dataclass(frozen=True, slots=True, eq=False)
class PlanInput:
    """Everything a planner may look at, all arrays over robots.

    cell, heading, goal (cell or -1). load: 0 empty, 1 loaded. standing: bool, can't be moved in this tick (lifting, at
    work, charging, faulted). urgency: larger goes first. stalled: bool, has got no nearer for a while. tick: for the
    fields' book-keeping.
    """

    tick: int
    cell: NDArray[np.int32]
    heading: NDArray[np.int8]
    load: NDArray[np.int8]
    goal: NDArray[np.int32]
    standing: NDArray[np.bool_]
    urgency: NDArray[np.int32]
    stalled: NDArray[np.bool_]


class Planner(Protocol):
    """int8[robots] of robots.fleet.Action: WAIT, FORWARD, TURN_RIGHT or TURN_LEFT. A wrong plan makes everybody wait."""

    def plan(self, view: PlanInput) -> NDArray[np.int8]: ...

    def use(self, roads: Roads) -> None:
        """The roads have changed: cells were closed or opened."""


class Pibt:
    """Priority inheritance with backtracking, one step ahead, with headings."""

    def __init__(self, roads: Roads, fields: DistanceFields, robots: int) -> None:
        cells = len(roads.exits)
        self._fields = fields
        self._at = np.full(cells, -1, np.int32)
        self._taken = np.full(cells, -1, np.int32)
        self._target = np.empty(robots, np.int32)
        self._rows = np.full(robots, -1, np.int32)
        self._last_goal = np.full(robots, -1, np.int32)
        self._last_load = np.zeros(robots, np.int8)
        self.use(roads)

    def use(self, roads: Roads) -> None:
        self._roads = roads
        self._last_goal[:] = -1
        self._rows[:] = -1

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        self._update_rows(view)
        action = np.zeros(len(view.cell), np.int8)
        self._at[view.cell] = np.arange(len(view.cell), dtype=np.int32)
        kernels.pibt_step(
            np.argsort(-view.urgency, kind="stable").astype(np.int32),
            view.cell,
            view.heading,
            view.load,
            view.goal,
            self._rows,
            view.standing,
            view.stalled,
            self._fields.pool,
            self._roads.exits,
            self._roads.area,
            self._roads.step,
            view.tick % 4,
            self._at,
            self._taken,
            self._target,
            action,
        )
        self._at[view.cell] = -1
        return action

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        """Cells each robot has to drive from `cell` to the goal it was last planned for, 0 without a goal."""
        left = self._fields.pool[np.maximum(self._rows, 0), cell].astype(np.int32)
        return np.where(self._rows >= 0, left, 0)

    def _update_rows(self, view: PlanInput) -> None:
        changed = np.flatnonzero((view.goal != self._last_goal) | (view.load != self._last_load))
        self._last_goal[changed] = view.goal[changed]
        self._last_load[changed] = view.load[changed]
        kept = self._rows >= 0
        kept[changed] = False
        self._fields.touch(self._rows[kept], view.tick)
        for robot in changed.tolist():
            goal = int(view.goal[robot])
            self._rows[robot] = self._fields.row(goal, int(view.load[robot]), view.tick) if goal >= 0 else -1
