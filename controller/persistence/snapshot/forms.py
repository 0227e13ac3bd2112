"""The shape of a snapshot's classes when it was written: a later version restores it only if the shapes still match.

The meaning of a field isn't recorded: to change it while keeping the fields, raise SNAPSHOT in page.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import get_args

import msgspec

from controller.persistence.snapshot import register
from controller.persistence.snapshot.page import BadGraph, Forms
from robots.recording.events import AnyEvent, Event

_EVENTS: dict[str, type[Event]] = {event.__name__: event for event in get_args(AnyEvent)}


@dataclass(slots=True)
class Named:
    """Names in a page: classes, events and handlers."""

    classes: set[str]
    events: set[str]
    steps: set[str]


def forms_of(named: Named) -> Forms:
    """Return the forms of all named classes, and of enumerations stored as numbers in arrays, where nothing names them."""
    classes = {name: register.class_of(name) for name in sorted(named.classes)}
    return Forms(
        {name: _fields(cls) for name, cls in classes.items() if not issubclass(cls, Enum)},
        {name: _members(register.enum_of(name)) for name in register.enums() if _is_kept(name, named.classes)},
        {name: list(_EVENTS[name].__struct_fields__) for name in sorted(named.events)},
        sorted(named.steps),
    )


def check(forms: Forms) -> None:
    """Raise BadGraph for a class with other fields, or a member or handler that no longer exists."""
    known = set(register.names())
    for name, fields in forms.classes.items():
        _same(name, fields, _fields(register.class_of(name)) if name in known else None)
    for name, fields in forms.events.items():
        _same(name, fields, list(_EVENTS[name].__struct_fields__) if name in _EVENTS else None)
    for name, members in forms.enums.items():
        here = _members(register.enum_of(name)) if name in known else []
        _all_there(name, members, here)
    _all_there("the handlers of the schedule", forms.steps, register.steps())


def _is_kept(name: str, named: Iterable[str]) -> bool:
    return name in named or issubclass(register.enum_of(name), IntEnum)


def _fields(cls: type) -> list[str]:
    """Return the fields of a class, in order if values are stored by position."""
    if issubclass(cls, msgspec.Struct):
        return list(cls.__struct_fields__)
    if issubclass(cls, tuple):
        return list(cls._fields)  # type: ignore[attr-defined]  # a NamedTuple
    return sorted({*register.slots_of(cls), *register.attributes_of(cls)})


def _members(enum: type[Enum]) -> list[str]:
    return [f"{member.name} {member.value}" for member in enum]


def _same(name: str, there: list[str], here: list[str] | None) -> None:
    if here is None:
        raise BadGraph(f"{name[:60]} isn't known here")
    if there != here:
        other = sorted(set(there) ^ set(here)) or ["their order"]
        raise BadGraph(f"{name} has other fields here: {', '.join(other)[:200]}")


def _all_there(what: str, there: Iterable[str], here: Iterable[str]) -> None:
    if gone := sorted(set(there) - set(here)):
        raise BadGraph(f"{what[:60]} here are without {', '.join(gone)[:200]}")
