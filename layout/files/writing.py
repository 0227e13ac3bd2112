"""Writing files: whole or not at all, and whatever the system refuses is an InputError that names the file."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layout.errors import InputError
from layout.files.near_names import why_refused


@contextmanager
def writing(path: Path, instead: str = "") -> Iterator[None]:
    """Turn an OSError of the block into an InputError about `path`: a full disk, a missing folder, no permission.

    instead: what would be right.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(path, error, instead) from error


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Yield a path in the same folder to write to; it becomes `out` if all goes well and is removed if not, Ctrl-C included.

    So a full disk costs nothing that was there before. InputError for what the system refuses. What is no file, as
    /dev/stdout, is written to as it is.
    """
    with writing(out):
        target = out.resolve()
        if target.exists() and not target.is_file():
            yield out
            return
        part = target.with_name(f".{target.name}.part")
        try:
            yield part
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def write_whole(out: Path, text: str) -> None:
    """Write a file of UTF-8 text with the text's own line ends. InputError if it can't be written, and nothing is lost."""
    with replacing(out) as part:
        part.write_bytes(text.encode("utf-8"))


def make_folder(folder: Path) -> None:
    """Make a folder and those it lies in, unless it is there. InputError if that is refused."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)


def unwritable(path: Path | str, error: Exception, instead: str = "") -> InputError:
    """Return the InputError that says why the system doesn't take what is written to `path`."""
    return InputError.single(str(path), "", f"can't be written to: {why_refused(error)}", instead)
