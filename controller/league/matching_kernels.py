"""Greedy matching of robots and tasks in numba: the cheapest pair first, candidates found ring by ring around a robot."""

import heapq

import numpy as np
from numba import njit

FAR = 65535
_NONE = np.int64(1) << np.int64(60)


@njit(cache=True, nogil=True, inline="always")
def _turns(heading, down, right):
    """Quarter turns on a straight way by (rows down, columns right), those before it starts included."""
    best = 4
    for way in range(4):
        if (way == 0 and right > 0) or (way == 1 and down > 0) or (way == 2 and right < 0) or (way == 3 and down < 0):
            turn = (way - heading) & 3
            best = min(best, 1 if turn == 3 else turn)
    if best == 4:
        return 0
    return best + (1 if down != 0 and right != 0 else 0)


@njit(cache=True, nogil=True)
def _best_task(
    cell,
    heading,
    part,
    factor,
    begin,
    length,
    task_part,
    field,
    fields,
    number,
    row,
    col,
    edge,
    wide,
    high,
    bins,
    counts,
    starts,
):
    """(key, task) of the cheapest task left for a robot, by 5 × distance + length (factor 5)."""
    best = _NONE
    chosen = -1
    r, c = row[cell], col[cell]
    br, bc = r // edge, c // edge
    for ring in range(max(wide, high)):
        least = max(0, (ring - 1) * edge + 1)
        if factor * least >= best:
            break
        for y in range(max(0, br - ring), min(high, br + ring + 1)):
            across = abs(y - br) == ring
            stride = 1 if across or ring == 0 else 2 * ring
            for x in range(bc - ring, bc + ring + 1, stride):
                if x < 0 or x >= wide:
                    continue
                bin_ = y * wide + x
                for place in range(starts[bin_], starts[bin_] + counts[bin_]):
                    task = bins[place]
                    if task_part[task] != part:
                        continue
                    goal = begin[task]
                    down, right = row[goal] - r, col[goal] - c
                    away = np.int64(abs(down) + abs(right))
                    if factor * away + length[task] > best:
                        continue
                    if field[task] >= 0:
                        away = np.int64(fields[field[task], number[cell]])
                        if away == FAR:
                            continue
                    key = factor * (away + _turns(heading, down, right)) + length[task]
                    if key < best or (key == best and task < chosen):
                        best = key
                        chosen = task
    return best, chosen


@njit(cache=True, nogil=True)
def match(cell, heading, part, factor, begin, length, task_part, field, fields, number, row, col, edge, wide, high):
    """int32[robots]: the task of each robot or -1. All arrays over free robots or over tasks that may be given.

    begin: first cells. length: cells from errand to errand. part, task_part: connected part of the map, -1 for a task
    nobody can do. field: row of `fields` (uint16[rows, free cells]) with true distances to its first cell, or -1.
    """
    robots, tasks = len(cell), len(begin)
    counts = np.zeros(wide * high, np.int32)
    starts = np.zeros(wide * high + 1, np.int32)
    bins = np.empty(tasks, np.int32)
    where = np.empty(tasks, np.int32)
    for task in range(tasks):
        starts[row[begin[task]] // edge * wide + col[begin[task]] // edge + 1] += 1
    for bin_ in range(wide * high):
        starts[bin_ + 1] += starts[bin_]
    for task in range(tasks):
        bin_ = row[begin[task]] // edge * wide + col[begin[task]] // edge
        where[task] = starts[bin_] + counts[bin_]
        bins[where[task]] = task
        counts[bin_] += 1
    result = np.full(robots, -1, np.int32)
    taken = np.zeros(tasks, np.bool_)
    heap = [(_NONE, np.int64(-1), np.int64(-1))]
    for robot in range(robots):
        key, task = _best_task(
            cell[robot], heading[robot], part[robot], factor, begin, length, task_part, field, fields, number,
            row, col, edge, wide, high, bins, counts, starts,
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
            bin_ = row[begin[task]] // edge * wide + col[begin[task]] // edge
            last = bins[starts[bin_] + counts[bin_] - 1]
            bins[where[task]] = last
            where[last] = where[task]
            counts[bin_] -= 1
            continue
        key, again = _best_task(
            cell[robot], heading[robot], part[robot], factor, begin, length, task_part, field, fields, number,
            row, col, edge, wide, high, bins, counts, starts,
        )  # fmt: skip
        if again >= 0:
            heapq.heappush(heap, (key, robot, np.int64(again)))
