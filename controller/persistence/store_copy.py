"""Copy a store as it is now, even while its floor runs: SQLite never opens the original, and nothing in it changes."""

import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from controller.persistence.store_file import check_application, damaged, no_store
from controller.persistence.store_rights import check_rights
from layout.errors import InputError
from layout.files.writing import writing

_TRIES, _REST_S = 200, 0.1
_SALTS = 32
"""Bytes of the log's header, which changes whenever the log starts again."""


def copy_store(path: Path, target: Path) -> None:
    """Write a complete single-file store to `target`, readable by its owner only.

    The database is copied first and its log after it, so everything committed is in one of them unless SQLite checkpoints the
    log meanwhile. Then the database or the log's header has changed, and both are copied again. InputError if `path` is no
    store, or `target` exists.
    """
    check_rights(path)
    if not path.is_file():
        raise InputError.single(str(path), "", "isn't there", "a file that podfleet serve --store has made")
    with writing(target, "a new file in a folder that can be written to"):
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    log = Path(f"{target}-wal")
    try:
        _copy_steady(path.resolve(), target, log)
        with closing(sqlite3.connect(target, isolation_level=None)) as db:
            check_application(db, path)
            db.execute("PRAGMA journal_mode = DELETE")
            if (said := db.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise damaged(path, "", said)
    except BaseException as error:
        for file in (target, log, Path(f"{target}-shm")):
            file.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            raise _no_copy(path, error) from error
        raise


def _no_copy(path: Path, error: sqlite3.Error) -> InputError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    return no_store(path) if code == sqlite3.SQLITE_NOTADB else damaged(path, "", str(error))


def _copy_steady(path: Path, target: Path, target_log: Path) -> None:
    """Copy until neither the database nor the log's header has changed during the copy."""
    log = Path(f"{path}-wal")
    for _ in range(_TRIES):
        before = _state(path, log)
        time.sleep(_REST_S)  # file times are coarse: anything written from now on gets another time
        shutil.copyfile(path, target)
        if before[2]:
            shutil.copyfile(log, target_log)
            target_log.chmod(0o600)
        else:
            target_log.unlink(missing_ok=True)
        if _state(path, log) == before:
            return
    raise InputError.single(str(path), "", "changes too fast to be copied", "try again when less is done on the floor")


def _state(path: Path, log: Path) -> tuple[int, int, bytes]:
    status = path.stat()
    try:
        with log.open("rb") as file:
            head = file.read(_SALTS)
    except FileNotFoundError:
        head = b""
    return status.st_mtime_ns, status.st_size, head
