"""Notices about an order file that can be used but may be faulty."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from controller.demand.order_cells import OrderRow, RowFault
from layout.tabular.dates import KNOWN
from layout.tabular.form import Form
from robots.wording.formatting import count

_APART = timedelta(days=1)
_MONTHS = 3
_NAMED = 3
"""Number of orders that a notice names."""
_MANY = 1 / 20
"""Share of the rows above which skipped ones are a fault of the file rather than of rows."""


def notices(rows: Sequence[OrderRow], form: Form, *, by_day: bool) -> Iterator[str]:
    """Yield notices about orders with every line repeated, and orders with lines days apart."""
    yield from repeated_lines(rows)
    yield from one_day_a_month(rows)
    if not by_day and (apart := _apart(rows)):
        order, first, last = apart[0]
        option = form.way("number_by", "day")
        yield (
            f"{count(len(apart), 'order')} with lines more than a day apart, such as {order} from {first} to {last}: "
            f"if numbers start again each day, state {option}"
        )


def repeated_lines(rows: Sequence[OrderRow]) -> Iterator[str]:
    """Yield a notice about orders, or returns, of which all lines are repeated."""
    if repeated := _repeated(rows):
        has = "has" if len(repeated) == 1 else "have"
        yield (
            f"{count(len(repeated), 'order')} {has} each line several times, such as {repeated[0]}, and the units are added "
            f"up: is the export in the file twice?"
        )


def left_out(refused: Mapping[str, RowFault], units: int, form: Form) -> Iterator[str]:
    """Yield a notice naming the first orders that are left out, and the faulty rows.

    refused: {order: its first bad row}. units: of all orders left out, in readable rows.
    """
    if refused:
        named = ", ".join(f"{order} ({fault})" for order, fault in islice(refused.items(), _NAMED))
        more = f" and {len(refused) - _NAMED:,} more" if len(refused) > _NAMED else ""
        lost = f" with {count(units, 'unit')}" if units else ""
        yield (
            f"{count(len(refused), 'order')}{lost} left out for a row that can't be used: {named}{more}"
            + (f" ({mends})" if (mends := ways_out(refused, form)) else "")
        )


def ways_out(refused: Mapping[str, RowFault], form: Form) -> str:
    """Return how to correct the faulty rows, "" for those that only their author can correct."""
    kinds = {fault.kind for fault in refused.values()}
    remedies = ["a quantity is digits only"] if "quantity is not a number" in kinds else []
    if form.section and any(kind.endswith("units in a line") for kind in kinds):
        remedies.append(f"the most units in a line are max_quantity in {form.section}")
    if form.decimal and any(
        fault.kind.endswith("units in a line") and fault.value.endswith("000") for fault in refused.values()
    ):
        other = "." if form.decimal == "," else ","
        remedies.append(
            f'"{other}" is read as parting thousands: is it the decimal sign, {form.way("decimal", other)}?'
        )
    if any(kind.endswith("thousands or decimals") for kind in kinds):
        remedies.append(f"state which sign is the decimal one: {form.way('decimal', ',')}")
    if any(kind.startswith("timestamp") for kind in kinds):
        remedies.append(f"dates that are known: {KNOWN}; others by {form.way('timestamp', '%m/%d/%Y %H:%M')}")
    return "; ".join(remedies)


def one_day_a_month(rows: Sequence[OrderRow]) -> Iterator[str]:
    """Yield a notice if all dates lie on one day of several months, as when day and month are swapped."""
    months: set[tuple[int, int]] = set()
    day = rows[0][3].day if rows else 0
    for *_, moment in rows:
        if moment.day != day:
            return
        months.add((moment.year, moment.month))
    if len(months) >= _MONTHS and day <= 12:
        yield f"all dates lie on day {day} of {len(months)} months: are day and month swapped?"


def skipped_many(bad: Mapping[str, tuple[int, RowFault]], spoiled: int, rows: int) -> Iterator[str]:
    """Yield a notice if more than one row in twenty is lost.

    bad: {kind: (rows, the first)}. spoiled: good rows of their orders. rows: in the file.
    """
    total = sum(number for number, _ in bad.values())
    if not total or total + spoiled <= _MANY * rows:
        return
    kinds = (
        f"{number:,} × {fault.kind}" + (f", such as {fault.value[:40]!r} in line {fault.line}" if fault.value else "")
        for number, fault in bad.values()
    )
    text = f"{total:,} of {rows:,} rows can't be used"
    if spoiled:
        text += f", and {count(spoiled, 'good row')} of the same orders are left out with them"
    text += f", more than one in twenty: {'; '.join(kinds)}"
    yield text


def _repeated(rows: Sequence[OrderRow]) -> list[str]:
    """Return orders of which each row occurs at least twice."""
    distinct = set(rows)
    if len(distinct) == len(rows):
        return []
    every, once = Counter(row[0] for row in rows), Counter(row[0] for row in distinct)
    likely = {order for order, number in every.items() if number >= 2 * once[order]}
    single = Counter(row for row in rows if row[0] in likely)
    return sorted(likely - {row[0] for row, number in single.items() if number < 2})


def _apart(rows: Iterable[OrderRow]) -> list[tuple[str, str, str]]:
    """Return (order, first day, last day) of orders with lines more than a day apart."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    moment: datetime | None = None
    order = ""
    for row in rows:
        # lines of an order are mostly adjacent, and equal texts are one object
        if row[3] is moment and row[0] is order:
            continue
        order, moment = row[0], row[3]
        low, high = spans.get(order, (moment, moment))
        spans[order] = (min(low, moment), max(high, moment))
    return sorted(
        (order, f"{low:%Y-%m-%d}", f"{high:%Y-%m-%d}") for order, (low, high) in spans.items() if high - low > _APART
    )
