"""The store: the state that a controller needs after it ends, planned or not.

A site after a tick follows from the site before it and the tick's inputs. So the inputs of each tick are committed before
anything that follows from them is sent, and so are grants given between ticks. Periodic snapshots of the whole run replace
the earlier tick inputs. After a crash, the newest snapshot and the tick inputs since then give the run again
(controller/persistence/checkpoint.py).

It is a SQLite file in WAL mode: a commit is on disk when it returns (synchronous=FULL), or not at all. The file stays locked
while it is open, so a floor never has a second controller; the lock ends with its process.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.persistence.row_sums import ROWS_LOST, add_up, all_rows, keep_total, sums_of
from controller.persistence.store_file import FORMAT, StoreFull, damaged, disk_fault, open_file
from controller.persistence.store_origin import about
from controller.persistence.tick_log import BadTickInputs, Request, TickInputs, read_tick_inputs, write_tick_inputs
from controller.scenario.scenario import Scenario
from layout.errors import InputError
from robots.units.fleet import Reports
from robots.wording.formatting import count

Row = tuple[int, bytes]
"""Robot number, and its encoded state that survives a crash: its plan and how far it may drive."""
Answer = tuple[str, str, bytes]
"""Client, message id, and the RESULT sent to them."""
_KEEP_ROW = "REPLACE INTO ways VALUES (?, ?)"


class Store:
    """Open and locked store. Use as a context manager, or `close` it.

    path: created if it doesn't exist. Raises InputError at once if the store is in use, is no store, or belongs to another
    scenario or version. Every write raises StoreFull if the disk is full; then nothing of it is kept, and the same write may
    be repeated later. Reading raises InputError if the file is damaged. Several threads may use it.

    term: number of openings, from 1. new: whether it was created just now. other: the podfleet version that wrote the store,
    "" if it was exactly this program; otherwise only the store's book can be used (controller/takeover). next_tick: the tick
    whose inputs come next.
    """

    def __init__(self, path: Path, scenario: Scenario) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._about = about(scenario)
        self._db, self.term, self.new, self.other = open_file(path, scenario)
        try:
            self.next_tick = self._find_next_tick()
            self._sums = sums_of(self.rows())
            self._check_rows()
            self._check_stopped()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and release its lock."""
        self._db.close()

    def write_tick(
        self,
        tick: int,
        reports: Reports,
        requests: Sequence[Request],
        results: Iterable[Answer],
        actions: NDArray[np.int8] | None,
        rows: Iterable[Row],
    ) -> None:
        """Commit the inputs of tick `tick`, the next one, and its results.

        results: of the requests; of two with the same client and message id the first is kept. rows: of robots whose plan or
        grant has changed.
        """
        if tick != self.next_tick:
            raise ValueError(f"inputs of tick {tick} instead of tick {self.next_tick}")
        inputs = write_tick_inputs(TickInputs(tick, reports, tuple(requests), actions))
        with self._transaction() as db:
            db.execute("INSERT INTO ticks VALUES (?, ?)", (tick, inputs))
            db.executemany("INSERT INTO results VALUES (?, ?, ?) ON CONFLICT DO NOTHING", results)
            sums = self._keep_rows(db, rows)
        self._sums = sums
        self.next_tick = tick + 1

    def write_rows(self, rows: Iterable[Row]) -> None:
        """Commit the rows of robots whose grants are about to be sent between ticks."""
        with self._transaction() as db:
            sums = self._keep_rows(db, rows)
        self._sums = sums

    def snapshot(self, tick: int, data: bytes, book: bytes) -> None:
        """Store a snapshot of the run before tick `tick` (`snapshot_of`) and its book; discard everything older."""
        if tick != self.next_tick:
            raise ValueError(f"snapshot before tick {tick} instead of tick {self.next_tick}")
        with self._transaction() as db:
            self._keep(db, tick, data, book)

    def take_over(self, tick: int, data: bytes, book: bytes, rows: Iterable[Row]) -> None:
        """Make the store this program's own: keep the run restored from another version's book."""
        with self._transaction() as db:
            self._keep(db, tick, data, book)
            sums = self._keep_rows(db, rows)
            self._make_ours(db)
        self._sums = sums
        self.next_tick = tick

    def _make_ours(self, db: sqlite3.Connection) -> None:
        db.executemany("REPLACE INTO meta VALUES (?, ?)", [*self._about.items(), ("format", str(FORMAT))])
        self.other = ""

    def _keep(self, db: sqlite3.Connection, tick: int, data: bytes, book: bytes) -> None:
        db.execute("DELETE FROM snapshots")
        db.execute("DELETE FROM books")
        db.execute("DELETE FROM ticks WHERE tick < ?", (tick,))
        db.execute("INSERT INTO snapshots VALUES (?, ?)", (tick, data))
        db.execute("INSERT INTO books VALUES (?, ?)", (tick, book))

    def _keep_rows(self, db: sqlite3.Connection, rows: Iterable[Row]) -> dict[int, int]:
        """Store rows with their checksums. Return the checksums."""
        kept = list(rows)
        if not kept:
            return self._sums
        sums = self._sums | sums_of(kept)
        db.executemany(_KEEP_ROW, kept)
        keep_total(db, sums)
        return sums

    def _check_rows(self) -> None:
        with self._reading():
            if not add_up(self._db, self._sums):
                raise self._damaged(*ROWS_LOST)

    def result(self, client: str, msg: str) -> bytes | None:
        """Return the stored answer to a request, None if it has not come yet."""
        row = self._first("SELECT result FROM results WHERE client = ? AND msg = ?", client, msg)
        return None if row is None else bytes(row[0])

    def newest_snapshot(self) -> tuple[int, bytes] | None:
        """Return (the tick before which the snapshot was made, its bytes)."""
        row = self._first("SELECT tick, run FROM snapshots")
        return None if row is None else (int(row[0]), bytes(row[1]))

    def newest_book(self) -> tuple[int, bytes] | None:
        """Return (the tick before which the book was written, its bytes)."""
        row = self._first("SELECT tick, book FROM books")
        return None if row is None else (int(row[0]), bytes(row[1]))

    def tick_inputs(self) -> Iterator[TickInputs]:
        """Yield the tick inputs since the newest snapshot, in order and without a gap."""
        first = self._first("SELECT coalesce(max(tick), 0) FROM snapshots")
        for tick in range(first[0] if first else 0, self.next_tick):
            row = self._first("SELECT inbox FROM ticks WHERE tick = ?", tick)
            if row is None:
                raise self._damaged(f"tick {tick}", "is missing")
            try:
                yield read_tick_inputs(row[0])
            except BadTickInputs as error:
                raise self._damaged(f"tick {tick}", str(error)) from error

    def rows(self) -> list[Row]:
        """Return the latest row of each robot."""
        with self._reading():
            return all_rows(self._db)

    def _check_stopped(self) -> None:
        """Refuse to take over another version's floor unless it was stopped: ticks after its book would be lost."""
        if not self.other:
            return
        if not self.next_tick:  # nothing has happened yet
            with self._transaction() as db:
                self._make_ours(db)
            return
        book = self.newest_book()
        after = self.next_tick - (book[0] if book else 0)
        if book is None or after:
            what = f"was written by {self.other} and has {count(after, 'tick')} after its book"
            instead = "start it once more with that podfleet, and end it with podfleet operator stop"
            raise InputError.single(str(self.path), "", what, instead)

    def _find_next_tick(self) -> int:
        row = self._first(
            "SELECT max((SELECT coalesce(max(tick) + 1, 0) FROM ticks), coalesce(max(tick), 0)) FROM snapshots"
        )
        return int(row[0]) if row else 0

    def _first(self, query: str, *values: object) -> tuple[Any, ...] | None:
        with self._reading():
            row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        return row

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except BaseException as error:
                self._undo()
                if isinstance(error, sqlite3.Error) and disk_fault(error):
                    raise StoreFull(f"{self.path}: {error}") from error
                raise

    def _undo(self) -> None:
        """Roll back. SQLite has already done so after some faults, and then raises."""
        with suppress(sqlite3.Error):
            self._db.execute("ROLLBACK")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (sqlite3.DatabaseError, TypeError, ValueError) as error:  # values of other types than were written
                raise self._damaged("", str(error)) from error

    def _damaged(self, where: str, what: str) -> InputError:
        return damaged(self.path, where, what)
