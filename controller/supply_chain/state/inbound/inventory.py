"""Stock of all SKUs as buyers see it: what is asked for, here, ordered, and how much of it is to be where.

What the pods hold is kept up from the reserve: when a SKU's pods have fallen to half of their level, they are filled up to it.
"""

import heapq
import math
from collections.abc import Container
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.warehouse.pods import Pods, Stowed
from controller.warehouse.stock import DOCK, RESERVE

_REFILL = 0.5
"""Share of their level under which pods are filled up: half, so that a lot is worth the way [our own arithmetic]."""
_BINS_USED = 0.75
"""Share of all bins that the levels may add up to; random stow leaves many bins partly filled."""


@dataclass(slots=True, eq=False)
class ChosenForecast:
    """models, inflation: by class A, B, C, as `forecasting.backtest.ModelChoice` has them. classes: int8[skus]."""

    models: tuple[str, ...]
    inflation: tuple[float, ...]
    classes: NDArray[np.int8]


class Inventory:
    """The floor's supply: as `Replenishment` to the floor, with a reserve and purchase orders behind it.

    All lists and arrays are by SKU. demand: units of open order lines to which no pod is allocated. inbound: units
    announced, on their way from the reserve, or on the dock, not yet stowed. ordered: units of open purchase orders. mean,
    variance: forecast of a day. left_at: int64, position that the last review left behind. history: float64[skus, days] of
    units asked for, oldest first; asked: the same of the day that runs. reorder_point, order_up_to: units, of the house's
    SKUs. short: {order: SKUs that it was told to wait for}. opening: bins that were stowed by chance for tick 0.
    """

    source = RESERVE
    """Where `arrivals` come from."""

    def __init__(self, pods: Pods, fetch_ticks: int, bin_units: int, room: list[int] | None = None) -> None:
        skus = len(pods.free)
        self.demand, self.inbound, self.ordered = [0] * skus, [0] * skus, [0] * skus
        self.mean, self.variance = np.zeros(skus), np.zeros(skus)
        self.history = np.zeros((skus, 0))
        self.demand_today = np.zeros(skus)
        self.reorder_point, self.order_up_to = np.zeros(skus, np.int64), np.zeros(skus, np.int64)
        self.left_at = np.full(skus, np.iinfo(np.int64).max)
        self.chosen: ChosenForecast | None = None
        self.backordered: dict[int, set[int]] = {}
        self.opening: list[Stowed] = []
        self._bin_units, self._fetch_ticks, self._room = bin_units, fetch_ticks, room
        self._level = [bin_units] * skus
        self._fetching = [0] * skus
        self._arrivals: list[tuple[int, int, int]] = []
        self.use(pods)

    def use(self, pods: Pods) -> None:
        """The pods, and the ledger, that stock is in."""
        self._pods, self._ledger = pods, pods.ledger
        self.opening = []

    def position(self, sku: int) -> int:
        """Units here and ordered, less those asked for. What is promised to an order, or has a problem, doesn't count."""
        here = self._ledger.units(DOCK, sku) + self._ledger.units(RESERVE, sku)
        return self._pods.free_total[sku] + here + self.ordered[sku] - self.demand[sku]

    def wanted_in_pods(self, sku: int) -> int:
        """Units that the pods of a SKU are to be filled up by just now, those beside that are on their way."""
        there = self._pods.free_total[sku] + self._ledger.units(DOCK, sku) + self._fetching[sku] - self.demand[sku]
        level = self._level[sku]
        return level - there if there <= _REFILL * level else 0

    def in_pods(self, sku: int, units: int) -> int:
        """Of so many units that the house has, those that its pods hold."""
        return min(units, self._level[sku])

    def coming(self, sku: int) -> int:
        """Units ordered, in the reserve or on their way into the pods."""
        return self.ordered[sku] + self.inbound[sku] + self._ledger.units(RESERVE, sku)

    def review(self, sku: int, tick: int) -> None:
        """Fetch more of a SKU from the reserve if its pods run low."""
        kept = self._ledger.units(RESERVE, sku) - self._fetching[sku]
        if kept <= 0:
            return
        units = min(kept, self.wanted_in_pods(sku))
        if units > 0:
            self._fetching[sku] += units
            self.inbound[sku] += units
            heapq.heappush(self._arrivals, (tick + self._fetch_ticks, sku, units))

    def arrivals(self, tick: int) -> list[tuple[int, int]]:
        """(sku, units) that reach the dock from the reserve by this tick."""
        come = []
        while self._arrivals and self._arrivals[0][0] <= tick:
            _, sku, units = heapq.heappop(self._arrivals)
            self._fetching[sku] -= units
            come.append((sku, units))
        return come

    def set_pod_levels(self, days: float) -> None:
        """Pods are to hold so many days of the forecast, a bin of each SKU at least, and less where bins don't suffice."""
        more = np.maximum(0.0, self.mean * days - self._bin_units)
        spare = (_BINS_USED * self._ledger.bin_sku.size - len(more)) * self._bin_units
        factor = min(1.0, max(0.0, spare) / max(1.0, float(more.sum())))
        level = [self._bin_units + math.ceil(units) for units in (factor * more).tolist()]
        if self._room is not None:
            level = [min(units, most) for units, most in zip(level, self._room, strict=True)]
        self._level = level

    def forget_served(self, open_orders: Container[int], promised: Container[int]) -> None:
        """Orders that are done don't wait for stock; that they did is known until they are delivered."""
        for number in [number for number in self.backordered if number not in open_orders and number not in promised]:
            del self.backordered[number]

    def close_day(self, kept_days: int) -> None:
        """What was asked for since the last close is a day of the history, of which so many are kept."""
        self.history = np.column_stack([self.history, self.demand_today])[:, -max(1, kept_days) :]
        self.demand_today = np.zeros(len(self.demand_today))
