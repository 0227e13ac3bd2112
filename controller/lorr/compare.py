"""Comparison of planners: each runs the same problems in the same orders, and is compared with the first."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import numpy as np

from controller.experiments.statistics import OVER_SEEDS, estimate
from controller.lorr.bench import BenchResult
from controller.lorr.free_flow import free_flow
from controller.lorr.planner import PlannerParams
from controller.lorr.results.result import league_result
from controller.lorr.results.validator import validate
from controller.lorr.synthetic import shuffled
from layout.formats.lorr import LorrProblem, write_problem

Play = Callable[[LorrProblem, str, PlannerParams], BenchResult]
"""Function that runs a problem under a planner's name."""
Limit = Callable[[LorrProblem, int], int]
"""Function that returns the tasks of a problem finished in a number of steps if no robot blocks another."""


@dataclass(frozen=True, slots=True)
class PlannerRow:
    """Result of a planner on a problem.

    tasks: the mean over seeds. ratio: the mean of those to the first planner on the same seed; low, high: its interval
    (controller.experiments.statistics), None for one seed. p99_ms of all steps. late (steps) and errors in all.
    """

    problem: str
    planner: str
    tasks: float
    share_of_free_flow: float
    ratio: float
    low: float | None
    high: float | None
    n: int
    method: str
    by_seed: list[dict[str, object]]
    """`seed`, `tasks`, `first` (tasks of the first planner) of each seed."""
    p99_ms: float
    late: int
    errors: int

    def figures(self) -> dict[str, object]:
        return asdict(self)


def compare(
    name: str,
    problem: LorrProblem,
    planners: Mapping[str, PlannerParams],
    steps: int,
    seeds: int,
    run: Play,
    limit: Limit = free_flow,
) -> Iterator[PlannerRow]:
    """Yield a row for each planner as it finishes.

    Seed 0 is the problem itself, the others shuffle its starts and tasks.
    """
    variants = [shuffled(problem, seed) for seed in range(seeds)]
    limits = [limit(variant, steps) for variant in variants]
    first: list[int] = []
    for planner, params in planners.items():
        outcomes = [run(variant, planner, params) for variant in variants]
        errors = sum(len(faults(variant, outcome)) for variant, outcome in zip(variants, outcomes, strict=True))
        tasks = [outcome.league.finished for outcome in outcomes]
        first = first or tasks
        yield _row(name, planner, outcomes, (tasks, first, limits), errors)


def _row(
    name: str,
    planner: str,
    outcomes: Sequence[BenchResult],
    counts: tuple[list[int], list[int], list[int]],
    errors: int,
) -> PlannerRow:
    tasks, first, limits = counts
    ratio = estimate([mine / max(other, 1) for mine, other in zip(tasks, first, strict=True)])
    seconds = np.concatenate([outcome.league.log.seconds for outcome in outcomes])
    return PlannerRow(
        name,
        planner,
        fmean(tasks),
        round(sum(tasks) / max(sum(limits), 1), 4),
        round(ratio.mean, 4),
        None if ratio.low is None else round(ratio.low, 4),
        None if ratio.high is None else round(ratio.high, 4),
        ratio.n,
        OVER_SEEDS,
        [
            {"seed": seed, "tasks": mine, "first": other}
            for seed, (mine, other) in enumerate(zip(tasks, first, strict=True))
        ],
        round(float(np.percentile(seconds, 99)) * 1000, 2),
        sum(outcome.league.log.late for outcome in outcomes),
        errors,
    )


def faults(problem: LorrProblem, outcome: BenchResult) -> list[str]:
    """Return the faults found by the run itself and by an independent replay of its result."""
    log = outcome.league.log
    replayed = replay(problem, league_result(outcome.league, problem))
    return [error[-1] for error in log.errors + log.schedule_errors] + replayed


def replay(problem: Path | LorrProblem, result: dict[str, object]) -> list[str]:
    """Return the faults found by an independent replay of a result.

    A problem that is no file is written to one first.
    """
    replayed = json.loads(json.dumps(result))
    if isinstance(problem, Path):
        return validate(problem, replayed)
    with TemporaryDirectory() as folder:
        return validate(write_problem(problem, Path(folder), "problem"), replayed)
