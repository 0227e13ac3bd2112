"""Runs of an experiment, in processes; each becomes a row of a CSV as soon as it ends, so that nothing is lost."""

import csv
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from controller.experiments.arms import CHECKED, attempt
from controller.experiments.counted import FIGURES, counts_of
from controller.experiments.factors import Experiment, plain
from controller.provenance import scenario_hash
from controller.run import Run, SimulatedRun, broken
from controller.scenario.scenario import Scenario
from layout.errors import InputError

RunFigures = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class RunRow:
    """Finished run. figures: empty if it failed. fault: "" for a sound run. hash: of its scenario."""

    arm: int
    seed: int
    hash: str
    figures: RunFigures
    fault: str = ""


def run_one(arm: int, scenario: Scenario, warm_up: int) -> RunRow:
    """Run a scenario, checked at every tick, and count what comes after the warm-up."""
    named = arm, scenario.run.seed, scenario_hash(scenario)
    figures, fault = attempt(lambda: _measured(scenario, warm_up), lambda fault: ({}, fault))
    return RunRow(*named, {} if fault else figures, fault)


def _measured(scenario: Scenario, warm_up: int) -> tuple[RunFigures, str]:
    """Return the figures after the warm-up, and the broken laws in words."""
    with SimulatedRun(scenario, CHECKED) as run:
        _advance(run, warm_up)
        warm = counts_of(run)
        _advance(run, scenario.run.ticks)
        figures = counts_of(run).since(warm).figures()
        return figures, ", ".join(broken(run.finish()))


def run_all(experiment: Experiment, known: Sequence[RunRow], pool: Executor, ended: Callable[[RunRow], None]) -> None:
    """Run what is missing, seed by seed, so that all combinations have the same seeds at an interrupt."""
    done = {(row.arm, row.seed) for row in known}
    jobs = [
        pool.submit(run_one, arm, row[column], experiment.warm_up)
        for column, seed in enumerate(experiment.seeds)
        for arm, row in enumerate(experiment.scenarios)
        if (arm, seed) not in done
    ]
    for job in as_completed(jobs):
        ended(job.result())


def columns(experiment: Experiment) -> list[str]:
    """Return the head of the CSV."""
    return [*experiment.factors, "seed", *FIGURES, "fault", "warm_up_ticks", "scenario_hash"]


def as_cells(experiment: Experiment, row: RunRow) -> list[str]:
    """Return a row of the CSV."""
    levels = [plain(value) for value in experiment.arms[row.arm].values()]
    figures = ["" if (value := row.figures.get(name)) is None else repr(value) for name in FIGURES]
    return [*levels, str(row.seed), *figures, row.fault, str(experiment.warm_up), row.hash]


def known_rows(experiment: Experiment, out: Path) -> list[RunRow]:
    """Return the sound rows that a CSV already has of this experiment.

    InputError if it belongs to another experiment.
    """
    if not out.exists():
        return []
    with out.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        if next(reader, columns(experiment)) != columns(experiment):
            raise InputError.single(str(out), "", "has the columns of another experiment", "another --out")
        return list(_known(experiment, [cells for cells in reader if len(cells) == len(columns(experiment))]))


def write_head(experiment: Experiment, known: Sequence[RunRow], file: IO[str]) -> None:
    """Write the head and the rows already known."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns(experiment))
    writer.writerows(as_cells(experiment, row) for row in known)


def write_row(experiment: Experiment, row: RunRow, file: IO[str]) -> None:
    """Append a run, and flush it to the disk before the next one ends."""
    csv.writer(file, lineterminator="\n").writerow(as_cells(experiment, row))
    file.flush()


def _known(experiment: Experiment, rows: Sequence[Sequence[str]]) -> Iterator[RunRow]:
    """Yield the rows of runs that would be the same now: same scenario, same warm-up, sound."""
    arms = {
        (scenario_hash(scenario), scenario.run.seed): arm
        for arm, scenarios in enumerate(experiment.scenarios)
        for scenario in scenarios
    }
    first = len(experiment.factors)
    for cells in rows:
        seed, (fault, warm_up, digest) = cells[first], cells[-3:]
        arm = arms.get((digest, int(seed))) if seed.isdigit() else None
        if arm is not None and not fault and warm_up == str(experiment.warm_up):
            figures = zip(FIGURES, cells[first + 1 : -3], strict=True)
            yield RunRow(arm, int(seed), digest, {name: float(text) if text else None for name, text in figures})


def _advance(run: Run, tick: int) -> None:
    while run.site.tick < tick:
        run.step()
