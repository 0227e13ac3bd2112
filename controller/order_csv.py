"""Order lines from a CSV file. A row that can't be used is counted by what is wrong with it, never a crash."""

import csv
import gzip
import lzma
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import numpy as np

from controller.chain.demand_history import Past, past_of_rows
from controller.scenario import Orders, Scenario, stocked_bins
from controller.scenario_checks import more_bins
from controller.stock import Catalogue, owners_of
from layout.errors import InputError
from layout.tables import why_unreadable

FIELDS = ("order_id", "sku", "quantity", "timestamp")
_OPEN: Mapping[str, Callable[..., IO[str]]] = {".xz": lzma.open, ".gz": gzip.open}

Row = tuple[str, str, int, datetime]
"""order_id, sku, quantity, timestamp."""


@dataclass(frozen=True, slots=True)
class OrderFile:
    """What was read from a CSV. orders: (tick, name, {sku: units}) by tick. skipped: bad rows by kind. first_weekday: of the
    run's first day, 0 is Monday. past: the demand before the run, where the scenario has a supply chain to learn from it.
    """

    catalogue: Catalogue
    orders: tuple[tuple[int, str, dict[int, int]], ...]
    skipped: dict[str, int]
    start_s: float
    first_weekday: int = 0
    past: Past | None = None
    first: datetime = datetime.min
    """Moment of tick 0."""
    before: tuple[Row, ...] = ()
    """Rows of before the run, where a policy looks ahead."""


class BadRow(Exception):
    """Why a row is skipped; its text is the kind that is counted."""


def read_orders(scenario: Scenario, rng: np.random.Generator) -> OrderFile:
    """Orders of the scenario's CSV from its first day on, as far as the run goes.

    Raises InputError if the file is missing, lacks a column, has no usable row, or more SKUs than there are bins.
    """
    rows, skipped = read_rows(scenario)
    return orders_of(scenario, rows, skipped, rng)


def read_rows(scenario: Scenario) -> tuple[list[Row], Counter[str]]:
    """(all rows of the scenario's CSV that can be used, the others and whole orders by why they can't)."""
    skipped: Counter[str] = Counter()
    rows = list(usable_rows(order_path(scenario), scenario.orders, skipped))
    if most := scenario.orders.max_lines:
        lines: dict[str, set[str]] = {}
        for order_id, sku, *_ in rows:
            lines.setdefault(order_id, set()).add(sku)
        longer = {order_id for order_id, skus in lines.items() if len(skus) > most}
        rows = [row for row in rows if row[0] not in longer]
        if longer:
            skipped[f"orders of more than {most} lines"] = len(longer)
    return rows, skipped


def orders_of(scenario: Scenario, rows: list[Row], skipped: Counter[str], rng: np.random.Generator) -> OrderFile:
    """Rows as the orders of a run. Raises InputError as `read_orders` does."""
    path = order_path(scenario)
    first = _first_moment(scenario, path, rows, skipped)
    demand = Counter[str]()
    for _, sku, quantity, _ in rows:
        demand[sku] += quantity
    names = tuple(sorted(demand))
    if not scenario.stock.slotting and len(names) > (bins := stocked_bins(scenario)):
        what = f"has {len(names)} SKUs, more than the {bins} bins with stock"
        raise InputError.single(str(path), "", what, more_bins(scenario))
    share = np.array([demand[name] for name in names], np.float64)
    owners = owners_of(len(names), scenario.stock.seller_share, rng)
    numbers = {name: sku for sku, name in enumerate(names)}
    orders = _orders(scenario, rows, first, numbers)
    catalogue = Catalogue(names, owners, share / share.sum())
    start_s = float(first.hour * 3600)
    past = _past(scenario, rows, numbers, first)
    looks_ahead = scenario.policies.pods == "foresight" or scenario.policies.idle == "preposition"
    before = tuple(row for row in rows if row[3] < first) if looks_ahead else ()
    return OrderFile(catalogue, orders, dict(sorted(skipped.items())), start_s, first.weekday(), past, first, before)


def _past(scenario: Scenario, rows: list[Row], numbers: Mapping[str, int], first: datetime) -> Past | None:
    if scenario.chain is None:
        return None
    settings = scenario.chain.inventory
    return past_of_rows(rows, numbers, first, settings.review, settings.history_days)


def order_path(scenario: Scenario) -> Path:
    """The CSV's path."""
    return scenario.beside(scenario.orders.csv)


def usable_rows(
    path: Path, settings: Orders, skipped: Counter[str], way_out: str = "name them in [orders.columns]"
) -> Iterator[Row]:
    """The rows that can be used; the others are counted in `skipped` by what is wrong with them.

    way_out: what to do about columns with other names. InputError if the file is missing, isn't CSV or lacks a column.
    """
    fee = re.compile(settings.fee_pattern) if settings.fee_pattern else None
    lines = lines_of(path)
    index = columns_of(path, next(lines, []), settings.columns, way_out)
    for cells in filter(None, lines):
        try:
            yield _row(cells, index, fee, settings.max_quantity)
        except BadRow as fault:
            skipped[str(fault)] += 1


def lines_of(path: Path) -> Iterator[list[str]]:
    """The cells of each line of a CSV that may be packed, the head line first. InputError if it can't be read or isn't CSV."""
    line = 0
    try:
        with _OPEN.get(path.suffix, open)(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.reader(file)
            for cells in reader:
                line = reader.line_num
                yield cells
    except csv.Error as error:
        raise InputError.single(str(path), f"line {line + 1}", f"is not CSV: {error}") from error
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise InputError.single(str(path), "", f"can't be read: {why_unreadable(error)}") from error


def columns_of(path: Path, head: list[str], names: Mapping[Any, list[str]], way_out: str) -> list[int]:
    """Position of each of FIELDS in the head line."""
    head = [name.strip() for name in head]
    if not any(head):
        raise InputError.single(str(path), "line 1", "is empty", f"it names the columns: {', '.join(FIELDS)}")
    if not all(name.isprintable() and "\ufffd" not in name for name in head):
        raise InputError.single(str(path), "", "is not text", "save it as CSV in UTF-8, or as .csv.gz or .csv.xz")
    positions, missing = [], []
    for field in FIELDS:
        known = names.get(field) or [field]
        found = [head.index(name) for name in known if name in head]
        positions += found[:1]
        if not found:
            missing.append(" or ".join(known))
    if missing:
        there = f"it has {', '.join(head)}; {way_out}"
        way_out = there if len(head) > 1 else f"it has only {head[0][:40]!r}; separate columns by commas"
        raise InputError.single(str(path), "line 1", f"has no column {', '.join(missing)}", way_out)
    return positions


def parsed_row(cells: list[str], index: list[int]) -> Row:
    """A row whose cells can be read, whatever they mean. BadRow if one can't."""
    if len(cells) <= max(index):
        raise BadRow("too few columns")
    order_id, sku, quantity_text, moment_text = (cells[position].strip() for position in index)
    if not order_id or not sku:
        raise BadRow("no order_id or sku")
    try:
        number = float(quantity_text.replace("_", "?"))  # "1_000" is a number to Python only
    except ValueError:
        raise BadRow("quantity is not a number") from None
    try:
        moment = moment_of(moment_text)
    except ValueError:
        raise BadRow("timestamp can't be read") from None
    if not math.isfinite(number) or number != int(number):
        raise BadRow("quantity is not a whole number")
    return order_id, sku, int(number), moment


def moment_of(text: str) -> datetime:
    """A date, with a time or without, on the clock that it is written in. ValueError for anything else."""
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _row(cells: list[str], index: list[int], fee: re.Pattern[str] | None, most: int) -> Row:
    row = parsed_row(cells, index)
    _, sku, number, _ = row
    if number < 0:
        raise BadRow("cancellation or return (quantity < 0)")
    if number == 0:
        raise BadRow("quantity is 0")
    if fee and fee.search(sku):
        raise BadRow("fee, not an item")
    if number > most:
        raise BadRow(f"more than {most} units in a line")
    return row


def _first_moment(scenario: Scenario, path: Path, rows: list[Row], skipped: Counter[str]) -> datetime:
    """The full hour in which the run begins: that of the first order, on the day asked for."""
    day = scenario.orders.day
    earliest = datetime.fromisoformat(day) if day else datetime.min
    moments = [moment for *_, moment in rows if moment >= earliest]
    if moments:
        return min(moments).replace(minute=0, second=0, microsecond=0)
    if rows:
        what, last = f"has no order line from {day} on", max(moment for *_, moment in rows)
        raise InputError.single(str(path), "", what, f"the last is of {last:%Y-%m-%d}; see [orders] day")
    bad = ", ".join(f"{count} × {kind}" for kind, count in sorted(skipped.items()))
    what = f"has no order line that can be used: {bad}" if bad else "has no order lines"
    raise InputError.single(str(path), "", what, f"a line has {', '.join(FIELDS)}")


def _orders(
    scenario: Scenario, rows: list[Row], first: datetime, number: Mapping[str, int]
) -> tuple[tuple[int, str, dict[int, int]], ...]:
    """Rows joined to orders, by the tick of their first row, within the run."""
    run_s = scenario.run.ticks * scenario.run.tick_s
    last = first + timedelta(seconds=min(run_s, (datetime.max - first).total_seconds()))
    found: dict[str, tuple[datetime, dict[int, int]]] = {}
    for order_id, sku, quantity, moment in rows:
        if not first <= moment < last:
            continue
        began, lines = found.setdefault(order_id, (moment, {}))
        lines[number[sku]] = lines.get(number[sku], 0) + quantity
        found[order_id] = (min(began, moment), lines)
    ticks = [(scenario.tick_at(began, first), name, lines) for name, (began, lines) in found.items()]
    return tuple(sorted(ticks, key=lambda order: order[:2]))
