"""Schedules: the greedy one against a plain greedy over all pairs, the best one against all that there are, and the rules."""

from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from controller.lorr import scheduler as scheduler_module
from controller.lorr.guidance import FLAT, Lanes, edge_costs
from controller.lorr.landmarks import Landmarks, parts
from controller.lorr.rules import League
from controller.lorr.scheduler import FACTOR, BestScheduler, GreedyScheduler
from layout.grid import WEST
from tests.support.planning.plain_ways import NEVER, ways_to
from tests.support.planning.tiny_league import problem
from tests.support.seeds import seeds


def _pairs(league: League, weight: NDArray[np.int32], factor: int) -> list[tuple[int, int, int]]:
    """(cost, robot, slot) of all that may be. Ways are exact, lengths of tasks as far as landmarks know."""
    part = parts(league.ground)
    marks = Landmarks(league.ground, weight)
    found = []
    for slot in np.flatnonzero(league.done == 0).tolist():
        errands = league.errands[league.begin[slot] : league.begin[slot] + league.size[slot]].tolist()
        if len(set(part[errands].tolist())) > 1:
            continue
        left = ways_to(league.ground, weight, errands[0])[league.cell, league.heading]
        length = sum(_between(league, marks, weight, *leg) for leg in pairwise(errands))
        for robot in np.flatnonzero(np.isfinite(left)).tolist():
            found.append((factor * int(left[robot]) + length, robot, slot))
    return found


def _greedy(league: League, weight: NDArray[np.int32], factor: int) -> list[int]:
    """The cheapest pair first, ties by robot and slot."""
    result, given = [-1] * league.robots, set()
    for _, robot, slot in sorted(_pairs(league, weight, factor)):
        if result[robot] < 0 and slot not in given:
            result[robot] = slot
            given.add(slot)
    return result


def _between(league: League, marks: Landmarks, weight: NDArray[np.int32], cell: int, goal: int) -> int:
    """Return the known distance between errands: the best of all landmarks, or straight cells."""
    here, there = marks.marks[marks.number[cell]].astype(int), marks.marks[marks.number[goal]].astype(int)
    half = len(here) // 2
    bound = max((there - here)[:half].max(), (here - there)[half:].max())
    (r, c), (y, x) = (divmod(one, league.ground.width) for one in (cell, goal))
    return max(int(bound), (abs(r - y) + abs(c - x)) * int(weight[weight > 0].min(initial=1 << 20)))


def _random(folder: Path, seed: int, signs: str, reveal: float = 1.5) -> League:
    rng = np.random.default_rng(seed)
    height, width = rng.integers(5, 26, 2).tolist()
    sign = rng.choice(list(signs), (height, width))
    sign[0, :2] = "."
    free = [(r, c) for r, c in np.argwhere(sign == ".").tolist()]
    starts = [free[i] for i in rng.permutation(len(free))[: max(1, len(free) // 4)]]
    tasks = [[free[i] for i in rng.integers(0, len(free), rng.integers(1, 3))] for _ in range(60)]
    league = League(problem(folder, ["".join(line) for line in sign.tolist()], starts, tasks, reveal))
    league.heading[:] = rng.integers(0, 4, league.robots)
    return league


@pytest.mark.parametrize("seed", seeds(3, 8))
@pytest.mark.parametrize("factor", [1, 5])
def test_the_schedule_is_the_plain_greedy_one(tmp_path: Path, seed: int, factor: int) -> None:
    """It uses exact distances among walls, at costs that differ by direction; without costs a cell costs 1."""
    league, rng = _random(tmp_path, seed, "...@"), np.random.default_rng(seed)
    flat = edge_costs(league.ground, FLAT)
    weight = (flat * rng.integers(2, 9, len(flat))).astype(np.int32)
    found = GreedyScheduler(league, weight, factor).schedule(league, NEVER).tolist()
    assert found == _greedy(league, weight, factor)
    if factor == FACTOR:
        assert GreedyScheduler(league).schedule(league, NEVER).tolist() == _greedy(league, flat, FACTOR)


@pytest.mark.parametrize("seed", seeds(2, 6))
def test_on_an_open_floor_bounds_are_as_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """On a map too large for fields to all tasks, but without walls, landmark bounds equal the distances."""
    monkeypatch.setattr(scheduler_module, "_SMALL", 0)
    league = _random(tmp_path, seed, ".")
    expected = _greedy(league, edge_costs(league.ground, FLAT), FACTOR)
    assert GreedyScheduler(league).schedule(league, NEVER).tolist() == expected


def test_fields_that_come_too_late_are_made_at_the_next_step(tmp_path: Path) -> None:
    """Without time the schedule goes by bounds, and is whole; later it is the one by exact ways."""
    league = _random(tmp_path, 2, "...@")
    scheduler = GreedyScheduler(league)
    assert (scheduler.schedule(league, 0.0) >= 0).sum() > league.robots // 2
    assert scheduler.schedule(league, NEVER).tolist() == _greedy(league, edge_costs(league.ground, FLAT), FACTOR)


def test_a_stream_against_the_robot_makes_a_task_far(tmp_path: Path) -> None:
    """Three cells west would cost 12 each, five east 4 each."""
    league = League(problem(tmp_path, ["........."], [(0, 3)], [[(0, 0)], [(0, 8)]], 2.0))
    weight = edge_costs(league.ground, Lanes(4, 4)).reshape(-1, 4)
    weight[:, WEST] *= 3
    assert GreedyScheduler(league, weight.reshape(-1)).schedule(league, NEVER).tolist() == [1]
    assert GreedyScheduler(league).schedule(league, NEVER).tolist() == [0]


@pytest.mark.parametrize("seed", seeds(6, 12))
def test_the_best_schedule_has_the_least_sum_of_all(tmp_path: Path, seed: int) -> None:
    """All ways to give up to seven tasks to three robots are tried out; nobody goes without who can be served."""
    rng = np.random.default_rng(seed)
    drawn = _random(tmp_path, seed, "...@")
    cells = [divmod(int(cell), drawn.ground.width) for cell in np.flatnonzero(drawn.ground.free)]
    rows = ["".join(".@"[not free] for free in line) for line in drawn.ground.free.reshape(-1, drawn.ground.width)]
    starts = [cells[i] for i in rng.permutation(len(cells))[:3]]
    tasks = [[cells[i] for i in rng.integers(0, len(cells), rng.integers(1, 4))] for _ in range(7)]
    league = League(problem(tmp_path, rows, starts, tasks, 7 / 3))
    weight = edge_costs(league.ground, Lanes(2, 6))
    cost = {(robot, slot): cost for cost, robot, slot in _pairs(league, weight, 4)}
    slots = [*range(len(league.task)), -1, -1, -1]
    never = 10**9
    least = min(
        sum(cost.get((robot, slot), never) for robot, slot in enumerate(given)) for given in set(permutations(slots, 3))
    )
    found = BestScheduler(league, weight, 4).schedule(league, NEVER).tolist()
    assert sum(cost.get((robot, slot), never) for robot, slot in enumerate(found)) == least


def test_the_best_schedule_leaves_a_task_to_who_will_soon_be_nearer(tmp_path: Path) -> None:
    """Task 1 is nearer for robot 0, but robot 1 ends its task beside it; greedy doesn't see that."""
    rows = ["." * 30]
    league = League(problem(tmp_path, rows, [(0, 12), (0, 19)], [[(0, 19), (0, 20)], [(0, 21)], [(0, 0)]], 1.5))
    league.heading[0] = WEST
    league.assign(np.array([-1, 0], np.int32))
    league.act(np.zeros(2, np.int8))
    assert league.done.tolist() == [1, 0, 0]
    flat = edge_costs(league.ground, FLAT)
    assert GreedyScheduler(league, flat).schedule(league, NEVER).tolist() == [1, 0]
    assert BestScheduler(league, flat).schedule(league, NEVER).tolist() == [2, 0]


def test_too_many_pairs_are_matched_greedily(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit the best schedule is the greedy one."""
    monkeypatch.setattr(scheduler_module, "BEST", 0)
    league = _random(tmp_path, 4, "...@")
    assert (
        BestScheduler(league).schedule(league, NEVER).tolist()
        == GreedyScheduler(league).schedule(league, NEVER).tolist()
    )


@pytest.mark.parametrize("seed", seeds(3, 8))
@pytest.mark.parametrize("small", [0, 1 << 20], ids=["by bounds", "by fields"])
@pytest.mark.parametrize("kind", [GreedyScheduler, BestScheduler])
def test_schedules_keep_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, small: int, kind: type[GreedyScheduler]
) -> None:
    """Robots that jump to their goals: begun tasks stay, no task is given twice or where it can't be done."""
    monkeypatch.setattr(scheduler_module, "_SMALL", small)
    league = _random(tmp_path, seed, "...@", 0.8)
    rng = np.random.default_rng(seed)
    part = parts(league.ground)
    scheduler = kind(league)
    for _ in range(20):
        before, begun = league.slot.copy(), (league.slot >= 0) & (league.done[league.slot] > 0)
        slot = scheduler.schedule(league, NEVER)
        assert np.array_equal(slot[begun], before[begun])
        league.assign(slot)
        for robot in np.flatnonzero(slot >= 0).tolist():
            begin, size = league.begin[slot[robot]], league.size[slot[robot]]
            assert (part[league.errands[begin : begin + size]] == part[league.cell[robot]]).all()
        goal = league.goal()
        league.cell = np.where((goal >= 0) & (rng.random(league.robots) < 0.4), goal, league.cell).astype(np.int32)
        league._carry_out(np.zeros(league.robots, np.int8))
    assert not league.log.schedule_errors


def test_a_task_behind_a_wall_is_left_to_others(tmp_path: Path) -> None:
    """Beside the robot, but walled off: it takes the far task; nobody takes the one that spans both parts."""
    league = League(problem(tmp_path, [".@....", ".@...."], [(0, 2)], [[(0, 0)], [(0, 3), (1, 0)], [(1, 5)]], 3.0))
    assert GreedyScheduler(league).schedule(league, NEVER).tolist() == [2]


def test_without_fields_walls_still_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The task across the wall is 2 cells away straight, 10 round it; the one along the wall, 5 cells away, is taken."""
    monkeypatch.setattr(scheduler_module, "_SMALL", 0)
    rows = ["......", "@@@@@.", "......"]
    league = League(problem(tmp_path, rows, [(0, 1)], [[(2, 1)], [(0, 5)]], 2.0))
    assert GreedyScheduler(league).schedule(league, NEVER).tolist() == [1]
