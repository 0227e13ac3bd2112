"""Two scenarios on the same seeds: the differences of their figures in pairs, with 95 % intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from controller.experiments.arms import run_arms
from controller.experiments.compare import FigureRow, comparison
from podfleet.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference of one figure between two scenarios. first, second: means over the seeds. difference: second less
    first.

    low, high: its 95 % interval; None for fewer than two seeds. change: the difference as a share of the first's mean.
    pairs: number of seeds that have the figure in both runs. All are None if there is no such seed.
    """

    figure: str
    first: float | None
    second: float | None
    difference: float | None
    low: float | None
    high: float | None
    change: float | None
    pairs: int

    @property
    def shown(self) -> bool:
        """True if the interval excludes 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences by figure. seeds: those with two valid runs. left_out: {seed: fault} of the others. differs:
    settings.
    """

    seeds: tuple[int, ...]
    figures: dict[str, Difference]
    differs: dict[str, tuple[object, object]]
    left_out: dict[int, str]

    def __getitem__(self, figure: str) -> Difference:
        """Return the difference of a figure, such as "units_per_station_hour"."""
        return self.figures[figure]


def compare(
    first: Scenario,
    second: Scenario,
    seeds: Sequence[int],
    *,
    ticks: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run two scenarios on the same seeds, each tick checked, and return how much the second differs from the first.

    progress: called with the number of runs that are done, and of all runs. ValueError without a seed.
    """
    if not seeds:
        raise ValueError("compare needs at least one seed")
    length = {} if ticks is None else {"run__ticks": ticks}
    arms = [[result.with_overrides(run__seed=seed, **length).settings for seed in seeds] for result in (first, second)]
    results = comparison(arms[0][0], arms[1][0], run_arms(arms, None, progress or _silent, []))
    return Comparison(
        tuple(results.seeds),
        {row.figure: _difference(row) for row in results.figures},
        results.differs,
        {run.seed: run.why for run in results.left_out},
    )


def _silent(_done: int, _total: int) -> None:
    """Show no progress."""


def _difference(row: FigureRow) -> Difference:
    pairs = row.statistic
    interval = pairs.low, pairs.high
    return Difference(row.figure, pairs.first, pairs.second, pairs.difference, *interval, pairs.change, pairs.n)
