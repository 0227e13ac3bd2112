"""Planners from outside the package: "module:Class", importable from the working directory or installed."""

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.planning.fields import DistanceFields
from controller.planning.planner import PLANNERS, PlanInput, Planner, read_only
from layout.errors import InputError
from layout.roads import Roads

_METHODS = {"plan": 1, "use": 1, "distance_left": 1}
"""What a planner has to have, and with how many arguments it is called."""


class Guest:
    """A user's planner, which reaches nothing of the floor's: it has roads that can't be written to, and distance fields of its
    own. So a slip of it spoils its own plans only, and never what they are judged by.

    make: its class. Raises whatever that raises.
    """

    def __init__(self, make: Callable[[Roads, DistanceFields, int], Planner], roads: Roads, robots: int) -> None:
        roads = _shown(roads)
        self._fields = DistanceFields(roads, robots)
        self._planner = make(roads, self._fields, robots)

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        plan = self._planner.plan(view)
        return np.array(plan) if isinstance(plan, np.ndarray) else plan

    def use(self, roads: Roads) -> None:
        roads = _shown(roads)
        self._fields.use(roads)
        self._planner.use(roads)

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        return self._planner.distance_left(cell)


def _shown(roads: Roads) -> Roads:
    return Roads(read_only(roads.exits), read_only(roads.area), read_only(roads.step), roads.closed)


class NoPlannerError(Exception):
    """A name that leads to no planner: what is wrong, and what would be right."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(f"{what} ({instead})")
        self.what, self.instead = what, instead


def planner_of(name: str, roads: Roads, fields: DistanceFields, robots: int) -> Planner:
    """One of ours, or a user's as module:Class. Raises whatever its class does, NoPlannerError if there is none."""
    ours = PLANNERS.get(name)
    return ours(roads, fields, robots) if ours is not None else Guest(find(name), roads, robots)


def find(name: str) -> Any:
    """The class of "module:Class". NoPlannerError if there is none, or if it can't be used as a planner."""
    module_name, _, attribute = name.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())  # last, so that no file here stands in for an installed module
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # whatever a stranger's module does when it is imported
        what = f"module {module_name} can't be imported: {type(error).__name__}: {error}"
        raise NoPlannerError(what, "it must be installed or lie in the working directory") from error
    found = getattr(module, attribute, None)
    if not inspect.isclass(found):
        raise NoPlannerError(f"module {module_name} has no class {attribute}", "write module:Class")
    _check(found)
    return found


@contextmanager
def usable(file: str, name: str, part: str) -> Iterator[None]:
    """Turn whatever a user's planner raises before the first tick into an InputError: one line, and the run doesn't begin."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if ":" not in name:
            raise  # one of ours: a fault of the program
        what = f"{name} can't be used: {part} failed with {type(error).__name__}: {error}"
        raise InputError.single(file, "[policies] planner", what, "see docs/how-to/plug-in-a-planner.md") from error


def _check(found: type) -> None:
    """That it is called as a planner is."""
    for method, arguments in _METHODS.items():
        if not _callable_with(getattr(found, method, None), arguments + 1):
            raise NoPlannerError(
                f"{found.__name__} has no {method} of one argument", "see docs/how-to/plug-in-a-planner.md"
            )
    if not _callable_with(found, 3):
        raise NoPlannerError(f"{found.__name__} can't be made of (roads, fields, robots)", "give __init__ these three")


def _callable_with(function: Any, arguments: int) -> bool:
    try:
        inspect.signature(function).bind(*range(arguments))
    except (TypeError, ValueError):
        return False
    return True
