"""Figures of an order history as the plain map written to analysis.json and drawn by analysis.html."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import SupportsFloat

import numpy as np
from numpy.typing import NDArray

from controller.scenario.scenario import Scenario, pod_count
from controller.slotting.items import Item
from layout.slotting import analysis
from layout.slotting.history import History
from layout.slotting.policies.quantities import COVER_DAYS

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CLASSES = "ABC"
_CURVE_POINTS = 200
_LISTED = 20
_LINES_SHOWN = 30
_DAYS_EDGES = (0, 1, 2, 4, 7, 14, 30, 90, 365)

HistoryFigures = dict[str, object]


def figures(
    scenario: Scenario,
    history: History,
    skipped: Mapping[str, int],
    orders: Path,
    items: Mapping[str, Item] | None = None,
) -> HistoryFigures:
    """Return all figures of `podfleet slot analyze`."""
    classes = analysis.pareto(history)
    lines, units = analysis.per_order(history)
    return {
        "orders_file": str(orders),
        "floor": scenario.name,
        "orders": history.orders,
        "lines": len(history.sku),
        "units": int(history.units.sum()),
        "skus": len(history.names),
        "skus_ordered": int((history.lines_of() > 0).sum()),
        "from": _day(history.moment.min()),
        "to": _day(history.moment.max()),
        "days": analysis.days_of(history),
        "left_out": dict(skipped),
        "abc": _abc(history, classes),
        "curve": _curve(classes),
        "fastest": _fastest(history, classes, items or {}),
        "lines_per_order": analysis.spread(lines) | {"histogram": analysis.histogram(lines, _LINES_SHOWN)},
        "units_per_order": analysis.spread(units) | analysis.by_size(units),
        "singles": float((units == 1).mean()),
        "one_line": float((lines == 1).mean()),
        "profile": analysis.profile(history).tolist(),
        "pairs": _pairs(history, items or {}),
        "space": _space(scenario, history),
        "ages": _ages(history, items or {}),
    }


def _day(moment: float) -> str:
    return datetime.fromtimestamp(float(moment), UTC).strftime("%Y-%m-%d")


def _abc(history: History, classes: analysis.Pareto) -> list[HistoryFigures]:
    lines, units = history.lines_of(), history.units_of()
    rows = []
    for number, name in enumerate(CLASSES):
        of_class = classes.cls == number
        rows.append(
            {
                "class": name,
                "skus": int(of_class.sum()),
                "share_of_skus": _ratio(of_class.sum(), len(of_class)),
                "share_of_lines": _ratio(lines[of_class].sum(), lines.sum()),
                "share_of_units": _ratio(units[of_class].sum(), units.sum()),
            }
        )
    return rows


def _curve(classes: analysis.Pareto) -> HistoryFigures:
    """Return points of the Pareto curve: share of SKUs, share of lines."""
    count = len(classes.share)
    indices = np.unique(np.linspace(0, count - 1, min(count, _CURVE_POINTS)).round().astype(np.int64))
    return {"skus": [0.0, *((indices + 1) / count).tolist()], "lines": [0.0, *classes.share[indices].tolist()]}


def _fastest(history: History, classes: analysis.Pareto, items: Mapping[str, Item]) -> list[HistoryFigures]:
    lines, units, days = history.lines_of(), history.units_of(), analysis.days_of(history)
    return [
        {
            **_named(history.names[sku], items),
            "lines": int(lines[sku]),
            "lines_a_day": float(lines[sku] / days),
            "units": int(units[sku]),
            "share_of_lines": _ratio(lines[sku], lines.sum()),
        }
        for sku in classes.order[:_LISTED].tolist()
    ]


def _named(sku: str, items: Mapping[str, Item]) -> HistoryFigures:
    return {"sku": sku, "name": items[sku].name if sku in items else ""}


def _pairs(history: History, items: Mapping[str, Item]) -> list[HistoryFigures]:
    frequent = analysis.pairs(history)
    columns = (frequent.one, frequent.other, frequent.count, frequent.support, frequent.lift)
    return [
        {
            "sku": history.names[first],
            "with": history.names[second],
            "names": [_named(history.names[sku], items)["name"] for sku in (first, second)],
            "orders": count,
            "support": support,
            "lift": lift if count >= analysis.LEAST_TOGETHER else None,
        }
        for first, second, count, support, lift in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _space(scenario: Scenario, history: History) -> HistoryFigures:
    """Return the space needed by the SKUs against the bins of the floor."""
    bin_units = scenario.pods.bin_units
    need = analysis.bin_need(history, bin_units, COVER_DAYS)
    bins = pod_count(scenario) * scenario.pods.bins
    edges = np.array([*_DAYS_EDGES, np.inf])
    lasts = np.histogram(np.minimum(need.bin_days, 1e9), edges)[0]
    return {
        "bin_units": bin_units,
        "bins": bins,
        "pods": pod_count(scenario),
        "cover_days": COVER_DAYS,
        "bins_needed": int(need.bins.sum()),
        "share_of_bins": _ratio(need.bins.sum(), bins),
        "skus_in_one_bin": int((need.bins == 1).sum()),
        "bin_lasts_days": {"edges": list(_DAYS_EDGES), "skus": lasts.tolist()},
        "most_bins": _most_bins(history, need),
    }


def _most_bins(history: History, need: analysis.BinNeed) -> list[HistoryFigures]:
    return [
        {"sku": history.names[sku], "units_a_day": float(need.units_a_day[sku]), "bins": int(need.bins[sku])}
        for sku in np.argsort(-need.units_a_day, kind="stable")[:_LISTED].tolist()
    ]


def _ages(history: History, items: Mapping[str, Item]) -> HistoryFigures:
    ages, lines = analysis.ages(history), history.lines_of()
    recent = int((history.moment > ages.since).sum())

    def most(chosen: NDArray[np.bool_]) -> list[HistoryFigures]:
        skus = np.flatnonzero(chosen)
        return [
            {
                **_named(history.names[sku], items),
                "lines": int(lines[sku]),
                "first": _day(ages.first[sku]),
                "last": _day(ages.last[sku]),
            }
            for sku in skus[np.argsort(-lines[skus], kind="stable")][:_LISTED].tolist()
        ]

    return {
        "recent_from": _day(ages.since),
        "recent_orders": recent,
        "too_few": recent < analysis.LEAST_RECENT,
        "new": int(ages.new.sum()),
        "dying": int(ages.dying.sum()),
        "new_share_of_recent_lines": ages.new_lines,
        "most_of_new": most(ages.new),
        "most_of_dying": most(ages.dying),
    }


def _ratio(part: SupportsFloat, whole: SupportsFloat) -> float:
    return float(part) / float(whole) if whole else 0.0
