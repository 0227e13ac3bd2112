"""EPIBT in numba: every robot holds an operation; the urgent first take a better one and displace others by recursion.

Yukhnevich and Andreychuk, "Enhancing PIBT via Multi-Action Operations", AAAI 2026: operations of several actions, tables
of the cells used at each tick, at most one robot displaced by an operation, recursion with undo, inherited plans. Ours
runs on two graphs (empty and loaded) with private ground, keeps robots that stand out of the way of nobody, and ranks an
operation by the way that is left at its end, turns included.

`used[cell * (depth + 1) + t]` is the robot on a cell after t ticks, -1 for none; t = 0 is now. With it a swap is seen
without a table of edges. All arrays are passed in and reused.
"""

import numpy as np
from numba import njit

from controller.planning.kernels.ranking import WORST, enterable, rank_operations


@njit(cache=True, nogil=True)
def place(robot, op, who, cell, heading, go, step, used):
    """Enter an operation into the table (who = the robot) or take it out (who = -1)."""
    depth = go.shape[2]
    position = cell[robot]
    for t in range(depth):
        ahead = go[heading[robot], op, t]
        if ahead >= 0:
            position += step[ahead]
        used[position * (depth + 1) + t + 1] = who


@njit(cache=True, nogil=True)
def in_the_way(robot, op, cell, heading, go, step, used):
    """The one robot that an operation collides with; -1 for none, -2 for several. The robot's own is not in the table."""
    depth = go.shape[2]
    position = cell[robot]
    other = -1
    for t in range(depth):
        before = position
        ahead = go[heading[robot], op, t]
        if ahead >= 0:
            position += step[ahead]
        occupant = used[position * (depth + 1) + t + 1]
        if occupant >= 0 and occupant != robot:
            if other >= 0 and other != occupant:
                return -2
            other = occupant
        if position != before:
            comes = used[position * (depth + 1) + t]
            if comes >= 0 and comes != robot and used[before * (depth + 1) + t + 1] == comes:
                if other >= 0 and other != comes:
                    return -2
                other = comes
    return other


@njit(cache=True, nogil=True)
def inherit(operations, standing, cell, heading, exits, area, load, goal, go, step, used):
    """Enter what every robot holds into the table; whoever collides, or may not drive it any more, waits instead.

    operations: int16[robots], changed in place. Waiting for all is always possible, so this ends.
    """
    robots, depth = len(cell), go.shape[2]
    for robot in range(robots):
        if standing[robot] or not _drivable(robot, operations[robot], cell, heading, exits, area, load, goal, go, step):
            operations[robot] = 0
        used[cell[robot] * (depth + 1)] = robot
    changed = True
    while changed:
        changed = False
        for robot in range(robots):
            place(robot, operations[robot], -1, cell, heading, go, step, used)
        for robot in range(robots):
            if operations[robot] == 0:
                place(robot, 0, robot, cell, heading, go, step, used)
        for robot in range(robots):
            if operations[robot] != 0:
                if in_the_way(robot, operations[robot], cell, heading, go, step, used) == -1:
                    place(robot, operations[robot], robot, cell, heading, go, step, used)
                else:
                    operations[robot] = 0
                    changed = True


@njit(cache=True, nogil=True)
def _drivable(robot, op, cell, heading, exits, area, load, goal, go, step):
    position = cell[robot]
    for t in range(go.shape[2]):
        ahead = go[heading[robot], op, t]
        if ahead >= 0:
            if not enterable(position, ahead, goal[robot], exits, area[load[robot]], step):
                return False
            position += step[ahead]
    return True


@njit(cache=True, nogil=True)
def improve(
    root,
    limit,
    rank,
    operations,
    standing,
    cost,
    order,
    cell,
    heading,
    go,
    step,
    used,
    mark,
    stamp,
    chain,
    tried,
    old,
    failed,
):
    """Give `root` a better operation than the one it holds, if need be by displacing others that rank behind it.

    cost: int32[robots, ops]; order: int16[robots, ops], operations by cost. mark: int64[robots], == stamp while a robot is
    in the chain. chain, tried, old: scratch of len(robots). failed: int64[robots, ops] or empty; with it, a robot is not
    displaced by an operation (== stamp) that has failed to displace it before, whoever pushed: in a dense crowd the search
    for a way out otherwise runs into its limit (calls) among variants of one chain. Returns the robots changed, 0 if it
    stays as it was.
    """
    depth = 0
    calls = 0
    chain[0] = root
    tried[0] = 0
    old[0] = operations[root]
    mark[root] = stamp
    place(root, operations[root], -1, cell, heading, go, step, used)
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
            other = in_the_way(robot, op, cell, heading, go, step, used)
            if other == -1:
                place(robot, op, robot, cell, heading, go, step, used)
                operations[robot] = op
                placed = True
                break
            if len(failed) > 0 and failed[robot, op] == stamp:
                continue
            if other < 0 or standing[other] or mark[other] == stamp or rank[other] <= rank[root] or calls >= limit:
                continue
            calls += 1
            place(other, operations[other], -1, cell, heading, go, step, used)
            place(robot, op, robot, cell, heading, go, step, used)
            operations[robot] = op
            depth += 1
            chain[depth] = other
            tried[depth] = 0
            old[depth] = operations[other]
            mark[other] = stamp
            pushed = True
            break
        if placed:
            return depth + 1
        if pushed:
            continue
        # Nothing fits: what this robot held comes back, and the one that displaced it has to look further.
        mark[robot] = 0
        operations[robot] = old[depth]
        if depth == 0:
            place(robot, old[0], robot, cell, heading, go, step, used)
            return 0
        depth -= 1
        if len(failed) > 0:
            failed[chain[depth], operations[chain[depth]]] = stamp
        place(chain[depth], operations[chain[depth]], -1, cell, heading, go, step, used)
        place(robot, old[depth + 1], robot, cell, heading, go, step, used)


@njit(cache=True, nogil=True)
def clear(operations, cell, heading, go, step, used):
    """Take everybody out of the table of used cells."""
    for robot in range(len(cell)):
        place(robot, operations[robot], -1, cell, heading, go, step, used)
        used[cell[robot] * (go.shape[2] + 1)] = -1


@njit(cache=True, nogil=True)
def one_pass(
    urgent,
    limit,
    cell,
    heading,
    load,
    goal,
    standing,
    exits,
    area,
    step,
    go,
    operations,
    used,
    cost,
    order,
    mark,
    chain,
    tried,
    old,
):
    """operations[robots] (int16) comes in with the inherited operations and goes out improved, entered in `used`.

    urgent: robots, most urgent first. cost, order: as ranked. mark, chain, tried, old: scratch of len(robots).
    """
    rank = np.empty(len(cell), np.int32)
    for place_in_line in range(len(cell)):
        rank[urgent[place_in_line]] = place_in_line
    inherit(operations, standing, cell, heading, exits, area, load, goal, go, step, used)
    mark[:] = 0
    nothing_failed = np.empty((0, 0), np.int64)
    stamp = 0
    for root in urgent:
        if not standing[root]:
            stamp += 1
            improve(
                root,
                limit,
                rank,
                operations,
                standing,
                cost,
                order,
                cell,
                heading,
                go,
                step,
                used,
                mark,
                stamp,
                chain,
                tried,
                old,
                nothing_failed,
            )


@njit(cache=True, nogil=True)
def epibt_step(
    urgent,
    cell,
    heading,
    load,
    goal,
    face,
    row,
    standing,
    stalled,
    fields,
    exits,
    area,
    step,
    go,
    turned,
    limit,
    patience,
    operations,
    used,
    cost,
    order,
):
    """One tick: operations[robots] (int16) comes in with the inherited operations and goes out with the chosen ones.

    urgent: robots, most urgent first. limit, patience: displacements tried for a robot, and once more for one that is
    stalled. used: int32[cells * (depth + 1)], all -1 before and after. cost, order: scratch.
    """
    robots = len(cell)
    mark = np.zeros(robots, np.int64)
    chain = np.empty(robots + 1, np.int32)
    tried = np.empty(robots + 1, np.int32)
    old = np.empty(robots + 1, np.int16)
    for robot in range(robots):
        if standing[robot]:
            continue
        rank_operations(robot, cell, heading, load, goal, face, row, fields, exits, area, step, go, turned, cost[robot])
        order[robot] = np.argsort(cost[robot], kind="mergesort")
    one_pass(
        urgent,
        limit,
        cell,
        heading,
        load,
        goal,
        standing,
        exits,
        area,
        step,
        go,
        operations,
        used,
        cost,
        order,
        mark,
        chain,
        tried,
        old,
    )
    if stalled.any():
        rank = np.empty(robots, np.int32)
        for place_in_line in range(robots):
            rank[urgent[place_in_line]] = place_in_line
        failed = np.zeros(cost.shape, np.int64)
        for root in urgent:
            if stalled[root] and not standing[root]:
                improve(
                    root,
                    patience,
                    rank,
                    operations,
                    standing,
                    cost,
                    order,
                    cell,
                    heading,
                    go,
                    step,
                    used,
                    mark,
                    robots + 1 + root,
                    chain,
                    tried,
                    old,
                    failed,
                )
    clear(operations, cell, heading, go, step, used)
