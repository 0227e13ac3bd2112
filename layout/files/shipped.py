"""Scenarios shipped with podfleet: maps/ of a checkout, layout/maps of an installed wheel."""

from pathlib import Path

from layout.errors import InputError
from layout.files.tables import suggestion
from layout.files.writing import write_whole

_PACKAGE = Path(__file__).parents[1]


def shipped_names() -> list[str]:
    """Return the names of the shipped scenarios, sorted."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def shipped_scenario(name: str) -> Path:
    """Return the file of a shipped scenario. Raises InputError for an unknown name."""
    names = shipped_names()
    if name not in names:
        raise InputError.single(name, "", "is not a scenario that comes with podfleet", suggestion(name, names))
    return _folder() / f"{name}.toml"


def copy_scenario(name: str, path: Path) -> None:
    """Write a shipped scenario to a new file. Raises InputError if that exists already or cannot be written."""
    if path.exists():
        raise InputError.single(str(path), "", "exists already", "name another file")
    write_whole(path, shipped_scenario(name).read_text(encoding="utf-8"))


def purpose_of(name: str) -> str:
    """Return the purpose of a shipped scenario: the opening comment of its file up to the first colon."""
    with shipped_scenario(name).open(encoding="utf-8") as file:
        return file.readline().strip("# \n").partition(":")[0]


def _folder() -> Path:
    installed = _PACKAGE / "maps"
    return installed if installed.is_dir() else _PACKAGE.parent / "maps"
