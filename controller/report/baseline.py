"""Comparison of a run with another: key figures side by side, and the settings that differ."""

from collections.abc import Mapping
from typing import Any

COMPARED: tuple[tuple[str, str, str, int], ...] = (
    ("orders_shipped", "Orders shipped", "", 1),
    ("orders_open", "Orders open at the end", "", -1),
    ("lines_picked", "Lines picked", "", 1),
    ("units_picked", "Units picked", "", 1),
    ("units_per_station_hour", "Units a pick-station hour", "units/h", 1),
    ("pile_on", "Pile-on", "units a visit", 1),
    ("on_time", "On time", "share", 1),
    ("turnover_p50_s", "Turnover, median", "s", -1),
    ("turnover_p95_s", "Turnover, 95 %", "s", -1),
    ("station_utilisation", "Pick-station utilisation", "share", 1),
    ("robot_utilisation", "Robot utilisation", "share", 0),
    ("distance_m", "Distance", "m", 0),
    ("distance_m_per_line", "Distance a line", "m", -1),
    ("energy_wh", "Energy", "Wh", 0),
    ("energy_wh_per_line", "Energy a line", "Wh", -1),
    ("collisions", "Collisions", "", -1),
    ("stock_errors", "Stock errors", "", -1),
    ("order_errors", "Order errors", "", -1),
    ("stuck_robots", "Stuck robots", "", -1),
    ("robots_out", "Robots flat or dead", "", -1),
    ("stations_out", "Stations closed", "", -1),
    ("orders_stranded", "Orders nobody can serve", "", -1),
    ("on_time_promise", "On time by promise", "share", 1),
    ("stockout_lines", "Lines short of stock", "", -1),
    ("cost_per_order_cents", "Cost of an order", "cents", -1),
    ("co2e_g_per_order", "CO2e of an order", "g", -1),
    ("planner_ms_mean", "Planner, mean", "ms", -1),
    ("planner_ms_p99", "Planner, 99 %", "ms", -1),
    ("ticks_per_s", "Speed of the run", "ticks/s", 1),
)
"""(key, label, unit, direction): 1 if more is better, -1 if less is, 0 if neither."""
TOTALS = frozenset({"orders_shipped", "orders_open", "lines_picked", "units_picked", "stockout_lines"})
"""Totals of a run, for which more or fewer is neither better nor worse if the runs differ in length."""


def against(report: Mapping[str, Any], baseline: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"differs": settings that differ, "rows": figures}. baseline: a report.json, or a summary alone."""
    figures, baseline_figures = _flat(report), _flat(baseline)
    lengths = {_length(report), _length(baseline)}
    same_length = None in lengths or len(lengths) == 1
    rows = [
        _row(
            label, unit, better if same_length or key not in TOTALS else 0, figures.get(key), baseline_figures.get(key)
        )
        for key, label, unit, better in COMPARED
        if _is_number(figures.get(key)) or _is_number(baseline_figures.get(key))
    ]
    return {"differs": _differences(report, baseline), "rows": rows}


def _length(report: Mapping[str, Any]) -> float | None:
    """Return the seconds of floor time, or None if unknown."""
    run = report.get("run", report)
    ticks, tick_s = run.get("ticks"), run.get("tick_s")
    return None if ticks is None or tick_s is None else ticks * tick_s


def _flat(report: Mapping[str, Any]) -> dict[str, Any]:
    summary = report.get("summary", report)
    flat = {**(summary.get("chain") or {}), **summary}
    for key, value in report.get("per_line", {}).items():
        flat[f"{key}_per_line"] = value
    flat |= _trouble(summary.get("trouble") or {})
    turnover = report.get("orders", {}).get("turnover_s") or {}
    flat["turnover_p50_s"], flat["turnover_p95_s"] = turnover.get("p50"), turnover.get("p95")
    return flat


def _trouble(trouble: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of robots, stations and orders out of action; empty for a run that did not check."""
    if not trouble:
        return {}
    return {
        "robots_out": trouble["robots_flat"] + trouble["robots_dead"],
        "stations_out": len(trouble["stations_closed"]),
        "orders_stranded": sum(trouble["orders_stranded"].values()),
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _row(label: str, unit: str, better: int, value: Any, baseline: Any) -> dict[str, Any]:
    """Return a row of the comparison. change_percent is relative to the baseline's value, None if that is missing or
    zero.
    """
    comparable = _is_number(value) and _is_number(baseline)
    change = 100 * (value - baseline) / abs(baseline) if comparable and baseline else None
    gain = (value - baseline) * better if comparable else 0
    return {
        "label": label,
        "unit": unit,
        "value": value,
        "baseline": baseline,
        "change_percent": change,
        "better": gain > 0 if gain else None,
    }


def _differences(report: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[str]:
    settings, baseline_settings = _settings(report), _settings(baseline)
    return [
        f"{key}: {baseline_settings[key]} → {settings[key]}"
        for key in settings
        if key in baseline_settings and baseline_settings[key] is not None and settings[key] != baseline_settings[key]
    ]


def _settings(report: Mapping[str, Any]) -> dict[str, Any]:
    run = report.get("run", report)
    settings = {key: run.get(key) for key in ("scenario", "seed", "robots", "pods", "ticks", "tick_s")}
    return settings | {f"policy {name}": choice for name, choice in run.get("policies", {}).items()}
