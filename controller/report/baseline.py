"""Comparison of a run with another: key figures side by side, and the settings that differ."""

from collections.abc import Mapping

from msgspec import convert, to_builtins

from controller.kpis.summary import Trouble

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


def against(report: Mapping[str, object], baseline: Mapping[str, object]) -> dict[str, object]:
    """Return {"differs": settings that differ, "rows": figures}. baseline: a report.json, or a summary alone."""
    figures, baseline_figures = _flat(report), _flat(baseline)
    lengths = {_length(report), _length(baseline)}
    same_length = None in lengths or len(lengths) == 1
    rows = [
        _row(
            label, unit, better if same_length or key not in TOTALS else 0, figures.get(key), baseline_figures.get(key)
        )
        for key, label, unit, better in COMPARED
        if _number(figures.get(key)) is not None or _number(baseline_figures.get(key)) is not None
    ]
    return {"differs": _differences(report, baseline), "rows": rows}


def _length(report: Mapping[str, object]) -> float | None:
    """Return the seconds of floor time, or None if unknown."""
    run = _part(report, "run") or report
    ticks, tick_s = _number(run.get("ticks")), _number(run.get("tick_s"))
    return None if ticks is None or tick_s is None else ticks * tick_s


def _flat(report: Mapping[str, object]) -> dict[str, object]:
    summary = _part(report, "summary") or report
    flat = {**_part(summary, "chain"), **summary}
    for key, value in _part(report, "per_line").items():
        flat[f"{key}_per_line"] = value
    flat |= _trouble(_part(summary, "trouble"))
    turnover = _part(_part(report, "orders"), "turnover_s")
    flat["turnover_p50_s"], flat["turnover_p95_s"] = turnover.get("p50"), turnover.get("p95")
    return flat


def _part(table: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return a table within another one, an empty one if it isn't there."""
    part = table.get(key)
    return part if isinstance(part, Mapping) else {}


def _trouble(trouble: Mapping[str, object]) -> dict[str, int]:
    """Return the number of robots, stations and orders out of action; empty for a run that did not check."""
    if not trouble:
        return {}
    found = convert(to_builtins(trouble), Trouble)
    return {
        "robots_out": found.robots_flat + found.robots_dead,
        "stations_out": len(found.stations_closed),
        "orders_stranded": sum(found.orders_stranded.values()),
    }


def _number(value: object) -> int | float | None:
    """Return a value that is a number, None for any other."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _row(label: str, unit: str, better: int, value: object, baseline: object) -> dict[str, object]:
    """Return a row of the comparison. change_percent is relative to the baseline's value, None if that is missing or
    zero.
    """
    ours, theirs = _number(value), _number(baseline)
    more = None if ours is None or theirs is None else ours - theirs
    change = 100 * more / abs(theirs) if more is not None and theirs else None
    gain = more * better if more is not None else 0
    return {
        "label": label,
        "unit": unit,
        "value": value,
        "baseline": baseline,
        "change_percent": change,
        "better": gain > 0 if gain else None,
    }


def _differences(report: Mapping[str, object], baseline: Mapping[str, object]) -> list[str]:
    settings, baseline_settings = _settings(report), _settings(baseline)
    return [
        f"{key}: {baseline_settings[key]} → {settings[key]}"
        for key in settings
        if key in baseline_settings and baseline_settings[key] is not None and settings[key] != baseline_settings[key]
    ]


def _settings(report: Mapping[str, object]) -> dict[str, object]:
    run = _part(report, "run") or report
    settings: dict[str, object] = {
        key: run.get(key) for key in ("scenario", "seed", "robots", "pods", "ticks", "tick_s")
    }
    return settings | {f"policy {name}": choice for name, choice in _part(run, "policies").items()}
