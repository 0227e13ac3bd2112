"""Read the lines of a CSV file by column name, collecting their faults; used for all tables with a head line."""

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from layout.errors import InputError, Problem
from layout.files.writing import replacing
from layout.tabular.columns import find_columns
from layout.tabular.form import PLAIN, Form
from layout.tabular.numbers import AMBIGUOUS, BadNumber, real
from layout.tabular.signs import BadText, clean
from layout.tabular.table import open_table
from layout.wording import count

if TYPE_CHECKING:
    from _csv import Writer

LineFault = tuple[str, str]
"""(fault, remedy)."""


class LineReader:
    """Read a file's lines by column, and collect their faults, so that all of them are reported at once.

    columns: {field: names that its column may have}. needed: fields that must have a column. form: how the file is
    written. Raises InputError if the file cannot be read.
    """

    def __init__(
        self, path: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[str], form: Form = PLAIN
    ) -> None:
        self.problems: list[Problem] = []
        self._columns, self._needed, self._form = columns, needed, form
        self._table = open_table(path, form, columns, needed)

    @property
    def head(self) -> Sequence[str]:
        """Names of the columns as written in the file."""
        return self._table.head.names

    def lines(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (line, {field: text}) of each line that is not empty; a field without a column is "".

        A line with too many cells, or with unreadable characters, is a fault. Raises InputError if a needed column is
        missing.
        """
        columns = find_columns(self._table.head, self._columns, self._needed)
        if problems := [*self._table.problems, *columns.problems()]:
            raise InputError(problems)
        width = len(self.head)
        for line, texts in self._table.rows():
            if any(map(str.strip, texts[width:])):
                what = f"has {count(len(texts), 'column')}, the head line {width}"
                self.fault(line, what, 'a cell with the separator in it goes in quotes: "4,7"')
            elif any(map(str.strip, texts)):
                try:
                    cells = {field: clean(texts[at]) for field, at in columns.position.items() if at < len(texts)}
                except BadText as fault:
                    self.fault(line, str(fault), "no name and no number has it")
                else:
                    yield line, dict.fromkeys(self._columns, "") | cells

    def fault(self, line: int, what: str, instead: str) -> None:
        """Add a fault of a line and its remedy."""
        self.problems.append(Problem(self._table.head.file, f"line {line}", what, instead))

    def accepts(self, line: int, faults: Iterable[LineFault]) -> bool:
        """Add the faults of a line, and return whether there are none."""
        before = len(self.problems)
        for fault in faults:
            self.fault(line, *fault)
        return len(self.problems) == before

    def check(self) -> None:
        """Raise InputError with every fault, if there is one."""
        if self.problems:
            raise InputError.first_of(self.problems)

    def finish(self, read: Sized, noun: str, instead: str) -> None:
        """Raise InputError with every fault, or, if nothing was read, that the file has no `noun`."""
        self.check()
        if not read:
            raise InputError.single(self._table.head.file, "", f"has no {noun}", instead)

    def number(
        self, text: str, least: float = -math.inf, most: float = math.inf, *, whole: bool = False
    ) -> float | None:
        """Return a finite number within a range; None for anything else, and if it is ambiguous between thousands and
        decimals.
        """
        try:
            value = real(text, self._form.decimal)
        except BadNumber:
            return None
        return value if least <= value <= most and not (whole and value != int(value)) else None

    def wrong_number(self, said: str, text: str, instead: str) -> LineFault:
        """Return the fault of a number. said: the line with it. instead: remedy if the number is unambiguous."""
        try:
            real(text, self._form.decimal)
        except BadNumber as fault:
            if str(fault) == AMBIGUOUS:
                way_out = self._form.way("decimal", ".") or "write it without a sign for thousands"
                return f"{said}, which {AMBIGUOUS}", f"state which sign is the decimal one: {way_out}"
        return said, instead


@contextmanager
def writing_csv(paths: Sequence[Path]) -> "Iterator[list[Writer]]":
    """Yield a CSV writer for each path; all files exist once the block ends well, and none otherwise.

    Raises InputError if one cannot be written.
    """
    with ExitStack() as stack:
        parts = [stack.enter_context(replacing(path)) for path in paths]
        files = [stack.enter_context(part.open("w", encoding="utf-8", newline="")) for part in parts]
        yield [csv.writer(file, lineterminator="\n") for file in files]
