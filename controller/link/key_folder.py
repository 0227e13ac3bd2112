"""A folder of keys: making it, adding to it, and revoking from it. Nothing in it is ever written over."""

import difflib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import zmq

from layout.errors import InputError
from layout.files.writing import unwritable, writing
from robots.link.keys import MOST_ROBOTS, REGISTRY, SELLER, Entry, Key, Registry, Role, is_name, read_key, robots_of
from robots.wording.formatting import count

_ROLES: tuple[Role, ...] = ("operator", "orders", "viewer")
"""Roles of the keys that every floor has. Besides these each seller has a key with the seller's name."""


def make_keys(folder: Path, robots: int, groups: int = 0) -> list[Path]:
    """Keys for a controller, its people and `robots` robots, in a new or empty folder. Returns the files written.

    groups: so many keys for all robots together instead of one each, every one for a range. InputError if the folder
    isn't empty or can't be written; nothing is left in it then.
    """
    if groups > robots:
        raise InputError.single(
            "--groups", "", f"{groups} for {count(robots, 'robot')}", "at most a key for each robot"
        )
    names = [*_ROLES, *robot_names(robots, groups)]
    _begin(folder)
    public, secret = zmq.curve_keypair()
    written: list[Path] = []
    try:
        written.append(_write_key(folder, Key("server", "server", public, secret, public)))
        entries: list[Entry] = []
        for name in names:
            key, entry = _new(name, public)
            written.append(_write_key(folder, key))
            entries.append(entry)
        _create(folder / REGISTRY, _registry_text(public, entries))
    except BaseException:  # Ctrl-C too
        _remove(written)
        raise
    return [*written, folder / REGISTRY]


def robot_names(robots: int, groups: int = 0) -> list[str]:
    """robot-0 … or, with groups, robots-0-2499 …, whose sizes differ by one at most."""
    if not groups:
        return [f"robot-{number}" for number in range(robots)]
    firsts = [robots * group // groups for group in range(groups + 1)]
    return [f"robots-{first}-{after - 1}" for first, after in pairwise(firsts)]


def add_key(folder: Path, name: str) -> Path:
    """One more key, for what its name says (see robots/link/keys.py). Returns its file. InputError if there is one already."""
    written: list[Path] = []
    try:
        with _changing(folder) as (registry, entries):
            if name in entries:
                way_out = f"podfleet keys revoke {folder} {name} ends it; or take another name"
                raise InputError.single(str(registry.path), name, "has a key already", way_out)
            key, entries[name] = _new(name, registry.server)
            written.append(_write_key(folder, key))
    except BaseException:
        _remove(written)
        raise
    return written[0]


def renew_server(folder: Path, new: Path) -> tuple[list[Path], list[str]]:
    """Write the same keys with a new one for the controller into a new or empty folder. `folder` stays as it is.

    Returns the files written, and the names of keys that hold and whose files aren't in `folder`. InputError as make_keys.
    """
    registry = Registry(folder / REGISTRY)
    files = {name: folder / f"{name}.key" for name in (entry.name for entry in registry.entries)}
    keys = [read_key(file) for file in files.values() if file.exists()]
    _begin(new)
    public, secret = zmq.curve_keypair()
    written: list[Path] = []
    try:
        written.append(_write_key(new, Key("server", "server", public, secret, public)))
        written += [_write_key(new, replace(key, server=public)) for key in keys]
        _create(new / REGISTRY, _registry_text(public, registry.entries))
    except BaseException:
        _remove(written)
        raise
    return [*written, new / REGISTRY], [name for name, file in files.items() if not file.exists()]


def revoke_key(folder: Path, name: str) -> bool:
    """Revoke a key and delete its file. Returns whether the file was in the folder.

    InputError if there is no such key.
    """
    with _changing(folder) as (registry, entries):
        if name not in entries:
            raise InputError.single(str(registry.path), name, "is not registered", _near(name, entries))
        public = entries.pop(name).public.encode()
    file = folder / f"{name}.key"
    try:
        if read_key(file).public != public:
            return False
        file.unlink()
    except (InputError, OSError):  # not here, or somebody's who has to look after it himself
        return False
    return True


def _new(name: str, server: bytes) -> tuple[Key, Entry]:
    """A key pair and its entry, by what a name says."""
    robots = robots_of(name)
    role = _role_of(name, robots)
    if role is None or not is_name(name) or (robots and robots[-1] >= MOST_ROBOTS):
        way_out = "robot-7, robots-200-299, seller-3, or viewer, operator or orders with an ending such as viewer-2"
        raise InputError.single(name, "", "is not the name of a key", way_out)
    public, secret = zmq.curve_keypair()
    return Key(name, role, public, secret, server), Entry(name, role, public.decode(), frozenset(robots))


def _role_of(name: str, robots: range) -> Role | None:
    if robots:
        return "robot"
    if name.startswith(SELLER) and name != SELLER:
        return "seller"
    return next((role for role in _ROLES if role == name.partition("-")[0]), None)


@contextmanager
def _changing(folder: Path) -> Iterator[tuple[Registry, dict[str, Entry]]]:
    """The registry's entries by name, to be changed: they replace the file at once and whole, or not at all.

    The new file is a lock too: of two who change the registry at a time, one is told to wait.
    """
    path, new = folder / REGISTRY, folder / (REGISTRY + ".new")
    if not path.exists():
        raise InputError.single(str(path), "", "is not there", f"podfleet keys make {folder} --robots N makes it")
    try:
        _create(new, "")
    except FileExistsError:
        way_out = f"try again; if nobody else is at it, delete {new}"
        raise InputError.single(str(path), "", "is being changed by somebody else", way_out) from None
    try:
        registry = Registry(path)
        entries = {entry.name: entry for entry in registry.entries}
        yield registry, entries
        with writing(new):
            new.write_text(_registry_text(registry.server, entries.values()), encoding="utf-8")
            _make_durable(new)
            new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _begin(folder: Path) -> None:
    """A folder that is empty, and ours alone."""
    with writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            way_out = (
                f"name a new one; podfleet keys add {folder} NAME and podfleet keys revoke {folder} NAME change keys"
            )
            raise InputError.single(str(folder), "", "is not empty, and no key is written over", way_out)
        folder.chmod(0o700)


def _write_key(folder: Path, key: Key) -> Path:
    path = folder / f"{key.name}.key"
    text = (
        f"# Whoever has this file is {key.name} of this floor: keep it secret.\n[key]\n"
        f'name = "{key.name}"\nrole = "{key.role}"\npublic = "{key.public.decode()}"\n'
        f'secret = "{key.secret.decode()}"\nserver = "{key.server.decode()}"\n'
    )
    try:
        _create(path, text)
    except FileExistsError:
        raise InputError.single(str(path), "", "exists already", "move it away, or take another name") from None
    return path


def _registry_text(server: bytes, entries: Iterable[Entry]) -> str:
    head = f'# The keys that hold on this floor, by podfleet keys.\n[server]\npublic = "{server.decode()}"\n'
    return head + "".join(_entry_text(entry) for entry in entries)


def _entry_text(entry: Entry) -> str:
    robots = f"robots = {sorted(entry.robots)}\n" if entry.robots else ""
    return f'\n[[key]]\nname = "{entry.name}"\nrole = "{entry.role}"\npublic = "{entry.public}"\n{robots}'


def _create(path: Path, text: str) -> None:
    """A new file that is its owner's alone from the first moment on. FileExistsError if there is one."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        with open(number, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise unwritable(path, error) from error


def _make_durable(path: Path) -> None:
    """On the disk before it takes another's place: a registry that is lost lets nobody in."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _near(name: str, known: Iterable[str]) -> str:
    """Return a hint to the name that may have been meant; thousands are not listed."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else "names are those of the key files"
