"""Two kinds of simulated drive unit: one that does a cell or a turn in a fixed time, and one that accelerates and brakes."""

import math

from robots.agents.simulated_body import EDGE, SimulatedBody
from robots.agents.speed_profile import Course
from robots.recording.frames import NO_LOAD

_SPEED_M_S = {False: 1.5, True: 1.3}
_ACCELERATION_M_S2 = {False: 1.0, True: 0.5}
"""Empty, loaded, as of RAWSim-O's units; loaded ones with half the acceleration."""


class UnitBody(SimulatedBody):
    """A cell and a 90° turn each take `share` of a tick, at constant speed. It stops in the middle of any cell."""

    share = 0.6
    """Leaves the rest of the tick to messages, so that a robot can do a cell each tick."""

    def _turn_s(self) -> float:
        return self.share * self._tick_s

    def _begin_edge(self, now: float) -> float:
        return now + self.share * self._tick_s * self._scale


class DriveUnit(SimulatedBody):
    """It accelerates and brakes, and is never faster than lets it stop at the next corner or the end of its way.

    The quickest drive under these limits: at each point the least of what it can have reached, what it may do at the
    most, and what it can still brake from. A way that grows in mid-cell counts at once.
    """

    turn_s = 1.0

    _course: Course
    _course_at = 0.0
    _gone = 0.0
    """m of the edge that were behind it when the course began."""
    _most_after = 0.0
    """Speed at the next middle at the most, as the way is."""

    def _turn_s(self) -> float:
        return self.turn_s

    def _begin_edge(self, now: float) -> float:
        self._gone = 0.0
        return self._set_course(now, self._speed)

    def _finish(self, now: float) -> None:
        self._speed = self._course.after if self._doing == EDGE else 0.0
        super()._finish(now)

    def _begin(self, now: float) -> None:
        super()._begin(now)
        self._speed = 0.0

    _speed = 0.0
    """At the end of an edge, for the next one that begins at that moment."""

    def _set_course(self, now: float, speed: float) -> float:
        loaded = self._load != NO_LOAD
        most, acceleration = _SPEED_M_S[loaded], _ACCELERATION_M_S2[loaded]
        self._most_after = self._allowed_after()
        left = 1.0 - self._gone
        after = min(self._most_after, math.sqrt(speed * speed + 2.0 * acceleration * left))
        self._course, self._course_at = Course(speed, after, most, acceleration, left), now
        return now + self._course.duration * self._scale

    def _allowed_after(self) -> float:
        """Speed at the middle of way[0] from which it can stop at the corner or end after it."""
        loaded = self._load != NO_LOAD
        most, acceleration = _SPEED_M_S[loaded], _ACCELERATION_M_S2[loaded]
        enough = math.ceil(most * most / 2.0 / acceleration)
        return min(most, math.sqrt(2.0 * acceleration * self._straight_on(enough)))

    def _straight_on(self, enough: int) -> int:
        """Cells straight ahead after way[0], counted to `enough`."""
        step = self._way[0] - self._cell
        number = 1
        while number <= min(enough, len(self._way) - 1) and self._way[number] - self._way[number - 1] == step:
            number += 1
        return number - 1

    def _replan(self, now: float) -> None:
        """Only if it matters: the same way again must not change anything."""
        allowed = self._allowed_after()
        if allowed == self._most_after or self._course.after < min(allowed, self._most_after):
            self._most_after = allowed
            return
        gone, speed = self._course.at((now - self._course_at) / self._scale)
        self._gone += gone
        self._until = self._set_course(now, speed)

    def _cells_to_stop(self, now: float) -> int:
        if self._doing != EDGE:
            return 0
        gone, speed = self._course.at((now - self._course_at) / self._scale)
        braking = speed * speed / 2.0 / self._course.acceleration
        return max(1, math.ceil(self._gone + gone + braking - 1e-6))
