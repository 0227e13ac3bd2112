"""The items file of the supply chain: each SKU's cost, price, weight, dimensions and return rate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from controller.demand.sku_csv import SKU_NAMES, Cells, items_by_sku, none_known
from controller.scenario.scenario import Scenario
from controller.scenario.supply_chain import Items
from controller.supply_chain.state.items import USUAL_RETURNS, ItemMaster
from controller.warehouse.stock import Catalogue
from layout.tabular.form import PLAIN, Form
from layout.tabular.lines import LineFault, LineReader

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sku": SKU_NAMES,
    "price": ("price", "unit_price", "Preis", "Verkaufspreis"),
    "cost": ("cost", "unit_cost", "Kosten", "Einkaufspreis"),
    "weight": ("weight_kg", "weight", "Gewicht"),
    "length": ("length_mm", "length", "Länge"),
    "width": ("width_mm", "width", "Breite"),
    "height": ("height_mm", "height", "Höhe"),
    "returned": ("returned", "return_rate"),
    "department": ("department", "category", "Abteilung", "Kategorie", "Warengruppe"),
}
"""Names that a column may have; only sku is required."""
_LEAST_AND_MOST = {
    "price": (0.01, 1_000_000.0, "an amount of money such as 12.99"),
    "cost": (0.0, 1_000_000.0, "an amount of money such as 7.50"),
    "weight": (0.001, 1_000.0, "kg a unit"),
    "length": (1.0, 10_000.0, "mm"),
    "width": (1.0, 10_000.0, "mm"),
    "height": (1.0, 10_000.0, "mm"),
    "returned": (0.0, 1.0, "a share of the units"),
}
_SIDES = ("length", "width", "height")


@dataclass(frozen=True, slots=True)
class ItemData:
    """Item master data of one SKU from the file. Values missing in `figures` (fields of `COLUMNS`) and an empty
    department are synthesised.
    """

    figures: Mapping[str, float]
    department: str


def item_data_of(scenario: Scenario, items: Items, catalogue: Catalogue) -> dict[int, ItemData]:
    """Return {SKU of the catalogue: its item data}.

    Raises InputError if the file cannot be used or has no SKU of the catalogue.
    """
    if not items.csv:
        return {}
    path = scenario.beside(items.csv)
    item_data = read_items(path, items.form)
    known = {sku: item_data[name] for sku, name in enumerate(catalogue.names) if name in item_data}
    if not known:
        raise none_known(path, next(iter(item_data)), catalogue)
    return known


def read_items(path: Path, form: Form = PLAIN) -> dict[str, ItemData]:
    """Return {sku: ItemData} of a CSV; empty cells are skipped. Raises InputError with every faulty line."""
    return items_by_sku(path, COLUMNS, form, _faults, _item_data)


def with_item_data(items: ItemMaster, item_data: Mapping[int, ItemData]) -> ItemMaster:
    """Return the items with the known values in place of the synthetic ones. A price without a cost keeps the cost's
    share of it, and vice versa.

    Synthetic values are drawn for all SKUs, so that one more line in a file changes only its own SKU.
    """
    known = replace(
        items,
        cost=items.cost.copy(),
        price=items.price.copy(),
        weight_g=items.weight_g.copy(),
        size_mm=items.size_mm.copy(),
        returned=items.returned.copy(),
    )
    department = list(items.department)
    for sku, item in item_data.items():
        _price(known, sku, item.figures)
        if "weight" in item.figures:
            known.weight_g[sku] = max(1, round(1000 * item.figures["weight"]))
        if all(side in item.figures for side in _SIDES):
            known.size_mm[sku] = sorted((round(item.figures[side]) for side in _SIDES), reverse=True)
        usual = USUAL_RETURNS.get(item.department.lower(), float(items.returned[sku]))
        known.returned[sku] = item.figures.get("returned", usual)
        department[sku] = item.department or department[sku]
    return replace(known, department=tuple(department))


def _price(items: ItemMaster, sku: int, figures: Mapping[str, float]) -> None:
    share = float(items.cost[sku]) / float(items.price[sku])
    price, cost = figures.get("price"), figures.get("cost")
    if price is None and cost is not None:
        price = cost / share
    if price is not None:
        items.price[sku] = max(1, round(100 * price))
        items.cost[sku] = round(100 * (cost if cost is not None else share * price))


def _item_data(cells: Cells, reader: LineReader) -> ItemData:
    values = {field: reader.number(cells[field]) for field in _LEAST_AND_MOST}
    return ItemData({field: value for field, value in values.items() if value is not None}, cells["department"])


def _faults(cells: Cells, reader: LineReader) -> Iterator[LineFault]:
    for field, (lowest, highest, example) in _LEAST_AND_MOST.items():
        text = cells[field]
        if text and reader.number(text, lowest, highest) is None:
            instead = f"write {example}, {lowest:g} to {highest:,.0f}"
            yield reader.wrong_number(f"has {field} {text[:20]!r}", text, instead)
    given = [side for side in _SIDES if cells[side]]
    if given and len(given) < len(_SIDES):
        yield f"has {' and '.join(given)} only", "write length, width and height, or none of them"
