"""The index of events by subject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robots.recording.events import AnyEvent, TaskAssigned, TaskCreated, encode_events
from robots.recording.supply_chain_events import ParcelMoved, RoutePlanned
from visualizer.history import event_log
from visualizer.history.event_log import EventLog, subjects_of


def logged(*events: AnyEvent) -> EventLog:
    log = EventLog()
    for event in events:
        log.add(event.t, encode_events(event), subjects_of(event))
    return log


def test_an_event_is_about_what_it_names() -> None:
    """A parcel has the number of its order, a route is about all its parcels, and -1 is no subject."""
    assert subjects_of(TaskCreated(0, 7, "pack", -1, 2, "")) == [("task", 7), ("station", 2)]
    assert subjects_of(ParcelMoved(0, 88, "pack", "slam")) == [("order", 88)]
    assert subjects_of(RoutePlanned(0, "van 2", "diesel", "A", [3, 4], 1, 2)) == [("order", 3), ("order", 4)]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=40), st.integers(0, 2), st.integers(1, 5))
def test_everything_is_found_in_its_order(steps: list[tuple[int, int]], robot: int, size: int) -> None:
    """The index finds the same events as a filter over all events, with volumes of any size, forwards and backwards."""
    tick, events = 0, []
    for number, (ticks, who) in enumerate(steps):
        tick += ticks
        events.append(TaskAssigned(tick, number, who, f"reason {number}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_log, "VOLUME_EVENTS", size)
        log = logged(*events)
    first, last = tick // 3, tick // 2 + 1
    mine = [event for event in events if event.robot == robot]
    assert log.about(("robot", robot), first, last) == [event for event in mine if first <= event.t <= last]
    assert list(log.newest(("robot", robot), last)) == [event for event in mine[::-1] if event.t <= last]
    assert list(log.after(("robot", robot), first)) == [event for event in mine if event.t > first]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest volumes are dropped, with the names of the orders in them."""
    monkeypatch.setattr(event_log, "VOLUME_EVENTS", 10)
    log = EventLog()
    for tick in range(10 * event_log.VOLUMES_KEPT + 500):
        log.add(tick, encode_events(TaskAssigned(tick, tick, 1, "")), [("robot", 1)])
        log.name(f"order {tick}", tick)
    kept = log.about(("robot", 1), 0, 10_000)
    assert len(kept) <= 10 * event_log.VOLUMES_KEPT
    assert kept[-1].t == 10 * event_log.VOLUMES_KEPT + 499
    assert (log.named("order 0"), log.named("order 3000")) == (None, 3000)
