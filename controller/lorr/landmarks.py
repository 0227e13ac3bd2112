"""Landmarks: lower bounds on the cost between any two cells, from a few searches over the whole map.

Goldberg and Harrelson, "Computing the Shortest Path: A* Search Meets Graph Theory", SODA 2005. Every connected part of
the map has its own landmarks, each the farthest cell from those before it; the n-th landmarks of all parts share a
column.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from controller.lorr.kernels import landmarks as landmark_kernels
from controller.lorr.kernels.bundles import Terrain
from controller.lorr.rules import LeagueMap
from layout.arrays import checked

_LANDMARKS = 16
_MOST = 65535


class Landmarks:
    """Landmarks of a map.

    number int32[cells]: row of a free cell in marks, -1 for walls. marks uint16[free cells, 2 * landmarks]. part
    int32[cells]: the connected part of the map. least: cost of the cheapest cell. into int32[cells * 4]: cost of
    entering a cell by a heading, 0 if impossible. Two adjacent free cells must be joined both ways.
    """

    def __init__(self, ground: LeagueMap, weight: NDArray[np.int32], landmarks: int = _LANDMARKS) -> None:
        free = ground.free
        self.number = np.where(free, np.cumsum(free) - 1, -1).astype(np.int32)
        self.into = entering(ground, weight)
        self.marks = np.empty((int(free.sum()), 2 * landmarks), np.uint16)
        cells = len(free)
        self.part = part = parts(ground)
        self.least = int(weight[weight > 0].min(initial=max(int(weight.max(initial=1)), 1)))
        best = np.empty(part.max() + 1, np.int64)
        scratch = (
            np.full(1 << int(weight.max(initial=1)).bit_length(), -1, np.int32),
            np.empty(cells, np.int32),
            np.empty(cells, np.int32),
        )
        start, back = np.empty(cells, np.int32), np.empty(cells, np.int32)
        landmark_kernels.farthest(free, part, np.zeros(cells, np.int32), best)
        landmark_kernels.spread(best[best >= 0], weight, ground.step, start, *scratch)
        near = start.copy()
        for mark in range(landmarks):
            landmark_kernels.farthest(free, part, near, best)
            chosen = best[best >= 0]
            landmark_kernels.spread(chosen, weight, ground.step, start, *scratch)
            landmark_kernels.spread(chosen, self.into, -ground.step, back, *scratch)
            near = np.minimum(near, start + back) if mark else start + back
            self.marks[:, mark] = np.minimum(start[free], _MOST)
            self.marks[:, landmarks + mark] = np.minimum(back[free], _MOST)
        self.terrain = checked(Terrain(ground.row, ground.col, self.number, self.marks, self.least), cells=cells)

    def estimate(
        self, cell: NDArray[np.int32], heading: NDArray[np.int8], goal: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        """Return int64[robots]: lower bound of the cost to a goal in the same part, -1 without a goal."""
        out = np.empty(len(cell), np.int64)
        landmark_kernels.estimates(cell, heading, goal, self.terrain, out)
        return out


def entering(ground: LeagueMap, weight: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return int32[cells * 4]: cost of entering a cell by each heading, from the cost of leaving one; 0 if impossible."""
    into = np.zeros_like(weight)
    state = np.flatnonzero(weight)
    into[state + 4 * ground.step[state & 3]] = weight[state]
    return into


def parts(ground: LeagueMap) -> NDArray[np.int32]:
    """Return int32[cells]: the connected part of the map to which a cell belongs."""
    cells = len(ground.free)
    ends = [np.flatnonzero(ground.exits >> heading & 1) for heading in (0, 1)]
    source = np.concatenate(ends)
    target = np.concatenate([ends[0] + ground.step[0], ends[1] + ground.step[1]])
    graph = coo_array((np.ones(len(source), np.int8), (source, target)), shape=(cells, cells))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label, np.int32)
