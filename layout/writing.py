"""Writing files: whatever the system refuses is an InputError that names the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layout.errors import InputError
from layout.tables import why_unreadable


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into an InputError about `path`: a full disk, a missing folder, no permission."""
    try:
        yield
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and "\0" not in str(path):
            raise
        raise unwritable(path, error) from error


def unwritable(path: Path | str, error: Exception) -> InputError:
    """Return the InputError that says why the system doesn't take what is written to `path`."""
    return InputError.single(str(path), "", f"can't be written to: {why_unreadable(error)}")
