"""Lower bounds on the way between two cells from landmarks, in numba.

Costs in marks leave turns out. Costs above _MOST are cut to it, which keeps all bounds right.
"""

import numpy as np
from numba import njit

TURN = 2
"""Cost of a quarter turn: all costs are in half ticks."""
_OPEN = 1 << 30
_MOST = 65535


@njit(cache=True, nogil=True, inline="always")
def bound(cell, goal, terrain):
    """Lower bound on the cost of driving from cell to goal, turns left out; both in one part of the map."""
    marks_from, marks_to = terrain.marks[terrain.number[cell]], terrain.marks[terrain.number[goal]]
    half = len(marks_from) // 2
    best = np.int32(0)
    for mark in range(half):
        best = max(best, np.int32(marks_to[mark]) - np.int32(marks_from[mark]))
    for mark in range(half, 2 * half):
        best = max(best, np.int32(marks_from[mark]) - np.int32(marks_to[mark]))
    return best


@njit(cache=True, nogil=True, inline="always")
def turns(heading, down, right):
    """Cost of the turns on any way that leads `down` rows and `right` columns on, those before it starts included."""
    best = 4
    for side in range(4):
        if (
            (side == 0 and right > 0)
            or (side == 1 and down > 0)
            or (side == 2 and right < 0)
            or (side == 3 and down < 0)
        ):
            turn = (side - heading) & 3
            best = min(best, 1 if turn == 3 else turn)
    if best == 4:
        return 0
    return TURN * (best + (1 if down != 0 and right != 0 else 0))


@njit(cache=True, nogil=True, inline="always")
def estimate(cell, heading, goal, terrain):
    """Lower bound on the cost of the way from a state to a cell, turns included; both in one part of the map."""
    down, right = terrain.row[goal] - terrain.row[cell], terrain.col[goal] - terrain.col[cell]
    return bound(cell, goal, terrain) + turns(heading, down, right)


@njit(cache=True, nogil=True)
def estimates(cell, heading, goal, terrain, out):
    """out[robots] (int64): the estimate of each; -1 where there is no goal."""
    for robot in range(len(cell)):
        out[robot] = -1
        if goal[robot] >= 0:
            out[robot] = estimate(cell[robot], heading[robot], goal[robot], terrain)


@njit(cache=True, nogil=True)
def spread(sources, weight, step, dist, head, after, before):
    """dist[cells] (int32): least cost over cells from the nearest source by Dial's buckets; `head` comes and goes all -1.

    weight[cell * 4 + heading] is the cost of cell + step[heading] from there, 0 where there is none.
    """
    mask = len(head) - 1
    dist[:] = _OPEN
    for source in sources:
        dist[source] = 0
        after[source] = head[0]
        before[source] = -1
        if head[0] >= 0:
            before[head[0]] = source
        head[0] = source
    pending, now = len(sources), 0
    while pending > 0:
        cell = head[now & mask]
        if cell < 0:
            now += 1
            continue
        head[now & mask] = after[cell]
        if after[cell] >= 0:
            before[after[cell]] = -1
        pending -= 1
        for heading in range(4):
            cost = weight[cell * 4 + heading]
            if cost == 0:
                continue
            other = cell + step[heading]
            further, known = now + cost, dist[other]
            if further >= known:
                continue
            if known == _OPEN:
                pending += 1
            elif before[other] >= 0:
                after[before[other]] = after[other]
                if after[other] >= 0:
                    before[after[other]] = before[other]
            else:
                head[known & mask] = after[other]
                if after[other] >= 0:
                    before[after[other]] = -1
            dist[other] = further
            bucket = further & mask
            after[other] = head[bucket]
            before[other] = -1
            if head[bucket] >= 0:
                before[head[bucket]] = other
            head[bucket] = other


@njit(cache=True, nogil=True)
def farthest(free, part, near, best):
    """best[parts]: of each part the cell with the largest `near`, the lowest one of equals; -1 for parts without a cell."""
    best[:] = -1
    for cell in range(len(free)):
        if free[cell] and (best[part[cell]] < 0 or near[cell] > near[best[part[cell]]]):
            best[part[cell]] = cell
