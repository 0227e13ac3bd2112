"""Simulate days of buying and selling without the floor, to check whether cycle service is as requested.

Every day customers order; units not on hand are backordered. In the evening arrivals come in, demand is forecast from
the days so far, and SKUs at or below their reorder point are ordered. An order of day t arrives in the evening of day t
+ lead.

Cycle service is the share of replenishment cycles without a stockout. A cycle of a SKU ends when an order arrives, and
had no stockout if just before no unit was backordered. Orders placed in the simulated days count, followed until they
arrive, so that long lead times are included. The fill rate is the share of units on hand on the day they were ordered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.forecasting.backtest import ModelChoice, choose, named
from controller.forecasting.classes import CLASSES, SERVICE, service_of, velocity_class
from controller.forecasting.forecast import forecast
from controller.forecasting.models import MODELS, Model
from controller.forecasting.reorder import Levels, levels
from controller.forecasting.simulated_stock import DayStock
from controller.forecasting.synthetic_demand import SyntheticDemand
from layout.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """Parameters of a simulation. days: simulated. past: days of history used by forecasts. lead_days, lead_sd: of the
    lead time, a gamma distribution rounded to days, at least one. cover_days: demand an order covers. service: targets
    of A, B, C. All [D] but service.
    """

    days: int = 60
    past: int = 56
    lead_days: float = 5.0
    lead_sd: float = 1.0
    cover_days: float = 10.0
    service: tuple[float, ...] = SERVICE
    pack: int = 1
    moq: int = 1

    @property
    def horizon(self) -> int:
        return max(1, round(self.lead_days))

    @property
    def tail(self) -> int:
        """Days in which the last orders arrive."""
        return 2 * round(self.lead_days + 5 * self.lead_sd) + 2

    @property
    def lead_moments(self) -> tuple[float, float]:
        """(mean, variance) of the lead time in days; rounding adds a twelfth of a day squared."""
        if self.lead_sd <= 0:
            return float(self.horizon), 0.0
        return self.lead_days, self.lead_sd**2 + 1 / 12

    def leads(self, count: int, rng: np.random.Generator) -> Ints:
        """Draw the days from order to arrival: int64[count]."""
        if self.lead_sd <= 0:
            return np.full(count, self.horizon, np.int64)
        shape = (self.lead_days / self.lead_sd) ** 2
        return np.maximum(1, np.rint(rng.gamma(shape, self.lead_days / shape, count))).astype(np.int64)


@dataclass(frozen=True, slots=True)
class ClassService:
    """Result of a class: target service, cycles counted, share of them without a stockout (nan without any), fill rate,
    and mean units on hand of a SKU.
    """

    asked: float
    cycles: int
    cycle_service: float
    fill_rate: float
    on_hand: float

    @property
    def points(self) -> float:
        """Measured less target service, in percentage points."""
        return 100.0 * (self.cycle_service - self.asked)

    @property
    def error(self) -> float:
        """Standard error of the measured service, in percentage points, if cycles are independent."""
        return 100.0 * float(np.sqrt(self.asked * (1 - self.asked) / self.cycles)) if self.cycles else float("nan")


def simulate_service(
    demand: SyntheticDemand,
    rng: np.random.Generator,
    terms: ServiceTerms = ServiceTerms(),
    models: Sequence[str] | None = None,
    known: Mapping[str, Model] = MODELS,
) -> tuple[ClassService, ...]:
    """Return the service of A, B and C in synthetic days, after a synthetic past. See `replay`."""
    return replay(demand.days(0, terms.past + terms.days + terms.tail, rng), rng, terms, models, known)


def replay(
    sold: Floats,
    rng: np.random.Generator,
    terms: ServiceTerms = ServiceTerms(),
    models: Sequence[str] | None = None,
    known: Mapping[str, Model] = MODELS,
) -> tuple[ClassService, ...]:
    """Return the service of A, B and C in given days: float64[skus, past + days + tail], whole units. rng: for lead
    times and the start.

    models: names for A, B and C, of those known; by default they are chosen from the past, which also gives the
    classes. Each SKU starts at random between its reorder point and its level. Raises InputError if the past is too
    short to choose.
    """
    past = sold[:, : terms.past]
    of_start, of_leads = rng.spawn(2)  # so two models see the same lead times
    if models is None:
        choice = choose(past, velocity_class(past.sum(axis=1)), terms.horizon, known)
    else:
        choice = named(models, past, terms.horizon, known)
    current = _levels(past, choice, terms)
    stock = DayStock(current.reorder_point + of_start.integers(1, current.order_up_to - current.reorder_point + 1))
    held = np.zeros(len(sold))
    for day in range(terms.days):
        seen = terms.past + day + 1
        stock.sell(sold[:, seen - 1].astype(np.int64), counted=True)
        stock.receive(day)
        held += np.maximum(0, stock.net)
        current = _levels(sold[:, day + 1 : seen], choice, terms)
        stock.review(day, current, terms.leads(len(sold), of_leads), terms.pack, terms.moq)
    _await(stock, sold, terms)
    return tuple(
        _of_class(target, choice.classes == number, stock, held / terms.days)
        for number, target in zip(range(len(CLASSES)), terms.service, strict=True)
    )


def _levels(past: Floats, choice: ModelChoice, terms: ServiceTerms) -> Levels:
    foreseen = forecast(past, choice, terms.horizon)
    lead, lead_var = terms.lead_moments
    service = service_of(choice.classes, terms.service)
    lot = (terms.pack, terms.moq, terms.cover_days)
    return levels(foreseen.mean, foreseen.variance, lead, lead_var, 1.0, service, *lot)


def _await(stock: DayStock, sold: Floats, terms: ServiceTerms) -> None:
    """Simulate days after the last one until its orders arrive."""
    for day in range(terms.days, min(terms.days + terms.tail, sold.shape[1] - terms.past)):
        if not stock.waits_for_orders:
            return
        stock.sell(sold[:, terms.past + day].astype(np.int64), counted=False)
        stock.receive(day)


def _of_class(target: float, members: NDArray[np.bool_], stock: DayStock, held: Floats) -> ClassService:
    cycles, units = int(stock.cycles[members].sum()), float(stock.demand[members].sum())
    return ClassService(
        target,
        cycles,
        float(stock.good[members].sum()) / cycles if cycles else float("nan"),
        float(stock.served[members].sum()) / units if units else float("nan"),
        float(held[members].mean()) if members.any() else 0.0,
    )
