"""Order lines from a CSV file. A row that can't be used is counted by what is wrong with it, never a crash."""

import csv
import gzip
import lzma
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import numpy as np

from controller.demand import OrderFile, owners_of
from controller.scenario import Scenario
from controller.stock import Catalogue
from layout.errors import InputError

FIELDS = ("order_id", "sku", "quantity", "timestamp")
_OPEN: Mapping[str, Callable[..., IO[str]]] = {".xz": lzma.open, ".gz": gzip.open}

Row = tuple[str, str, int, datetime]
"""order_id, sku, quantity, timestamp."""


class BadRow(Exception):
    """Why a row is skipped; its text is the kind that is counted."""


def read_orders(scenario: Scenario, rng: np.random.Generator) -> OrderFile:
    """Orders of the scenario's CSV from its first day on, as far as the run goes.

    Raises InputError if the file is missing, lacks a column, or has no usable row.
    """
    path = order_path(scenario)
    skipped: Counter[str] = Counter()
    rows = list(_usable_rows(scenario, path, skipped))
    first = _first_moment(scenario, path, rows, skipped)
    demand = Counter[str]()
    for _, sku, quantity, _ in rows:
        demand[sku] += quantity
    names = tuple(sorted(demand))
    share = np.array([demand[name] for name in names], np.float64)
    owners = owners_of(len(names), scenario.stock.seller_share, rng)
    orders = _orders(scenario, rows, first, {name: sku for sku, name in enumerate(names)})
    start_s = float(first.hour * 3600)
    return OrderFile(Catalogue(names, owners, share / share.sum()), orders, dict(sorted(skipped.items())), start_s)


def order_path(scenario: Scenario) -> Path:
    """The CSV's path; a relative one is relative to the scenario file."""
    return Path(scenario.file).parent / scenario.orders.csv


def _usable_rows(scenario: Scenario, path: Path, skipped: Counter[str]) -> Iterator[Row]:
    settings = scenario.orders
    fee = re.compile(settings.fee_pattern) if settings.fee_pattern else None
    try:
        with _OPEN.get(path.suffix, open)(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.reader(file)
            index = _columns(path, next(reader, []), settings.columns)
            for cells in reader:
                try:
                    yield _row(cells, index, fee, settings.max_quantity)
                except BadRow as fault:
                    skipped[str(fault)] += 1
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise InputError.single(str(path), "", f"can't be read: {getattr(error, 'strerror', None) or error}") from error
    except csv.Error as error:
        raise InputError.single(str(path), "", f"is not CSV: {error}") from error


def _columns(path: Path, head: list[str], names: Mapping[Any, list[str]]) -> list[int]:
    """Position of each of FIELDS in the head line."""
    head = [name.strip() for name in head]
    positions, missing = [], []
    for field in FIELDS:
        known = names.get(field) or [field]
        found = [head.index(name) for name in known if name in head]
        positions += found[:1]
        if not found:
            missing.append(" or ".join(known))
    if missing:
        raise InputError.single(
            str(path),
            "line 1",
            f"has no column {', '.join(missing)}",
            f"columns are {', '.join(head) or 'none'}; name them in [orders.columns]",
        )
    return positions


def _row(cells: list[str], index: list[int], fee: re.Pattern[str] | None, most: int) -> Row:
    if len(cells) <= max(index):
        raise BadRow("too few columns")
    order_id, sku, quantity_text, moment_text = (cells[position].strip() for position in index)
    if not order_id or not sku:
        raise BadRow("no order_id or sku")
    try:
        number = float(quantity_text)
        moment = datetime.fromisoformat(moment_text)
    except ValueError:
        raise BadRow(_what_is_wrong(quantity_text)) from None
    if moment.tzinfo is not None:
        moment = moment.replace(tzinfo=None)
    if not math.isfinite(number) or number != int(number):
        raise BadRow("quantity is not a whole number")
    if number < 0:
        raise BadRow("cancellation or return (quantity < 0)")
    if number == 0:
        raise BadRow("quantity is 0")
    if fee and fee.search(sku):
        raise BadRow("fee, not an item")
    if number > most:
        raise BadRow(f"more than {most} units in a line")
    return order_id, sku, int(number), moment


def _what_is_wrong(quantity: str) -> str:
    try:
        float(quantity)
    except ValueError:
        return "quantity is not a number"
    return "timestamp can't be read"


def _first_moment(scenario: Scenario, path: Path, rows: list[Row], skipped: Counter[str]) -> datetime:
    """The full hour in which the run begins: that of the first order, on the day asked for."""
    day = scenario.orders.day
    try:
        earliest = datetime.fromisoformat(day) if day else datetime.min
    except ValueError as error:
        raise InputError.single(scenario.file, "[orders] day", f"{day!r} is not a date", "write YYYY-MM-DD") from error
    moments = [moment for *_, moment in rows if moment >= earliest]
    if not moments:
        why = ", ".join(f"{count} × {kind}" for kind, count in skipped.items()) or "it is empty"
        raise InputError.single(str(path), "", f"has no order line that can be used: {why}")
    return min(moments).replace(minute=0, second=0, microsecond=0)


def _orders(
    scenario: Scenario, rows: list[Row], first: datetime, number: Mapping[str, int]
) -> tuple[tuple[int, str, dict[int, int]], ...]:
    """Rows joined to orders, by the tick of their first row, within the run."""
    last = first + timedelta(seconds=scenario.run.ticks * scenario.run.tick_s)
    found: dict[str, tuple[datetime, dict[int, int]]] = {}
    for order_id, sku, quantity, moment in rows:
        if not first <= moment < last:
            continue
        began, lines = found.setdefault(order_id, (moment, {}))
        lines[number[sku]] = lines.get(number[sku], 0) + quantity
        found[order_id] = (min(began, moment), lines)
    ticks = [
        (int((began - first).total_seconds() // scenario.run.tick_s), name, lines)
        for name, (began, lines) in found.items()
    ]
    return tuple(sorted(ticks, key=lambda order: order[:2]))
