"""The items file of slotting: bins and weight of a SKU, and SKUs that it must not share a pod with."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from controller.demand.sku_csv import SKU_NAMES, Cells, items_by_sku
from layout.tabular.form import PLAIN, Form
from layout.tabular.lines import LineFault, LineReader

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sku": SKU_NAMES,
    "bins": ("bins", "size"),
    "weight": ("weight", "weight_kg", "Gewicht"),
    "name": ("name", "description", "title", "Bezeichnung", "Beschreibung"),
    "apart": ("apart", "apart_group"),
}
"""Names that a column may have; only sku is required."""
_MOST_BINS = 1_000
_MOST_WEIGHT = 100_000.0


@dataclass(frozen=True, slots=True)
class Item:
    """Slotting data of a SKU. bins: number in its pod. weight: kg a unit. apart: SKUs with the same word never share a
    pod (e.g. look-alikes).
    """

    bins: int = 1
    weight: float = 0.0
    name: str = ""
    apart: str = ""


def read_items(path: Path, form: Form = PLAIN) -> dict[str, Item]:
    """Return {sku: Item} of a CSV with the columns sku and optionally bins, weight, name, apart; empty cells mean the
    default.

    form: how the file is written. Raises InputError with every faulty line.
    """
    return items_by_sku(path, COLUMNS, form, _faults, _item)


def apart_pairs(items: Mapping[str, Item], number: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Return the pairs (sku, sku) that must not share a pod. number: of each SKU."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for sku, item in items.items():
        if item.apart and sku in number:
            groups[item.apart].append(number[sku])
    return tuple(pair for group in groups.values() for pair in combinations(group, 2))


def largest_apart(items: Mapping[str, Item]) -> tuple[str, int]:
    """Return (word, SKUs) of the apart group that needs most pods; ("", 0) if there is none."""
    counts: defaultdict[str, int] = defaultdict(int)
    for item in items.values():
        if item.apart:
            counts[item.apart] += 1
    return max(counts.items(), key=lambda entry: entry[1], default=("", 0))


def _item(cells: Cells, reader: LineReader) -> Item:
    bins, weight = reader.number(cells["bins"] or "1"), reader.number(cells["weight"] or "0")
    return Item(int(bins or 1), weight or 0.0, cells["name"], cells["apart"])


def _faults(cells: Cells, reader: LineReader) -> Iterator[LineFault]:
    bins, weight = cells["bins"], cells["weight"]
    if reader.number(bins or "1", 1, _MOST_BINS, whole=True) is None:
        yield reader.wrong_number(f"takes {bins[:20]!r} bins", bins, f"write a whole number from 1 to {_MOST_BINS:,}")
    if reader.number(weight or "0", 0, _MOST_WEIGHT) is None:
        yield reader.wrong_number(f"weighs {weight[:20]!r}", weight, "write kg a unit, 0 or more")
