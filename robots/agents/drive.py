"""Two kinds of simulated drive unit: one with a fixed time for a cell or a turn, and one that accelerates and brakes."""

import math

from robots.agents.simulated_body import EDGE, SimulatedBody
from robots.agents.speed_profile import SpeedProfile
from robots.recording.frames import NO_LOAD

_SPEED_M_S = {False: 1.5, True: 1.3}
_ACCELERATION_M_S2 = {False: 1.0, True: 0.5}
"""Acceleration empty and loaded, as of RAWSim-O's units; loaded ones with half of it."""


class UnitBody(SimulatedBody):
    """Drive unit that needs `share` of a tick for a cell or a 90° turn, at constant speed. It stops in the middle of any
    cell.
    """

    share = 0.6
    """Part of a tick; the rest is left for messages, so that a robot can drive a cell each tick."""

    def _turn_s(self) -> float:
        return self.share * self._tick_s

    def _begin_edge(self, now: float) -> float:
        return now + self.share * self._tick_s * self._scale


class DriveUnit(SimulatedBody):
    """Drive unit that accelerates and brakes, never faster than it can stop at the next corner or at the end of its route.

    The quickest drive under these limits: at each point the least of the speed it can have reached, the speed limit, and the
    speed it can still brake from. A route extended in mid-cell counts at once.
    """

    turn_s = 1.0

    _profile: SpeedProfile
    _profile_since = 0.0
    _gone = 0.0
    """Metres of the edge driven before the profile began."""
    _most_after = 0.0
    """Highest speed at the next cell's middle, by the present route."""

    def _turn_s(self) -> float:
        return self.turn_s

    def _begin_edge(self, now: float) -> float:
        self._gone = 0.0
        return self._set_profile(now, self._speed)

    def _finish(self, now: float) -> None:
        self._speed = self._profile.after if self._doing == EDGE else 0.0
        super()._finish(now)

    def _begin(self, now: float) -> None:
        super()._begin(now)
        self._speed = 0.0

    _speed = 0.0
    """Speed at the end of an edge, for the next edge that begins at that moment."""

    def _set_profile(self, now: float, speed: float) -> float:
        loaded = self._load != NO_LOAD
        most, acceleration = _SPEED_M_S[loaded], _ACCELERATION_M_S2[loaded]
        self._most_after = self._allowed_after()
        left = 1.0 - self._gone
        after = min(self._most_after, math.sqrt(speed * speed + 2.0 * acceleration * left))
        self._profile, self._profile_since = SpeedProfile(speed, after, most, acceleration, left), now
        return now + self._profile.duration * self._scale

    def _allowed_after(self) -> float:
        """Return the highest speed at the middle of the next cell from which it can stop at the next corner or end."""
        loaded = self._load != NO_LOAD
        most, acceleration = _SPEED_M_S[loaded], _ACCELERATION_M_S2[loaded]
        enough = math.ceil(most * most / 2.0 / acceleration)
        return min(most, math.sqrt(2.0 * acceleration * self._straight_on(enough)))

    def _straight_on(self, enough: int) -> int:
        """Return the number of cells straight ahead after the next one, counted up to `enough`."""
        step = self._route[0] - self._cell
        number = 1
        while number <= min(enough, len(self._route) - 1) and self._route[number] - self._route[number - 1] == step:
            number += 1
        return number - 1

    def _replan(self, now: float) -> None:
        """Change the profile only if necessary: the same route again must not change anything."""
        allowed = self._allowed_after()
        if allowed == self._most_after or self._profile.after < min(allowed, self._most_after):
            self._most_after = allowed
            return
        gone, speed = self._profile.at((now - self._profile_since) / self._scale)
        self._gone += gone
        self._until = self._set_profile(now, speed)

    def _cells_to_stop(self, now: float) -> int:
        if self._doing != EDGE:
            return 0
        gone, speed = self._profile.at((now - self._profile_since) / self._scale)
        braking = speed * speed / 2.0 / self._profile.acceleration
        return max(1, math.ceil(self._gone + gone + braking - 1e-6))
