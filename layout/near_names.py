"""Files that are not there: which one of a name near to theirs is."""

import difflib
from pathlib import Path

from layout.errors import InputError

_SEARCHED = 2_000
"""Files of a folder that are looked at, at the most."""


def unreadable(path: Path, error: Exception) -> InputError:
    """What is wrong with a file that the system doesn't read, with the file that may be meant if there is none of this name."""
    why = getattr(error, "strerror", None) or str(error)
    near = near_name(path) if isinstance(error, FileNotFoundError) else ""
    name = str(path).replace("\0", "\\0")
    return InputError.single(name, "", f"can't be read: {why}", f"did you mean {near}?" if near else "")


def near_name(path: Path) -> str:
    """The file or folder whose name is nearest to that of one that isn't there, "" if none is near."""
    folder = path.parent
    try:
        names = [one.name for one, _ in zip(folder.iterdir(), range(_SEARCHED), strict=False)]
    except OSError:
        return ""
    small = {name.lower(): name for name in names}
    close = difflib.get_close_matches(path.name.lower(), small, n=1)
    return str(folder / small[close[0]]) if close else ""
