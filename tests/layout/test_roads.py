"""The rules of the road, on floors small enough to check by eye."""

import pytest

from layout.floor import Floor
from layout.formats.toml_format import load_floor
from layout.grid import EAST, HEADINGS, NORTH, SOUTH, WEST
from layout.roads import EMPTY, LOADED, build_roads, main_component
from tests.support.floor.drawings import TINY, floor_of, room


def exits(floor: Floor, row: int, col: int, closed: tuple[int, ...] = ()) -> set[int]:
    """Headings by which a cell may be left."""
    roads = build_roads(floor, closed)
    return {heading for heading in HEADINGS if roads.may_leave(floor.grid.cell(row, col), heading)}


def test_a_lane_is_crossed_and_joined_but_never_driven_against() -> None:
    """Robots enter a lane from the side and leave it to the side, not against its heading."""
    floor = floor_of(room("...", ".>.", "..."))
    assert exits(floor, 1, 1) == {EAST, NORTH, SOUTH}
    assert exits(floor, 1, 0) == {EAST, NORTH, SOUTH}
    assert exits(floor, 1, 2) == {NORTH, SOUTH}
    assert exits(floor, 0, 1) == {EAST, WEST, SOUTH}


def test_a_queue_is_entered_at_its_tail_and_left_straight_ahead() -> None:
    """The lane rKs in an open hall: in at the left end, on to the service cell, out at the right."""
    floor = floor_of(room(".....", ".rrK.", "....."))
    assert SOUTH in exits(floor, 0, 1)
    assert SOUTH not in exits(floor, 0, 2)
    assert SOUTH not in exits(floor, 0, 3)
    assert exits(floor, 1, 3) == {EAST}
    assert WEST not in exits(floor, 1, 2)
    assert {NORTH, EAST, SOUTH} == exits(floor, 1, 2)
    assert WEST not in exits(floor, 1, 4)


@pytest.mark.parametrize(("load", "may"), [(EMPTY, True), (LOADED, False)])
def test_stored_pods_are_a_roof_for_empty_and_a_wall_for_loaded_robots(load: int, may: bool) -> None:
    """A loaded robot enters a storage place only if it is its goal."""
    floor = floor_of(room(".P."))
    roads = build_roads(floor)
    assert roads.may_drive(0, EAST, 2, load) is may
    assert roads.may_drive(0, EAST, 1, load) is True


def test_exit_lanes_stay_one_way_when_a_cell_is_closed() -> None:
    """A dead robot in an aisle of the tiny floor does not open pick-1's exit lane to the ring."""
    floor = load_floor(TINY)
    dead = (floor.grid.cell(3, 4),)
    assert exits(floor, 7, 3, dead) == exits(floor, 7, 3) == {NORTH}
    assert SOUTH not in exits(floor, 5, 3, dead)


def test_a_lane_that_is_cut_off_may_be_driven_both_ways() -> None:
    """A dead robot in the only lane out of a dead end leaves no other way than back."""
    floor = floor_of(room("#####", "#>>v#", "#^#v#", "#^<<#", "#####"))
    assert exits(floor, 1, 1) == {EAST}
    closed = (floor.grid.cell(1, 2),)
    assert main_component(floor.grid, build_roads(floor)).sum() == 8
    assert exits(floor, 2, 1, closed) == {NORTH, SOUTH}
    assert exits(floor, 3, 2, closed) == {EAST, WEST}
