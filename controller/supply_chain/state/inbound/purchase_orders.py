"""Purchase orders and the record of the suppliers that fill them."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from controller.scenario.supply_chain import Supplier
from controller.supply_chain.state.calendar import Calendar
from controller.supply_chain.state.lifecycles import PurchaseOrderState
from layout.time_units import DAY_S
from robots.wording.formatting import count

_PRIOR_ORDERS, _PRIOR_UNITS = 5.0, 2_000.0
"""Orders and units that a supplier's own statement counts for [our own arithmetic: about a week's]."""
ON_TIME_DAYS = 0.5
"""Largest delay with which an order is still on time."""


@dataclass(slots=True, eq=False)
class PoLine:
    """A purchase order line. units: ordered. cents: a unit. usual: units of a usual order. sent, good: units of the
    outcome.
    """

    sku: int
    units: int
    cents: int
    pack: int
    usual: int
    sent: int = 0
    good: int = 0


@dataclass(slots=True, eq=False)
class PurchaseOrder:
    """A purchase order. supplier: index. placed, expected, here: ticks; here is the earliest arrival of its trailer,
    whatever its appointment. before: it was under way when the run began.
    """

    id: int
    supplier: int
    lines: list[PoLine]
    placed: int
    expected: int
    state: PurchaseOrderState = PurchaseOrderState.DRAFT
    earliest_arrival: int = -1
    before: bool = False

    @property
    def units(self) -> int:
        return sum(line.units for line in self.lines)


@dataclass(slots=True, eq=False)
class Scorecard:
    """A supplier's performance beside its own statement. days, days2: sums of lead times and of their squares."""

    terms: Supplier
    orders: int = 0
    on_time: int = 0
    days: float = 0.0
    days2: float = 0.0
    ordered: int = 0
    sent: int = 0
    damaged: int = 0

    @property
    def fill(self) -> float:
        """Share of ordered units that are sent."""
        return (_PRIOR_UNITS * self.terms.fill_rate + self.sent) / (_PRIOR_UNITS + self.ordered)

    @property
    def defects(self) -> float:
        return (_PRIOR_UNITS * self.terms.defects + self.damaged) / (_PRIOR_UNITS + self.sent)

    @property
    def punctual(self) -> float:
        """Share of orders on time; before the first order, by a normal distribution with the supplier's own spread."""
        spread = self.terms.lead_sd_days
        stated = 0.5 * (1.0 + math.erf(ON_TIME_DAYS / spread / math.sqrt(2.0))) if spread > 0 else 1.0
        return (_PRIOR_ORDERS * stated + self.on_time) / (_PRIOR_ORDERS + self.orders)

    @property
    def lead(self) -> tuple[float, float]:
        """(mean, variance) of the lead time in days and days², without waiting for a shipping day."""
        stated, count = self.terms, _PRIOR_ORDERS + self.orders
        mean = (_PRIOR_ORDERS * stated.lead_days + self.days) / count
        second = (_PRIOR_ORDERS * (stated.lead_days**2 + stated.lead_sd_days**2) + self.days2) / count
        return mean, max(0.0, second - mean**2)

    def words(self) -> str:
        known = f"after {count(self.orders, 'order')}" if self.orders else "by its own statement"
        return f"{self.fill:.0%} of units and {self.punctual:.0%} on time {known}"


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """Offers of the suppliers, all int64[skus, suppliers]. cost: cents a unit, 0 if not sold. moq, pack: units."""

    cost: NDArray[np.int64]
    moq: NDArray[np.int64]
    pack: NDArray[np.int64]


@dataclass(slots=True, eq=False)
class SourcingState:
    """State of purchasing. suppliers: terms. orders: open ones, by number. refused: suppliers that have cancelled an
    order, until they are back. by_source: {"po 7": supplier's index} of all orders so far.
    """

    suppliers: tuple[Supplier, ...]
    offers: Offers
    cards: list[Scorecard] = field(init=False)
    orders: dict[int, PurchaseOrder] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    by_source: dict[str, int] = field(default_factory=dict)
    next_order: int = 0

    def __post_init__(self) -> None:
        self.cards = [Scorecard(supplier) for supplier in self.suppliers]

    def shipping_days(self, calendar: Calendar, supplier: int, tick: int, lead_days: float) -> tuple[int, int]:
        """Return (tick it ships, tick it arrives) of an order of `tick`: half the lead time to prepare it, half in
        transit.

        An order ready on a day on which the supplier does not ship waits for its next shipping day.
        """
        half = 0.5 * lead_days * DAY_S
        ready = calendar.seconds(tick) + half
        days = self.suppliers[supplier].days
        while calendar.weekday(int(ready // DAY_S)) not in days:
            ready = (ready // DAY_S + 1) * DAY_S
        return calendar.tick(ready), calendar.tick(ready + half)
