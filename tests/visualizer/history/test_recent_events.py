"""Looking up recent events by subject."""

import pytest

from robots.recording.events import AnyEvent, TaskAssigned
from tests.support.window.eye_floor import CARRYING, DEAD, TASK, cell, eye_events, eye_header
from visualizer.history.recent_events import LOOK_BACK, RecentEvents
from visualizer.scene.sources import RecordSource


@pytest.fixture
def recent(source: RecordSource) -> RecentEvents:
    return RecentEvents(source)


def test_events_are_found_by_what_they_are_about(recent: RecentEvents) -> None:
    """A task, a robot, a station and a cell each have their own events."""
    assert recent.about(("task", TASK), 50) == [eye_events(0)[0], eye_events(1)[0]]
    assert recent.about(("robot", DEAD), 50) == [eye_events(2)[0]]
    assert recent.about(("station", 0), 50) == eye_events(0)
    assert recent.about(("cell", cell(4, 8)), 50) == eye_events(2)


def test_what_comes_later_is_not_known_yet(recent: RecentEvents) -> None:
    """At tick 0 the robot of the task isn't known yet."""
    assert recent.about(("task", TASK), 249)[-1].t == 120
    assert recent.about(("robot", CARRYING), 0) == []


class Endless:
    """A source in which robot 1 gets a task each tick. It counts what is read."""

    name, header, first_tick, last_tick = "endless", eye_header(), 0, 4999
    read = 0

    def events(self, first: int, last: int) -> list[AnyEvent]:
        self.read += last - first + 1
        return [TaskAssigned(tick, tick, 1, "") for tick in range(first, last + 1)]


def test_only_the_last_thousand_ticks_are_searched() -> None:
    """At tick 4,000, ticks before 3,000 are not read, and no tick is read twice."""
    source = Endless()
    recent = RecentEvents(source)  # type: ignore[arg-type]
    found = recent.about(("robot", 1), 4000)
    assert (found[0].t, found[-1].t) == (4000 - LOOK_BACK, 4000)
    read = source.read
    assert read <= LOOK_BACK + 200
    recent.about(("robot", 1), 4001)
    assert source.read == read


def test_memory_is_bounded() -> None:
    """No more blocks are kept than two searches need."""
    recent = RecentEvents(Endless())  # type: ignore[arg-type]
    for tick in range(0, 5000, 50):
        recent.about(("robot", 1), tick)
    assert len(recent._blocks) <= 2 * LOOK_BACK // 100


def test_a_block_grows_with_its_source() -> None:
    """New ticks of a growing source are found too."""
    source = Endless()
    source.last_tick = 30
    recent = RecentEvents(source)  # type: ignore[arg-type]
    assert len(recent.about(("robot", 1), 60)) == 31
    source.last_tick = 60
    assert len(recent.about(("robot", 1), 60)) == 61
