"""CSV files with a line for each SKU: their columns by any of several names, their lines as texts, and numbers in them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from controller.stock import Catalogue
from controller.wording import count
from layout.errors import InputError, Problem
from layout.tabular.columns import NAMES, find_columns
from layout.tabular.form import Form
from layout.tabular.numbers import AMBIGUOUS, BadNumber, real
from layout.tabular.signs import BadText, clean
from layout.tabular.table import open_table

SKU_NAMES = NAMES["sku"]
"""Names that the column of the SKU may have."""


def rows(
    path: Path,
    columns: Mapping[str, Sequence[str]],
    problems: list[Problem],
    form: Form,
    needed: Sequence[str] = ("sku",),
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, {field: text}) of each line that isn't empty. columns: {field: names that its column may have}.

    A field without a column is "". A line with signs that nobody can read goes to `problems`. InputError if the file can't be
    read, or lacks a column of the `needed`.
    """
    table = open_table(path, form, columns, needed)
    found = find_columns(table.head, columns, needed)
    if faults := [*table.problems, *found.problems()]:
        raise InputError(faults)
    at, width = found.position, len(table.head.names)
    for line, texts in table.rows():
        if not any(map(str.strip, texts)):
            continue
        if any(map(str.strip, texts[width:])):
            what = f"has {count(len(texts), 'column')}, the head line {width}"
            problems.append(Problem(str(path), f"line {line}", what, "put a field with the separator in quotes"))
            continue
        try:
            yield (
                line,
                {name: clean(texts[at[name]]) if at.get(name, len(texts)) < len(texts) else "" for name in columns},
            )
        except BadText as fault:
            problems.append(Problem(str(path), f"line {line}", str(fault), "no name and no number has it"))


def none_known(path: Path, named: str, catalogue: Catalogue) -> InputError:
    """What is wrong with a file of which no SKU is in the run. named: one that it has."""
    ordered = catalogue.names[0] if len(catalogue) else "none"
    return InputError.single(str(path), "", "names no SKU of this scenario", f"it has {named}, ordered is {ordered}")


def number(text: str, form: Form) -> float | None:
    """A finite number as people write it; None for anything else, and for what may be thousands or decimals."""
    try:
        return real(text, form.decimal)
    except BadNumber:
        return None


def wrong(said: str, text: str, form: Form, instead: str) -> tuple[str, str]:
    """(what is wrong with a number, what would be right). said: the line with it. instead: for numbers that leave no doubt."""
    try:
        real(text, form.decimal)
    except BadNumber as fault:
        if str(fault) == AMBIGUOUS:
            way_out = form.way("decimal", ".") or "write it without a sign for thousands"
            return f"{said}, which {AMBIGUOUS}", f"say which sign is the decimal one: {way_out}"
    return said, instead
