"""File rights of a store: only its owner may write the file, SQLite's companion files, and the folder.

Anybody who can write a store decides where robots are believed to stand and what they are granted.
"""

import os
import stat
from pathlib import Path

from layout.errors import InputError

COMPANIONS = ("-wal", "-shm", "-journal")
_OTHERS = 0o077
"""File mode bits of group and others."""


def check_rights(path: Path) -> None:
    """Raise InputError if another user could have written the store. A missing file is no fault.

    Links are followed, and both the link's folder and the file's are checked; companion files must not be links.
    """
    if os.name == "nt":
        return
    real = path.resolve()
    for folder in {path.parent.absolute(), real.parent}:
        _check_folder(path, folder)
    for file in (real, *(Path(f"{real}{end}") for end in COMPANIONS)):
        if fault := _fault(file):
            raise InputError.single(str(file), "", *fault)


def _fault(file: Path) -> tuple[str, str] | None:
    """Return (fault of a file, remedy), None if it is fine."""
    try:
        status = file.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return "can't be used as a store: it is no ordinary file", "a file that podfleet serve --store has made"
    if status.st_uid != os.geteuid():
        return "belongs to another user", "run as its owner, or take another --store"
    if status.st_mode & _OTHERS:
        return "can be used by other users", f"chmod 600 {file}"
    return None


def _check_folder(path: Path, folder: Path) -> None:
    """Check a folder: anybody who can write it can replace the store, unless it has the sticky bit, like /tmp."""
    try:
        status = folder.stat()
    except OSError:
        return  # opening the file reports it
    others = _who_else_writes(status)
    if others and not status.st_mode & stat.S_ISVTX:
        what = f"lies in a folder that {others} can write to"
        raise InputError.single(str(path), "", what, f"chmod go-w {folder}, or a folder of your own")
    if status.st_uid not in (0, os.geteuid()):
        raise InputError.single(str(path), "", "lies in a folder of another user", "a folder of your own")


def _who_else_writes(status: os.stat_result) -> str:
    if status.st_mode & stat.S_IWOTH:
        return "everybody"
    if status.st_mode & stat.S_IWGRP and not _is_own_group(status.st_gid):
        return "its group"
    return ""


def _is_own_group(group: int) -> bool:
    """Tell whether a group belongs to the user alone; many systems give each user a group of the same name."""
    import grp
    import pwd

    try:
        found, user = grp.getgrgid(group), pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return False
    return found.gr_name == user and set(found.gr_mem) <= {user}


def sync_folder(folder: Path) -> None:
    """Make a new file durable across a power cut."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
