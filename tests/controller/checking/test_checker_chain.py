"""The checker on a floor with its supply chain: a sound run has no fault, and an event that is left out or doubled is found."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from controller.run import SimulatedRun, broken
from robots.recording.events import Event, StockMoved
from robots.recording.supply_chain_events import MoneyMoved, ParcelMoved, PurchaseOrderMoved, ReturnMoved, TrailerMoved
from tests.support.floor.tiny_site import tiny, tiny_site
from tests.support.floor.watched import Watched

_TICKS = 600
CHAIN: dict[str, dict[str, object]] = {"sourcing": {"confirm_s": 60.0}, "orders": {"backlog": 30}}
Spoil = Callable[[list[Event], int], object]


def watched() -> Watched:
    return Watched(tiny_site(**CHAIN))


def left_out(events: list[Event], index: int) -> None:
    del events[index]


def doubled(events: list[Event], index: int) -> None:
    events.insert(index, events[index])


def test_a_sound_chain_has_no_fault() -> None:
    """Ten minutes with parcels, promises, purchase orders and money give no alarm."""
    floor = watched()
    for _ in range(_TICKS):
        assert floor.tick() == []
    assert [alarm.text for alarm in floor.checker.finish()] == []
    assert floor.checker.chain_errors == 0
    assert floor.site.book.shipped > 10


@pytest.mark.parametrize("spoil", [left_out, doubled])
@pytest.mark.parametrize("kind", [ParcelMoved, MoneyMoved, PurchaseOrderMoved, ReturnMoved, TrailerMoved, StockMoved])
def test_an_event_that_is_left_out_or_doubled_is_found(kind: type[Event], spoil: Spoil) -> None:
    """The first of each kind, within the run or at its end; the run has failed by it."""
    floor, done = watched(), list[int]()

    def once(events: list[Event]) -> None:
        there = [index for index, event in enumerate(events) if isinstance(event, kind)]
        if there and not done:
            done.append(there[0])
            spoil(events, there[0])

    for _ in range(_TICKS):
        if floor.tick(once):
            break
    assert done, "there was none of its kind"
    floor.checker.finish()
    assert floor.checker.chain_errors + floor.checker.stock_errors > 0


def test_a_run_with_faults_around_the_floor_has_failed() -> None:
    """They are counted for themselves; a floor without a chain has no such counter."""
    with SimulatedRun(tiny(run={"ticks": 1})) as run:
        sound = run.summary()
    assert broken(replace(sound, chain_errors=2)) == ["2 chain errors"]
    assert (sound.chain_errors, broken(sound)) == (None, [])
