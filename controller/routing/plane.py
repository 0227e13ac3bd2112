"""Where parcels go to: delivery areas on a plane, and how far and how long the roads between two points are.

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
"""Road ÷ straight line [our own arithmetic: the middle of 1.2 and 1.4, see the module's head]."""


@dataclass(frozen=True, slots=True)
class Area:
    """A round delivery area. centre: km. speed_kmh: between two of its doors."""

    name: str
    centre: Point
    radius_km: float
    speed_kmh: float

    def draw(self, rng: np.random.Generator) -> Point:
        """A point in the area, each as likely as any other."""
        return self.point(rng.random(), rng.random())

    def point(self, away: float, turn: float) -> Point:
        """The point that two numbers between 0 and 1 stand for: evenly spread where these are."""
        radius, angle = self.radius_km * away**0.5, 2.0 * np.pi * turn
        return (float(self.centre[0] + radius * np.cos(angle)), float(self.centre[1] + radius * np.sin(angle)))


@dataclass(frozen=True, slots=True)
class Roads:
    """How one drives: within an area at its own speed, from anywhere else to anywhere else at speed_kmh.

    speed_kmh: 50, a trunk road through a town [our own arithmetic]. A point belongs to the first area whose circle
    holds it.
    """

    areas: tuple[Area, ...] = ()
    speed_kmh: float = 50.0
    detour: float = DETOUR

    def matrices(self, points: Sequence[Point]) -> tuple[Matrix, Matrix]:
        """(metres, seconds) from each point to each, int64, points × points, rounded up; 0 from a point to itself."""
        if not points:
            return np.zeros((0, 0), np.int64), np.zeros((0, 0), np.int64)
        at = np.asarray(points, np.float64)
        line_km = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
        metres = np.ceil(line_km * self.detour * 1000.0).astype(np.int64)
        return metres, np.ceil(metres * 3.6 / self._speeds(at)).astype(np.int64)

    def _speeds(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """km/h from each point to each."""
        home = self._home(at)
        speeds = np.full((len(at), len(at)), self.speed_kmh)
        for number, area in enumerate(self.areas):
            inside = home == number
            speeds[np.ix_(inside, inside)] = area.speed_kmh
        return speeds

    def _home(self, at: NDArray[np.float64]) -> NDArray[np.int64]:
        """Number of the area that each point belongs to, -1 for none."""
        home = np.full(len(at), -1)
        for number, area in enumerate(self.areas):
            near = np.hypot(at[:, 0] - area.centre[0], at[:, 1] - area.centre[1]) <= area.radius_km
            home[near & (home < 0)] = number
        return home
