"""Comparison of both planners with slow versions of themselves, and on floors where planners go wrong."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from controller.planning.fields import FAR, DistanceFields
from controller.planning.guard import refusal_of
from controller.planning.operations import operations
from controller.planning.planner import PLANNERS, Epibt, Pibt, PlanInput, Planner
from layout.floor import Floor
from layout.grid import EAST, NORTH, WEST
from layout.roads import Roads, build_roads
from tests.support import naive
from tests.support.planning.plan_view import plan_view
from tests.support.planning.planning_oracle import Crowd, EpibtPass, PibtStep, traces
from tests.support.planning.random_crowds import crowds, drawn

LIMIT, PATIENCE = 100, 2000


def moved(floor: Floor, view: PlanInput, action: list[int]) -> PlanInput:
    """The crowd a tick later."""
    cells, headings = zip(*naive.after(floor, view.cell.tolist(), view.heading.tolist(), action), strict=True)
    return replace(view, tick=view.tick + 1, cell=np.array(cells, np.int32), heading=np.array(headings, np.int8))


@settings(max_examples=250, deadline=None)  # the first example waits for the compiler
@given(crowd=crowds())
def test_pibt_does_what_its_slow_version_does(crowd: tuple[Floor, PlanInput]) -> None:
    """Every robot's action is equal, for four ticks."""
    floor, view = crowd
    roads = build_roads(floor)
    planner = Pibt(roads, DistanceFields(roads, len(view.cell)), len(view.cell))
    for _ in range(4):
        action = planner.plan(view).tolist()
        assert action == PibtStep(Crowd(floor, roads, view)).run()
        view = moved(floor, view, action)


@settings(max_examples=250, deadline=None)
@given(crowd=crowds())
def test_epibt_does_what_its_slow_version_does(crowd: tuple[Floor, PlanInput]) -> None:
    """Every robot's action is equal for four ticks, with what each inherits from the previous tick."""
    floor, view = crowd
    roads, table = build_roads(floor), operations(3)
    planner = Epibt(roads, DistanceFields(roads, len(view.cell)), len(view.cell), 3, LIMIT, PATIENCE)
    held = [0] * len(view.cell)
    for _ in range(4):
        action = planner.plan(view).tolist()
        held = EpibtPass(Crowd(floor, roads, view), table, LIMIT, PATIENCE).run(held)
        assert action == table.first[held].tolist()
        held = table.after[held].tolist()
        view = moved(floor, view, action)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_operations_are_all_that_can_be_done(depth: int) -> None:
    """Each way of moving and turning is there once, and waiting is number 0."""
    table = operations(depth)
    found = [(*table.go[0, op].tolist(), int(table.turned[0, op, -1])) for op in range(table.count)]
    assert len(found) == len(set(found))
    assert set(found) == traces(depth)
    assert found[0] == (*[-1] * depth, 0)


def planner_of(name: str, roads: Roads, robots: int) -> Planner:
    return PLANNERS[name](roads, DistanceFields(roads, robots), robots)


def drive(floor: Floor, name: str, view: PlanInput, ticks: int) -> list[list[int]]:
    """Return the robots' cells, tick by tick; every plan must be right. Robots that have waited long are stalled."""
    roads = build_roads(floor)
    planner, seen = planner_of(name, roads, len(view.cell)), [view.cell.tolist()]
    lots = np.random.default_rng(1)
    for tick in range(ticks):
        action = planner.plan(view)
        assert refusal_of(roads, view, action) is None
        view = moved(floor, view, action.tolist())
        seen.append(view.cell.tolist())
        long = np.array([seen[-13:].count([*seen[-1]]) > 12] * len(view.cell)) if tick > 12 else view.stalled
        view = replace(view, stalled=long, urgency=lots.permutation(len(view.cell)).astype(np.int32))
    return seen


@pytest.mark.parametrize("name", PLANNERS)
def test_no_robot_is_no_trouble(name: str) -> None:
    """An empty fleet has an empty plan."""
    roads = build_roads(drawn("..."))
    planner = planner_of(name, roads, 0)
    assert planner.plan(plan_view([], [])).shape == (0,)
    assert planner.distance_left(np.empty(0, np.int32)).shape == (0,)


@pytest.mark.parametrize("name", PLANNERS)
def test_a_goal_out_of_reach_moves_nobody_else(name: str) -> None:
    """Robot 0 is enclosed by walls; robot 1 drives on."""
    floor = drawn(".#...", "##...")
    seen = drive(floor, name, plan_view([0, 2], [EAST, EAST], goal=[4, 9]), 12)
    assert {cells[0] for cells in seen} == {0}
    assert seen[-1][1] == 9
    roads = build_roads(floor)
    planner = planner_of(name, roads, 1)
    planner.plan(plan_view([0], [EAST], goal=[4]))
    assert planner.distance_left(np.array([0], np.int32)).tolist() == [FAR]


@pytest.mark.parametrize("name", PLANNERS)
def test_a_robot_enclosed_by_others_that_stand_waits(name: str) -> None:
    """It is in a corner behind two robots at work."""
    floor = drawn("...", "...")
    view = plan_view([0, 1, 3], [EAST] * 3, goal=[5, -1, -1], standing=[False, True, True])
    assert {tuple(cells) for cells in drive(floor, name, view, 20)} == {(0, 1, 3)}


@pytest.mark.parametrize("name", PLANNERS)
def test_a_goal_taken_by_one_that_stands_is_waited_for(name: str) -> None:
    """Robot 0 comes as near as it can and stays in peace."""
    floor = drawn("....")
    seen = drive(floor, name, plan_view([0, 3], [EAST, WEST], goal=[3, -1], standing=[False, True]), 20)
    assert seen[-1] == [2, 3]


@pytest.mark.parametrize("name", PLANNERS)
def test_in_a_one_way_dead_end_nobody_turns_against_the_lane(name: str) -> None:
    """Two robots at its end want out, which the lane forbids: they stay, and no plan is wrong."""
    floor = drawn(".>>>")
    seen = drive(floor, name, plan_view([3, 2], [EAST, EAST], goal=[0, 1]), 30)
    assert seen[-1] == [3, 2]


def test_who_is_pushed_off_its_goal_goes_where_it_can_come_back_from() -> None:
    """Robot 0 comes a tick after robot 1 has waited; the lane to the west leads nowhere, to the south there is a way back."""
    floor = drawn(".<..", "##.#")
    planner, view = planner_of("epibt", build_roads(floor), 2), plan_view([3, 2], [NORTH, WEST], goal=[2, 2])
    for _ in range(2):
        view = moved(floor, view, planner.plan(view).tolist())
    assert view.cell.tolist() == [2, 6]


@pytest.mark.parametrize("name", PLANNERS)
def test_head_on_in_a_corridor_neither_gets_through_and_nobody_is_harmed(name: str) -> None:
    """Without a bay there is no way past: they may push each other about, but never meet."""
    floor = drawn(".......")
    for cells in drive(floor, name, plan_view([1, 5], [EAST, WEST], goal=[6, 0]), 60):
        assert cells[0] < cells[1]


@pytest.mark.parametrize("name", PLANNERS)
def test_a_floor_full_but_for_one_cell_never_breaks_a_law(name: str) -> None:
    """Eight robots on nine cells, each wanting another's: whatever they do is legal, and somebody gets home."""
    floor = drawn("...", "...", "...")
    goals = [8, 7, 6, 5, 3, 2, 1, 0]
    seen = drive(floor, name, plan_view([0, 1, 2, 3, 5, 6, 7, 8], [EAST] * 8, goal=goals), 300)
    assert any(cell == goal for cells in seen for cell, goal in zip(cells, goals, strict=True))


def crowded(patience: int) -> int:
    """Ticks that a stalled robot takes from corner to corner of a room with two free cells, 100 if it doesn't."""
    floor = drawn(*["........"] * 5)
    roads, goal = build_roads(floor), 39
    cells = [cell for cell in range(40) if cell not in (20, 33)]
    stalled = [True] + [False] * (len(cells) - 1)
    view = plan_view(cells, [0, 1, 2, 3] * 9 + [0, 1], goal=[goal] + [-1] * (len(cells) - 1), stalled=stalled)
    planner = Epibt(roads, DistanceFields(roads, len(cells)), len(cells), patience=patience)
    for tick in range(100):
        if view.cell[0] == goal:
            return tick
        view = moved(floor, view, planner.plan(view).tolist())
    return 100


def test_a_stalled_robot_gets_through_a_crowd_of_idle_ones() -> None:
    """With the usual depth of search it never does; looking deeper it drives nearly straight through."""
    assert crowded(patience=0) == 100
    assert crowded(patience=PATIENCE) < 25
