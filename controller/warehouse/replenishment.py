"""Replenishment of the pods: a SKU that runs low is ordered up to its level and arrives at a stow station."""

import heapq
from collections.abc import Sequence

import numpy as np

from controller.scenario.scenario import Scenario
from controller.warehouse.pods import Pods
from controller.warehouse.slot_assignments import Slots
from controller.warehouse.stock import SUPPLIER

_LEAST = 0.05
"""Smallest share of its level with which a SKU starts, whatever its reorder point."""


class Replenishment:
    """Reorder point and order-up-to level by SKU, derived from the SKU's stock at the start.

    Each SKU starts somewhere between its reorder point and its level, so that receipts arrive from the first hours on
    instead of all at once after days. With a slotting, a SKU's level is at most what its bins hold. demand[sku]: units
    of open order lines to which no pod is allocated. inbound[sku]: units on their way or on a dock, not yet stowed.
    """

    source = SUPPLIER
    """Place from which `arrivals` come."""

    def __init__(self, scenario: Scenario, pods: Pods, rng: np.random.Generator, slots: Slots | None = None) -> None:
        skus = len(pods.free)
        self._pods = pods
        filled = rng.uniform(max(_LEAST, scenario.stock.reorder_at), 1.0, skus)
        self._level = [round(units / share) for units, share in zip(pods.free_total, filled.tolist(), strict=True)]
        if slots is not None:
            self._level = [min(level, most) for level, most in zip(self._level, slots.capacity(skus), strict=True)]
        self._reorder_at = scenario.stock.reorder_at
        self._reorder = [self._reorder_at * level for level in self._level]
        self._lead = scenario.ticks(scenario.stock.lead_s)
        self._arrivals: list[tuple[int, int, int]] = []
        self._order_from = max(1, scenario.pods.bin_units // 2)
        self.demand = [0] * skus
        self.inbound = [0] * skus

    def levels_and_arrivals(self) -> tuple[list[int], list[tuple[int, int, int]]]:
        """Return the levels by SKU and (tick, sku, units) of orders on their way, for a takeover by another version."""
        return list(self._level), sorted(self._arrivals)

    def continue_from(self, levels: Sequence[int], arrivals: Sequence[tuple[int, int, int]]) -> None:
        """Continue with the levels and orders of another version. ValueError if the number of SKUs differs."""
        if len(levels) != len(self._level):
            raise ValueError(f"levels of {len(levels)} SKUs instead of {len(self._level)}")
        self._level = list(levels)
        self._reorder = [self._reorder_at * level for level in levels]
        self._arrivals = sorted(arrivals)
        for _, sku, units in arrivals:
            self.inbound[sku] += units

    def coming(self, sku: int) -> int:
        """Return the units ordered and not yet stowed."""
        return self.inbound[sku]

    def review(self, sku: int, tick: int) -> None:
        """Order more of a SKU if free plus inbound stock, less demand, is below its reorder point."""
        position = self._pods.free_total[sku] + self.inbound[sku] - self.demand[sku]
        if position >= self._reorder[sku]:
            return
        units = self._level[sku] - position
        if units >= self._order_from or self._pods.free_total[sku] <= self.demand[sku]:
            self.inbound[sku] += units
            heapq.heappush(self._arrivals, (tick + self._lead, sku, units))

    def arrivals(self, tick: int) -> list[tuple[int, int]]:
        """Return (sku, units) that reach the dock by this tick."""
        arrived = []
        while self._arrivals and self._arrivals[0][0] <= tick:
            _, sku, units = heapq.heappop(self._arrivals)
            arrived.append((sku, units))
        return arrived
