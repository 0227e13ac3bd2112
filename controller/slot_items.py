"""The items file of slotting: how much space a SKU takes, what it weighs, and what it must not share a pod with."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from controller.sku_csv import SKU_NAMES, number, rows, wrong
from layout.errors import InputError, Problem
from layout.tabular.form import PLAIN, Form

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sku": SKU_NAMES,
    "bins": ("bins", "size"),
    "weight": ("weight", "weight_kg", "Gewicht"),
    "name": ("name", "description", "title", "Bezeichnung", "Beschreibung"),
    "apart": ("apart", "apart_group"),
}
"""Names that a column may have; only sku must be there."""
_MOST_BINS = 1_000
_MOST_WEIGHT = 100_000.0


@dataclass(frozen=True, slots=True)
class Item:
    """bins: it takes in its pod. weight: kg a unit. apart: SKUs with the same word never share a pod (look-alikes, say)."""

    bins: int = 1
    weight: float = 0.0
    name: str = ""
    apart: str = ""


def read_items(path: Path, form: Form = PLAIN) -> dict[str, Item]:
    """{sku: Item} of a CSV with the columns sku and, if wanted, bins, weight, name, apart; empty cells mean the default.

    form: how the file is written. Raises InputError with every faulty line.
    """
    items: dict[str, Item] = {}
    problems: list[Problem] = []
    for line, cells in rows(path, COLUMNS, problems, form):
        sku = cells["sku"]
        faults = list(_faults(cells, sku in items, form))
        problems += [Problem(str(path), f"line {line}", *fault) for fault in faults]
        if not faults:
            bins, weight = (number(cells[name] or usual, form) for name, usual in (("bins", "1"), ("weight", "0")))
            items[sku] = Item(int(bins or 1), weight or 0.0, cells["name"], cells["apart"])
    if problems:
        raise InputError.first_of(problems)
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


def _faults(cells: Mapping[str, str], again: bool, form: Form) -> Iterator[tuple[str, str]]:
    """(what is wrong, what would be right) with a line."""
    if not cells["sku"]:
        yield "has no sku", ""
    elif again:
        yield f"names SKU {cells['sku']} again", "name each SKU once"
    bins = number(cells["bins"] or "1", form)
    if bins is None or bins != int(bins) or not 1 <= bins <= _MOST_BINS:
        yield wrong(
            f"takes {cells['bins'][:20]!r} bins", cells["bins"], form, f"write a whole number from 1 to {_MOST_BINS:,}"
        )
    weight = number(cells["weight"] or "0", form)
    if weight is None or not 0 <= weight <= _MOST_WEIGHT:
        yield wrong(f"weighs {cells['weight'][:20]!r}", cells["weight"], form, "write kg a unit, 0 or more")
