"""Greedy matching each step: free robots and tasks not begun, cheapest 5 × distance + length first.

Where walls matter and memory allows, distances to first errands are true ones by breadth-first search, made as time
allows; the others are Manhattan distances with the turns of a straight way.
"""

from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from controller.league import matching_kernels
from controller.league.field_kernels import cells_to
from controller.league.rules import Ground, League

FACTOR = 5
"""What a cell to the first errand weighs against a cell of the task itself."""
_FIELD_BYTES = 256 << 20
_EDGE = 8


class GreedyScheduler:
    """Matches anew at every step; remembers distances to first errands by slot of the pool."""

    def __init__(self, league: League, factor: int = FACTOR) -> None:
        ground = league.ground
        self._ground, self._factor = ground, factor
        self._part = parts(ground)
        self._number = np.where(ground.free, np.cumsum(ground.free) - 1, -1).astype(np.int32)
        count, slots = int(ground.free.sum()), len(league.task)
        rows = slots if 2 * count * slots <= _FIELD_BYTES else 0
        self._fields = np.zeros((max(rows, 1), count), np.uint16)
        self._queue = np.empty(count, np.int32)
        self._field_of = np.full(slots, -1, np.int64)
        self._true = rows > 0
        self._known = np.full(slots, -1, np.int64)
        self._length = np.zeros(slots, np.int64)
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
        high, wide = -(-self._ground.height // _EDGE), -(-self._ground.width // _EDGE)
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
            self._number,
            self._ground.row,
            self._ground.col,
            _EDGE,
            wide,
            high,
        )
        result[free] = np.where(found >= 0, loose[found], -1)
        return result

    def _learn(self, league: League, until: float) -> None:
        """Lengths of the tasks that are new, and true distances to them while there is time."""
        for slot in np.flatnonzero(self._known != league.task).tolist():
            errands = league.errands[league.begin[slot] : league.begin[slot] + league.size[slot]]
            row, col = self._ground.row[errands], self._ground.col[errands]
            self._length[slot] = np.abs(np.diff(row)).sum() + np.abs(np.diff(col)).sum()
            part = self._part[errands]
            self._task_part[slot] = part[0] if (part == part[0]).all() else -1
            self._known[slot] = league.task[slot]
        if not self._true:
            return
        for slot in np.flatnonzero((self._field_of != league.task) & (league.done == 0)).tolist():
            if perf_counter() >= until:
                return
            goal = int(league.errands[league.begin[slot]])
            cells_to(goal, self._ground.exits, self._ground.step, self._number, self._fields[slot], self._queue)
            self._field_of[slot] = league.task[slot]
            self._length[slot] = self._true_length(league, slot)

    def _true_length(self, league: League, slot: int) -> int:
        """Cells from errand to errand: the first stretch by the field, which reads the same both ways."""
        errands = league.errands[league.begin[slot] : league.begin[slot] + league.size[slot]]
        if len(errands) < 2:
            return 0
        first = int(self._fields[slot, self._number[errands[1]]])
        row, col = self._ground.row[errands[1:]], self._ground.col[errands[1:]]
        return first + int(np.abs(np.diff(row)).sum() + np.abs(np.diff(col)).sum())


def parts(ground: Ground) -> NDArray[np.int32]:
    """int32[cells]: which connected part of the map a cell belongs to."""
    cells = len(ground.free)
    ends = [np.flatnonzero(ground.exits >> heading & 1) for heading in (0, 1)]
    source = np.concatenate(ends)
    target = np.concatenate([ends[0] + ground.step[0], ends[1] + ground.step[1]])
    graph = coo_array((np.ones(len(source), np.int8), (source, target)), shape=(cells, cells))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label, np.int32)
