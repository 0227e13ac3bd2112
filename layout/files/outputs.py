"""Output files of a command: the ending of `--out` selects the format, and a folder receives all files."""

from collections.abc import Sequence
from pathlib import Path

from layout.errors import InputError


def check_ending(out: Path, endings: Sequence[str]) -> None:
    """Raise InputError, with the known endings, for any other ending."""
    if out.suffix.lower() not in endings:
        what = f'can\'t write "{out.suffix}" files' if out.suffix else "says by no ending what to write"
        raise InputError.single(str(out), "", what, f"end it in {_listed(endings)}")


def check_folder(out: Path) -> None:
    """Raise InputError for a folder's name that ends like a file's."""
    if out.suffix and not out.is_dir():
        raise InputError.single(
            str(out), "", "is to be a folder, for several files", f"a name like {out.with_suffix('')}"
        )


def outputs(out: Path, names: Sequence[str]) -> list[Path]:
    """Return the files to write: all the names in a folder, or, if `out` ends as one of them does, `out` for that one.

    names: each with a different ending. Raises InputError for an ending that none of them has.
    """
    if out.is_dir() or not out.suffix:
        return [out / name for name in names]
    endings = [Path(name).suffix for name in names]
    if out.suffix.lower() not in endings:
        instead = f"end it in {_listed(endings)}, or name a folder"
        raise InputError.single(str(out), "", f'can\'t write "{out.suffix}" files', instead)
    return [out]


def _listed(endings: Sequence[str]) -> str:
    """Return ".toml", ".toml or .map", ".toml, .map or .json"."""
    return " or ".join([", ".join(endings[:-1]), endings[-1]] if len(endings) > 1 else endings)
