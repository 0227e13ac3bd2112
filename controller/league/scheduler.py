"""Greedy matching each step: free robots and tasks not begun, cheapest 5 × distance + length first.

Where memory allows, distances to first errands are true ones by breadth-first search, made as time allows; the others are
bounds from landmarks, with the turns of a straight way.
"""

from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from controller.league import matching_kernels
from controller.league.guidance import FLAT, edge_costs
from controller.league.landmarks import Landmarks, parts
from controller.league.rules import League

FACTOR = 5
"""What a cell to the first errand weighs against a cell of the task itself."""
_FIELD_BYTES = 256 << 20


class GreedyScheduler:
    """Matches anew at every step; remembers distances to first errands by slot of the pool."""

    def __init__(self, league: League, factor: int = FACTOR) -> None:
        ground = league.ground
        self._ground, self._factor = ground, factor
        self._part = parts(ground)
        self._marks = Landmarks(ground, edge_costs(ground, FLAT))
        count, slots = len(self._marks.marks), len(league.task)
        rows = slots if 2 * count * slots <= _FIELD_BYTES else 0
        self._fields = np.zeros((max(rows, 1), count), np.uint16)
        self._queue = np.empty(count, np.int32)
        self._field_of = np.full(slots, -1, np.int64)
        self._true = rows > 0
        self._known = np.full(slots, -1, np.int64)
        self._length = np.zeros(slots, np.int64)
        self._opening = np.zeros(slots, np.int64)
        self._task_part = np.zeros(slots, np.int32)

    def schedule(self, league: League, until: float) -> NDArray[np.int32]:
        """int32[robots]: a slot of the pool each or -1. until: perf_counter() at which no more distances are made."""
        self._learn(league, until)
        has = league.slot >= 0
        begun = has & (league.done[np.maximum(league.slot, 0)] > 0)
        free = np.flatnonzero(~begun)
        loose = np.flatnonzero(league.done == 0)
        result = league.slot.copy()
        result[free] = -1
        if not len(free) or not len(loose):
            return result
        fields = np.where(self._field_of[loose] == league.task[loose], loose, -1).astype(np.int32)
        found = matching_kernels.match(
            league.cell[free],
            league.heading[free],
            self._part[league.cell[free]],
            self._factor,
            league.errands[league.begin[loose]],
            self._length[loose],
            self._task_part[loose],
            fields,
            self._fields,
            self._marks.number,
            self._marks.marks,
            self._ground.row,
            self._ground.col,
            -(-self._ground.width // matching_kernels.EDGE),
            -(-self._ground.height // matching_kernels.EDGE),
        )
        result[free] = np.where(found >= 0, loose[found], -1)
        return result

    def _learn(self, league: League, until: float) -> None:
        """Lengths of the tasks that are new, and true distances to them while there is time."""
        marks, ground = self._marks, self._ground
        new = np.flatnonzero(self._known != league.task)
        about = (
            league.begin,
            league.size,
            league.errands,
            self._part,
            marks.number,
            marks.marks,
            ground.row,
            ground.col,
        )
        matching_kernels.learn(new, *about, self._length, self._opening, self._task_part)
        self._known[new] = league.task[new]
        if not self._true:
            return
        for slot in np.flatnonzero((self._field_of != league.task) & (league.done == 0)).tolist():
            if perf_counter() >= until:
                return
            errands = league.errands[league.begin[slot] : league.begin[slot] + league.size[slot]]
            field = self._fields[slot]
            matching_kernels.cells_to(int(errands[0]), ground.exits, ground.step, marks.number, field, self._queue)
            self._field_of[slot] = league.task[slot]
            if self._task_part[slot] >= 0 and len(errands) > 1:
                self._length[slot] += int(field[marks.number[errands[1]]]) - int(self._opening[slot])
