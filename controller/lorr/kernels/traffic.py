"""Ways of robots in the tables of traffic, in numba. A state is `cell * 4 + heading`; a way is the states it drives from."""

import numpy as np
from numba import njit

from controller.lorr.kernels.fields import FAR, INTO, NODE, way_left
from controller.lorr.kernels.landmarks import TURN

_INTO = int(INTO)


@njit(cache=True, nogil=True)
def leave(robots, entries, step, fade):
    """Take the ways of `robots` out of the entries."""
    ways, planned, passing = entries.paths, entries.planned, entries.passing
    for robot in robots:
        worth = np.float32(1.0)
        for number in range(ways.shape[1]):
            state = ways[robot, number]
            if state < 0:
                break
            planned[state] -= worth
            passing[(state >> 2) + step[state & 3]] -= worth
            ways[robot, number] = -1
            worth *= fade


@njit(cache=True, nogil=True)
def enter(robots, cell, heading, box, terrain, arena, node, step, entries, fade):
    """Follow the fields of `robots` from their cells and headings (both over `robots`) and enter what they would drive.

    node: int32[cells * NODE] of a search, with what entering each cell costs; box: int64[all, 5]; other arrays as above.
    """
    ways, planned, passing = entries.paths, entries.planned, entries.passing
    cells = len(terrain.row)
    for which in range(len(robots)):
        robot = robots[which]
        if box[robot, 0] < 0:
            continue
        position, facing = np.int64(cell[which]), np.int64(heading[which])
        number = 0
        worth = np.float32(1.0)
        for _ in range(3 * ways.shape[1]):
            left = way_left(position, facing, box[robot], terrain, arena)
            if left == 0 or left >= FAR or number == ways.shape[1]:
                break
            best, turned = np.int64(FAR), -1
            ahead = position + step[facing]
            if 0 <= ahead < cells and node[ahead * NODE + _INTO + facing] > 0:
                best, turned = way_left(ahead, facing, box[robot], terrain, arena), 0
                best += node[ahead * NODE + _INTO + facing]
            for turn in (1, 3):
                there = way_left(position, (facing + turn) & 3, box[robot], terrain, arena) + TURN
                if there < best:
                    best, turned = there, turn
            if turned < 0:
                break
            if turned > 0:
                facing = (facing + turned) & 3
                continue
            state = position * 4 + facing
            ways[robot, number] = state
            number += 1
            planned[state] += worth
            passing[ahead] += worth
            worth *= fade
            position = ahead


@njit(cache=True, nogil=True)
def price(free, into, entries, prices, node):
    """Write what entering each free cell by each heading costs now into the nodes of a search; into: as without traffic."""
    planned, passing, seen = entries.planned, entries.passing, entries.seen
    oncoming, crossing, habit, most = prices
    for cell in free:
        for heading in range(4):
            base = into[cell * 4 + heading]
            if base > 0:
                back = cell * 4 + (heading ^ 2)
                toll = oncoming * planned[back] + habit * seen[back] + crossing * passing[cell]
                node[cell * NODE + _INTO + heading] = min(most, base + max(np.int64(toll), 0))
