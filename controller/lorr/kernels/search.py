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
def rank_operations(first, last, fleet, box, arena, terrain, weight, operations, late, ranking):
    """Fill the ranking of robots first … last - 1.

    box: int64[robots, 2, 5], fields in the arena to the goal and to the one after; without one, bounds by landmarks serve.
    weight: int32[cells * 4], cost of leaving a cell by a heading, 0 where that can't be done. late: int32[ops], less for what
    acts early.
    """
    cell, heading, goal = fleet.cell, fleet.heading, fleet.goal
    go, turned, step, unit = operations.go, operations.turned, operations.step, terrain.least
    cost, order = ranking.cost, ranking.order
    ops, depth = go.shape[1], go.shape[2]
    for robot in range(first, last):
        target = goal[robot]
        facing = heading[robot]
        fielded = target >= 0 and box[robot, 0, 0] >= 0
        onward = fielded and box[robot, 1, 0] >= 0
        # An operation that ends outside the field is worse than any inside.
        beyond = np.int64(FAR)
        if fielded:
            beyond = min(way_left(cell[robot], facing, box[robot, 0], terrain, arena) + 4 * depth * unit, FAR)
        rest = np.int64(0)
        if onward:
            rest = np.int64(FAR)
            for ahead in range(4):
                rest = min(rest, way_left(target, ahead, box[robot, 1], terrain, arena))
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
                left = way_left(position, end, box[robot, 1], terrain, arena)
                cost[robot, op] = left * FINE + late[op]
            elif reached >= 0:
                cost[robot, op] = (reached - depth) * unit * FINE + late[op]
            elif fielded:
                left = way_left(position, end, box[robot, 0], terrain, arena)
                if left == FAR:
                    left = beyond
                cost[robot, op] = (left + rest) * FINE + late[op]
            else:
                cost[robot, op] = estimate(position, end, target, terrain) * FINE + late[op]
        order[robot] = np.argsort(cost[robot], kind="mergesort")


@njit(cache=True, nogil=True)
def enter(plan, fleet, operations):
    """Enter everybody in the table of used cells."""
    for robot in range(len(plan.held)):
        place(robot, plan.held[robot], robot, fleet, operations, plan.used)
        plan.used[fleet.cell[robot] * (operations.go.shape[2] + 1)] = robot


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
def search(rounds, limit, temperature, annealing, fleet, operations, plan, ranking, scratch):
    """Improve what is held for a number of rounds; return the change of the sum of value[robot] * cost[robot, held].

    Each round draws how much worse the sum may get (exponential, mean `temperature`), then a robot of `roots`, and gives it
    another operation; who is in the way takes another in turn, depth first, cut where even the best operation of
    the displaced can't keep the sum within what was drawn.
    """
    roots, value, chance, sums = annealing.roots, annealing.value, annealing.chance, annealing.sums
    held, used, cost, order = plan.held, plan.used, ranking.cost, ranking.order
    mark, chain, tried, old = scratch.mark, scratch.chain, scratch.tried, scratch.old
    last = len(held)
    total = 0.0
    ops = order.shape[1]
    for _ in range(rounds):
        allowed = -temperature * np.log(_draw(chance))
        root = roots[int(_draw(chance) * len(roots))]
        if order[root, 0] == held[root]:
            continue
        stamp = mark[last] + 1
        mark[last] = stamp
        calls = 0
        level = 0
        chain[0], tried[0], old[0], sums[0] = root, 0, held[root], 0.0
        mark[root] = stamp
        place(root, held[root], -1, fleet, operations, used)
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
                other = in_the_way(robot, op, fleet, operations, used)
                if other == -1:
                    place(robot, op, robot, fleet, operations, used)
                    held[robot] = op
                    sums[level + 1] = change
                    outcome = 1
                    break
                if other < 0 or mark[other] == stamp or calls >= limit:
                    continue
                hope = value[other] * (cost[other, order[other, 0]] - cost[other, held[other]])
                if change + hope > allowed:
                    continue
                calls += 1
                place(other, held[other], -1, fleet, operations, used)
                place(robot, op, robot, fleet, operations, used)
                held[robot] = op
                level += 1
                chain[level], tried[level], old[level], sums[level] = other, 0, held[other], change
                mark[other] = stamp
                outcome = 2
                break
            if outcome == 1:
                total += sums[level + 1]
                break
            if outcome == 2:
                continue
            mark[robot] = 0
            held[robot] = old[level]
            if level == 0:
                place(robot, old[0], robot, fleet, operations, used)
                break
            level -= 1
            place(chain[level], held[chain[level]], -1, fleet, operations, used)
            place(robot, old[level + 1], robot, fleet, operations, used)
    return total
