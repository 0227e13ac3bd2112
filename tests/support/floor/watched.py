"""A running site with its checker, for tests that break what it verifies."""

from collections.abc import Callable

import pytest

from controller.checking.checker import Checker
from controller.site.site import Site
from controller.tick import tick
from robots.recording.events import Alarm, Event
from robots.recording.frames import Frame
from robots.units.simulated_fleet import SimFleet
from tests.support.floor.tiny_site import tiny_site

ORDERS: dict[str, object] = {"backlog": 30, "per_station_hour": 0}
"""Thirty orders wait at tick 0, and no more come."""


class Watched:
    """A checked floor, by default the tiny one with four robots and thirty orders. alarms: all raised so far."""

    def __init__(self, site: Site | None = None) -> None:
        self.site = site or tiny_site(robots={"count": 4}, orders=ORDERS)
        self.checker = Checker(self.site)
        self.alarms: list[Alarm] = []

    @property
    def fleet(self) -> SimFleet:
        assert isinstance(self.site.fleet, SimFleet)
        return self.site.fleet

    def tick(self, spoil: Callable[[list[Event]], object] | None = None) -> list[str]:
        """One tick, after which `spoil` changes events or anything else; what the checker says of it."""
        frame, events = tick(self.site)
        if spoil is not None:
            spoil(events)
        return self.look(frame, events)

    def look(self, frame: Frame, events: list[Event]) -> list[str]:
        """Texts of the alarms, without the tick that each of them names."""
        alarms = self.checker.look(frame, events)
        self.alarms += alarms
        assert all(alarm.text.startswith(f"tick {frame.tick}: ") for alarm in alarms)
        return [alarm.text.partition(": ")[2] for alarm in alarms]

    def until(self, kind: type[Event]) -> None:
        """Run until an event of a kind is reported; up to there the run is sound."""
        for _ in range(900):
            events: list[Event] = []
            assert self.tick(events.extend) == []
            if any(isinstance(event, kind) for event in events):
                return
        pytest.fail(f"no {kind.__name__}")
