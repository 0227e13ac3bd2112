"""CSV files with a line for each SKU: their columns by any of several names, their lines as texts, and numbers in them."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from controller.stock import Catalogue
from layout.errors import InputError
from layout.tables import why_unreadable

SKU_NAMES = ("sku", "SKU", "StockCode", "product_id", "ProductID", "item", "item_id")
"""Names that the column of the SKU may have."""


def rows(path: Path, columns: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, {field: text}) of each line that isn't empty. columns: {field: names that its column may have}.

    A field without a column is "". InputError if the file can't be read or has no column for `sku`.
    """
    line = 0
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.reader(file)
            at = _positions(path, next(reader, []), columns)
            for cells in filter(None, reader):
                line = reader.line_num
                yield line, {name: cells[i].strip() if 0 <= i < len(cells) else "" for name, i in at.items()}
    except csv.Error as error:
        raise InputError.single(str(path), f"line {line + 1}", f"is not CSV: {error}") from error
    except (OSError, ValueError) as error:
        raise InputError.single(str(path), "", f"can't be read: {why_unreadable(error)}") from error


def none_known(path: Path, named: str, catalogue: Catalogue) -> InputError:
    """What is wrong with a file of which no SKU is in the run. named: one that it has."""
    ordered = catalogue.names[0] if len(catalogue) else "none"
    return InputError.single(str(path), "", "names no SKU of this scenario", f"it has {named}, ordered is {ordered}")


def number(text: str) -> float | None:
    """A finite number as people write it; None for anything else."""
    try:
        value = float(text.replace("_", "?"))  # "1_000" is a number to Python only
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def _positions(path: Path, head: Sequence[str], columns: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Column of each field, -1 where there is none."""
    head = [name.strip() for name in head]
    at = {field: next((head.index(name) for name in names if name in head), -1) for field, names in columns.items()}
    if at["sku"] < 0:
        there = f"it has {', '.join(head)[:200]}" if any(head) else "it is empty"
        raise InputError.single(str(path), "line 1", "has no column sku", f"{there}; known are {', '.join(columns)}")
    return at
