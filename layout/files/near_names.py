"""Files that are not there: which one of a name near to theirs is."""

import difflib
from pathlib import Path

from layout.errors import InputError

_ALIKE = 0.85
"""How alike whole names are where the endings differ: 1 is the same."""
_SEARCHED = 2_000
"""Files of a folder that are looked at, at the most."""


def unreadable(path: Path, error: Exception) -> InputError:
    """What is wrong with a file that the system doesn't read, with the file that may be meant if there is none of this name."""
    why = why_refused(error)
    near = near_name(path) if isinstance(error, FileNotFoundError) else ""
    return InputError.single(shown(path), "", f"can't be read: {why}", f"did you mean {near}?" if near else "")


def shown(path: Path) -> str:
    """A path as messages have it: a NUL, which no file's name has, is spelt out."""
    return str(path).replace("\0", "\\0")


def why_refused(error: Exception) -> str:
    """The system's words for why a file can't be read or written, without numbers and paths."""
    return getattr(error, "strerror", None) or str(error)


def near_name(path: Path) -> str:
    """The file or folder whose name is nearest to that of one that isn't there, "" if none is near."""
    folder = path.parent
    try:
        names = [one.name for one, _ in zip(folder.iterdir(), range(_SEARCHED), strict=False)]
    except OSError:
        return ""
    name, ending = path.stem.lower(), path.suffix.lower()
    alike = {Path(there).stem.lower(): there for there in names if ending in ("", Path(there).suffix.lower())}
    if close := difflib.get_close_matches(name, alike, n=1):
        return str(folder / alike[close[0]])
    whole = {there.lower(): there for there in names}
    close = difflib.get_close_matches(path.name.lower(), whole, n=1, cutoff=_ALIKE)
    return str(folder / whole[close[0]]) if close else ""
