"""Simulated bodies: against a slow integration in small steps of time, and never outside the way they were given."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robots.agents.drive import DriveUnit, UnitBody
from robots.agents.pilot import Pose
from robots.agents.simulated_body import SimulatedBody
from robots.link.messages import Welcome
from robots.recording.frames import NO_LOAD, TOTES
from robots.units.body import BodyParams

WIDTH = 1000
START = 500 * WIDTH + 500
EAST, SOUTH, WEST, NORTH = range(4)
STEP = (1, WIDTH, -1, -WIDTH)
KINDS = st.sampled_from([UnitBody, DriveUnit])
HEADINGS = st.integers(0, 3)
Kind = type[UnitBody] | type[DriveUnit]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def placed(
    kind: Kind, load: int = NO_LOAD, **options: float
) -> tuple[SimulatedBody, Clock, list[tuple[float, int, int]]]:
    """A body at START heading east, its clock, and what it tells of the cells it is in."""
    clock, told = Clock(), list[tuple[float, int, int]]()
    body = kind(clock, lambda *line: told.append(line))
    figures = {"tick_ms": 1000.0, "tick_s": 1.0, "lift_s": 3.0, "battery": 400.0} | options
    body.place(Welcome(1, 1, 1, 0, 0, 1000, width=WIDTH, cell=START, heading=EAST, load=load, **figures))  # type: ignore[arg-type]
    return body, clock, told


class Watch:
    """Whoever looks at a body: its poses so far, and the cells that were entered by them."""

    def __init__(self, body: SimulatedBody, clock: Clock) -> None:
        self.body, self.clock = body, clock
        self.poses = [body.pose()]

    @property
    def entered(self) -> list[int]:
        return [after.cell for before, after in pairwise(self.poses) if after.cell != before.cell]

    def look(self) -> Pose:
        self.poses.append(self.body.pose())
        return self.poses[-1]

    def settle(self) -> list[Pose]:
        """Live on, from one change to the next, until it stands."""
        while self.body.due < math.inf:
            self.clock.now = max(self.clock.now, self.body.due)
            self.look()
        return self.poses


def settle(body: SimulatedBody, clock: Clock) -> list[Pose]:
    """The poses from here on until it stands."""
    return Watch(body, clock).settle()


def way_of(turns: list[int]) -> list[int]:
    """Cells from START when it turns so much before each."""
    cells, cell, heading = [], START, EAST
    for turn in turns:
        heading = (heading + turn) % 4
        cell += STEP[heading]
        cells.append(cell)
    return cells


WAYS = st.lists(st.sampled_from([0, 0, 0, 1, 3]), max_size=12).map(way_of)


# The way


@given(KINDS, WAYS, HEADINGS)
def test_it_enters_the_cells_of_its_way_one_by_one_and_looks_where_it_should_at_the_end(
    kind: Kind, way: list[int], face: int
) -> None:
    body, clock, told = placed(kind)
    watch = Watch(body, clock)
    body.drive(way, face)
    poses = watch.settle()
    assert watch.entered == way
    assert poses[-1] == Pose(way[-1] if way else START, face, moving=False, load=NO_LOAD)
    for before, after in pairwise(poses):
        assert (after.cell != before.cell) + (after.heading != before.heading) <= 1, "one cell or turn a look"
        assert (after.heading - before.heading) % 4 in (0, 1, 3)
    assert {cell for _, *cells in told for cell in cells} <= {START, *way, -1}


@given(KINDS, st.data())
def test_it_never_leaves_what_it_was_given_whatever_is_said_when(kind: Kind, data: st.DataObject) -> None:
    """Ways grow, are given again, stopped and given on at any moment: only given cells, in order, and it stops at the end."""
    body, clock, told = placed(kind)
    watch = Watch(body, clock)
    route = data.draw(st.lists(st.sampled_from([0, 0, 0, 1, 3]), min_size=1, max_size=15).map(way_of))
    allowed = 0
    for _ in range(data.draw(st.integers(1, 25))):
        clock.now += data.draw(st.floats(0.0, 3.0))
        watch.look()
        match data.draw(st.sampled_from(["grow", "again", "stop", "look"])):
            case "grow":
                allowed = min(len(route), allowed + data.draw(st.integers(1, 4)))
                body.drive(route[len(watch.entered) : allowed], data.draw(HEADINGS))
            case "again":
                body.drive(route[len(watch.entered) : allowed], data.draw(HEADINGS))
            case "stop":
                body.stop()
        inside = [cell for _, *cells in told for cell in cells if cell >= 0]
        assert set(inside) <= {START, *route[:allowed]}
    assert not watch.settle()[-1].moving
    body.drive(route[len(watch.entered) : allowed], EAST)
    watch.settle()
    assert watch.entered == route[:allowed]
    between = [(cell, other) for _, cell, other in told if other >= 0]
    assert between == list(pairwise([START, *route[:allowed]]))


@given(KINDS, WAYS.filter(bool), st.lists(st.floats(0.0, 2.0), max_size=10))
def test_the_same_way_given_again_changes_nothing(kind: Kind, way: list[int], pauses: list[float]) -> None:
    """To the last bit: the same cells at the same moments as a body that was told once."""
    (once, first, told_once), (often, second, told_often) = placed(kind), placed(kind)
    once.drive(way, SOUTH)
    settle(once, first)
    watch = Watch(often, second)
    often.drive(way, SOUTH)
    for pause in pauses:
        second.now += pause
        watch.look()
        often.drive(way[len(watch.entered) :], SOUTH)
    watch.settle()
    assert told_often == told_once


def test_a_way_that_jumps_or_leaves_the_old_one_too_soon_is_refused_and_changes_nothing() -> None:
    for kind in (UnitBody, DriveUnit):
        body, clock, _ = placed(kind)
        with pytest.raises(ValueError, match="not beside"):
            body.drive([START + 2], EAST)
        body.drive([START + 1, START + 2], EAST)
        clock.now += 0.1
        with pytest.raises(ValueError, match="can't stop"):
            body.drive([START + WIDTH], EAST)
        assert settle(body, clock)[-1].cell == START + 2


def test_the_ends_of_two_rows_are_not_side_by_side() -> None:
    body, _, _ = placed(UnitBody)
    last = START // WIDTH * WIDTH + WIDTH - 1
    body.drive(list(range(START + 1, last + 1)), EAST)
    with pytest.raises(ValueError, match="not beside"):
        body.drive(list(range(START + 1, last + 2)), EAST)


# Stopping


def test_a_unit_body_stops_in_the_middle_of_the_cell_it_is_entering() -> None:
    body, clock, _ = placed(UnitBody)
    body.drive([START + 1, START + 2, START + 3], SOUTH)
    clock.now += 0.7
    body.stop()
    assert settle(body, clock)[-1] == Pose(START + 1 + 1, EAST, moving=False, load=NO_LOAD)


@given(st.floats(0.0, 12.0), st.sampled_from([NO_LOAD, 7]))
def test_a_drive_unit_stops_in_the_first_cell_that_its_brakes_reach(after_s: float, load: int) -> None:
    """Return position and speed by small steps, for a robot that stops at the first middle not nearer than v² / 2a."""
    body, clock, _ = placed(DriveUnit, load)
    body.drive(list(range(START + 1, START + 11)), EAST)
    clock.now += after_s
    body.stop()
    gone, speed = stepped(10.0, after_s, load)
    reach = gone + speed * speed / 2.0 / acceleration(load)
    if abs(reach - round(reach)) > 0.02:
        assert settle(body, clock)[-1].cell == START + math.ceil(reach)


def test_a_turn_that_has_begun_is_finished_and_nothing_more() -> None:
    body, clock, _ = placed(DriveUnit)
    body.drive([START - 1], EAST)  # half a turn
    clock.now += 0.5
    body.stop()
    assert settle(body, clock)[-1] == Pose(START, SOUTH, moving=False, load=NO_LOAD)


# Against small steps of time


def acceleration(load: int) -> float:
    return 1.0 if load == NO_LOAD else 0.5


STEP_S = 0.001


def stepped(length: float, end_s: float, load: int = NO_LOAD) -> tuple[float, float]:
    """(m, m/s) after `end_s` from standing, on a straight of `length` m."""
    gone = speed = time_s = 0.0
    while time_s < end_s and (gone, speed) != (length, 0.0):
        gone, speed = step(length, gone, speed, load)
        time_s += STEP_S
    return gone, speed


def time_to(length: float, gone: float, speed: float, load: int) -> float:
    """s until it stands at the end."""
    time_s = 0.0
    while (gone, speed) != (length, 0.0):
        gone, speed = step(length, gone, speed, load)
        time_s += STEP_S
    return time_s


def step(length: float, gone: float, speed: float, load: int) -> tuple[float, float]:
    """A ms later: faster while it can still stop, as fast, or else slower; the last 10 µm are a step."""
    top, rate = (1.5 if load == NO_LOAD else 1.3), acceleration(load)
    for next_speed in (min(top, speed + rate * STEP_S), speed, max(speed - rate * STEP_S, 0.0)):
        moved = gone + (speed + next_speed) / 2.0 * STEP_S
        if next_speed * next_speed / 2.0 / rate <= length - moved:
            break
    if length - moved < 1e-5 or next_speed == 0.0:
        return length, 0.0
    return moved, next_speed


@given(st.integers(1, 12), st.sampled_from([NO_LOAD, 7, TOTES]))
def test_a_drive_unit_enters_each_cell_when_small_steps_say_so(cells: int, load: int) -> None:
    body, clock, _ = placed(DriveUnit, load)
    body.drive(list(range(START + 1, START + 1 + cells)), EAST)
    began = clock.now
    while body.due < math.inf:
        clock.now = body.due
        gone, _ = stepped(float(cells), clock.now - began, load)
        assert gone == pytest.approx(body.pose().cell - START, abs=0.01)


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(1, 6), st.floats(0.0, 8.0), st.sampled_from([NO_LOAD, 7]))
def test_a_way_that_grows_in_mid_cell_counts_at_once(first: int, more: int, after_s: float, load: int) -> None:
    """After it, the motion is that of small steps that start with the position and speed at that moment and the longer
    route.
    """
    body, clock, told = placed(DriveUnit, load)
    watch = Watch(body, clock)
    body.drive(list(range(START + 1, START + first + 1)), EAST)
    clock.now += after_s
    for _ in range(first):
        watch.look()
    length = first + more
    body.drive(list(range(START + len(watch.entered) + 1, START + length + 1)), EAST)
    watch.settle()
    gone, speed = stepped(float(first), after_s, load)
    assert told[-1][:2] == (
        pytest.approx(1000.0 + after_s + time_to(length, gone, speed, load), abs=0.05),
        START + length,
    )


def test_one_cell_takes_two_seconds_and_three_take_three_and_a_half() -> None:
    """1 m at 1 m/s²: 1 s faster, 1 s slower. 3 m: 1.5 s to 1.5 m/s over 1.125 m, 0.75 m at it, 1.5 s to stand."""
    for cells, seconds in ((1, 2.0), (3, 3.5)):
        body, clock, told = placed(DriveUnit)
        body.drive(list(range(START + 1, START + 1 + cells)), EAST)
        settle(body, clock)
        assert told[-1][0] - told[0][0] == pytest.approx(seconds)


def test_a_floor_run_at_ten_times_life_takes_a_tenth() -> None:
    body, clock, told = placed(DriveUnit, tick_ms=100.0)
    body.drive([START + 1], EAST)
    settle(body, clock)
    assert told[-1][0] - told[0][0] == pytest.approx(0.2)


def test_a_unit_body_takes_six_tenths_of_a_tick_for_a_cell_and_for_a_turn() -> None:
    body, clock, told = placed(UnitBody, tick_ms=500.0, tick_s=2.0)
    body.drive([START + 1, START + 1 + WIDTH], SOUTH)
    settle(body, clock)
    assert [now - told[0][0] for now, _, _ in told[1:]] == pytest.approx([0.0, 0.3, 0.6, 0.9])


# Load and battery


def test_a_lift_takes_its_time_and_waits_until_it_stands() -> None:
    body, clock, _ = placed(UnitBody)
    body.drive([START + 1], EAST)
    body.lift(17)
    clock.now += 3.5
    assert body.pose().load == NO_LOAD
    clock.now += 0.2
    assert [body.pose().load for _ in range(2)][-1] == 17
    body.lift(17)
    assert body.due == math.inf, "it has it already"


def test_energy_is_that_of_the_plain_body() -> None:
    """One cell empty, a turn, and an hour of standing."""
    params = BodyParams()
    body, clock, _ = placed(UnitBody)
    body.drive([START + 1], SOUTH)
    clock.now += 1.2
    spent = params.drive_empty_wh + params.turn_wh + params.awake_w * 1.2 / 3600.0
    assert body.battery() == pytest.approx(400.0 - spent)
    clock.now += 3600.0
    assert body.battery() == pytest.approx(400.0 - spent - params.asleep_w)


def test_a_flat_body_stands_with_a_fault_until_it_is_charged() -> None:
    body, clock, _ = placed(UnitBody, battery=0.01)
    body.drive([START + 1, START + 2], EAST)
    clock.now += 5.0
    settle(body, clock)
    assert (body.pose().cell, body.pose().fault) == (START + 1, "battery empty")
    body.charge(True)
    clock.now += 60.0
    assert body.pose().fault == ""
    assert body.battery() == pytest.approx(15.0)
    body.drive([START + 2], EAST)
    assert settle(body, clock)[-1].cell == START + 2


def test_a_body_that_nobody_asked_has_lived_on_and_tells_it_cell_by_cell() -> None:
    body, clock, told = placed(UnitBody)
    body.drive([START + 1, START + 2], EAST)
    clock.now += 100.0
    poses = [body.pose() for _ in range(3)]
    assert [(pose.cell, pose.moving) for pose in poses] == [(START + 1, True), (START + 2, False), (START + 2, False)]
    assert told[-1][0] == pytest.approx(1001.2), "it came there when it did, not when it was asked"
