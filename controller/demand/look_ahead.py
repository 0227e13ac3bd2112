"""What will be asked for soon, and in which pods it lies: what policies with foresight go by.

The chance of each SKU is learnt before the run: from the order file's lines before `day`, or it is the generator's own. On top
comes the pull of what has just been ordered (controller/forecasting/copurchase.py). It is worked out anew every five minutes.
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
"""How far it looks ahead: two hours, about what a quiet night leaves time to prepare (our own arithmetic)."""
_EPOCH = datetime(1970, 1, 1)
_EVERY_S = 300.0
_RECENT = 50
"""Orders whose SKUs pull others."""
_RISE = 1.2
"""So much more in the coming horizon than in the last one is the way to a peak."""


@dataclass(slots=True, eq=False)
class LookAhead:
    """predictor: of all SKUs known before the run. start_s: time of day at tick 0. recent: SKUs of the newest orders."""

    predictor: Predictor
    start_s: float
    tick_s: float
    recent: deque[list[int]] = field(default_factory=lambda: deque(maxlen=_RECENT))
    _of_pods: Floats = field(default_factory=lambda: np.empty(0))
    _until: int = 0

    def note(self, order: Order) -> None:
        """An order has come."""
        self.recent.append([line.sku for line in order.lines])

    def units(self, tick: int, skus: int) -> Floats:
        """float64[skus]: units asked for within the horizon; nothing of SKUs that were added after it was learnt."""
        known = len(self.predictor.rate)
        recent = np.array([sku for skus in self.recent for sku in skus if sku < known], np.int64)
        found = self.predictor.expected(self._now_s(tick), recent)
        return np.pad(found, (0, skus - known))

    def of_pods(self, ledger: Ledger, tick: int) -> Floats:
        """float64[pods]: of these units those in each pod, if a SKU's pods share its demand by what is in them."""
        if tick >= self._until or len(self._of_pods) != len(ledger.bin_sku):
            bins, held = ledger.bin_sku, ledger.bin_units.astype(np.float64)
            skus = len(ledger.catalogue)
            all_units = np.bincount(bins[bins >= 0], held[bins >= 0], skus)
            each = np.append(np.minimum(1.0, self.units(tick, skus) / np.maximum(1.0, all_units)), 0.0)
            self._of_pods = np.asarray((each[bins] * held).sum(axis=1))  # an empty bin's -1 finds the 0 at the end
            self._until = tick + max(1, round(_EVERY_S / self.tick_s))
        return self._of_pods

    def is_peak_ahead(self, tick: int) -> bool:
        """Whether clearly more will be asked for than was of late, by the time of day."""
        none, now = np.empty(0, np.int64), self._now_s(tick)
        ahead = self.predictor.expected(now, none).sum()
        return bool(ahead > _RISE * self.predictor.expected(now - self.predictor.horizon_s, none).sum())

    def _now_s(self, tick: int) -> float:
        return self.start_s + tick * self.tick_s


def look_ahead_of(scenario: Scenario, demand: Demand) -> LookAhead | None:
    """What the scenario's policies need to know at tick 0; None if none of them looks ahead."""
    if scenario.policies.pods != "foresight" and scenario.policies.idle != "preposition":
        return None
    learnt = _learnt(demand) if isinstance(demand, FileDemand) else _of_generator(scenario, demand)
    return LookAhead(learnt, demand.start_s, scenario.run.tick_s)


def _learnt(demand: FileDemand) -> Predictor:
    """From the lines before the run; from none of them follows that nothing is expected."""
    rows = ((order, sku, units, (moment - _EPOCH).total_seconds()) for order, sku, units, moment in demand.before)
    return Predictor.fit(history_of(rows, names=demand.catalogue.names), HORIZON_S)


def _of_generator(scenario: Scenario, demand: Demand) -> Predictor:
    """Its SKUs are drawn by chance, so that nothing pulls anything."""
    orders, skus = scenario.orders, len(demand.catalogue)
    hours = np.array(orders.profile)
    stations = len(scenario.floor.of_kind(StationKind.PICK))
    units = orders.per_station_hour * stations * float(hours.sum()) * orders.mean_units
    shares = hours / hours.sum() if hours.any() else np.full(24, 1 / 24)
    none = sparse.csr_array((skus, skus), dtype=np.float64)
    return Predictor(units * demand.catalogue.share, shares, none, 0.0, HORIZON_S)
