"""Measure ticks per second of the whole floor by stage of the tick, and the cost by size of the fleet.

    python benchmarks/floor_ticks.py                    fc-1000 and fc-10000, then 250 to 10,000 robots
    python benchmarks/floor_ticks.py maps/demo.toml     one scenario

Each floor runs in a process of its own, so that its peak memory is its own. Kernels are compiled before the clock
starts, and the first ticks, in which every robot is idle, are not counted.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from controller import tick as tick_module
from controller.floor import dispatch, dock, release, station_work, trips
from controller.floor.failures import robot_faults
from controller.planning import guard
from controller.run import SimulatedRun, peak_rss_mb
from controller.scenario.read import load_scenario
from layout.drawing.generate import GeneratorParams, generate
from layout.formats.toml_format import dump_floor

STAGES: dict[str, list[tuple[Any, str]]] = {
    "reports, trips": [(robot_faults, "take_reports"), (trips, "advance_trips"), (trips, "deliver_totes")],
    "arrivals": [(release, "take_orders"), (dock, "receive")],
    "release": [(release, "release_orders")],
    "people": [(station_work, "finish_work"), (station_work, "begin_work")],
    "dispatch": [(dispatch, "give_work")],
    "goals": [(trips, "place_in_lanes")],
    "planner": [(tick_module, "_plan")],
    "guard (in planner)": [(guard, "refusal_of")],
    "frame": [(tick_module, "picture")],
}
SIZES = (250, 500, 1000, 2000, 5000, 10000)


def measure(path: Path, warm_up: int, ticks: int) -> dict[str, Any]:
    """Run one scenario in this process; return milliseconds per tick by stage, ticks per second, MB."""
    spent: defaultdict[str, float] = defaultdict(float)
    with SimulatedRun(load_scenario(path, {"run.ticks": str(warm_up + ticks)})) as run:
        for _ in range(warm_up):
            run.step()
        for stage, functions in STAGES.items():
            for module, name in functions:
                setattr(module, name, _timed(getattr(module, name), stage, spent))
        began = time.perf_counter()
        for _ in range(ticks):
            run.step()
        wall = time.perf_counter() - began
        summary = run.finish()
    busy = {stage: 1000 * seconds / ticks for stage, seconds in spent.items()}
    whole = 1000 * wall / ticks
    counted = sum(ms for stage, ms in busy.items() if not stage.startswith("guard"))
    return {
        "scenario": path.stem,
        "robots": summary.robots,
        "ticks_per_s": ticks / wall,
        "ms": whole,
        "stages": {**busy, "digest, KPIs, rest": whole - counted},
        "peak_rss_mb": peak_rss_mb(),
        "robot_utilisation": summary.robot_utilisation,
        "stuck_robots": summary.stuck_robots,
    }


def scaled(folder: Path, robots: int) -> Path:
    """Return a floor for a number of robots: six storage places per robot, stations on all sides, one pick station per
    16 robots if they fit.
    """
    side = max(2, round((robots * 6 / 2) ** 0.5 / 10))
    for pick in range(max(3, robots // 16), 2, -max(1, robots // 160)):
        params = GeneratorParams(
            block_rows=max(2, round(robots * 6 / (2 * side * 10))),
            blocks=side,
            block_length=10,
            sides=("north", "east", "south", "west"),
            pick=pick,
            stow=max(1, pick // 4),
            pack=max(1, pick // 8),
            chargers=max(2, robots // 7),
        )
        try:
            floor = generate(params, name=f"scaled-{robots}")
        except Exception:  # too many stations for the sides: use fewer
            continue
        path = folder / f"scaled-{robots}.toml"
        extra = f"\n[robots]\ncount = {robots}\n\n[stock]\nskus = {robots * 6}\n\n[stations]\npackers = 12\n"
        path.write_text(dump_floor(floor) + extra, encoding="utf-8")
        return path
    raise SystemExit(f"no floor for {robots} robots")


def _timed(function: Callable[..., Any], stage: str, spent: defaultdict[str, float]) -> Callable[..., Any]:
    def timed(*args: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*args)
        finally:
            spent[stage] += time.perf_counter() - began

    return timed


def _in_own_process(path: Path, warm_up: int, ticks: int) -> dict[str, Any]:
    command = [sys.executable, __file__, str(path), "--json", f"--warm-up={warm_up}", f"--ticks={ticks}"]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result


def _row(result: dict[str, Any]) -> str:
    stages = "  ".join(f"{stage} {ms:.2f}" for stage, ms in result["stages"].items())
    head = f"{result['scenario']:>13} {result['robots']:>6} robots {result['ticks_per_s']:>8.1f} ticks/s"
    per_robot = 1000 * result["ms"] / result["robots"]
    return f"{head} {per_robot:>6.1f} µs/robot {result['peak_rss_mb']:>7.0f} MB | ms a tick: {stages}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", type=Path)
    parser.add_argument("--warm-up", type=int, default=600)
    parser.add_argument("--ticks", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if args.json:
        print(json.dumps(measure(args.scenario[0], args.warm_up, args.ticks)))
        return
    scenarios = args.scenario or [Path("maps/fc-1000.toml"), Path("maps/fc-10000.toml")]
    for path in scenarios:
        print(_row(_in_own_process(path, args.warm_up, args.ticks)), flush=True)
    if not args.scenario:
        with tempfile.TemporaryDirectory() as folder:
            for robots in SIZES:
                print(_row(_in_own_process(scaled(Path(folder), robots), args.warm_up, args.ticks)), flush=True)


if __name__ == "__main__":
    main()
