"""Calendar of a run, with days and times of day: tick 0 is on day 0, at the scenario's start."""

from collections.abc import Iterable
from dataclasses import dataclass

from controller.scenario.scenario import clock_seconds, end_seconds, in_hours
from layout.time_units import DAY_S
from robots.wording.formatting import clock_of


@dataclass(frozen=True, slots=True)
class Calendar:
    """Convert between ticks, seconds and days. start_s: seconds after midnight at tick 0. Day 0 is a Monday unless
    `first_weekday` differs.
    """

    start_s: float
    tick_s: float
    first_weekday: int = 0

    def seconds(self, tick: int) -> float:
        """Return the seconds since midnight of day 0."""
        return self.start_s + tick * self.tick_s

    def tick(self, seconds: float) -> int:
        """Return the first tick at or after a number of seconds since midnight of day 0."""
        return -int(-(seconds - self.start_s) // self.tick_s)

    def day(self, tick: int) -> int:
        return int(self.seconds(tick) // DAY_S)

    def weekday(self, day: int) -> int:
        """Return the weekday of a day; 0 is Monday."""
        return (self.first_weekday + day) % 7

    def at(self, day: int, clock: str) -> int:
        """Return the tick of a time of day; below 0 if it was before the run."""
        return self.tick(day * DAY_S + clock_seconds(clock))

    def end(self, day: int, clock: str) -> int:
        """Return the tick of a time of day at which a day ends; "00:00" is midnight."""
        return self.tick(day * DAY_S + end_seconds(clock))

    def last_day(self, tick: int) -> int:
        """Return the day to which a deadline belongs: a deadline at midnight belongs to the day that ends."""
        return self.day(tick - 1)

    def next(self, tick: int, clocks: Iterable[str]) -> int:
        """Return the first of these times of day at or after a tick."""
        day = self.day(tick)
        times = [self.at(day + more, clock) for clock in clocks for more in (0, 1)]
        return min(time for time in times if time >= tick)

    def within(self, tick: int, begin: str, end: str) -> bool:
        """Return whether a tick lies between two times of day, see `controller.scenario.scenario.in_hours`."""
        return in_hours(self.seconds(tick) % DAY_S, begin, end)

    def ticks(self, seconds: float) -> int:
        """Return whole ticks for a duration, at least one."""
        return max(1, round(seconds / self.tick_s))

    def words(self, tick: int) -> str:
        """Return the time of day in minutes, from the second day on with the day, as everywhere: "14:05", "day 2
        14:05".
        """
        return clock_of(self.seconds(tick), seconds=False)
