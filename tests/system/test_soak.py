"""Whole days of floor time: slow, run by make test-slow."""

import sys
from pathlib import Path

import pytest

from benchmarks import charging
from controller.run import SimulatedRun
from controller.scenario.read import load_scenario

MAPS = Path(__file__).parents[2] / "maps"
HOUR = 3600


def resident_mb() -> float:
    """Return the present memory of this process in MB, from /proc."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads resident memory from /proc")
def test_a_day_on_demo_ends_with_flat_memory_and_nobody_stuck() -> None:
    """86,400 ticks: memory in the last hour is within 5 % of the second hour's, and no robot was ever stuck."""
    with SimulatedRun(load_scenario(MAPS / "demo.toml", {"run.ticks": "86400"})) as run:
        memory = []
        while not run.done:
            run.step()
            if run.site.tick % HOUR == 0:
                memory.append(resident_mb())
                print(f"hour {len(memory):2d}: {memory[-1]:.1f} MB, {run.site.book.shipped} shipped", flush=True)
        summary = run.finish().as_dict()
    assert summary["stuck_robots"] == 0
    assert summary["collisions"] == summary["stock_errors"] == 0
    assert memory[-1] <= 1.05 * memory[1]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_on_demo_keeps_every_law(seed: int) -> None:
    """86,400 checked ticks with robots that stop and die: no collision, no unit lost, no order forgotten, no robot
    stuck.
    """
    from controller.scenario.scenario import InjectedFault, with_faults

    scenario = load_scenario(MAPS / "demo.toml", {"run.ticks": "86400", "run.seed": str(seed)})
    faults = [
        InjectedFault(robot=3, tick=5_000, kind="stop", ticks=200),
        InjectedFault(robot=9, tick=20_000, kind="die"),
    ]
    from controller.run import RunOptions

    with SimulatedRun(with_faults(scenario, faults), RunOptions(check=True)) as run:
        while not run.done:
            run.step()
        summary = run.finish().as_dict()
    for name in ("collisions", "stock_errors", "order_errors", "stuck_robots"):
        assert summary[name] == 0, name
    assert (
        summary["orders_received"] == summary["orders_shipped"] + summary["orders_open"] + summary["orders_cancelled"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("chargers", [4, 1])
def test_a_day_on_demo_with_small_batteries_and_few_chargers_runs_no_robot_flat(chargers: int) -> None:
    """86,400 ticks with 60 Wh: nine tenths of what the energy allows, and the report says how many robots the chargers
    keep.
    """
    summary = charging.measure(chargers, battery_wh=60.0, ticks=24 * HOUR, seed=1)
    balance = summary["energy"]
    assert summary["trouble"]["robots_flat"] == 0
    assert summary["stuck_robots"] == 0
    assert balance["of_bound"] >= 0.9
    assert 5 < balance["robots_kept"] / chargers < 10
