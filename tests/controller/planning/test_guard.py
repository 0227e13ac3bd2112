"""The last look at a plan: every kind of wrong plan is named, a right one passes."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.planning.guard import distance_left, refusal_of
from controller.planning.planner import PlanInput
from layout.formats.toml_format import floor_from
from layout.grid import EAST, HEADING_NAMES, NORTH, SOUTH, WEST
from layout.roads import build_roads
from robots.units.fleet import Action
from tests.support.planning.plan_view import plan_view

GRID = """
.>.#
....
.PC.
"""
FLOOR = floor_from(tomllib.loads(f'[floor]\ngrid = """{GRID}"""'), "guard.toml", Path())
ROADS = build_roads(FLOOR)
GO, STAY, RIGHT = Action.FORWARD, Action.WAIT, Action.TURN_RIGHT


CHARGER = "a place of a station or charger that isn't its goal is ahead"


def view(*robots: tuple[tuple[int, int], int], **columns: list[int]) -> PlanInput:
    """Robots by ((row, column), heading)."""
    cells = [FLOOR.grid.cell(*at) for at, _ in robots]
    return plan_view(cells, [heading for _, heading in robots], **columns)


def verdict(seen: PlanInput, *actions: int) -> str:
    refusal = refusal_of(ROADS, seen, np.array(actions, np.int8))
    return refusal.text if refusal else ""


RING = view(((1, 0), EAST), ((1, 1), SOUTH), ((2, 1), WEST), ((2, 0), NORTH))
"""Four robots in a ring, each facing the cell of the next."""


def test_a_ring_that_turns_is_a_right_plan() -> None:
    """All four move at once, and none meets another."""
    assert verdict(RING, GO, GO, GO, GO) == ""


def test_waiting_and_turning_is_always_right() -> None:
    """Except that standing robots must not turn either."""
    assert verdict(RING, STAY, RIGHT, Action.TURN_LEFT, STAY) == ""
    assert verdict(replace(RING, standing=np.ones(4, bool)), STAY, STAY, STAY, STAY) == ""


@pytest.mark.parametrize("turn", [RIGHT, Action.TURN_LEFT])
def test_turning_a_robot_that_stands_is_named(turn: Action) -> None:
    """Robot 3 presents a pod, say."""
    stands = np.array([False, False, False, True])
    assert verdict(replace(RING, standing=stands), RIGHT, STAY, STAY, turn) == (
        "turns robot 3 at (2, 0) facing north, which stands: it lifts, charges, is at work or has a fault"
    )


def test_a_plan_for_another_number_of_robots_is_named() -> None:
    """Three actions for four robots."""
    assert verdict(RING, GO, GO, GO) == "has actions of shape (3,) for 4 robots"


@pytest.mark.parametrize("action", [Action.LIFT, Action.CHARGE, -1])
def test_actions_that_are_no_motion_are_named(action: int) -> None:
    """Lifting and charging aren't the planner's to decide."""
    assert verdict(RING, STAY, action, STAY, STAY) == "has an action that is not wait, forward or turn"


def test_moving_a_robot_that_stands_is_named() -> None:
    """Robot 1 is at work."""
    stands = np.array([False, True, False, False])
    assert verdict(replace(RING, standing=stands), GO, GO, GO, GO) == (
        "moves robot 1 at (1, 1) facing south, which stands: it lifts, charges, is at work or has a fault"
    )


@pytest.mark.parametrize(
    ("at", "heading"),
    [((0, 2), EAST), ((0, 0), NORTH), ((0, 2), WEST), ((0, 1), WEST)],
    ids=["into a wall", "over the edge", "into a lane against it", "out of a lane against it"],
)
def test_leaving_the_roads_is_named(at: tuple[int, int], heading: int) -> None:
    """Walls, the edge of the grid and one-way lanes."""
    seen = view(((2, 0), EAST), (at, heading))
    refusal = refusal_of(ROADS, seen, np.array([STAY, GO], np.int8))
    assert refusal is not None
    assert (refusal.robot, refusal.cell) == (1, FLOOR.grid.cell(*at))
    assert refusal.text == (
        f"drives robot 1 at {at} facing {HEADING_NAMES[heading]} where it must not go: "
        "a wall, a closed cell, the edge of the floor or a lane against it is ahead"
    )


@pytest.mark.parametrize(
    ("load", "goal", "fault"),
    [
        (0, (1, 0), ""),
        (
            1,
            (1, 0),
            "drives robot 0 at (1, 1) facing south where it must not go: a storage place that isn't its goal is ahead",
        ),
        (1, (2, 1), ""),
    ],
    ids=["empty under a pod", "loaded onto a place", "loaded onto its place"],
)
def test_a_loaded_robot_enters_only_its_own_storage_place(load: int, goal: tuple[int, int], fault: str) -> None:
    """It drives from the aisle south onto the storage place at (2, 1)."""
    assert verdict(view(((1, 1), SOUTH), load=[load], goal=[FLOOR.grid.cell(*goal)]), GO) == fault


@pytest.mark.parametrize(("goal", "fault"), [((2, 2), ""), ((2, 3), CHARGER)])
def test_a_charger_is_entered_only_to_charge(goal: tuple[int, int], fault: str) -> None:
    """The aisle leads south onto the charger at (2, 2), which leads nowhere else."""
    assert verdict(view(((1, 2), SOUTH), goal=[FLOOR.grid.cell(*goal)]), GO).rpartition(": ")[2] == fault


def test_two_robots_in_one_cell_are_named() -> None:
    """Two that drive to the same cell, and one that drives onto another that waits."""
    meeting = view(((2, 0), NORTH), ((1, 2), WEST), ((1, 1), WEST))
    assert verdict(meeting, GO, STAY, GO) == (
        "puts robot 0 at (2, 0) facing north and robot 2 at (1, 1) facing west into one cell"
    )
    assert verdict(meeting, STAY, GO, STAY) == (
        "puts robot 1 at (1, 2) facing west and robot 2 at (1, 1) facing west into one cell"
    )


def test_two_robots_that_change_places_are_named() -> None:
    """Face to face; others move too."""
    facing = view(((2, 0), NORTH), ((1, 1), EAST), ((1, 2), WEST))
    assert verdict(facing, GO, GO, GO) == (
        "lets robot 1 at (1, 1) facing east and robot 2 at (1, 2) facing west swap cells"
    )


@pytest.mark.parametrize(
    ("seen", "actions", "named"),
    [
        (replace(RING, standing=np.ones(4, bool)), (STAY, RIGHT, GO, GO), "turns robot 1 at (1, 1)"),
        (view(((1, 0), EAST), ((0, 2), EAST), ((1, 2), SOUTH)), (GO, GO, GO), "drives robot 1 at (0, 2)"),
        (view(((1, 0), EAST), ((1, 2), SOUTH), ((0, 2), EAST)), (GO, GO, GO), "drives robot 1 at (1, 2)"),
        (view(((1, 1), SOUTH), ((1, 2), SOUTH), load=[1, 0]), (GO, GO), "drives robot 0 at (1, 1)"),
        (
            view(((0, 0), SOUTH), ((1, 0), EAST), ((1, 2), EAST), ((1, 3), EAST)),
            (GO, STAY, GO, STAY),
            "puts robot 0 at (0, 0) facing south and robot 1 at (1, 0)",
        ),
        (
            view(((0, 0), SOUTH), ((1, 0), NORTH), ((1, 2), EAST), ((1, 3), WEST)),
            (GO, GO, GO, GO),
            "lets robot 0 at (0, 0) facing south and robot 1 at (1, 0)",
        ),
    ],
    ids=["standing", "wall before charger", "charger before wall", "storage before charger", "one cell", "swap"],
)
def test_of_several_wrong_robots_the_first_is_named(seen: PlanInput, actions: tuple[int, ...], named: str) -> None:
    """The message gives its fault, not those of the others."""
    text = verdict(seen, *actions)
    assert text.startswith(named)
    if "drives" in text:
        law = {"(0, 2)": "a lane against it", "(1, 2)": "station or charger", "(1, 1)": "a storage place"}
        assert law[named[-6:]] in text


@pytest.mark.parametrize(
    ("robot", "columns", "is_right"),
    [
        (((0, 1), WEST), {"goal": [0]}, True),
        (((0, 1), WEST), {"goal": [3]}, False),
        (((0, 2), EAST), {"goal": [-1]}, False),
        (((0, 0), EAST), {"goal": [-1]}, True),
        (((0, 3), WEST), {"goal": [0], "load": [1]}, True),
    ],
    ids=["into cell 0", "into another's", "without a goal", "out", "out with a load"],
)
def test_private_ground_at_the_ends_of_the_floor(
    robot: tuple[tuple[int, int], int], columns: dict[str, list[int]], is_right: bool
) -> None:
    """On a charger, two aisles and a charger: in only for its goal, even cell 0; out for all."""
    floor = floor_from(tomllib.loads('[floor]\ngrid = "C..C"'), "guard.toml", Path())
    refusal = refusal_of(build_roads(floor), view(robot, **columns), np.array([GO], np.int8))
    assert (refusal is None) == is_right


@pytest.mark.parametrize("actions", [[STAY] * 4, np.zeros(4)], ids=["a list", "fractions"])
def test_a_plan_of_anything_but_whole_numbers_is_named(actions: Any) -> None:
    """Right in number and in value."""
    refusal = refusal_of(ROADS, RING, actions)
    assert refusal is not None
    assert (refusal.text, refusal.robot, refusal.cell) == ("is no array of whole numbers", -1, -1)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (np.array([3, 2, 1], np.int64), ""),
        ([3, 2, 1], "distance_left returned no array of whole numbers"),
        (np.ones(3), "distance_left returned no array of whole numbers"),
        (np.ones(2, np.int32), "distance_left returned shape (2,) for 3 robots"),
        (KeyError("left"), "distance_left failed with KeyError: 'left'"),
    ],
    ids=["right", "a list", "fractions", "too few", "an error"],
)
def test_a_wrong_answer_to_the_distance_left_counts_as_arrived(answer: Any, fault: str) -> None:
    """int32 for each robot, whatever the planner says."""

    class Plugin:
        def distance_left(self, cell: np.ndarray) -> Any:
            if isinstance(answer, Exception):
                raise answer
            return answer

    left, what = distance_left(Plugin(), np.zeros(3, np.int32))  # type: ignore[arg-type]
    assert (left.tolist(), left.dtype, what) == ([0, 0, 0] if fault else [3, 2, 1], np.int32, fault)
