"""The control that the command line gives a window: by --desk, --keys and --token-env."""

from pathlib import Path

from layout.errors import InputError
from robots.link.keys import Key, find_key
from visualizer.control.connection import DeskConnection
from visualizer.control.control import NO_DESK, NO_FLOOR, Control

_ROLE = "operator"


def control_of(source: str, desk: str, keys: Path | None, token: str) -> Control:
    """source: a record or the floor's address. keys: as --keys has it; token: of a run with a window.

    Keys without an operator's among them give a window without control, and its menu says so. InputError for a desk's
    address that makes no sense, and for one beside a record.
    """
    if "://" not in source:
        if desk:
            raise InputError.single("--desk", "", "is for a running floor", "a record can't be steered")
        return Control(why_not=NO_FLOOR)
    if not desk:
        return Control(why_not=NO_DESK)
    key = _operator(keys) if keys is not None else None
    if keys is not None and key is None:
        file = (keys if keys.is_dir() else keys.parent) / f"{_ROLE}.key"
        return Control(why_not=f"Steering needs an operator's key, and there is no {file}.")
    return Control(DeskConnection(desk, key, token))


def _operator(keys: Path) -> Key | None:
    """The operator's key in the folder of keys, or in that of the viewer's key."""
    folder = keys if keys.is_dir() else keys.parent
    return find_key(folder, _ROLE) if (folder / f"{_ROLE}.key").exists() else None
