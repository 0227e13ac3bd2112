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


class Book(Protocol):
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


def books_of(header: Header) -> list[Book]:
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


def write_books(record: Record, folder: Path, told: Callable[[int], None] | None = None) -> list[Path]:
    """Write all files into a folder, created if needed; return their paths. told: called with ticks as they are read.

    InputError if the record has no supply chain, or the folder cannot be written to.
    """
    if not any(_of_a_chain(event) for event in _events(record)):
        raise InputError.single("the record", "", "has no supply chain", "record maps/order-to-door.toml, for one")
    books = books_of(record.header)
    paths = [folder / f"{book.name}.csv" for book in books]
    make_folder(folder)
    with writing_csv(paths) as writers, writing(folder):
        _write(books, writers, _events(record, told))
    return paths


def _write(books: Sequence[Book], writers: Sequence["Writer"], events: Iterable[Event]) -> None:
    pairs = list(zip(books, writers, strict=True))
    for book, writer in pairs:
        writer.writerow(book.columns)
    for event in events:
        for book, writer in pairs:
            writer.writerows(_cells(book.note(event)))
    for book, writer in pairs:
        writer.writerows(_cells(book.rest()))


def _cells(rows: Iterable[Row]) -> Iterator[Row]:
    return ([cell(value) for value in row] for row in rows)


def _events(record: Record, told: Callable[[int], None] | None = None) -> Iterator[Event]:
    for chunk in record.chunks():
        yield from chunk.events
        if told is not None:
            told(chunk.first + chunk.ticks)


def _of_a_chain(event: Event) -> bool:
    return type(event).__module__ == supply_chain_events.__name__ and not isinstance(
        event, supply_chain_events.Disrupted
    )
