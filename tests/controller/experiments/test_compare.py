"""`podfleet compare`: paired figures with their intervals, what differs, and broken runs that don't count."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from controller.cli.app import app
from controller.experiments.arms import ArmOutcome
from controller.experiments.compare import FigureRow, LeftOutRun, comparison, differences, names_of, notes, table
from controller.experiments.statistics import PairedFigures
from controller.scenario.read import load_scenario
from tests.support.floor.small_run import small_kpis
from tests.support.floor.tiny_site import TINY
from tests.support.summaries import summary_of

PLANNERS = """
import numpy as np
class Crash:
    def __init__(self, roads, fields, robots): ...
    def plan(self, view): return np.full(len(view.cell), 0 if view.standing.all() else 9, np.int8)
    def use(self, roads): ...
    def distance_left(self, cell): return np.zeros(len(cell), np.int32)
"""
SHORT = ("--ticks", "150", "--seeds", "2")


def compare(*words: str) -> Result:
    return CliRunner().invoke(app, ["compare", str(TINY), str(TINY), *words])


def in_json(*words: str) -> tuple[dict[str, Any], int]:
    result = compare(*words, "--json")
    return json.loads(result.stdout), result.exit_code


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Random pods against the default, two seeds, in this process."""
    document, status = in_json(*SHORT, "--workers", "1", "--set-second", "policies.pods=random")
    assert status == 0
    return document


def test_the_document_has_the_statistic_its_method_and_a_row_for_each_run(found: dict[str, Any]) -> None:
    """Another program can compute the interval again from it."""
    assert found["differs"] == {"policies.pods": ["demand", "random"]}
    assert (found["seeds"], found["method"], found["confidence"]) == ([1, 2], "Student's t over seeds", 0.95)
    assert [(run["arm"], run["seed"], run["fault"]) for run in found["runs"]] == [
        ("first", 1, ""),
        ("second", 1, ""),
        ("first", 2, ""),
        ("second", 2, ""),
    ]
    driven = next(row for row in found["figures"] if row["figure"] == "distance_m")
    first, second = ([run["distance_m"] for run in found["runs"] if run["arm"] == arm] for arm in ("first", "second"))
    assert driven["difference"] == pytest.approx((sum(second) - sum(first)) / 2)
    gap = abs((second[0] - first[0]) - (second[1] - first[1]))
    assert (driven["high"] - driven["low"]) / 2 == pytest.approx(12.706 * gap / 2, rel=1e-3)
    assert driven["n"] == 2


def test_a_change_that_cannot_be_told_from_none_is_marked() -> None:
    """Three seeds: −10 to +30 % holds 0, −10 to −8 % doesn't."""
    figure = {"first": 100.0, "second": 110.0, "change": 0.1, "change_low": -0.1, "change_high": 0.3}
    sure = {"first": 100.0, "second": 91.0, "change": -0.09, "change_low": -0.1, "change_high": -0.08}
    rows = [FigureRow("pile_on", PairedFigures(**figure)), FigureRow("distance_m", PairedFigures(**sure))]
    shown = table(rows, ("one", "two"))
    assert list(shown.columns[-1].cells) == ["20.0% ≈", "1.0%"]


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="two processes are one after the other here")
def test_results_do_not_depend_on_the_number_of_workers(found: dict[str, Any]) -> None:
    """Two processes give the same document as none."""
    assert in_json(*SHORT, "--workers", "2", "--set-second", "policies.pods=random") == (found, 0)


def test_the_table_names_its_columns_by_what_differs_and_says_how_it_was_made() -> None:
    """The setting distinguishes two arms of one file."""
    result = compare("--ticks", "60", "--seeds", "1", "--workers", "1", "--set-second", "policies.pods=random")
    assert "1: pods demand" in result.stdout
    assert "2: pods random" in result.stdout
    assert "differs: policies.pods: demand → random" in result.stdout
    assert "one seed: no ±, so nothing is proved" in result.stdout


def test_broken_runs_are_named_left_out_and_end_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that is refused in every tick makes no figure of −100 %."""
    (tmp_path / "my_crash.py").write_text(PLANNERS, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    words = ("--ticks", "20", "--seeds", "2", "--workers", "1", "--set-second", "policies.planner=my_crash:Crash")
    result = compare(*words, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (document["seeds"], document["figures"][0]["change"]) == ([], None)
    assert [(one["seed"], one["arm"]) for one in document["left_out"]] == [(1, "second"), (2, "second")]
    assert all("the plan was refused in every tick" in one["why"] for one in document["left_out"])
    assert result.stderr.count("left out: seed") == 2


def test_a_run_that_ends_with_an_exception_breaks_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its seed is left out of both arms, and the reason is the exception."""
    scenario = load_scenario(TINY)
    summary = summary_of(small_kpis().summary())
    outcomes = [ArmOutcome(0, 1, summary), ArmOutcome(1, 1, fault="it failed with KeyError: 3")]
    outcomes += [ArmOutcome(arm, 2, summary) for arm in (0, 1)]
    document = comparison(scenario, scenario, outcomes)
    assert document.seeds == [2]
    assert document.left_out == [LeftOutRun(1, "second", "it failed with KeyError: 3")]
    assert notes(document)[0] == "only the name differs: the two scenarios are equal"


def test_a_seed_that_ended_in_one_arm_alone_counts_for_nothing() -> None:
    """After Ctrl-C one arm may be a seed ahead."""
    scenario = load_scenario(TINY)
    summary = summary_of(small_kpis().summary())
    outcomes = [ArmOutcome(0, 1, summary), ArmOutcome(1, 1, summary), ArmOutcome(0, 2, summary)]
    assert comparison(scenario, scenario, outcomes).seeds == [1]


def test_arms_are_named_by_up_to_two_settings_or_by_their_number() -> None:
    """More than two make no head of a column."""
    plain = load_scenario(TINY)
    changes = {"robots.count": "3", "run.ticks": "9", "orders.backlog": "4"}
    for number, heads in ((1, ("count 0", "count 3")), (2, ("ticks 14400, count 0", "ticks 9, count 3"))):
        other = load_scenario(TINY, dict(list(changes.items())[:number]))
        assert names_of(plain, other, differences(plain, other)) == heads
    other = load_scenario(TINY, changes)
    assert names_of(plain, other, differences(plain, other)) == ("first", "second")
