"""The receipts file: inbound trailers, one line for each SKU in a trailer, with units announced and units actually in
it.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from controller.demand.demand import Demand, moment_of_begin
from controller.demand.sku_csv import SKU_NAMES, none_known
from controller.scenario.scenario import Scenario
from controller.supply_chain.state.inbound.dock import AsnLine, Receipt
from controller.warehouse.stock import Catalogue
from layout.errors import InputError
from layout.tabular.columns import NAMES
from layout.tabular.dates import UNREADABLE, UNSETTLED, BadDate, Dates
from layout.tabular.form import Form
from layout.tabular.lines import LineFault, LineReader

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sku": SKU_NAMES,
    "asn": ("asn", "trailer", "shipment", "delivery note", "Lieferschein", "Anlieferung", "Avis"),
    "quantity": NAMES["quantity"],
    "arrives": ("arrives", "arrival", "arrival date", "timestamp", "date", "Ankunft", "Anlieferdatum", "Datum"),
    "received": ("received", "Erhalten"),
    "damaged": ("damaged", "Beschädigt"),
}
"""Names that a column may have; received and damaged are optional."""
_MOST_UNITS = 1_000_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Line:
    asn: str
    sku: str
    arrives: datetime
    announced: int
    received: int | None
    damaged: int


def receipts_of(scenario: Scenario, demand: Demand) -> tuple[Receipt, ...]:
    """Return the trailers that arrive within the run, by tick; none if the scenario names no file.

    Lines of SKUs that the run does not have are ignored: a shop's docks see more SKUs than its orders. If orders are
    generated, the day of the file's first arrival is the run's first day. Trailers of that day before the run's start
    are there when it starts, so a date without a time is enough. Raises InputError with every faulty line, or if the
    file has nothing for this run.
    """
    if scenario.chain is None or not scenario.chain.receiving.csv:
        return ()
    path = scenario.beside(scenario.chain.receiving.csv)
    lines = _read(path, scenario.chain.receiving.form)
    first = moment_of_begin(demand, min(line.arrives for line in lines))
    if all(line.arrives.date() < first.date() for line in lines):
        fault = f"has nothing that arrives in the run, which begins {first:%Y-%m-%d %H:%M}"
        raise InputError.single(
            str(path), "", fault, f"the last arrival is {max(line.arrives for line in lines):%Y-%m-%d %H:%M}"
        )
    return tuple(_receipts(scenario, path, lines, first, demand.catalogue))


def _read(path: Path, form: Form) -> list[_Line]:
    reader = LineReader(path, COLUMNS, ("asn", "sku", "quantity", "arrives"), form)
    read = list(reader.lines())
    reading = _Reading(reader, form, Dates(form.timestamp))
    reading.dates.settle(cells["arrives"] for _, cells in read)
    lines: list[_Line] = []
    for line, cells in read:
        if reader.accepts(line, reading.faults(cells, line)):
            lines.append(reading.line(cells))
    for notice in reading.dates.notices():
        _log.warning("%s: %s", path, notice)
    reader.finish(lines, "receipts", "a line has asn, sku, quantity, arrives")
    return lines


@dataclass(slots=True)
class _Reading:
    """State of reading a file. arrivals: {asn: (when it arrives, its text and line)}. read: {cells: their line}."""

    reader: LineReader
    form: Form
    dates: Dates
    arrivals: dict[str, tuple[datetime, str, int]] = field(default_factory=dict)
    read: dict[tuple[str, ...], int] = field(default_factory=dict)

    def faults(self, cells: Mapping[str, str], line: int) -> Iterator[LineFault]:
        """Yield (fault, remedy) of a line."""
        asn = cells["asn"]
        if not cells["sku"]:
            yield "has no sku", ""
        if not asn or len(asn) > 60:
            yield f"has asn {asn[:20]!r}", "the sender's number of the trailer, at most 60 characters"
        if (first := self.read.setdefault(tuple(cells.values()), line)) != line:
            yield f"repeats line {first}", "one line for each SKU and pallet; add up equal lines"
        yield from self._arrival(asn, cells["arrives"], line)
        yield from self._amounts(cells)

    def _arrival(self, asn: str, text: str, line: int) -> Iterator[LineFault]:
        try:
            arrives = self.dates[text]
        except BadDate as fault:
            way_out = self.form.way("timestamp", "dayfirst") if str(fault) == UNSETTLED else ""
            description = f"has arrives {text[:20]!r}" + (f", which {fault}" if str(fault) != UNREADABLE else "")
            yield description, way_out or "write a date and time such as 2011-05-09 08:30"
            return
        known, as_text, first = self.arrivals.setdefault(asn, (arrives, text, line))
        if known != arrives:
            yield f"gives {text} as the arrival of {asn}, line {first} gives {as_text}", "a trailer comes once"

    def _amounts(self, cells: Mapping[str, str]) -> Iterator[LineFault]:
        units = {key: self._units(cells[key]) for key in ("quantity", "received", "damaged")}
        bad = [key for key, value in units.items() if value is None and (cells[key] or key == "quantity")]
        for key in bad:
            instead = f"write whole units, 0 to {_MOST_UNITS:,}"
            yield self.reader.wrong_number(f"has {key} {cells[key][:20]!r}", cells[key], instead)
        announced, received, damaged = units.values()
        if not bad and not announced and not received:
            yield "brings nothing", "quantity or received is 1 or more"
        elif not bad and (damaged or 0) > (limit := _expected(announced or 0, received)):
            yield f"has {damaged} damaged of {limit}", "damaged units are part of the units announced and received"

    def line(self, cells: Mapping[str, str]) -> _Line:
        """Return the parsed line, which must be without a fault."""
        announced, received, damaged = (self._units(cells[key]) for key in ("quantity", "received", "damaged"))
        return _Line(cells["asn"], cells["sku"], self.dates[cells["arrives"]], announced or 0, received, damaged or 0)

    def _units(self, text: str) -> int | None:
        """Return whole units, or None for an empty cell or anything else."""
        value = self.reader.number(text, 0, _MOST_UNITS, whole=True)
        return None if value is None else int(value)


def _expected(announced: int, received: int | None) -> int:
    """Return the announced units that are actually in the trailer."""
    return announced if received is None else min(announced, received)


def _receipts(
    scenario: Scenario, path: Path, lines: list[_Line], first: datetime, catalogue: Catalogue
) -> Iterator[Receipt]:
    """Yield the receipts by tick, then by ASN number."""
    numbers = {name: sku for sku, name in enumerate(catalogue.names)}
    brought: dict[tuple[int, str], list[AsnLine]] = {}
    known = False
    for line in lines:
        tick = max(0, scenario.tick_at(line.arrives, first))
        sku = numbers.get(line.sku)
        known |= sku is not None
        if sku is not None and line.arrives.date() >= first.date() and tick < scenario.run.ticks:
            brought.setdefault((tick, line.asn), []).append(_asn_line(line, sku))
    if not known:
        raise none_known(path, lines[0].sku, catalogue)
    for (tick, asn), items in sorted(brought.items(), key=lambda entry: entry[0]):
        yield Receipt(asn, tick, tuple(items))


def _asn_line(line: _Line, sku: int) -> AsnLine:
    """Return the ASN line; surplus or wrong items are drawn at random if the file does not give the units received."""
    sent = _expected(line.announced, line.received)
    over = None if line.received is None else line.received - sent
    return AsnLine(sku, line.announced, sent, line.damaged, over=over)
