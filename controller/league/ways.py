"""Fields of the way left for each robot, made when its goal changes, only as large as it needs, in one bounded arena.

A field covers the box around robot and goal with a margin. It is exact for the robot if every way that leaves the box
must be longer than the one found inside; otherwise the box is widened and the field made anew.
"""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Executor
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from controller.league.field_kernels import fill_fields, ways_left
from controller.league.rules import Ground

_ARENA = 1 << 29
"""Numbers of two bytes for fields at the most: 1 GiB, of which only the used part is ever touched."""
_BATCH = 1 << 18
"""States in one batch of fields, after which the clock is looked at: some 6 ms."""
_SLACK = 16
"""Cells by which a field reaches further from the goal than the robot is."""
HERE, ONWARD = 0, 1


class Arena:
    """Blocks of a large array by size classes: powers of two and the halves between."""

    def __init__(self, size: int) -> None:
        self.values: NDArray[np.uint16] = np.empty(size, np.uint16)
        self._free: defaultdict[int, list[int]] = defaultdict(list)
        self._end = 0

    def take(self, size: int) -> int:
        """Offset of a block, -1 if there is no room."""
        size = _class(size)
        if self._free[size]:
            return self._free[size].pop()
        if self._end + size > len(self.values):
            return self._larger(size)
        self._end += size
        return self._end - size

    def give(self, offset: int, size: int) -> None:
        self._free[_class(size)].append(offset)

    def _larger(self, size: int) -> int:
        """A free block of a larger class: what it has too much is lost until the end of the run."""
        for other in sorted(self._free):
            if other > size and self._free[other]:
                return self._free[other].pop()
        return -1


class Ways:
    """box: int64[robots, 2, 5], where the fields to a robot's goal (HERE) and to the one after (ONWARD) lie."""

    def __init__(
        self, ground: Ground, weight: NDArray[np.int32], robots: int, threads: int, arena: int = _ARENA
    ) -> None:
        self._ground, self.weight = ground, weight
        cells = len(ground.free)
        self.box = np.full((robots, 2, 5), -1, np.int64)
        self._goal = np.full((robots, 2), -1, np.int32)
        self._arena = Arena(min(arena, 2 * _class(4 * cells) * robots * 2))
        self.least = int(weight[weight > 0].min(initial=1 << 20))
        self._slack = _SLACK * self.least + 4
        buckets = 1 << int(weight.max(initial=1)).bit_length()
        self._scratch = [
            (
                np.full(cells * 4, 1 << 30, np.int32),
                np.full(buckets, -1, np.int32),
                np.empty(cells * 4, np.int32),
                np.empty(cells * 4, np.int32),
            )
            for _ in range(threads)
        ]

    @property
    def values(self) -> NDArray[np.uint16]:
        return self._arena.values

    def goals(self, slot: int) -> NDArray[np.int32]:
        return self._goal[:, slot]

    def promote(self, robots: NDArray[np.int64]) -> None:
        """The goal after has become the goal: its field is kept."""
        for robot in robots.tolist():
            self._drop(robot, HERE)
        self.box[robots, HERE], self._goal[robots, HERE] = self.box[robots, ONWARD], self._goal[robots, ONWARD]
        self.box[robots, ONWARD], self._goal[robots, ONWARD] = -1, -1

    def drop(self, robots: NDArray[np.int64], slot: int) -> None:
        for robot in robots.tolist():
            self._drop(robot, slot)

    def left(self, cell: NDArray[np.int32], heading: NDArray[np.int8], slot: int) -> NDArray[np.int64]:
        """int64[robots]: cost of the way left, FAR outside the box or without a way, -1 without a field."""
        out = np.empty(len(cell), np.int64)
        ways_left(cell, heading, self.box[:, slot], self._ground.row, self._ground.col, self.values, out)
        return out

    def make(
        self,
        robots: NDArray[np.int64],
        start: NDArray[np.int32],
        goal: NDArray[np.int32],
        slot: int,
        until: float,
        pool: Executor | None,
    ) -> None:
        """Make fields from `goal` that are exact at `start`, all over the robots given, until the time is up."""
        self.drop(robots, slot)
        reach = np.abs(self._ground.row[start] - self._ground.row[goal])
        reach = reach + np.abs(self._ground.col[start] - self._ground.col[goal])
        margin = np.full(len(start), 8)
        todo = np.argsort(reach, kind="stable")
        while len(todo) and perf_counter() < until:
            wider = []
            for batch in self._batches(todo, reach + 2 * margin):
                if perf_counter() >= until:
                    break
                boxes = np.array([self._place(int(start[i]), int(goal[i]), int(margin[i])) for i in batch], np.int64)
                room = boxes[:, 0] >= 0
                part, boxes = batch[room], boxes[room]
                self._fill(goal[part], start[part], boxes, pool)
                self.box[robots[part], slot], self._goal[robots[part], slot] = boxes, goal[part]
                wider.append(part[~self._exact(start[part], boxes, self.least * (reach[part] + 2 * margin[part]))])
            todo = np.concatenate(wider) if wider else todo[:0]
            margin = margin * 4
            for robot in robots[todo].tolist():
                self._drop(robot, slot)

    def _batches(self, todo: NDArray[np.int64], side: NDArray[np.int32]) -> list[NDArray[np.int64]]:
        """Fields that may be made before the clock is looked at again, `side` being a bound on the rows and columns."""
        states = np.minimum(side[todo].astype(np.int64) ** 2, 4 * len(self._ground.free))
        return np.split(todo, np.flatnonzero(np.diff(np.cumsum(states) // _BATCH)) + 1)

    def _exact(
        self, start: NDArray[np.int32], boxes: NDArray[np.int64], beyond: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Whether no way through outside the box can be shorter, or the box is the whole map."""
        out = np.empty(len(start), np.int64)
        facing = np.zeros(len(start), np.int8)
        ways_left(start, facing, boxes, self._ground.row, self._ground.col, self.values, out)
        whole = (boxes[:, 3] == self._ground.height) & (boxes[:, 4] == self._ground.width)
        return np.asarray(whole | (out <= beyond))

    def _place(self, start: int, goal: int, margin: int) -> Sequence[int]:
        row, col = self._ground.row, self._ground.col
        top = max(0, min(row[start], row[goal]) - margin)
        left = max(0, min(col[start], col[goal]) - margin)
        rows = min(self._ground.height, max(row[start], row[goal]) + margin + 1) - top
        cols = min(self._ground.width, max(col[start], col[goal]) + margin + 1) - left
        return self._arena.take(int(4 * rows * cols)), int(top), int(left), int(rows), int(cols)

    def _fill(
        self, goal: NDArray[np.int32], start: NDArray[np.int32], boxes: NDArray[np.int64], pool: Executor | None
    ) -> None:
        threads = len(self._scratch) if pool is not None and len(goal) > 1 else 1
        around = (self._ground.row, self._ground.col, self.weight, self._ground.step)
        cuts = np.linspace(0, len(goal), threads + 1).astype(int).tolist()
        jobs = [
            (a, b, goal, start, self._slack, boxes, *around, self.values, *mine)
            for a, b, mine in zip(cuts, cuts[1:], self._scratch, strict=False)
        ]
        if pool is None or threads == 1:
            fill_fields(*jobs[0])
            return
        list(pool.map(lambda job: fill_fields(*job), jobs))

    def _drop(self, robot: int, slot: int) -> None:
        offset, _, _, rows, cols = self.box[robot, slot].tolist()
        if offset >= 0:
            self._arena.give(offset, 4 * rows * cols)
        self.box[robot, slot, 0] = -1
        self._goal[robot, slot] = -1


def _class(size: int) -> int:
    """The least size class that holds `size`."""
    power = 1 << max(8, (size - 1).bit_length())
    return power * 3 // 4 if power * 3 // 4 >= size else power
