"""Rows of an order file, grouped into orders. An order with an unusable row is left out whole, never in part.

Fees and returns are known kinds of rows that belong to no order: they are counted, and the order stays.
"""

import logging
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path

from controller.demand.order_cells import BadRow, Cells, OrderRow, RowFault, number_of
from controller.demand.order_head import FIELDS, HEAD_AGAIN, head_of, is_head
from controller.demand.order_notices import left_out, notices, skipped_many
from controller.demand.order_totals import TOTAL, is_total
from controller.scenario.scenario import OrderSettings
from layout.errors import InputError
from layout.tabular.form import Form
from layout.tabular.table import Table
from layout.wording import count

_log = logging.getLogger(__name__)

FEE = "fee, not an item"
NEGATIVE = "cancellation or return (quantity < 0)"
SPOILED = "in an order that is left out"
"""Kind of the good rows of an order with a bad one."""


@dataclass(slots=True)
class OrderRows:
    """Rows of an order file.

    rows: of the orders kept. skipped: other rows by kind. left_out: orders by reason. refused: {order: its first bad
    row}. negative: likewise of returns. orphans: bad rows whose order is unknown. lines: of `rows`, if requested.
    units_left_out: of the rows of orders left out, as far as they can be read.
    """

    rows: list[OrderRow] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    refused: dict[str, RowFault] = field(default_factory=dict)
    negative: dict[str, RowFault] = field(default_factory=dict)
    orphans: list[RowFault] = field(default_factory=list)
    lines: "array[int]" = field(default_factory=lambda: array("L"))
    units_left_out: int = 0

    def keep(self, stays: Callable[[str], bool]) -> int:
        """Remove the rows of orders that do not stay; return how many were removed."""
        kept = [stays(row[0]) for row in self.rows]
        self.units_left_out += sum(row[2] for row, stays_in in zip(self.rows, kept, strict=True) if not stays_in)
        self.rows = list(compress(self.rows, kept))
        self.lines = array("L", compress(self.lines, kept))
        return len(kept) - len(self.rows)

    def none_left(self, path: Path, noun: str = "order line") -> InputError:
        """Return the error for a file without any order."""
        counted = {kind: count for kind, count in self.skipped.items() if kind != SPOILED} | {
            kind: count for kind, count in self.left_out.items() if kind not in self.skipped
        }
        bad = ", ".join(f"{count:,} × {kind}" for kind, count in sorted(counted.items()))
        fault = f"has no {noun} that can be used: {bad}" if bad else "has no order lines"
        return InputError.single(str(path), "", fault, f"a line has {', '.join(FIELDS)}")


def read_order_rows(
    path: Path, settings: OrderSettings, form: Form | None = None, *, tells_refused: bool = True
) -> OrderRows:
    """Read the orders of a file. InputError with every fault of the file as a whole.

    form: how the user can state the file's format; default: as in `[orders]`, or by options. tells_refused: report the
    first orders left out; False if the caller reports all.
    """
    table, position, dates = head_of(path, settings, form or settings.form)
    taken = _Taking(settings, Cells(position, settings, len(table.head.names), dates))
    taken.take(table)
    order_rows, by_day = taken.found, settings.number_by == "day"
    total = list(taken.without_total(by_day))
    read = len(order_rows.rows) + order_rows.skipped.total()
    if settings.negative == "refuse":
        ordered = {row[0] for row in order_rows.rows}
        order_rows.refused |= {order: fault for order, fault in order_rows.negative.items() if order in ordered}
    _leave_out(order_rows, by_day)
    _leave_out_longer(order_rows, settings.max_lines)
    reports = [*total, *dates.notices(), *notices(order_rows.rows, table.form, by_day=by_day)]
    if tells_refused:
        reports += left_out(order_rows.refused, order_rows.units_left_out, table.form)
        reports += skipped_many(taken.bad, order_rows.skipped.get(SPOILED, 0), read)
    for notice in reports:
        _log.warning("%s: %s", path, notice)
    return order_rows


class _Taking:
    """Collector of a file's usable rows that notes the others. bad: {kind that refuses an order: (rows, the first)}."""

    def __init__(self, settings: OrderSettings, cells: Cells) -> None:
        self.found = OrderRows()
        self.bad: dict[str, tuple[int, RowFault]] = {}
        self._cells, self._most, self._settings = cells, settings.max_quantity, settings
        self._last: tuple[int, OrderRow] | None = None
        self._fees = _Fees(settings.fee_pattern)

    def take(self, table: Table) -> None:
        most, fees, read = self._most, self._fees, self._cells.row
        take, note = self.found.rows.append, self.found.lines.append
        line, row = 0, None
        for line, texts in table.rows():
            try:
                row = read(texts)
            except BadRow as fault:
                row = None
                if is_head(texts, line, table, self._settings):
                    self.found.skipped[HEAD_AGAIN] += 1
                elif any(map(str.strip, texts)):
                    self._refuse(self._cells.order(texts), RowFault(line, str(fault), fault.value))
                continue
            if 0 < row[2] <= most and not fees[row[1]]:
                take(row)
                note(line)
            else:
                self._set_aside(line, row)
        self._last = (line, row) if row else None

    def without_total(self, by_day: bool) -> Iterator[str]:
        """Remove a total at the file's end, and yield a notice of it."""
        order_rows = self.found
        if self._last is None:
            return
        line, row = self._last
        order, sku, units, _ = row
        taken = bool(order_rows.lines) and order_rows.lines[-1] == line
        fault = order_rows.refused.get(order)
        if not (taken or (fault and fault.line == line)):
            return
        others = order_rows.rows[:-1] if taken else order_rows.rows
        if not is_total(row, others, number_of(order) if by_day else order):
            return
        if taken:
            order_rows.rows.pop()
            order_rows.lines.pop()
        elif fault:
            self._forget(order, fault)
            order_rows.units_left_out -= units
        order_rows.skipped[TOTAL] += 1
        yield f"the last row, line {line} ({order}, {sku}, {count(units, 'unit')}), is {TOTAL}"

    def _forget(self, order: str, fault: RowFault) -> None:
        """Withdraw a row's fault from its order."""
        number, first = self.bad.pop(fault.kind)
        if number > 1:
            self.bad[fault.kind] = (number - 1, first)
        self.found.skipped -= Counter({fault.kind: 1})
        del self.found.refused[order]

    def _set_aside(self, line: int, row: OrderRow) -> None:
        """Count a readable row that is no line of an order."""
        fee, (order, _, quantity, _) = self._fees[row[1]], row
        if quantity < 0:
            self.found.skipped[NEGATIVE] += 1
            if not fee:
                self.found.negative.setdefault(order, RowFault(line, NEGATIVE, str(quantity)))
        elif fee:
            self.found.skipped[FEE] += 1
        else:
            kind = f"more than {self._most} units in a line" if quantity else "quantity is 0"
            self._refuse(order, RowFault(line, kind, str(quantity)))
            self.found.units_left_out += quantity

    def _refuse(self, order: str, fault: RowFault) -> None:
        self.found.skipped[fault.kind] += 1
        number, first = self.bad.get(fault.kind, (0, fault))
        self.bad[fault.kind] = (number + 1, first)
        if order:
            self.found.refused.setdefault(order, fault)
        else:
            self.found.orphans.append(fault)


class _Fees(dict[str, bool]):
    """{SKU: True if it is a fee}."""

    def __init__(self, pattern: str) -> None:
        super().__init__()
        self._pattern = re.compile(pattern) if pattern else None

    def __missing__(self, sku: str) -> bool:
        self[sku] = bool(self._pattern and self._pattern.search(sku))
        return self[sku]


def _leave_out(found: OrderRows, by_day: bool) -> None:
    """Remove the good rows of refused orders."""
    if not (refused := found.refused):
        return
    name = number_of if by_day else str
    if spoiled := found.keep(lambda order: order not in refused and name(order) not in refused):
        found.skipped[SPOILED] += spoiled
    found.left_out.update(fault.kind for fault in refused.values())


def _leave_out_longer(found: OrderRows, most: int) -> None:
    if not most:
        return
    lines: dict[str, set[str]] = {}
    for order, sku, *_ in found.rows:
        lines.setdefault(order, set()).add(sku)
    longer = {order for order, skus in lines.items() if len(skus) > most}
    if longer:
        found.keep(lambda order: order not in longer)
        found.left_out[f"orders of more than {count(most, 'line')}"] = len(longer)
