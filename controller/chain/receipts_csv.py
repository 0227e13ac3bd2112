"""The receipts file: trailers that come, a line for each SKU in one, with what was announced and what is really in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from controller.chain.receiving_book import AsnLine
from controller.demand import Demand, moment_of_begin
from controller.order_csv import moment_of
from controller.scenario import Scenario
from controller.sku_csv import SKU_NAMES, none_known, number, rows
from controller.stock import Catalogue
from layout.errors import InputError, Problem

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sku": SKU_NAMES,
    "asn": ("asn", "ASN", "trailer", "shipment"),
    "quantity": ("quantity", "Quantity", "qty", "units"),
    "arrives": ("arrives", "arrival", "timestamp", "date"),
    "received": ("received",),
    "damaged": ("damaged",),
}
"""Names that a column may have; received and damaged may be left out."""
_MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """A trailer of the file. tick: from which on it can be here. lines: in the file's order."""

    asn: str
    tick: int
    lines: tuple[AsnLine, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    asn: str
    sku: str
    arrives: datetime
    announced: int
    received: int | None
    damaged: int


def receipts_of(scenario: Scenario, demand: Demand) -> tuple[Receipt, ...]:
    """Trailers that arrive within the run, by tick; none if the scenario names no file.

    Lines of SKUs that the run doesn't have are left out: a shop's docks see more than what its orders ask for. Where orders
    are generated, the day of the file's first arrival is the run's first. What came on that day before the run's begin is
    there when it begins, so that a date without a time will do. InputError with every faulty line, or if the file has nothing
    of this run.
    """
    name = scenario.chain.receiving.csv if scenario.chain is not None else ""
    if not name:
        return ()
    path = scenario.beside(name)
    lines = _read(path)
    first = moment_of_begin(demand, min(line.arrives for line in lines))
    if all(line.arrives.date() < first.date() for line in lines):
        what = f"has nothing that arrives in the run, which begins {first:%Y-%m-%d %H:%M}"
        raise InputError.single(
            str(path), "", what, f"the last arrival is {max(line.arrives for line in lines):%Y-%m-%d %H:%M}"
        )
    return tuple(_receipts(scenario, path, lines, first, demand.catalogue))


def _read(path: Path) -> list[_Line]:
    lines: list[_Line] = []
    problems: list[Problem] = []
    arrival: dict[str, tuple[str, int]] = {}
    for line, cells in rows(path, COLUMNS):
        faults = list(_faults(cells, line, arrival))
        problems += [Problem(str(path), f"line {line}", *fault) for fault in faults]
        if not faults:
            lines.append(_line(cells))
    if problems:
        raise InputError.first_of(problems)
    if not lines:
        raise InputError.single(str(path), "", "has no receipts", "a line has asn, sku, quantity, arrives")
    return lines


def _faults(cells: Mapping[str, str], line: int, arrival: dict[str, tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """(what is wrong, what would be right) with a line. arrival: {asn: (when it arrives, the line that says so)}."""
    asn, arrives = cells["asn"], cells["arrives"]
    if not cells["sku"]:
        yield "has no sku", ""
    if not asn or not asn.isprintable() or len(asn) > 60:
        yield f"has asn {asn[:20]!r}", "the sender's number of the trailer, at most 60 signs"
    said = arrival.setdefault(asn, (arrives, line))
    if not _is_moment(arrives):
        yield f"has arrives {arrives[:20]!r}", "write a date and time such as 2011-05-09 08:30"
    elif said[0] != arrives:
        yield f"says that {asn} arrives {arrives}, line {said[1]} says {said[0]}", "a trailer comes once"
    units = {key: _units(cells[key]) for key in ("quantity", "received", "damaged")}
    wrong = [key for key, value in units.items() if value is None and (cells[key] or key == "quantity")]
    for key in wrong:
        yield f"has {key} {cells[key][:20]!r}", f"write whole units, 0 to {_MOST_UNITS:,}"
    announced, received, damaged = units.values()
    if not wrong and not announced and not received:
        yield "brings nothing", "quantity or received is 1 or more"
    elif not wrong and (damaged or 0) > (most := _expected(announced or 0, received)):
        yield f"has {damaged} damaged of {most}", "damaged are part of what was announced and received"


def _expected(announced: int, received: int | None) -> int:
    """Units of what was announced that are there."""
    return announced if received is None else min(announced, received)


def _line(cells: Mapping[str, str]) -> _Line:
    announced, received, damaged = (_units(cells[key]) for key in ("quantity", "received", "damaged"))
    return _Line(cells["asn"], cells["sku"], moment_of(cells["arrives"]), announced or 0, received, damaged or 0)


def _units(text: str) -> int | None:
    """Whole units; None for an empty cell and for anything else."""
    value = number(text)
    return int(value) if value is not None and value == int(value) and 0 <= value <= _MOST_UNITS else None


def _is_moment(text: str) -> bool:
    try:
        moment_of(text)
    except ValueError:
        return False
    return True


def _receipts(
    scenario: Scenario, path: Path, lines: list[_Line], first: datetime, catalogue: Catalogue
) -> Iterator[Receipt]:
    """By tick, then by number."""
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
    """What is too many or another item comes by chance where the file doesn't say what was received."""
    sent = _expected(line.announced, line.received)
    over = None if line.received is None else line.received - sent
    return AsnLine(sku, line.announced, sent, line.damaged, over=over)
