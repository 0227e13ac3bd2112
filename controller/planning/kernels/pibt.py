"""The hot loops, in numba: distances by breadth-first search and one step of PIBT with headings.

Arrays in, arrays out; checked wrappers are in controller/planning/fields.py and controller/planning/planner.py.

PIBT: Okumura et al., "Priority Inheritance with Backtracking for Iterative Multi-agent Path Finding", Artificial
Intelligence 310 (2022). Ours adds headings: a robot that has to turn keeps its cell for the tick, so whoever wanted to
push it forward waits while it turns, and the robot ahead of the turn is asked to clear the way meanwhile.
"""

import numpy as np
from numba import njit

FAR = np.uint16(65535)
"""Distance of a cell that can't reach the goal."""

_WAIT, _FORWARD, _RIGHT, _LEFT = 0, 1, 2, 3
_STAY = 4
_UNDECIDED = -1


@njit(cache=True, nogil=True)
def distance_field(goal, exits, area, step, out, queue):
    """Fill out[cells] (uint16) with the cells to drive to `goal`, FAR where there is no way.

    exits: uint8[cells]; area: int32[cells] of the robot's load; step: int32[4]; queue: int32[cells] scratch.
    """
    out[:] = FAR
    out[goal] = 0
    queue[0] = goal
    _spread_back(1, area[goal], exits, area, step, out, queue)


@njit(cache=True, nogil=True)
def nearest_field(goals, exits, area, step, out, queue):
    """Fill out[cells] (uint16) with the cells to drive to the nearest of `goals` (int32[…]), each an area of its own."""
    out[:] = FAR
    for number in range(len(goals)):
        out[goals[number]] = 0
        queue[number] = goals[number]
    _spread_back(len(goals), -1, exits, area, step, out, queue)


@njit(cache=True, nogil=True)
def _spread_back(tail, home, exits, area, step, out, queue):
    """Fill `out` from the `tail` goals in `queue` on, against the roads. Cells of area `home` may be entered."""
    head = 0
    cells = len(out)
    while head < tail:
        cell = queue[head]
        head += 1
        into = area[cell] if out[cell] > 0 else 0  # a goal may be entered
        further = out[cell] + np.uint16(1)
        for heading in range(4):
            before = cell - step[heading]
            if before < 0 or before >= cells or out[before] != FAR:
                continue
            if not (exits[before] >> heading) & 1:
                continue
            if into != 0 and into != home and into != area[before]:
                continue
            out[before] = further
            queue[tail] = before
            tail += 1


@njit(cache=True, nogil=True)
def reach_field(start, exits, area, step, out, queue):
    """Fill out[cells] (uint16) with the cells to drive from `start`, FAR where there is no way; other arguments as above.

    Private ground is entered but not crossed: a storage place gets the distance of a trip that ends there.
    """
    out[:] = FAR
    out[start] = 0
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        cell = queue[head]
        head += 1
        if cell != start and area[cell] != 0 and area[cell] != area[start]:
            continue
        further = out[cell] + np.uint16(1)
        for heading in range(4):
            if not (exits[cell] >> heading) & 1:
                continue
            ahead = cell + step[heading]
            if out[ahead] != FAR:
                continue
            out[ahead] = further
            queue[tail] = ahead
            tail += 1


@njit(cache=True, nogil=True)
def _rank(
    robot, pushed, forced, cell, heading, load, goal, row, fields, exits, area, step, robot_at, tie, options, depth
):
    """Write the robot's options, best first, to options[depth]; return how many. An option is a heading or _STAY.

    An option costs the turns before it plus the distance after it. Robots with a goal take only what leads nearer, as
    cars in a queue do; to make way they go elsewhere if they are forced, or if they are empty and at their goal.
    """
    position = cell[robot]
    count = 0
    cost = np.empty(5, np.int64)
    field = row[robot]
    best_stay = 0
    if field >= 0:
        best_stay = np.int64(fields[field, position])
    for ahead in range(4):
        if not (exits[position] >> ahead) & 1:
            continue
        next_cell = position + step[ahead]
        into = area[load[robot], next_cell]
        if into != 0 and into != area[load[robot], position]:
            if goal[robot] < 0 or into != area[load[robot], goal[robot]]:
                continue
        turn = (ahead - heading[robot]) & 3
        turns = 2 if turn == 2 else (1 if turn else 0)
        value = np.int64(turns * 2)
        if field >= 0:
            away = np.int64(fields[field, next_cell])
            if away == FAR or (away >= best_stay and not (forced or (pushed and best_stay == 0 and load[robot] == 0))):
                continue
            value += away * 2
        elif not pushed:
            continue
        if robot_at[next_cell] >= 0:
            value += 1
        value = value * 4 + ((ahead + tie + robot) & 3)
        place = count
        while place > 0 and cost[place - 1] > value:
            cost[place] = cost[place - 1]
            options[depth, place] = options[depth, place - 1]
            place -= 1
        cost[place] = value
        options[depth, place] = ahead
        count += 1
    options[depth, count] = _STAY
    return count + 1


@njit(cache=True, nogil=True)
def pibt_step(
    order,
    cell,
    heading,
    load,
    goal,
    row,
    standing,
    stalled,
    fields,
    exits,
    area,
    step,
    tie,
    robot_at,
    taken,
    target,
    action,
):
    """Decide one tick for all robots into action[robots]: wait, forward, right or left (0–3).

    order: robots, most urgent first. load: 0 empty, 1 loaded. goal: cell or -1. row: row of `fields` (uint16[rows,
    cells]) for the goal, -1 for none. standing: bool, can't be moved. stalled: bool, has got
    no nearer for so long that it forces others out of its way. robot_at: int32[cells], robot on a cell or -1.
    taken, target: int32 scratch of cells and robots; taken must be all -1 and is left so.
    """
    robots = len(cell)
    chain = np.empty(robots + 1, np.int32)
    tried = np.zeros(robots + 1, np.int8)
    counts = np.zeros(robots + 1, np.int8)
    options = np.empty((robots + 1, 5), np.int8)
    asked = np.empty(robots + 1, np.int32)
    target[:] = _UNDECIDED
    action[:] = _WAIT
    for robot in range(robots):
        if standing[robot]:
            target[robot] = cell[robot]
            taken[cell[robot]] = robot
    for first in order:
        asked[0] = first
        pending = 1
        pushed = False
        forced = stalled[first]
        while pending > 0:
            pending -= 1
            if target[asked[pending]] != _UNDECIDED:
                continue
            # A chain of robots, each wanting the cell of the next. Who is asked to clear the way for a turn begins a
            # chain of its own, later: this one may still give back the cells it has taken.
            depth = 0
            chain[0] = asked[pending]
            tried[0] = 0
            target[chain[0]] = cell[chain[0]]
            counts[0] = _rank(
                chain[0],
                pushed,
                pushed and forced,
                cell,
                heading,
                load,
                goal,
                row,
                fields,
                exits,
                area,
                step,
                robot_at,
                tie,
                options,
                0,
            )
            while depth >= 0:
                robot = chain[depth]
                position = cell[robot]
                if tried[depth] == counts[depth] or options[depth, tried[depth]] == _STAY:
                    taken[position] = robot
                    target[robot] = position
                    action[robot] = _WAIT
                    depth -= 1  # the robot behind, if any, has to choose again
                    continue
                ahead = options[depth, tried[depth]]
                tried[depth] += 1
                next_cell = position + step[ahead]
                other = robot_at[next_cell]
                if other >= 0 and (standing[other] or target[other] == position):
                    continue  # can't go, or comes here
                if (depth > 0 or pushed) and taken[next_cell] >= 0:
                    continue  # who is pushed looks for a way that is open
                if ahead != heading[robot]:
                    taken[position] = robot
                    target[robot] = position
                    action[robot] = _LEFT if (ahead - heading[robot]) & 3 == 3 else _RIGHT
                    if other >= 0 and target[other] == _UNDECIDED and pending < robots:
                        asked[pending] = other
                        pending += 1
                    depth -= 1
                    continue
                if taken[next_cell] >= 0:
                    continue
                taken[next_cell] = robot
                target[robot] = next_cell
                action[robot] = _FORWARD
                if other < 0 or target[other] != _UNDECIDED:
                    break  # the cell comes free, and so does every cell behind
                depth += 1
                chain[depth] = other
                tried[depth] = 0
                target[other] = cell[other]
                counts[depth] = _rank(
                    other,
                    True,
                    forced,
                    cell,
                    heading,
                    load,
                    goal,
                    row,
                    fields,
                    exits,
                    area,
                    step,
                    robot_at,
                    tie,
                    options,
                    depth,
                )
            pushed = True
    for robot in range(robots):
        taken[cell[robot]] = -1
        taken[target[robot]] = -1
