"""Stock of all SKUs as buyers see it: demand, stock on hand and on order, and target levels.

Pods are replenished from the reserve: when a SKU's pods have fallen to half of their level, they are filled up to it.
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
"""Share of the level below which pods are filled up: half, so that a lot is worth the trip [our own arithmetic]."""
_BINS_USED = 0.75
"""Share of all bins that the levels may add up to; random stow leaves many bins partly filled."""


@dataclass(slots=True, eq=False)
class ChosenForecast:
    """Forecast models in use, none before the first choice. models, inflation: by class A, B, C, as in
    `forecasting.backtest.ModelChoice`. classes: int8[skus].
    """

    models: tuple[str, ...]
    inflation: tuple[float, ...]
    classes: NDArray[np.int8]


class Inventory:
    """The floor's supply: like `Replenishment`, with a reserve and purchase orders behind it.

    All lists and arrays are by SKU. demand: units of open order lines not allocated to a pod. inbound: units announced,
    on their way from the reserve, or on the dock, not yet stowed. ordered: units of open purchase orders. mean,
    variance: forecast of a day's demand. left_at: int64, position after the last review. history: float64[skus, days],
    units of demand, oldest day first; demand_today: the same for the current day. reorder_point, order_up_to: units, of
    own SKUs. backordered: {order: SKUs it waits for}. opening: bins stocked at random for tick 0.
    """

    source = RESERVE
    """Place that `arrivals` come from."""

    def __init__(self, pods: Pods, fetch_ticks: int, bin_units: int, room: list[int] | None = None) -> None:
        skus = len(pods.free)
        self.demand, self.inbound, self.ordered = [0] * skus, [0] * skus, [0] * skus
        self.mean, self.variance = np.zeros(skus), np.zeros(skus)
        self.history = np.zeros((skus, 0))
        self.demand_today = np.zeros(skus)
        self.reorder_point, self.order_up_to = np.zeros(skus, np.int64), np.zeros(skus, np.int64)
        self.left_at = np.full(skus, np.iinfo(np.int64).max)
        self.chosen = ChosenForecast((), (), np.zeros(skus, np.int8))
        self.backordered: dict[int, set[int]] = {}
        self.opening: list[Stowed] = []
        self._bin_units, self._fetch_ticks, self._room = bin_units, fetch_ticks, room
        self._level = [bin_units] * skus
        self._fetching = [0] * skus
        self._arrivals: list[tuple[int, int, int]] = []
        self.use(pods)

    def use(self, pods: Pods) -> None:
        """Use these pods and their ledger as the stock."""
        self._pods, self._ledger = pods, pods.ledger
        self.opening = []

    def position(self, sku: int) -> int:
        """Return the units here and on order, less demand. Units allocated to an order or in the problem area do not
        count.
        """
        on_hand = self._ledger.units(DOCK, sku) + self._ledger.units(RESERVE, sku)
        return self._pods.free_total[sku] + on_hand + self.ordered[sku] - self.demand[sku]

    def wanted_in_pods(self, sku: int) -> int:
        """Return the units by which the pods of a SKU are to be filled up now, beyond those on their way."""
        in_or_near_pods = (
            self._pods.free_total[sku] + self._ledger.units(DOCK, sku) + self._fetching[sku] - self.demand[sku]
        )
        level = self._level[sku]
        return level - in_or_near_pods if in_or_near_pods <= _REFILL * level else 0

    def in_pods(self, sku: int, units: int) -> int:
        """Return how many of `units` the pods hold."""
        return min(units, self._level[sku])

    def coming(self, sku: int) -> int:
        """Return the units ordered, in the reserve or on their way into the pods."""
        return self.ordered[sku] + self.inbound[sku] + self._ledger.units(RESERVE, sku)

    def review(self, sku: int, tick: int) -> None:
        """Fetch more units of a SKU from the reserve if its pods run low."""
        kept = self._ledger.units(RESERVE, sku) - self._fetching[sku]
        if kept <= 0:
            return
        units = min(kept, self.wanted_in_pods(sku))
        if units > 0:
            self._fetching[sku] += units
            self.inbound[sku] += units
            heapq.heappush(self._arrivals, (tick + self._fetch_ticks, sku, units))

    def arrivals(self, tick: int) -> list[tuple[int, int]]:
        """Return (sku, units) that reach the dock from the reserve by this tick."""
        come = []
        while self._arrivals and self._arrivals[0][0] <= tick:
            _, sku, units = heapq.heappop(self._arrivals)
            self._fetching[sku] -= units
            come.append((sku, units))
        return come

    def set_pod_levels(self, days: float) -> None:
        """Set the pods' levels to `days` of the forecast, at least a bin of each SKU, and less if there are not enough
        bins.
        """
        more = np.maximum(0.0, self.mean * days - self._bin_units)
        spare = (_BINS_USED * self._ledger.bin_sku.size - len(more)) * self._bin_units
        factor = min(1.0, max(0.0, spare) / max(1.0, float(more.sum())))
        level = [self._bin_units + math.ceil(units) for units in (factor * more).tolist()]
        if self._room is not None:
            level = [min(units, limit) for units, limit in zip(level, self._room, strict=True)]
        self._level = level

    def forget_served(self, open_orders: Container[int], promised: Container[int]) -> None:
        """Forget the backorders of completed orders; they are kept until delivery, to explain delays."""
        for number in [number for number in self.backordered if number not in open_orders and number not in promised]:
            del self.backordered[number]

    def close_day(self, kept_days: int) -> None:
        """Append the demand since the last close to the history as a day, and keep at most `kept_days` days."""
        self.history = np.column_stack([self.history, self.demand_today])[:, -max(1, kept_days) :]
        self.demand_today = np.zeros(len(self.demand_today))
