"""Customer demand: a generator with a rate profile, ABC skew and due times, or the lines of a CSV file."""

import math
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from controller.demand.history import Past
from controller.demand.order_file import OrderFile, orders_of, read_rows
from controller.demand.order_rows import OrderRows
from controller.random_streams import Streams
from controller.scenario.disruptions import span
from controller.scenario.scenario import Scenario, clock_seconds, sku_count
from controller.warehouse.orders import Order, usual_name
from controller.warehouse.stock import Catalogue, owners_of
from layout.floor import StationKind
from layout.time_units import DAY_S


class Demand(Protocol):
    """Source of customer orders."""

    catalogue: Catalogue
    skipped: dict[str, int]
    """Rows of an order file that belong to no order, by kind."""
    left_out: dict[str, int]
    """Orders of an order file that are left out, by reason."""
    units_left_out: int
    """Units of these orders, as far as they can be read."""
    after: int
    """Orders of an order file that come after the end of the run."""
    start_s: float
    first_weekday: int
    past: Past | None
    """Demand before the run, if known."""

    @property
    def next_order(self) -> int:
        """Return the number of the next order."""

    def continue_from(self, next_order: int, tick: int) -> None:
        """Continue at the position of another version's floor: next_order orders before a tick.

        ValueError if impossible.
        """

    def arrivals(self, tick: int) -> list[Order]:
        """Return the orders that arrive at a tick; called once per tick, in order."""


class DueDates:
    """Due ticks: rush or normal at random, or the next carrier's cut-off that leaves time to work."""

    def __init__(self, scenario: Scenario, start_s: float, streams: Streams) -> None:
        orders = scenario.orders
        self._streams = streams
        self._tick_s = scenario.run.tick_s
        self._start_s = start_s
        self._rush, self._rush_s, self._due_s = orders.rush, orders.rush_s, orders.due_s
        self._cut_offs = sorted(clock_seconds(clock) for clock in orders.cut_offs)

    def due(self, created: int, number: int) -> int:
        """Return the due tick of an order by its number."""
        if not self._cut_offs:
            rush = self._streams.of("rush", number).random() < self._rush
            seconds = self._rush_s if rush else self._due_s
            return created + round(seconds / self._tick_s)
        earliest = self._start_s + created * self._tick_s + self._rush_s
        day, clock = divmod(earliest, DAY_S)
        later = [cut for cut in self._cut_offs if cut >= clock] or [self._cut_offs[0] + DAY_S]
        return round((day * DAY_S + later[0] - self._start_s) / self._tick_s)


class GeneratedDemand:
    """Poisson arrivals at the profile's rate; order sizes with a geometric tail; SKUs by Zipf."""

    def __init__(self, scenario: Scenario, streams: Streams) -> None:
        self._settings, self._streams = scenario.orders, streams
        self._tick_s = scenario.run.tick_s
        self.start_s = scenario.start_s
        self.first_weekday = 0
        self.past: Past | None = None
        self._rate = scenario.orders.per_station_hour * len(scenario.floor.of_kind(StationKind.PICK)) / 3600.0
        self.catalogue = _zipf_catalogue(scenario, streams.sequence("owners"))
        self._cumulative = np.cumsum(self.catalogue.share)
        self._due = DueDates(scenario, self.start_s, streams)
        self._surges = [
            (*span(scenario, disruption), disruption.factor)
            for disruption in scenario.disruptions
            if disruption.kind == "demand"
        ]
        self._next = 0
        self.skipped: dict[str, int] = {}
        self.left_out: dict[str, int] = {}
        self.units_left_out = self.after = 0

    @property
    def next_order(self) -> int:
        return self._next

    def continue_from(self, next_order: int, tick: int) -> None:
        self._next = next_order
        self._streams = self._streams.part(f"from tick {tick}")  # otherwise the first hours' numbers would come again

    def arrivals(self, tick: int) -> list[Order]:
        hour = int((self.start_s + tick * self._tick_s) % DAY_S // 3600)
        mean = self._rate * self._settings.profile[hour] * self._tick_s * self._surge(tick)
        count = self._streams.sequence("arrivals").poisson(mean)
        if tick == 0:
            count += self._settings.backlog
        return [self._order(tick) for _ in range(count)]

    def _surge(self, tick: int) -> float:
        """Return the factor on usual demand."""
        return math.prod(factor for begin, end, factor in self._surges if begin <= tick < end)

    def _order(self, tick: int) -> Order:
        order = Order(self._next, usual_name(self._next), tick, self._due.due(tick, self._next))
        size = self._size(self._streams.of("order size", order.id))
        draws = self._streams.of("ordered SKUs", order.id).random(size)
        self._next += 1
        places = np.searchsorted(self._cumulative, draws, side="right")
        skus, units = np.unique(np.minimum(places, len(self._cumulative) - 1), return_counts=True)
        for sku, amount in zip(skus.tolist(), units.tolist(), strict=True):
            order.add(sku, amount)
        return order

    def _size(self, rng: np.random.Generator) -> int:
        """Return the units: 1 for a single, else 2 and a geometric tail that gives the requested mean."""
        orders = self._settings
        if rng.random() < orders.singles or orders.max_units == 1:
            return 1
        tail = max(0.0, (orders.mean_units - orders.singles) / max(1e-9, 1 - orders.singles) - 2.0)
        return min(orders.max_units, 1 + int(rng.geometric(1.0 / (1.0 + tail))))


class FileDemand:
    """Orders of a CSV file, at their own times."""

    def __init__(self, scenario: Scenario, file: OrderFile, streams: Streams) -> None:
        self.catalogue, self.start_s = file.catalogue, file.start_s
        self.skipped, self.left_out, self.after = file.skipped, file.left_out, file.after
        self.units_left_out = file.units_left_out
        self.first_weekday, self.past, self.first = file.first_weekday, file.past, file.first
        self.before = file.before
        self._orders, self._next = file.orders, 0
        self._due = DueDates(scenario, file.start_s, streams)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all orders, by their numbers."""
        return tuple(name for _, name, _ in self._orders)

    @property
    def next_order(self) -> int:
        return self._next

    def continue_from(self, next_order: int, tick: int) -> None:
        if any(due < tick for due, _, _ in self._orders[next_order : next_order + 1]) or next_order > len(self._orders):
            raise ValueError(f"{next_order} orders of {len(self._orders)} have come in before tick {tick}")
        self._next = next_order

    def arrivals(self, tick: int) -> list[Order]:
        arrived = []
        while self._next < len(self._orders) and self._orders[self._next][0] <= tick:
            _, name, lines = self._orders[self._next]
            order = Order(self._next, name, tick, self._due.due(tick, self._next))
            for sku, units in lines.items():
                order.add(sku, units)
            arrived.append(order)
            self._next += 1
        return arrived


def moment_of_begin(demand: Demand, earliest: datetime) -> datetime:
    """Return date and time of tick 0: from the order file, or, with generated orders, the day of `earliest` at the
    run's start time.
    """
    if isinstance(demand, FileDemand):
        return demand.first
    return earliest.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=demand.start_s)


def demand_of(scenario: Scenario, streams: Streams, rows: OrderRows | None = None) -> Demand:
    """Return a scenario's demand. rows: of its CSV, if already read. InputError for an unusable order file."""
    if not scenario.orders.csv:
        return GeneratedDemand(scenario, streams)
    file = orders_of(scenario, rows or read_rows(scenario), streams.sequence("owners"))
    return FileDemand(scenario, file, streams)


def _zipf_catalogue(scenario: Scenario, rng: np.random.Generator) -> Catalogue:
    count = sku_count(scenario)
    weight = np.arange(1, count + 1, dtype=np.float64) ** -scenario.orders.skew
    names = tuple(f"SKU-{number:05d}" for number in range(1, count + 1))
    return Catalogue(names, owners_of(count, scenario.stock.seller_share, rng), weight / weight.sum())
