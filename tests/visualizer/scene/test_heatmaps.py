"""Heat folded from frames is what counting them one by one gives, however one gets to a tick."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.floor import Floor
from robots.recording.frames import Frame
from robots.units.lifecycle import RobotState
from tests.support.window.eye_floor import cell
from tests.support.window.walks import ROBOTS, Walks
from visualizer.scene.cell_counts import CellCounts
from visualizer.scene.heatmaps import HeatMaps
from visualizer.scene.layers import SPANS
from visualizer.scene.sources import floor_of

TICKS = 400
_GOING = {
    RobotState.PARKING,
    RobotState.FETCHING,
    RobotState.HOLDING,
    RobotState.CARRYING,
    RobotState.STORING,
    RobotState.TO_CHARGER,
}
_SOURCE = Walks(3, TICKS)
_GRID = floor_of(_SOURCE.header, "walks").grid


def naive(source: Walks, tick: int, span: int) -> CellCounts:
    """Robot by robot; a span is the last whole minutes and the one that has begun."""
    counted = CellCounts(_GRID.cells)
    first = source.first_tick if span == 0 else max(source.first_tick, (tick // 60 - span + 1) * 60)
    for at in range(first, tick + 1):
        frame, before = source.frame(at), source.frame(at - 1) if at > source.first_tick else None
        counted.ticks += 1
        counted.steps += before is not None
        for number in range(ROBOTS):
            _count(counted, frame, before, number)
    return counted


def _count(counted: CellCounts, frame: Frame, before: Frame | None, number: int) -> None:
    robot = frame.robots[number]
    here = int(robot["cell"])
    counted.present[here] += 1
    if before is None:
        return
    there = int(before.robots["cell"][number])
    if here != there:
        counted.moved[{1: 0, 10: 1, -1: 2, -10: 3}[here - there], there] += 1
    elif robot["heading"] == before.robots["heading"][number] and robot["goal"] >= 0 and not robot["stopped"]:
        counted.waited[here] += robot["state"] in _GOING


def same(one: CellCounts, other: CellCounts) -> bool:
    arrays = (np.array_equal(getattr(one, name), getattr(other, name)) for name in ("present", "waited", "moved"))
    return all(arrays) and (one.ticks, one.steps) == (other.ticks, other.steps)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, TICKS - 1), st.sampled_from(SPANS)), min_size=1, max_size=6))
def test_heat_is_the_same_however_one_gets_there(visits: list[tuple[int, int]]) -> None:
    """Playing, seeking forth or back, with any span: counts are those of counting robot by robot."""
    maps = HeatMaps(_SOURCE, _GRID)
    for tick, span in visits:
        while maps.read(tick, span, 1e9):
            pass
        assert same(maps.counts(tick, span), naive(_SOURCE, tick, span))


@pytest.mark.parametrize("first", [0, 37, 600])
def test_a_record_may_begin_at_any_tick(first: int) -> None:
    """Ticks before its first count nothing."""
    source = Walks(5, 150, first)
    maps = HeatMaps(source, _GRID)
    while maps.read(first + 149, 0, 1e9):
        pass
    assert same(maps.counts(first + 149, 0), naive(source, first + 149, 0))


def test_playing_on_reads_each_tick_once() -> None:
    """Folding is incremental: 200 ticks one after the other ask for each frame and the one before it, no more."""
    source = Walks(4, 300)
    maps = HeatMaps(source, _GRID)
    for tick in range(200):
        maps.read(tick, 5, 1e9)
    assert source.asked <= 2 * 200


def test_reading_is_cut_into_slices() -> None:
    """With no time at all one slice is read a call, and progress goes from nothing to all."""
    ticking = iter(range(100_000))
    maps = HeatMaps(_SOURCE, _GRID, clock=lambda: float(next(ticking)))
    told = []
    while maps.read(TICKS - 1, 0, 0.0):
        told.append(maps.progress)
    assert len(told) >= TICKS // 60
    assert told == sorted(told)
    assert told[0] < 0.5
    assert maps.progress == 1.0


def test_what_a_live_source_forgets_is_kept() -> None:
    """Frames that were counted and have gone since count on in the heat of all."""
    maps = HeatMaps(_SOURCE, _GRID, forgets=True)
    for tick in range(350):
        maps.read(tick, 1, 1e9)
    late = Walks(3, TICKS)
    late.first_tick = 300
    maps._source = late
    maps.read(360, 1, 1e9)
    assert same(maps.counts(360, 0), naive(_SOURCE, 360, 0))


def test_a_robot_that_stands_on_its_way_waits(floor: Floor) -> None:
    """On the floor checked by eye: robot 1 carries and stands, robot 0 drives off and stands before its goal, 3 charges."""
    from tests.support.window.eye_floor import eye_frame

    counted = CellCounts(floor.grid.cells)
    counted.fold(floor.grid, [eye_frame(tick) for tick in range(10)], None)
    assert counted.present[cell(4, 1)] == 10
    assert counted.waited[cell(4, 1)] == 9
    assert counted.waited[cell(1, 7)] == 3
    assert counted.waited.sum() == 12
    assert counted.moved[0].sum() == counted.moved.sum() == 6


def test_a_gap_between_frames_tells_no_step(floor: Floor) -> None:
    """Across missing ticks no move and no wait is counted."""
    from tests.support.window.eye_floor import eye_frame

    counted = CellCounts(floor.grid.cells)
    counted.fold(floor.grid, [eye_frame(2), eye_frame(5)], None)
    assert (counted.ticks, counted.steps, counted.moved.sum(), counted.waited.sum()) == (2, 0, 0, 0)
