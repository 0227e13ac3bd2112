"""Greedy matching of robots and tasks in numba: the cheapest pair first, candidates found ring by ring around a robot.

Tasks that may be given lie in square bins of the map, the short ones first in each.
"""

import heapq

import numpy as np
from numba import njit

from controller.lorr.kernels.bundles import Bins
from controller.lorr.kernels.fields import FAR, way_left
from controller.lorr.kernels.landmarks import bound, turns

EDGE = 8
"""Cells along a bin."""
NEVER = 1e12
_NONE = np.int64(1) << np.int64(60)


@njit(cache=True, nogil=True)
def learn(slots, errands, part, terrain, length, task_part):
    """Compute for the slots given: length, the cost from errand to errand, and task_part, -1 for a task no robot can do.

    Both over slots.
    """
    cell, begin, size = errands.cell, errands.begin, errands.size
    for slot in slots:
        first = cell[begin[slot]]
        length[slot] = 0
        task_part[slot] = part[first]
        for index in range(begin[slot] + 1, begin[slot] + size[slot]):
            if part[cell[index]] != part[first]:
                task_part[slot] = -1
                break
            length[slot] += _between(cell[index - 1], cell[index], terrain)


@njit(cache=True, nogil=True, inline="always")
def _between(cell, goal, terrain):
    """Lower bound on the cost of driving: by landmarks, or straight."""
    row, col = terrain.row, terrain.col
    straight = np.int64(abs(row[cell] - row[goal]) + abs(col[cell] - col[goal]))
    return max(np.int64(bound(cell, goal, terrain)), straight * terrain.least)


@njit(cache=True, nogil=True, inline="always")
def _away(cell, heading, goal, box, arena, terrain):
    """Cost of the way to `goal`: by its field if it has one, else a lower bound. A heading of -1 is any."""
    if box[0] < 0:
        between = _between(cell, goal, terrain)
        down, right = terrain.row[goal] - terrain.row[cell], terrain.col[goal] - terrain.col[cell]
        return between if heading < 0 else between + turns(heading, down, right)
    if heading >= 0:
        return way_left(cell, heading, box, terrain, arena)
    best = np.int64(FAR)
    for facing in range(4):
        best = min(best, way_left(cell, facing, box, terrain, arena))
    return best


@njit(cache=True, nogil=True)
def costs(robots, tasks, factor, terrain, out):
    """Write factor × way + length to out[robots, tasks] (float64), NEVER where there is no way."""
    cell, heading, part = robots.cell, robots.heading, robots.part
    begin, length, task_part, box, arena = tasks
    for robot in range(len(cell)):
        for task in range(len(begin)):
            away = np.int64(FAR)
            if task_part[task] == part[robot]:
                away = _away(cell[robot], heading[robot], begin[task], box[task], arena, terrain)
            out[robot, task] = factor * away + length[task] if away < FAR else NEVER


@njit(cache=True, nogil=True)
def _best_task(robot, robots, tasks, factor, terrain, bins):
    """Return (key, task) of the cheapest task left for a robot, by factor × cost of the way + length."""
    cell, heading, part = robots.cell[robot], robots.heading[robot], robots.part[robot]
    begin, length, task_part, box, arena = tasks
    row, col, unit = terrain.row, terrain.col, terrain.least
    wide, high, starts, counts, shortest = bins.wide, bins.high, bins.starts, bins.counts, bins.shortest
    best = _NONE
    chosen = -1
    r, c = row[cell], col[cell]
    br, bc = r // EDGE, c // EDGE
    for ring in range(max(wide, high)):
        if factor * unit * max(0, (ring - 1) * EDGE + 1) + shortest > best:
            break
        for y in range(max(0, br - ring), min(high, br + ring + 1)):
            rows = max(0, y * EDGE - r, r - y * EDGE - EDGE + 1)
            stride = 1 if abs(y - br) == ring or ring == 0 else 2 * ring
            for x in range(bc - ring, bc + ring + 1, stride):
                if x < 0 or x >= wide:
                    continue
                least = factor * unit * (rows + max(0, x * EDGE - c, c - x * EDGE - EDGE + 1))
                bin_ = y * wide + x
                for place in range(starts[bin_], starts[bin_] + counts[bin_]):
                    task = bins.tasks[place]
                    if least + length[task] > best:
                        break
                    if task_part[task] != part:
                        continue
                    goal = begin[task]
                    down, right = row[goal] - r, col[goal] - c
                    turned = turns(heading, down, right)
                    if factor * (unit * (abs(down) + abs(right)) + turned) + length[task] > best:
                        continue
                    away = _away(cell, heading, goal, box[task], arena, terrain)
                    if away == FAR:
                        continue
                    key = factor * away + length[task]
                    if key < best or (key == best and task < chosen):
                        best = key
                        chosen = task
    return best, chosen


@njit(cache=True, nogil=True)
def match(robots, tasks, factor, terrain, wide, high):
    """Return int32[robots], the task of each robot or -1. wide, high: bins of the map."""
    begin, length = tasks.begin, tasks.length
    row, col = terrain.row, terrain.col
    count = len(begin)
    counts = np.zeros(wide * high, np.int32)
    starts = np.zeros(wide * high + 1, np.int32)
    in_bins = np.empty(count, np.int32)
    bin_of = np.empty(count, np.int32)
    for task in range(count):
        bin_of[task] = row[begin[task]] // EDGE * wide + col[begin[task]] // EDGE
        starts[bin_of[task] + 1] += 1
    for bin_ in range(wide * high):
        starts[bin_ + 1] += starts[bin_]
    order = np.argsort(length, kind="mergesort")
    shortest = length[order[0]] if count else np.int64(0)
    for task in order:
        bin_ = bin_of[task]
        in_bins[starts[bin_] + counts[bin_]] = task
        counts[bin_] += 1
    bins = Bins(wide, high, in_bins, starts, counts, shortest)
    result = np.full(len(robots.cell), -1, np.int32)
    taken = np.zeros(count, np.bool_)
    heap = [(_NONE, np.int64(-1), np.int64(-1))]
    for robot in range(len(robots.cell)):
        key, task = _best_task(robot, robots, tasks, factor, terrain, bins)
        if task >= 0:
            heap.append((key, np.int64(robot), np.int64(task)))
    heapq.heapify(heap)
    while True:
        key, robot, task = heapq.heappop(heap)
        if robot < 0:
            return result
        if not taken[task]:
            result[robot] = task
            taken[task] = True
            _remove(task, bin_of[task], in_bins, starts, counts)
            continue
        key, again = _best_task(robot, robots, tasks, factor, terrain, bins)
        if again >= 0:
            heapq.heappush(heap, (key, robot, np.int64(again)))


@njit(cache=True, nogil=True)
def _remove(task, bin_, bins, starts, counts):
    """Take a task out of its bin, in which the others keep their order."""
    counts[bin_] -= 1
    place = starts[bin_]
    while bins[place] != task:
        place += 1
    for after in range(place, starts[bin_] + counts[bin_]):
        bins[after] = bins[after + 1]
