"""Delivery areas on a plane, and the length and duration of roads between two points.

Points are (x, y) in km; the delivery station may lie anywhere. A road is longer than the straight line by a factor, the
circuity: 1.2 in cities (Newell 1980; Ballou, Rahardja, Sakai 2002 for the United States), 1.4 door to door (Boscoe,
Henry, Zdeb 2012).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Matrix = NDArray[np.int64]

DETOUR = 1.3
"""Road ÷ straight line [our own arithmetic: the middle of 1.2 and 1.4, see the module's docstring]."""


@dataclass(frozen=True, slots=True)
class Area:
    """A round delivery area. centre: km. speed_kmh: between two of its doors."""

    name: str
    centre: Point
    radius_km: float
    speed_kmh: float

    def draw(self, rng: np.random.Generator) -> Point:
        """Draw a point uniformly from the area."""
        return self.point(rng.random(), rng.random())

    def point(self, away: float, turn: float) -> Point:
        """Return the point for two numbers between 0 and 1, uniformly distributed if they are."""
        radius, angle = self.radius_km * away**0.5, 2.0 * np.pi * turn
        return (float(self.centre[0] + radius * np.cos(angle)), float(self.centre[1] + radius * np.sin(angle)))


@dataclass(frozen=True, slots=True)
class Roads:
    """Road speeds: within an area at its own speed, between any other points at speed_kmh.

    speed_kmh: 50, a trunk road through a town [our own arithmetic]. A point belongs to the first area whose circle
    contains it.
    """

    areas: tuple[Area, ...] = ()
    speed_kmh: float = 50.0
    detour: float = DETOUR

    def matrices(self, points: Sequence[Point]) -> tuple[Matrix, Matrix]:
        """Return (metres, seconds) between all points: int64, points × points, rounded up; 0 from a point to itself."""
        if not points:
            return np.zeros((0, 0), np.int64), np.zeros((0, 0), np.int64)
        positions = np.asarray(points, np.float64)
        line_km = np.hypot(*(positions[:, None, :] - positions[None, :, :]).transpose(2, 0, 1))
        metres = np.ceil(line_km * self.detour * 1000.0).astype(np.int64)
        return metres, np.ceil(metres * 3.6 / self._speeds(positions)).astype(np.int64)

    def _speeds(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the speeds between all points, km/h."""
        home = self._home(positions)
        speeds = np.full((len(positions), len(positions)), self.speed_kmh)
        for number, area in enumerate(self.areas):
            inside = home == number
            speeds[np.ix_(inside, inside)] = area.speed_kmh
        return speeds

    def _home(self, positions: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the number of the area that each point belongs to, -1 for none."""
        home = np.full(len(positions), -1)
        for number, area in enumerate(self.areas):
            near = np.hypot(positions[:, 0] - area.centre[0], positions[:, 1] - area.centre[1]) <= area.radius_km
            home[near & (home < 0)] = number
        return home
