"""User policies, named as "module:Class" or "module:function": found, checked, and created once for a run."""

import inspect
from collections.abc import Callable
from pathlib import Path

from controller.plugins import NoPluginError, attribute_of, callable_with
from controller.scenario.scenario import Policies, Scenario
from layout.errors import InputError

SEE = "see docs/how-to/write-a-policy.md"
ARGUMENTS = {
    "release": ("floor", "station"),
    "pods": ("floor", "station"),
    "storage": ("floor", "pod", "station"),
    "dispatch": ("floor", "tasks", "robots"),
    "charging": ("floor", "robots"),
    "idle": ("floor", "robots"),
}
"""Arguments by kind of policy; order and meaning are those of controller/policies/own/protocols.py."""


def is_own(name: str) -> bool:
    """Return whether the name of a policy is "module:Name"."""
    return ":" in name


def names_of(policies: Policies) -> dict[str, str]:
    """Return {kind: name} of the user policies, without the planner."""
    names = {kind: str(getattr(policies, kind)) for kind in ARGUMENTS}
    return {kind: name for kind, name in names.items() if is_own(name)}


def find(kind: str, name: str, folder: Path) -> Callable[..., object]:
    """Return the class or function of a name. NoPluginError if there is none, or if it cannot be used as a policy."""
    policy = attribute_of(name, folder)
    module, _, attribute = name.partition(":")
    if not callable(policy):
        raise NoPluginError(f"module {module} has no class or function {attribute}", "write module:Class")
    wanted = ARGUMENTS[kind]
    called = _call_method(policy) if inspect.isclass(policy) else policy
    if not callable_with(called, len(wanted) + inspect.isclass(policy)):
        raise NoPluginError(f"{attribute} can't be called with ({', '.join(wanted)})", SEE)
    if inspect.isclass(policy) and not callable_with(policy, 0):
        raise NoPluginError(f"{attribute} can't be created without arguments", SEE)
    return policy


def make(scenario: Scenario, kind: str) -> Callable[..., object]:
    """Create the user's policy of a kind for a run. InputError if its constructor fails."""
    name = str(getattr(scenario.policies, kind))
    made = find(kind, name, scenario.folder)
    try:
        policy: Callable[..., object] = made() if isinstance(made, type) else made
    except Exception as error:  # the class is a user's own
        fault = f"{name} can't be used: its constructor failed with {type(error).__name__}: {error}"
        raise InputError.single(scenario.file, f"[policies] {kind}", fault, SEE) from error
    return policy


def _call_method(found: type) -> object:
    """Return the function called when an instance is called; None if the class has none."""
    return next((vars(base)["__call__"] for base in found.__mro__ if "__call__" in vars(base)), None)
