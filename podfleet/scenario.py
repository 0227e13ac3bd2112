"""A scenario to run: a floor with its orders, stock, robots and policies, read from a TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Self

from controller.scenario.read import load_scenario
from controller.scenario.scenario import Scenario as Settings
from layout.files.shipped import shipped_scenario
from layout.formats.toml_format import toml_value

Value = str | int | float | bool
"""A setting's value: text stands for itself, without TOML's quotes."""


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """A scenario that has been read and checked. settings: its sections; their fields may change between versions."""

    path: str
    overrides: Mapping[str, Value]
    settings: Settings

    @classmethod
    def load(cls, path: str | PathLike[str], overrides: Mapping[str, Value] | None = None) -> Self:
        """Read a scenario file. overrides: {"section.key": value} on top, as `--set` takes them.

        Raises InputError with every fault of file and overrides.
        """
        values = dict(overrides or {})
        words = {key: toml_value(value) for key, value in values.items()}
        return cls(fspath(path), values, load_scenario(Path(path), words))

    @classmethod
    def shipped(cls, name: str = "demo", overrides: Mapping[str, Value] | None = None) -> Self:
        """Read a scenario that comes with podfleet, such as "demo" or "tiny"."""
        return cls.load(shipped_scenario(name), overrides)

    @property
    def name(self) -> str:
        """Name of the scenario: its file's name without the ending."""
        return self.settings.name

    @property
    def tick_s(self) -> float:
        """Seconds of floor time per tick."""
        return self.settings.run.tick_s

    @property
    def ticks(self) -> int:
        """Number of ticks of a whole run."""
        return self.settings.run.ticks

    def with_overrides(self, **overrides: Value) -> Self:
        """Return the scenario with further overrides; a double underscore stands for the dot: `robots__count=40`."""
        more = {key.replace("__", "."): value for key, value in overrides.items()}
        return self.load(self.path, {**self.overrides, **more})
