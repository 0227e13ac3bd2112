"""The greedy schedule: against a plain greedy over all pairs, and the league's rules."""

from collections import deque
from pathlib import Path

import numpy as np
import pytest

from controller.league import scheduler as scheduler_module
from controller.league.landmarks import parts
from controller.league.rules import League
from controller.league.scheduler import FACTOR, GreedyScheduler
from tests.controller.league.tiny_league import problem

NEVER = float("inf")


def _cells(league: League, goal: int) -> dict[int, int]:
    """{cell: cells to drive to the goal}, by breadth-first search."""
    found, to_see = {goal: 0}, deque([goal])
    while to_see:
        cell = to_see.popleft()
        for heading in range(4):
            if league.ground.exits[cell] >> heading & 1:
                ahead = cell + int(league.ground.step[heading])
                if ahead not in found:
                    found[ahead] = found[cell] + 1
                    to_see.append(ahead)
    return found


def _turns(league: League, cell: int, heading: int, goal: int) -> int:
    """Quarter turns of a straight way, tried out: turn to one direction it needs, then to the other."""
    down, right = divmod(goal, league.ground.width)[0] - cell // league.ground.width, 0
    right = goal % league.ground.width - cell % league.ground.width
    needed = [way for way, far in enumerate((right, down, -right, -down)) if far > 0]
    return min((min((way - heading) % 4, (heading - way) % 4) for way in needed), default=0) + (len(needed) == 2)


def _greedy(league: League) -> list[int]:
    """The cheapest pair first, ties by robot and slot."""
    part = parts(league.ground)
    pairs = []
    for slot in np.flatnonzero(league.done == 0).tolist():
        errands = league.errands[league.begin[slot] : league.begin[slot] + league.size[slot]].tolist()
        if len(set(part[errands].tolist())) > 1:
            continue
        way = _cells(league, errands[0])
        length = _cells(league, errands[-1])[errands[0]]
        for robot, cell in enumerate(league.cell.tolist()):
            if cell in way:
                away = way[cell] + _turns(league, cell, int(league.heading[robot]), errands[0])
                pairs.append((FACTOR * away + length, robot, slot))
    result, given = [-1] * league.robots, set()
    for _, robot, slot in sorted(pairs):
        if result[robot] < 0 and slot not in given:
            result[robot] = slot
            given.add(slot)
    return result


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


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("signs", "room"), [("...@", 1 << 20), (".", 0)], ids=["searched", "by landmarks"])
def test_the_schedule_is_the_plain_greedy_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, signs: str, room: int
) -> None:
    """With true distances among walls; without room for them on an open floor, where bounds are true."""
    monkeypatch.setattr(scheduler_module, "_FIELD_BYTES", room)
    league = _random(tmp_path, seed, signs)
    assert GreedyScheduler(league).schedule(league, NEVER).tolist() == _greedy(league)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("room", [0, 1 << 20])
def test_schedules_keep_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, room: int) -> None:
    """Robots that jump to their goals: begun tasks stay, no task is given twice or where it can't be done."""
    monkeypatch.setattr(scheduler_module, "_FIELD_BYTES", room)
    league = _random(tmp_path, seed, "...@", 0.8)
    rng = np.random.default_rng(seed)
    part = parts(league.ground)
    scheduler = GreedyScheduler(league)
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


def test_without_room_walls_still_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The task across the wall is 2 cells away straight, 10 round it; the one along the wall, 5 cells away, is taken."""
    monkeypatch.setattr(scheduler_module, "_FIELD_BYTES", 0)
    rows = ["......", "@@@@@.", "......"]
    league = League(problem(tmp_path, rows, [(0, 1)], [[(2, 1)], [(0, 5)]], 2.0))
    assert GreedyScheduler(league).schedule(league, NEVER).tolist() == [1]
