"""The format of an object graph, written by writer.py and read by reader.py.

Nodes may refer to each other in any way: objects of the classes in register.py, containers, arrays and generators. Nodes of
one shape lie side by side, one column an attribute, so that most values pass through msgpack unchanged. A value is plain
(None, a truth value, a number, text, bytes), or a list that begins with a number: [n] is node n; a negative first number says
what follows.
"""

from typing import Any

import msgspec

Values = list[Any]

SNAPSHOT = 2
"""Version of the page format and of the meaning of all fields. Raise it when a meaning changes but not a field (other units,
other numbers for the same thing, another shape of an array); then an older floor is restored from its book.
"""
TUPLE, FROZEN_SET, RECORD, ENUM, EVENT, EVENTS, STEP, NUMBER, MOMENT, GIVEN = range(-1, -11, -1)
"""First numbers of values that are not nodes because they never change. RECORD: a NamedTuple or a struct. NUMBER: a numpy
number. GIVEN: a part of `given`.
"""
STATE = ("",)
"""Column of objects whose class defines its own state."""


class Forms(msgspec.Struct, array_like=True):
    """Definitions of everything named when the page was written: fields by class and by event, members and values by
    enumeration, handlers.
    """

    classes: dict[str, list[str]]
    enums: dict[str, list[str]]
    events: dict[str, list[str]]
    steps: list[str]


class Page(msgspec.Struct, array_like=True):
    """Page of a graph. kinds: uint16 by node, its shape. shapes: a name and attributes each. columns: by shape, by attribute.

    names: of classes, handlers and parts of `given`, by their numbers in values. root: the objects that were written.
    """

    kinds: bytes
    shapes: list[tuple[str, list[str]]]
    names: list[str]
    columns: list[list[Values]]
    root: Values
    forms: Forms


class BadGraph(ValueError):
    """Bytes that are no graph, or a graph of things that don't exist here."""
