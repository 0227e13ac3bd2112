"""Who has been in a cell lately, folded as the picture moves on."""

from collections import deque

import numpy as np

from visualizer.scene.sources import Source

LOOK_BACK = 60
"""Ticks before the shown one that are looked at."""


class RecentVisitors:
    """Robots of a cell. Keeps what it has seen of the last cell that was asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._cell, self._tick = -1, -1
        self._seen: deque[tuple[int, int]] = deque()

    def of(self, cell: int, tick: int) -> list[tuple[int, int]]:
        """(last tick, robot) of those that were in a cell in the last LOOK_BACK ticks, the latest first, each once."""
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
