"""Code from outside the package, named as "module:Name": it is found and imported, and its signature is checked."""

import importlib
import importlib.util
import inspect
import os
import sys
from hashlib import blake2b
from pathlib import Path
from types import ModuleType

OWN_NAME = r"\w+(\.\w+)*:\w+"
"""Regular expression of "module:Name"."""


class NoPluginError(Exception):
    """Name that leads to nothing usable; gives what is wrong, and what would be right."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(f"{what} ({instead})")
        self.what, self.instead = what, instead


def attribute_of(name: str, folder: Path) -> object:
    """Return the attribute of the module in "module:Name", None if it has none.

    The module is searched among the installed ones, in the working directory, and in `folder`, the scenario's. Raises
    NoPluginError if it cannot be imported.
    """
    module_name, _, attribute = name.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())  # last, so that no file here stands in for an installed module
    try:
        module = _imported(module_name, folder)
    except Exception as error:  # a user's module may raise anything when it is imported
        fault = f"module {module_name} can't be imported: {type(error).__name__}: {error}"
        raise NoPluginError(
            fault, "it must be installed, or be in the working directory or beside the scenario"
        ) from error
    return getattr(module, attribute, None)


def callable_with(function: object, arguments: int) -> bool:
    """Return whether a function can be called with a number of arguments by position."""
    if not callable(function):
        return False
    try:
        inspect.signature(function).bind(*range(arguments))
    except (TypeError, ValueError):
        return False
    return True


def _imported(name: str, folder: Path) -> ModuleType:
    path = folder / Path(*name.split(".")).with_suffix(".py")
    if _is_known(name) or not path.is_file():
        return importlib.import_module(name)
    return _loaded(path.resolve())


def _is_known(name: str) -> bool:
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # its package is unknown
        return False


def _loaded(path: Path) -> ModuleType:
    """Load a module from beside a scenario under a unique name, because another scenario's module may have the same
    name.
    """
    name = f"beside_{blake2b(str(path).encode(), digest_size=8).hexdigest()}_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {path.stem!r}")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    sys.path.append(str(path.parent))  # for what it imports from there, and no longer
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    finally:
        sys.path.remove(str(path.parent))
    return module
