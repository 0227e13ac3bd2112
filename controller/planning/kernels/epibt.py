"""EPIBT in numba: every robot holds an operation; the urgent first take a better one and displace others by recursion.

Yukhnevich and Andreychuk, "Enhancing PIBT via Multi-Action Operations", AAAI 2026: operations of several actions, tables
of the cells used at each tick, at most one robot displaced by an operation, recursion with undo, inherited plans. Ours
runs on two graphs (empty and loaded) with private ground, keeps robots that stand out of the way of nobody, and ranks an
operation by the way that is left at its end, turns included.

`used[cell * (depth + 1) + t]` is the robot on a cell after t ticks, -1 for none; t = 0 is now. With it a swap is seen
without a table of edges. All arrays are passed in, in the bundles of bundles.py, and reused.
"""

import numpy as np
from numba import njit

from controller.planning.kernels.bundles import Displacement
from controller.planning.kernels.ranking import WORST, enterable, rank_operations


@njit(cache=True, nogil=True)
def place(robot, op, who, fleet, operations, used):
    """Enter an operation into the table (who = the robot) or take it out (who = -1)."""
    go, step = operations.go, operations.step
    depth = go.shape[2]
    position, facing = fleet.cell[robot], fleet.heading[robot]
    for t in range(depth):
        ahead = go[facing, op, t]
        if ahead >= 0:
            position += step[ahead]
        used[position * (depth + 1) + t + 1] = who


@njit(cache=True, nogil=True)
def in_the_way(robot, op, fleet, operations, used):
    """Return the one robot that an operation collides with; -1 for none, -2 for several. `robot` is not in the table."""
    go, step = operations.go, operations.step
    depth = go.shape[2]
    position, facing = fleet.cell[robot], fleet.heading[robot]
    other = -1
    for t in range(depth):
        before = position
        ahead = go[facing, op, t]
        if ahead >= 0:
            position += step[ahead]
        there = used[position * (depth + 1) + t + 1]
        if there >= 0 and there != robot:
            if other >= 0 and other != there:
                return -2
            other = there
        if position != before:
            comes = used[position * (depth + 1) + t]
            if comes >= 0 and comes != robot and used[before * (depth + 1) + t + 1] == comes:
                if other >= 0 and other != comes:
                    return -2
                other = comes
    return other


@njit(cache=True, nogil=True)
def inherit(plan, fleet, roads, operations):
    """Enter what every robot holds into the table; whoever collides, or may not drive it any more, waits instead.

    Waiting for all is always possible, so this ends.
    """
    held, used = plan.held, plan.used
    robots, depth = len(held), operations.go.shape[2]
    for robot in range(robots):
        if fleet.standing[robot] or not _drivable(robot, held[robot], fleet, roads, operations):
            held[robot] = 0
        used[fleet.cell[robot] * (depth + 1)] = robot
    changed = True
    while changed:
        changed = False
        for robot in range(robots):
            place(robot, held[robot], -1, fleet, operations, used)
        for robot in range(robots):
            if held[robot] == 0:
                place(robot, 0, robot, fleet, operations, used)
        for robot in range(robots):
            if held[robot] != 0:
                if in_the_way(robot, held[robot], fleet, operations, used) == -1:
                    place(robot, held[robot], robot, fleet, operations, used)
                else:
                    held[robot] = 0
                    changed = True


@njit(cache=True, nogil=True)
def _drivable(robot, op, fleet, roads, operations):
    position, area = fleet.cell[robot], roads.area[fleet.load[robot]]
    for t in range(operations.go.shape[2]):
        ahead = operations.go[fleet.heading[robot], op, t]
        if ahead >= 0:
            if not enterable(position, ahead, fleet.goal[robot], roads, area):
                return False
            position += operations.step[ahead]
    return True


@njit(cache=True, nogil=True)
def improve(root, limit, stamp, rank, fleet, operations, plan, ranking, scratch, failed):
    """Give `root` a better operation than the one it holds, if need be by displacing others that rank behind it.

    rank: int32[robots], the place of each among the urgent. failed: int64[robots, ops] or empty; with it, a robot is not
    displaced by an operation (== stamp) that has failed to displace it before, whoever pushed: in a dense crowd the search
    for a way out otherwise runs into its limit (calls) among variants of one chain. Returns the robots changed, 0 if it
    stays as it was.
    """
    standing, held, used = fleet.standing, plan.held, plan.used
    cost, order = ranking.cost, ranking.order
    mark, chain, tried, old = scratch.mark, scratch.chain, scratch.tried, scratch.old
    depth = 0
    calls = 0
    chain[0] = root
    tried[0] = 0
    old[0] = held[root]
    mark[root] = stamp
    place(root, held[root], -1, fleet, operations, used)
    while True:
        robot = chain[depth]
        pushed = False
        placed = False
        while tried[depth] < order.shape[1]:
            op = order[robot, tried[depth]]
            tried[depth] += 1
            if cost[robot, op] >= WORST or (depth == 0 and cost[robot, op] >= cost[robot, old[0]]):
                tried[depth] = order.shape[1]
                break
            other = in_the_way(robot, op, fleet, operations, used)
            if other == -1:
                place(robot, op, robot, fleet, operations, used)
                held[robot] = op
                placed = True
                break
            if len(failed) > 0 and failed[robot, op] == stamp:
                continue
            if other < 0 or standing[other] or mark[other] == stamp or rank[other] <= rank[root] or calls >= limit:
                continue
            calls += 1
            place(other, held[other], -1, fleet, operations, used)
            place(robot, op, robot, fleet, operations, used)
            held[robot] = op
            depth += 1
            chain[depth] = other
            tried[depth] = 0
            old[depth] = held[other]
            mark[other] = stamp
            pushed = True
            break
        if placed:
            return depth + 1
        if pushed:
            continue
        # Nothing fits: what this robot held comes back, and the one that displaced it has to look further.
        mark[robot] = 0
        held[robot] = old[depth]
        if depth == 0:
            place(robot, old[0], robot, fleet, operations, used)
            return 0
        depth -= 1
        if len(failed) > 0:
            failed[chain[depth], held[chain[depth]]] = stamp
        place(chain[depth], held[chain[depth]], -1, fleet, operations, used)
        place(robot, old[depth + 1], robot, fleet, operations, used)


@njit(cache=True, nogil=True)
def clear(plan, fleet, operations):
    """Take everybody out of the table of used cells."""
    for robot in range(len(plan.held)):
        place(robot, plan.held[robot], -1, fleet, operations, plan.used)
        plan.used[fleet.cell[robot] * (operations.go.shape[2] + 1)] = -1


@njit(cache=True, nogil=True)
def _places(urgent):
    """Return int32[robots], the place of each robot in the line of the urgent."""
    rank = np.empty(len(urgent), np.int32)
    for place_in_line in range(len(urgent)):
        rank[urgent[place_in_line]] = place_in_line
    return rank


@njit(cache=True, nogil=True)
def one_pass(urgent, limit, fleet, roads, operations, plan, ranking, scratch):
    """Improve the inherited operations that come in with `plan`, and enter them in its table.

    urgent: robots, most urgent first. ranking: filled.
    """
    rank = _places(urgent)
    inherit(plan, fleet, roads, operations)
    scratch.mark[:] = 0
    nothing_failed = np.empty((0, 0), np.int64)
    stamp = 0
    for root in urgent:
        if not fleet.standing[root]:
            stamp += 1
            improve(root, limit, stamp, rank, fleet, operations, plan, ranking, scratch, nothing_failed)


@njit(cache=True, nogil=True)
def epibt_step(urgent, fleet, face, stalled, fields, roads, operations, limits, plan, ranking):
    """Plan one tick: `plan` comes in with the inherited operations and goes out with the chosen ones, its table all -1.

    urgent: robots, most urgent first. face: int8[robots], heading to wait with at the goal, -1 for any. stalled:
    bool[robots]. limits: displacements tried for a robot, and once more for one that is stalled. ranking: scratch.
    """
    limit, patience = limits
    robots = len(urgent)
    scratch = Displacement(
        np.zeros(robots, np.int64),
        np.empty(robots + 1, np.int32),
        np.empty(robots + 1, np.int32),
        np.empty(robots + 1, np.int16),
    )
    for robot in range(robots):
        if fleet.standing[robot]:
            continue
        rank_operations(robot, fleet, face, fields, roads, operations, ranking.cost[robot])
        ranking.order[robot] = np.argsort(ranking.cost[robot], kind="mergesort")
    one_pass(urgent, limit, fleet, roads, operations, plan, ranking, scratch)
    if stalled.any():
        rank = _places(urgent)
        failed = np.zeros(ranking.cost.shape, np.int64)
        for root in urgent:
            if stalled[root] and not fleet.standing[root]:
                stamp = robots + 1 + root
                improve(root, patience, stamp, rank, fleet, operations, plan, ranking, scratch, failed)
    clear(plan, fleet, operations)
