"""Look-ahead: the demand of the next hours, and the pods that hold it, for policies that use it.

The rate of each SKU is learnt before the run: from the order file's lines before `day`, or it is the generator's own.
On top comes the pull of recent orders (controller/forecasting/copurchase.py). It is computed again every five minutes.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from scipy import sparse

from controller.demand.demand import Demand, FileDemand
from controller.forecasting.copurchase import Predictor
from controller.scenario.scenario import Scenario
from controller.warehouse.orders import Order
from controller.warehouse.stock import Ledger
from layout.arrays import Floats
from layout.floor import StationKind
from layout.slotting.history import history_of

HORIZON_S = 7_200.0
"""Horizon of the look-ahead: two hours, about what a quiet night leaves time to prepare (our own arithmetic)."""
_EPOCH = datetime(1970, 1, 1)
_EVERY_S = 300.0
_RECENT = 50
"""Number of recent orders whose SKUs pull others."""
_RISE = 1.2
"""Ratio of the next horizon's expected demand to the last one's above which a peak is coming."""


@dataclass(slots=True, eq=False)
class LookAhead:
    """Expected demand.

    predictor: of all SKUs known before the run. start_s: time of day at tick 0. recent: SKUs of the newest orders.
    """

    predictor: Predictor
    start_s: float
    tick_s: float
    recent: deque[list[int]] = field(default_factory=lambda: deque(maxlen=_RECENT))
    _of_pods: Floats = field(default_factory=lambda: np.empty(0))
    _until: int = 0

    def note(self, order: Order) -> None:
        """Record a new order."""
        self.recent.append([line.sku for line in order.lines])

    def units(self, tick: int, skus: int) -> Floats:
        """Return float64[skus]: units expected within the horizon; none of SKUs added after it was learnt."""
        known = len(self.predictor.rate)
        recent = np.array([sku for skus in self.recent for sku in skus if sku < known], np.int64)
        units = self.predictor.expected(self._now_s(tick), recent)
        return np.pad(units, (0, skus - known))

    def of_pods(self, ledger: Ledger, tick: int) -> Floats:
        """Return float64[pods]: expected units per pod, if a SKU's pods share its demand by what they hold."""
        if tick >= self._until or len(self._of_pods) != len(ledger.bin_sku):
            bins, held = ledger.bin_sku, ledger.bin_units.astype(np.float64)
            skus = len(ledger.catalogue)
            all_units = np.bincount(bins[bins >= 0], held[bins >= 0], skus)
            each = np.append(np.minimum(1.0, self.units(tick, skus) / np.maximum(1.0, all_units)), 0.0)
            self._of_pods = np.asarray((each[bins] * held).sum(axis=1))  # an empty bin's -1 indexes the 0 at the end
            self._until = tick + max(1, round(_EVERY_S / self.tick_s))
        return self._of_pods

    def is_peak_ahead(self, tick: int) -> bool:
        """Return whether clearly more demand is expected than in the last horizon, by the time of day."""
        none, now = np.empty(0, np.int64), self._now_s(tick)
        ahead = self.predictor.expected(now, none).sum()
        return bool(ahead > _RISE * self.predictor.expected(now - self.predictor.horizon_s, none).sum())

    def _now_s(self, tick: int) -> float:
        return self.start_s + tick * self.tick_s


def look_ahead_of(scenario: Scenario, demand: Demand) -> LookAhead | None:
    """Return the look-ahead at tick 0 for the scenario's policies, None if none of them uses it."""
    if scenario.policies.pods != "foresight" and scenario.policies.idle != "preposition":
        return None
    learnt = _learnt(demand) if isinstance(demand, FileDemand) else _of_generator(scenario, demand)
    return LookAhead(learnt, demand.start_s, scenario.run.tick_s)


def _learnt(demand: FileDemand) -> Predictor:
    """Return a predictor learnt from the lines before the run; without any, nothing is expected."""
    rows = ((order, sku, units, (moment - _EPOCH).total_seconds()) for order, sku, units, moment in demand.before)
    return Predictor.fit(history_of(rows, names=demand.catalogue.names), HORIZON_S)


def _of_generator(scenario: Scenario, demand: Demand) -> Predictor:
    """Return the generator's own predictor. SKUs are drawn at random, so that none pulls another."""
    orders, skus = scenario.orders, len(demand.catalogue)
    hours = np.array(orders.profile)
    stations = len(scenario.floor.of_kind(StationKind.PICK))
    units = orders.per_station_hour * stations * float(hours.sum()) * orders.mean_units
    shares = hours / hours.sum() if hours.any() else np.full(24, 1 / 24)
    none = sparse.csr_array((skus, skus), dtype=np.float64)
    return Predictor(units * demand.catalogue.share, shares, none, 0.0, HORIZON_S)
