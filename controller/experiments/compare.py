"""Two scenarios on the same seeds: how much one differs from the other, figure by figure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from controller.experiments.arms import ArmOutcome
from controller.experiments.statistics import CONFIDENCE, NOTHING, OVER_SEEDS, paired
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
"""Figures of the supply chain, where both have one."""
Comparison = dict[str, Any]
ARMS = ("first", "second")


def comparison(first: Scenario, second: Scenario, outcomes: Sequence[ArmOutcome]) -> Comparison:
    """What docs/reference/compare.md lists. outcomes: of arm 0 and arm 1; a seed counts if both of its runs are sound."""
    runs = {(one.arm, one.seed): one for one in outcomes}
    seeds = sorted({one.seed for one in outcomes if (0, one.seed) in runs and (1, one.seed) in runs})
    sound = [seed for seed in seeds if not runs[0, seed].fault and not runs[1, seed].fault]
    flat = [[_flat(runs[arm, seed].summary) for seed in sound] for arm in (0, 1)]
    names = FIGURES + (OF_CHAINS if sound and all("chain" in one for arm in flat for one in arm) else ())
    return {
        "first": _arm(first),
        "second": _arm(second),
        "differs": {key: list(values) for key, values in differences(first, second).items()},
        "ticks": first.run.ticks,
        "seeds": sound,
        "method": OVER_SEEDS,
        "confidence": CONFIDENCE,
        "figures": [_figure(name, *flat) for name in names],
        "runs": [_run(runs[arm, seed], names) for seed in seeds for arm in (0, 1)],
        "left_out": [{"seed": one.seed, "arm": ARMS[one.arm], "why": one.fault} for one in runs.values() if one.fault],
        "environment": environment().as_dict(),
    }


def differences(first: Scenario, second: Scenario) -> dict[str, tuple[Any, Any]]:
    """{setting: (its value in the first, in the second)} of those that differ, the seed apart."""
    one, other = settings_in_full(first), settings_in_full(second)
    keys = [key for key in {**one, **other} if key != "run.seed"]
    return {key: (one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key)}


def names_of(first: Scenario, second: Scenario, differs: Mapping[str, Sequence[Any]]) -> tuple[str, str]:
    """Heads of the two columns, by what differs: the scenarios' names, or the values of up to two settings."""
    if first.name != second.name:
        return first.name, second.name
    settings = {key.rpartition(".")[2]: values for key, values in differs.items() if key != "floor"}
    if not 0 < len(settings) <= 2:
        return ARMS
    one, other = (", ".join(f"{key} {values[arm]}" for key, values in settings.items()) for arm in (0, 1))
    return one, other


def table(found: Comparison, names: tuple[str, str]) -> "Table":
    """The figures as a table for the terminal."""
    from rich.table import Column, Table
    from rich.text import Text

    heads = [Column(Text(f"{number}: {name}")) for number, name in enumerate(names, 1)]
    shown = Table("figure", *heads, "change", "±")
    for row in found["figures"]:
        low, high = row["change_low"], row["change_high"]
        shown.add_row(
            figure_words(row["figure"]),
            _number(row["first"]),
            _number(row["second"]),
            "–" if row["change"] is None else f"{row['change']:+.1%}",
            "" if low is None else f"{(high - low) / 2:.1%}{' ≈' * (low <= 0 <= high)}",
        )
    return shown


def notes(found: Comparison) -> list[str]:
    """What the table doesn't say for itself: what differs, over which seeds, and how many plans were refused."""
    seeds = found["seeds"]
    said = [f"differs: {key}: {_word(one)} → {_word(other)}" for key, (one, other) in found["differs"].items()]
    said = said or ["nothing differs but the name: the two are one scenario"]
    if len(seeds) > 1:
        said.append(
            f"± {CONFIDENCE:.0%} interval of the paired change, {OVER_SEEDS} {', '.join(map(str, seeds))}; "
            "≈ can't be told from no change"
        )
    elif seeds:
        said.append("one seed: no ±, and nothing is shown; --seeds 3 or more")
    refused = (f"{ARMS[arm]}, seed {seed}: {_refused(run)}" for arm, seed, run in _runs_of(found) if _refused(run))
    return [*said, *refused]


def _runs_of(found: Comparison) -> list[tuple[int, int, Mapping[str, Any]]]:
    return [(ARMS.index(run["arm"]), run["seed"], run) for run in found["runs"] if not run["fault"]]


def _refused(run: Mapping[str, Any]) -> str:
    plans = run["refused_plans"]
    return f"{count(plans, 'plan')} of the planner refused" if plans else ""


def _arm(scenario: Scenario) -> dict[str, Any]:
    return {"scenario": scenario.name, "file": scenario.file, "hash": scenario_hash(scenario)}


def _run(outcome: ArmOutcome, names: Sequence[str]) -> dict[str, Any]:
    """A run's row: its figures and how it can be told from another."""
    flat = _flat(outcome.summary)
    row: dict[str, Any] = {"seed": outcome.seed, "arm": ARMS[outcome.arm], "fault": outcome.fault}
    figures = {name: flat.get(name) for name in names}
    return {**row, "digest": flat.get("digest"), "refused_plans": flat.get("refused_plans", 0), **figures}


def _flat(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of `FIGURES` and `OF_CHAINS` by name."""
    chain = summary.get("chain", {})
    flat = {**chain, **summary}
    flat["missed"] = sum(chain.get("late_causes", {}).values())
    for promise in ("same-day", "next-day", "two-day"):
        flat[f"on_time_{promise.replace('-', '_')}"] = chain.get("promises", {}).get(promise, {}).get("on_time")
    return flat


def _figure(name: str, first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = paired([one.get(name) for one in first], [one.get(name) for one in second])
    return {"figure": name, **(found.figures() if found else NOTHING)}


def _word(value: Any) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 60 and "\n" not in text else "another one"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3f}"
