"""A copy of a store as it is just now, also while its floor runs: SQLite doesn't open the store itself, nor is it changed."""

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
"""Bytes of a log's head, which is another one whenever the log begins anew."""


def copy_store(path: Path, target: Path) -> None:
    """A whole store of one file at `target`, made for its owner alone.

    The file first, its log after it: what is committed is in either, unless SQLite brings the log home meanwhile; then the
    file or the log's head has changed, and it is copied again. InputError if `path` is no store, or `target` is there.
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
    """Again and again until neither the file nor the head of its log has changed on the way."""
    log = Path(f"{path}-wal")
    for _ in range(_TRIES):
        before = _state(path, log)
        time.sleep(_REST_S)  # clocks of files are coarse: what is written from now on has another time
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
