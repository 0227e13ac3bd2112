"""Orders of a run from a CSV file. An unusable order is left out whole and counted, never a crash."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np

from controller.demand.history import Past, past_of_rows
from controller.demand.order_cells import OrderRow
from controller.demand.order_rows import OrderRows, read_order_rows
from controller.scenario.checks import more_bins
from controller.scenario.scenario import Scenario, stocked_bins
from controller.warehouse.stock import Catalogue, owners_of
from layout.errors import InputError
from robots.wording.formatting import count


@dataclass(frozen=True, slots=True)
class OrderFile:
    """Content of an order file.

    orders: (tick, name, {sku: units}) by tick. skipped: other rows by kind. left_out: orders by reason. units_left_out:
    their units, as far as they can be read. after: orders that come when the run is over. first_weekday: of the run's
    first day, 0 is Monday. past: the demand before the run, if the scenario has a supply chain to learn from it.
    """

    catalogue: Catalogue
    orders: tuple[tuple[int, str, dict[int, int]], ...]
    skipped: dict[str, int]
    left_out: dict[str, int]
    units_left_out: int
    after: int
    start_s: float
    first_weekday: int = 0
    past: Past | None = None
    first: datetime = datetime.min
    """Date and time of tick 0."""
    before: tuple[OrderRow, ...] = ()
    """Rows before the run, if a policy looks ahead."""


def read_orders(scenario: Scenario, rng: np.random.Generator) -> OrderFile:
    """Return the orders of the scenario's CSV from its first day on, as far as the run goes.

    Raises InputError if the file is unreadable as a whole, has no usable row, or more SKUs than there are bins.
    """
    return orders_of(scenario, read_rows(scenario), rng)


def read_rows(scenario: Scenario) -> OrderRows:
    """Return the content of the scenario's CSV, of all dates.

    If it is also the returns file, negative quantities are returns.
    """
    path, settings = order_path(scenario), scenario.orders
    if (
        scenario.chain is not None
        and scenario.chain.returns.csv
        and scenario.beside(scenario.chain.returns.csv) == path
    ):
        settings = msgspec.structs.replace(settings, negative="return")
    return read_order_rows(path, settings)


def orders_of(scenario: Scenario, read: OrderRows, rng: np.random.Generator) -> OrderFile:
    """Return rows as the orders of a run. Raises InputError as `read_orders` does."""
    path, rows = order_path(scenario), read.rows
    first = _first_moment(scenario, path, read)
    demand = Counter[str]()
    for _, sku, quantity, _ in rows:
        demand[sku] += quantity
    names = tuple(sorted(demand))
    if not scenario.stock.slotting and len(names) > (bins := stocked_bins(scenario)):
        fault = f"has {count(len(names), 'SKU')}, more than the {count(bins, 'bin')} with stock"
        raise InputError.single(str(path), "", fault, more_bins(scenario))
    share = np.array([demand[name] for name in names], np.float64)
    owners = owners_of(len(names), scenario.stock.seller_share, rng)
    numbers = {name: sku for sku, name in enumerate(names)}
    orders, after = _orders(scenario, rows, first, numbers)
    catalogue = Catalogue(names, owners, share / share.sum())
    start_s = float(first.hour * 3600)
    past = _past(scenario, rows, numbers, first)
    looks_ahead = scenario.policies.pods == "foresight" or scenario.policies.idle == "preposition"
    before = tuple(row for row in rows if row[3] < first) if looks_ahead else ()
    skipped, left_out = dict(sorted(read.skipped.items())), dict(sorted(read.left_out.items()))
    return OrderFile(
        catalogue, orders, skipped, left_out, read.units_left_out, after, start_s, first.weekday(), past, first, before
    )


def _past(scenario: Scenario, rows: list[OrderRow], numbers: Mapping[str, int], first: datetime) -> Past | None:
    if scenario.chain is None:
        return None
    settings = scenario.chain.inventory
    return past_of_rows(rows, numbers, first, settings.review, settings.history_days)


def order_path(scenario: Scenario) -> Path:
    """Return the CSV's path."""
    return scenario.beside(scenario.orders.csv)


def _first_moment(scenario: Scenario, path: Path, read: OrderRows) -> datetime:
    """Return the full hour in which the run begins: that of the first order, on the requested day."""
    day = scenario.orders.day
    earliest = datetime.fromisoformat(day) if day else datetime.min
    moments = [moment for *_, moment in read.rows if moment >= earliest]
    if moments:
        return min(moments).replace(minute=0, second=0, microsecond=0)
    if not read.rows:
        raise read.none_left(path)
    fault, last = f"has no order line from {day} on", max(moment for *_, moment in read.rows)
    raise InputError.single(str(path), "", fault, f"the last is of {last:%Y-%m-%d}; see [orders] day")


def _orders(
    scenario: Scenario, rows: list[OrderRow], first: datetime, number: Mapping[str, int]
) -> tuple[tuple[tuple[int, str, dict[int, int]], ...], int]:
    """Return (rows joined to orders, by the tick of their first row, within the run; number of orders after it)."""
    run_s = scenario.run.ticks * scenario.run.tick_s
    last = first + timedelta(seconds=min(run_s, (datetime.max - first).total_seconds()))
    earlier = {row[0] for row in rows if row[3] < first}
    inside = {row[0] for row in rows if first <= row[3] < last} - earlier
    later = {row[0] for row in rows if row[3] >= last} - inside - earlier
    orders: dict[str, tuple[datetime, dict[int, int]]] = {}
    for order_id, sku, quantity, moment in rows:
        if order_id in inside:
            began, lines = orders.setdefault(order_id, (moment, {}))
            lines[number[sku]] = lines.get(number[sku], 0) + quantity
            orders[order_id] = (min(began, moment), lines)
    ticks = [(scenario.tick_at(began, first), name, lines) for name, (began, lines) in orders.items()]
    return tuple(sorted(ticks, key=lambda order: order[:2])), len(later)
