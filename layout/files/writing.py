"""Write files completely or not at all; any refusal by the system is an InputError that names the file."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layout.errors import InputError
from layout.files.near_names import why_refused


@contextmanager
def writing(path: Path, instead: str = "") -> Iterator[None]:
    """Turn an OSError of the block into an InputError about `path`: a full disk, a missing folder, no permission.

    instead: the remedy.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(path, error, instead) from error


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Yield a path in the same folder to write to; it becomes `out` on success and is removed otherwise, also on
    Ctrl-C.

    So a full disk does not destroy the previous file. Raises InputError if the system refuses. Anything but a file,
    such as /dev/stdout, is written to directly.
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
    """Write a UTF-8 file with the text's own line ends. Raises InputError if it cannot be written; the previous file is
    kept.
    """
    with replacing(out) as part:
        part.write_bytes(text.encode("utf-8"))


def make_folder(folder: Path) -> None:
    """Create a folder and its parents unless it exists. Raises InputError if that is refused."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)


def unwritable(path: Path | str, error: Exception, instead: str = "") -> InputError:
    """Return the InputError with the reason why writing to `path` fails."""
    return InputError.single(str(path), "", f"can't be written to: {why_refused(error)}", instead)
