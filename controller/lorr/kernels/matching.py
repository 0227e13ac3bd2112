"""Greedy matching of robots and tasks in numba: the cheapest pair first, candidates found ring by ring around a robot.

Tasks that may be given lie in square bins of the map, the short ones first in each.
"""

import heapq

import numpy as np
from numba import njit

from controller.lorr.kernels.fields import FAR, way_left
from controller.lorr.kernels.landmarks import bound, turns

EDGE = 8
"""Cells along a bin."""
NEVER = 1e12
_NONE = np.int64(1) << np.int64(60)


@njit(cache=True, nogil=True)
def learn(slots, begin, size, errands, part, number, marks, row, col, unit, length, task_part):
    """Compute for the slots given: length, the cost from errand to errand, and task_part, -1 for a task no robot can do.

    Arrays are over all slots. unit: least cost of a cell.
    """
    for slot in slots:
        first = errands[begin[slot]]
        length[slot] = 0
        task_part[slot] = part[first]
        for index in range(begin[slot] + 1, begin[slot] + size[slot]):
            if part[errands[index]] != part[first]:
                task_part[slot] = -1
                break
            length[slot] += _between(errands[index - 1], errands[index], number, marks, row, col, unit)


@njit(cache=True, nogil=True, inline="always")
def _between(cell, goal, number, marks, row, col, unit):
    """Lower bound on the cost of driving: by landmarks, or straight."""
    straight = np.int64(abs(row[cell] - row[goal]) + abs(col[cell] - col[goal]))
    return max(np.int64(bound(cell, goal, number, marks)), straight * unit)


@njit(cache=True, nogil=True, inline="always")
def _away(cell, heading, goal, box, arena, number, marks, row, col, unit):
    """Cost of the way to `goal`: by its field if it has one, else a lower bound. A heading of -1 is any."""
    if box[0] < 0:
        between = _between(cell, goal, number, marks, row, col, unit)
        return between if heading < 0 else between + turns(heading, row[goal] - row[cell], col[goal] - col[cell])
    if heading >= 0:
        return way_left(cell, heading, box, row, col, arena)
    best = np.int64(FAR)
    for facing in range(4):
        best = min(best, way_left(cell, facing, box, row, col, arena))
    return best


@njit(cache=True, nogil=True)
def costs(cell, heading, part, factor, begin, length, task_part, box, arena, number, marks, row, col, unit, out):
    """out[robots, tasks] (float64): factor × way + length; other arguments as of `match`, NEVER where there is no way."""
    for robot in range(len(cell)):
        for task in range(len(begin)):
            away = np.int64(FAR)
            if task_part[task] == part[robot]:
                away = _away(cell[robot], heading[robot], begin[task], box[task], arena, number, marks, row, col, unit)
            out[robot, task] = factor * away + length[task] if away < FAR else NEVER


@njit(cache=True, nogil=True)
def _best_task(
    cell, heading, part, factor, begin, length, task_part, box, arena, number, marks, row, col, unit, wide, high, bins,
    starts, counts, shortest,
):  # fmt: skip
    """(key, task) of the cheapest task left for a robot, by factor × cost of the way + length."""
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
                    task = bins[place]
                    if least + length[task] > best:
                        break
                    if task_part[task] != part:
                        continue
                    goal = begin[task]
                    down, right = row[goal] - r, col[goal] - c
                    turned = turns(heading, down, right)
                    if factor * (unit * (abs(down) + abs(right)) + turned) + length[task] > best:
                        continue
                    away = _away(cell, heading, goal, box[task], arena, number, marks, row, col, unit)
                    if away == FAR:
                        continue
                    key = factor * away + length[task]
                    if key < best or (key == best and task < chosen):
                        best = key
                        chosen = task
    return best, chosen


@njit(cache=True, nogil=True)
def match(
    cell, heading, part, factor, begin, length, task_part, box, arena, number, marks, row, col, unit, wide, high
):  # fmt: skip
    """int32[robots]: the task of each robot or -1. All arrays over free robots or over tasks that may be given.

    begin: first cells. length: cost from errand to errand. part, task_part: connected part of the map, -1 for a task
    nobody can do. box: int64[tasks, 5], where in `arena` the fields to their first cells lie, offset -1 for bounds by
    landmarks. unit: least cost of a cell. wide, high: bins of the map.
    """
    robots, tasks = len(cell), len(begin)
    counts = np.zeros(wide * high, np.int32)
    starts = np.zeros(wide * high + 1, np.int32)
    bins = np.empty(tasks, np.int32)
    bin_of = np.empty(tasks, np.int32)
    for task in range(tasks):
        bin_of[task] = row[begin[task]] // EDGE * wide + col[begin[task]] // EDGE
        starts[bin_of[task] + 1] += 1
    for bin_ in range(wide * high):
        starts[bin_ + 1] += starts[bin_]
    order = np.argsort(length, kind="mergesort")
    shortest = length[order[0]] if tasks else np.int64(0)
    for task in order:
        bin_ = bin_of[task]
        bins[starts[bin_] + counts[bin_]] = task
        counts[bin_] += 1
    result = np.full(robots, -1, np.int32)
    taken = np.zeros(tasks, np.bool_)
    heap = [(_NONE, np.int64(-1), np.int64(-1))]
    for robot in range(robots):
        key, task = _best_task(
            cell[robot], heading[robot], part[robot], factor, begin, length, task_part, box, arena, number, marks,
            row, col, unit, wide, high, bins, starts, counts, shortest,
        )  # fmt: skip
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
            _remove(task, bin_of[task], bins, starts, counts)
            continue
        key, again = _best_task(
            cell[robot], heading[robot], part[robot], factor, begin, length, task_part, box, arena, number, marks,
            row, col, unit, wide, high, bins, starts, counts, shortest,
        )  # fmt: skip
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
