"""Modules that have moved: their former names are kept for one release, because plug-ins and agents import them."""

import warnings


def moved(former: str, name: str) -> None:
    """Warn whoever imports a module by its former name. Called by a module under that name, with its new one."""
    text = f"{former} is now {name}; the former name will be removed in the next release"
    warnings.warn(text, DeprecationWarning, stacklevel=3)  # 1 is here, 2 the module under its former name
