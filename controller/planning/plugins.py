"""Planners from outside the package: "module:Class", importable from the working directory or installed."""

import importlib
import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from layout.errors import InputError

_METHODS = {"plan": 1, "use": 1, "distance_left": 1}
"""What a planner has to have, and with how many arguments it is called."""


class NoPlannerError(Exception):
    """A name that leads to no planner: what is wrong, and what would be right."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(f"{what} ({instead})")
        self.what, self.instead = what, instead


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
