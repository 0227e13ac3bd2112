"""Robots that have been in a cell lately, updated as the picture moves on."""

from collections import deque

import numpy as np

from visualizer.scene.sources import Source

LOOK_BACK = 60
"""Number of ticks before the shown one that are searched."""


class RecentVisitors:
    """Recent visitors of a cell. Those of the last requested cell are kept."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._cell, self._tick = -1, -1
        self._seen: deque[tuple[int, int]] = deque()

    def of(self, cell: int, tick: int) -> list[tuple[int, int]]:
        """Return (last tick, robot) of the robots in a cell in the last LOOK_BACK ticks, the latest first, each robot
        once.
        """
        if cell != self._cell or not self._tick <= tick <= self._tick + LOOK_BACK:
            self._seen.clear()
            self._cell, self._tick = cell, tick - LOOK_BACK
        for known in range(max(self._tick + 1, self._source.first_tick), min(tick, self._source.last_tick) + 1):
            self._seen.extend((known, robot) for robot in self._in(cell, known))
        self._tick = tick
        while self._seen and self._seen[0][0] <= tick - LOOK_BACK:
            self._seen.popleft()
        latest = {robot: seen for seen, robot in self._seen}
        return sorted(((seen, robot) for robot, seen in latest.items()), reverse=True)

    def _in(self, cell: int, tick: int) -> list[int]:
        frame = self._source.frame(tick)
        return np.flatnonzero(frame.robots["cell"] == cell).tolist() if frame.tick == tick else []
