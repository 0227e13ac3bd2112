"""Fields of remaining cost for each robot, made when its goal changes, only as large as needed, in one bounded arena.

A field holds every cell through which the robot's path may be some slack worse than its best path, found by A* backward
from the goal with landmarks; a robot that was pushed out of its field gets one with more slack.
"""

from collections import defaultdict
from concurrent.futures import Executor
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from controller.lorr.kernels.bundles import SearchScratch
from controller.lorr.kernels.fields import COL, FAR, HOPE, INTO, KEY, NODE, NUMBER, OPEN, ROW, fill_fields, ways_left
from controller.lorr.kernels.landmarks import TURN
from controller.lorr.landmarks import Landmarks
from controller.lorr.rules import LeagueMap
from controller.lorr.traffic import NO_CONGESTION, CongestionCosts, Traffic
from layout.arrays import checked

_ARENA = 1 << 28
"""Largest number of four-byte words, one per cell, for fields: 1 GiB, of which only the used part is ever touched."""
_TOUCHED = 1 << 26
"""Largest number of words written in advance: clearing new pages may take a system longer than a search."""
_BATCH = 1 << 18
"""Smallest number of words in a batch of fields, after which the clock is checked: some 6 ms."""
_SLACK = 10
"""Cells by which a robot's path may be longer and still lie in its field."""
_WIDEST = 6
"""Number of times the slack may be doubled."""
SMALL = 3000
"""Free cells of a map up to which every field covers the whole map: that is cheap, and crowds push robots far there."""
_TOGETHER = 32
"""Smallest number of fields made at the same congestion costs."""
HERE, ONWARD = 0, 1


class Arena:
    """Blocks of a large array by size classes: powers of two and the halves between."""

    def __init__(self, size: int) -> None:
        self.values: NDArray[np.uint32] = np.empty(size, np.uint32)
        self._free: defaultdict[int, list[int]] = defaultdict(list)
        self._end = 0

    def take(self, size: int) -> int:
        """Return the offset of a block, -1 if there is no room."""
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
        """Return a free block of a larger class; its surplus is lost until the end of the run."""
        for other in sorted(self._free):
            if other > size and self._free[other]:
                return self._free[other].pop()
        return -1


class CostFields:
    """Fields of all robots.

    box: int64[robots, 2, 5], position of the fields to a robot's goal (HERE) and to the one after (ONWARD). landmarks:
    for bounds without a field, by `estimate` or in kernels. With congestion costs, fields to the goal use those of the
    traffic when they were made. small: free cells up to which fields cover the whole map.
    """

    def __init__(
        self,
        ground: LeagueMap,
        weight: NDArray[np.int32],
        robots: int,
        threads: int,
        arena: int = _ARENA,
        congestion: CongestionCosts = NO_CONGESTION,
        small: int = SMALL,
    ) -> None:
        self._ground, self.weight = ground, weight
        self.landmarks = Landmarks(ground, weight)
        cells = len(ground.free)
        self.box = np.full((robots, 2, 5), -1, np.int64)
        self._goal = np.full((robots, 2), -1, np.int32)
        self._aim = np.full((robots, 2), -1, np.int32)
        self._widened = np.zeros((robots, 2), np.int64)
        self._waited = np.zeros((robots, 2), np.int64)
        self._arena = Arena(min(arena, 4 * _class(cells) * robots))
        self.values[: min(_TOUCHED, robots * cells // 8)] = 0
        self.least = self.landmarks.least
        self._slack = 1 << 16 if int(ground.free.sum()) <= small else _SLACK * self.least + 4 * TURN
        self._columns = np.ascontiguousarray(self.landmarks.marks.T)
        self.traffic = (
            None
            if congestion == NO_CONGESTION
            else Traffic(ground, self.landmarks.into, self.least, robots, congestion)
        )
        most = self.traffic.most if self.traffic else int(weight.max(initial=1))
        buckets = 1 << (2 * most + 2 * TURN).bit_length()
        self._scratch = [
            checked(
                SearchScratch(
                    self._nodes(),
                    np.full(buckets, -1, np.int32),
                    np.empty(cells, np.int32),
                    np.empty(max(_BATCH, cells), np.uint32),
                ),
                words=cells * NODE,
            )
            for _ in range(threads)
        ]

    @property
    def values(self) -> NDArray[np.uint32]:
        return self._arena.values

    def goals(self, slot: int) -> NDArray[np.int32]:
        return self._goal[:, slot]

    def promote(self, robots: NDArray[np.int64]) -> None:
        """Make the goal after the present one the goal, with its field."""
        for robot in robots.tolist():
            self._drop(robot, HERE)
        for kept in (self.box, self._goal, self._aim, self._widened, self._waited):
            kept[robots, HERE] = kept[robots, ONWARD]
        self.box[robots, ONWARD], self._goal[robots, ONWARD], self._aim[robots, ONWARD] = -1, -1, -1

    def drop(self, robots: NDArray[np.int64], slot: int) -> None:
        for robot in robots.tolist():
            self._drop(robot, slot)
        if self.traffic is not None and slot == HERE:
            self.traffic.leave(robots)

    def left(self, cell: NDArray[np.int32], heading: NDArray[np.int8], slot: int) -> NDArray[np.int64]:
        """Return int64[robots]: remaining cost, FAR outside the field or without a path, -1 without a field."""
        out = np.empty(len(cell), np.int64)
        ways_left(cell, heading, self.box[:, slot], self.landmarks.terrain, self.values, out)
        return out

    def estimate(
        self, cell: NDArray[np.int32], heading: NDArray[np.int8], goal: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        """Return int64[robots]: lower bound of the cost to a goal in the same part of the map, -1 without a goal."""
        return self.landmarks.estimate(cell, heading, goal)

    def make(
        self,
        robots: NDArray[np.int64],
        start: NDArray[np.int32],
        facing: NDArray[np.int8],
        goal: NDArray[np.int32],
        slot: int,
        until: float,
        pool: Executor | None,
    ) -> None:
        """Make fields from `goal` that hold `start`, for the given robots, until the time is up.

        The nearest come first, and nearer the longer they have waited. A robot with a field to that goal keeps it until
        then.
        """
        self._remember(robots, start, facing, goal, slot)
        reach = self.estimate(start, facing, goal) / self._waited[robots, slot]
        slack = self._slack << self._widened[robots, slot]
        order = np.argsort(reach, kind="stable")
        tolled = self.traffic is not None and slot == HERE
        together = max(_TOGETHER, len(order) // 16) if tolled else max(len(order), 1)
        for first in range(0, len(order), together):
            if first and perf_counter() >= until:
                return
            part = order[first : first + together]
            if tolled:
                self._price(robots[part])
            self._make(robots[part], start[part], goal[part], slot, slack[part], until, pool)
            if tolled:
                self.enter(robots[part], start[part], facing[part])

    def enter(self, robots: NDArray[np.int64], cell: NDArray[np.int32], facing: NDArray[np.int8]) -> None:
        """Enter the paths of these robots into the traffic."""
        if self.traffic is not None:
            self.traffic.leave(robots)
            box, terrain = self.box[:, HERE], self.landmarks.terrain
            self.traffic.enter(robots, cell, facing, box, self.values, terrain, self._scratch[0].node)

    def _price(self, robots: NDArray[np.int64]) -> None:
        """Set the congestion costs without these robots."""
        if self.traffic is not None:
            self.traffic.leave(robots)
            for scratch in self._scratch:
                self.traffic.price(scratch.node)

    def _make(
        self,
        robots: NDArray[np.int64],
        start: NDArray[np.int32],
        goal: NDArray[np.int32],
        slot: int,
        slack: NDArray[np.int64],
        until: float,
        pool: Executor | None,
    ) -> None:
        threads = len(self._scratch) if pool is not None and len(robots) > 1 else 1
        share = map if pool is None or threads == 1 else pool.map
        todo = [np.arange(thread, len(robots), threads) for thread in range(threads)]
        while any(map(len, todo)) and perf_counter() < until:
            jobs = [(goal[part], start[part], slack[part], n) for n, part in enumerate(todo)]
            for n, boxes in enumerate(list(share(lambda job: self._fill(*job), jobs))):
                self._keep(robots[todo[n]], goal[todo[n]], slot, boxes, self._scratch[n].stage)
                todo[n] = todo[n][len(boxes) :]

    def _remember(
        self,
        robots: NDArray[np.int64],
        start: NDArray[np.int32],
        facing: NDArray[np.int8],
        goal: NDArray[np.int32],
        slot: int,
    ) -> None:
        """Count how often robots were lost on the way to their goal, and how often they requested a field in vain."""
        new = robots[self._aim[robots, slot] != goal]
        self._aim[robots, slot] = goal
        self._widened[new, slot] = self._waited[new, slot] = 0
        left = np.empty(len(robots), np.int64)
        ways_left(start, facing, self.box[robots, slot], self.landmarks.terrain, self.values, left)
        same = self._goal[robots, slot] == goal
        lost = robots[same & (left == FAR)]
        self._widened[lost, slot] = np.minimum(self._widened[lost, slot] + 1, _WIDEST)
        self._waited[robots, slot] += 1
        self.drop(robots[~same | (left == FAR)], slot)

    def _fill(
        self,
        goal: NDArray[np.int32],
        start: NDArray[np.int32],
        slack: NDArray[np.int64],
        thread: int,
    ) -> NDArray[np.int64]:
        """Return fields in the stage of a thread, as many as it holds: int64[fields, 5], their positions."""
        boxes = np.empty((len(goal), 5), np.int64)
        done = fill_fields(goal, start, slack, boxes, self._ground.step, self._columns, self._scratch[thread])
        return boxes[:done]

    def _keep(
        self,
        robots: NDArray[np.int64],
        goal: NDArray[np.int32],
        slot: int,
        boxes: NDArray[np.int64],
        stage: NDArray[np.uint32],
    ) -> None:
        """Copy the fields of a stage to the arena; a robot that finds no room there gets none."""
        for robot, target, (begin, *where) in zip(robots.tolist(), goal.tolist(), boxes.tolist(), strict=False):
            self._drop(robot, slot)
            size = where[2] * where[3]
            offset = self._arena.take(size)
            if offset >= 0:
                self.values[offset : offset + size] = stage[begin : begin + size]
                self.box[robot, slot] = offset, *where
                self._goal[robot, slot] = target
                self._waited[robot, slot] = 0

    def _nodes(self) -> NDArray[np.int32]:
        """Return the state of a search for each cell: int32[cells * NODE]."""
        ground = self._ground
        node = np.zeros((len(ground.free), NODE), np.int32)
        node[:, :4] = OPEN
        node[:, HOPE] = node[:, KEY] = -1
        node[:, int(INTO) : int(INTO) + 4] = self.landmarks.into.reshape(-1, 4)
        node[:, ROW], node[:, COL], node[:, NUMBER] = ground.row, ground.col, self.landmarks.number
        return node.reshape(-1)

    def _drop(self, robot: int, slot: int) -> None:
        offset, _, _, rows, cols = self.box[robot, slot].tolist()
        if offset >= 0:
            self._arena.give(offset, rows * cols)
        self.box[robot, slot, 0] = -1
        self._goal[robot, slot] = -1


def _class(size: int) -> int:
    """Return the smallest size class that holds `size`."""
    power = 1 << max(6, (size - 1).bit_length())
    return power * 3 // 4 if power * 3 // 4 >= size else power
