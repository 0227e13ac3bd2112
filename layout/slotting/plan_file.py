"""Plans as CSV: `sku` lines give the content of each bin, `pod` lines the place of each pod, and an optional `orders`
line the days of the orders that the plan was made from.

kind,sku,pod,bin,quantity,place,days
sku,bolt,0,3,12,,
pod,,0,,,"4,7",
orders,,,,,,2010-12-01/2011-10-05
"""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np

from layout.errors import InputError
from layout.escaping import cell, from_cell
from layout.floor import Floor
from layout.grid import CellKind
from layout.slotting.plan import Plan, plan_of
from layout.tabular.lines import LineReader, writing_csv
from layout.tabular.numbers import AMBIGUOUS, BadNumber, whole
from layout.wording import count

HEAD = ("kind", "sku", "pod", "bin", "quantity", "place")
DAYS = "days"
"""An optional column, missing in plans made by hand."""
_COLUMNS: Mapping[str, tuple[str, ...]] = dict.fromkeys((*HEAD, DAYS), ())
_SEARCHED = 20_000
"""Most SKUs among which a message searches for the one meant; more take too long."""
_MOST = 1_000_000_000
_YEARS = 2200
"""First year that is not accepted as the year of an order."""
_PLACE = re.compile(r"\(?\s*(\d{1,6})\s*,\s*(\d{1,6})\s*\)?")

Cells = Mapping[str, str]
"""A line's cells by column."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits that a plan must meet; None is not checked. bins: of a pod. bin_units: of a SKU in a bin. names: known
    SKUs.
    """

    floor: Floor | None = None
    bins: int | None = None
    bin_units: int | None = None
    names: Collection[str] | None = None


def read_plan(path: Path, limits: Limits | None = None) -> Plan:
    """Return the plan of a CSV. Raises InputError with every fault found, each with its line."""
    reader = LineReader(path, _COLUMNS, HEAD)
    _check_head(str(path), reader.head)
    reading = _Reading(reader, str(path), limits or Limits())
    for line, cells in reader.lines():
        reading.take(line, cells)
    return reading.plan()


def write_plan(path: Path, plan: Plan) -> None:
    """Write a plan as CSV. Raises InputError if it cannot be written."""
    with writing_csv([path]) as [out]:
        last = ("",) if plan.made_from else ()
        out.writerow((*HEAD, DAYS) if plan.made_from else HEAD)
        columns = (plan.sku, plan.pod, plan.bin, plan.quantity)
        for sku, pod, bin_, units in zip(*(column.tolist() for column in columns), strict=True):
            out.writerow(("sku", cell(plan.names[sku]), pod, bin_, units, "", *last))
        for pod, (row, col) in enumerate(plan.place.tolist()):
            out.writerow(("pod", "", pod, "", "", f"{row},{col}", *last))
        if plan.made_from:
            out.writerow(("orders", "", "", "", "", "", "/".join(day.isoformat() for day in plan.made_from)))


def _check_head(file: str, names: Sequence[str]) -> None:
    """Raise InputError for a file that starts with what should be its second line."""
    if names[0].lower() in ("sku", "pod") and "kind" not in map(str.lower, names):
        raise InputError.single(file, "line 1", "is not the head line", f"the file begins with {','.join(HEAD)}")


def _meant(sku: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(sku, known, n=1) if len(known) <= _SEARCHED else []
    return f"did you mean {close[0]}?" if close else "neither the orders nor the items name it"


@dataclass(slots=True)
class _Reading:
    """State of reading a file. stock: {(pod, bin): (line, SKU, units)}; places: {pod: (line, (row, col))}."""

    reader: LineReader
    file: str
    limits: Limits
    stock: dict[tuple[int, int], tuple[int, str, int]] = field(default_factory=dict)
    places: dict[int, tuple[int, tuple[int, int]]] = field(default_factory=dict)
    pods_at: dict[tuple[int, int], int] = field(default_factory=dict)
    made_from: tuple[date, date] | None = None
    lines: int = 0

    def fault(self, line: int, what: str, instead: str) -> None:
        self.reader.fault(line, what, instead)

    def take(self, line: int, cells: Cells) -> None:
        self.lines += 1
        kind = cells["kind"].lower()
        if kind == "sku":
            self._take_stock(line, cells)
        elif kind == "pod":
            self._take_place(line, cells)
        elif kind == "orders":
            self._take_days(line, cells[DAYS])
        else:
            what = f"kind {cells['kind']!r} is neither sku nor pod nor orders"
            self.fault(line, what, "sku: the content of a bin; pod: its place")

    def _take_days(self, line: int, text: str) -> None:
        try:
            first, last = map(date.fromisoformat, map(str.strip, text.split("/")))
        except ValueError:
            self.fault(line, f"days {text[:40]!r} can't be read", "write the first and the last: 2010-12-01/2011-10-05")
            return
        if last.year >= _YEARS:
            self.fault(line, f"days end in the year {last.year}", f"write years before {_YEARS}")
        if first > last or self.made_from:
            what = "days end before they begin" if first > last else "a second line gives the orders it was made from"
            self.fault(line, what, "one line with the first day and the last")
        self.made_from = (first, last)

    def _take_stock(self, line: int, cells: Cells) -> None:
        sku = from_cell(cells["sku"])
        pod, bin_, units = (self._number(line, cells, name) for name in ("pod", "bin", "quantity"))
        if not sku:
            self.fault(line, "has no sku", "name the SKU that lies in the bin")
        if not sku or pod is None or bin_ is None or units is None:
            return
        limits, known = self.limits, self.limits.names
        if known is not None and sku not in known:
            self.fault(line, f"SKU {sku!r} is unknown", _meant(sku, known))
        if limits.bins is not None and bin_ >= limits.bins:
            self.fault(line, f"pod {pod} has no bin {bin_}", f"a pod has bins 0 to {limits.bins - 1}")
        if units == 0:
            self.fault(line, "quantity is 0", "leave the line of an empty bin out")
        if limits.bin_units is not None and units > limits.bin_units:
            what = f"{count(units, 'unit')} of {sku!r} don't fit bin {pod}.{bin_}"
            self.fault(line, what, f"a bin takes {limits.bin_units}")
        if (previous := self.stock.get((pod, bin_))) is None:
            self.stock[pod, bin_] = (line, sku, units)
        elif previous[1] == sku:
            self.fault(line, f"bin {pod}.{bin_} is in line {previous[0]} already", "write one line with all its units")
        else:
            self.fault(
                line, f"bin {pod}.{bin_} holds {previous[1]!r} already, by line {previous[0]}", "a bin holds one SKU"
            )

    def _take_place(self, line: int, cells: Cells) -> None:
        pod, place = self._number(line, cells, "pod"), self._place(line, cells["place"])
        if pod is None or place is None:
            return
        shown = f"{place[0]},{place[1]}"
        if pod in self.places:
            self.fault(
                line, f"pod {pod} has a place already, by line {self.places[pod][0]}", "a pod stands in one place"
            )
        elif place in self.pods_at:
            other = self.pods_at[place]
            self.fault(
                line, f"place {shown} is pod {other}'s already, by line {self.places[other][0]}", "one pod a place"
            )
        self.places.setdefault(pod, (line, place))
        self.pods_at.setdefault(place, pod)

    def _place(self, line: int, text: str) -> tuple[int, int] | None:
        match = _PLACE.fullmatch(text)
        if match is None:
            what = f"place {text!r} can't be read" if text else "has no place"
            self.fault(line, what, 'write row and column in quotes: "4,7"')
            return None
        place = (int(match[1]), int(match[2]))
        if self.limits.floor is not None:
            self._check_place(line, place, self.limits.floor)
        return place

    def _check_place(self, line: int, place: tuple[int, int], floor: Floor) -> None:
        grid, (row, col) = floor.grid, place
        if row >= grid.height or col >= grid.width:
            span = f"rows are 0 to {grid.height - 1}, columns 0 to {grid.width - 1}"
            self.fault(line, f"place {row},{col} is outside the floor", span)
        elif (kind := CellKind(int(grid.kind[grid.cell(row, col)]))) != CellKind.STORAGE:
            way_out = "pods stand on storage cells; podfleet layout show draws them"
            self.fault(line, f"place {row},{col} is no storage cell but {kind.name.lower()}", way_out)

    def _number(self, line: int, cells: Cells, name: str) -> int | None:
        """Return a whole number of 0 or more; a whole float is accepted, because spreadsheets write them."""
        text = cells[name]
        try:
            value = whole(text)
        except BadNumber as fault:
            why = fault if str(fault) == AMBIGUOUS else "is not a whole number"
            if text:
                self.fault(line, f"{name} {text[:40]!r} {why}", "write digits only")
            else:
                self.fault(line, f"has no {name}", "write a whole number, 0 or more")
            return None
        if not 0 <= value < _MOST:
            what = f"{name} {text} is negative" if value < 0 else f"{name} {text} is too large"
            self.fault(line, what, "write a whole number, 0 or more")
            return None
        return value

    def plan(self) -> Plan:
        """Return the plan, if there was no fault."""
        if not self.reader.problems:
            self._check_whole()
        self.reader.check()
        contents = {key: (sku, units) for key, (_, sku, units) in self.stock.items()}
        place = [self.places[pod][1] for pod in range(len(self.places))]
        return replace(plan_of(contents, np.array(place, np.int32).reshape(-1, 2)), made_from=self.made_from)

    def _check_whole(self) -> None:
        if not self.lines or not self.stock:
            what = "has no line below its head" if not self.lines else "has no stock"
            raise InputError.single(self.file, "", what, "a bin's line is like sku,bolt,0,3,12,")
        homeless = dict[int, int]()
        for (pod, _), (line, *_) in self.stock.items():
            if pod not in self.places:
                homeless.setdefault(pod, line)
        for pod, line in homeless.items():
            self.fault(line, f"pod {pod} has no place", f'add a line like pod,,{pod},,,"4,7"')
        if (
            not homeless
            and (gap := next((pod for pod in range(len(self.places)) if pod not in self.places), None)) is not None
        ):
            last = max(self.places)
            self.fault(self.places[last][0], f"pod {last} leaves a gap: there is no pod {gap}", "number pods from 0 on")
