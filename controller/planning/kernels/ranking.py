"""EPIBT's ranking of a robot's operations in numba."""

import numpy as np
from numba import njit

_FAR = 65535
_UNREACHABLE = 1 << 28
WORST = 1 << 30
"""Cost of an operation that cannot be driven."""


@njit(cache=True, nogil=True, inline="always")
def enterable(cell, heading, goal, roads, area):
    """Return whether a robot with that goal may leave a cell by a heading; area is that of its load."""
    if not (roads.exits[cell] >> heading) & 1:
        return False
    into = area[cell + roads.step[heading]]
    return into == 0 or into == area[cell] or (goal >= 0 and into == area[goal])


@njit(cache=True, nogil=True)
def _way_left(cell, heading, goal, field, roads, area):
    """Return the ticks to the goal from a cell with a heading: the cells to drive, and the turns before the first of them."""
    position = np.int64(field[cell])
    if position == 0:
        return 0
    if position == _FAR:
        return _UNREACHABLE
    best = position + 2
    for ahead in range(4):
        if enterable(cell, ahead, goal, roads, area):
            there = np.int64(field[cell + roads.step[ahead]])
            if there < position:
                turn = (ahead - heading) & 3
                ticks = there + 1 + (2 if turn == 2 else (1 if turn else 0))
                best = min(best, ticks)
    return best


@njit(cache=True, nogil=True)
def rank_operations(robot, fleet, face, fields, roads, operations, cost):
    """Write the cost of every operation of a robot to cost[ops], WORST for those that can't be driven.

    A robot without a goal likes best to stay. With one, an operation costs the way left at its end; one that reaches
    the goal within it costs less the earlier it does. Among equals, those that are nearer on the way cost less.
    """
    go, turned, step = operations.go, operations.turned, operations.step
    ops, depth = go.shape[1], go.shape[2]
    start, facing, target, row = fleet.cell[robot], fleet.heading[robot], fleet.goal[robot], fields.row[robot]
    ground = roads.area[fleet.load[robot]]
    for op in range(ops):
        position = start
        moves = 0
        reached = -1
        nearness = np.int64(0)
        possible = True
        for t in range(depth):
            ahead = go[facing, op, t]
            if ahead >= 0:
                if not enterable(position, ahead, target, roads, ground):
                    possible = False
                    break
                position += step[ahead]
                moves += 1
            if row >= 0:
                nearness += np.int64(fields.pool[row, position])
                if position == target and reached < 0:
                    reached = t + 1
        if not possible:
            cost[op] = WORST
        elif row < 0:
            cost[op] = moves * 4 + (1 if turned[facing, op, depth - 1] != facing else 0)
        else:
            left = _way_left(position, turned[facing, op, depth - 1], target, fields.pool[row], roads, ground)
            if left >= _UNREACHABLE:
                cost[op] = WORST - 1
                continue
            if reached >= 0:
                left += reached - depth
            if position == target and face[robot] >= 0:
                turn = (face[robot] - turned[facing, op, depth - 1]) & 3
                left += 2 if turn == 2 else (1 if turn else 0)
            cost[op] = (left + depth) * 64 * depth + min(nearness, 64 * depth - 1)
