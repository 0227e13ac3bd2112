"""The checker: every law is broken on purpose, and the checker names what is wrong; a sound run has no fault."""

from collections.abc import Callable

import pytest
from tiny_site import DEMO, tiny, tiny_site

from controller.checker import Checker
from controller.site import Site, build_site
from controller.tick import tick
from robots.events import Alarm, Event
from robots.frames import Frame
from robots.simulator import SimFleet

ORDERS = {"backlog": 30, "per_station_hour": 0}
"""Thirty orders wait at tick 0, and no more come."""
Spoil = Callable[[list[Event]], object]


class Watched:
    """A site on the tiny floor with its checker."""

    def __init__(self, site: Site | None = None) -> None:
        self.site = site or tiny_site(robots={"count": 4}, orders=ORDERS)
        self.checker = Checker(self.site)
        self.alarms: list[Alarm] = []

    @property
    def fleet(self) -> SimFleet:
        assert isinstance(self.site.fleet, SimFleet)
        return self.site.fleet

    def tick(
        self, spoil: Spoil = lambda events: None, change: Callable[[Frame], Frame] = lambda frame: frame
    ) -> list[str]:
        """What the checker says of a tick after `spoil` has changed its events, or anything else; without the tick."""
        frame, events = tick(self.site)
        spoil(events)
        alarms = self.checker.look(change(frame), events)
        self.alarms += alarms
        assert all(alarm.text.startswith(f"tick {alarm.t}: ") for alarm in alarms)
        return [alarm.text.partition(": ")[2] for alarm in alarms]

    def until(self, kind: type[Event]) -> Event:
        """Run until an event of a kind is told; the run up to there is sound."""
        found: list[Event] = []
        for _ in range(900):
            assert self.tick(found.extend) == []
            for event in found:
                if isinstance(event, kind):
                    return event
            found.clear()
        pytest.fail(f"no {kind.__name__}")


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_sound_run_has_no_fault() -> None:
    """Ten minutes of the demo floor: nothing to tell, neither on the way nor in the end."""
    site = build_site(tiny(DEMO))
    run = Watched(site)
    assert [run.tick() for _ in range(600)] == [[]] * 600
    assert run.checker.finish() == []
    assert (run.checker.collisions, run.checker.stock_errors, run.checker.order_errors) == (0, 0, 0)
    assert site.book.shipped > 20


def test_a_fault_that_lasts_is_told_once(watched: Watched) -> None:
    """Two robots in a cell for three ticks: one alarm, with the cell and a robot to look at, and one collision."""
    watched.fleet.cell[2] = watched.fleet.cell[1]
    told = [text for _ in range(3) for text in watched.tick()]
    assert sum("are both in" in text for text in told) == 1
    assert {alarm.kind for alarm in watched.alarms} == {"collision"}
    shared = next(alarm for alarm in watched.alarms if "are both in" in alarm.text)
    assert (shared.robot, shared.cell) == (1, int(watched.fleet.cell[1]))
    assert watched.checker.collisions == len(watched.alarms)


def test_only_bodies_can_be_looked_at() -> None:
    """A fleet that shows nothing but its reports is refused."""

    class Far:
        def send(self, grants: object) -> None: ...

        def receive(self) -> None: ...

    site = tiny_site()
    site.fleet = Far()  # type: ignore[assignment]
    with pytest.raises(TypeError, match="Far shows no bodies to look at"):
        Checker(site)
