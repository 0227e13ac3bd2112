"""Files that are whole or not there: written beside their place and moved to it at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layout.errors import InputError


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """A path in the same folder to write to; it becomes `out` if all goes well and is removed if not, Ctrl-C included.

    InputError for what the disk refuses.
    """
    part = out.with_name(f".{out.name}.part")
    try:
        yield part
        part.replace(out)
    except OSError as error:
        raise InputError.single(str(out), "", f"can't be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
