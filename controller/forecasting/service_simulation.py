"""Days of buying and selling without the floor: is cycle service what was asked for?

Every day: customers ask; what isn't there they wait for; in the evening arrivals come, demand is forecast anew from what has
been seen, and SKUs that have fallen to their reorder point are ordered. An order of day t arrives in the evening of day
t + lead.

Cycle service is the share of replenishment cycles without a stock-out. A cycle of a SKU ends when an order arrives, and is
without stock-out if just before nobody waited for a unit. Counted are the orders placed in the days of the rehearsal, followed
until they are in, so that long lead times aren't left out. The fill rate is the share of units that were there on the day they
were asked for.
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
    """days: of the rehearsal. past: days of history that forecasts use. lead_days, lead_sd: of the lead time, a gamma law
    rounded to days, one at the least. cover_days: demand an order is for. service: asked for in A, B, C. [D] but for service.
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
        """int64[count]: days from order to arrival, by chance."""
        if self.lead_sd <= 0:
            return np.full(count, self.horizon, np.int64)
        shape = (self.lead_days / self.lead_sd) ** 2
        return np.maximum(1, np.rint(rng.gamma(shape, self.lead_days / shape, count))).astype(np.int64)


@dataclass(frozen=True, slots=True)
class ClassService:
    """What came of a class: cycles counted, the share of them without stock-out (nan without any), the fill rate, and units on
    hand of a SKU, on average.
    """

    asked: float
    cycles: int
    cycle_service: float
    fill_rate: float
    on_hand: float

    @property
    def points(self) -> float:
        """Measured less asked, in points of 100."""
        return 100.0 * (self.cycle_service - self.asked)

    @property
    def error(self) -> float:
        """Standard error of the measured service, in points, if cycles are independent."""
        return 100.0 * float(np.sqrt(self.asked * (1 - self.asked) / self.cycles)) if self.cycles else float("nan")


def simulate_service(
    demand: SyntheticDemand,
    rng: np.random.Generator,
    terms: ServiceTerms = ServiceTerms(),
    models: Sequence[str] | None = None,
    known: Mapping[str, Model] = MODELS,
) -> tuple[ClassService, ...]:
    """Service of A, B and C in made-up days, after a past that is made up first. See `replay`."""
    return replay(demand.days(0, terms.past + terms.days + terms.tail, rng), rng, terms, models, known)


def replay(
    sold: Floats,
    rng: np.random.Generator,
    terms: ServiceTerms = ServiceTerms(),
    models: Sequence[str] | None = None,
    known: Mapping[str, Model] = MODELS,
) -> tuple[ClassService, ...]:
    """Service of A, B and C in given days: float64[skus, past + days + tail], whole units. rng: for lead times and the start.

    models: names for A, B and C, of those known; without, they are chosen from the past. Its units also say the classes. Each
    SKU starts with something between its reorder point and its level. InputError if the past is too short to choose.
    """
    past = sold[:, : terms.past]
    of_start, of_leads = rng.spawn(2)  # two models then see the same lead times
    if models is None:
        choice = choose(past, velocity_class(past.sum(axis=1)), terms.horizon, known)
    else:
        choice = named(models, past, terms.horizon, known)
    now = _levels(past, choice, terms)
    stock = DayStock(now.reorder_point + of_start.integers(1, now.order_up_to - now.reorder_point + 1))
    held = np.zeros(len(sold))
    for day in range(terms.days):
        seen = terms.past + day + 1
        stock.sell(sold[:, seen - 1].astype(np.int64), counted=True)
        stock.receive(day)
        held += np.maximum(0, stock.net)
        now = _levels(sold[:, day + 1 : seen], choice, terms)
        stock.review(day, now, terms.leads(len(sold), of_leads), terms.pack, terms.moq)
    _await(stock, sold, terms)
    return tuple(
        _of_class(asked, choice.classes == number, stock, held / terms.days)
        for number, asked in zip(range(len(CLASSES)), terms.service, strict=True)
    )


def _levels(past: Floats, choice: ModelChoice, terms: ServiceTerms) -> Levels:
    foreseen = forecast(past, choice, terms.horizon)
    lead, lead_var = terms.lead_moments
    service = service_of(choice.classes, terms.service)
    lot = (terms.pack, terms.moq, terms.cover_days)
    return levels(foreseen.mean, foreseen.variance, lead, lead_var, 1.0, service, *lot)


def _await(stock: DayStock, sold: Floats, terms: ServiceTerms) -> None:
    """Days after the rehearsal, until its orders are in."""
    for day in range(terms.days, min(terms.days + terms.tail, sold.shape[1] - terms.past)):
        if not stock.waits_for_orders:
            return
        stock.sell(sold[:, terms.past + day].astype(np.int64), counted=False)
        stock.receive(day)


def _of_class(asked: float, those: NDArray[np.bool_], stock: DayStock, held: Floats) -> ClassService:
    cycles, units = int(stock.cycles[those].sum()), float(stock.asked[those].sum())
    return ClassService(
        asked,
        cycles,
        float(stock.good[those].sum()) / cycles if cycles else float("nan"),
        float(stock.served[those].sum()) / units if units else float("nan"),
        float(held[those].mean()) if those.any() else 0.0,
    )
