"""Figures of the report, as the plain map written to report.json and drawn by report.html."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from controller.kpis import Kpis
from controller.kpis.orders import CANCELLED, RECEIVED, SHIPPED, WITHDRAWN, SlowOrder
from controller.report.baseline import against
from controller.report.sections.floor import congestion, incidents, ratio, robot_time, samples
from controller.report.sections.supply_chain import of_chain, promise_verdict
from controller.report.verdict import verdict
from robots.histories.order_stages import STAGE_WORDS, STAGES, Stage
from robots.recording.frames import Header
from robots.wording.formatting import clock, clock_of, span

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)

_KINDS = {"pick": 0, "stow": 1, "pack": 2}

ReportData = dict[str, object]
"""Maps, lists, strings and numbers, as in JSON."""


def figures(
    kpis: Kpis, summary: Mapping[str, object], header: Header, baseline: Mapping[str, object] | None
) -> ReportData:
    """Return all figures of a run. Values in `summary` take precedence over those counted again."""
    merged: ReportData = {**kpis.summary().as_dict(), **summary}
    run: ReportData = {
        "scenario": header.scenario,
        "seed": header.seed,
        "robots": header.robots,
        "pods": header.pods,
        "ticks": kpis.ticks,
        "tick_s": header.tick_s,
        "start": clock_of(header.start_s, seconds=False),
        "end": clock(header, kpis.last_tick + 1, seconds=False),
        "policies": dict(header.policies),
        "digest": merged.get("digest"),
        "scenario_hash": merged.get("scenario_hash") or header.scenario_hash or None,
        "environment": merged.get("environment") or header.environment or None,
    }
    hours = _hours(kpis)
    result: ReportData = {
        "run": run,
        "summary": merged,
        "per_line": _per_line(merged),
        "hours": hours,
        "stations": _stations(kpis),
        "orders": _orders(kpis),
        "robot_time": robot_time(kpis),
        "energy": merged.get("energy"),
        "samples": samples(kpis),
        "planner_ms": _quantiles(kpis.planner_array()),
        "congestion": congestion(kpis),
        "skipped_rows": merged.get("rows_skipped") or header.skipped_rows,
        "orders_left_out": merged.get("orders_left_out") or {},
        "units_left_out": merged.get("units_left_out") or 0,
        "orders_after_end": merged.get("orders_after_end") or 0,
        "incidents": incidents(kpis),
    }
    result |= of_chain(kpis, len(hours["start"]))
    result["verdict"] = [*verdict(merged), *promise_verdict(merged)]
    result["baseline"] = None if baseline is None else against(result, baseline)
    return result


def _per_line(summary: ReportData) -> ReportData:
    lines = summary["lines_picked"]
    return {
        "distance_m": ratio(summary["distance_m"], lines),
        "energy_wh": ratio(summary.get("energy_wh"), lines),
    }


def _quantiles(values: NDArray[np.number], factor: float = 1.0) -> ReportData | None:
    """Return count, mean, least, most and QUANTILES of some values, each times `factor`; None without values."""
    if not values.size:
        return None
    scaled = values.astype(float) * factor
    names = [f"p{round(100 * share)}" for share in QUANTILES]
    return {
        "count": int(values.size),
        "mean": float(scaled.mean()),
        "least": float(scaled.min()),
        **dict(zip(names, np.quantile(scaled, QUANTILES).tolist(), strict=True)),
        "most": float(scaled.max()),
    }


def _hours(kpis: Kpis) -> dict[str, list[object]]:
    """Return columns by hour of the run. covered_s: seconds of the hour that the run lasted."""
    seconds = (kpis.last_tick + 1) * kpis.header.tick_s
    hours = max(1, int(np.ceil(seconds / 3600)))
    orders = kpis.orders.by_hour.table(hours)
    hours = len(orders)
    pick = kpis.stations.is_pick
    return {
        "start": [clock_of(kpis.header.start_s + 3600 * hour, seconds=False) for hour in range(hours)],
        "covered_s": [max(0.0, min(3600.0, seconds - 3600 * hour)) for hour in range(hours)],
        "received": orders[:, RECEIVED].tolist(),
        "shipped": orders[:, SHIPPED].tolist(),
        "cancelled": orders[:, CANCELLED].tolist(),
        "withdrawn": orders[:, WITHDRAWN].tolist(),
        "open": kpis.orders.open_by_hour(hours).tolist(),
        "lines": kpis.stations.lines.table(hours)[:, pick].sum(axis=1).tolist(),
        "units": kpis.stations.units.table(hours)[:, pick].sum(axis=1).tolist(),
    }


def _stations(kpis: Kpis) -> list[ReportData]:
    counted, tick_h = kpis.stations, kpis.header.tick_s / 3600
    lines, units = counted.lines.totals(), counted.units.totals()
    lines_by_hour, units_by_hour = counted.lines.table(), counted.units.table()
    rows = []
    for index, station in sorted(enumerate(kpis.header.stations), key=lambda item: _KINDS.get(item[1].kind, 3)):
        open_h = int(counted.open_ticks[index]) * tick_h
        rows.append(
            {
                "id": station.id,
                "kind": station.kind,
                "open_h": open_h,
                "lines": int(lines[index]),
                "units": int(units[index]),
                "lines_per_hour": ratio(int(lines[index]), open_h),
                "units_per_hour": ratio(int(units[index]), open_h),
                "utilisation": ratio(float(counted.busy_work_ticks[index]), int(counted.work_ticks[index])),
                "busy_of_open": ratio(float(counted.busy_ticks[index]), int(counted.open_ticks[index])),
                "visits": counted.visits[index],
                "pile_on": ratio(counted.visit_units[index], counted.visits[index]),
                "queue_mean": ratio(int(counted.queue_ticks[index]), counted.ticks),
                "queue_most": int(counted.queue_most[index]),
                "lines_by_hour": lines_by_hour[:, index].tolist(),
                "units_by_hour": units_by_hour[:, index].tolist(),
            }
        )
    return rows


def _orders(kpis: Kpis) -> ReportData:
    orders, tick_s = kpis.orders, kpis.header.tick_s
    due, in_time = orders.due_by(kpis.last_tick)
    mean = orders.spent * (tick_s / max(1, orders.shipped))
    return {
        "due": due,
        "due_shipped_in_time": in_time,
        "withdrawn": orders.withdrawn,
        "lines_withdrawn": orders.lines_withdrawn,
        "units_withdrawn": orders.units_withdrawn,
        "turnover_s": _quantiles(np.array(orders.turnover), tick_s),
        "lateness_s": _quantiles(np.array(orders.lateness), tick_s),
        "turnover_histogram": _histogram(np.array(orders.turnover), tick_s),
        "lateness_histogram": _histogram(np.array(orders.lateness), tick_s),
        "stages_mean_s": dict(zip(STAGES, mean.tolist(), strict=True)),
        "slowest": [_slow(order, kpis.header) for order in orders.slowest(kpis.last_tick)],
    }


def _histogram(values: NDArray[np.number], factor: float) -> ReportData:
    """Return counts between edges in seconds."""
    counts, edges = np.histogram(values.astype(float) * factor, bins=40)
    return {"edges_s": edges.tolist(), "count": counts.tolist()}


def _slow(order: SlowOrder, header: Header) -> ReportData:
    spent = {stage: ticks * header.tick_s for stage, ticks in zip(STAGES, order.spent, strict=True)}
    return {
        "name": order.name,
        "received": clock(header, order.received),
        "due": clock(header, order.due),
        "shipped": clock(header, order.ended) if order.ended is not None else None,
        "turnover_s": order.turnover * header.tick_s,
        "stages_s": spent,
        "reason": _reason(order, spent),
        "notes": [f"{clock(header, t)} {words}" for t, words in order.reasons],
    }


def _reason(order: SlowOrder, spent: Mapping[Stage, float]) -> str:
    longest = max(spent, key=lambda stage: spent[stage])
    words = f"{span(spent[longest])} {STAGE_WORDS[longest]}"
    if order.ended is not None:
        return words
    return words + (", and still there" if order.stage == longest else f", now {STAGE_WORDS[order.stage]}")
