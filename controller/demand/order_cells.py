"""Cells of an order row: the order's number, the SKU, the units and the time. Repeated texts are parsed once."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from controller.scenario.scenario import OrderSettings
from layout.tabular.dates import BadDate, Dates
from layout.tabular.day_times import joined
from layout.tabular.numbers import BadNumber, whole
from layout.tabular.signs import LONGEST, BadText, clean

OrderRow = tuple[str, str, int, datetime]
"""(order_id, sku, quantity, timestamp). A plain tuple: with named ones a file takes a third longer to read."""
_DAY_SIGN = "@"
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.ASCII)
"""Long number as spreadsheets write it: several numbers become the same."""


class BadRow(Exception):
    """Reason why a row cannot be used; its text is the kind that is counted. value: the faulty cell, "" for none."""

    def __init__(self, kind: str, value: str = "") -> None:
        super().__init__(kind)
        self.value = value


class RowFault(NamedTuple):
    """First unusable row of an order. value: the faulty cell, "" for none."""

    line: int
    kind: str
    value: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.kind}" + (f" ({self.value[:40]!r})" if self.value else "")


class Cells:
    """Reader of the cells of one file's rows."""

    def __init__(self, position: Mapping[str, int], settings: OrderSettings, width: int, dates: Dates) -> None:
        self.dates = dates
        self._order, self._sku = position["order_id"], position["sku"]
        self._quantity, self._moment = position["quantity"], position["timestamp"]
        self._time = position.get("time", -1)
        self._by_day = settings.number_by == "day"
        self._width = width
        self._names, self._units = _Names(), _Units(settings.decimal)

    def row(self, texts: Sequence[str]) -> OrderRow:
        """Return a row whose cells can be read, whatever they mean. BadRow if one cannot; MixedZones."""
        if len(texts) > self._width and any(texts[self._width :]):
            raise BadRow("more columns than the head line")
        try:
            order, sku = self._names[texts[self._order]], self._names[texts[self._sku]]
            units = self._units[texts[self._quantity]]
            day, time = texts[self._moment], texts[self._time] if self._time >= 0 else ""
        except IndexError:
            raise BadRow("too few columns") from None
        try:
            moment = self.dates[joined(day, time, self.dates.setting) if time else day]
        except BadDate as fault:
            raise BadRow(f"timestamp {fault}", f"{day} {time}".strip()) from None
        return (f"{order}{_DAY_SIGN}{moment:%Y-%m-%d}" if self._by_day else order, sku, units, moment)

    def number(self, order: str) -> str:
        """Return the number of an order that `row` gives as the file has it, without a day."""
        return number_of(order) if self._by_day else order

    def order(self, texts: Sequence[str]) -> str:
        """Return the number of the order to which a bad row belongs, "" if it cannot be read."""
        try:
            return self._names[texts[self._order]]
        except (IndexError, BadRow):
            return ""

    def named(self, texts: Sequence[str]) -> str:
        """Return the number of an order as `row` gives it, "" if it cannot be read."""
        try:
            return self.row(texts)[0] if self._by_day else self.order(texts)
        except BadRow:
            return ""


def number_of(order: str) -> str:
    """Return the number that an order has in a file whose numbers start again each day."""
    return order.rpartition(_DAY_SIGN)[0]


class _Names(dict[str, str]):
    """{cell: the number or SKU it names}."""

    def __missing__(self, text: str) -> str:
        try:
            name = clean(text)
        except BadText as fault:
            raise BadRow("order_id or sku has a control sign", str(fault).removeprefix("has the sign ")) from None
        if not name:
            raise BadRow("no order_id or sku")
        if len(name) > LONGEST:
            raise BadRow(f"order_id or sku of more than {LONGEST} signs", name)
        if "E+" in name and _SHORTENED.fullmatch(name):
            raise BadRow("order_id or sku was shortened by a spreadsheet", name)
        self[text] = name
        return name


class _Units(dict[str, int]):
    """{cell: units}."""

    def __init__(self, decimal: str) -> None:
        super().__init__()
        self._decimal = decimal

    def __missing__(self, text: str) -> int:
        try:
            self[text] = whole(clean(text), self._decimal)
        except BadText:
            raise BadRow("quantity is not a number", text) from None
        except BadNumber as fault:
            raise BadRow(f"quantity {fault}", text) from None
        return self[text]
