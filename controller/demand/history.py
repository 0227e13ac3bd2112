"""Demand before the run: the days from which forecasts begin.

A day lasts from one stock review to the next, so that everything known at a review is whole days. The day in progress
at tick 0 has begun already; its demand so far is known too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from controller.demand.order_cells import OrderRow
from controller.scenario.scenario import OrderSettings, clock_seconds
from layout.arrays import Floats
from layout.time_units import DAY_S


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Demand before the run.

    days: float64[skus, days], units, oldest first. today: float64[skus], of the day in progress. expected:
    float64[skus], units a day by the catalogue's shares, for a run without a history.
    """

    days: Floats
    today: Floats
    expected: Floats

    def for_skus(self, skus: int) -> "Past":
        """Return the past with rows of zeros for SKUs that were added to the catalogue later."""
        more = skus - len(self.today)
        return Past(
            np.pad(self.days, ((0, more), (0, 0))), np.pad(self.today, (0, more)), np.pad(self.expected, (0, more))
        )


def synthetic_past(
    orders: OrderSettings,
    stations: int,
    share: Floats,
    start_s: float,
    review: str,
    days: int,
    rng: np.random.Generator,
) -> Past:
    """Return random demand with the same rate, order sizes and shares as the run. start_s: time of day at tick 0."""
    hourly = orders.per_station_hour * stations * np.array(orders.profile)
    begun = _hours_since(start_s, review)
    past = np.stack([_drawn(orders, hourly.sum(), share, rng) for _ in range(days)], axis=1) if days else None
    expected = hourly.sum() * orders.mean_units * share
    today = _drawn(orders, float((hourly * begun).sum()), share, rng)
    return Past(np.zeros((len(share), 0)) if past is None else past, today, expected)


def past_of_rows(rows: Sequence[OrderRow], skus: Mapping[str, int], first: datetime, review: str, days: int) -> Past:
    """Return a CSV's demand before the run's first moment: at most this number of days, none before the file begins."""
    opened = first.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=clock_seconds(review))
    if opened > first:  # the calendar's first day, which some exports write for an empty date, has no day before it
        opened = first if first.toordinal() == 1 else opened - timedelta(days=1)
    oldest = min((moment for *_, moment in rows), default=first)
    days = max(0, min(days, (opened - oldest).days))
    units, everything = np.zeros((len(skus), days + 1)), np.zeros(len(skus))
    begin = opened - timedelta(days=days)
    for _, name, quantity, moment in rows:
        everything[skus[name]] += quantity
        if begin <= moment < first:
            units[skus[name], (moment - begin).days] += quantity
    last = max((moment for *_, moment in rows), default=first)
    return Past(units[:, :-1], units[:, -1], everything / max(1.0, (last - oldest) / timedelta(days=1)))


def _drawn(orders: OrderSettings, mean_orders: float, share: Floats, rng: np.random.Generator) -> Floats:
    """Return float64[skus]: units of a Poisson number of orders."""
    count = int(rng.poisson(mean_orders))
    units = int(_sizes(orders, count, rng).sum())
    return rng.multinomial(units, share / share.sum()).astype(np.float64)


def _sizes(orders: OrderSettings, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return int64[count]: units of orders, distributed as in controller/demand/demand.py."""
    if orders.max_units == 1:
        return np.ones(count, np.int64)
    tail = max(0.0, (orders.mean_units - orders.singles) / max(1e-9, 1 - orders.singles) - 2.0)
    more = np.minimum(orders.max_units, 1 + rng.geometric(1.0 / (1.0 + tail), count))
    return np.where(rng.random(count) < orders.singles, 1, more).astype(np.int64)


def _hours_since(start_s: float, review: str) -> Floats:
    """Return float64[24]: share of each hour of the day that lies between the last review and the start of the run."""
    end = start_s % DAY_S / 3600.0
    begin = clock_seconds(review) / 3600.0
    hours = np.arange(24.0)
    if begin <= end:
        return _overlap(hours, begin, end)
    return _overlap(hours, begin, 24.0) + _overlap(hours, 0.0, end)


def _overlap(hours: Floats, begin: float, end: float) -> Floats:
    return np.asarray(np.clip(np.minimum(hours + 1.0, end) - np.maximum(hours, begin), 0.0, 1.0), np.float64)
