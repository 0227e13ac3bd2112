"""Costs of driving by direction: rows and columns that run through get alternating directions, so that flows separate.

A row or column is a corridor if its share of free cells exceeds 60 % of the best one's. Corridors are numbered in order;
even rows flow east and odd ones west, even columns south and odd ones north. A turn costs 1, as does a wait.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.league.rules import Ground
from layout.grid import EAST, HEADINGS, NORTH, SOUTH, WEST

_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Lanes:
    """Cost of a cell with the stream (or where there is none) and against it."""

    along: int = 2
    against: int = 6


FLAT = Lanes(1, 1)


def edge_costs(ground: Ground, lanes: Lanes) -> NDArray[np.int32]:
    """int32[cells * 4]: cost of driving one cell ahead from `cell * 4 + heading`, 0 where that can't be done."""
    cost = np.full((ground.height, ground.width, 4), lanes.along, np.int32)
    free = ground.free.reshape(ground.height, ground.width)
    for number, row in enumerate(corridors(free.mean(1))):
        cost[row, :, WEST if number % 2 == 0 else EAST] = lanes.against
    for number, col in enumerate(corridors(free.mean(0))):
        cost[:, col, NORTH if number % 2 == 0 else SOUTH] = lanes.against
    flat = cost.reshape(-1, 4)
    for heading in HEADINGS:
        flat[(ground.exits >> heading & 1) == 0, heading] = 0
    return flat.reshape(-1)


def corridors(share: NDArray[np.float64]) -> list[int]:
    """Rows or columns that run through, by their shares of free cells."""
    return [int(index) for index in np.flatnonzero(share > _SHARE * share.max())]
