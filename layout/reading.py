"""Reading files: whatever the system refuses is an InputError that names the file."""

from pathlib import Path

from layout.errors import InputError
from layout.near_names import unreadable


def read_bytes(path: Path) -> bytes:
    """Return what a file holds. InputError if it can't be read, or is a device or a pipe, which may never end."""
    name = str(path).replace("\0", "\\0")
    try:
        if path.exists() and not path.is_file():
            raise InputError.single(name, "", "is a folder" if path.is_dir() else "is no regular file", "name a file")
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise unreadable(path, error) from error
