"""Table of an experiment's combinations against its baseline, seed by seed."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from controller.experiments.counted import FIGURES
from controller.experiments.factors import Experiment, in_words
from controller.experiments.runs import RunRow
from controller.experiments.statistics import Paired, paired

if TYPE_CHECKING:
    from rich.table import Table


def table(experiment: Experiment, rows: Sequence[RunRow]) -> "Table":
    """Return the table: the baseline's means, and the differences of each other combination."""
    from rich.table import Column, Table
    from rich.text import Text

    from robots.wording.formatting import figure_words

    shown = Table("combination", Column("seeds", justify="right"), "figure", "baseline", "here", "change", "±")
    for arm in range(1, len(experiment.arms)):
        head = Text(in_words(_differing(experiment, arm)))
        for name, change in _changes(experiment, rows, arm):
            shown.add_row(head, str(change.difference.n) if head else "", figure_words(name), *_cells(change))
            head = Text("")
    return shown


def _changes(experiment: Experiment, rows: Sequence[RunRow], arm: int) -> Iterator[tuple[str, Paired]]:
    """Yield the figures that a combination and the baseline have on the same seeds."""
    known = {(row.arm, row.seed): row.figures for row in rows}
    for name in FIGURES:
        before, after = ([known.get((number, seed), {}).get(name) for seed in experiment.seeds] for number in (0, arm))
        if (change := paired(before, after)) is not None:
            yield name, change


def _differing(experiment: Experiment, arm: int) -> dict[str, str]:
    base = experiment.arms[0]
    return {key: value for key, value in experiment.arms[arm].items() if value != base[key]}


def _cells(found: Paired) -> tuple[str, str, str, str]:
    change = found.change
    if change is None:
        return f"{found.first:,.3f}", f"{found.second:,.3f}", "–", ""
    half = "" if change.half is None else f"{change.half:.1%}{'' if change.excludes_0 else ' ≈'}"
    return f"{found.first:,.3f}", f"{found.second:,.3f}", f"{change.mean:+.1%}", half
