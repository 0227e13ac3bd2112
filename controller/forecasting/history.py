"""Units sold by SKU and day: the table that forecasts are made from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.time_units import DAY_S

SEASON = 7
"""Season of demand in days: a week."""
_FIRST_OF_1970 = 3
"""Weekday of 1 January 1970, a Thursday; Monday is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class DailyDemand:
    """Demand by day. units: float64[skus, days], oldest day first. first_weekday: of the oldest day, Monday is 0."""

    units: NDArray[np.float64]
    first_weekday: int

    @property
    def days(self) -> int:
        return int(self.units.shape[1])

    def last(self, days: int) -> "DailyDemand":
        """Return the newest days; all if there are fewer."""
        dropped = max(0, self.days - days)
        return DailyDemand(self.units[:, dropped:], (self.first_weekday + dropped) % 7)


def daily_demand(history: History, weeks: int | None = None) -> DailyDemand:
    """Return the units by day of an order history, including days without an order.

    The last day is left out unless it is the only one: an export is seldom made at midnight, so its last day is
    incomplete. weeks: at most this many, the newest.
    """
    day = (history.moment // DAY_S).astype(np.int64)
    first, last = (int(day.min()), int(day.max())) if history.orders else (0, 1)
    days = max(1, last - first)
    day_of_line = (day - first)[history.order]
    seen = day_of_line < days
    cells = history.sku[seen].astype(np.int64) * days + day_of_line[seen]
    units = np.bincount(cells, history.units[seen], len(history.names) * days)
    table = DailyDemand(units.reshape(len(history.names), days).astype(np.float64), (first + _FIRST_OF_1970) % 7)
    return table if weeks is None else table.last(weeks * SEASON)
