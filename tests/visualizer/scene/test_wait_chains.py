"""Intended routes and wait chains."""

import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.floor import Floor
from layout.formats.toml_format import floor_from
from layout.roads import EMPTY, LOADED, build_roads
from robots.recording.frames import NO_LOAD, ROBOT_DTYPE, STATION_DTYPE, Frame
from robots.units.lifecycle import RobotState
from tests.support.window.eye_floor import CARRYING, DEAD, FETCHING, FLOOR, cell, eye_frame
from tests.support.window.panel_lines import OrderSource, Panel
from visualizer.inspector.page_lines import Line
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource
from visualizer.scene.wait_chains import IntendedRoutes, Wait

CORRIDOR = ["########", "#......#", "########"]


def corridor_frame(*robots: tuple[int, int, RobotState]) -> Frame:
    """Return empty robots in the corridor: (column, goal's column, state) each."""
    table = np.zeros(len(robots), ROBOT_DTYPE)
    table["load"], table["task"] = NO_LOAD, -1
    for number, (col, goal, state) in enumerate(robots):
        table[number]["cell"], table[number]["goal"] = 8 + col, 8 + goal if goal else -1
        table[number]["state"] = state
    return Frame(0, table, np.zeros(0, STATION_DTYPE), np.zeros(0, np.int32), {})


@pytest.fixture
def corridor() -> IntendedRoutes:
    return IntendedRoutes(floor_from({"floor": {"name": "corridor", "grid": "\n".join(CORRIDOR)}}, "corridor", Path()))


def test_a_way_leads_over_the_lanes(floor: Floor) -> None:
    """Robot 1 enters the queue lane at its tail; robot 0 goes straight on to its goal."""
    routes, frame = IntendedRoutes(floor), eye_frame(3)
    assert routes.route(frame, CARRYING) == [cell(4, 1), cell(5, 1), cell(5, 2)]
    assert routes.route(frame, FETCHING) == [cell(1, col) for col in range(4, 9)]
    assert routes.next_cell(frame, FETCHING) == cell(1, 5)


def test_without_a_goal_there_is_no_way(floor: Floor) -> None:
    """The route is then only the robot's own cell."""
    assert IntendedRoutes(floor).route(eye_frame(3), DEAD) == [cell(4, 8)]
    assert IntendedRoutes(floor).next_cell(eye_frame(3), DEAD) == -1


def test_a_dead_robot_is_driven_around(floor: Floor) -> None:
    """Around a dead robot the route is another one, or there is none."""
    frame = eye_frame(3)
    frame.robots["cell"][DEAD] = cell(1, 6)
    route = IntendedRoutes(floor).route(frame, FETCHING)
    assert cell(1, 6) not in route
    assert route[-1] == cell(1, 8)
    frame.robots["cell"][[DEAD, 3]] = cell(1, 7), cell(2, 8)
    frame.robots["state"][3] = RobotState.DEAD
    assert IntendedRoutes(floor).route(frame, FETCHING) == [cell(1, 4)]


@given(
    start=st.sampled_from([(r, c) for r in range(1, 5) for c in range(1, 9)]),
    goal=st.sampled_from([1, 4]),
    load=st.booleans(),
)
def test_every_step_of_a_way_may_be_driven(start: tuple[int, int], goal: int, load: bool) -> None:
    """Each step follows the rule of the roads, for empty and loaded robots, and no route is shorter than the distance."""
    floor = _eye_floor()
    frame, roads = eye_frame(0), build_roads(floor, [cell(4, 8)])
    target = cell(goal, 7)
    frame.robots["cell"][FETCHING], frame.robots["goal"][FETCHING] = cell(*start), target
    frame.robots["load"][FETCHING] = 2 if load else NO_LOAD
    route = IntendedRoutes(floor).route(frame, FETCHING)
    for here, ahead in pairwise(route):
        heading = floor.grid.heading_to(here, ahead)
        assert roads.may_drive(here, heading, target, LOADED if load else EMPTY)
    assert len(route) == 1 or (route[-1] == target and len(route) > floor.grid.distance(cell(*start), target))


def _eye_floor() -> Floor:
    return floor_from(tomllib.loads(FLOOR), "eye", Path())


def test_who_waits_for_whom(corridor: IntendedRoutes) -> None:
    """The first of three in a row has a free route, so the chain ends with it."""
    frame = corridor_frame((1, 6, RobotState.FETCHING), (2, 6, RobotState.FETCHING), (3, 6, RobotState.FETCHING))
    assert corridor.chain(frame, 0) == [Wait(0, 10, 1), Wait(1, 11, 2), Wait(2, 12, -1)]
    assert corridor.chain(frame, 2) == [Wait(2, 12, -1)]


def test_a_chain_ends_at_what_doesn_t_drive(corridor: IntendedRoutes) -> None:
    """An idle robot in the way has no next cell."""
    frame = corridor_frame((1, 6, RobotState.FETCHING), (2, 0, RobotState.IDLE))
    assert corridor.chain(frame, 0)[-1] == Wait(1, -1, -1)


def test_a_ring_ends_where_it_closes(corridor: IntendedRoutes) -> None:
    """Two robots that want to pass each other wait for each other, and the chain ends there."""
    frame = corridor_frame((1, 6, RobotState.FETCHING), (2, 1, RobotState.FETCHING))
    assert corridor.chain(frame, 0) == [Wait(0, 10, 1), Wait(1, 9, 0)]


def lines_at(floor: Floor, change: dict[str, object]) -> tuple[list[Line], Panel]:
    """Return the lines about robot 0 directly behind robot 1, which is at the service cell of pick-1; `change` applies
    to robot 1.
    """
    source = OrderSource()
    frame = source.frame(18)
    frame.robots["cell"][:2] = cell(5, 1), cell(5, 2)
    frame.robots["goal"][:2] = cell(5, 2)
    frame.robots["load"][0], frame.robots["state"][0] = 2, RobotState.CARRYING
    for name, value in change.items():
        frame.robots[name][1] = value
    source.frame = lambda tick: frame  # type: ignore[method-assign]
    panel = Panel(source, floor)
    return panel.under("waits for", Thing.ROBOT, 0, 18), panel


@pytest.mark.parametrize(
    ("change", "words", "link"),
    [
        (
            {"state": RobotState.PRESENTING},
            "robot 1 is at pick-1 for 3 s now, where no one is at work",
            (Thing.STATION, 0),
        ),
        ({"state": RobotState.CHARGING, "battery": 44}, "robot 1 is charging, 44 %", (Thing.ROBOT, 1)),
        ({"stopped": 1}, "robot 1 is stopped", (Thing.ROBOT, 1)),
        ({"state": RobotState.IDLE}, "robot 1 is idle", (Thing.ROBOT, 1)),
    ],
)
def test_the_cause_is_told(floor: Floor, change: dict[str, object], words: str, link: tuple[Thing, int]) -> None:
    """The lines have the robot in the way, what it does, and a link."""
    lines, panel = lines_at(floor, change)
    assert lines[0].name == "robot 1"
    assert lines[0].link == Selection(Thing.ROBOT, 1)
    assert (lines[-1].name, lines[-1].text, lines[-1].link) == ("cause", words, Selection(*link))
    assert panel.highlights(Thing.ROBOT, 0, 18).chain == [0, 1]
    assert panel.highlights(Thing.ROBOT, 0, 18).cause == Selection(*link)
    assert panel.facts(Thing.ROBOT, 0, 18)["next cell"] == "(5, 2), held by robot 1"


def test_a_load_that_has_no_place_waits_for_the_queue_lane(floor: Floor) -> None:
    """Robots that hold at their load wait for the station, not for a robot."""
    source = OrderSource()
    frame = source.frame(10)
    frame.robots["state"][CARRYING] = RobotState.HOLDING
    frame.stations["queue"] = [2, 0]
    source.frame = lambda tick: frame  # type: ignore[method-assign]
    (line,) = Panel(source, floor).under("waits for", Thing.ROBOT, CARRYING, 10)
    assert line.text == "a place in the queue lane of pick-1: 2 of 2 are taken"
    assert line.link == Selection(Thing.STATION, 0)


def test_free_places_of_a_lane_are_told_to_be_kept_for_loads_on_their_way(floor: Floor) -> None:
    """The robot that carries pod 0 to the station, still far from its lane, has had a place since it lifted the pod."""
    source = OrderSource()
    frame = source.frame(10)
    frame.robots["state"][[0, CARRYING]] = RobotState.HOLDING, RobotState.CARRYING
    frame.robots["task"][[0, CARRYING]] = 11
    frame.stations["queue"], frame.stations["inbound"] = [1, 0], [2, 0]
    source.frame = lambda tick: frame  # type: ignore[method-assign]
    (line,) = Panel(source, floor).under("waits for", Thing.ROBOT, 0, 10)
    words = "a place in the queue lane of pick-1: 1 of 2 are taken, 1 is kept for loads on their way there: robot 1"
    assert line.text == words


def test_who_needn_t_wait_has_no_chain(source: RecordSource, floor: Floor) -> None:
    """A robot with a free route has no lines about waiting."""
    panel = Panel(source, floor)
    assert panel.under("waits for", Thing.ROBOT, FETCHING, 3) == []
    assert panel.highlights(Thing.ROBOT, FETCHING, 3).chain == []
