"""The store's file: found or created, private, locked, and checked against this scenario and version."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from controller.persistence.store_origin import about
from controller.persistence.store_rights import check_rights, sync_folder
from controller.scenario.scenario import Scenario
from layout.errors import InputError
from robots.wording.formatting import count

FORMAT = 3
"""Version of the tables and their contents, except snapshots."""
FIRST_TAKEN_OVER = 3
"""Stores of this format and later ones are taken over by newer versions; see controller/takeover/book.py."""
_PAGE = 4096
"""Page size in bytes; a complete file is a whole number of pages."""
_APPLICATION = 0x706F6466
""" "podf", the application id that marks SQLite files of podfleet."""
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE ticks (tick INTEGER PRIMARY KEY, inbox BLOB NOT NULL);
CREATE TABLE ways (robot INTEGER PRIMARY KEY, way BLOB NOT NULL);
CREATE TABLE results (client TEXT, msg TEXT, result BLOB NOT NULL, PRIMARY KEY (client, msg)) WITHOUT ROWID;
CREATE TABLE snapshots (tick INTEGER PRIMARY KEY, run BLOB NOT NULL);
CREATE TABLE books (tick INTEGER PRIMARY KEY, book BLOB NOT NULL);
"""
_NAMES = {"meta", "ticks", "ways", "results", "snapshots", "books"}


class StoreFull(Exception):
    """The disk is full or failing: nothing of the transaction is kept. The same write may be repeated later."""


class Opened(NamedTuple):
    """Locked store file. term: of this opening. new: whether it was created just now. other: name of the podfleet version
    that wrote it, "" if it was exactly this program, which alone can compute its ticks again.
    """

    db: sqlite3.Connection
    term: int
    new: bool
    other: str


def open_file(path: Path, scenario: Scenario) -> Opened:
    """Open the store at `path`, or create it; its term on disk becomes one more than at the last opening.

    Raises InputError for a file that can't be used, StoreFull if the disk is full.
    """
    try:
        new = _make(path, scenario)
        _check_whole(path, ours=False)
        _check_writable(path)
        db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from error
    try:
        term, other = _begin(db, path, scenario)
    except sqlite3.Error as error:
        db.close()
        raise _unusable(path, error) from error
    except (LookupError, TypeError, ValueError) as error:  # also UnicodeDecodeError, of SQLite's own words about damage
        db.close()
        raise damaged(path, "", str(error)) from error
    except BaseException:
        db.close()
        raise
    return Opened(db, term, new, other)


def disk_fault(error: sqlite3.Error) -> bool:
    """Tell whether the disk caused the error (full, failing, or read-only since a fault), not the program or the file."""
    return _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def _make(path: Path, scenario: Scenario) -> bool:
    """Create a complete store if there is none; return whether that was so. Only its owner may read and write it from the
    first moment on; SQLite gives its companion files the same rights.

    An existing file isn't opened here: closing it would end the lock of a store that this process already has open.
    """
    check_rights(path)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        return False
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_empty(scenario))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise
    sync_folder(path.parent)
    return True


def _empty(scenario: Scenario) -> bytes:
    """Return an empty store."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {_PAGE}")
        db.executescript(_TABLES)
        db.execute(f"PRAGMA application_id = {_APPLICATION}")
        origin = {"format": str(FORMAT), **about(scenario), "term": 0}
        db.executemany("INSERT INTO meta VALUES (?, ?)", origin.items())
        return db.serialize()


def _check_whole(path: Path, *, ours: bool) -> None:
    """Check the file's size only: opening and closing it would end the lock of a store that this process already has open.

    ours: whether SQLite has identified it as a store. Only a store with a write-ahead log can have a partial page after a
    crash.
    """
    size, log = path.stat().st_size, Path(f"{path.resolve()}-wal")
    torn = size % _PAGE and not (log.exists() and log.stat().st_size)
    if not size or (ours and torn):
        what = f"isn't a whole store: it has {count(size, 'byte')}"
        raise InputError.single(str(path), "", what, "a backup of it; or remove it to begin a new store")


def _check_writable(path: Path) -> None:
    """Check that the file and its folder are writable; SQLite would report a disk fault."""
    ours = os.access in os.supports_effective_ids
    for place, what in (
        (path.resolve().parent, "lies in a folder that can't be written to"),
        (path, "can't be written to"),
    ):
        if not os.access(place, os.W_OK, effective_ids=ours):
            instead = "rights to write the file and its folder, or another --store"
            raise InputError.single(str(path), "", what, instead)


def no_store(path: Path) -> InputError:
    return InputError.single(str(path), "", "is no store of podfleet", "a file that podfleet serve --store has made")


def damaged(path: Path, where: str, what: str) -> InputError:
    return InputError.single(str(path), where, f"damaged: {what}", "a backup of it, or a new store")


def _begin(db: sqlite3.Connection, path: Path, scenario: Scenario) -> tuple[int, str]:
    """Return the term, and the other podfleet version that wrote the store, if any."""
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("SELECT count(*) FROM sqlite_master")  # takes the lock
    check_application(db, path)
    _check_whole(path, ours=True)
    meta = read_meta(db, path)
    _check_ours(meta, path, about(scenario))
    if (said := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        raise damaged(path, "", said)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA fullfsync = ON")  # on macOS a plain fsync leaves data in the drive's cache
    db.execute("PRAGMA secure_delete = OFF")  # otherwise old tick inputs are overwritten with zeros through the log
    db.execute("BEGIN EXCLUSIVE")
    db.execute("UPDATE meta SET value = value + 1 WHERE name = 'term'")
    term = int(db.execute("SELECT value FROM meta WHERE name = 'term'").fetchone()[0])
    db.execute("COMMIT")
    return term, _other(meta, about(scenario))


def _other(meta: dict[str, str], ours: dict[str, str]) -> str:
    if meta["version"] != ours["version"]:
        return f"podfleet {meta['version']}"
    return "" if meta.get("code") == ours["code"] else f"another podfleet {meta['version']}"


def check_application(db: sqlite3.Connection, path: Path) -> None:
    """InputError for a database of another program."""
    if db.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise no_store(path)


def read_meta(db: sqlite3.Connection, path: Path) -> dict[str, str]:
    """Return the store's own description. InputError if it is incomplete."""
    tables = {str(name) for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    meta = (
        {str(name): str(value) for name, value in db.execute("SELECT name, value FROM meta")}
        if "meta" in tables
        else {}
    )
    if not {"format", "version", "scenario", "title", "term"} <= meta.keys() or not meta["format"].isdigit():
        raise damaged(path, "", "it doesn't say which scenario it belongs to")
    if int(meta["format"]) == FORMAT and not tables >= _NAMES:
        raise damaged(path, "", f"it has no table {min(_NAMES - tables)}")
    return meta


def _check_ours(meta: dict[str, str], path: Path, ours: dict[str, str]) -> None:
    if int(meta["format"]) > FORMAT:
        what = f"was made by podfleet {meta['version']}, which is newer than this one, {ours['version']}"
        raise InputError.single(str(path), "", what, "that version, or a new store")
    if int(meta["format"]) < FIRST_TAKEN_OVER:
        what = f"was made by podfleet {meta['version']}, before stores were taken over by later versions"
        raise InputError.single(
            str(path), "", what, f"that version, or a new store; podfleet store export {path} writes out what it holds"
        )
    if meta["scenario"] != ours["scenario"]:
        what = f"is the store of {meta['title']}"
        what += (
            f", not of {ours['title']}" if meta["title"] != ours["title"] else " with other settings, files or floor"
        )
        raise InputError.single(str(path), "", what, "serve that scenario again, or begin a new store")


def _unusable(path: Path, error: Exception) -> Exception:
    if isinstance(error, sqlite3.Error):
        match _code(error):
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                what = "is in use: another podfleet serve has it open"
                return InputError.single(str(path), "", what, "end that one first, or take another --store")
            case sqlite3.SQLITE_NOTADB:
                return no_store(path)
            case sqlite3.SQLITE_CORRUPT:
                return damaged(path, "", str(error))
            case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
                return StoreFull(f"{path}: {error}")
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG):
        return StoreFull(f"{path}: {error.strerror}")
    what = (isinstance(error, OSError) and error.strerror) or str(error)
    return InputError.single(
        str(path), "", f"can't be used as a store: {what}", "a file in a folder that can be written"
    )


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code, 0 for none."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
