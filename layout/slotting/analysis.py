"""Analyse an order history: spread of demand over SKUs, orders and time, and SKUs bought together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History, together
from layout.time_units import DAY_S

PARETO_BORDERS = (0.8, 0.95)
"""Borders of the classes: A SKUs make the first 80 % of the lines, B SKUs those up to 95 %, C SKUs the rest [ABC
analysis, as usual].
"""
RECENT = 0.2
"""Newest share of the period: a SKU with its first order in it is new, one without an order in it is dying."""
TOP_PAIRS = 50
_THURSDAY = 3
"""Weekday of the epoch's first day, Monday being 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Pareto:
    """Pareto classes. order: int64[skus], the fastest first. share: float64[skus], share of all lines up to each SKU.
    cls: int8[skus] by SKU, 0 to 2 for A, B and C.
    """

    order: NDArray[np.int64]
    share: NDArray[np.float64]
    cls: NDArray[np.int8]


def pareto(history: History) -> Pareto:
    """Return the Pareto classes by velocity in order lines, because each is a pick; of equal SKUs the first ranks
    higher.
    """
    lines = history.lines_of()
    order = np.argsort(-lines, kind="stable")
    share = np.cumsum(lines[order]) / max(1, int(lines.sum()))
    before = np.concatenate([[0.0], share[:-1]])[: len(share)]
    cls = np.empty(len(lines), np.int8)
    cls[order] = np.searchsorted(PARETO_BORDERS, before + 1e-12, side="right")
    cls[lines == 0] = len(PARETO_BORDERS)
    return Pareto(order, share, cls)


def days_of(history: History) -> float:
    """Return the days from the first order to the last, at least one."""
    if not history.orders:
        return 1.0
    return max(1.0, (float(history.moment.max()) - float(history.moment.min())) / DAY_S)


def per_order(history: History) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (int64[orders] lines, int64[orders] units) of each order."""
    units = np.bincount(history.order, history.units, history.orders)
    return np.diff(history.first), np.round(units).astype(np.int64)


def profile(history: History) -> NDArray[np.int64]:
    """Return the orders by weekday, Monday first, and hour of the day: int64[7, 24]."""
    day, second = np.divmod(history.moment, DAY_S)
    weekday = (day.astype(np.int64) + _THURSDAY) % 7
    slots = weekday * 24 + (second // 3600).astype(np.int64)
    return np.bincount(slots, minlength=7 * 24).reshape(7, 24).astype(np.int64)


LEAST_TOGETHER = 5
"""Least number of orders with a pair for its lift to be meaningful: as required of a cell in chi-squared tests (Cochran
1954).
"""
LEAST_RECENT = 100
"""Least number of recent orders for calling SKUs new or dying: with fewer, most slow SKUs appear so at random."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """SKUs bought together. one, other: int64[pairs], most often first. count: int64[pairs], orders with both. support:
    float64[pairs], their share of all orders. lift: ratio to the number expected at random, meaningful from
    LEAST_TOGETHER orders on.
    """

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    count: NDArray[np.int64]
    support: NDArray[np.float64]
    lift: NDArray[np.float64]


def pairs(history: History, limit: int = TOP_PAIRS) -> Pairs:
    """Return the pairs in most orders; of equal ones those with higher lift, then by SKU."""
    coo = together(history).tocoo()
    upper = coo.coords[0] < coo.coords[1]
    one, other = (coo.coords[axis][upper].astype(np.int64) for axis in range(2))
    count = np.round(coo.data[upper]).astype(np.int64)
    lines = history.lines_of()
    orders = max(1, history.orders)
    lift = count * orders / np.maximum(1, lines[one] * lines[other])
    order = np.lexsort((other, one, -lift, -count))[:limit]
    return Pairs(one[order], other[order], count[order], count[order] / orders, lift[order])


@dataclass(frozen=True, slots=True, eq=False)
class Ages:
    """Ages of SKUs. first, last: float64[skus], moments of the first and last order; NaN for none. new, dying:
    bool[skus]. since: moment from which orders are recent. new_lines: share of the recent lines that new SKUs have,
    which no slotting can foresee.
    """

    first: NDArray[np.float64]
    last: NDArray[np.float64]
    new: NDArray[np.bool_]
    dying: NDArray[np.bool_]
    since: float
    new_lines: float


def ages(history: History) -> Ages:
    moment = history.moment[history.order]
    first = np.full(len(history.names), np.inf)
    last = np.full(len(history.names), -np.inf)
    np.minimum.at(first, history.sku, moment)
    np.maximum.at(last, history.sku, moment)
    begin, end = (float(history.moment.min()), float(history.moment.max())) if history.orders else (0.0, 0.0)
    since = end - RECENT * (end - begin)
    ordered = np.isfinite(first)
    new, dying = ordered & (first > since), ordered & (last < since)
    recent = moment > since
    new_lines = float(new[history.sku[recent]].mean()) if recent.any() else 0.0
    nothing = np.nan
    return Ages(np.where(ordered, first, nothing), np.where(ordered, last, nothing), new, dying, since, new_lines)


@dataclass(frozen=True, slots=True, eq=False)
class BinNeed:
    """Bins needed. units_a_day, bin_days: float64[skus], units sold a day and days that a full bin lasts (inf without
    demand). bins: int64[skus], for the days of cover.
    """

    units_a_day: NDArray[np.float64]
    bin_days: NDArray[np.float64]
    bins: NDArray[np.int64]


def bin_need(history: History, bin_units: int, cover_days: float) -> BinNeed:
    """Return the bins needed by each SKU. bin_units: of a SKU in a bin."""
    a_day = history.units_of() / days_of(history)
    with np.errstate(divide="ignore"):
        days = np.where(a_day > 0, bin_units / a_day, np.inf)
    bins = np.maximum(1, np.ceil(a_day * cover_days / bin_units - 1e-9)).astype(np.int64)
    return BinNeed(a_day, days, bins)


def histogram(values: NDArray[np.int64], largest: int) -> list[int]:
    """Return how many values are 1, 2, … and `largest` or more."""
    return np.bincount(np.clip(values, 1, largest), minlength=largest + 1)[1:].tolist()  # type: ignore[no-any-return,unused-ignore]


def by_size(values: NDArray[np.int64]) -> dict[str, list[int]]:
    """Return {"from": least value of each class, 1, 2, 5, 10, 20 …; "count": values in each}."""
    edges = [1]
    while edges[-1] <= int(values.max(initial=1)):
        edges.append(edges[-1] * 5 // 2 if str(edges[-1])[0] == "2" else edges[-1] * 2)
    counts, _ = np.histogram(values, edges)
    return {"from": edges[:-1], "count": counts.tolist()}


def spread(values: NDArray[np.number]) -> dict[str, float]:
    """Return mean, quartiles, 95 % and most of some values; zeros if there are none."""
    if not len(values):
        return dict.fromkeys(("mean", "p25", "p50", "p75", "p95", "most"), 0.0)
    p25, p50, p75, p95 = np.quantile(values, (0.25, 0.5, 0.75, 0.95)).tolist()
    return {"mean": float(values.mean()), "p25": p25, "p50": p50, "p75": p75, "p95": p95, "most": float(values.max())}
