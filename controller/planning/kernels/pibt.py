"""The hot loops, in numba: distances by breadth-first search and one step of PIBT with headings.

Arrays in, arrays out, those that belong together in the bundles of bundles.py. They are checked where bundles are made.

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
def distance_field(goal, load, roads, out, queue):
    """Fill out[cells] (uint16) with the cells to drive to `goal` by robots of a load, FAR where there is no way.

    queue: int32[cells] scratch.
    """
    out[:] = FAR
    out[goal] = 0
    queue[0] = goal
    area = roads.area[load]
    _spread_back(1, area[goal], area, roads, out, queue)


@njit(cache=True, nogil=True)
def nearest_field(goals, load, roads, out, queue):
    """Fill out[cells] (uint16) with the cells to drive to the nearest of `goals` (int32[…]), each an area of its own."""
    out[:] = FAR
    for number in range(len(goals)):
        out[goals[number]] = 0
        queue[number] = goals[number]
    _spread_back(len(goals), -1, roads.area[load], roads, out, queue)


@njit(cache=True, nogil=True)
def _spread_back(tail, home, area, roads, out, queue):
    """Fill `out` from the `tail` goals in `queue` on, against the roads. Cells of area `home` may be entered."""
    exits, step = roads.exits, roads.step
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
def reach_field(start, load, roads, out, queue):
    """Fill out[cells] (uint16) with the cells to drive from `start`, FAR where there is no way; other arguments as above.

    Private ground is entered but not crossed: a storage place gets the distance of a trip that ends there.
    """
    exits, area, step = roads.exits, roads.area[load], roads.step
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


@njit(cache=True, nogil=True, inline="always")  # a call would count references to all arrays of the bundles
def _rank(robot, pushed, forced, fleet, fields, roads, at, tie, options, depth):
    """Write the robot's options, best first, to options[depth]; return their number. An option is a heading or _STAY.

    An option costs the turns before it plus the distance after it. Robots with a goal take only what leads nearer, as
    cars in a queue do; to make way they go elsewhere if they are forced, or if they are empty and at their goal.
    """
    position, goal, load = fleet.cell[robot], fleet.goal[robot], fleet.load[robot]
    count = 0
    cost = np.empty(5, np.int64)
    field = fields.row[robot]
    best_stay = 0
    if field >= 0:
        best_stay = np.int64(fields.pool[field, position])
    for ahead in range(4):
        if not (roads.exits[position] >> ahead) & 1:
            continue
        there = position + roads.step[ahead]
        into = roads.area[load, there]
        if into != 0 and into != roads.area[load, position]:
            if goal < 0 or into != roads.area[load, goal]:
                continue
        turn = (ahead - fleet.heading[robot]) & 3
        turns = 2 if turn == 2 else (1 if turn else 0)
        value = np.int64(turns * 2)
        if field >= 0:
            away = np.int64(fields.pool[field, there])
            if away == FAR or (away >= best_stay and not (forced or (pushed and best_stay == 0 and load == 0))):
                continue
            value += away * 2
        elif not pushed:
            continue
        if at[there] >= 0:
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
def pibt_step(order, fleet, stalled, fields, roads, tie, cells, action):
    """Decide one tick for all robots into action[robots]: wait, forward, right or left (0–3).

    order: robots, most urgent first. stalled: bool[robots], has got no nearer for so long that it forces others out of its
    way. cells: scratch.
    """
    cell, heading, standing, step = fleet.cell, fleet.heading, fleet.standing, roads.step
    at, taken, target = cells.at, cells.taken, cells.target
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
            counts[0] = _rank(chain[0], pushed, pushed and forced, fleet, fields, roads, at, tie, options, 0)
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
                there = position + step[ahead]
                other = at[there]
                if other >= 0 and (standing[other] or target[other] == position):
                    continue  # can't go, or comes here
                if (depth > 0 or pushed) and taken[there] >= 0:
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
                if taken[there] >= 0:
                    continue
                taken[there] = robot
                target[robot] = there
                action[robot] = _FORWARD
                if other < 0 or target[other] != _UNDECIDED:
                    break  # the cell comes free, and so does every cell behind
                depth += 1
                chain[depth] = other
                tried[depth] = 0
                target[other] = cell[other]
                counts[depth] = _rank(other, True, forced, fleet, fields, roads, at, tie, options, depth)
            pushed = True
    for robot in range(robots):
        taken[cell[robot]] = -1
        taken[target[robot]] = -1
