"""Whole runs from the command line: arguments and results."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from msgspec.structs import replace

from controller.cli.shared.scenario_options import end as finish
from controller.kpis.summary import Summary
from controller.run import SimulatedRun
from controller.scenario.read import load_scenario
from controller.scenario.scenario import InjectedFault, with_faults
from layout.grid import NO_LANE, CellKind
from tests.support.processes.commands import podfleet

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "maps" / "demo.toml"
UCI = ROOT.parent / "shared" / "data" / "orders" / "uci_online_retail_lines.csv.xz"
KEYS = [
    "scenario",
    "seed",
    "ticks",
    "tick_s",
    "robots",
    "orders_received",
    "orders_shipped",
    "orders_open",
    "orders_cancelled",
    "lines_picked",
    "units_picked",
    "units_per_station_hour",
    "pile_on",
    "on_time",
    "station_utilisation",
    "robot_utilisation",
    "distance_m",
    "energy_wh",
    "collisions",
    "stock_errors",
    "stuck_robots",
    "digest",
    "planner_ms_mean",
    "planner_ms_p99",
    "wall_s",
    "ticks_per_s",
    "peak_rss_mb",
]


def summary(*words: object) -> dict[str, Any]:
    """Return the JSON that a headless run prints last."""
    done = podfleet("run", *words, "--headless", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def test_a_run_prints_every_key_and_the_same_digest_with_a_record(tmp_path: Path) -> None:
    """The JSON has all documented keys; record and checker don't change the run."""
    plain = summary(DEMO, "--ticks", 300, "--seed", 1)
    recorded = summary(DEMO, "--ticks", 300, "--seed", 1, "--record", tmp_path / "a.pfr", "--check")
    assert [key for key in KEYS if key not in plain] == []
    assert plain["digest"] == recorded["digest"]
    assert recorded["collisions"] == recorded["stock_errors"] == recorded["stuck_robots"] == 0
    assert summary(DEMO, "--ticks", 300, "--seed", 2)["digest"] != plain["digest"]


def test_pibt_is_a_planner_too() -> None:
    """Another planner by name gives another run that keeps the same rules."""
    found = summary(DEMO, "--ticks", 900, "--check", "--set", "policies.planner=pibt")
    assert found["collisions"] == found["stuck_robots"] == 0
    assert found["orders_shipped"] > 50


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "nowhere.toml", "--headless"], "nowhere.toml: can't be read: No such file or directory"),
        (["run", DEMO, "--headless", "--set", "policies"], "--set policies: has no value (write section.key=value)"),
        (["run", DEMO, "--headless", "--orders", "none.csv"], "can't be read: No such file or directory"),
        (["run", DEMO, "--headless", "--record", "/proc/none/a.pfr"], "can't be written to"),
        (["run", DEMO, "--headless", "--baseline", DEMO], "is not JSON"),
        (["explain", DEMO], "is not a podfleet record"),
        (["layout", "check", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_bad_input_is_one_line_and_status_2(words: list[object], message: str) -> None:
    """No traceback, one clear message, exit status 2."""
    done = podfleet(*words)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_display_the_run_leaves_picture_record_and_report(tmp_path: Path) -> None:
    """The output says that there is no display, and names the files that were made."""
    done = podfleet("run", DEMO, "--ticks", 120, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "No display found" in done.stderr
    for name in ("demo.pfr", "demo.png", "demo/report.html", "demo/report.json"):
        assert (tmp_path / "podfleet-out" / name).stat().st_size > 0
        assert str(Path("podfleet-out") / name) in done.stderr


def test_help_comes_at_once() -> None:
    """Help doesn't wait for heavy modules: none of them is imported for it."""
    heavy = "('numpy', 'numba', 'scipy', 'pygame')"
    code = f"import sys; from controller.cli.app import app; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("ticks", "more"), [(900, 1.05), pytest.param(3600, 1.2, marks=pytest.mark.slow)])
def test_podmatch_and_demand_beat_random_at_saturation(ticks: int, more: float) -> None:
    """The good policies pick at least a fifth more units in an hour than random ones, with the same robots and orders."""
    units = []
    for settings in ({}, {"policies.release": "random", "policies.pods": "random"}):
        scenario = load_scenario(DEMO, {"orders.backlog": "2000", "run.ticks": str(ticks), **settings})
        with SimulatedRun(scenario) as run:
            while not run.done:
                run.step()
            units.append(run.finish().units_per_station_hour)
    assert units[0] >= more * units[1]


def test_a_robot_that_dies_in_an_aisle_costs_no_order() -> None:
    """Its cell is closed, its work continues elsewhere, and every order is accounted for."""
    from controller.run import RunOptions

    scenario = load_scenario(DEMO, {"run.ticks": "1200"})
    with SimulatedRun(scenario) as scout:  # a robot that carries a pod through an aisle at tick 300
        while scout.site.tick < 300:
            frame, _ = scout.step()
    aisle = scout.site.grid.kind[frame.robots["cell"]] == 1
    victim = int((aisle & (frame.robots["load"] >= 0)).argmax())
    with SimulatedRun(
        with_faults(scenario, [InjectedFault(robot=victim, tick=300, kind="die")]), RunOptions(check=True)
    ) as run:
        while not run.done:
            run.step()
        found = run.finish().as_dict()
    assert len(run.site.closed) == 1
    for name in ("collisions", "stock_errors", "order_errors", "stuck_robots"):
        assert found[name] == 0, name
    assert found["orders_received"] == found["orders_shipped"] + found["orders_open"]
    assert found["orders_shipped"] > 100


def test_a_robot_that_stops_for_ten_minutes_in_a_one_way_aisle_holds_up_nobody() -> None:
    """Robots behind it turn round: none is stuck, no rule is broken, and all orders ship."""
    from controller.run import RunOptions

    scenario = load_scenario(DEMO, {"run.ticks": "1500", "orders.backlog": "150", "orders.per_station_hour": "0"})
    with SimulatedRun(scenario) as scout:  # a robot that carries a pod along a one-way aisle at tick 200
        while scout.site.tick < 200:
            frame, _ = scout.step()
    cells = frame.robots["cell"]
    in_lane = (scout.site.grid.kind[cells] == CellKind.AISLE) & (scout.site.grid.lane[cells] != NO_LANE)
    victim = int((in_lane & (frame.robots["load"] >= 0)).argmax())
    fault = InjectedFault(robot=victim, tick=200, kind="stop", ticks=600)
    with SimulatedRun(with_faults(scenario, [fault]), RunOptions(check=True)) as run:
        while not run.done:
            run.step()
        found = run.finish().as_dict()
    for name in ("collisions", "stock_errors", "order_errors", "stuck_robots", "orders_open"):
        assert found[name] == 0, name
    assert found["orders_shipped"] == 150
    assert run.site.closed == set()


@pytest.mark.skipif(not UCI.exists(), reason="the UCI order file is not here (../shared/data/orders)")
def test_the_uci_order_file_runs_as_it_is() -> None:
    """Real orders with all their bad rows: these are counted by kind, and half an hour is run without breaking a rule."""
    found = summary(DEMO, "--orders", UCI, "--ticks", 1800, "--check")
    assert found["rows_skipped"] == {
        "cancellation or return (quantity < 0)": 10_624,
        "fee, not an item": 2_399,
        "in an order that is left out": 883,
        "more than 1000 units in a line": 114,
    }
    assert found["orders_left_out"] == {"more than 1000 units in a line": 91}
    assert found["orders_received"] > 0
    assert found["collisions"] == found["stock_errors"] == found["order_errors"] == found["stuck_robots"] == 0


def short_run() -> Summary:
    """Return the summary of a few ticks of the tiny floor."""
    with SimulatedRun(load_scenario(ROOT / "maps" / "tiny.toml")) as run:
        run.step()
        return run.finish()


def test_orders_that_are_not_in_the_run_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Those after its end, and those left out, with the reason; a sentence each."""
    found = replace(short_run(), orders_left_out={"quantity is 0": 1}, orders_after_end=155)
    finish(found, interrupted=False)
    told = capsys.readouterr().err.splitlines()
    assert "1 order of the order file is left out: 1 × quantity is 0" in told
    assert "155 orders of the order file come after the end of the run" in told


def test_a_broken_law_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """The broken rule is named, and the exit status is 1."""
    found = replace(short_run(), stock_errors=2, stuck_robots=1)
    with pytest.raises(typer.Exit) as failed:
        finish(found, interrupted=False)
    assert failed.value.exit_code == 1
    assert capsys.readouterr().err.splitlines()[-1] == "this run has failed: 2 stock errors, 1 stuck robots"
