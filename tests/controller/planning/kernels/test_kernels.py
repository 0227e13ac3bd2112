"""Distances against a slow search, and the planners' promises on random floors."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.planning.fields import FAR, DistanceFields, roads_of
from controller.planning.kernels import pibt
from controller.planning.planner import PLANNERS, PlanInput, Planner
from layout.floor import Floor
from layout.formats.toml_format import load_floor
from layout.grid import EAST, SOUTH, WEST, CellKind
from layout.roads import EMPTY, LOADED, Roads, build_roads
from robots.units.fleet import Action
from tests.support import naive
from tests.support.planning.plan_view import plan_view
from tests.support.planning.random_crowds import crowds, drawn, floors

MAPS = Path(__file__).parents[4] / "maps"


def field_to(floor: Floor, roads: Roads, goal: int, load: int) -> dict[int, int]:
    """The kernel's field as the slow search gives it."""
    field = DistanceFields(roads, robots=1).to(goal, load, tick=0)
    return {cell: int(field[cell]) for cell in range(floor.grid.cells) if field[cell] != FAR}


def field_from(floor: Floor, roads: Roads, start: int, load: int) -> dict[int, int]:
    out, queue = np.empty(floor.grid.cells, np.uint16), np.empty(floor.grid.cells, np.int32)
    pibt.reach_field(start, load, roads_of(roads), out, queue)
    return {cell: int(out[cell]) for cell in range(floor.grid.cells) if out[cell] != FAR}


@settings(max_examples=60, deadline=None)  # the first example waits for the compiler
@given(floors(), st.data())
def test_fields_are_what_a_slow_search_finds(floor: Floor, data: st.DataObject) -> None:
    """They agree to and from any cell, for both loads, also with a cell closed."""
    ground = naive.ground(floor)
    closed = data.draw(st.sets(st.sampled_from(ground), max_size=1))
    roads, end = build_roads(floor, closed), data.draw(st.sampled_from(ground))
    for load in (EMPTY, LOADED):
        assert field_to(floor, roads, end, load) == naive.distances(floor, roads, end, load)
        assert field_from(floor, roads, end, load) == naive.reach(floor, roads, end, load)


def test_the_field_of_a_floor_that_one_can_check_by_eye() -> None:
    """To the place in the corner empty robots pass under the other place, loaded ones drive around it."""
    floor = drawn("PP.", "...")
    roads = build_roads(floor)
    assert field_to(floor, roads, 0, EMPTY) == {0: 0, 1: 1, 2: 2, 3: 1, 4: 2, 5: 3}
    assert field_to(floor, roads, 0, LOADED) == {0: 0, 1: 1, 2: 4, 3: 1, 4: 2, 5: 3}


@pytest.mark.parametrize("name", ["tiny", "demo"])
def test_a_place_is_as_far_from_a_station_as_the_way_to_it(name: str) -> None:
    """On the maps of the product, reach from a station and fields to the places say the same."""
    floor = load_floor(MAPS / f"{name}.toml")
    roads = build_roads(floor)
    for station in floor.stations[:2]:
        reach = field_from(floor, roads, station.cell, LOADED)
        for place in floor.storage[::5].tolist():
            assert reach[place] == naive.distances(floor, roads, place, LOADED)[station.cell]


def planner_of(name: str, roads: Roads, robots: int) -> Planner:
    return PLANNERS[name](roads, DistanceFields(roads, robots), robots)


@pytest.mark.parametrize("name", PLANNERS)
@settings(max_examples=60, deadline=None)
@given(crowd=crowds())
def test_whatever_the_floor_no_two_robots_meet(name: str, crowd: tuple[Floor, PlanInput]) -> None:
    """For eight ticks no robot enters another's cell, swaps, or breaks a wall, lane or private area; standing robots
    stay.
    """
    floor, view = crowd
    roads = build_roads(floor)
    planner = planner_of(name, roads, len(view.cell))
    for tick in range(8):
        view = _step(floor, roads, planner, view, tick)


def _step(floor: Floor, roads: Roads, planner: Planner, view: PlanInput, tick: int) -> PlanInput:
    """One tick of a crowd, checked; returns it as it is then."""
    cells, headings = view.cell.tolist(), view.heading.tolist()
    action = planner.plan(view).tolist()
    assert set(action) <= {Action.WAIT, Action.FORWARD, Action.TURN_RIGHT, Action.TURN_LEFT}
    for robot, act in enumerate(action):
        if view.standing[robot]:
            assert act == Action.WAIT
        if act == Action.FORWARD:
            assert roads.may_drive(cells[robot], headings[robot], int(view.goal[robot]), int(view.load[robot]))
    then = naive.after(floor, cells, headings, action)
    assert naive.meetings(cells, [cell for cell, _ in then]) == []
    now, facing = np.array(then).T
    return replace(view, tick=tick + 1, cell=now.astype(np.int32), heading=facing.astype(np.int8))


def drive(floor: Floor, name: str, view: PlanInput, ticks: int) -> list[list[int]]:
    """Cells of all robots, tick by tick."""
    roads = build_roads(floor)
    planner, seen = planner_of(name, roads, len(view.cell)), []
    for tick in range(ticks):
        view = _step(floor, roads, planner, view, tick)
        seen.append(view.cell.tolist())
    return seen


@pytest.mark.parametrize("name", PLANNERS)
def test_a_robot_alone_takes_the_shortest_way(name: str) -> None:
    """Three cells east, a turn, one south: five ticks, and it stays there."""
    floor = drawn("....", ".##.", "....")
    seen = drive(floor, name, plan_view([0], [EAST], goal=[7]), ticks=6)
    assert [cell for (cell,) in seen] == [1, 2, 3, 3, 7, 7]


@pytest.mark.parametrize("name", PLANNERS)
def test_a_robot_without_a_goal_makes_way(name: str) -> None:
    """Robot 1 idles in the way of robot 0, and goes aside or ahead."""
    floor = drawn("....", "....")
    seen = drive(floor, name, plan_view([0, 1], [EAST, EAST], goal=[3, -1]), ticks=10)
    assert seen[-1][0] == 3


@pytest.mark.parametrize("name", PLANNERS)
def test_nobody_drives_into_a_robot_that_stands(name: str) -> None:
    """The aisle is shut by one at work: the other one waits in front of it."""
    floor = drawn("....")
    seen = drive(floor, name, plan_view([0, 2], [EAST, WEST], goal=[3, -1], standing=[False, True]), ticks=5)
    assert seen[-1] == [1, 2]


@pytest.mark.parametrize("name", PLANNERS)
def test_a_loaded_robot_keeps_out_of_storage_places(name: str) -> None:
    """An empty one drives straight through under the pod, a loaded one round by the aisle."""
    floor = drawn(".P.", "...")
    goal = 2
    assert floor.grid.kind[1] == CellKind.STORAGE
    empty = drive(floor, name, plan_view([0], [EAST], goal=[goal]), ticks=2)
    loaded = drive(floor, name, plan_view([0], [SOUTH], goal=[goal], load=[1]), ticks=6)
    assert [cell for (cell,) in empty] == [1, 2]
    assert [cell for (cell,) in loaded] == [3, 3, 4, 5, 5, 2]


def test_a_goal_that_is_out_of_reach_is_far() -> None:
    """Behind a wall the distance is FAR, and the robot waits without being moved."""
    floor = drawn(".#.", "##.")
    roads = build_roads(floor)
    planner = planner_of("pibt", roads, 1)
    view = plan_view([0], [EAST], goal=[2])
    assert planner.plan(view).tolist() == [Action.WAIT]
    assert planner.distance_left(view.cell).tolist() == [FAR]


@pytest.mark.parametrize("name", PLANNERS)
def test_a_planner_refuses_arrays_that_its_kernel_was_not_made_for(name: str) -> None:
    """Rather than compile it again for 64-bit cells, or read an array with gaps as one without."""
    floor = drawn("....", "....")
    view = plan_view([0, 1], [EAST, EAST], goal=[3, -1])
    wide, gaps = view.cell.astype(np.int64), np.zeros(4, np.int8)[::2]
    with pytest.raises(ValueError, match=r"FleetState.cell is int64\[2\], not int32\[robots\]"):
        planner_of(name, build_roads(floor), 2).plan(replace(view, cell=wide))
    with pytest.raises(ValueError, match=r"FleetState.heading is int8\[2\] with gaps"):
        planner_of(name, build_roads(floor), 2).plan(replace(view, heading=gaps))


def test_roads_of_another_type_are_refused() -> None:
    """Fields are not filled from 32-bit exits."""
    roads = build_roads(drawn("...."))
    with pytest.raises(ValueError, match=r"Roads.exits is int32\[4\], not uint8\[cells\]"):
        DistanceFields(replace(roads, exits=roads.exits.astype(np.int32)), robots=1)
