"""Congestion costs: the extra cost of a cell because of the paths that other robots are about to take.

Every robot's path by its field is entered cell by cell, fading with the distance, and each new field pays for the
robots that plan to come the other way, for those that plan to pass, and a little for those that recently came the other
way. Robots get new fields in turn, so that flows separate into one-way streets by themselves, on any map. After Chen et
al., "Traffic Flow Optimisation for Lifelong Multi-Agent Path Finding", AAAI 2024, whose robots follow one path each;
ours have whole fields.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.lorr.kernels import traffic
from controller.lorr.kernels.bundles import Entries, Prices, Terrain
from controller.lorr.rules import LeagueMap
from layout.arrays import checked

_LENGTH = 40
"""Cells of a robot's path that are entered."""


@dataclass(frozen=True, slots=True)
class CongestionCosts:
    """Congestion costs in cells: per robot that plans to come the other way, per robot that plans to pass, and per tick
    for one that recently came the other way. fade: weight of an entry one cell further on; memory: weight of a move one
    tick later. most: limit of one cell in all.
    """

    oncoming: float = 0.6
    passing: float = 0.1
    habit: float = 6.0
    fade: float = 0.97
    memory: float = 0.98
    most: float = 50.0


NO_CONGESTION = CongestionCosts(0.0, 0.0, 0.0)


class Traffic:
    """Entered paths and their congestion costs. `unit` is the cost of a cell."""

    def __init__(
        self, ground: LeagueMap, into: NDArray[np.int32], unit: int, robots: int, congestion: CongestionCosts
    ) -> None:
        cells = len(ground.free)
        self.congestion = congestion
        self._ground, self._into, self._unit = ground, into, unit
        self._free = np.flatnonzero(ground.free)
        paths, planned = np.full((robots, _LENGTH), -1, np.int32), np.zeros(cells * 4, np.float32)
        self._seen = np.zeros(cells * 4, np.float32)
        entries = Entries(paths, planned, np.zeros(cells, np.float32), self._seen)
        self._entries = checked(entries, robots=robots, cells=cells, states=4 * cells)
        self._prices = Prices(unit * congestion.oncoming, unit * congestion.passing, unit * congestion.habit, self.most)
        self._was = np.full(robots, -1, np.int32)

    @property
    def most(self) -> int:
        """Return the largest cost of a cell."""
        return max(int(self.congestion.most * self._unit), int(self._into.max(initial=1)))

    def watch(self, cell: NDArray[np.int32], heading: NDArray[np.int8]) -> None:
        """Record where robots are now; a robot keeps its heading while it drives."""
        moved = np.flatnonzero((self._was >= 0) & (self._was != cell))
        self._seen *= np.float32(self.congestion.memory)
        self._seen[self._was[moved] * 4 + heading[moved]] += np.float32(1 - self.congestion.memory)
        self._was = cell.copy()

    def leave(self, robots: NDArray[np.int64]) -> None:
        """Remove the paths of these robots."""
        traffic.leave(robots, self._entries, self._ground.step, self.congestion.fade)

    def enter(
        self,
        robots: NDArray[np.int64],
        cell: NDArray[np.int32],
        heading: NDArray[np.int8],
        box: NDArray[np.int64],
        arena: NDArray[np.uint32],
        terrain: Terrain,
        node: NDArray[np.int32],
    ) -> None:
        """Enter the paths of these robots from their cells and headings, by their fields and the costs in `node`."""
        step, fade = self._ground.step, self.congestion.fade
        traffic.enter(robots, cell, heading, box, terrain, arena, node, step, self._entries, fade)

    def price(self, node: NDArray[np.int32]) -> None:
        """Write the present cost of entering each cell to the nodes of a search."""
        traffic.price(self._free, self._into, self._entries, self._prices, node)
