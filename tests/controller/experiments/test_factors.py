"""`podfleet experiment`: combinations of settings on seeds, in one CSV that continues where it was stopped."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from controller.cli.app import app
from controller.experiments.counted import FIGURES, counts_of
from controller.experiments.factors import in_words, read_factors
from controller.experiments.paired_table import table
from controller.experiments.runs import RunRow, known_rows, run_one
from controller.run import SimulatedRun
from tests.support.floor.tiny_site import TINY, faults_of, tiny

PLAN = """
scenario = {scenario}
seeds = [1, 3]
warm_up_s = 30
[settings]
run.ticks = 120
[factors]
policies.pods = ["demand", "nearest"]
robots.count = [3, 4]
[baseline]
policies.pods = "nearest"
"""


def planned(folder: Path, text: str = PLAN) -> Path:
    """Write a plan on the tiny floor."""
    path = folder / "factors.toml"
    path.write_text(text.replace("{scenario}", json.dumps(str(TINY))), encoding="utf-8")
    return path


def test_a_plan_is_every_combination_on_every_seed_the_baseline_first(tmp_path: Path) -> None:
    """Factors that the baseline doesn't name have their first value in it."""
    found = read_factors(planned(tmp_path))
    assert [in_words(arm) for arm in found.arms] == [
        "policies.pods nearest, robots.count 3",
        "policies.pods demand, robots.count 3",
        "policies.pods demand, robots.count 4",
        "policies.pods nearest, robots.count 4",
    ]
    assert found.seeds == (1, 3)
    assert found.warm_up == 30
    assert [scenario.run.seed for scenario in found.scenarios[2]] == [1, 3]
    assert {scenario.policies.pods for scenario in found.scenarios[0]} == {"nearest"}
    assert {scenario.run.ticks for row in found.scenarios for scenario in row} == {120}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("seeds = [1, 3]", "seeds = [1, 1]", "seeds: are no seeds"),
        ("seeds = [1, 3]", "seed = 3", "the file seed: is not a known key (did you mean seeds?)"),
        ("robots.count = [3, 4]", "robots.count = 3", "[factors] robots.count: is no list of values"),
        (
            '["demand", "nearest"]',
            '["demand", "nearset", "nearest"]',
            "'nearset' can't be used (did you mean nearest?)",
        ),
        (
            'policies.pods = "nearest"\n',
            'policies.pods = "random"\n',
            "[baseline] policies.pods: 'random' is no level of it",
        ),
        ("warm_up_s = 30", "warm_up_s = 120", "warm_up_s: 120 s is the whole run"),
    ],
)
def test_a_fault_of_a_plan_is_told_before_the_first_run(old: str, new: str, told: str, tmp_path: Path) -> None:
    """The message names the wrong key and the remedy."""
    assert any(told in line for line in faults_of(lambda: read_factors(planned(tmp_path, PLAN.replace(old, new)))))


def test_what_happens_in_the_warm_up_is_in_no_figure() -> None:
    """Counts of the two parts of a run sum to those of the whole."""
    with SimulatedRun(tiny(run={"ticks": 240})) as run:
        while run.site.tick < 120:
            run.step()
        warm = counts_of(run)
        while not run.done:
            run.step()
        whole = counts_of(run)
    after = whole.since(warm)
    assert after.units + warm.units == whole.units > warm.units
    assert after.figures()["units_per_hour"] == pytest.approx((whole.units - warm.units) / (120 / 3600))
    assert list(after.figures()) == list(FIGURES)


def test_a_run_that_fails_is_a_row_with_its_fault() -> None:
    """The others continue without it."""
    scenario = tiny(run={"ticks": 5})
    row = run_one(2, scenario, 0)
    assert (row.arm, row.fault) == (2, "")
    assert row.figures["units_per_hour"] == 0.0


def test_the_command_writes_a_row_a_run_and_continues(tmp_path: Path) -> None:
    """A CSV that lacks rows is filled up, rows that it has are kept as they are, and the table names every combination."""
    plan, out = planned(tmp_path), tmp_path / "out.csv"
    done = CliRunner().invoke(app, ["experiment", str(plan), "--out", str(out), "--workers", "1"])
    assert done.exit_code == 0, done.output
    lines = out.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 4 * 2
    out.write_text("\n".join(lines[:4]) + "\n", encoding="utf-8")
    assert len(known_rows(read_factors(plan), out)) == 3
    again = CliRunner().invoke(app, ["experiment", str(plan), "--out", str(out), "--workers", "1"])
    assert again.exit_code == 0, again.output
    assert out.read_text(encoding="utf-8").splitlines()[:4] == lines[:4]
    assert sorted(out.read_text(encoding="utf-8").splitlines()) == sorted(lines)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["policies.pods"] for row in rows} == {"demand", "nearest"}
    assert all(row["warm_up_ticks"] == "30" for row in rows)


def test_a_csv_of_another_experiment_is_left_alone(tmp_path: Path) -> None:
    """It is not overwritten."""
    out = tmp_path / "out.csv"
    out.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "columns of another experiment" in faults_of(lambda: known_rows(read_factors(planned(tmp_path)), out))[0]
    assert out.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_the_table_is_paired_by_seed(tmp_path: Path) -> None:
    """A combination that is two better on each seed has a change of two, whatever the seeds do."""
    plan = read_factors(planned(tmp_path))
    rows = [RunRow(arm, seed, "", {"units_per_hour": 10.0 * seed + 2 * arm}) for arm in (0, 1) for seed in plan.seeds]
    shown = table(plan, rows)
    assert [next(iter(column.cells)) for column in shown.columns][3:6] == ["20.000", "22.000", "+10.0%"]
    assert str(next(iter(shown.columns[0].cells))) == "policies.pods demand"
