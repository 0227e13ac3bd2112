"""A text table: its head line, and its rows with their lines. Quotes are strict, so that none spans rows."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from layout.errors import InputError, Problem
from layout.tabular.columns import Head, key_of
from layout.tabular.decoding import read_text
from layout.tabular.form import Form
from layout.tabular.quotes import quote_fault, swallowed
from layout.tabular.signs import cleaned

SEPARATORS: Mapping[str, str] = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_MOST_TITLES = 10
_SAID = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
"""A first line with which spreadsheets give the column separator."""


def separator_of(word: str) -> str:
    """Return the separator that a setting names: the character itself, or "tab"."""
    return "\t" if word in ("tab", "\\t") else word


@dataclass(frozen=True, slots=True)
class Table:
    """A text table. head: the names of the columns, cleaned. problems: faults of the separation of columns."""

    path: Path
    form: Form
    separator: str
    head: Head
    problems: tuple[Problem, ...]
    text: str
    skip: int
    """Number of lines before the head line."""

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line, cells) of each row below the head that is not empty. Raises InputError if quotes are wrong."""
        rows = self._lines()
        next(rows)
        return rows

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows including the head line."""
        file = io.StringIO(self.text, newline="")
        for _ in range(self.skip):
            file.readline()
        reader = csv.reader(file, delimiter=self.separator, strict=True)
        line, begin = self.skip, file.tell()
        try:
            for cells in reader:
                first, line, begun, begin = line + 1, self.skip + reader.line_num, begin, file.tell()
                if line > first:
                    self._check_span(first, line, self.text[begun:begin])
                if cells:
                    yield first, cells
        except csv.Error as error:
            rest = islice(io.StringIO(self.text, newline=""), line, None)
            raise quote_fault(str(self.path), rest, line + 1, self.separator) from error

    def _check_span(self, first: int, last: int, text: str) -> None:
        """Raise a fault if a field of several lines contains rows."""
        columns = len(self.head.names)
        if columns and any(line.count(self.separator) == columns - 1 for line in io.StringIO(text).readlines()[1:]):
            raise swallowed(str(self.path), first, last)


def open_table(path: Path, form: Form, fields: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    """Read a file up to its head line. fields: {field: known names}, by which the separator is found. needed: fields
    that a message names. Raises InputError if the file cannot be read or has no head line.
    """
    text = read_text(path, form)
    said = _SAID.match(text)
    skip = 1 if said else 0
    skip += _titles(text, skip, fields, needed)
    line = _line(text, skip)
    if not cleaned(line).strip(",;|\t "):
        raise InputError.single(str(path), f"line {skip + 1}", "is empty", f"it names the columns: {', '.join(needed)}")
    problems: tuple[Problem, ...] = ()
    if form.separator:
        separator = separator_of(form.separator)
    elif said and said[1] in SEPARATORS:
        separator = said[1]
    else:
        separator, problems = _separator(path, form, line, skip + 1, fields)
    head = Head(str(path), skip + 1, (), "", form)
    table = Table(path, form, separator, head, problems, text, skip)
    _, names = next(table._lines())
    names = [cleaned(name) for name in names]
    description = f"it has {_short(', '.join(names))}" if len(names) > 1 else f"it has only {names[0][:40]!r}"
    if separator != "," and len(names) > 1:
        description += f", separated by {SEPARATORS.get(separator, separator)}"
    return Table(path, form, separator, Head(str(path), skip + 1, names, description, form), problems, text, skip)


def _titles(text: str, skip: int, fields: Mapping[str, Sequence[str]], needed: Sequence[str]) -> int:
    """Return how many lines with at most one cell precede a line that has all needed columns, 0 if none has."""
    known = {key_of(name): field for field, names in fields.items() for name in (field, *names)}
    lines = [cleaned(line) for line in islice(io.StringIO(text, newline=""), skip, skip + _MOST_TITLES)]
    if not lines or not lines[0]:
        return 0
    for number, line in enumerate(lines):
        for sign in SEPARATORS:
            if set(needed) <= {known.get(key_of(name)) for name in _split(line, sign)}:
                titled = all(sum(map(bool, map(str.strip, _split(above, sign)))) <= 1 for above in lines[:number])
                return number if titled else 0
    return 0


def _line(text: str, number: int) -> str:
    return next(islice(io.StringIO(text, newline=""), number, None), "").rstrip("\r\n")


def _separator(
    path: Path, form: Form, line: str, number: int, fields: Mapping[str, Sequence[str]]
) -> tuple[str, tuple[Problem, ...]]:
    """Return (the separator that finds most known columns, a fault if several are equally good)."""
    known = {key_of(name): field for field, names in fields.items() for name in (field, *names)}
    cells = {sign: _split(line, sign) for sign in SEPARATORS}
    of = {sign: len({known.get(key_of(name)) for name in names} - {None}) for sign, names in cells.items()}
    several = [sign for sign in SEPARATORS if len(cells[sign]) > 1]
    if not several:
        return ",", ()
    best = max(several, key=lambda sign: (of[sign], len(cells[sign])))
    alike = [sign for sign in several if of[sign] == of[best]]
    if len(alike) == 1 or not of[best]:
        return best, ()
    words = " or ".join(SEPARATORS[sign] for sign in alike)
    word = "tab" if best == "\t" else best
    what = f"may be separated by {words}"
    return best, (Problem(str(path), f"line {number}", what, form.way("separator", word) or "separate by commas"),)


def _split(line: str, sign: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=sign), [])
    except csv.Error:
        return []


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:199] + "…"
