"""Head of an order file: its columns, and how its dates and numbers are written, before any row is read."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from controller.scenario.scenario import OrderSettings
from layout.errors import InputError, Problem
from layout.tabular.columns import NAMES, Found, Head, find_columns
from layout.tabular.dates import IMPLAUSIBLE, KNOWN, UNSETTLED, BadDate, Dates, is_dated, proposal
from layout.tabular.day_times import TWO_TIMES, joined
from layout.tabular.decoding import NotDecoded
from layout.tabular.form import Form
from layout.tabular.numbers import AMBIGUOUS, BadNumber, whole
from layout.tabular.signs import cleaned
from layout.tabular.table import Table, open_table

FIELDS = ("order_id", "sku", "quantity", "timestamp")
NAMED = (*FIELDS, "time", "customer")
"""Fields whose column a user may name."""
KNOWN_NAMES = {field: NAMES[field] for field in NAMED}
HEAD_AGAIN = "the head line again"
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?", re.ASCII)
"""Days since 1900, for dates of 1954 to 2119."""
_SHORT_TIME = re.compile(r".*\d \d{3,5}", re.ASCII)
"""Date and time of day in digits, perhaps without leading zeros: in a mixed column these are morning times."""
_SAMPLE = 200
"""Number of rows that show how a file is written."""


def head_of(path: Path, settings: OrderSettings, form: Form) -> tuple[Table, dict[str, int], Dates]:
    """Return an order file read up to its head line, its columns as {field: position}, and the reader of its dates.

    Raises InputError with every fault of the file as a whole. If its encoding is unknown, a likely one is used to find
    the other faults, so that all are reported at once.
    """
    try:
        table = _opened(path, form)
    except NotDecoded as error:
        try:
            _examined(_opened(path, replace(form, encoding=error.likely)), settings)
        except InputError as more:
            raise InputError([*error.problems, *more.problems]) from error
        raise
    return table, *_examined(table, settings)


def _opened(path: Path, form: Form) -> Table:
    return open_table(path, form, KNOWN_NAMES, FIELDS)


def _examined(table: Table, settings: OrderSettings) -> tuple[dict[str, int], Dates]:
    """Return columns and dates. InputError for separator, columns, dates and numbers."""
    columns = find_columns(table.head, KNOWN_NAMES, FIELDS, settings.columns)
    sample = list(islice(table.rows(), _SAMPLE))
    if not columns.missing:
        for line, texts in sample:
            is_head(texts, line, table, settings)
    likely = _likely(columns, sample)
    position = likely | columns.position
    problems = [*table.problems, *columns.problems(likely)]
    if position.get("time") == position.get("timestamp"):
        position.pop("time", None)  # the user states that the date includes the time of day
    dates = Dates(table.form.timestamp)
    if "timestamp" in position:
        problems += _dates_problem(table, position, dates, sample)
    if "quantity" in position:
        problems += _numbers_problem(table, position["quantity"], sample)
    if problems:
        raise InputError(problems)
    return position, dates


def is_head(texts: Sequence[str], line: int, table: Table, settings: OrderSettings) -> bool:
    """Return whether an unusable row is a head line. InputError if its columns are in another order."""
    if any(map(str.isdigit, "".join(texts))):
        return False
    head = Head(table.head.file, line, texts, "", table.form)
    again = find_columns(head, KNOWN_NAMES, FIELDS, settings.columns)
    if again.missing or again.doubts:
        return False
    first = find_columns(table.head, KNOWN_NAMES, FIELDS, settings.columns)
    if any(again.position[field] != first.position.get(field) for field in FIELDS):
        fault = f"is a second head line with its columns in another order ({', '.join(texts)[:120]})"
        raise InputError.single(
            table.head.file, f"line {line}", fault, "split it into two files, one beginning with this line"
        )
    return True


def _likely(found: Found, sample: "_Lines") -> dict[str, int]:
    """Return {field without a column: a column whose content fits}; it is suggested to the user, and never used."""
    likely: dict[str, int] = {}
    free = found.free
    for name, looks in (("timestamp", is_dated), ("quantity", _is_number)):
        alike = [position for position in free if _most(sample, position, looks)]
        if name in found.missing and len(alike) == 1:
            likely[name] = alike[0]
            free.remove(alike[0])
    left = [name for name in found.missing if name not in likely]
    return likely | (dict(zip(left, free, strict=True)) if len(left) == len(free) == 1 else {})


def _most(sample: "_Lines", at: int, looks: Callable[[str], bool]) -> bool:
    texts = [cleaned(text) for _, text in _column(sample, at)]
    return bool(texts) and 2 * sum(map(looks, texts)) > len(texts)


def _is_number(text: str) -> bool:
    return len(text) <= 7 and text.strip("+-").replace(".", "").replace(",", "").isdecimal()


_Lines = Sequence[tuple[int, list[str]]]


def _column(lines: Iterable[tuple[int, list[str]]], *at: int) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of the rows with content in these columns, joined by a blank."""
    for line, cells in lines:
        if len(cells) > max(at) and (text := " ".join(cells[position] for position in at)).strip():
            yield line, text


def _dates_problem(table: Table, position: Mapping[str, int], dates: Dates, sample: _Lines) -> Iterator[Problem]:
    """Yield a problem if most dates cannot be read in one way."""
    columns = (position["timestamp"], *([position["time"]] if "time" in position else []))
    faults = list(_bad_dates(sample, columns, dates))
    if any(reason == UNSETTLED for *_, reason in faults):
        dates.settle(text for _, text in _column(table.rows(), columns[0]))
        faults = list(_bad_dates(sample, columns, dates))
    short = [fault for fault in faults if len(columns) > 1 and _SHORT_TIME.fullmatch(fault[1].strip())]
    if 2 * len(faults) <= len(sample) and not short:
        return
    line, text, reason = max(short, key=lambda fault: len(fault[1].strip())) if short else faults[0]
    if not table.form.timestamp and (reason == IMPLAUSIBLE or (len(faults) < 3 and not _is_a_form(text, reason))):
        return
    way_out = _own_time(table, columns[0]) if reason == TWO_TIMES else _way(table.form, text)
    yield Problem(table.head.file, f"line {line}", f"timestamp {text.strip()[:40]!r} {reason}", way_out)


def _own_time(table: Table, at: int) -> str:
    """Return how a user states that the date's own time of day counts."""
    option = table.form.columns({"time": table.head.names[at]})
    return f"for the time in the date itself: {option}" if option else "keep one of them"


def _is_a_form(text: str, reason: str) -> bool:
    """Return whether an unreadable date is a date form in use, rather than a typing error."""
    return reason in (UNSETTLED, TWO_TIMES) or bool(proposal(text.strip()) or _SERIAL.fullmatch(text.strip()))


def _bad_dates(sample: _Lines, at: Sequence[int], dates: Dates) -> Iterator[tuple[int, str, str]]:
    """Yield (line, text, why it cannot be read)."""
    rows = dict(sample)
    for line, text in _column(sample, *at):
        cells = rows[line]
        try:
            dates[joined(*(cells[position] for position in at), setting=dates.setting) if len(at) > 1 else text]
        except BadDate as fault:
            yield line, text, str(fault)


def _way(form: Form, text: str) -> str:
    """Return how a user states the form of an unreadable date."""
    if not form.timestamp and _SERIAL.fullmatch(cleaned(text)):
        return (
            "it is a spreadsheet's number of a day: give the column a format such as yyyy-mm-dd hh:mm and save it again"
        )
    proposed = proposal(cleaned(text))
    if form.timestamp:
        return f"its form was given as {form.timestamp}"
    if proposed == "dayfirst":
        return f"{form.way('timestamp', 'dayfirst')}; or monthfirst"
    known = f"known are {KNOWN}"
    named = form.way("timestamp", proposed or "%d.%m.%y %H:%M")
    return f"{known}; {named}" if proposed else f"{known}; for others give their form, as in {named}"


def _numbers_problem(table: Table, at: int, sample: _Lines) -> Iterator[Problem]:
    """Yield a problem if most quantities may be thousands or decimals."""
    faults = [(line, text) for line, text in _column(sample, at) if _is_ambiguous(text, table.form.decimal)]
    if 2 * len(faults) > len(sample):
        line, text = faults[0]
        fault = f"quantity {text.strip()[:40]!r} {AMBIGUOUS}"
        way_out = f'state which sign is the decimal one: {table.form.way("decimal", ",")}; or "."'
        yield Problem(table.head.file, f"line {line}", fault, way_out)
    elif decimal := table.form.decimal:
        other = "." if decimal == "," else ","
        lines = [
            (line, text)
            for line, text in _column(sample, at)
            if _is_whole(text, other) and not _is_whole(text, decimal)
        ]
        if 2 * len(lines) > len(sample):
            fault = f'quantity {lines[0][1].strip()[:40]!r}, as most, is no number with "{decimal}" as the decimal sign'
            yield Problem(table.head.file, f"line {lines[0][0]}", fault, table.form.way("decimal", other))


def _is_whole(text: str, decimal: str) -> bool:
    try:
        whole(cleaned(text), decimal)
    except BadNumber:
        return False
    return True


def _is_ambiguous(text: str, decimal: str) -> bool:
    try:
        whole(cleaned(text), decimal)
    except BadNumber as fault:
        return str(fault) == AMBIGUOUS
    return False
