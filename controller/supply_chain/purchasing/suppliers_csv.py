"""Suppliers from a CSV file: a line for each SKU that a supplier sells, with its price and optionally the supplier's
terms.

A supplier's terms (lead time, fill rate, freight, …) are the same in all its lines, or given in only one of them. SKUs
that the run does not have are ignored: a price list is longer than a shop's range.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from controller.demand.sku_csv import SKU_NAMES
from controller.scenario.supply_chain import Supplier
from controller.supply_chain.state.inbound.purchase_orders import Offers
from controller.warehouse.stock import RETAILER, Catalogue
from layout.errors import InputError
from layout.tabular.form import PLAIN, Form
from layout.tabular.lines import LineFault, LineReader

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sku": SKU_NAMES,
    "supplier": ("supplier", "vendor", "supplier_name", "Lieferant"),
    "cost_cents": ("cost_cents", "price_cents", "unit_cost_cents"),
    "moq": ("moq", "min_qty", "minimum", "Mindestmenge", "Mindestbestellmenge"),
    "pack": ("pack", "pack_size", "case", "Verpackungseinheit", "VPE"),
    "lead_days": ("lead_days", "lead_time", "lead_time_days", "Lieferzeit"),
    "lead_sd_days": ("lead_sd_days", "lead_sd", "lead_time_sd"),
    "fill_rate": ("fill_rate", "fill"),
    "defects": ("defects", "defect_rate"),
    "freight_cents": ("freight_cents",),
    "payment_days": ("payment_days", "terms_days"),
}
"""Names that a column may have; sku, supplier and cost_cents are required. Amounts in cents have it in their name: in
the items file `cost` is an amount of money.
"""
_RANGES: Mapping[str, tuple[float, float, bool]] = {
    "cost_cents": (1, 1_000_000_000, True),
    "moq": (1, 1_000_000, True),
    "pack": (1, 1_000_000, True),
    "lead_days": (0.01, 365, False),
    "lead_sd_days": (0, 1_000, False),
    "fill_rate": (0, 1, False),
    "defects": (0, 1, False),
    "freight_cents": (0, 1_000_000_000, False),
    "payment_days": (0, 1_000, False),
}
"""{column: (least, most, whole numbers only)}."""
_TERMS = ("lead_days", "lead_sd_days", "fill_rate", "defects", "freight_cents", "payment_days")


@dataclass(slots=True)
class PriceList:
    """Price list read so far. prices: {(sku, supplier): (cents, moq, pack)}, by name. terms: {supplier: {key: (value,
    line)}}.
    """

    prices: dict[tuple[str, str], tuple[int, int, int]] = field(default_factory=dict)
    terms: defaultdict[str, dict[str, tuple[float, int]]] = field(default_factory=lambda: defaultdict(dict))


def read_suppliers(path: Path, catalogue: Catalogue, form: Form = PLAIN) -> tuple[tuple[Supplier, ...], Offers]:
    """Return the suppliers, in the file's order, and their offers of own SKUs.

    Raises InputError with every faulty line, or if no supplier sells one of the own SKUs that customers order.
    """
    known, reader = PriceList(), LineReader(path, COLUMNS, ("sku",), form)
    for line, cells in reader.lines():
        if reader.accepts(line, _faults(cells, known, reader)):
            _enter(known, cells, line, reader)
    reader.check()
    suppliers = tuple(_supplier(name, terms) for name, terms in known.terms.items())
    offers = _offers(known, suppliers, catalogue)
    _check_all_sold(path, offers, catalogue)
    return suppliers, offers


def _faults(cells: Mapping[str, str], known: PriceList, reader: LineReader) -> Iterator[LineFault]:
    sku, name = cells["sku"], cells["supplier"]
    if not sku:
        yield "has no sku", ""
    if not name or ":" in name or not name.isprintable() or len(name) > 60:
        yield f"names supplier {name[:20]!r}", "a name of at most 60 characters without a colon"
    if (sku, name) in known.prices:
        yield f"repeats the price of {sku} from {name}", "one line for each supplier and SKU"
    if not cells["cost_cents"]:
        yield "has no cost_cents", "write whole cents a unit"
    for key, (lowest, highest, whole) in _RANGES.items():
        value = reader.number(cells[key], lowest, highest, whole=whole) if cells[key] else lowest
        if value is None:
            kind = "a whole number" if whole else "a number"
            instead = f"write {kind} from {lowest:g} to {highest:,}"
            yield reader.wrong_number(f"has {key} {cells[key][:20]!r}", cells[key], instead)
        elif key in _TERMS and cells[key] and (previous := known.terms.get(name, {}).get(key)) and previous[0] != value:
            yield (
                f"says {key} {value:g} of {name}, line {previous[1]} says {previous[0]:g}",
                "give each supplier one value",
            )


def _enter(known: PriceList, cells: Mapping[str, str], line: int, reader: LineReader) -> None:
    usual = Supplier(cells["supplier"])
    values = {key: value for key in _RANGES if (value := reader.number(cells[key])) is not None}
    moq, pack = int(values.get("moq", usual.moq)), int(values.get("pack", usual.pack))
    known.prices[cells["sku"], usual.name] = (int(values["cost_cents"]), moq, pack)
    terms = known.terms[usual.name]
    for key in _TERMS:
        if key in values:
            terms.setdefault(key, (values[key], line))


def _supplier(name: str, terms: Mapping[str, tuple[float, int]]) -> Supplier:
    values: dict[str, object] = {key: value for key, (value, _) in terms.items()}
    return msgspec.structs.replace(Supplier(name), **values)


def _offers(known: PriceList, suppliers: tuple[Supplier, ...], catalogue: Catalogue) -> Offers:
    table = np.zeros((3, len(catalogue), len(suppliers)), np.int64)
    table[1:] = 1
    column = {supplier.name: index for index, supplier in enumerate(suppliers)}
    row = {
        name: sku
        for sku, (name, owner) in enumerate(zip(catalogue.names, catalogue.owners, strict=True))
        if owner == RETAILER
    }
    for (sku, name), terms in known.prices.items():
        if sku in row:
            table[:, row[sku], column[name]] = terms
    return Offers(*table)


def _check_all_sold(path: Path, offers: Offers, catalogue: Catalogue) -> None:
    sold = (offers.cost > 0).any(axis=1)
    wanted = np.array([owner == RETAILER for owner in catalogue.owners]) & (catalogue.share > 0)
    lacking = Counter(catalogue.names[sku] for sku in np.flatnonzero(wanted & ~sold).tolist())
    if lacking:
        named = ", ".join(list(lacking)[:3]) + (" …" if len(lacking) > 3 else "")
        fault = f"has no supplier for {len(lacking)} of the retailer's {int(wanted.sum())} SKUs: {named}"
        raise InputError.single(
            str(path), "", fault, "add a line for each, or give them to sellers by [stock] seller_share"
        )
