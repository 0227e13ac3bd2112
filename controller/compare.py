"""Two scenarios on the same seeds: how much one differs from the other, figure by figure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from controller.run import SimulatedRun
from controller.scenario import Scenario

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


def comparison(pairs: Iterable[tuple[Scenario, Scenario]]) -> list[dict[str, Any]]:
    """A row a figure: mean of the first, of the second, the paired change and how far it spreads over the seeds.

    change and spread are shares of the first's mean; spread is the standard error of the paired change, None for one pair.
    """
    first, second = [], []
    for one, other in pairs:
        first.append(_summary(one))
        second.append(_summary(other))
    names = FIGURES + (OF_CHAINS if all("chain" in summary for summary in (*first, *second)) else ())
    first, second = [_flat(one) for one in first], [_flat(other) for other in second]
    return [_row(name, [s[name] for s in first], [s[name] for s in second]) for name in names]


def table(rows: list[dict[str, Any]], first: str, second: str) -> "Table":
    """The rows as a table for the terminal."""
    from rich.table import Table

    shown = Table("figure", f"1: {first}", f"2: {second}", "change", "±")
    for row in rows:
        shown.add_row(
            row["figure"].replace("_", " "),
            _number(row["first"]),
            _number(row["second"]),
            "–" if row["change"] is None else f"{row['change']:+.1%}",
            "" if row["spread"] is None else f"{row['spread']:.1%}",
        )
    return shown


def _summary(scenario: Scenario) -> dict[str, Any]:
    with SimulatedRun(scenario) as run:
        while not run.done:
            run.step()
        return run.finish()


def _flat(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of `FIGURES` and `OF_CHAINS` by name."""
    chain = summary.get("chain", {})
    flat = {**chain, **summary}
    flat["missed"] = sum(chain.get("late_causes", {}).values())
    for promise in ("same-day", "next-day", "two-day"):
        flat[f"on_time_{promise.replace('-', '_')}"] = chain.get("promises", {}).get(promise, {}).get("on_time")
    return flat


def _row(name: str, first: list[float | None], second: list[float | None]) -> dict[str, Any]:
    """Means are of the seeds that have the figure; the change is of the seeds that have it in both scenarios."""
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    usual = _mean([a for a, _ in pairs])
    changes = np.array([(b - a) / usual for a, b in pairs]) if usual else np.array([])
    many = len(changes) > 1
    return {
        "figure": name,
        "first": _mean([a for a in first if a is not None]),
        "second": _mean([b for b in second if b is not None]),
        "change": float(changes.mean()) if len(changes) else None,
        "spread": float(changes.std(ddof=1) / np.sqrt(len(changes))) if many else None,
    }


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3f}"
