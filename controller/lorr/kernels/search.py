"""EPIBT's ranking of operations under guidance costs, and the search that improves on it, in numba.

Yukhnevich and Andreychuk, "Enhancing PIBT via Multi-Action Operations", AAAI 2026. The tables and the displacement are
those of controller/planning/kernels/epibt.py; what differs is the value of an operation, which here is the exact way left with
turns under guidance, through the goal and on to the next one, and the depth-first ejection after the first pass.
"""

import numpy as np
from numba import njit

from controller.lorr.kernels.fields import FAR, way_left
from controller.lorr.kernels.landmarks import estimate
from controller.planning.kernels.epibt import in_the_way, place

WORST = 1 << 30
FINE = 64
"""Steps of an operation's cost in a unit of way, for telling equals apart."""


@njit(cache=True, nogil=True)
def rank_operations(
    first,
    last,
    cell,
    heading,
    box,
    goal,
    row,
    col,
    number,
    marks,
    arena,
    weight,
    step,
    go,
    turned,
    late,
    unit,
    cost,
    order,
):
    """cost[robots, ops] (int32) and order (int16, best first) for robots first … last - 1.

    box: int64[robots, 2, 5], fields to the goal and to the one after; without one, bounds by the landmarks' marks serve.
    late: int32[ops], less for what acts early.
    unit: cost of a cell with the stream.
    """
    ops, depth = go.shape[1], go.shape[2]
    for robot in range(first, last):
        target = goal[robot]
        facing = heading[robot]
        fielded = target >= 0 and box[robot, 0, 0] >= 0
        onward = fielded and box[robot, 1, 0] >= 0
        # An operation that ends outside the field is worse than any inside.
        beyond = np.int64(FAR)
        if fielded:
            beyond = min(way_left(cell[robot], facing, box[robot, 0], row, col, arena) + 4 * depth * unit, FAR)
        rest = np.int64(0)
        if onward:
            rest = np.int64(FAR)
            for ahead in range(4):
                rest = min(rest, way_left(target, ahead, box[robot, 1], row, col, arena))
        for op in range(ops):
            position = cell[robot]
            moves = 0
            reached = -1
            possible = True
            for t in range(depth):
                ahead = go[facing, op, t]
                if ahead >= 0:
                    if weight[position * 4 + ahead] == 0:
                        possible = False
                        break
                    position += step[ahead]
                    moves += 1
                if position == target and reached < 0:
                    reached = t + 1
            end = turned[facing, op, depth - 1]
            if not possible:
                cost[robot, op] = WORST
            elif target < 0:
                cost[robot, op] = moves * FINE + late[op]
            elif reached >= 0 and onward:
                left = way_left(position, end, box[robot, 1], row, col, arena)
                cost[robot, op] = left * FINE + late[op]
            elif reached >= 0:
                cost[robot, op] = (reached - depth) * unit * FINE + late[op]
            elif fielded:
                left = way_left(position, end, box[robot, 0], row, col, arena)
                if left == FAR:
                    left = beyond
                cost[robot, op] = (left + rest) * FINE + late[op]
            else:
                cost[robot, op] = estimate(position, end, target, number, marks, row, col) * FINE + late[op]
        order[robot] = np.argsort(cost[robot], kind="mergesort")


@njit(cache=True, nogil=True)
def enter(operations, cell, heading, go, step, used):
    """Enter everybody in the table of used cells."""
    for robot in range(len(cell)):
        place(robot, operations[robot], robot, cell, heading, go, step, used)
        used[cell[robot] * (go.shape[2] + 1)] = robot


@njit(cache=True, nogil=True, inline="always")
def _draw(state):
    """A float in (0, 1) from a xorshift generator; state: uint64[1]."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return (np.float64(x >> np.uint64(11)) + 0.5) / 9007199254740992.0


@njit(cache=True, nogil=True)
def search(
    rounds,
    limit,
    heat,
    chance,
    roots,
    value,
    cell,
    heading,
    go,
    step,
    operations,
    used,
    cost,
    order,
    mark,
    chain,
    tried,
    old,
    sums,
):
    """Improve `operations` for a number of rounds; returns the change of the sum of value * cost of the operations.

    Each round draws how much worse the sum may get (exponential, mean `heat`), then a robot of `roots`, and gives it
    another operation; who is in the way takes another in turn, depth first, cut where even the best operation of
    the displaced can't keep the sum within what was drawn. sums: float64[robots + 1] scratch.
    """
    total = 0.0
    ops = order.shape[1]
    for _ in range(rounds):
        allowed = -heat * np.log(_draw(chance))
        root = roots[int(_draw(chance) * len(roots))]
        if order[root, 0] == operations[root]:
            continue
        stamp = mark[len(cell)] + 1
        mark[len(cell)] = stamp
        calls = 0
        level = 0
        chain[0], tried[0], old[0], sums[0] = root, 0, operations[root], 0.0
        mark[root] = stamp
        place(root, operations[root], -1, cell, heading, go, step, used)
        while True:
            robot = chain[level]
            had = cost[robot, old[level]]
            worth = value[robot]
            outcome = 0
            while tried[level] < ops:
                op = order[robot, tried[level]]
                tried[level] += 1
                if cost[robot, op] >= WORST:
                    tried[level] = ops
                    break
                if level == 0 and op == old[0]:
                    continue
                change = sums[level] + worth * (cost[robot, op] - had)
                if change > allowed:
                    tried[level] = ops
                    break
                other = in_the_way(robot, op, cell, heading, go, step, used)
                if other == -1:
                    place(robot, op, robot, cell, heading, go, step, used)
                    operations[robot] = op
                    sums[level + 1] = change
                    outcome = 1
                    break
                if other < 0 or mark[other] == stamp or calls >= limit:
                    continue
                hope = value[other] * (cost[other, order[other, 0]] - cost[other, operations[other]])
                if change + hope > allowed:
                    continue
                calls += 1
                place(other, operations[other], -1, cell, heading, go, step, used)
                place(robot, op, robot, cell, heading, go, step, used)
                operations[robot] = op
                level += 1
                chain[level], tried[level], old[level], sums[level] = other, 0, operations[other], change
                mark[other] = stamp
                outcome = 2
                break
            if outcome == 1:
                total += sums[level + 1]
                break
            if outcome == 2:
                continue
            mark[robot] = 0
            operations[robot] = old[level]
            if level == 0:
                place(robot, old[0], robot, cell, heading, go, step, used)
                break
            level -= 1
            place(chain[level], operations[chain[level]], -1, cell, heading, go, step, used)
            place(robot, old[level + 1], robot, cell, heading, go, step, used)
    return total
