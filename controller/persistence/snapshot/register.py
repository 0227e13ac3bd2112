"""Registers of everything a snapshot may contain: our own classes that hold a floor's state, and the schedule's handlers.

Names are looked up here and nowhere else: a file can name nothing outside these registers. Each name is the class's or
function's own and unique, so that its module may move to another folder.
"""

import dis
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, cached_property
from importlib import import_module
from itertools import pairwise
from types import FunctionType, ModuleType
from typing import TypeVar, cast

from controller.forecasting.copurchase import Predictor
from controller.planning.fields import DistanceFields
from controller.supply_chain.state.schedule import HANDLERS, Handler

_STATE = (
    *("demand.demand", "demand.history", "demand.look_ahead", "demand.order_rows", "forecasting.copurchase"),
    *("persistence.checkpoint", "random_streams", "routing.routes", "routing.vehicles", "scenario.supply_chain"),
    *("planning.fields", "planning.operations", "planning.planner", "planning.planner_faults"),
)
"""Modules of controller whose classes hold state. Parts of the scenario are only referenced in a snapshot."""
_FOLDERS = ("kpis", "site", "supply_chain", "warehouse")
"""Packages of controller in which all modules hold state."""
_OTHERS = (
    *("layout.floor", "layout.grid", "layout.roads"),
    *(
        "robots.recording.frames",
        "robots.recording.kinds",
        "robots.histories.order_stages",
        "robots.units.fleet",
        "robots.units.lifecycle",
    ),
)
OWN_STATE: frozenset[type] = frozenset({DistanceFields, Predictor})
"""Classes that define their stored state by __getstate__ and restore it by __setstate__."""


_Found = TypeVar("_Found")
_Of = Callable[[type], _Found]


def _known(look: "_Of[_Found]") -> "_Of[_Found]":
    """Cache a function of a class (functools.cache); mypy doesn't see that classes are hashable."""
    return cast("_Of[_Found]", cache(look))


class NotKept(TypeError):
    """An object that a snapshot can't hold."""


def load() -> None:
    """Import all modules with registered classes or handlers, so that the first snapshot doesn't wait for it."""
    _classes()


def name_of(cls: type) -> str:
    """Return a class's name in the register. NotKept for a class that isn't in it."""
    if _classes().get(cls.__qualname__) is not cls:
        raise NotKept(f"{cls.__module__}.{cls.__qualname__} is no class of a floor's state")
    return cls.__qualname__


def class_of(name: str) -> type:
    """Return a class by its name. KeyError for an unknown name."""
    return _classes()[name]


def names() -> list[str]:
    """Return the names of all classes."""
    return list(_classes())


def enums() -> list[str]:
    """Return the names of all enumerations."""
    return [name for name, cls in _classes().items() if issubclass(cls, Enum)]


def steps() -> list[str]:
    """Return the names of all schedule handlers."""
    load()
    return list(HANDLERS)


def enum_of(name: str) -> type[Enum]:
    """Return an enumeration by its name. KeyError for an unknown name, TypeError if it is no enumeration."""
    found = _classes()[name]
    if not issubclass(found, Enum):
        raise TypeError(f"{name} is no enumeration")
    return found


def step_of(name: str) -> Handler:
    """Return a handler by its name. KeyError for an unknown name."""
    load()
    return HANDLERS[name]


def name_of_step(function: FunctionType) -> str:
    """Return a handler's name. NotKept for a function that is no schedule handler."""
    name = function.__name__
    if HANDLERS.get(name) is not function:
        raise NotKept(f"{function.__module__}.{function.__qualname__} is no handler of the schedule")
    return name


@_known
def slots_of(cls: type) -> tuple[str, ...]:
    """Return the slots of a class, those of its bases first."""
    slots = (slot for base in reversed(cls.__mro__) for slot in base.__dict__.get("__slots__", ()))
    return tuple(slot for slot in slots if slot != "__weakref__")


@_known
def derived_of(cls: type) -> frozenset[str]:
    """Return the attributes derived from others and computed again: cached properties."""
    every = (item for base in cls.__mro__ for item in vars(base).items())
    return frozenset(name for name, value in every if isinstance(value, cached_property))


@_known
def attributes_of(cls: type) -> frozenset[str]:
    """Return the attributes of objects without slots: those the class declares, and those its methods set."""
    declared = (field.name for field in fields(cls)) if is_dataclass(cls) else ()
    return frozenset({*declared, *_set_by_methods(cls)}) - derived_of(cls)


def _set_by_methods(cls: type) -> Iterator[str]:
    for base in cls.__mro__:
        for method in vars(base).values():
            if isinstance(method, FunctionType):
                for before, code in pairwise(dis.get_instructions(method)):
                    if code.opname == "STORE_ATTR" and before.argrepr.rpartition(" ")[2] == "self":
                        yield code.argval


@cache
def _classes() -> dict[str, type]:
    """Return {name: class} of all modules that hold state."""
    found: dict[str, type] = {}
    for module in _modules():
        for value in vars(module).values():
            if not isinstance(value, type) or value.__module__ != module.__name__:
                continue
            if found.setdefault(value.__qualname__, value) is not value:
                raise RuntimeError(f"two classes have the name {value.__qualname__}")
    return found


def _modules() -> Iterator[ModuleType]:
    for name in (*(f"controller.{name}" for name in _STATE), *_OTHERS):
        yield import_module(name)
    for folder in _FOLDERS:
        package = import_module(f"controller.{folder}")
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield import_module(found.name)
