"""What a slotting is worth on the floor: whole simulations of several plans on the same days and seeds, in pairs.

Plans are compared by common random numbers: replication n has the same orders, charges and people's chances with every
plan, so that what differs is the plan's doing and not the day's [Law, Simulation Modeling and Analysis, 5th ed., 11.2].
Differences are those of pairs, with Student's t interval over the replications.
"""

import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from controller.order_csv import read_rows
from controller.order_rows import OrderRows
from controller.run import SimulatedRun, broken
from controller.scenario import Scenario
from controller.site import demand_at_start
from controller.slotting_start import check_skus, plan_at
from layout.errors import InputError
from layout.slotting.plan import Plan, plan_of

RANDOM = "random"
"""In place of a file: the first file's stock dealt over its bins, and its pods over their places, anew in each replication."""
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """name: its key. words: what it is. unit: "" for a share. better: 1 if more is better, -1 if less is."""

    name: str
    words: str
    unit: str
    better: int


FIGURES = (
    Figure("units_per_station_hour", "units per station-hour", "units/h", 1),
    Figure("distance_m_per_line", "robot distance a line", "m", -1),
    Figure("turnover_s", "turnover time of orders", "s", -1),
    Figure("waiting", "share of robot time waiting", "", -1),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One run to be made. demand: pickled, so that each run has one of its own."""

    plan_name: str
    replication: int
    scenario: Scenario
    demand: bytes
    plan: Plan


@dataclass(frozen=True, slots=True)
class Outcome:
    """figures: by name, None where there was nothing to measure. broken: invariants that didn't hold."""

    plan_name: str
    replication: int
    seed: int
    day: str
    orders_received: int
    orders_shipped: int
    figures: Mapping[str, float | None]
    broken: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Of a plan against the first, over the replications that measured both. low, high: of the confidence interval, None for
    fewer than two of these."""

    first: float
    mean: float
    difference: float
    low: float | None
    high: float | None
    pairs: int

    @property
    def excludes_0(self) -> bool:
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def trials_of(scenario: Scenario, plans: Sequence[str], replications: int) -> list[Trial]:
    """Every plan in every replication. plans: files, or RANDOM; at least one file.

    Replication n begins on another day of the orders' CSV, spread over the file from [orders] day on, and has another seed.
    Raises InputError.
    """
    files = {name: plan_at(scenario, Path(name)) for name in plans if name != RANDOM}
    model = next(iter(files))
    rows = read_rows(scenario) if scenario.orders.csv else None
    trials: list[Trial] = []
    for number, day in enumerate(_days(scenario, rows, replications)):
        seed = scenario.run.seed + number
        one = _changed(scenario, seed, day)
        demand = demand_at_start(one, rows)
        if not number:
            for name, plan in files.items():
                check_skus(plan, name, demand.catalogue)
        packed = pickle.dumps(demand, pickle.HIGHEST_PROTOCOL)
        for name in plans:
            plan = files[name] if name != RANDOM else dealt(files[model], np.random.default_rng(seed))
            stock = msgspec.structs.replace(one.stock, slotting=str(Path(name if name != RANDOM else model).absolute()))
            trials.append(Trial(name, number, msgspec.structs.replace(one, stock=stock), packed, plan))
    return trials


def dealt(plan: Plan, rng: np.random.Generator) -> Plan:
    """The same stock in the same bins and pods in the same places, but which in which by chance."""
    bins = list(zip(plan.pod.tolist(), plan.bin.tolist(), strict=True))
    order = rng.permutation(len(bins)).tolist()
    rows = list(zip(plan.sku.tolist(), plan.quantity.tolist(), strict=True))
    contents = {bins[at]: (plan.names[sku], units) for at, (sku, units) in zip(order, rows, strict=True)}
    return plan_of(contents, plan.place[rng.permutation(plan.pods)])


def run_all(trials: Sequence[Trial], executor: Executor, told: Callable[[int], None] | None = None) -> list[Outcome]:
    """The trials' outcomes, in their order, however many workers the executor has. told: how many are done."""
    futures = [executor.submit(run_trial, trial) for trial in trials]
    for done, future in enumerate(as_completed(futures), 1):
        future.result()
        if told is not None:
            told(done)
    return [future.result() for future in futures]


def run_trial(trial: Trial) -> Outcome:
    """A whole simulation."""
    with SimulatedRun(trial.scenario, demand=pickle.loads(trial.demand), plan=trial.plan) as run:
        while not run.done:
            run.step()
        summary = run.finish()
        turnover = np.array(run.kpis.orders.turnover, np.float64) * trial.scenario.run.tick_s
        waited, time = int(run.kpis.robots.waited.sum()), int(run.kpis.robots.state_ticks.sum())
    lines = summary["lines_picked"]
    figures = {
        "units_per_station_hour": summary["units_per_station_hour"],
        "distance_m_per_line": summary["distance_m"] / lines if lines else None,
        "turnover_s": float(turnover.mean()) if len(turnover) else None,
        "waiting": waited / time if time else None,
    }
    scenario = trial.scenario
    return Outcome(
        trial.plan_name,
        trial.replication,
        scenario.run.seed,
        scenario.orders.day,
        summary["orders_received"],
        summary["orders_shipped"],
        figures,
        tuple(broken(summary)),
        summary["digest"],
    )


def difference(first: Sequence[float | None], other: Sequence[float | None]) -> Difference | None:
    """Of pairs of one figure; None if no pair has been measured."""
    both = [(a, b) for a, b in zip(first, other, strict=True) if a is not None and b is not None]
    if not both:
        return None
    one, two = np.array(both, np.float64).T
    change: NDArray[np.float64] = two - one
    mean, count = float(change.mean()), len(change)
    low = high = None
    if count > 1:
        half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, count - 1) * change.std(ddof=1) / np.sqrt(count))
        low, high = mean - half, mean + half
    return Difference(float(one.mean()), float(two.mean()), mean, low, high, count)


def verdict(figure: Figure, found: Difference | None) -> str:
    """In words, whether the difference has been shown."""
    if found is None:
        return "nothing was measured"
    if found.low is None or found.high is None:
        return "one replication shows nothing: it takes more for an interval"
    if found.low == found.high == 0:
        return "the same in every replication"
    if not found.excludes_0:
        return "not shown: the interval includes 0"
    direction = "more" if found.difference > 0 else "less"
    good = "better" if found.difference * figure.better > 0 else "worse"
    return f"{direction}, {good}: the interval excludes 0"


def findings(outcomes: Sequence[Outcome], plans: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each figure of each plan but the first, against the first."""
    by_plan = {name: [outcome for outcome in outcomes if outcome.plan_name == name] for name in plans}
    rows = []
    for name in plans[1:]:
        for figure in FIGURES:
            first, other = ([one.figures[figure.name] for one in by_plan[which]] for which in (plans[0], name))
            found = difference(first, other)
            rows.append(
                {
                    "plan": name,
                    "against": plans[0],
                    "figure": figure.name,
                    "unit": figure.unit,
                    "first": found and found.first,
                    "mean": found and found.mean,
                    "difference": found and found.difference,
                    "low": found and found.low,
                    "high": found and found.high,
                    "pairs": found.pairs if found else 0,
                    "excludes_0": bool(found and found.excludes_0),
                    "verdict": verdict(figure, found),
                }
            )
    return rows


def _days(scenario: Scenario, rows: OrderRows | None, replications: int) -> list[str]:
    """A day with orders for each replication, not before [orders] day, "" where orders are generated; from the first again
    where there are too few.
    """
    if not rows:
        return [""] * replications
    days = sorted(
        {moment.date().isoformat() for *_, moment in rows.rows if moment.date().isoformat() >= scenario.orders.day}
    )
    if not days:
        what = f"have no order line from {scenario.orders.day} on" if scenario.orders.day else "have no order line"
        raise InputError.single("orders", "", what, "an earlier --from-day")
    if len(days) < replications:
        return [days[number % len(days)] for number in range(replications)]
    return [days[number * len(days) // replications] for number in range(replications)]


def _changed(scenario: Scenario, seed: int, day: str) -> Scenario:
    run = msgspec.structs.replace(scenario.run, seed=seed)
    orders = msgspec.structs.replace(scenario.orders, day=day or scenario.orders.day)
    stock = msgspec.structs.replace(scenario.stock, moves="")
    return msgspec.structs.replace(scenario, run=run, orders=orders, stock=stock)
