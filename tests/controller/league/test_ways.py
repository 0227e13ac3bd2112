"""Fields of the way left and bounds from landmarks, against a plain Dijkstra over (cell, heading)."""

import heapq
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from controller.league import ways as ways_module
from controller.league.field_kernels import FAR
from controller.league.guidance import FLAT, edge_costs
from controller.league.landmarks import Landmarks, parts
from controller.league.rules import Ground
from controller.league.ways import HERE, ONWARD, Ways
from tests.controller.league.tiny_league import problem

NEVER = float("inf")
FACING_EAST = np.zeros(1, np.int8)


def _ground(folder: Path, rows: list[str]) -> Ground:
    free = next((r, line.index(".")) for r, line in enumerate(rows) if "." in line)
    return Ground.of(problem(folder, rows, [free], [[free]]))


def _random(folder: Path, seed: int) -> tuple[Ground, NDArray[np.int32], np.random.Generator]:
    """A map with walls, often of several parts, and costs that differ by direction."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(4, 14, 2).tolist()
    rows = ["".join(line) for line in rng.choice(list("....@"), (height, width)).tolist()]
    ground = _ground(folder, [rows[0][:-1] + ".", *rows[1:]])
    weight = np.where(edge_costs(ground, FLAT) > 0, rng.integers(1, 9, len(ground.free) * 4), 0)
    return ground, weight.astype(np.int32), rng


def _edges(ground: Ground, weight: NDArray[np.int32]) -> list[tuple[int, int, int]]:
    """(state, next state, cost) of all drives and turns."""
    states = [int(cell) * 4 + heading for cell in np.flatnonzero(ground.free) for heading in range(4)]
    drives = [(s, s + 4 * int(ground.step[s & 3]), int(weight[s])) for s in states if weight[s]]
    return drives + [(s, s & ~3 | (s + turn) & 3, 1) for s in states for turn in (1, 3)]


def _dijkstra(edges: list[tuple[int, int, int]], cell: int, states: int) -> list[float]:
    """Cost from `cell`, any heading, to every state along the edges."""
    after: dict[int, list[tuple[int, int]]] = {}
    for state, other, cost in edges:
        after.setdefault(state, []).append((other, cost))
    best = [NEVER] * states
    heap = [(0.0, cell * 4 + heading) for heading in range(4)]
    while heap:
        now, state = heapq.heappop(heap)
        if now < best[state]:
            best[state] = now
            for other, cost in after.get(state, []):
                heapq.heappush(heap, (now + cost, other))
    return best


def _field(ways: Ways, ground: Ground, robot: int, slot: int = HERE) -> NDArray[np.int64]:
    """int64[cells, 4]: what a robot's field says of every state."""
    cells = np.arange(len(ground.free), dtype=np.int32)
    one = Ways.__new__(Ways)
    one.box, one._ground, one._arena = ways.box[[robot] * len(cells)], ways._ground, ways._arena
    return np.stack([one.left(cells, np.full(len(cells), heading, np.int8), slot) for heading in range(4)], 1)


def _pairs(ground: Ground, rng: np.random.Generator, count: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    free = np.flatnonzero(ground.free).astype(np.int32)
    return rng.choice(free, count), rng.choice(free, count)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("small", [0, 3000], ids=["by slack", "whole"])
def test_fields_are_exact_and_reach_as_far_as_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, small: int
) -> None:
    """Every state is exact or FAR; every cell on a way at most the slack worse than the robot's best is there."""
    monkeypatch.setattr(ways_module, "_SMALL", small)
    monkeypatch.setattr(ways_module, "_SLACK", seed % 4)
    ground, weight, rng = _random(tmp_path, seed)
    start, goal = _pairs(ground, rng, 6)
    ways = Ways(ground, weight, 6, 1)
    ways.make(np.arange(6), start, goal, HERE, NEVER, None)
    edges = _edges(ground, weight)
    back = [(other, state, cost) for state, other, cost in edges]
    for robot, (at, target) in enumerate(zip(start.tolist(), goal.tolist(), strict=True)):
        left = np.array(_dijkstra(back, target, len(weight))).reshape(-1, 4)
        found = _field(ways, ground, robot)
        assert np.all((found == left) | (found == FAR))
        there = np.array(_dijkstra(edges, at, len(weight))).reshape(-1, 4)
        near = left.min(1) + there.min(1) <= left[at].min() + ways._slack
        assert np.all(found[near & np.isfinite(left.min(1))] < FAR) or not np.isfinite(left[at].min())


@pytest.mark.parametrize("seed", range(15))
def test_bounds_are_consistent_and_never_too_high(tmp_path: Path, seed: int) -> None:
    """No drive or turn lowers the estimate by more than it costs, it is 0 at the goal and never above the way."""
    ground, weight, rng = _random(tmp_path, seed)
    landmarks = Landmarks(ground, weight, 3)
    part = parts(ground)
    edges = _edges(ground, weight)
    back = [(other, state, cost) for state, other, cost in edges]
    cell, heading = np.divmod(np.arange(len(weight), dtype=np.int32), np.int32(4))
    for goal in rng.choice(np.flatnonzero(ground.free), 3).tolist():
        left = np.array(_dijkstra(back, goal, len(weight)))
        inside = part[cell] == part[goal]
        bound = np.full(len(weight), -1)
        target = np.full(int(inside.sum()), goal, np.int32)
        bound[inside] = landmarks.estimate(cell[inside], heading[inside].astype(np.int8), target)
        assert np.all(bound[inside] <= left[inside])
        assert np.all(bound[goal * 4 : goal * 4 + 4] == 0)
        assert all(bound[state] <= cost + bound[other] for state, other, cost in edges if inside[state])


def test_estimates_see_walls(tmp_path: Path) -> None:
    """Round the wall it is 8 cells and, facing east, 3 turns; straight it would be 2 cells. Without a goal it is -1."""
    ground = _ground(tmp_path, ["....", "@@@.", "...."])
    landmarks = Landmarks(ground, edge_costs(ground, FLAT))
    found = landmarks.estimate(np.array([0, 0], np.int32), np.zeros(2, np.int8), np.array([8, -1], np.int32))
    assert found.tolist() == [8 + 1, -1]


def test_a_goal_behind_walls_is_far(tmp_path: Path) -> None:
    """And a goal that one stands on is at 0."""
    ground = _ground(tmp_path, ["..@.", "..@."])
    ways = Ways(ground, edge_costs(ground, FLAT), 2, 1)
    start = np.array([0, 0], np.int32)
    ways.make(np.arange(2), start, np.array([3, 0], np.int32), HERE, NEVER, None)
    assert ways.left(start, np.zeros(2, np.int8), HERE).tolist() == [FAR, 0]


def test_who_left_a_field_gets_a_wider_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an open floor of 60×60 the first field is a strip; each time the robot is lost again, its slack doubles."""
    monkeypatch.setattr(ways_module, "_SMALL", 0)
    ground = _ground(tmp_path, ["." * 60] * 60)
    ways = Ways(ground, edge_costs(ground, FLAT), 1, 1)
    robot, goal = np.zeros(1, np.int64), np.array([59], np.int32)
    sizes = []
    for row in (0, 30, 59):
        start = np.array([row * 60], np.int32)
        assert ways.left(start, FACING_EAST, HERE)[0] in (-1, FAR)
        ways.make(robot, start, goal, HERE, NEVER, None)
        assert ways.left(start, FACING_EAST, HERE)[0] == 59 + row + (row > 0)
        sizes.append(int(ways._slack << ways._widened[0, HERE]))
    assert sizes == [sizes[0], 2 * sizes[0], 4 * sizes[0]]
    ways.make(robot, start, np.array([0], np.int32), HERE, NEVER, None)
    assert ways._widened[0, HERE] == 0


def test_without_room_there_is_no_field(tmp_path: Path) -> None:
    """An arena of two blocks serves two robots; a dropped field makes room for the third."""
    ground = _ground(tmp_path, ["." * 8] * 8)
    ways = Ways(ground, edge_costs(ground, FLAT), 3, 1, arena=128)
    robots = np.arange(3)
    start, goal = np.array([0, 1, 2], np.int32), np.array([1, 5, 60], np.int32)
    ways.make(robots, start, goal, HERE, NEVER, None)
    assert ways.left(start, np.zeros(3, np.int8), HERE).tolist() == [1, 4, -1]
    assert ways.goals(HERE).tolist() == [1, 5, -1]
    ways.drop(robots[:1], HERE)
    ways.make(robots[2:], start[2:], goal[2:], HERE, NEVER, None)
    assert ways.left(start, np.zeros(3, np.int8), HERE).tolist() == [-1, 4, 7 + 2 + 1]


def test_who_waits_long_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With time for one field a step the near robot is first, but the far one doesn't starve."""
    monkeypatch.setattr(ways_module, "_BATCH", 1)
    ground = _ground(tmp_path, ["." * 12])
    ways = Ways(ground, edge_costs(ground, FLAT), 2, 1)
    start, goal = np.array([0, 0], np.int32), np.array([3, 11], np.int32)
    for served in ([True, False], [True, False], [True, False], [False, True]):
        clock = iter([0.0, 2.0])
        monkeypatch.setattr(ways_module, "perf_counter", lambda clock=clock: next(clock))
        ways.drop(np.arange(2), HERE)
        ways.make(np.arange(2), start, goal, HERE, 1.0, None)
        assert (ways.left(start, np.zeros(2, np.int8), HERE) >= 0).tolist() == served


def test_threads_make_the_same_fields(tmp_path: Path) -> None:
    """And a field to the goal after becomes the field to the goal when promoted."""
    ground, weight, rng = _random(tmp_path, 3)
    start, goal = _pairs(ground, rng, 30)
    robots = np.arange(30)
    alone, two = Ways(ground, weight, 30, 1), Ways(ground, weight, 30, 2)
    alone.make(robots, start, goal, HERE, NEVER, None)
    with ThreadPoolExecutor(2) as pool:
        two.make(robots, start, goal, ONWARD, NEVER, pool)
    two.promote(robots)
    for robot in range(30):
        assert np.array_equal(_field(alone, ground, robot), _field(two, ground, robot))
