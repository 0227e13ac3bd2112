"""Comparison of two scenarios on the same seeds, figure by figure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, convert, structs, to_builtins

from controller.experiments.arms import ArmOutcome
from controller.experiments.statistics import CONFIDENCE, NOTHING, OVER_SEEDS, PairedFigures, paired
from controller.kpis.summary import ChainSummary, Environment, Summary
from controller.provenance import environment, scenario_hash, settings_in_full
from controller.scenario.scenario import Scenario
from robots.wording.formatting import count, figure_words

if TYPE_CHECKING:
    from rich.table import Table

FIGURES = (
    "units_per_station_hour",
    "orders_shipped",
    "on_time",
    "pile_on",
    "station_utilisation",
    "robot_utilisation",
    "distance_m",
    "energy_wh",
)
OF_CHAINS = (
    "delivered",
    "on_time_promise",
    "on_time_same_day",
    "on_time_next_day",
    "on_time_two_day",
    "made_cpt",
    "missed",
    "backlog_most",
    "stockout_lines",
    "dock_to_stock_s_p95",
    "failed_attempts",
    "returns_closed",
    "cost_per_order_cents",
    "cost_per_unit_cents",
    "co2e_g_per_order",
)
"""Figures of the supply chain, used if both have one."""
ARMS = ("first", "second")
_IN_JSON = dict[str, int | float | None]


class Arm(Struct, frozen=True):
    """A scenario that is compared, as its JSON names it."""

    scenario: str
    file: str
    hash: str


class FigureRow(Struct, frozen=True):
    """One figure of both arms over the seeds."""

    figure: str
    statistic: PairedFigures

    def as_dict(self) -> dict[str, object]:
        """Return the row with the statistic's keys beside the figure's name."""
        return {"figure": self.figure, **structs.asdict(self.statistic)}


class ComparedRun(Struct, frozen=True):
    """One run: its figures by name, and its distinguishing settings. digest: None where it failed."""

    seed: int
    arm: str
    fault: str
    digest: str | None
    refused_plans: int
    figures: _IN_JSON

    def as_dict(self) -> dict[str, object]:
        """Return the row with the figures beside the other keys."""
        document = structs.asdict(self)
        del document["figures"]
        return document | self.figures


class LeftOutRun(Struct, frozen=True):
    """A run that is not counted, and why."""

    seed: int
    arm: str
    why: str


class Comparison(Struct, frozen=True, kw_only=True):
    """Two scenarios over the same seeds, defined in docs/reference/compare.md. seeds: those with two sound runs."""

    first: Arm
    second: Arm
    differs: dict[str, tuple[object, object]]
    ticks: int
    seeds: list[int]
    method: str = OVER_SEEDS
    confidence: float = CONFIDENCE
    figures: list[FigureRow]
    runs: list[ComparedRun]
    left_out: list[LeftOutRun]
    environment: Environment

    def as_dict(self) -> dict[str, object]:
        """Return the document of `podfleet compare --json`."""
        document = structs.asdict(self)
        document |= {
            name: [row.as_dict() for row in rows] for name, rows in (("figures", self.figures), ("runs", self.runs))
        }
        return {key: to_builtins(value) for key, value in document.items()} | {
            "environment": self.environment.as_dict()
        }


def comparison(first: Scenario, second: Scenario, outcomes: Sequence[ArmOutcome]) -> Comparison:
    """Return the document that docs/reference/compare.md defines.

    outcomes: of arm 0 and arm 1; a seed counts if both of its runs are sound.
    """
    runs = {(one.arm, one.seed): one for one in outcomes}
    seeds = sorted({one.seed for one in outcomes if (0, one.seed) in runs and (1, one.seed) in runs})
    sound = [seed for seed in seeds if not runs[0, seed].fault and not runs[1, seed].fault]
    summaries = [[runs[arm, seed].summary for seed in sound] for arm in (0, 1)]
    chains = [summary is not None and summary.chain is not None for arm in summaries for summary in arm]
    names = FIGURES + (OF_CHAINS if sound and all(chains) else ())
    flat = [[_figures(summary, names) for summary in arm] for arm in summaries]
    return Comparison(
        first=_arm(first),
        second=_arm(second),
        differs=differences(first, second),
        ticks=first.run.ticks,
        seeds=sound,
        figures=[_figure(name, *flat) for name in names],
        runs=[_run(runs[arm, seed], names) for seed in seeds for arm in (0, 1)],
        left_out=[LeftOutRun(one.seed, ARMS[one.arm], one.fault) for one in runs.values() if one.fault],
        environment=environment(),
    )


def differences(first: Scenario, second: Scenario) -> dict[str, tuple[object, object]]:
    """Return {setting: (its value in the first, in the second)} of those that differ, except the seed."""
    settings, others = settings_in_full(first), settings_in_full(second)
    keys = [key for key in {**settings, **others} if key != "run.seed"]
    return {key: (settings.get(key), others.get(key)) for key in keys if settings.get(key) != others.get(key)}


def names_of(first: Scenario, second: Scenario, differs: Mapping[str, Sequence[object]]) -> tuple[str, str]:
    """Return the heads of the two columns: the scenarios' names, or the values of up to two differing settings."""
    if first.name != second.name:
        return first.name, second.name
    settings = {key.rpartition(".")[2]: values for key, values in differs.items() if key != "floor"}
    if not 0 < len(settings) <= 2:
        return ARMS
    head, other_head = (", ".join(f"{key} {values[arm]}" for key, values in settings.items()) for arm in (0, 1))
    return head, other_head


def table(rows: Sequence[FigureRow], names: tuple[str, str]) -> "Table":
    """Return the figures as a table for the terminal."""
    from rich.table import Column, Table
    from rich.text import Text

    heads = [Column(Text(f"{number}: {name}")) for number, name in enumerate(names, 1)]
    shown = Table("figure", *heads, "change", "±")
    for row in rows:
        figures = row.statistic
        shown.add_row(
            figure_words(row.figure),
            _number(figures.first),
            _number(figures.second),
            "–" if figures.change is None else f"{figures.change:+.1%}",
            _half(figures.change_low, figures.change_high),
        )
    return shown


def _half(low: float | None, high: float | None) -> str:
    """Return half of an interval in words, marked where it includes 0; "" without an interval."""
    return "" if low is None or high is None else f"{(high - low) / 2:.1%}{' ≈' * (low <= 0 <= high)}"


def notes(found: Comparison) -> list[str]:
    """Return what the table does not show: the differences, the seeds, and the number of refused plans."""
    seeds = found.seeds
    lines = [f"differs: {key}: {_word(one)} → {_word(other)}" for key, (one, other) in found.differs.items()]
    lines = lines or ["only the name differs: the two scenarios are equal"]
    if len(seeds) > 1:
        lines.append(
            f"± {CONFIDENCE:.0%} interval of the paired change, {OVER_SEEDS} {', '.join(map(str, seeds))}; "
            "≈ not distinguishable from no change"
        )
    elif seeds:
        lines.append("one seed: no ±, so nothing is proved; use --seeds 3 or more")
    refused = (f"{run.arm}, seed {run.seed}: {_refused(run)}" for run in found.runs if not run.fault and _refused(run))
    return [*lines, *refused]


def _refused(run: ComparedRun) -> str:
    return f"{count(run.refused_plans, 'plan')} of the planner refused" if run.refused_plans else ""


def _arm(scenario: Scenario) -> Arm:
    return Arm(scenario.name, scenario.file, scenario_hash(scenario))


def _run(outcome: ArmOutcome, names: Sequence[str]) -> ComparedRun:
    """Return a run's row: its figures and its identification."""
    summary = outcome.summary
    digest, refused = (None, 0) if summary is None else (summary.digest, summary.refused_plans)
    return ComparedRun(outcome.seed, ARMS[outcome.arm], outcome.fault, digest, refused, _figures(summary, names))


def _figures(summary: Summary | None, names: Sequence[str]) -> _IN_JSON:
    """Return the figures of `FIGURES` and `OF_CHAINS` by name; None for those that a run doesn't have."""
    if summary is None:
        return dict.fromkeys(names)
    flat = _of_chain(summary.chain) | summary.as_dict()
    return convert({name: flat.get(name) for name in names}, _IN_JSON)


def _of_chain(chain: ChainSummary | None) -> dict[str, object]:
    if chain is None:
        return {"missed": 0}
    kept = {f"on_time_{name.replace('-', '_')}": totals.on_time for name, totals in chain.promises.promises.items()}
    return {**chain.as_dict(), **kept, "missed": sum(chain.promises.late_causes.values())}


def _figure(name: str, first: Sequence[_IN_JSON], second: Sequence[_IN_JSON]) -> FigureRow:
    statistic = paired([one.get(name) for one in first], [one.get(name) for one in second])
    return FigureRow(name, statistic.figures() if statistic else NOTHING)


def _word(value: object) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 60 and "\n" not in text else "another one"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3f}"
