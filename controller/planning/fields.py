"""Distance fields: cells to drive from anywhere to a goal, computed on first use and kept while in use."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.planning.kernels import bundles, pibt
from layout.arrays import checked
from layout.roads import EMPTY, LOADED, Roads

FAR = int(pibt.FAR)
_POOL_BYTES = 1 << 30
"""Largest memory for fields: 7,600 goals at once on a 140×500 floor."""
_MOST_ROWS = 1 << 17
_IN_USE_TICKS = 3
"""Ticks of use that a snapshot remembers. One would do, but a planner may have failed in the last tick."""


def roads_of(roads: Roads) -> bundles.Roads:
    """Return roads as kernels take them."""
    return bundles.Roads(roads.exits, roads.area, roads.step)


class DistanceFields:
    """Fields by (goal, load). `pool` is uint16[rows, cells]; a field is one row, FAR where there is no route.

    When the pool is full, a row not used lately is given to the next goal. Rows used in the current tick are never
    given away, so there is one for every robot and some for the tick's decisions.
    """

    def __init__(self, roads: Roads, robots: int) -> None:
        cells = len(roads.exits)
        rows = max(robots + 512, min(_POOL_BYTES // (2 * cells), 1 << 15))
        self.pool: NDArray[np.uint16] = np.empty((rows, cells), np.uint16)
        self._queue = np.empty(cells, np.int32)
        self._used = np.full(rows, -1, np.int64)
        self.use(roads)

    def use(self, roads: Roads) -> None:
        """Use other roads; all fields are forgotten."""
        self._roads = roads
        self._driven = checked(roads_of(roads))
        self._row: dict[tuple[int, int], int] = {}
        self._goal_of: dict[int, tuple[int, int]] = {}
        self._free = list(range(len(self.pool) - 1, -1, -1))
        self._used[:] = -1

    def row(self, goal: int, load: int, tick: int) -> int:
        """Return the row of the field to `goal` for robots of a load (EMPTY or LOADED)."""
        key = (goal, load)
        row = self._row.get(key)
        if row is None:
            row = self._take_row(tick)
            self._fill(row, key)
        self._used[row] = tick
        return row

    def __getstate__(self) -> dict[str, object]:
        """Return which rows are in use and for what; fields are computed again, because the pool may be a gigabyte."""
        newest = int(self._used.max())
        recent = (self._used >= 0) & (self._used > newest - _IN_USE_TICKS)
        rows = {row: (self._goal_of[row], int(self._used[row])) for row in np.flatnonzero(recent).tolist()}
        return {"roads": self._roads, "shape": self.pool.shape, "rows": rows}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore every row in use under its old number, because planners keep these numbers."""
        count, cells = state["shape"]
        roads = state["roads"]
        if roads.exits.shape != (cells,) or roads.area.shape != (2, cells) or not 0 < count <= _MOST_ROWS:
            raise ValueError(f"distance fields of {count} rows of {cells} cells")
        for row, ((goal, load), _) in state["rows"].items():
            if not (0 <= row < count and 0 <= goal < cells and load in (EMPTY, LOADED)):
                raise ValueError(f"a distance field in row {row} to cell {goal}")
        self.pool = np.empty((count, cells), np.uint16)
        self._queue = np.empty(cells, np.int32)
        self._used = np.full(count, -1, np.int64)
        self.use(state["roads"])
        self._free = [row for row in self._free if row not in state["rows"]]
        for row, (key, used) in state["rows"].items():
            self._fill(row, key)
            self._used[row] = used

    def _fill(self, row: int, key: tuple[int, int]) -> None:
        goal, load = key
        self._row[key], self._goal_of[row] = row, key
        pibt.distance_field(goal, load, self._driven, self.pool[row], self._queue)

    def to(self, goal: int, load: int, tick: int) -> NDArray[np.uint16]:
        """Return the field: uint16[cells]. Read it at once: its row may be reused in a later tick."""
        field: NDArray[np.uint16] = self.pool[self.row(goal, load, tick)]
        return field

    def touch(self, rows: NDArray[np.int32], tick: int) -> None:
        """Keep these rows in use."""
        self._used[rows] = tick

    def _take_row(self, tick: int) -> int:
        if not self._free:
            self._evict(tick)
        return self._free.pop()

    def _evict(self, tick: int) -> None:
        """Free an eighth of the rows, those unused for longest."""
        count = max(1, len(self.pool) // 8)
        oldest = np.argpartition(self._used, count)[:count]
        oldest = oldest[self._used[oldest] < tick]
        if not len(oldest):
            raise MemoryError("every distance field is in use")
        for row in oldest.tolist():
            del self._row[self._goal_of.pop(row)]
            self._used[row] = -1
            self._free.append(row)
