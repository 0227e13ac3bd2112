"""Planners beside each other."""

from pathlib import Path

import pytest

from controller.lorr.bench import PLANNERS, BenchResult, planners, play
from controller.lorr.compare import compare, faults
from controller.lorr.planner import PlannerParams
from layout.formats.lorr import LorrProblem
from tests.support.planning.tiny_league import problem

ROWS = ["......", ".@.@..", "......"]
STARTS = [(0, 0), (2, 5), (0, 3), (2, 2)]
TASKS = [[(2, 0), (0, 5)], [(2, 5), (2, 3)], [(0, 0), (1, 2)]]


def run(problem: LorrProblem, planner: str, params: PlannerParams) -> BenchResult:
    return play(problem, 30, 0.05, params)


def test_each_planner_has_a_row_beside_the_first(tmp_path: Path) -> None:
    """A ratio of 1 for the first, in every seed; the same free flow for all."""
    small = problem(tmp_path, ROWS, STARTS, TASKS)
    rows = list(compare("small", small, {"one": PLANNERS["epibt"], "two": PlannerParams(rounds=32)}, 30, 2, run))
    assert [row.planner for row in rows] == ["one", "two"]
    assert (rows[0].ratio, rows[0].low, rows[0].high) == (1.0, 1.0, 1.0)
    assert rows[1].ratio == pytest.approx(rows[1].tasks / rows[0].tasks, rel=0.3)
    assert all(0 < row.share_of_free_flow <= 1.1 and row.errors == 0 for row in rows)
    (alone,) = compare("small", small, {"one": PLANNERS["epibt"]}, 30, 1, run)
    assert alone.low is None


def test_faults_of_a_run_are_found(tmp_path: Path) -> None:
    """A result that says more tasks than were finished doesn't stand a replay."""
    small = problem(tmp_path, ROWS, STARTS, TASKS)
    outcome = run(small, "", PLANNERS["epibt"])
    assert faults(small, outcome) == []
    outcome.league.finished += 1
    assert faults(small, outcome)


def test_all_planners_are_named(tmp_path: Path) -> None:
    """The tuned one only where there is a guide; without tolls is without tolls."""
    small = problem(tmp_path, ROWS, STARTS, TASKS)
    assert list(planners(small)) == ["epibt", "lns", "no tolls"]
    assert list(planners(small, PlannerParams(depth=5))) == ["epibt", "lns", "no tolls", "tuned"]
    plain = planners(small)["no tolls"].guidance
    assert plain is not None
    assert (plain.congestion.oncoming, plain.congestion.passing, plain.congestion.habit) == (0, 0, 0)
