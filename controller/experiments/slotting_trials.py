"""Trials of slottings on the floor: whole simulations of several plans on the same days and seeds, in pairs.

Plans are compared by common random numbers: replication n has the same orders, charges and random work times with every
plan, so that differences come from the plan and not from the day [Law, Simulation Modeling and Analysis, 5th ed.,
11.2]. Differences are those of pairs, with Student's t interval over the replications.
"""

import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from controller.build_site import demand_at_start
from controller.demand.order_file import read_rows
from controller.demand.order_rows import OrderRows
from controller.experiments.arms import CHECKED, attempt
from controller.experiments.statistics import NOTHING, Paired, PairedFigures, paired
from controller.run import SimulatedRun, broken
from controller.scenario.scenario import Scenario
from controller.site.slotting_start import check_skus, plan_at
from layout.errors import InputError
from layout.slotting.plan import Plan, plan_of

RANDOM = "random"
"""Name in place of a file: the first file's stock and pods, shuffled over its bins and places in each replication."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Compared figure.

    name: its key. words: its text. unit: "" for a share. better: 1 if more is better, -1 if less is.
    """

    name: str
    words: str
    unit: str
    better: int


FIGURES = (
    Figure("units_per_station_hour", "units per station-hour", "units/h", 1),
    Figure("distance_m_per_line", "robot distance per line", "m", -1),
    Figure("turnover_s", "turnover time of orders", "s", -1),
    Figure("waiting", "share of robot time waiting", "", -1),
)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a plan against the first plan. verdict: in words, whether the difference has been shown."""

    plan: str
    against: str
    figure: str
    unit: str
    statistic: PairedFigures
    excludes_0: bool
    verdict: str

    def as_dict(self) -> dict[str, object]:
        """Return the row with the statistic's keys among the others."""
        names = {"plan": self.plan, "against": self.against, "figure": self.figure, "unit": self.unit}
        statistic = msgspec.structs.asdict(self.statistic)
        return {**names, **statistic, "excludes_0": self.excludes_0, "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class SlottingTrial:
    """Run to be made. demand: pickled, so that each run has its own; it goes to our own processes, into no file."""

    plan_name: str
    replication: int
    scenario: Scenario
    demand: bytes
    plan: Plan


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """Outcome of a trial.

    figures: by name, None if there was nothing to measure. broken: invariants that did not hold.
    """

    plan_name: str
    replication: int
    seed: int
    day: str
    orders_received: int
    orders_shipped: int
    figures: Mapping[str, float | None]
    broken: tuple[str, ...]
    digest: str


def trials_of(scenario: Scenario, plans: Sequence[str], replications: int) -> list[SlottingTrial]:
    """Return every plan in every replication. plans: files, or RANDOM; at least one file.

    Replication n begins on another day of the orders' CSV, spread over the file from [orders] day on, and has another
    seed. Raises InputError.
    """
    files = {name: plan_at(scenario, Path(name)) for name in plans if name != RANDOM}
    model = next(iter(files))
    rows = read_rows(scenario) if scenario.orders.csv else None
    trials: list[SlottingTrial] = []
    for number, day in enumerate(_days(scenario, rows, replications)):
        seed = scenario.run.seed + number
        changed = _changed(scenario, seed, day)
        demand = demand_at_start(changed, rows)
        if not number:
            for name, plan in files.items():
                check_skus(plan, name, demand.catalogue)
        packed = pickle.dumps(demand, pickle.HIGHEST_PROTOCOL)
        for name in plans:
            plan = files[name] if name != RANDOM else dealt(files[model], np.random.default_rng(seed))
            stock = msgspec.structs.replace(
                changed.stock, slotting=str(Path(name if name != RANDOM else model).absolute())
            )
            trials.append(SlottingTrial(name, number, msgspec.structs.replace(changed, stock=stock), packed, plan))
    return trials


def dealt(plan: Plan, rng: np.random.Generator) -> Plan:
    """Return the plan with its stock shuffled over the same bins, and its pods over the same places."""
    bins = list(zip(plan.pod.tolist(), plan.bin.tolist(), strict=True))
    order = rng.permutation(len(bins)).tolist()
    rows = list(zip(plan.sku.tolist(), plan.quantity.tolist(), strict=True))
    contents = {bins[position]: (plan.names[sku], units) for position, (sku, units) in zip(order, rows, strict=True)}
    return plan_of(contents, plan.place[rng.permutation(plan.pods)])


def run_all(
    trials: Sequence[SlottingTrial],
    executor: Executor,
    progress: Callable[[int], object] = bool,
    into: list[TrialOutcome] | None = None,
) -> list[TrialOutcome]:
    """Return the trials' outcomes, in their order, whatever the executor's number of workers.

    progress: called with the number of finished runs. into: filled as runs end, in case of an interrupt.
    """
    futures = [executor.submit(run_trial, trial) for trial in trials]
    for done, future in enumerate(as_completed(futures), 1):
        outcome = future.result()
        if into is not None:
            into.append(outcome)
        progress(done)
    return [future.result() for future in futures]


def whole_replications(outcomes: Sequence[TrialOutcome], plans: Sequence[str]) -> list[TrialOutcome]:
    """Return the runs of the replications that were run with every plan, in the trials' order."""
    runs = {(outcome.replication, outcome.plan_name): outcome for outcome in outcomes}
    numbers = sorted({number for number, _ in runs})
    whole = [number for number in numbers if all((number, name) in runs for name in plans)]
    return [runs[number, name] for number in whole for name in plans]


def run_trial(trial: SlottingTrial) -> TrialOutcome:
    """Return the outcome of a whole simulation, checked at every tick.

    Any exception but InputError breaks only this run.
    """
    day, seed = trial.scenario.orders.day, trial.scenario.run.seed
    return attempt(
        lambda: _ran(trial),
        lambda fault: TrialOutcome(trial.plan_name, trial.replication, seed, day, 0, 0, {}, (fault,), ""),
    )


def _ran(trial: SlottingTrial) -> TrialOutcome:
    with SimulatedRun(trial.scenario, CHECKED, pickle.loads(trial.demand), trial.plan) as run:
        while not run.done:
            run.step()
        summary = run.finish()
        turnover = np.array(run.kpis.orders.turnover, np.float64) * trial.scenario.run.tick_s
        waited, time = int(run.kpis.robots.waited.sum()), int(run.kpis.robots.state_ticks.sum())
    lines = summary.lines_picked
    figures = {
        "units_per_station_hour": summary.units_per_station_hour,
        "distance_m_per_line": summary.distance_m / lines if lines else None,
        "turnover_s": float(turnover.mean()) if len(turnover) else None,
        "waiting": waited / time if time else None,
    }
    scenario = trial.scenario
    return TrialOutcome(
        trial.plan_name,
        trial.replication,
        scenario.run.seed,
        scenario.orders.day,
        summary.orders_received,
        summary.orders_shipped,
        figures,
        tuple(broken(summary)),
        summary.digest,
    )


def verdict(figure: Figure, found: Paired | None) -> str:
    """Return in words whether the difference is significant."""
    if found is None:
        return "nothing was measured"
    difference = found.difference
    if difference.low is None:
        return "one replication proves nothing: an interval needs more"
    if difference.low == difference.high == 0:
        return "the same in every replication"
    if not difference.excludes_0:
        return "not shown: the interval includes 0"
    direction = "more" if difference.mean > 0 else "less"
    good = "better" if difference.mean * figure.better > 0 else "worse"
    return f"{direction}, {good}: the interval excludes 0"


def findings(outcomes: Sequence[TrialOutcome], plans: Sequence[str]) -> list[Finding]:
    """Return a row for each figure of each plan but the first, against the first.

    A replication counts for two plans if both of its runs are sound.
    """
    rows = []
    for name in plans[1:]:
        pairs = _sound_pairs(outcomes, plans[0], name)
        for figure in FIGURES:
            first, second = ([one.figures[figure.name] for one in side] for side in pairs)
            comparison = paired(first, second)
            rows.append(
                Finding(
                    plan=name,
                    against=plans[0],
                    figure=figure.name,
                    unit=figure.unit,
                    statistic=comparison.figures() if comparison else NOTHING,
                    excludes_0=bool(comparison and comparison.difference.excludes_0),
                    verdict=verdict(figure, comparison),
                )
            )
    return rows


def _sound_pairs(
    outcomes: Sequence[TrialOutcome], first: str, other: str
) -> tuple[list[TrialOutcome], list[TrialOutcome]]:
    """Return the runs of two plans in the replications in which neither is broken."""
    runs = {(outcome.plan_name, outcome.replication): outcome for outcome in outcomes if not outcome.broken}
    numbers = sorted(number for name, number in runs if name == first and (other, number) in runs)
    return [runs[first, number] for number in numbers], [runs[other, number] for number in numbers]


def _days(scenario: Scenario, rows: OrderRows | None, replications: int) -> list[str]:
    """Return a day with orders for each replication, not before [orders] day, "" if orders are generated.

    If there are too few days, they are used again from the first.
    """
    if not rows:
        return [""] * replications
    days = sorted(
        {moment.date().isoformat() for *_, moment in rows.rows if moment.date().isoformat() >= scenario.orders.day}
    )
    if not days:
        fault = f"have no order line from {scenario.orders.day} on" if scenario.orders.day else "have no order line"
        raise InputError.single("orders", "", fault, "an earlier --from-day")
    if len(days) < replications:
        return [days[number % len(days)] for number in range(replications)]
    return [days[number * len(days) // replications] for number in range(replications)]


def _changed(scenario: Scenario, seed: int, day: str) -> Scenario:
    run = msgspec.structs.replace(scenario.run, seed=seed)
    orders = msgspec.structs.replace(scenario.orders, day=day or scenario.orders.day)
    stock = msgspec.structs.replace(scenario.stock, moves="")
    return msgspec.structs.replace(scenario, run=run, orders=orders, stock=stock)
