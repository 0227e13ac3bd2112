"""The returns file: returned order lines. Its columns are those of [orders] csv, plus a customer number if there is
one.

If any quantity is negative, negative lines are returns, and the others tell which customer placed an order, as in the
UCI file (Chen 2015), whose cancellations have their own numbers. Lines that cannot be used are counted by fault.
"""

import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from controller.demand.order_cells import BadRow, Cells
from controller.demand.order_head import FIELDS, head_of
from controller.demand.order_notices import repeated_lines
from controller.scenario.scenario import OrderSettings, Scenario
from layout.errors import InputError
from layout.tabular.signs import cleaned

_log = logging.getLogger(__name__)


class ReturnLine(NamedTuple):
    """A returned line. name: the order's, or the return's own. customer: "" if the file does not give it. units: at
    least 1.
    """

    name: str
    customer: str
    item: str
    units: int
    moment: datetime


@dataclass(slots=True)
class ReturnLines:
    """Lines read from the file. customers: {order's name: customer}. skipped: {fault: lines}."""

    lines: list[ReturnLine] = field(default_factory=list)
    customers: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)


def returns_path(scenario: Scenario) -> Path | None:
    """Return the path of the CSV, or None if there is none."""
    name = scenario.chain.returns.csv if scenario.chain is not None else ""
    return scenario.beside(name) if name else None


def read_returns(path: Path, settings: OrderSettings) -> ReturnLines:
    """Return all returned lines.

    Raises InputError if the file cannot be read, lacks a column or has no usable return.
    """
    returned = _read(path, settings, negative=True)
    if not returned.lines and not returned.skipped.total():
        returned = _read(path, settings, negative=False)
    if not returned.lines:
        bad = ", ".join(f"{count} × {kind}" for kind, count in sorted(returned.skipped.items()))
        fault = f"has no usable return: {bad}" if bad else "has no returns"
        raise InputError.single(str(path), "", fault, f"a line has {', '.join(FIELDS)}")
    for notice in repeated_lines([(line.name, line.item, line.units, line.moment) for line in returned.lines]):
        _log.warning("%s: %s", path, notice)
    return returned


def _read(path: Path, settings: OrderSettings, *, negative: bool) -> ReturnLines:
    """Read the lines with negative quantities, or all lines."""
    fee = re.compile(settings.fee_pattern) if settings.fee_pattern else None
    table, position, dates = head_of(path, settings, settings.form)
    cells = Cells(position, settings, len(table.head.names), dates)
    customer, quantity = position.get("customer", -1), position["quantity"]
    returned = ReturnLines()
    for _, texts in table.rows():
        if not any(map(str.strip, texts)):
            continue
        customer_name = cleaned(texts[customer]) if 0 <= customer < len(texts) else ""
        if negative and not (len(texts) > quantity and texts[quantity].strip().startswith("-")):
            if customer_name and (order := cells.named(texts)):
                returned.customers[order] = customer_name
            continue
        try:
            returned.lines.append(_line(cells, texts, customer_name, fee, settings.max_quantity))
        except BadRow as fault:
            returned.skipped[str(fault)] += 1
    return returned


def _line(cells: Cells, texts: list[str], customer: str, fee: re.Pattern[str] | None, limit: int) -> ReturnLine:
    name, item, quantity, moment = cells.row(texts)
    name = cells.number(name)  # a return comes on a different day than its order
    if quantity == 0:
        raise BadRow("quantity is 0")
    if fee and fee.search(item):
        raise BadRow("fee, not an item")
    if abs(quantity) > limit:
        raise BadRow(f"more than {limit} units in a line")
    return ReturnLine(name, customer, item, abs(quantity), moment)
