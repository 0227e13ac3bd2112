"""Measure how long order lines wait for a pod to be sent for, with the bound on waiting and without it, seed by seed.

    python benchmarks/waiting.py [SCENARIO] [--hours 2] [--seeds 1,2,3] [--set key=value …]

A line's wait is counted from its release, or from when its task failed, to the task that brings a pod for it; lines
that still wait at the end count. "without" is a bound longer than the run; everything else is equal.
"""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from controller.run import SimulatedRun
from controller.scenario.read import load_scenario
from controller.warehouse.orders import OrderLine

WITHOUT_S = 1e7


@dataclass(slots=True)
class Waits:
    """Waits of order lines. open: tick since which a line waits, by line. ended: ticks of all waits that are over."""

    open: dict[OrderLine, int] = field(default_factory=dict)
    ended: list[int] = field(default_factory=list)

    def look(self, running: SimulatedRun) -> None:
        tick = running.site.tick
        now = {line for station in running.site.pick_stations for line in station.open_lines}
        for line in [line for line in self.open if line not in now]:
            self.ended.append(tick - self.open.pop(line))
        for line in now:
            self.open.setdefault(line, tick)

    def seconds(self, running: SimulatedRun) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        left = [running.site.tick - since for since in self.open.values()]
        return np.array(self.ended + left) * running.scenario.run.tick_s


def measure(path: str, settings: dict[str, str]) -> dict[str, float]:
    """Return the figures of one run."""
    waits = Waits()
    with SimulatedRun(load_scenario(Path(path), settings)) as running:
        while not running.done:
            running.step()
            waits.look(running)
        summary, seconds = running.finish(), waits.seconds(running)
    slowest = sorted((order.turnover for order in running.kpis.orders.slowest(running.site.tick)), reverse=True)
    return {
        "longest wait, min": seconds.max() / 60,
        "99th percentile, min": float(np.percentile(seconds, 99)) / 60,
        "waits over 10 min": int((seconds > 600).sum()),
        "waits over 20 min": int((seconds > 1200).sum()),
        "slowest order, min": slowest[0] * running.scenario.run.tick_s / 60 if slowest else 0.0,
        "units picked": summary.units_picked,
        "orders shipped": summary.orders_shipped,
        "on time, %": 100 * (summary.on_time or 0),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", default="maps/demo.toml")
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    asked = parser.parse_args()
    common = dict(setting.split("=", 1) for setting in asked.set)
    ticks = round(asked.hours * 3600 / load_scenario(Path(asked.scenario), common).run.tick_s)
    for seed in asked.seeds.split(","):
        run = common | {"run.ticks": str(ticks), "run.seed": seed}
        without = measure(asked.scenario, run | {"policies.max_wait_s": str(WITHOUT_S)})
        bound = measure(asked.scenario, run)
        for name, figure in bound.items():
            print(f"seed {seed}  {name:<22} {without[name]:>9.1f} without, {figure:>9.1f} with the bound")


if __name__ == "__main__":
    main()
