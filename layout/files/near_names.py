"""Files that do not exist: suggest an existing one with a similar name."""

import difflib
from pathlib import Path

from layout.errors import InputError

_ALIKE = 0.85
"""Least similarity of whole names if the endings differ; 1 is equal."""
_SEARCHED = 2_000
"""Most files of a folder that are searched."""


def unreadable(path: Path, error: Exception) -> InputError:
    """Return the error for a file that cannot be read, with a suggestion if no file has this name."""
    why = why_refused(error)
    near = near_name(path) if isinstance(error, FileNotFoundError) else ""
    return InputError.single(shown(path), "", f"can't be read: {why}", f"did you mean {near}?" if near else "")


def shown(path: Path) -> str:
    """Return a path as shown in messages: a NUL, which no file name has, is spelt out."""
    return str(path).replace("\0", "\\0")


def why_refused(error: Exception) -> str:
    """Return the system's reason why a file cannot be read or written, without numbers and paths."""
    return getattr(error, "strerror", None) or str(error)


def near_name(path: Path) -> str:
    """Return the file or folder with the name most similar to one that does not exist, or "" if there is none."""
    folder = path.parent
    try:
        names = [entry.name for entry, _ in zip(folder.iterdir(), range(_SEARCHED), strict=False)]
    except OSError:
        return ""
    name, ending = path.stem.lower(), path.suffix.lower()
    alike = {
        Path(name_there).stem.lower(): name_there
        for name_there in names
        if ending in ("", Path(name_there).suffix.lower())
    }
    if close := difflib.get_close_matches(name, alike, n=1):
        return str(folder / alike[close[0]])
    by_lower_name = {name_there.lower(): name_there for name_there in names}
    close = difflib.get_close_matches(path.name.lower(), by_lower_name, n=1, cutoff=_ALIKE)
    return str(folder / by_lower_name[close[0]]) if close else ""
