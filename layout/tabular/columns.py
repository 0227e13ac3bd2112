"""Columns of a head line, found by the names used in common exports."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from layout.errors import Problem
from layout.tabular.form import Form

_Field = TypeVar("_Field", bound=str)
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
"""Names of a field's column in common exports, English and German. Case, blanks and signs between words are ignored, so
`order_id`, `Order ID` and `OrderID` are one name. The first of each is podfleet's own. `time` is the time of day of a
`timestamp` that is only a date.
"""


def key_of(name: str) -> str:
    """Return a column's name as compared: letters and digits only, in lower case."""
    return re.sub(r"[\W_]+", "", name.casefold())


@dataclass(frozen=True, slots=True)
class Head:
    """The head line of a file. names: as written. description: the names as shown in a message, with their separator."""

    file: str
    line: int
    names: Sequence[str]
    description: str
    form: Form


@dataclass(slots=True)
class Found:
    """Columns of a head line. position: {field: column}, without fields that have none. missing: {field that is needed,
    or whose column a user named: its possible names}. doubts: fields with several possible columns.
    """

    head: Head
    fields: Mapping[str, Sequence[str]]
    position: dict[str, int] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    doubts: list[Problem] = field(default_factory=list)

    @property
    def free(self) -> list[int]:
        """Columns that belong to no field."""
        taken = set(self.position.values())
        return [at for at, name in enumerate(self.head.names) if at not in taken and name]

    def problems(self, likely: Mapping[str, int] | None = None) -> list[Problem]:
        """Return the faults of the head line. likely: {missing field: column that it may be}, for the message."""
        return ([self._missing(likely or {})] if self.missing else []) + self.doubts

    def _missing(self, likely: Mapping[str, int]) -> Problem:
        head = self.head
        fault = f"has no column {', '.join(self.missing.values())}"
        if len(head.names) == 1:
            way_out = "separate columns by commas, semicolons or tabs"
        else:
            named = {name: head.names[likely[name]] if name in likely else "…" for name in self.missing}
            way_out = head.form.columns(named) or f"known are {', '.join(self.fields)}"
        return Problem(head.file, f"line {head.line}", fault, f"{head.description}; {way_out}")


def find_columns(
    head: Head,
    fields: Mapping[str, Sequence[str]],
    needed: Collection[str],
    chosen: Mapping[_Field, Sequence[str]] | None = None,
) -> Found:
    """Find the column of each field. fields: {field: known names, its own first}. chosen: {field: names a user gave for
    it}.

    The first existing name of those chosen is taken. Known names must be unambiguous: if several columns have one, the
    field's own name is taken, and without it there is a doubt, as there is about a name that occurs twice.
    """
    result = Found(head, fields)
    named = {str(field): names for field, names in (chosen or {}).items()}
    for name, known in fields.items():
        chosen_names = named.get(name)
        columns = list(_chosen(head, chosen_names)) if chosen_names else list(_known(head, name, known))
        result.position.update({name: columns[0]} if columns else {})
        if not columns and (chosen_names or name in needed):
            result.missing[name] = " or ".join(chosen_names) if chosen_names else name
        elif len(columns) > 1:
            result.doubts.append(_doubt(head, name, columns))
    return result


def _chosen(head: Head, names: Sequence[str]) -> Iterator[int]:
    """Yield the columns with the first existing name."""
    for normalise in (str, key_of):
        keys = [normalise(name) for name in head.names]
        for name in names:
            if (key := normalise(name.strip())) in keys:
                yield from (index for index, name_key in enumerate(keys) if name_key == key)
                return


def _known(head: Head, field: str, names: Sequence[str]) -> Iterator[int]:
    keys = [key_of(name) for name in head.names]
    if (own := key_of(field)) in keys:
        yield from (index for index, key in enumerate(keys) if key == own)
        return
    known = {key_of(name) for name in names}
    yield from (index for index, key in enumerate(keys) if key in known)


def _doubt(head: Head, field: str, columns: Sequence[int]) -> Problem:
    named = [head.names[column] for column in columns]
    if len({key_of(name) for name in named}) == 1:
        what = (
            f"has column {named[0]} {len(columns)} times"
            if len(set(named)) == 1
            else f"has columns {' and '.join(named)}"
        )
        return Problem(head.file, f"line {head.line}", what, "rename or delete one: no option chooses between them")
    what = f"has several columns that may be {field}: {', '.join(named)}"
    return Problem(head.file, f"line {head.line}", what, head.form.columns({field: named[0]}) or "keep one of them")
