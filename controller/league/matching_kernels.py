"""Greedy matching of robots and tasks in numba: the cheapest pair first, candidates found ring by ring around a robot.

Tasks that may be given lie in square bins of the map, the short ones first in each.
"""

import heapq

import numpy as np
from numba import njit

from controller.league.landmark_kernels import bound, turns

FAR = 65535
EDGE = 8
"""Cells along a bin."""
_NONE = np.int64(1) << np.int64(60)


@njit(cache=True, nogil=True)
def learn(slots, begin, size, errands, part, number, marks, row, col, length, opening, task_part):
    """Of the slots given: length, in cells from errand to errand, opening, that of the first stretch, and task_part.

    All over slots; task_part is -1 for a task nobody can do.
    """
    for slot in slots:
        first = errands[begin[slot]]
        length[slot] = opening[slot] = 0
        task_part[slot] = part[first]
        for at in range(begin[slot] + 1, begin[slot] + size[slot]):
            if part[errands[at]] != part[first]:
                task_part[slot] = -1
                break
            stretch = _cells_between(errands[at - 1], errands[at], number, marks, row, col)
            length[slot] += stretch
            if at == begin[slot] + 1:
                opening[slot] = stretch


@njit(cache=True, nogil=True, inline="always")
def _cells_between(cell, goal, number, marks, row, col):
    """Lower bound on the cells to drive: by landmarks, or straight."""
    return max(
        np.int64(bound(cell, goal, number, marks)), np.int64(abs(row[cell] - row[goal]) + abs(col[cell] - col[goal]))
    )


@njit(cache=True, nogil=True)
def _best_task(
    cell, heading, part, factor, begin, length, task_part, field, fields, number, marks, row, col, wide, high, bins, starts,
    counts, shortest,
):  # fmt: skip
    """(key, task) of the cheapest task left for a robot, by factor × distance + length."""
    best = _NONE
    chosen = -1
    r, c = row[cell], col[cell]
    br, bc = r // EDGE, c // EDGE
    for ring in range(max(wide, high)):
        if factor * max(0, (ring - 1) * EDGE + 1) + shortest > best:
            break
        for y in range(max(0, br - ring), min(high, br + ring + 1)):
            rows = max(0, y * EDGE - r, r - y * EDGE - EDGE + 1)
            stride = 1 if abs(y - br) == ring or ring == 0 else 2 * ring
            for x in range(bc - ring, bc + ring + 1, stride):
                if x < 0 or x >= wide:
                    continue
                least = factor * (rows + max(0, x * EDGE - c, c - x * EDGE - EDGE + 1))
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
                    if factor * (abs(down) + abs(right) + turned) + length[task] > best:
                        continue
                    if field[task] >= 0:
                        away = np.int64(fields[field[task], number[cell]])
                        if away == FAR:
                            continue
                    else:
                        away = _cells_between(cell, goal, number, marks, row, col)
                    key = factor * (away + turned) + length[task]
                    if key < best or (key == best and task < chosen):
                        best = key
                        chosen = task
    return best, chosen


@njit(cache=True, nogil=True)
def match(cell, heading, part, factor, begin, length, task_part, field, fields, number, marks, row, col, wide, high):
    """int32[robots]: the task of each robot or -1. All arrays over free robots or over tasks that may be given.

    begin: first cells. length: cells from errand to errand. part, task_part: connected part of the map, -1 for a task
    nobody can do. field: row of `fields` (uint16[rows, free cells]) with true distances to its first cell, or -1 for
    bounds by landmarks. wide, high: bins of the map.
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
            cell[robot], heading[robot], part[robot], factor, begin, length, task_part, field, fields, number, marks,
            row, col, wide, high, bins, starts, counts, shortest,
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
            cell[robot], heading[robot], part[robot], factor, begin, length, task_part, field, fields, number, marks,
            row, col, wide, high, bins, starts, counts, shortest,
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


@njit(cache=True, nogil=True)
def cells_to(goal, free, step, number, out, queue):
    """out[number of free cells] (uint16): cells to drive to `goal`; number: int32[cells], of a free cell or -1."""
    out[:] = FAR
    out[number[goal]] = 0
    queue[0] = goal
    begin, end = 0, 1
    while begin < end:
        cell = queue[begin]
        begin += 1
        further = out[number[cell]] + 1
        for heading in range(4):
            if not (free[cell] >> heading) & 1:
                continue
            ahead = cell + step[heading]
            if out[number[ahead]] == FAR:
                out[number[ahead]] = min(further, FAR - 1)
                queue[end] = ahead
                end += 1
