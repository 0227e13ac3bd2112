"""Columns of a head line, found by the names that exports give them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from layout.errors import Problem
from layout.tabular.form import Form

NAMES: Mapping[str, tuple[str, ...]] = {
    "order_id": (
        "order_id", "order", "order no", "order nr", "order number", "order num", "order ref", "order reference",
        "order code", "sales order", "sales order no", "sales order number", "customer order", "customer order no",
        "InvoiceNo", "invoice", "invoice number", "Auftrag", "Auftragsnummer", "Auftragsnr", "Auftrag Nr",
        "Bestellung", "Bestellnummer", "Bestellnr", "Beleg", "Belegnummer", "Belegnr", "Kundenauftrag",
        "Verkaufsbeleg", "Lieferschein", "Lieferscheinnummer",
    ),
    "sku": (
        "sku", "sku code", "sku no", "sku id", "StockCode", "product", "product_id", "product code", "product no",
        "product number", "product sku", "item", "item_id", "item no", "item nr", "item number", "item code",
        "item sku", "line item sku", "lineitem sku", "variant sku", "article", "article no", "article nr",
        "article number", "article id", "article code", "part no", "part number", "Artikel", "Artikelnummer",
        "Artikelnr", "Artikel Nr", "Artikel ID", "Artikelcode", "Art Nr", "Material", "material no",
        "material number", "Materialnummer", "Materialnr", "Produkt", "Produktnummer", "Teilenummer",
    ),
    "quantity": (
        "quantity", "qty", "units", "pieces", "pcs", "quantity ordered", "qty ordered", "ordered quantity",
        "ordered qty", "order quantity", "order qty", "line quantity", "item quantity", "lineitem quantity",
        "line item quantity", "Menge", "Anzahl", "Stück", "Stueck", "Stückzahl", "Bestellmenge", "Auftragsmenge",
    ),
    "timestamp": (
        "timestamp", "date", "datetime", "date time", "date and time", "created", "created_at", "created on",
        "creation date", "created date", "order date", "order datetime", "order date time", "order timestamp",
        "ordered at", "ordered on", "order created", "placed at", "purchase date", "InvoiceDate", "invoice date",
        "document date", "Datum", "Datum Uhrzeit", "Datum Zeit", "Datum und Uhrzeit", "Zeitstempel", "Zeitpunkt",
        "Bestelldatum", "Auftragsdatum", "Belegdatum", "Erstellt", "Erstellt am", "Erfasst", "Erfasst am",
        "Erstelldatum", "Erfassungsdatum", "Bestellzeitpunkt",
    ),
    "time": (
        "time", "time of day", "order time", "Uhrzeit", "Zeit", "Bestellzeit", "Auftragszeit", "Erfassungszeit",
    ),
    "customer": (
        "customer", "customer_id", "customer no", "customer number", "Kunde", "Kundennummer", "Kundennr", "Kunden ID",
    ),
}  # fmt: skip
"""Names of a field's column in common exports, English and German. Case, blanks and signs between words don't matter, so that
`order_id`, `Order ID` and `OrderID` are one name. The first of each is ours. `time` is the time of day of a
`timestamp` that is a date only."""


def key_of(name: str) -> str:
    """Return a column's name as it is compared: letters and digits only, in small letters."""
    return re.sub(r"[\W_]+", "", name.casefold())


@dataclass(slots=True)
class Found:
    """Columns of a head line. position: {field: column}, without the fields that have none."""

    position: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Head:
    """The head line of a file. names: as written. told: them in a message, with how they are separated."""

    file: str
    line: int
    names: Sequence[str]
    told: str
    form: Form


def find_columns(
    head: Head,
    fields: Mapping[str, Sequence[str]],
    needed: Iterable[str],
    chosen: Mapping[Any, Sequence[str]] | None = None,
) -> Found:
    """Find the column of each field. fields: {field: known names, its own first}. chosen: {field: names a user gave for it}.

    The first of the chosen names that is there is taken. Known names have to leave no doubt: where columns go by several of
    them, the field's own name is taken, and without it the file is refused. So is a name that is there twice.
    """
    found = Found()
    missing: dict[str, str] = {}
    for name, known in fields.items():
        own = (chosen or {}).get(name)
        at = list(_chosen(head, own)) if own else list(_known(head, name, known))
        found.position.update({name: at[0]} if at else {})
        if not at and name in needed:
            missing[name] = " or ".join(own) if own else name
        elif len(at) > 1:
            found.problems.append(_doubt(head, name, at))
    if missing:
        found.problems.insert(0, _missing(head, missing, found, fields))
    return found


def _chosen(head: Head, names: Sequence[str]) -> Iterator[int]:
    """Columns of the first of the names that is there."""
    for same in (str, key_of):
        keys = [same(name) for name in head.names]
        for name in names:
            if (key := same(name.strip())) in keys:
                yield from (at for at, there in enumerate(keys) if there == key)
                return


def _known(head: Head, field: str, names: Sequence[str]) -> Iterator[int]:
    keys = [key_of(name) for name in head.names]
    if (own := key_of(field)) in keys:
        yield from (at for at, key in enumerate(keys) if key == own)
        return
    known = {key_of(name) for name in names}
    yield from (at for at, key in enumerate(keys) if key in known)


def _doubt(head: Head, field: str, at: Sequence[int]) -> Problem:
    named = [head.names[column] for column in at]
    if len({key_of(name) for name in named}) == 1:
        what = (
            f"has column {named[0]} {len(at)} times" if len(set(named)) == 1 else f"has columns {' and '.join(named)}"
        )
        return Problem(head.file, f"line {head.line}", what, "each column once")
    what = f"has several columns that may be {field}: {', '.join(named)}"
    return Problem(head.file, f"line {head.line}", what, head.form.column(field, named[0]) or "keep one of them")


def _missing(head: Head, missing: Mapping[str, str], found: Found, fields: Iterable[str]) -> Problem:
    """missing: {field: what it may be called}."""
    what = f"has no column {', '.join(missing.values())}"
    if len(head.names) == 1:
        way_out = "separate columns by commas, semicolons or tabs"
    else:
        taken = set(found.position.values())
        free = [name for at, name in enumerate(head.names) if at not in taken and name]
        named = head.form.column(next(iter(missing)), free[0] if len(free) == len(missing) == 1 else "…")
        way_out = named or f"known are {', '.join(fields)}"
    return Problem(head.file, f"line {head.line}", what, "; ".join(filter(None, (head.told, way_out))))
