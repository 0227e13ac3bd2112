"""Problems and runs that the planner pictures show."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from controller.lorr.bench import OurPlayer
from controller.lorr.guidance import FLAT, Guidance
from controller.lorr.planner import LeaguePlanner, PlannerParams
from controller.lorr.rules import WAIT, League
from controller.lorr.synthetic import draw_problem, site_of
from controller.lorr.traffic import NO_CONGESTION
from layout.floor import Floor
from layout.formats.lorr import LorrProblem
from layout.grid import NO_LANE, CellKind, Grid

NEVER = 1e18


def crowd() -> LorrProblem:
    """Seven robots on a floor of 5 × 7 cells, with a goal each."""
    floor = floor_of([".......", ".@..@..", ".......", "..@....", "......."])
    starts, goals = (34, 29, 14, 20, 2, 22, 32), (27, 25, 28, 18, 4, 29, 16)
    tasks = tuple(np.array([goal], np.int32) for goal in goals)
    return LorrProblem(floor, np.array(starts, np.int32), tasks, 1.0, "2024 LoRR")


def floor_of(rows: list[str]) -> Floor:
    free = np.array([[sign == "." for sign in row] for row in rows])
    kind = np.where(free.reshape(-1), CellKind.AISLE, CellKind.WALL).astype(np.uint8)
    return Floor("drawn", Grid(*free.shape, kind, np.full(free.size, NO_LANE, np.int8)), ())


def draw(floor: Floor, robots: int, seed: int, sizes: tuple[int, ...] = (1,), steps: int = 200) -> LorrProblem:
    return draw_problem(site_of(floor, sizes), robots, steps, seed)


def planned(problem: LorrProblem, rounds: int | None) -> tuple[League, LeaguePlanner, Any]:
    """The operations that robots hold after a plan of the first step; without rounds, those they like best."""
    league = League(problem)
    league.heading[:] = np.random.default_rng(1).integers(0, 4, league.robots)
    planner = LeaguePlanner(league, PlannerParams(depth=4, rounds=rounds or -1, guidance=Guidance(FLAT, NO_CONGESTION)))
    # what is held is wanted whole, not what is left of it after the first action
    planner.operations = replace(planner.operations, after=np.arange(planner.operations.count).astype(np.int16))
    league.assign(np.arange(league.robots, dtype=np.int32))
    planner.plan(league, NEVER)
    return league, planner, planner._held if rounds else planner._ranking.order[:, 0]


@dataclass(frozen=True, slots=True)
class Run:
    """waited: float[cells], robots with a goal that waited a step; moved: float[cells, 4] by the cell and heading."""

    league: League
    waited: Any
    moved: Any
    planned: Any


def run_league(problem: LorrProblem, guidance: Guidance, steps: int, rounds: int) -> Run:
    league = League(problem)
    player = OurPlayer(league, PlannerParams(guidance=guidance, rounds=rounds, threads=1))
    waited, moved = np.zeros(len(league.ground.free)), np.zeros(len(league.ground.free) * 4)
    for _ in range(steps):
        schedule, plan = player.decide(league, NEVER)
        league.assign(schedule)
        action, goal = plan(), league.goal()
        np.add.at(waited, league.cell[(action == WAIT) & (goal >= 0)], 1 / steps)
        before, facing = league.cell.copy(), league.heading.copy()
        league.act(action)
        went = league.cell != before
        np.add.at(moved, before[went] * 4 + facing[went], 1 / steps)
    traffic = player.planner.ways.traffic
    planned = np.zeros_like(moved) if traffic is None else traffic._entries.planned.copy()
    return Run(league, waited, moved.reshape(-1, 4), planned.reshape(-1, 4))
