"""Keys on the network: secret key files, and the registry of valid keys for the controller.

A key file holds one CURVE key pair and the controller's public key. Its name states its purpose, role first: robot-7,
robots-200-299 (one key for a hundred robots), viewer, viewer-2, operator, orders, seller-3 (of this seller), server. The
registry holds the public half of each key and its permissions; docs/how-to/keys.md shows both.
"""

import logging
import os
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import zmq
from msgspec import Meta, Struct
from zmq.utils import z85

from layout.errors import InputError, Problem
from layout.files.near_names import unreadable
from layout.files.tables import load_toml, read_table
from robots.link.messages import Robot

_log = logging.getLogger(__name__)

REGISTRY = "registry.toml"
MOST_ROBOTS = 1 << 20
SELLER = "seller-"
"""Prefix of a seller's key name; the whole name is the owner of the stock."""
_SHOWN = 5
_OTHERS_READ, _OTHERS_WRITE = 0o077, 0o022

_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"
_NUMBER = r"(0|[1-9]\d{0,6})"
Name = Annotated[str, Meta(pattern=_NAME, description="a name of letters, digits, dots and dashes, at most 64")]
PublicKey = Annotated[
    str, Meta(pattern=r"^[0-9a-zA-Z.:+=^!/*?&<>()\[\]{}@%$#-]{40}\Z", description="a key of 40 characters (Z85)")
]
Role = Literal["robot", "operator", "orders", "seller", "viewer"]


@dataclass(frozen=True, slots=True)
class Key:
    """Key pair. public, secret: its own halves, Z85. server: the controller's public key. role: a Role, or "server"."""

    name: str
    role: str
    public: bytes
    secret: bytes = field(repr=False)
    server: bytes


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """Registry entry of one key. robots: those it may speak for, for the role robot only."""

    name: Name
    role: Role
    public: PublicKey
    robots: frozenset[Robot] = frozenset()


class _KeyTable(Struct, frozen=True):
    """Table [key] of a key file without the secret, which no message may show."""

    name: Name
    role: Literal["server", "robot", "operator", "orders", "seller", "viewer"]
    public: PublicKey
    server: PublicKey


class _ServerTable(Struct, frozen=True, forbid_unknown_fields=True):
    public: PublicKey


class _RegistryTables(Struct, frozen=True, forbid_unknown_fields=True):
    server: _ServerTable
    key: list[Entry]


def read_key(path: Path) -> Key:
    """Return the key of a file. InputError if it is malformed, or if other users may read it."""
    _check_closed(path, _OTHERS_READ, "600", "can be read by others")
    table = dict(_table(load_toml(path), "key", path))
    secret = table.pop("secret", None)
    problems: list[Problem] = []
    head = read_table(_KeyTable, table, str(path), "[key]", problems)
    if not problems:
        problems = [Problem(str(path), *fault) for fault in _faults_of_pair(head, secret)]
    if problems:
        raise InputError(problems)
    return Key(head.name, head.role, head.public.encode(), str(secret).encode(), head.server.encode())


def find_key(path: Path, role: str) -> Key:
    """Return the key of a role: from `path` itself, or ROLE.key in that folder. InputError if it has another role."""
    file = path / f"{role}.key" if path.is_dir() else path
    key = read_key(file)
    if key.role != role:
        raise InputError.single(str(file), "[key] role", f"is {key.role}", f"a key of role {role} is needed here")
    return key


def find_robot_keys(path: Path, robots: Iterable[int]) -> dict[int, Key]:
    """Return each robot's key. path: a folder with robot-N.key and robots-FIRST-LAST.key, or one such file for all robots.

    A robot's own key precedes a group's. InputError if a robot has none.
    """
    robots = list(robots)
    files = _robot_files(path, robots) if path.is_dir() else dict.fromkeys(robots, path)
    keys = {file: find_key(file, "robot") for file in sorted(set(files.values()))}
    missing = [robot for robot in robots if robot not in files or robot not in robots_of(keys[files[robot]].name)]
    if missing:
        names = ", ".join(str(robot) for robot in missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
        way_out = f"podfleet keys add FOLDER robot-{missing[0]} makes one"
        raise InputError.single(str(path), "", f"has no key for robot {names}", way_out)
    return {robot: keys[files[robot]] for robot in robots}


def server_keys(folder: Path) -> "tuple[Key, Registry]":
    """Return the controller's key and the registry of a folder. InputError if they are missing or don't belong together."""
    if not (folder / REGISTRY).exists():
        way_out = f"podfleet keys make {folder} --robots N makes them"
        raise InputError.single(str(folder), "", "has no keys", way_out)
    key, registry = find_key(folder / "server.key", "server"), Registry(folder / REGISTRY)
    if key.public != registry.server:
        what = "is not that of server.key, so no client would find its controller"
        raise InputError.single(str(registry.path), "[server] public", what, "take both from the same folder")
    return key, registry


def robots_of(name: str) -> range:
    """Return the robots a key's name speaks for: robot-7, robots-200-299; none for other names."""
    if found := re.fullmatch(rf"robot-{_NUMBER}", name):
        return range(int(found[1]), int(found[1]) + 1)
    if found := re.fullmatch(rf"robots-{_NUMBER}-{_NUMBER}", name):
        return range(int(found[1]), int(found[2]) + 1)
    return range(0)


def is_name(text: str) -> bool:
    """Tell whether a key may have this name, which is also a file name."""
    return re.fullmatch(_NAME, text) is not None


class Registry:
    """Registry of valid keys, read from a file. server: the controller's public key. fault: why the file can't be read any
    more.

    InputError if the file is malformed, or if other users may write it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault = ""
        self._stamp = _stamp(path)
        self.server, self._entries = _read_registry(path)

    @property
    def entries(self) -> list[Entry]:
        return list(self._entries.values())

    def entry(self, public: bytes) -> Entry | None:
        """Return the entry of a public key (Z85); None if the key is not valid, or no longer."""
        return self._entries.get(public)

    def reload(self) -> set[str]:
        """Read the file again if it has changed. Return the names of keys that are no longer valid as before.

        The previous content stays valid if the file becomes unusable: an editing error must not stop the floor.
        """
        stamp = _stamp(self.path)
        if stamp == self._stamp:
            return set()
        self._stamp = stamp
        before = self._entries
        try:
            self.server, self._entries = _read_registry(self.path)
        except InputError as error:
            self.fault = str(error)
            _log.error("the registry of keys can't be used, its previous content stays valid: %s", error)
            return set()
        self.fault = ""
        return {entry.name for public, entry in before.items() if self._entries.get(public) != entry}


def _faults_of_pair(head: _KeyTable, secret: object) -> list[tuple[str, str, str]]:
    """Return (place, fault, remedy) of each fault, without showing the secret."""
    faults = []
    try:
        z85.decode(head.server)
    except (struct.error, ValueError):
        faults.append(("[key] server", "is no key", "take it from server.key"))
    try:
        public = zmq.curve_public(str(secret).encode())
    except (zmq.ZMQError, ValueError):
        faults.append(("[key] secret", "is no key" if secret else "is missing", "a key of 40 characters (Z85)"))
    else:
        if public != head.public.encode():
            faults.append(("[key] public", "doesn't belong to the secret", "copy the whole file again"))
    return faults


def _robot_files(folder: Path, robots: Iterable[int]) -> dict[int, Path]:
    groups = [(robots_of(file.stem), file) for file in sorted(folder.glob("robots-*.key"))]
    files = {}
    for robot in robots:
        own = folder / f"robot-{robot}.key"
        files[robot] = own if own.exists() else next((file for members, file in groups if robot in members), own)
    return {robot: file for robot, file in files.items() if file.exists()}


def _read_registry(path: Path) -> tuple[bytes, dict[bytes, Entry]]:
    _check_closed(path, _OTHERS_WRITE, "600", "can be changed by others")
    tables = load_toml(path)
    try:
        whole = msgspec.convert(tables, _RegistryTables)
    except msgspec.ValidationError as error:
        raise InputError(_faults_of_registry(tables, path) or [Problem(str(path), "", str(error))]) from error
    if problems := _clashes(whole.key, path):
        raise InputError(problems)
    return whole.server.public.encode(), {entry.public.encode(): entry for entry in whole.key}


def _faults_of_registry(tables: Mapping[str, object], path: Path) -> list[Problem]:
    """Return the faults of tables that are no registry, each with its place."""
    problems = [
        Problem(str(path), name, "is not known here", "known are [server] and [[key]]")
        for name in tables
        if name not in ("server", "key")
    ]
    if "server" not in tables:
        problems.append(Problem(str(path), "", "has no [server]", "add a table [server] with the server's public key"))
    else:
        read_table(_ServerTable, tables["server"], str(path), "[server]", problems)
    keys = tables.get("key")
    if not isinstance(keys, list):
        problems.append(Problem(str(path), "key", "is no list of keys", "write [[key]]"))
        return problems
    for number, table in enumerate(keys, 1):
        read_table(Entry, table, str(path), f"[[key]] number {number}", problems)
    return problems


def _clashes(entries: Iterable[Entry], path: Path) -> list[Problem]:
    """Return the faults between entries, which the entries' types can't express."""
    problems: list[Problem] = []
    names: set[str] = set()
    publics: set[str] = set()
    for number, entry in enumerate(entries, 1):
        where = f"[[key]] number {number}"
        if entry.name in names:
            problems.append(Problem(str(path), f"{where} name", f"{entry.name} is there twice", "a name has one key"))
        if entry.public in publics:
            problems.append(Problem(str(path), f"{where} public", "is another one's key too", "make a key for each"))
        if (entry.role == "robot") != bool(entry.robots):
            what = "has no robots" if entry.role == "robot" else f"has robots, but the role {entry.role}"
            problems.append(
                Problem(str(path), where, what, "robots = [numbers] is for the role robot, and needed there")
            )
        if entry.role == "seller" and not entry.name.startswith(SELLER):
            what = f"{entry.name} has the role seller, but is no seller's name"
            problems.append(Problem(str(path), f"{where} name", what, f"{SELLER}3 is the key of {SELLER}3"))
        names.add(entry.name)
        publics.add(entry.public)
    return problems


def _table(tables: Mapping[str, object], name: str, path: Path) -> Mapping[str, object]:
    table = tables.get(name)
    if not isinstance(table, Mapping):
        raise InputError.single(str(path), "", f"has no [{name}]", "a file written by podfleet keys make")
    return table


def _check_closed(path: Path, others: int, right: str, what: str) -> None:
    """Raise InputError if other users may access a file. Windows has no such modes."""
    if os.name == "nt":
        return
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if mode & others:
        raise InputError.single(str(path), "", what, f"chmod {right} {path}")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return a stamp that changes with the file; None while there is none."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino
