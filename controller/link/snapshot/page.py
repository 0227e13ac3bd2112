"""The form of a graph of objects: what writer.py writes and reader.py reads.

Nodes may point at each other in any way: objects of the classes in register.py, containers, arrays and generators. Nodes of
one shape lie side by side, one column an attribute, so that most values go through msgpack untouched. A value is plain (None,
a truth, a number, text, bytes), or a list that begins with a number: [n] is node n, a negative first number says what else
follows.
"""

from typing import Any

import msgspec

Values = list[Any]

TUPLE, FROZEN_SET, RECORD, ENUM, EVENT, EVENTS, STEP, NUMBER, MOMENT = range(-1, -10, -1)
"""First numbers of values that are no nodes, for they never change. RECORD: a NamedTuple or a struct. NUMBER: of numpy's."""
STATE = ("",)
"""Attributes of objects whose class says itself what is kept of them."""


class Page(msgspec.Struct, array_like=True):
    """kinds: uint16 by node, its shape. shapes: a name and attributes each. columns: by shape, by attribute.

    names: of classes and steps, by the numbers that values have for them. root: what was written.
    """

    kinds: bytes
    shapes: list[tuple[str, list[str]]]
    names: list[str]
    columns: list[list[Values]]
    root: Values


class BadGraph(ValueError):
    """Bytes that are no graph, or one of things that aren't here."""
