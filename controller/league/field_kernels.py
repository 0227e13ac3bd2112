"""Distances over (cell, heading) in numba: bucket-queue Dijkstra from a goal, within a box of the map.

A state is `cell * 4 + heading`. `weight[state]` is the cost of driving one cell ahead from there, 0 where that can't be
done; a quarter turn costs 1. Fields of many robots lie in one arena (uint16); `box[robot, slot]` is (offset, first row,
first column, rows, columns) of a field there, offset -1 for none. Dial, "Algorithm 360", CACM 12 (1969).
"""

import numpy as np
from numba import njit

FAR = 65535
_OPEN = 1 << 30


@njit(cache=True, nogil=True, inline="always")
def _link(state, bucket, head, after, before):
    first = head[bucket]
    after[state] = first
    before[state] = -1
    if first >= 0:
        before[first] = state
    head[bucket] = state


@njit(cache=True, nogil=True, inline="always")
def _unlink(state, bucket, head, after, before):
    if before[state] >= 0:
        after[before[state]] = after[state]
    else:
        head[bucket] = after[state]
    if after[state] >= 0:
        before[after[state]] = before[state]


@njit(cache=True, nogil=True)
def _spread(goal, start, slack, box, row, col, weight, step, dist, head, after, before):
    """Write the way left to dist[state] (int32, _OPEN before) within a box; head: int32[2^k], comes and goes all -1.

    Ends `slack` after the cell `start` was reached; returns the cost up to which dist is right.
    """
    mask = len(head) - 1
    states = len(weight)
    r0, c0 = box[1], box[2]
    r1, c1 = r0 + box[3], c0 + box[4]
    for heading in range(4):
        dist[goal * 4 + heading] = 0
        _link(goal * 4 + heading, 0, head, after, before)
    pending = 4
    now = 0
    end = _OPEN - 1
    while pending > 0 and now <= end:
        bucket = now & mask
        state = head[bucket]
        if state < 0:
            now += 1
            continue
        _unlink(state, bucket, head, after, before)
        pending -= 1
        heading = state & 3
        if state >> 2 == start and end == _OPEN - 1:
            end = now + slack
        for way in range(3):
            if way == 0:
                other = state - 4 * step[heading]
                if other < 0 or other >= states or weight[other] == 0:
                    continue
                cell = other >> 2
                if row[cell] < r0 or row[cell] >= r1 or col[cell] < c0 or col[cell] >= c1:
                    continue
                further = now + weight[other]
            else:
                other = (state & ~3) | ((heading + (1 if way == 1 else 3)) & 3)
                further = now + 1
            known = dist[other]
            if further < known:
                if known != _OPEN:
                    _unlink(other, known & mask, head, after, before)
                else:
                    pending += 1
                dist[other] = further
                _link(other, further & mask, head, after, before)
    head[:] = -1
    return end


@njit(cache=True, nogil=True)
def fill_fields(first, last, goal, start, slack, box, row, col, weight, step, arena, dist, head, after, before):
    """Fill the fields of jobs first … last - 1: box[job] (int64[jobs, 5]) says where; dist comes and goes all _OPEN.

    A field holds what lies up to `slack` further from the goal than the cell `start`, FAR elsewhere.
    """
    width = step[1]
    for job in range(first, last):
        known = min(
            _spread(goal[job], start[job], slack, box[job], row, col, weight, step, dist, head, after, before), FAR
        )
        at = box[job, 0]
        for r in range(box[job, 1], box[job, 1] + box[job, 3]):
            for state in range((r * width + box[job, 2]) * 4, (r * width + box[job, 2] + box[job, 4]) * 4):
                arena[at] = dist[state] if dist[state] <= known else FAR
                dist[state] = _OPEN
                at += 1


@njit(cache=True, nogil=True, inline="always")
def way_left(cell, heading, box, row, col, arena):
    """Cost of the way left from a state by a field, FAR outside its box and where there is no way."""
    r, c = row[cell] - box[1], col[cell] - box[2]
    if r < 0 or c < 0 or r >= box[3] or c >= box[4]:
        return np.int64(FAR)
    return np.int64(arena[box[0] + (r * box[4] + c) * 4 + heading])


@njit(cache=True, nogil=True)
def ways_left(cell, heading, box, row, col, arena, out):
    """out[robots] (int64): the way left of every robot by the field of its slot, -1 without one."""
    for robot in range(len(cell)):
        out[robot] = -1
        if box[robot, 0] >= 0:
            out[robot] = way_left(cell[robot], heading[robot], box[robot], row, col, arena)


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
