"""Export of supply-chain data as CSV files, from the events of a record alone.

A row is written as soon as its subject has ended, so that a long record needs little memory; rows still open at the end
of the record come last.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from controller.export.goods import PurchaseOrders, Receipts, Scorecard, StockLevels
from controller.export.money import Journal, Settlements
from controller.export.parcels import Parcels, Returns, Routes
from layout.errors import InputError
from layout.escaping import cell
from layout.files.writing import make_folder, writing
from layout.tabular.lines import writing_csv
from robots.recording import supply_chain_events
from robots.recording.event import Event
from robots.recording.frames import Header
from robots.recording.record import Record

if TYPE_CHECKING:
    from _csv import Writer

Row = Sequence[object]


class CsvTable(Protocol):
    """One CSV file. name: without its ending."""

    @property
    def name(self) -> str: ...

    @property
    def columns(self) -> Sequence[str]: ...

    def note(self, event: Event) -> Iterable[Row]:
        """Return the rows completed by an event."""
        ...

    def rest(self) -> Iterable[Row]:
        """Return the rows still open at the end."""
        ...


def tables_of(header: Header) -> list[CsvTable]:
    return [
        PurchaseOrders(header),
        Receipts(header),
        Parcels(header),
        Routes(header),
        Returns(header),
        Journal(header),
        Settlements(header),
        Scorecard(header),
        StockLevels(header),
    ]


def export_csv(record: Record, folder: Path, progress: Callable[[int], None] | None = None) -> list[Path]:
    """Write all files into a folder, created if needed; return their paths. progress: called with ticks as they are read.

    InputError if the record has no supply chain, or the folder cannot be written to.
    """
    if not any(_of_a_chain(event) for event in _events(record)):
        raise InputError.single("the record", "", "has no supply chain", "record maps/order-to-door.toml, for one")
    tables = tables_of(record.header)
    paths = [folder / f"{table.name}.csv" for table in tables]
    make_folder(folder)
    with writing_csv(paths) as writers, writing(folder):
        _write(tables, writers, _events(record, progress))
    return paths


def _write(tables: Sequence[CsvTable], writers: Sequence["Writer"], events: Iterable[Event]) -> None:
    pairs = list(zip(tables, writers, strict=True))
    for table, writer in pairs:
        writer.writerow(table.columns)
    for event in events:
        for table, writer in pairs:
            writer.writerows(_cells(table.note(event)))
    for table, writer in pairs:
        writer.writerows(_cells(table.rest()))


def _cells(rows: Iterable[Row]) -> Iterator[Row]:
    return ([cell(value) for value in row] for row in rows)


def _events(record: Record, progress: Callable[[int], None] | None = None) -> Iterator[Event]:
    for chunk in record.chunks():
        yield from chunk.events
        if progress is not None:
            progress(chunk.first + chunk.ticks)


def _of_a_chain(event: Event) -> bool:
    return type(event).__module__ == supply_chain_events.__name__ and not isinstance(
        event, supply_chain_events.Disrupted
    )
