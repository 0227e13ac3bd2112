"""Reading a run's events in slices, and asking for any tick."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from robots.recording.chunk import Part
from robots.recording.events import AnyEvent, TaskAssigned, encode_events
from robots.recording.record import CHUNK_TICKS, RecordWriter
from tests.support.window.eye_floor import DEAD, TASK, TICKS, cell, eye_events, eye_frame, eye_header
from tests.support.window.eye_order import BOLT, NAME, NUT, ORDER, ORDER_EVENTS, PICK_1, SKUS
from tests.support.window.fake_floor import FakeSource, FakeSubscriber
from visualizer.history import MarkKind, RunHistory
from visualizer.scene.sources import LiveSource, RecordSource

ALL = float("inf")


def told(*events: AnyEvent, last: int = 5000) -> RunHistory:
    """Return a run history that has read these events."""
    source = FakeSource(*events)
    source.header, source.last_tick = eye_header(skus=SKUS), last
    history = RunHistory(source)
    history.read(ALL)
    return history


def test_a_record_is_read_to_its_end(source: RecordSource) -> None:
    """Before reading nothing is known; afterwards everything is, and there is nothing more to read."""
    history = RunHistory(source)
    assert (history.progress, history.read_to) == (0.0, -1)
    assert history.read(ALL)
    assert (history.progress, history.read_to, history.whole) == (1.0, TICKS - 1, True)
    assert not history.read(ALL)


def test_a_slice_ends_with_its_budget(tmp_path: Path) -> None:
    """With a clock that adds a millisecond per part, three milliseconds read three parts; nothing is lost between
    slices.
    """
    events = [TaskAssigned(0, task, 1, "") for task in range(2000)]
    with RecordWriter(tmp_path / "full.pfr", eye_header()) as writer:
        writer.add(eye_frame(0), events)
        writer.finish({})
    source = RecordSource(tmp_path / "full.pfr")
    history = RunHistory(source, clock=count(0, 0.001).__next__)
    slices = 0
    while history.progress < 1.0:
        assert history.read(3.0)
        slices += 1
    assert slices >= 2000 // 256 // 3
    assert history.newest(("robot", 1), 0, 3000) == events[::-1]
    source.close()


def test_subjects_are_told_before_they_are_read(source: RecordSource) -> None:
    """The reason of a robot's action is known at once, wherever a window starts, and is the same after reading."""
    history = RunHistory(source)
    for _ in range(2):
        assert history.about(("task", TASK), 50) == [eye_events(0)[0], eye_events(1)[0]]
        assert history.about(("robot", DEAD), 50) == [eye_events(2)[0]]
        assert history.about(("cell", cell(4, 8)), 50) == eye_events(2)
        history.read(ALL)


def test_the_newest_events_come_first() -> None:
    """They are the latest events about a station up to a tick."""
    history = told(*ORDER_EVENTS)
    assert [event.t for event in history.newest(("station", PICK_1), 36, 3)] == [35, 22, 21]
    assert [event.t for event in history.newest(("order", ORDER), 4000, 2)] == [75, 70]


def test_alarms_and_faults_are_marks() -> None:
    """Each mark has its tick and its thing, and the next and previous mark are found from any tick."""
    marks = told(*ORDER_EVENTS).marks
    fault, alarm = marks.between(0, 5000)
    assert (fault.tick, fault.kind, fault.text, fault.cell, fault.robot) == (
        *(25, MarkKind.FAULT, "robot 3 stopped by a fault"),
        *(36, 3),
    )
    assert (alarm.tick, alarm.kind, alarm.text) == (28, MarkKind.ALARM, "stuck: robot 3 waits")
    assert (marks.after(25), marks.before(28), marks.after(28), marks.before(25)) == (alarm, fault, None, None)
    assert marks.between(26, 27) == []


def test_a_growing_record_is_read_on(tmp_path: Path) -> None:
    """Events written after the first reading are read by the next."""
    with RecordWriter(tmp_path / "grows.pfr", eye_header()) as writer:
        source = RecordSource(tmp_path / "grows.pfr")
        history = RunHistory(source)
        assert history.progress == 1.0
        for tick in range(2 * CHUNK_TICKS):
            writer.add(eye_frame(tick), eye_events(tick))
            source.refresh()
            history.read(ALL)
        assert history.read_to == 2 * CHUNK_TICKS - 1
        assert len(history.about(("task", TASK), 199)) == 3
        source.close()


def live(*ticks: int, events: bool = True) -> tuple[FakeSubscriber, LiveSource, RunHistory]:
    subscriber = FakeSubscriber()
    source = LiveSource(subscriber, "tcp://here", wait_s=0.0)  # type: ignore[arg-type]
    history = RunHistory(source)
    for tick in ticks:
        subscriber.coming = [eye_frame(tick)]
        subscriber.events = [event for event in ORDER_EVENTS if event.t == tick] if events else []
        source.refresh()
        history.read(ALL)
    return subscriber, source, history


def test_a_running_floor_is_read_as_it_goes() -> None:
    """Everything is known from its first tick on, as from a record."""
    _, _, history = live(*range(50))
    assert (history.whole, history.read_to) == (True, 49)
    assert history.contents(0, 49).whole
    order = history.order(ORDER, 49)
    assert order is not None
    assert order.name == NAME


def test_a_window_that_was_opened_late_says_what_it_does_not_know() -> None:
    """At tick 10 it is too late for the order's receipt and the pods' contents."""
    _, _, history = live(*range(10, 50))
    assert not history.whole
    assert not history.contents(0, 49).whole
    order = history.order(ORDER, 49)
    assert order is not None
    assert (order.name, order.received, order.due, order.late(49)) == ("", -1, -1, None)
    assert order.pods == [0, 1]


def test_a_greeting_without_events_is_no_beginning() -> None:
    """A floor that stands at tick 0 sends its frame alone: the events of that tick were missed."""
    assert not live(0, 1, events=False)[2].whole


def test_another_run_is_another_chronicle() -> None:
    """When the tick goes back at the same address, nothing of the old run is kept."""
    subscriber, source, history = live(*range(50))
    subscriber.coming = [eye_frame(1)]
    source.refresh()
    history.read(ALL)
    assert history.read_to == 1
    assert history.order(ORDER, 1) is None


def test_a_damaged_record_is_told_up_to_its_damage(tmp_path: Path) -> None:
    """Reading ends at the damage, the reason is kept, and the window continues."""
    path = tmp_path / "eye.pfr"
    with RecordWriter(path, eye_header()) as writer:
        for tick in range(3 * CHUNK_TICKS):
            writer.add(eye_frame(tick), eye_events(tick))
        writer.finish({})
    data = bytearray(path.read_bytes())
    place = data.index(b"events", data.index(b"events") + 1) + 8  # of the chunk in the middle: the last is read first
    data[place : place + 8] = b"\0" * 8
    path.write_bytes(data)
    source = RecordSource(path)
    history = RunHistory(source)
    history.read(ALL)
    assert "damaged" in history.damage
    assert history.read_to == CHUNK_TICKS - 1
    assert not history.read(ALL)
    source.close()


class FromTomorrow(FakeSource):
    """A source with an event of an unknown kind between two others."""

    def parts(self, first: int) -> Iterator[Part]:
        known = [encode_events(TaskAssigned(0, task, 1, "")) for task in (1, 2)]
        yield Part([known[0], encode_events({"type": "Teleported", "t": 0}), known[1]], 0)


def test_events_of_unknown_kinds_are_passed_over() -> None:
    """Known events of a record by a later version are read."""
    history = RunHistory(FromTomorrow())
    history.read(ALL)
    assert len(history.newest(("robot", 1), 0, 10)) == 2


@pytest.mark.parametrize(
    ("sku", "tick", "pods"), [(NUT, 0, [(1, 3), (0, 2)]), (NUT, 40, [(0, 2), (1, 2)]), (BOLT, 3700, [(0, 4)])]
)
def test_a_sku_is_found_in_its_pods(sku: int, tick: int, pods: list[tuple[int, int]]) -> None:
    """The pods are right at any tick, most units first."""
    assert told(*ORDER_EVENTS).pods_with(sku, tick) == pods


def test_orders_are_found_by_their_names() -> None:
    """They are found by the whole name, and by its start while it is typed."""
    history = told(*ORDER_EVENTS)
    assert (history.order_named(NAME), history.order_named("B-5")) == (ORDER, None)
    assert (history.order_names("A", 5), history.order_names("B", 5)) == ([NAME], [])
