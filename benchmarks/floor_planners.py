"""Compare what a floor ships with each planner at equal seeds: units per hour, stuck robots, planning time and paired
ratios.

    python benchmarks/floor_planners.py                            fc-1000, three seeds of an hour each
    python benchmarks/floor_planners.py --ticks 86400 --seeds 1    a day
    python benchmarks/floor_planners.py --backlog 30000            with more orders waiting than can be picked

Each run is a process of its own, one after the other. A floor that keeps up with its orders ships what is ordered with
any planner; a backlog shows what it could ship.
"""

import argparse
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

from controller.planning.planner import PLANNERS
from controller.run import SimulatedRun
from controller.scenario.read import load_scenario

BASE = "pibt"
"""Planner that the others are compared with."""


def measure(path: Path, settings: dict[str, str]) -> dict[str, Any]:
    """Return the summary of one run in this process, with its units picked per hour."""
    with SimulatedRun(load_scenario(path, settings)) as run:
        while not run.done:
            run.step()
        summary = run.finish()
    hours = summary.ticks * summary.tick_s / 3600
    return {**summary.as_dict(), "units_per_hour": summary.units_picked / hours}


def _in_own_process(path: Path, settings: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, __file__, str(path), "--json", json.dumps(settings)]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result


def _row(planner: str, seed: int, result: dict[str, Any], base: dict[str, Any]) -> str:
    ratio, shipped = (
        result[name] / base[name] if base[name] else math.nan for name in ("units_per_hour", "orders_shipped")
    )
    return (
        f"{result['scenario']:>9} seed {seed} {planner:>6} {result['units_per_hour']:>9,.0f} units/h"
        f" {result['orders_shipped']:>8,} orders shipped {result['stuck_robots']:>4} stuck"
        f" | planning {result['planner_ms_mean']:6.2f} ms mean {result['planner_ms_p99']:6.2f} ms p99"
        f" | ×{ratio:.3f} units, ×{shipped:.3f} orders of {BASE}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", type=Path, default=Path("maps/fc-1000.toml"))
    parser.add_argument("--ticks", type=int, default=3600)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--backlog", type=int, default=0, help="orders that wait at tick 0")
    parser.add_argument("--json", metavar="SETTINGS", help="one run with these settings, as JSON")
    args = parser.parse_args()
    if args.json:
        print(json.dumps(measure(args.scenario, json.loads(args.json))))
        return
    ratios: dict[str, list[float]] = {planner: [] for planner in PLANNERS}
    for seed in range(1, args.seeds + 1):
        settings = {"run.ticks": str(args.ticks), "run.seed": str(seed), "orders.backlog": str(args.backlog)}
        results: dict[str, dict[str, Any]] = {}
        for planner in sorted(PLANNERS, key=lambda name: name != BASE):
            results[planner] = _in_own_process(args.scenario, {**settings, "policies.planner": planner})
            if not results[BASE]["units_picked"]:
                parser.error(f"nothing was picked in {args.ticks} ticks: too few to compare planners by")
            ratios[planner].append(results[planner]["units_per_hour"] / results[BASE]["units_per_hour"])
            print(_row(planner, seed, results[planner], results[BASE]), flush=True)
    for planner, found in ratios.items():
        print(
            f"{planner:>6}: ×{sum(found) / len(found):.3f} units an hour of {BASE}, from ×{min(found):.3f} to ×{max(found):.3f}"
        )


if __name__ == "__main__":
    main()
