"""Control of the window from the options --desk, --keys and --token-env."""

from pathlib import Path

from layout.errors import InputError
from robots.link.keys import Key, find_key
from visualizer.control.connection import DeskConnection
from visualizer.control.control import NO_DESK, NO_FLOOR, Control

_ROLE = "operator"


def control_of(source: str, desk: str, keys: Path | None, token: str) -> Control:
    """Return the control of a window.

    source: a record or the floor's address. keys: as given by --keys. token: of a run with a window.

    Without an operator's key among the keys the window has no control, and its menu says so. InputError for an address
    that is not valid, and for --desk beside a record.
    """
    if "://" not in source:
        if desk:
            raise InputError.single("--desk", "", "is for a running floor", "a record takes no commands")
        return Control(why_not=NO_FLOOR)
    if not desk:
        return Control(why_not=NO_DESK)
    key = _operator(keys) if keys is not None else None
    if keys is not None and key is None:
        file = (keys if keys.is_dir() else keys.parent) / f"{_ROLE}.key"
        return Control(why_not=f"Commands need an operator's key, and there is no {file}.")
    return Control(DeskConnection(desk, key, token))


def _operator(keys: Path) -> Key | None:
    """Return the operator's key from the folder of keys, or from the folder of the viewer's key."""
    folder = keys if keys.is_dir() else keys.parent
    return find_key(folder, _ROLE) if (folder / f"{_ROLE}.key").exists() else None
