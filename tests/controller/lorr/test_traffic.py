"""Tolls by planned traffic: what is entered, what it costs others, and that runs under tolls keep every rule."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from controller.lorr.distance_fields import HERE, CostFields
from controller.lorr.guidance import Guidance, Lanes, edge_costs
from controller.lorr.kernels.fields import FAR, INTO, NODE
from controller.lorr.kernels.landmarks import TURN
from controller.lorr.landmarks import entering
from controller.lorr.planner import LeaguePlanner, PlannerParams
from controller.lorr.results.result import league_result
from controller.lorr.results.validator import validate
from controller.lorr.rules import NOBODY, League, LeagueMap
from controller.lorr.traffic import NO_CONGESTION, CongestionCosts
from layout.formats.lorr import read_problem
from layout.grid import EAST, WEST
from tests.support.planning.plain_ways import (
    NEVER,
    edges,
    exact_or_far,
    field_of,
    ground_of,
    pairs,
    random_ground,
    ways_to,
)
from tests.support.planning.tiny_league import At, written
from tests.support.seeds import seeds

_INTO = int(INTO)
HIGH = CongestionCosts(oncoming=3.0, passing=1.0, habit=20.0, most=20.0)


def _make(
    cost_fields: CostFields, robots: Sequence[int], start: Sequence[int], facing: Sequence[int], goal: Sequence[int]
) -> None:
    cells = [np.array(one, np.int32) for one in (start, goal)]
    cost_fields.make(np.array(robots), cells[0], np.array(facing, np.int8), cells[1], HERE, NEVER, None)


def _random(
    folder: Path, seed: int, congestion: CongestionCosts = HIGH, small: int = 3000
) -> tuple[LeagueMap, NDArray[np.int32], CostFields]:
    """Twelve robots whose fields are made in two batches, the later six under the tolls of the first six."""
    ground, weight, rng = random_ground(folder, seed)
    cost_fields = CostFields(ground, weight, 12, 1, congestion=congestion, small=small)
    start, goal = pairs(ground, rng, 12)
    facing = rng.integers(0, 4, 12).tolist()
    for batch in (range(6), range(6, 12)):
        part = slice(batch.start, batch.stop)
        _make(cost_fields, batch, start[part].tolist(), facing[part], goal[part].tolist())
    return ground, weight, cost_fields


def _priced(cost_fields: CostFields) -> NDArray[np.int32]:
    """int32[cells * 4]: what entering each cell by each heading cost at the last fields."""
    return cost_fields._scratch[0].node.reshape(-1, NODE)[:, _INTO : _INTO + 4].reshape(-1).copy()


def _leaving(ground: LeagueMap, into: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the costs by the cell that is left."""
    weight = np.zeros_like(into)
    for state in np.flatnonzero(into).tolist():
        weight[state - 4 * int(ground.step[state & 3])] = into[state]
    return weight


@pytest.mark.parametrize("seed", seeds(4, 10))
def test_who_is_entered_and_leaves_leaves_nothing(tmp_path: Path, seed: int) -> None:
    """Entering twice is entering once; when all have left, the tables are as at first."""
    _, _, cost_fields = _random(tmp_path, seed)
    traffic = cost_fields.traffic
    assert traffic is not None
    before = traffic._entries.planned.copy(), traffic._entries.passing.copy()
    goal, robots = cost_fields.goals(HERE), np.arange(12)
    cell = np.maximum(goal[::-1], 0).astype(np.int32)
    cost_fields.enter(robots, cell, np.zeros(12, np.int8))
    again = traffic._entries.planned.copy(), traffic._entries.passing.copy()
    cost_fields.enter(robots, cell, np.zeros(12, np.int8))
    assert all(map(np.allclose, again, (traffic._entries.planned, traffic._entries.passing), [1e-4] * 2, [1e-4] * 2))
    cost_fields.drop(robots, HERE)
    assert before[0].max() > 0
    assert np.abs(traffic._entries.planned).max() < 1e-4
    assert np.abs(traffic._entries.passing).max() < 1e-4
    assert (traffic._entries.paths == -1).all()


@pytest.mark.parametrize("seed", seeds(4, 10))
def test_a_way_entered_is_the_shortest_by_its_field(tmp_path: Path, seed: int) -> None:
    """Followed state by state it begins at the robot, ends at its goal, and costs what the field says, turns included."""
    ground, weight, _ = random_ground(tmp_path, seed)
    rng = np.random.default_rng(seed)
    cost_fields = CostFields(ground, weight, 8, 1, congestion=HIGH)
    start, goal = pairs(ground, rng, 8)
    traffic, reached = cost_fields.traffic, 0
    assert traffic is not None
    for robot, (at, target) in enumerate(zip(start.tolist(), goal.tolist(), strict=True)):
        facing = robot & 3
        _make(cost_fields, [robot], [at], [facing], [target])
        left, into = int(field_of(cost_fields, ground, robot)[at, facing]), _priced(cost_fields)
        way = [int(state) for state in traffic._entries.paths[robot] if state >= 0]
        if left in (0, FAR):
            assert way == []
            continue
        assert len(way) < traffic._entries.paths.shape[1]
        here, spent = at, 0
        for state in way:
            assert state >> 2 == here
            spent += TURN * min((state - facing) % 4, (facing - state) % 4)
            facing = state & 3
            here += int(ground.step[facing])
            spent += int(into[here * 4 + facing])
        assert (here, spent) == (target, left)
        reached += 1
    assert reached


def test_entries_fade_with_the_distance(tmp_path: Path) -> None:
    """Four cells ahead, by eye: 1, ½, ¼, ⅛ on the states that are left by driving east and on the cells that are entered."""
    ground = ground_of(tmp_path, ["....."])
    cost_fields = CostFields(ground, edge_costs(ground, Lanes(4, 4)), 1, 1, congestion=CongestionCosts(fade=0.5))
    _make(cost_fields, [0], [0], [EAST], [4])
    assert cost_fields.traffic is not None
    assert cost_fields.traffic._entries.planned.reshape(-1, 4)[:, EAST].tolist() == [1, 0.5, 0.25, 0.125, 0]
    assert cost_fields.traffic._entries.planned.sum() == 1.875
    assert cost_fields.traffic._entries.passing.tolist() == [0, 1, 0.5, 0.25, 0.125]


@pytest.mark.parametrize(
    ("length", "congestion", "round_about"),
    [
        (24, CongestionCosts(), True),
        (6, CongestionCosts(), False),
        (24, NO_CONGESTION, False),
        (24, CongestionCosts(oncoming=0.0), False),
    ],
    ids=["long", "short", "no tolls", "not for oncoming"],
)
def test_oncoming_traffic_sends_a_robot_round(
    tmp_path: Path, length: int, congestion: CongestionCosts, round_about: bool
) -> None:
    """Two corridors side by side: the other one costs 4 cells and 3 turns more, and is taken when the toll exceeds that."""
    ground = ground_of(tmp_path, ["." * length, "." + "@" * (length - 2) + ".", "." * length])
    cost_fields = CostFields(ground, edge_costs(ground, Lanes(4, 4)), 2, 1, congestion=congestion)
    _make(cost_fields, [0], [length - 1], [WEST], [0])
    _make(cost_fields, [1], [0], [EAST], [length - 1])
    left = int(field_of(cost_fields, ground, 1)[0, EAST])
    detour = 4 * (length - 1 + 4) + 3 * TURN
    assert (left == detour) if round_about else (left < detour)
    if cost_fields.traffic is not None:
        middle = cost_fields.traffic._entries.paths[1] // 4 // ground.width
        assert bool((middle == 2).any()) == round_about
    else:
        assert left == 4 * (length - 1)


def test_who_follows_pays_little(tmp_path: Path) -> None:
    """Behind a robot the corridor costs less than towards it, and more than on an empty map."""
    ground = ground_of(tmp_path, ["." * 12])
    weight = edge_costs(ground, Lanes(10, 10))
    costs = []
    for start, goal in ((0, 11), (11, 0)):
        cost_fields = CostFields(ground, weight, 2, 1, congestion=CongestionCosts())
        _make(cost_fields, [0], [start], [EAST if goal else WEST], [goal])
        _make(cost_fields, [1], [0], [EAST], [11])
        costs.append(int(field_of(cost_fields, ground, 1)[0, EAST]))
    assert 110 < costs[0] < costs[1]


def test_a_robots_own_way_costs_it_nothing(tmp_path: Path) -> None:
    """Made again, and on the way back, its field is as if it were alone."""
    ground = ground_of(tmp_path, ["." * 12])
    cost_fields = CostFields(ground, edge_costs(ground, Lanes(10, 10)), 1, 1, congestion=CongestionCosts(habit=0.0))
    for start, goal, heading in ((0, 11, EAST), (0, 11, EAST), (11, 0, WEST)):
        _make(cost_fields, [0], [start], [heading], [goal])
        assert cost_fields.left(np.array([start], np.int32), np.array([heading], np.int8), HERE).tolist() == [110]


def test_who_came_the_other_way_of_late_is_remembered(tmp_path: Path) -> None:
    """A robot seen to drive west makes its cell dear for those who would drive east there, and nothing else; it fades."""
    ground = ground_of(tmp_path, ["....", "...."])
    cost_fields = CostFields(
        ground, edge_costs(ground, Lanes(10, 10)), 1, 1, congestion=CongestionCosts(0.0, 0.0, habit=6.0, memory=0.5)
    )
    traffic, node = cost_fields.traffic, cost_fields._scratch[0].node
    assert traffic is not None
    free = _priced(cost_fields)
    for cell in (2, 1):
        traffic.watch(np.array([cell], np.int32), np.array([WEST], np.int8))
    traffic.price(node)
    assert np.flatnonzero(_priced(cost_fields) != free).tolist() == [2 * 4 + EAST]
    assert _priced(cost_fields)[2 * 4 + EAST] == 10 + 60 * 0.5
    for _ in range(9):
        traffic.watch(np.array([1], np.int32), np.array([WEST], np.int8))
    traffic.price(node)
    assert np.array_equal(_priced(cost_fields), free)


@pytest.mark.parametrize("seed", seeds(4, 10))
def test_prices_stay_between_what_a_cell_costs_and_the_most(tmp_path: Path, seed: int) -> None:
    """Whatever is planned and was seen; walls stay walls."""
    ground, weight, cost_fields = _random(tmp_path, seed, CongestionCosts(9.0, 9.0, 90.0, most=6.0))
    traffic, rng = cost_fields.traffic, np.random.default_rng(seed)
    assert traffic is not None
    cell = rng.permutation(np.flatnonzero(ground.free))[:12].astype(np.int32)
    for _ in range(30):
        heading = rng.integers(0, 4, len(cell)).astype(np.int8)
        ahead = (ground.exits[cell] >> heading & 1).astype(bool)
        cell = np.where(ahead, cell + ground.step[heading], cell).astype(np.int32)
        traffic.watch(cell, heading)
    traffic.price(cost_fields._scratch[0].node)
    base, priced = entering(ground, weight), _priced(cost_fields)
    assert np.all(priced >= base)
    assert np.array_equal(priced > 0, base > 0)
    assert priced.max() <= traffic.most == max(6 * cost_fields.least, int(weight.max()))
    assert np.any(priced > base)


@pytest.mark.parametrize("seed", seeds(5, 15))
@pytest.mark.parametrize("small", [0, 3000], ids=["by slack", "whole"])
def test_fields_under_tolls_are_exact_for_what_cells_cost(tmp_path: Path, seed: int, small: int) -> None:
    """A plain Dijkstra with the priced costs says the same; what a robot can see of its own way is there."""
    ground, weight, cost_fields = _random(tmp_path, seed, small=small)
    priced = _leaving(ground, _priced(cost_fields))
    assert {(a, b) for a, b, _ in edges(ground, priced)} == {(a, b) for a, b, _ in edges(ground, weight)}
    for robot in range(6, 12):
        assert exact_or_far(
            field_of(cost_fields, ground, robot), ways_to(ground, priced, int(cost_fields.goals(HERE)[robot]))
        )
    for robot in range(6):
        assert exact_or_far(
            field_of(cost_fields, ground, robot), ways_to(ground, weight, int(cost_fields.goals(HERE)[robot]))
        )


def test_threads_see_the_same_tolls(tmp_path: Path) -> None:
    """Every thread's search is priced, not only the first one's."""
    ground, weight, _ = random_ground(tmp_path, 1)
    cost_fields = CostFields(ground, weight, 2, 3, congestion=HIGH)
    start = np.flatnonzero(ground.free)
    _make(cost_fields, [0], [int(start[0])], [EAST], [int(start[-1])])
    _make(cost_fields, [1], [int(start[-1])], [EAST], [int(start[0])])
    nodes = [node.reshape(-1, NODE)[:, _INTO : _INTO + 4] for node, *_ in cost_fields._scratch]
    assert all(np.array_equal(nodes[0], node) for node in nodes)


Schedule = Callable[[League], NDArray[np.int32]]


def _all_get_something(league: League) -> NDArray[np.int32]:
    """Keeps what robots have and gives the open tasks to the others by number, whether they can be reached or not."""
    slot = league.slot.copy()
    loose = iter(np.setdiff1d(np.arange(len(league.task)), slot))
    for robot in np.flatnonzero(slot == NOBODY).tolist():
        slot[robot] = next(loose, NOBODY)
    return slot


def _changing(league: League) -> NDArray[np.int32]:
    """Tasks that aren't begun change hands at every step, and some robots lose theirs."""
    rng = np.random.default_rng(league.step_number)
    begun = (league.slot >= 0) & (league.done[league.slot] > 0)
    loose = rng.permutation(np.flatnonzero(league.done == 0))
    slot = np.where(begun, league.slot, NOBODY)
    free = rng.permutation(np.flatnonzero(~begun))[: len(loose)]
    slot[free] = np.where(rng.random(len(free)) < 0.9, loose[: len(free)], NOBODY)
    return slot.astype(np.int32)


def _plays(
    path: Path,
    steps: int,
    params: PlannerParams,
    schedule: Schedule = _all_get_something,
    slack: int | None = None,
    until: float = NEVER,
) -> League:
    """The planner under schedules that make no sense: no wrong step, and the validator agrees."""
    loaded = read_problem(path)
    league = League(loaded)
    planner = LeaguePlanner(league, params)
    if slack is not None:
        planner.cost_fields._slack = slack
    for _ in range(steps):
        league.assign(schedule(league))
        league.act(planner.plan(league, until))
    assert not league.log.errors
    assert not league.log.schedule_errors
    league.log.seconds = [0.0] * steps
    assert validate(path, json.loads(json.dumps(league_result(league, loaded)))) == []
    return league


STRICT = PlannerParams(rounds=64, threads=1)
_GUIDANCES = {
    "as found": None,
    "lanes and tolls": Guidance(),
    "no tolls": Guidance(congestion=NO_CONGESTION),
    "high tolls": Guidance(Lanes(4, 4), HIGH),
}


@pytest.mark.parametrize(
    "guidance",
    [
        pytest.param(guidance, id=name, marks=[] if name in ("as found", "high tolls") else pytest.mark.slow)
        for name, guidance in _GUIDANCES.items()
    ],
)
@pytest.mark.parametrize(
    ("rows", "starts", "tasks", "reveal"),
    [
        (["........"], [(0, 1), (0, 6)], [[(0, 7)], [(0, 0)]], 1.0),
        (["...", "...", "..."], [(r, c) for r in range(3) for c in range(3)][:8], [[(2, 2), (0, 0)], [(1, 1)]], 1.5),
        ([".@....", ".@....", ".@...."], [(0, 0), (0, 2), (1, 5)], [[(1, 0)], [(0, 3), (1, 0)], [(2, 5), (0, 0)]], 2.0),
        (["@.@.", ".@..", "@..."], [(0, 1), (1, 0), (2, 3)], [[(2, 1)], [(0, 1), (1, 0)]], 1.5),
        (["...", ".@.", "..."], [(0, 0)], [[(2, 2), (0, 0)], [(1, 2)]], 1.0),
        (["....", "...."], [(0, c) for c in range(4)] + [(1, c) for c in range(3)], [[(1, 3)], [(0, 0)]], 0.3),
        (["."], [(0, 0)], [[(0, 0)]], 1.0),
    ],
    ids=["head on", "full but one", "unreachable", "enclosed", "one robot", "more robots than tasks", "one cell"],
)
def test_no_step_is_illegal_on_awkward_floors(
    tmp_path: Path,
    rows: Sequence[str],
    starts: list[At],
    tasks: list[list[At]],
    reveal: float,
    guidance: Guidance | None,
) -> None:
    """Goals behind walls, robots walled in, head on in one corridor, on a full floor, alone, without a task."""
    path = written(tmp_path, rows, starts, tasks, reveal)
    for schedule in (_all_get_something, _changing):
        for more in ({}, {"rounds": -1}, {"onward": True}, {"inherit": False}):
            _plays(path, 30, PlannerParams(**{"rounds": 64, "guidance": guidance} | more), schedule)  # type: ignore[arg-type]


def _crowd(folder: Path, seed: int) -> Path:
    """A random map of several parts, a third to all of its cells under robots."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(6, 20, 2).tolist()
    sign = rng.choice(list("....@"), (height, width))
    free = [(r, c) for r, c in np.argwhere(sign == ".").tolist()]
    starts = [free[i] for i in rng.permutation(len(free))[: max(1, int(len(free) * rng.uniform(0.3, 1.0)))]]
    tasks = [[free[i] for i in rng.integers(0, len(free), rng.integers(1, 5))] for _ in range(40)]
    return written(folder, ["".join(line) for line in sign.tolist()], starts, tasks, float(rng.uniform(0.5, 2.0)))


@pytest.mark.parametrize("seed", seeds(3, 8))
def test_no_step_is_illegal_in_a_crowd(tmp_path: Path, seed: int) -> None:
    """Random maps and crowds, fields of the whole map and narrow ones from which robots are pushed."""
    path = _crowd(tmp_path, seed)
    for slack, schedule in ((None, _all_get_something), (4, _changing)):
        _plays(path, 40, STRICT, schedule, slack)


@pytest.mark.parametrize("rounds", [None, 64])
def test_without_any_time_steps_are_legal(tmp_path: Path, rounds: int | None) -> None:
    """No field is ever made: bounds serve, on two threads too."""
    path = _crowd(tmp_path, 6)
    for threads in (1, 2):
        league = _plays(path, 40, PlannerParams(rounds=rounds, threads=threads), _changing, until=0.0)
        assert league.log.events


def test_by_rounds_equal_runs_have_equal_steps(tmp_path: Path) -> None:
    """Tolls, lots and search are functions of the seed; another seed gives other steps."""
    path = _crowd(tmp_path, 5)
    runs = [_plays(path, 60, PlannerParams(rounds=96, threads=1, seed=seed)) for seed in (3, 3, 4)]
    steps = [np.stack(run.log.actual) for run in runs]
    assert np.array_equal(steps[0], steps[1])
    assert runs[0].log.events == runs[1].log.events
    assert not np.array_equal(steps[0], steps[2])


def test_head_on_in_two_corridors_robots_part(tmp_path: Path) -> None:
    """Four robots each way round a ring of two corridors: under tolls all get through, and sooner than without."""
    length = 20
    rows = ["." * length, "." + "@" * (length - 2) + ".", "." * length]
    starts = [(0, c) for c in range(4)] + [(0, length - 1 - c) for c in range(4)]
    tasks = [[(0, length - 1), (0, 0)]] * 4 + [[(0, 0), (0, length - 1)]] * 4
    path = written(tmp_path, rows, starts, tasks, 1.0)
    finished = [
        _plays(path, 200, PlannerParams(rounds=128, guidance=Guidance(Lanes(4, 4), congestion))).finished
        for congestion in (NO_CONGESTION, CongestionCosts())
    ]
    assert finished[1] > finished[0]
