"""Whose a store is: its file, the companions that SQLite keeps beside it, and the folder have to be ours alone to write.

Who can write a store says where robots stand and what they were granted.
"""

import os
import stat
from pathlib import Path

from layout.errors import InputError

COMPANIONS = ("-wal", "-shm", "-journal")
_OTHERS = 0o077
"""Rights of group and world."""


def check_rights(path: Path) -> None:
    """InputError if anybody else could have written what is read there. A file that isn't there yet is no fault.

    A link is followed, and both its folder and that of the file are looked at; companions may be no links.
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
    """What is wrong with a file, and what would be right."""
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
    """Who can write a folder can put another file in the store's place, unless it is sticky, as /tmp is."""
    try:
        status = folder.stat()
    except OSError:
        return  # who opens the file is told
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
    """Whether a group is the user's alone, as many systems give each user one of his name."""
    import grp
    import pwd

    try:
        found, user = grp.getgrgid(group), pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return False
    return found.gr_name == user and set(found.gr_mem) <= {user}


def sync_folder(folder: Path) -> None:
    """That a new file is there after a power cut, too."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
