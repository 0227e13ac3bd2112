"""The items file of slotting: how much space a SKU takes, what it weighs, and what it must not share a pod with."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from layout.errors import InputError, Problem
from layout.tables import why_unreadable

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sku": ("sku", "SKU", "StockCode", "product_id", "ProductID", "item", "item_id"),
    "bins": ("bins", "size", "Bins", "Size"),
    "weight": ("weight", "weight_kg", "Weight"),
    "name": ("name", "Name", "Description", "description", "title"),
    "apart": ("apart", "apart_group", "Apart"),
}
"""Names that a column may have; only sku must be there."""
_MOST_SHOWN = 20
_MOST_BINS = 1_000
_MOST_WEIGHT = 100_000.0


@dataclass(frozen=True, slots=True)
class Item:
    """bins: it takes in its pod. weight: kg a unit. apart: SKUs with the same word never share a pod (look-alikes, say)."""

    bins: int = 1
    weight: float = 0.0
    name: str = ""
    apart: str = ""


def read_items(path: Path) -> dict[str, Item]:
    """{sku: Item} of a CSV with the columns sku and, if wanted, bins, weight, name, apart; empty cells mean the default.

    Raises InputError with every faulty line.
    """
    items: dict[str, Item] = {}
    problems: list[Problem] = []
    for line, cells in _rows(path):
        sku = cells["sku"]
        faults = list(_faults(cells, sku in items))
        problems += [Problem(str(path), f"line {line}", *fault) for fault in faults]
        if not faults:
            items[sku] = Item(
                int(float(cells["bins"] or 1)), float(cells["weight"] or 0), cells["name"], cells["apart"]
            )
    if problems:
        raise InputError(problems[:_MOST_SHOWN])
    if not items:
        raise InputError.single(str(path), "", "has no items", "a line names a SKU")
    return items


def apart_pairs(items: Mapping[str, Item], number: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """(sku, sku) that must not share a pod. number: of each SKU."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for sku, item in items.items():
        if item.apart and sku in number:
            groups[item.apart].append(number[sku])
    return tuple(pair for group in groups.values() for pair in combinations(group, 2))


def largest_apart(items: Mapping[str, Item]) -> tuple[str, int]:
    """(word, SKUs) of the apart group that needs most pods; ("", 0) if there is none."""
    counts: defaultdict[str, int] = defaultdict(int)
    for item in items.values():
        if item.apart:
            counts[item.apart] += 1
    return max(counts.items(), key=lambda entry: entry[1], default=("", 0))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, {field: text}) of each line that isn't empty."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.reader(file)
            at = _positions(path, next(reader, []))
            for cells in filter(None, reader):
                line = reader.line_num
                yield line, {name: cells[i].strip() if 0 <= i < len(cells) else "" for name, i in at.items()}
    except csv.Error as error:
        raise InputError.single(str(path), f"line {line + 1}", f"is not CSV: {error}") from error
    except (OSError, ValueError) as error:
        raise InputError.single(str(path), "", f"can't be read: {why_unreadable(error)}") from error


def _positions(path: Path, head: Sequence[str]) -> dict[str, int]:
    """Column of each field, -1 where there is none."""
    head = [name.strip() for name in head]
    at = {field: next((head.index(name) for name in names if name in head), -1) for field, names in COLUMNS.items()}
    if at["sku"] < 0:
        there = f"it has {', '.join(head)[:200]}" if any(head) else "it is empty"
        raise InputError.single(str(path), "line 1", "has no column sku", f"{there}; known are {', '.join(COLUMNS)}")
    return at


def _faults(cells: Mapping[str, str], again: bool) -> Iterator[tuple[str, str]]:
    """(what is wrong, what would be right) with a line."""
    if not cells["sku"]:
        yield "has no sku", ""
    elif again:
        yield f"names SKU {cells['sku']} again", "name each SKU once"
    bins = _number(cells["bins"] or "1")
    if bins is None or bins != int(bins) or not 1 <= bins <= _MOST_BINS:
        yield f"takes {cells['bins'][:20]!r} bins", f"write a whole number from 1 to {_MOST_BINS:,}"
    weight = _number(cells["weight"] or "0")
    if weight is None or not 0 <= weight <= _MOST_WEIGHT:
        yield f"weighs {cells['weight'][:20]!r}", "write kg a unit, 0 or more"


def _number(text: str) -> float | None:
    try:
        number = float(text.replace("_", "?"))  # "1_000" is a number to Python only
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
