"""Measure the cost of the supply chain to the floor, and the benefit of looking ahead.

    python benchmarks/chain.py [--floor maps/fc-1000.toml] [--warm-up 600] [--ticks 600]      ticks per second without and with
    python benchmarks/chain.py --ahead [--seeds 3]                                            look-ahead, pre-positioning

Ticks per second: two runs of one scenario, one of them with all parts of the supply chain, take turns in one process,
so that the load of the machine affects both. Goal: at least nine tenths of the ticks per second. Look-ahead: the same
seeds with and without it, over two quiet hours and the first hour of the peak; metres driven per line, and minutes from
order to tote.
"""

import argparse
import json
import runpy
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from controller.build_site import build_site
from controller.experiments.statistics import paired
from controller.run import SimulatedRun
from controller.scenario.read import load_scenario
from controller.scenario.scenario import Scenario
from layout.slotting.plan import plan_of
from layout.slotting.plan_file import write_plan
from robots.recording.events import Event, OrderPicked, OrderReceived

Figures = NDArray[np.float64]
"""float64[seeds, 3]."""
CHAIN = {"sourcing.confirm_s": "7200"}
"""Setting that enables all parts of the supply chain: any section of it does."""
TURN = 25
"""Number of ticks of one run before the other's turn."""
PEAK_FROM = 2 * 3600
POLICIES: dict[str, dict[str, str]] = {
    "as it is": {},
    "pods by foresight": {"policies.pods": "foresight"},
    "pre-positioning": {"policies.idle": "preposition"},
}


def speeds(floor: Path, warm_up: int, ticks: int) -> tuple[float, float]:
    """Return (ticks per second without, with), in processor time."""
    asked = {"run.ticks": str(warm_up + ticks)}
    runs = [SimulatedRun(load_scenario(floor, {**asked, **extra})) for extra in ({}, CHAIN)]
    for run in runs:
        for _ in range(warm_up):
            run.step()
    spent: defaultdict[int, float] = defaultdict(float)
    for _ in range(ticks // TURN):
        for number, run in enumerate(runs):
            began = time.process_time()
            for _ in range(TURN):
                run.step()
            spent[number] += time.process_time() - began
    without, with_chain = (ticks // TURN * TURN / spent[number] for number in (0, 1))
    return without, with_chain


def night(path: Path, seed: int, settings: dict[str, str]) -> Scenario:
    """Return a run from 06:00 to 09:00; at 08:00 the demand becomes four times as high."""
    profile = "[" + ", ".join(["0.25"] * 8 + ["1.0"] * 16) + "]"
    asked = {"run.start": '"06:00"', "run.ticks": str(PEAK_FROM + 3600), "orders.profile": profile}
    return load_scenario(path, {**asked, "run.seed": str(seed), **settings})


def figures(scenario: Scenario) -> tuple[float, float, float]:
    """Return (metres per line in all, metres per line in the peak, minutes from order to full tote in the peak)."""
    came: dict[int, int] = {}
    minutes: list[float] = []
    with SimulatedRun(scenario) as run:
        at_peak = (0.0, 0)
        while not run.done:
            if run.site.tick == PEAK_FROM:
                at_peak = _driven(run), run.site.book.lines_picked
            _, events = run.step()
            minutes += _minutes(events, came, run.site.tick)
        metres, lines = _driven(run), run.site.book.lines_picked
    peak = (metres - at_peak[0]) / max(1, lines - at_peak[1])
    return metres / max(1, lines), peak, float(np.mean(minutes))


def _driven(run: SimulatedRun) -> float:
    """Return the metres driven so far."""
    return run.kpis.robots.cells_driven * run.site.floor.cell_m


def _minutes(events: list[Event], came: dict[int, int], tick: int) -> Iterator[float]:
    """Return the minutes from order to full tote of the orders received in the peak."""
    for event in events:
        if isinstance(event, OrderReceived):
            came[event.order] = event.t
        elif isinstance(event, OrderPicked) and came[event.order] >= PEAK_FROM:
            yield (tick - came[event.order]) / 60


def old_slotting(path: Path, folder: Path) -> Path:
    """Return the scenario with pods of one velocity each, stored by velocity, for an outdated demand: a third of the
    SKUs had the velocity of another then.
    """
    scenario = load_scenario(path)
    site = build_site(scenario)
    rng, share = np.random.default_rng(1), site.demand.catalogue.share
    moved = np.flatnonzero(rng.random(len(share)) < 1 / 3)
    old = share.copy()
    old[moved] = share[rng.permutation(moved)]
    stocked = np.argwhere(site.ledger.bin_sku >= 0)
    velocities = [(int(site.ledger.bin_sku[*bin_]), int(site.ledger.bin_units[*bin_])) for bin_ in stocked]
    velocities.sort(key=lambda one: (-old[one[0]], one[0]))
    cells = sorted(site.pods.cell.tolist(), key=lambda cell: (site.distances.rank[cell], cell))
    each = -(-len(velocities) // len(cells))
    names = site.demand.catalogue.names
    contents = {divmod(number, each): (names[sku], units) for number, (sku, units) in enumerate(velocities)}
    write_plan(folder / "old.csv", plan_of(contents, np.array([site.grid.at(cell) for cell in cells], np.int32)))
    return folder / "old.csv"


def families(folder: Path) -> dict[str, str]:
    """Write two weeks of orders of a shop in which families of SKUs are bought together; the first week is known,
    Monday of the second is run.
    """
    export = runpy.run_path(str(Path(__file__).parents[1] / "examples" / "order_export.py"))
    export["write"](folder)
    weeks = [(folder / name).read_text(encoding="utf-8").splitlines() for name in ("export.csv", "next-week.csv")]
    (folder / "orders.csv").write_text("\n".join([*weeks[0], *weeks[1][1:]]) + "\n", encoding="utf-8")
    return {"orders.csv": json.dumps(str(folder / "orders.csv")), "orders.day": "2026-03-09"}


def ahead(path: Path, seeds: int) -> None:
    """Print a table per floor: each policy beside the default one, on the same seeds."""
    with tempfile.TemporaryDirectory() as name:
        plan = json.dumps(str(old_slotting(path, Path(name))))
        floors: dict[str, dict[str, str]] = {
            "random stow": {},
            "velocity-pure pods by old demand": {"stock.slotting": plan},
            "families bought together": families(Path(name)),
        }
        for floor, settings in floors.items():
            print(f"{path.stem}, {floor}: metres a line in all, in the peak; minutes from order to tote in the peak")
            usual = np.zeros(0)
            for policy, extra in POLICIES.items():
                runs = [figures(night(path, seed, {**settings, **extra})) for seed in range(1, seeds + 1)]
                results = np.array(runs)
                usual = usual if usual.size else results
                print(f"  {policy:<18} {'  '.join(_beside(results, usual))}", flush=True)


def _beside(found: Figures, usual: Figures) -> Iterator[str]:
    """Return the means of the seeds' figures, and their paired differences from the default with the 95 % interval."""
    for now, before in zip(found.T.tolist(), usual.T.tolist(), strict=True):
        difference = paired(before, now)
        assert difference is not None  # every run has every figure
        change = difference.change
        half = change.half if change else None
        interval = "" if half is None else f" ± {half:.1%}"
        yield f"{difference.second:6.2f} ({change.mean if change else 0.0:+.1%}{interval})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--floor", type=Path, default=Path("maps/fc-1000.toml"))
    parser.add_argument("--warm-up", type=int, default=600)
    parser.add_argument("--ticks", type=int, default=600)
    parser.add_argument("--ahead", action="store_true")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    if options.ticks < TURN:
        parser.error(f"--ticks {options.ticks} is less than the {TURN} of one turn")
    if options.ahead:
        ahead(Path("maps/demo.toml"), options.seeds)
        return
    without, with_chain = speeds(options.floor, options.warm_up, options.ticks)
    print(f"{options.floor.stem}: {without:.1f} ticks/s without, {with_chain:.1f} with: {with_chain / without:.3f}")


if __name__ == "__main__":
    main()
