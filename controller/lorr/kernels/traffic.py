"""Ways of robots in the tables of traffic, in numba. A state is `cell * 4 + heading`; a way is the states it drives from."""

import numpy as np
from numba import njit

from controller.lorr.kernels.fields import FAR, INTO, NODE, way_left
from controller.lorr.kernels.landmarks import TURN

_INTO = int(INTO)


@njit(cache=True, nogil=True)
def leave(robots, routes, step, fade, planned, passing):
    """Take the ways of `robots` out of planned (float32[states]) and passing (float32[cells]); ways: int32[all, length]."""
    for robot in robots:
        worth = np.float32(1.0)
        for number in range(routes.shape[1]):
            state = routes[robot, number]
            if state < 0:
                break
            planned[state] -= worth
            passing[(state >> 2) + step[state & 3]] -= worth
            routes[robot, number] = -1
            worth *= fade


@njit(cache=True, nogil=True)
def enter(robots, cell, heading, box, row, col, arena, node, step, routes, fade, planned, passing):
    """Follow the fields of `robots` from their cells and headings (both over `robots`) and enter what they would drive.

    node: int32[cells * NODE] of a search, with what entering each cell costs; box: int64[all, 5]; other arrays as above.
    """
    cells = len(row)
    for index in range(len(robots)):
        robot = robots[index]
        if box[robot, 0] < 0:
            continue
        position, facing = np.int64(cell[index]), np.int64(heading[index])
        number = 0
        worth = np.float32(1.0)
        for _ in range(3 * routes.shape[1]):
            left = way_left(position, facing, box[robot], row, col, arena)
            if left == 0 or left >= FAR or number == routes.shape[1]:
                break
            best, turned = np.int64(FAR), -1
            ahead = position + step[facing]
            if 0 <= ahead < cells and node[ahead * NODE + _INTO + facing] > 0:
                best, turned = way_left(ahead, facing, box[robot], row, col, arena), 0
                best += node[ahead * NODE + _INTO + facing]
            for turn in (1, 3):
                cost = way_left(position, (facing + turn) & 3, box[robot], row, col, arena) + TURN
                if cost < best:
                    best, turned = cost, turn
            if turned < 0:
                break
            if turned > 0:
                facing = (facing + turned) & 3
                continue
            state = position * 4 + facing
            routes[robot, number] = state
            number += 1
            planned[state] += worth
            passing[ahead] += worth
            worth *= fade
            position = ahead


@njit(cache=True, nogil=True)
def price(free, into, planned, passing, seen, oncoming, crossing, habit, most, node):
    """Write what entering each free cell by each heading costs now into the nodes of a search; into: as without traffic.

    seen: float32[states]. oncoming, crossing, habit: costs for a robot that plans to come the other way, one that plans to
    pass, and a move a tick the other way. most: int, of one cell.
    """
    for cell in free:
        for heading in range(4):
            base = into[cell * 4 + heading]
            if base > 0:
                back = cell * 4 + (heading ^ 2)
                toll = oncoming * planned[back] + habit * seen[back] + crossing * passing[cell]
                node[cell * NODE + _INTO + heading] = min(most, base + max(np.int64(toll), 0))
