"""Driving costs by direction: through rows and columns get alternating directions, so that flows separate.

A row or column is a corridor if its share of free cells exceeds 60 % of the best one's and the lines beside it are
none: in wide places congestion costs separate flows better. Corridors are numbered in order; even rows flow east and
odd ones west, even columns south and odd ones north. Costs are in half ticks; a turn costs 2.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from controller.lorr.rules import LeagueMap
from controller.lorr.traffic import CongestionCosts
from layout.grid import EAST, HEADINGS, NORTH, SOUTH, WEST

_SHARE = 0.6
_NARROW = 0.35
"""Share of free cells with walls on two sides above which lanes separate flows from the start."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """Cost of a cell with the stream (or without one) and against it."""

    along: int = 2
    against: int = 12


FLAT = Lanes(2, 2)


@dataclass(frozen=True, slots=True)
class Guidance:
    """Driving costs: lanes by the map, and congestion costs by the traffic."""

    lanes: Lanes = field(default_factory=Lanes)
    congestion: CongestionCosts = field(default_factory=CongestionCosts)


def guidance_for(ground: LeagueMap) -> Guidance:
    """Return lanes if most of the floor is aisles one cell wide; elsewhere flows separate by themselves."""
    return Guidance(Lanes() if narrow(ground) > _NARROW else FLAT)


def narrow(ground: LeagueMap) -> float:
    """Return the share of free cells with walls on both sides of one direction and none of the other."""
    across, along = ground.exits & 0b0101, ground.exits & 0b1010
    aisle = ((across == 0) & (along == 0b1010)) | ((along == 0) & (across == 0b0101))
    return float(aisle[ground.free].mean())


def edge_costs(ground: LeagueMap, lanes: Lanes) -> NDArray[np.int32]:
    """Return int32[cells * 4]: cost of driving one cell ahead from `cell * 4 + heading`, 0 if impossible."""
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
    """Return the rows or columns that run through, by their shares of free cells."""
    through = np.pad(share > _SHARE * share.max(), 1)
    return [int(index) for index in np.flatnonzero(through[1:-1] & ~through[:-2] & ~through[2:])]
