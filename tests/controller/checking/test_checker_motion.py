"""The laws of motion, each broken on purpose by moving the bodies of four robots on a floor to check by eye."""

import tomllib
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from controller.checking.motion import MotionLaws
from layout.formats.toml_format import floor_from
from layout.grid import EAST, NORTH, SOUTH, WEST
from robots.recording import events as ev
from robots.recording.events import Event
from robots.recording.frames import NO_LOAD, ROBOT_DTYPE, STATION_DTYPE, TOTES, Frame
from robots.units.lifecycle import RobotState

GRID = """
######
#.>.P#
#..PP#
#.oK.#
######
"""
FLOOR = floor_from(tomllib.loads(f'[floor]\ngrid = """{GRID}"""'), "motion.toml", Path())
GROUND = FLOOR.grid
LIFT = 3
"""Ticks for taking up and setting down."""


def at(row: int, col: int) -> int:
    return GROUND.cell(row, col)


@dataclass
class Stand:
    """Bodies to push about."""

    cell: NDArray[np.int32]
    heading: NDArray[np.int8]
    load: NDArray[np.int32]


class Floor:
    """Robot 0 at (1, 1) east, 1 at (1, 3) west, 2 at (2, 2) west, 3 at (2, 4) north under pod 1.

    Pods 0, 1 and 2 stand at (1, 4), (2, 4) and (2, 3).
    """

    def __init__(self) -> None:
        cells = [at(1, 1), at(1, 3), at(2, 2), at(2, 4)]
        self.bodies = Stand(
            np.array(cells, np.int32), np.array([EAST, WEST, WEST, NORTH], np.int8), np.full(4, NO_LOAD, np.int32)
        )
        self.pods = np.array([at(1, 4), at(2, 4), at(2, 3)], np.int32)
        self.told = np.zeros(4, ROBOT_DTYPE)
        """Return the actions that the controller gives the robots."""
        self.laws = MotionLaws(GROUND, self.bodies, self.pods, LIFT)

    def look(self, *events: Event, pods: list[int] | None = None) -> list[str]:
        """Return what the checker reports of the tick. pods: the controller's record of the pods, if it isn't right."""
        book = self.pods if pods is None else np.array(pods, np.int32)
        frame = Frame(0, self.told.copy(), np.empty(0, STATION_DTYPE), book, {})
        return [alarm.text for alarm in self.laws.look(frame, events)]

    def move(self, robot: int, heading: int | None = None, cell: int | None = None) -> "Floor":
        """A tick in which a robot turns or drives, whatever the checker says."""
        self.put(robot, heading, cell)
        self.look()
        return self

    def put(self, robot: int, heading: int | None = None, cell: int | None = None) -> "Floor":
        if heading is not None:
            self.bodies.heading[robot] = heading
        if cell is not None:
            self.bodies.cell[robot] = cell
        return self

    def wait(self, ticks: int) -> "Floor":
        for _ in range(ticks):
            self.look()
        return self

    def lift(self, robot: int, load: int) -> list[str]:
        """A tick at the end of which a robot's load is another; the controller's book follows after it."""
        self.bodies.load[robot] = load
        texts = self.look()
        self.pods[self.pods == self.bodies.cell[robot]] = -1
        return texts

    def fetch(self) -> "Floor":
        """Robot 2 has taken up pod 2 and stands at (2, 3), heading east."""
        self.move(2, NORTH).move(2, EAST).move(2, cell=at(2, 3)).wait(LIFT).lift(2, 2)
        return self


def test_driving_turning_and_standing_are_all_right() -> None:
    """Robots drive into the lane along it, turn, leave a pod, and stand still."""
    floor = Floor()
    floor.put(0, cell=at(1, 2)).put(2, NORTH).put(3, cell=at(1, 4))
    assert floor.look() == []
    assert floor.put(2, cell=at(2, 2)).look() == []


def test_a_ring_of_robots_may_turn() -> None:
    """Four robots each drive into the cell of the next, and none meets another."""
    floor = Floor()
    ring = ((0, at(1, 1), EAST), (1, at(1, 2), SOUTH), (2, at(2, 2), WEST), (3, at(2, 1), NORTH))
    for robot, cell, heading in ring:
        floor.put(robot, heading, cell)
    floor.look()
    for robot, cell in ((0, at(1, 2)), (1, at(2, 2)), (2, at(2, 1)), (3, at(1, 1))):
        floor.put(robot, cell=cell)
    assert floor.look() == []


def test_two_robots_in_a_cell_are_named_with_it() -> None:
    """Robot 0 from the west and robot 2 from the south."""
    floor = Floor().move(2, NORTH)
    floor.put(0, cell=at(1, 2)).put(2, cell=at(1, 2))
    assert floor.look() == ["robots 0 and 2 are both in (1, 2)"]


@pytest.mark.parametrize(("one", "two"), [*combinations(range(4), 2)])
def test_two_robots_that_change_places_are_named_with_them(one: int, two: int) -> None:
    """Face to face in one column, whatever their numbers."""
    floor = Floor()
    spare = iter((at(2, 2), at(3, 4)))
    for robot in range(4):
        floor.bodies.cell[robot] = at(1, 1) if robot == one else at(2, 1) if robot == two else next(spare)
    floor.bodies.heading[one], floor.bodies.heading[two] = SOUTH, NORTH
    floor.laws = MotionLaws(GROUND, floor.bodies, floor.pods, LIFT)
    floor.put(one, cell=at(2, 1)).put(two, cell=at(1, 1))
    assert floor.look() == [f"robots {one} and {two} changed places between (1, 1) and (2, 1)"]


@pytest.mark.parametrize(
    ("heading", "cell", "faults"),
    [
        (None, at(1, 3), ["robot 0, heading east, went from (1, 1) to (1, 3)"]),
        (None, at(2, 1), ["robot 0, heading east, went from (1, 1) to (2, 1)"]),
        (SOUTH, at(1, 2), ["robot 0 turned and went from (1, 1) to (1, 2) in one tick"]),
        (WEST, None, ["robot 0 turned right round in one tick at (1, 1)"]),
        (None, GROUND.cells, [f"robot 0 is off the grid, in cell {GROUND.cells}"]),
        (None, -1, ["robot 0 is off the grid, in cell -1"]),
    ],
    ids=["two cells", "sideways", "drive and turn", "half a turn", "off the grid", "nowhere"],
)
def test_a_motion_that_no_robot_can_do_is_named(heading: int | None, cell: int | None, faults: list[str]) -> None:
    """One cell ahead or a quarter turn is all there is."""
    floor = Floor().move(1, cell=at(3, 4))
    assert floor.put(0, heading, cell).look() == faults


def test_a_robot_in_a_wall_is_named() -> None:
    """North of (1, 1); and in cell 0, which is on the grid."""
    floor = Floor().move(0, NORTH)
    assert floor.put(0, cell=at(0, 1)).look() == ["robot 0 is in the wall at (0, 1)"]
    assert floor.put(0, cell=0).look()[-1] == "robot 0 is in the wall at (0, 0)"


@pytest.mark.parametrize("side", [1, -1])
def test_quarter_turns_are_right_all_the_way_round(side: int) -> None:
    """Turns from each heading to both sides."""
    floor = Floor()
    for turn in range(1, 5):
        assert floor.put(0, (EAST + side * turn) % 4).look() == []


def test_a_cell_that_a_robot_left_long_ago_is_nobodys() -> None:
    """Robot 2 comes from (2, 1) round to (2, 2), which robot 0 leaves for (2, 1): they haven't changed places."""
    floor = Floor().put(0, WEST, at(2, 2)).put(2, NORTH, at(2, 1))
    floor.laws = MotionLaws(GROUND, floor.bodies, floor.pods, LIFT)
    floor.move(2, cell=at(1, 1)).move(2, EAST).move(2, cell=at(1, 2)).move(2, SOUTH)
    assert floor.put(0, cell=at(2, 1)).put(2, cell=at(2, 2)).look() == []


def test_a_lane_is_neither_entered_nor_left_against_its_heading() -> None:
    """West into the lane at (1, 2) that leads east, and west out of it; north out of it is all right."""
    floor = Floor()
    assert floor.put(1, cell=at(1, 2)).look() == ["robot 1 went from (1, 3) to (1, 2), against the lane"]
    floor.move(0, SOUTH).move(0, cell=at(2, 1))
    assert floor.put(1, cell=at(1, 1)).look() == ["robot 1 went from (1, 2) to (1, 1), against the lane"]
    floor = Floor().move(2, NORTH)
    assert floor.put(2, cell=at(1, 2)).look() == []


def test_a_closed_cell_is_not_entered_and_lets_lanes_be_driven_both_ways() -> None:
    """With (2, 1) closed, robot 2 must not drive into it; robot 1 may now come west through the lane."""
    floor = Floor()
    assert floor.look(ev.CellClosed(0, at(2, 1), "robot 7 is dead here")) == []
    floor.put(2, cell=at(2, 1)).put(1, cell=at(1, 2))
    assert floor.look() == ["robot 2 drove into the closed cell (2, 1)"]


def test_a_dead_robot_does_not_move() -> None:
    """Robot 0 died: neither a turn nor a cell."""
    floor = Floor()
    assert floor.look(ev.RobotFault(0, 0, at(1, 1), "die")) == []
    assert floor.put(0, cell=at(1, 2)).look() == ["robot 0 is dead, but moved at (1, 1)"]
    assert floor.put(0, SOUTH).look() == ["robot 0 is dead, but moved at (1, 2)"]


@pytest.mark.parametrize(
    ("state", "does"),
    [
        (RobotState.LIFTING, "lifts"),
        (RobotState.PRESENTING, "presents"),
        (RobotState.CHARGING, "charges"),
        (RobotState.SETTING_DOWN, "sets down"),
    ],
)
def test_a_robot_at_work_neither_turns_nor_drives(state: RobotState, does: str) -> None:
    """It stands from the first tick on, except that a set-down may begin in the tick of the last move."""
    floor = Floor()
    if state == RobotState.SETTING_DOWN:
        floor.told["state"][0] = state
        assert floor.put(0, cell=at(1, 2)).look() == []
        floor = Floor()
        floor.told["state"][0] = state
        floor.look()
    floor.told["state"][0] = state
    assert floor.put(0, SOUTH).look() == [f"robot 0 {does}, but drove or turned at (1, 1)"]
    assert floor.put(0, EAST).look() == [f"robot 0 {does}, but drove or turned at (1, 1)"]
    assert floor.put(0, cell=at(1, 2)).look() == [f"robot 0 {does}, but drove or turned at (1, 1)"]
    floor.told["state"][0] = RobotState.STORING
    assert floor.put(0, NORTH).look() == []


def test_a_robot_with_a_fault_neither_turns_nor_drives() -> None:
    """Robot 0 is held by one; once it is over, it may."""
    floor = Floor()
    floor.told["stopped"][0] = 1
    assert floor.look() == []
    assert floor.put(0, SOUTH).look() == ["robot 0 has a fault, but drove or turned at (1, 1)"]
    floor.told["stopped"][0] = 0
    assert floor.put(0, EAST).look() == []


def test_a_pod_is_taken_up_and_set_down_where_robots_stand_for_it() -> None:
    """Robot 3 stands under pod 1 for three ticks, has it, and sets it down again three ticks later."""
    floor = Floor().wait(LIFT)
    assert floor.lift(3, 1) == []
    assert floor.wait(LIFT - 1).lift(3, NO_LOAD) == []


@pytest.mark.parametrize(
    ("robot", "load", "fault"),
    [
        (3, 0, "robot 3 took up pod 0 at (2, 4), but it stands at (1, 4)"),
        (3, 3, "robot 3 carries 3, which is no pod"),
        (2, TOTES, "robot 2 took up totes at (2, 2), which is no outfeed"),
    ],
    ids=["another pod", "no pod", "totes in an aisle"],
)
def test_taking_up_what_is_not_there_is_named(robot: int, load: int, fault: str) -> None:
    """Pods are taken up where they stand, totes at an outfeed."""
    assert Floor().wait(LIFT).lift(robot, load)[0] == fault


def test_a_lift_in_passing_is_named() -> None:
    """Robot 3 has the pod in the tick after it came."""
    floor = Floor().move(3, EAST)
    text = "robot 3 changed its load after 1 ticks of standing at (2, 4), that takes 3"
    assert floor.lift(3, 1) == [text]


def test_a_pod_on_two_robots_is_named_with_both() -> None:
    """Robot 3 carries pod 1, and then robot 2 has it too."""
    floor = Floor().wait(LIFT)
    floor.lift(3, 1)
    assert floor.wait(1).lift(2, 1) == [
        "robot 2 took up pod 1 at (2, 2), but it is carried",
        "pod 1 is carried by robots 2 and 3",
    ]


def test_a_loaded_robot_under_a_stored_pod_is_named_with_both() -> None:
    """Robot 2 with pod 2 drives under pod 1, which stands at (2, 4)."""
    floor = Floor().move(3, cell=at(1, 4)).fetch().put(2, cell=at(2, 4))
    assert floor.look() == ["robot 2 with pod 2 is under pod 1, which stands at (2, 4)"]


def test_a_pod_set_down_in_an_aisle_or_onto_another_is_named() -> None:
    """Pod 2 goes down at (2, 2), which is no storage place, and on another floor at (2, 4), where pod 1 stands."""
    floor = Floor().fetch().move(2, SOUTH).move(2, WEST).move(2, cell=at(2, 2)).wait(LIFT)
    assert floor.lift(2, NO_LOAD) == ["robot 2 set pod 2 down at (2, 2), which is no storage place"]
    floor = Floor().move(3, cell=at(1, 4)).fetch().move(2, cell=at(2, 4)).wait(LIFT)
    assert floor.lift(2, NO_LOAD) == ["robot 2 set pod 2 down at (2, 4), where pod 1 stands"]


def test_totes_are_handed_over_where_people_work() -> None:
    """Robot 2 takes totes at the outfeed (3, 2); at the station (3, 3) it may hand them over, in the aisle not."""
    floor = Floor().move(2, SOUTH).move(2, cell=at(3, 2)).wait(LIFT)
    assert floor.lift(2, TOTES) == []
    assert floor.wait(LIFT).lift(2, NO_LOAD) == ["robot 2 handed totes over at (3, 2), where nobody works"]
    floor.wait(LIFT).lift(2, TOTES)
    floor.move(2, EAST).move(2, cell=at(3, 3)).wait(LIFT)
    assert floor.lift(2, NO_LOAD) == []


def test_a_book_of_pods_that_is_wrong_is_told_pod_by_pod() -> None:
    """The controller has pod 0 on a robot and pod 1 a cell further on."""
    floor = Floor()
    assert floor.look(pods=[-1, at(3, 4), at(2, 3)]) == [
        "pod 0 stands at (1, 4), but the controller's book says it is carried",
        "pod 1 stands at (2, 4), but the controller's book says it stands at (3, 4)",
    ]


def test_a_robot_that_is_back_may_move_again_and_one_that_stops_never_died() -> None:
    """Robot 0 died and an operator let it come back; a fault that passes is no death."""
    floor = Floor()
    floor.look(ev.RobotFault(0, 0, at(1, 1), "die"), ev.RobotFault(0, 2, at(2, 2), "stop"))
    floor.look(ev.RobotRecovered(1, 0, at(1, 1)))
    assert floor.put(0, SOUTH).put(2, NORTH).look() == []


def test_a_cell_that_is_opened_again_may_be_entered_and_lanes_hold_again() -> None:
    """Other events neither close nor open anything."""
    floor = Floor()
    floor.look(ev.CellClosed(0, at(2, 1), "robot 7 stands here"), ev.CellClosed(0, at(3, 4), "robot 8 stands here"))
    floor.look(ev.CellOpened(1, at(2, 1), "robot 7 drives again"), ev.RobotRecovered(1, 2, at(3, 1)))
    assert floor.put(2, cell=at(2, 1)).put(1, cell=at(1, 2)).look() == []
    floor = Floor()
    floor.look(ev.CellClosed(0, at(2, 1), "robot 7 stands here"))
    floor.look(ev.CellOpened(1, at(2, 1), "robot 7 drives again"))
    assert floor.put(1, cell=at(1, 2)).look() == ["robot 1 went from (1, 3) to (1, 2), against the lane"]


def test_an_alarm_has_the_robots_cell_and_none_where_no_robot_is_concerned() -> None:
    """Robot 0 in the wall, and a pod that is nowhere near one."""
    floor = Floor().move(0, NORTH)
    floor.put(0, cell=at(0, 1))
    frame = Frame(7, floor.told, np.empty(0, STATION_DTYPE), np.array([-1, at(2, 4), at(2, 3)], np.int32), {})
    assert [(alarm.t, alarm.cell, alarm.robot) for alarm in floor.laws.look(frame, ())] == [
        (7, -1, -1),
        (7, at(0, 1), 0),
    ]


def test_a_load_that_changes_twice_in_a_row_takes_its_time_twice() -> None:
    """The pod goes up after three ticks of standing, and down again one tick too early."""
    floor = Floor().wait(LIFT)
    floor.lift(3, 1)
    texts = floor.wait(LIFT - 2).lift(3, NO_LOAD)
    assert texts == ["robot 3 changed its load after 2 ticks of standing at (2, 4), that takes 3"]


def test_a_pod_taken_up_from_under_nobody_leaves_the_others_where_they_stand() -> None:
    """Pod 1 on robots 3 and 2: the second takes it from no place, so no other pod's place is cleared."""
    floor = Floor().wait(LIFT)
    floor.lift(3, 1)
    floor.wait(1).lift(2, 1)
    floor.put(0, cell=at(2, 3))
    floor.bodies.load[0] = TOTES
    assert "robot 0 with totes is under pod 2, which stands at (2, 3)" in floor.look()


def test_pod_0_and_cell_0_are_as_good_as_others() -> None:
    """On a floor of two storage places, robots 0 and 1 stand under pods 0 and 1."""
    ground = floor_from(tomllib.loads('[floor]\ngrid = "PP"'), "pods.toml", Path()).grid
    bodies = Stand(np.array([0, 1], np.int32), np.array([WEST, WEST], np.int8), np.full(2, NO_LOAD, np.int32))
    laws = MotionLaws(ground, bodies, np.array([0, 1], np.int32), 0)

    def look(load: list[int], pods: list[int], cell: int = 1) -> list[str]:
        bodies.load[:], bodies.cell[1] = load, cell
        frame = Frame(0, np.zeros(2, ROBOT_DTYPE), np.empty(0, STATION_DTYPE), np.array(pods, np.int32), {})
        return [alarm.text for alarm in laws.look(frame, [])]

    none, both = NO_LOAD, "robots 0 and 1 are both in (0, 0)"
    assert look([0, none], [0, 1]) == []
    assert look([none, 1], [-1, 1]) == []
    assert look([none, 1], [-1, -1]) == ["pod 0 stands at (0, 0), but the controller's book says it is carried"]
    assert look([none, 1], [0, -1], 0) == [both, "robot 1 with pod 1 is under pod 0, which stands at (0, 0)"]
    assert look([none, none], [0, -1], 0) == [both, "robot 1 set pod 1 down at (0, 0), where pod 0 stands"]
    assert look([0, none], [0, 0], 0) == [both, "robot 0 with pod 0 is under pod 1, which stands at (0, 0)"]
    assert look([0, 0], [-1, 0], 0)[:3] == [
        both,
        "robot 1 took up pod 0 at (0, 0), but it is carried",
        "pod 0 is carried by robots 0 and 1",
    ]
