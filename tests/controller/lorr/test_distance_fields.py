"""Fields of the way left and bounds from landmarks, against a plain Dijkstra over (cell, heading)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from controller.lorr import distance_fields
from controller.lorr.distance_fields import HERE, ONWARD, CostFields
from controller.lorr.guidance import FLAT, edge_costs
from controller.lorr.kernels.fields import FAR
from controller.lorr.kernels.landmarks import TURN
from controller.lorr.landmarks import Landmarks, parts
from controller.lorr.traffic import CongestionCosts
from tests.support.planning.plain_ways import (
    NEVER,
    dijkstra,
    edges,
    exact_or_far,
    field_of,
    ground_of,
    pairs,
    random_ground,
    ways_to,
)
from tests.support.seeds import seeds

FACING_EAST = np.zeros(1, np.int8)
CELL = FLAT.along


@pytest.mark.parametrize("seed", seeds(10, 25))
@pytest.mark.parametrize("small", [0, 3000], ids=["by slack", "whole"])
def test_fields_are_exact_and_reach_as_far_as_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, small: int
) -> None:
    """Every state is exact or FAR; every cell on a way at most the slack worse than the robot's best is there."""
    monkeypatch.setattr(distance_fields, "_SLACK", seed % 4)
    ground, weight, rng = random_ground(tmp_path, seed)
    start, goal = pairs(ground, rng, 6)
    cost_fields = CostFields(ground, weight, 6, 1, small=small)
    cost_fields.make(np.arange(6), start, rng.integers(0, 4, 6).astype(np.int8), goal, HERE, NEVER, None)
    along = edges(ground, weight)
    for robot, (at, target) in enumerate(zip(start.tolist(), goal.tolist(), strict=True)):
        left, found = ways_to(ground, weight, target), field_of(cost_fields, ground, robot)
        assert exact_or_far(found, left)
        there = np.array(dijkstra(along, at, len(weight))).reshape(-1, 4)
        near = left.min(1) + there.min(1) <= left[at].min() + cost_fields._slack
        assert np.all(found[near & np.isfinite(left.min(1))] < FAR) or not np.isfinite(left[at].min())


def test_on_a_small_map_a_field_is_of_all_of_it(tmp_path: Path) -> None:
    """Up to `small` free cells a field holds every cell of the goal's part; above, it is a strip."""
    ground = ground_of(tmp_path, ["." * 40] * 40)
    for small, whole in ((1600, True), (1599, False)):
        cost_fields = CostFields(ground, edge_costs(ground, FLAT), 1, 1, small=small)
        cost_fields.make(
            np.zeros(1, np.int64), np.array([0], np.int32), FACING_EAST, np.array([39], np.int32), HERE, NEVER, None
        )
        assert bool(np.all(field_of(cost_fields, ground, 0) < FAR)) == whole


@pytest.mark.parametrize("seed", seeds(6, 15))
def test_bounds_are_consistent_and_never_too_high(tmp_path: Path, seed: int) -> None:
    """No drive or turn lowers the estimate by more than it costs, it is 0 at the goal and never above the way."""
    ground, weight, rng = random_ground(tmp_path, seed)
    landmarks = Landmarks(ground, weight, 3)
    part = parts(ground)
    cell, heading = np.divmod(np.arange(len(weight), dtype=np.int32), np.int32(4))
    for goal in rng.choice(np.flatnonzero(ground.free), 3).tolist():
        left = ways_to(ground, weight, goal).reshape(-1)
        inside = part[cell] == part[goal]
        bound = np.full(len(weight), -1)
        target = np.full(int(inside.sum()), goal, np.int32)
        bound[inside] = landmarks.estimate(cell[inside], heading[inside].astype(np.int8), target)
        assert np.all(bound[inside] <= left[inside])
        assert np.all(bound[goal * 4 : goal * 4 + 4] == 0)
        assert all(bound[state] <= cost + bound[other] for state, other, cost in edges(ground, weight) if inside[state])


def test_estimates_see_walls(tmp_path: Path) -> None:
    """Round the wall it is 8 cells and, facing east, 3 turns; straight it would be 2 cells. Without a goal it is -1."""
    ground = ground_of(tmp_path, ["....", "@@@.", "...."])
    landmarks = Landmarks(ground, edge_costs(ground, FLAT))
    found = landmarks.estimate(np.array([0, 0], np.int32), np.zeros(2, np.int8), np.array([8, -1], np.int32))
    assert found.tolist() == [8 * CELL + TURN, -1]


def test_a_goal_behind_walls_is_far(tmp_path: Path) -> None:
    """A goal under the robot is at distance 0."""
    ground = ground_of(tmp_path, ["..@.", "..@."])
    cost_fields = CostFields(ground, edge_costs(ground, FLAT), 2, 1)
    start = np.array([0, 0], np.int32)
    cost_fields.make(np.arange(2), start, np.zeros(2, np.int8), np.array([3, 0], np.int32), HERE, NEVER, None)
    assert cost_fields.left(start, np.zeros(2, np.int8), HERE).tolist() == [FAR, 0]


def test_who_left_a_field_gets_a_wider_one(tmp_path: Path) -> None:
    """The first field on an open floor of 60×60 is a strip; each time the robot is lost again, its slack doubles."""
    ground = ground_of(tmp_path, ["." * 60] * 60)
    cost_fields = CostFields(ground, edge_costs(ground, FLAT), 1, 1, small=0)
    robot, goal = np.zeros(1, np.int64), np.array([59], np.int32)
    sizes = []
    for row in (0, 30, 59):
        start = np.array([row * 60], np.int32)
        assert cost_fields.left(start, FACING_EAST, HERE)[0] in (-1, FAR)
        cost_fields.make(robot, start, FACING_EAST, goal, HERE, NEVER, None)
        assert cost_fields.left(start, FACING_EAST, HERE)[0] == (59 + row) * CELL + (row > 0) * TURN
        sizes.append(int(cost_fields._slack << cost_fields._widened[0, HERE]))
    assert sizes == [sizes[0], 2 * sizes[0], 4 * sizes[0]]
    cost_fields.make(robot, start, FACING_EAST, np.array([0], np.int32), HERE, NEVER, None)
    assert cost_fields._widened[0, HERE] == 0


def test_without_room_there_is_no_field(tmp_path: Path) -> None:
    """An arena of two blocks serves two robots; a dropped field makes room for the third."""
    ground = ground_of(tmp_path, ["." * 8] * 8)
    cost_fields = CostFields(ground, edge_costs(ground, FLAT), 3, 1, arena=128)
    robots, east = np.arange(3), np.zeros(3, np.int8)
    start, goal = np.array([0, 1, 2], np.int32), np.array([1, 5, 60], np.int32)
    cost_fields.make(robots, start, east, goal, HERE, NEVER, None)
    assert cost_fields.left(start, np.zeros(3, np.int8), HERE).tolist() == [CELL, 4 * CELL, -1]
    assert cost_fields.goals(HERE).tolist() == [1, 5, -1]
    cost_fields.drop(robots[:1], HERE)
    cost_fields.make(robots[2:], start[2:], east[2:], goal[2:], HERE, NEVER, None)
    assert cost_fields.left(start, np.zeros(3, np.int8), HERE).tolist() == [-1, 4 * CELL, (7 + 2) * CELL + TURN]


def test_who_waits_long_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With time for one field a step the near robot is first, but the far one doesn't starve."""
    monkeypatch.setattr(distance_fields, "_BATCH", 1)
    ground = ground_of(tmp_path, ["." * 12])
    cost_fields = CostFields(ground, edge_costs(ground, FLAT), 2, 1)
    start, goal = np.array([0, 0], np.int32), np.array([3, 11], np.int32)
    for served in ([True, False], [True, False], [True, False], [False, True]):
        clock = iter([0.0, 2.0])
        monkeypatch.setattr(distance_fields, "perf_counter", lambda clock=clock: next(clock))
        cost_fields.drop(np.arange(2), HERE)
        cost_fields.make(np.arange(2), start, np.zeros(2, np.int8), goal, HERE, 1.0, None)
        assert (cost_fields.left(start, np.zeros(2, np.int8), HERE) >= 0).tolist() == served


def test_threads_make_the_same_fields(tmp_path: Path) -> None:
    """A field to the goal after becomes the field to the goal when promoted."""
    ground, weight, rng = random_ground(tmp_path, 3)
    start, goal = pairs(ground, rng, 30)
    robots, facing = np.arange(30), rng.integers(0, 4, 30).astype(np.int8)
    alone, two = CostFields(ground, weight, 30, 1), CostFields(ground, weight, 30, 2)
    alone.make(robots, start, facing, goal, HERE, NEVER, None)
    with ThreadPoolExecutor(2) as pool:
        two.make(robots, start, facing, goal, ONWARD, NEVER, pool)
    two.promote(robots)
    for robot in range(30):
        assert np.array_equal(field_of(alone, ground, robot), field_of(two, ground, robot))


def test_where_nothing_can_be_driven_a_search_takes_no_room(tmp_path: Path) -> None:
    """A floor of one cell has no costs to go by; a queue for tolls of millions would take half a gigabyte."""
    ground = ground_of(tmp_path, ["."])
    cost_fields = CostFields(ground, edge_costs(ground, FLAT), 1, 1, congestion=CongestionCosts())
    assert cost_fields.least <= CELL
    assert len(cost_fields._scratch[0].head) < 1 << 10
