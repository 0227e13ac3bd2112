"""Planners from outside the package: "module:Class", installed, in the working directory or beside the scenario."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from controller.planning.fields import DistanceFields
from controller.planning.planner import PLANNERS, PlanInput, Planner, read_only
from controller.plugins import NoPluginError, attribute_of, callable_with
from layout.errors import InputError
from layout.roads import Roads

_METHODS = {"plan": 1, "use": 1, "distance_left": 1}
"""Methods a planner needs, with their number of arguments."""


class Guest:
    """User's planner, isolated from the floor: it has read-only roads and its own distance fields.

    A mistake in it spoils only its own plans, never what they are judged by. make: its class. Raises whatever that
    raises.
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


def planner_of(name: str, folder: Path, roads: Roads, fields: DistanceFields, robots: int) -> Planner:
    """Return a built-in planner, or a user's as module:Class. folder: the scenario's.

    Raises whatever the class does, and NoPluginError if there is none.
    """
    ours = PLANNERS.get(name)
    return ours(roads, fields, robots) if ours is not None else Guest(find(name, folder), roads, robots)


def find(name: str, folder: Path) -> type:
    """Return the class of "module:Class". NoPluginError if there is none, or if it cannot be used as a planner."""
    planner = attribute_of(name, folder)
    if not inspect.isclass(planner):
        module, _, attribute = name.partition(":")
        raise NoPluginError(f"module {module} has no class {attribute}", "write module:Class")
    _check(planner)
    return planner


@contextmanager
def usable(file: str, name: str, part: str) -> Iterator[None]:
    """Turn any error of a user's planner before the first tick into an InputError: one line, and the run does not
    begin.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if ":" not in name:
            raise  # a built-in planner: a fault of the program
        fault = f"{name} can't be used: {part} failed with {type(error).__name__}: {error}"
        raise InputError.single(file, "[policies] planner", fault, "see docs/how-to/plug-in-a-planner.md") from error


def _check(found: type) -> None:
    """Check that the class has a planner's signature."""
    for method, arguments in _METHODS.items():
        if not callable_with(getattr(found, method, None), arguments + 1):
            raise NoPluginError(
                f"{found.__name__} has no {method} of one argument", "see docs/how-to/plug-in-a-planner.md"
            )
    if not callable_with(found, 3):
        raise NoPluginError(
            f"{found.__name__} can't be created from (roads, fields, robots)", "give __init__ these three"
        )
