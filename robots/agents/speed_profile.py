"""Speed profile of a drive unit over a distance: accelerate, keep the speed, brake."""

import math


class SpeedProfile:
    """The quickest profile over `length` m from speed `before` to `after`, at most `most`, all in m and s.

    before and after must be reachable from each other: |after² - before²| ≤ 2 · acceleration · length.
    """

    __slots__ = ("_first_s", "_peak", "_steady_s", "acceleration", "after", "before", "duration", "length")

    def __init__(self, before: float, after: float, most: float, acceleration: float, length: float) -> None:
        self.before, self.after, self.acceleration, self.length = before, after, acceleration, length
        meeting = math.sqrt((before * before + after * after) / 2.0 + acceleration * length)
        self._peak = max(min(most, meeting), before, after)
        self._first_s = (self._peak - before) / acceleration
        last_s = (self._peak - after) / acceleration
        ramps = (before + self._peak) / 2.0 * self._first_s + (self._peak + after) / 2.0 * last_s
        self._steady_s = max(length - ramps, 0.0) / self._peak if self._peak else 0.0
        self.duration = self._first_s + self._steady_s + last_s

    def at(self, time_s: float) -> tuple[float, float]:
        """Return (metres driven, speed) after `time_s`."""
        if time_s >= self.duration:
            return self.length, self.after
        if time_s <= self._first_s:
            speed = self.before + self.acceleration * time_s
            return (self.before + speed) / 2.0 * time_s, speed
        gone = (self.before + self._peak) / 2.0 * self._first_s
        if time_s <= self._first_s + self._steady_s:
            return gone + self._peak * (time_s - self._first_s), self._peak
        left_s = self.duration - time_s
        speed = self.after + self.acceleration * left_s
        return self.length - (speed + self.after) / 2.0 * left_s, speed
