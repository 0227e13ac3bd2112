"""Write an object graph outward from the given objects, in waves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from operator import attrgetter
from types import FunctionType
from typing import Any

import msgspec
import numpy as np

from controller.persistence.snapshot import page as form
from controller.persistence.snapshot import register
from controller.persistence.snapshot.built_in import BUILT_IN, COLUMNS, MAPS, ROWS, TELL, factory_of
from controller.persistence.snapshot.forms import Named, forms_of
from controller.persistence.snapshot.page import Page, Values
from robots.recording.event import Event

_PLAIN = frozenset({type(None), bool, int, float, str, bytes})


class Writer:
    """Writer of one page. given: objects that are only referenced, by name. Call `page` once; it raises NotKept."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = {id(item): name for name, item in given.items()}
        self._number: dict[int, int] = {}
        self._alive: list[object] = []
        self._named = Named(set(), set(), set())
        self._kinds: list[int] = []
        self._shapes: dict[tuple[str, tuple[str, ...]], int] = {}
        self._columns: list[list[Values]] = []
        self._names: dict[str, int] = {}
        self._enums: dict[Enum, Values] = {}
        self._new: list[object] = []

    def page(self, objects: Sequence[object]) -> Page:
        root = self._values(objects)
        while self._new:
            wave, self._new = self._new, []
            self._write(wave)
        shapes = [(name, list(attributes)) for name, attributes in self._shapes]
        self._named.classes.update(name for name, _ in shapes if name not in COLUMNS)
        forms = forms_of(self._named)
        return Page(np.array(self._kinds, "<u2").tobytes(), shapes, list(self._names), self._columns, root, forms)

    def _write(self, wave: Sequence[object]) -> None:
        """Write the nodes of a wave, shape by shape; objects first referenced by them form the next wave."""
        groups: dict[int, list[Any]] = {}
        for node in wave:
            shape = self._shape(node)
            self._kinds.append(shape)
            groups.setdefault(shape, []).append(node)
        shapes = list(self._shapes)
        for shape, nodes in groups.items():
            for column, values in zip(self._columns[shape], self._contents(*shapes[shape], nodes), strict=True):
                column.extend(values)

    def _shape(self, node: object) -> int:
        """Return the number of a node's shape; a new one for a class, or for objects of a class with other attributes."""
        key = _shape_of(node)
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = len(self._shapes)
            self._columns.append([[] for _ in key[1]])
        return shape

    def _contents(self, name: str, attributes: tuple[str, ...], nodes: list[Any]) -> Iterable[Values]:
        """Return the values of all nodes, by attribute."""
        if name in MAPS:
            yield [self._row(list(node)) for node in nodes]
            yield [self._row(list(node.values())) for node in nodes]
            yield [factory_of(node) if name == "defaultdict" else None for node in nodes]
        elif name in ROWS:
            yield [self._row(list(node)) for node in nodes]
            yield [node.maxlen if name == "deque" else None for node in nodes]
        elif name in TELL:
            yield from map(list, zip(*map(TELL[name], nodes), strict=True))
        elif attributes == form.STATE:
            yield self._values([node.__getstate__() for node in nodes])
        elif attributes:
            rows: Iterable[Any] = map(attrgetter(*attributes), nodes)
            yield from map(self._values, zip(*rows, strict=True) if len(attributes) > 1 else [list(rows)])

    def _row(self, values: Values) -> Values:
        """Return the content of one container."""
        if values and isinstance(values[0], Event) and all(isinstance(value, Event) for value in values):
            self._named.events.update(type(value).__name__ for value in values)
            return [[form.EVENTS, values]]
        return self._values(values)

    def _values(self, values: Sequence[Any]) -> Values:
        if _PLAIN.issuperset(map(type, values)):
            return list(values)
        value = self._value
        return [item if type(item) in _PLAIN else value(item) for item in values]

    def _value(self, item: Any) -> Values:
        number = self._number.get(id(item))
        if number is not None:
            return [number]
        if (name := self._given.get(id(item))) is not None:
            return [form.GIVEN, self._name(name)]
        cls = type(item)
        if cls is tuple:
            return [form.TUPLE, *self._values(item)]
        if isinstance(item, Enum):
            return self._enum(item)
        if isinstance(item, Event):
            self._named.events.add(cls.__name__)
            return [form.EVENT, item]
        if isinstance(item, tuple):
            return [form.RECORD, self._class(cls), *self._values(item)]
        if isinstance(item, msgspec.Struct):
            return [form.RECORD, self._class(cls), *self._values(msgspec.structs.astuple(item))]
        if cls is frozenset:
            return [form.FROZEN_SET, *self._values(list(item))]
        if isinstance(item, np.generic):
            return [form.NUMBER, item.dtype.str, item.tobytes()]
        if cls is datetime:
            return [form.MOMENT, item.isoformat()]
        if cls is FunctionType:
            name = register.name_of_step(item)
            self._named.steps.add(name)
            return [form.STEP, self._name(name)]
        return self._node(item)

    def _node(self, item: object) -> Values:
        number = self._number[id(item)] = len(self._alive)
        self._alive.append(item)
        self._new.append(item)
        return [number]

    def _enum(self, item: Enum) -> Values:
        written = self._enums.get(item)
        if written is None:
            written = self._enums[item] = [form.ENUM, self._class(type(item)), item.name]
        return written

    def _class(self, cls: type) -> int:
        name = register.name_of(cls)
        self._named.classes.add(name)
        return self._name(name)

    def _name(self, name: str) -> int:
        return self._names.setdefault(name, len(self._names))


def _shape_of(node: object) -> tuple[str, tuple[str, ...]]:
    """Return the name and attributes of a node's shape."""
    cls: type[Any] = type(node)
    built_in = BUILT_IN.get(cls)
    if built_in is not None:
        return built_in, COLUMNS[built_in]
    if cls in register.OWN_STATE:
        return register.name_of(cls), form.STATE
    derived = register.derived_of(cls)
    free = (attribute for attribute in getattr(node, "__dict__", ()) if attribute not in derived)
    return register.name_of(cls), (*register.slots_of(cls), *free)
