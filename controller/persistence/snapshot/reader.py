"""Rebuild an object graph: first empty objects, then their attributes, then lists, then containers that hash their content.

Nothing in a page is executed: it can name only the classes and functions in register.py, an object gets only attributes that
its class has, and no array is larger than its own bytes.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import numpy as np

from controller.persistence.snapshot import page as form
from controller.persistence.snapshot import register
from controller.persistence.snapshot.built_in import COLUMNS, FACTORIES, MAKE, MAPS, ROWS, dtype_of
from controller.persistence.snapshot.page import BadGraph, Page, Values
from robots.recording.events import AnyEvent

_LISTS = frozenset({list})


class _Shape(NamedTuple):
    """Nodes of one shape, with their columns."""

    name: str
    attributes: tuple[str, ...]
    numbers: list[int]
    columns: list[Values]


class Reader:
    """Reader of a page. given: the objects the writer was given, by name. `root` raises BadGraph, or any error a wrong value
    causes.
    """

    def __init__(self, page: Page, given: Mapping[str, object]) -> None:
        self._page, self._given = page, given
        kinds = np.frombuffer(page.kinds, "<u2").tolist()
        self._nodes: list[Any] = [None] * len(kinds)
        numbers: list[list[int]] = [[] for _ in page.shapes]
        for number, kind in enumerate(kinds):
            numbers[kind].append(number)
        self._shapes = [
            _Shape(name, tuple(attributes), numbers[kind], page.columns[kind])
            for kind, (name, attributes) in enumerate(page.shapes)
        ]

    def root(self) -> Values:
        for shape in self._shapes:
            self._make(shape)
        for fill in (self._fill_objects, self._fill_rows, self._fill_maps, self._fill_states):
            for shape in self._shapes:
                fill(shape)
        return self._values(self._page.root)

    def _make(self, shape: _Shape) -> None:
        """Create the nodes empty, except those that can't contain other nodes."""
        count = len(shape.numbers)
        if len(shape.columns) != len(shape.attributes) or any(len(column) != count for column in shape.columns):
            raise BadGraph(f"columns of {shape.name[:60]} that don't fit")
        for number, made in zip(shape.numbers, _empty(shape), strict=True):
            self._nodes[number] = made

    def _fill_objects(self, shape: _Shape) -> None:
        if shape.name in COLUMNS or shape.attributes == form.STATE:
            return
        cls = register.class_of(shape.name)
        nodes = [self._nodes[number] for number in shape.numbers]
        for attribute, column in zip(shape.attributes, shape.columns, strict=True):
            values = self._values(column)
            if attribute in register.slots_of(cls):
                put = getattr(cls, attribute).__set__
                for node, value in zip(nodes, values, strict=True):
                    put(node, value)
            elif attribute in register.attributes_of(cls):
                for node, value in zip(nodes, values, strict=True):
                    node.__dict__[attribute] = value
            else:
                raise BadGraph(f"{shape.name} has no {attribute[:60]!r}")

    def _fill_rows(self, shape: _Shape) -> None:
        if shape.name in ("list", "deque"):
            for number, content in zip(shape.numbers, shape.columns[0], strict=True):
                self._nodes[number].extend(self._row(content))

    def _fill_maps(self, shape: _Shape) -> None:
        if shape.name == "set":
            for number, content in zip(shape.numbers, shape.columns[0], strict=True):
                self._nodes[number].update(self._row(content))
        elif shape.name in MAPS:
            for number, keys, values in zip(shape.numbers, *shape.columns[:2], strict=True):
                node = self._nodes[number]
                for key, value in zip(self._row(keys), self._row(values), strict=True):
                    node[key] = value

    def _fill_states(self, shape: _Shape) -> None:
        if shape.attributes != form.STATE:
            return
        if register.class_of(shape.name) not in register.OWN_STATE:
            raise BadGraph(f"{shape.name} keeps no state of its own")
        for number, state in zip(shape.numbers, self._values(shape.columns[0]), strict=True):
            self._nodes[number].__setstate__(state)

    def _row(self, content: Values) -> Values:
        """Return the content of one container."""
        if len(content) == 1 and type(content[0]) is list and content[0][0] == form.EVENTS:
            return msgspec.convert(content[0][1], list[AnyEvent])
        return self._values(content)

    def _values(self, values: Values) -> Values:
        if _LISTS.isdisjoint(map(type, values)):
            return values
        value, nodes = self._value, self._nodes
        return [
            item if type(item) is not list else nodes[item[0]] if len(item) == 1 and item[0] >= 0 else value(*item)
            for item in values
        ]

    def _value(self, code: int, *rest: Any) -> Any:
        if code == form.TUPLE:
            return tuple(self._values(list(rest)))
        if code == form.FROZEN_SET:
            return frozenset(self._values(list(rest)))
        if code == form.EVENT:
            return msgspec.convert(rest[0], AnyEvent)
        if code == form.NUMBER:
            return np.frombuffer(rest[1], dtype_of(rest[0]))[0]
        if code == form.MOMENT:
            return datetime.fromisoformat(rest[0])
        name = self._page.names[rest[0]]
        if code == form.RECORD:
            return _record(register.class_of(name), self._values(list(rest[1:])))
        if code == form.ENUM:
            return register.enum_of(name)[rest[1]]
        if code == form.STEP:
            return register.step_of(name)
        if code == form.GIVEN:
            return self._given[name]
        raise BadGraph(f"a value of the kind {code!r}")


def _empty(shape: _Shape) -> Iterable[Any]:
    name, attributes, numbers, columns = shape
    if name in COLUMNS and attributes != COLUMNS[name]:
        raise BadGraph(f"a {name} with {attributes[:9]}")
    if name == "defaultdict":
        return [defaultdict(FACTORIES[factory]) for factory in columns[2]]
    if name == "deque":
        return [deque(maxlen=most) for most in columns[1]]
    if name in MAKE:
        return [MAKE[name](*row) for row in zip(*columns, strict=True)]
    if name in COLUMNS:
        return [(MAPS | ROWS)[name]() for _ in numbers]
    cls = register.class_of(name)
    return [object.__new__(cls) for _ in numbers]


def _record(cls: type[Any], values: Values) -> Any:
    """Return a struct or a NamedTuple of these values."""
    if issubclass(cls, msgspec.Struct):
        return cls(**dict(zip(cls.__struct_fields__, values, strict=True)))
    if len(cls._fields) != len(values):
        raise BadGraph(f"{cls.__name__} of {len(values)} values")
    return tuple.__new__(cls, values)
