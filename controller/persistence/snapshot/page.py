"""The form of a graph of objects: what writer.py writes and reader.py reads.

Nodes may point at each other in any way: objects of the classes in register.py, containers, arrays and generators. Nodes of
one shape lie side by side, one column an attribute, so that most values go through msgpack untouched. A value is plain (None,
a truth, a number, text, bytes), or a list that begins with a number: [n] is node n, a negative first number says what else
follows.
"""

from typing import Any

import msgspec

Values = list[Any]

SNAPSHOT = 2
"""Of the form of pages, and of what the fields of all classes mean. Who changes a meaning and not a field (other units, other
numbers for the same thing, another shape of an array) raises it; then a floor of before goes on from its book.
"""
TUPLE, FROZEN_SET, RECORD, ENUM, EVENT, EVENTS, STEP, NUMBER, MOMENT, GIVEN = range(-1, -11, -1)
"""First numbers of values that are no nodes, for they never change. RECORD: a NamedTuple or a struct. NUMBER: of numpy's.
GIVEN: a part of what was given.
"""
STATE = ("",)
"""Attributes of objects whose class says itself what is kept of them."""


class Forms(msgspec.Struct, array_like=True):
    """What was named when it was written: fields by class and by event, members and values by enumeration, steps."""

    classes: dict[str, list[str]]
    enums: dict[str, list[str]]
    events: dict[str, list[str]]
    steps: list[str]


class Page(msgspec.Struct, array_like=True):
    """kinds: uint16 by node, its shape. shapes: a name and attributes each. columns: by shape, by attribute.

    names: of classes, steps and parts of what was given, by the numbers that values have for them. root: what was written.
    """

    kinds: bytes
    shapes: list[tuple[str, list[str]]]
    names: list[str]
    columns: list[list[Values]]
    root: Values
    forms: Forms


class BadGraph(ValueError):
    """Bytes that are no graph, or one of things that aren't here."""
