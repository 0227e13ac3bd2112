"""A store's file: found or made, private, locked, and known to be the one of this scenario and this version."""

import json
import os
import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import msgspec

from controller.scenario import Scenario
from controller.scenario_file import SECTIONS
from layout.errors import InputError
from layout.reading import fingerprint
from layout.toml_format import dump_floor

_FORMAT = 3
_APPLICATION = 0x706F6466
""" "podf", by which SQLite files tell whose they are."""
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE ticks (tick INTEGER PRIMARY KEY, inbox BLOB NOT NULL);
CREATE TABLE ways (robot INTEGER PRIMARY KEY, way BLOB NOT NULL);
CREATE TABLE results (client TEXT, msg TEXT, result BLOB NOT NULL, PRIMARY KEY (client, msg)) WITHOUT ROWID;
CREATE TABLE snapshots (tick INTEGER PRIMARY KEY, run BLOB NOT NULL);
"""
_OTHERS = 0o077
"""Rights of group and world."""


class StoreFull(Exception):
    """The disk is full or doesn't work: nothing of the transaction is kept. The same may be tried again later."""


def open_file(path: Path, scenario: Scenario) -> tuple[sqlite3.Connection, int]:
    """The store at `path`, made if there is none, and the term of this opening: one more than of the last, and on the disk.

    Raises InputError for a file that can't be used, StoreFull if the disk takes no more.
    """
    try:
        _make_private(path)
        db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from error
    try:
        return db, _begin(db, path, scenario)
    except sqlite3.Error as error:
        db.close()
        raise _unusable(path, error) from error
    except (LookupError, TypeError, ValueError) as error:  # also UnicodeDecodeError, of SQLite's own words about damage
        db.close()
        raise InputError.single(str(path), "", f"damaged: {error}", "a copy of the file, or a new store") from error
    except BaseException:
        db.close()
        raise


def disk_fault(error: sqlite3.Error) -> bool:
    """Whether it is the disk's fault, and not the program's or the file's: full, failing, or read-only since a fault."""
    return _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def scenario_digest(scenario: Scenario) -> str:
    """Of all that a site follows from but the length of the run, which may be another after a pause."""
    sections = {name: msgspec.to_builtins(getattr(scenario, name)) for name in (*SECTIONS, "disruptions", "chain")}
    del sections["run"]["ticks"]
    sections["faults"] = msgspec.to_builtins(scenario.faults)
    digest = blake2b(json.dumps(sections, sort_keys=True).encode(), digest_size=16)
    digest.update(dump_floor(scenario.floor).encode())
    for path in _files(scenario):
        digest.update(fingerprint(path))
    return digest.hexdigest()


def _files(scenario: Scenario) -> Iterator[Path]:
    """Those that the scenario names."""
    stock, chain = scenario.stock, scenario.chain
    names = [scenario.orders.csv, stock.slotting, stock.moves]
    if chain is not None:
        names += [chain.items.csv, chain.sourcing.csv, chain.receiving.csv, chain.returns.csv]
    return (scenario.beside(name) for name in names if name)


def _make_private(path: Path) -> None:
    """Only we may read and write it, from its first moment on; SQLite gives its -wal the same rights.

    An existing file isn't opened here: closing it would end the lock of a store that this process has open already.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        _check_private(path)
    else:
        _sync_folder(path.parent)


def _check_private(path: Path) -> None:
    """Who can write a store says where robots stand and what they were granted."""
    status = path.stat()
    if os.name == "nt":
        return
    if status.st_uid != os.geteuid():
        raise InputError.single(str(path), "", "belongs to another user", "run as its owner, or take another --store")
    if status.st_mode & _OTHERS:
        raise InputError.single(str(path), "", "can be used by other users", f"chmod 600 {path}")


def _sync_folder(folder: Path) -> None:
    """That the file is there after a power cut, too."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _begin(db: sqlite3.Connection, path: Path, scenario: Scenario) -> int:
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    fresh = not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not fresh and db.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise InputError.single(str(path), "", "is no store of podfleet", "a file that podfleet serve --store has made")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA fullfsync = ON")  # on macOS an ordinary fsync leaves it in the drive's cache
    db.execute("PRAGMA secure_delete = OFF")  # else old inboxes are written over with zeros, through the log
    about = _about(scenario)
    db.execute("BEGIN EXCLUSIVE")
    if fresh:
        _create(db, about)
    _check_ours(db, path, about)
    db.execute("UPDATE meta SET value = value + 1 WHERE name = 'term'")
    term = int(db.execute("SELECT value FROM meta WHERE name = 'term'").fetchone()[0])
    db.execute("COMMIT")
    return term


def _create(db: sqlite3.Connection, about: dict[str, str]) -> None:
    for statement in _TABLES.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {_APPLICATION}")
    db.executemany("INSERT INTO meta VALUES (?, ?)", [*about.items(), ("term", 0)])


def _check_ours(db: sqlite3.Connection, path: Path, ours: dict[str, str]) -> None:
    found = dict(db.execute("SELECT name, value FROM meta"))
    if (found["format"], found["version"]) != (ours["format"], ours["version"]):
        what = f"was made by podfleet {found['version']}, this is {ours['version']}"
        raise InputError.single(str(path), "", what, "go on with that version, or begin a new store")
    if found["scenario"] != ours["scenario"]:
        what = f"is the store of {found['title']}"
        what += (
            f", not of {ours['title']}" if found["title"] != ours["title"] else " with other settings, files or floor"
        )
        raise InputError.single(str(path), "", what, "serve that scenario again, or begin a new store")


def _about(scenario: Scenario) -> dict[str, str]:
    return {
        "format": str(_FORMAT),
        "version": version("podfleet"),
        "scenario": scenario_digest(scenario),
        "title": f"scenario {scenario.name}, seed {scenario.run.seed}",
    }


def _unusable(path: Path, error: Exception) -> Exception:
    if isinstance(error, sqlite3.Error):
        match _code(error):
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                what = "is in use: another podfleet serve has it open"
                return InputError.single(str(path), "", what, "end that one first, or take another --store")
            case sqlite3.SQLITE_NOTADB:
                what = "is no store of podfleet"
                return InputError.single(str(path), "", what, "a file that podfleet serve --store has made")
            case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
                return StoreFull(f"{path}: {error}")
    what = (isinstance(error, OSError) and error.strerror) or str(error)
    return InputError.single(
        str(path), "", f"can't be used as a store: {what}", "a file in a folder that can be written"
    )


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code, 0 for none."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
