"""The origin of a store: a scenario with all its files, and a version of the program."""

import json
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np

from controller.scenario.read import SECTIONS
from controller.scenario.scenario import Scenario
from layout.files.reading import fingerprint
from layout.formats.toml_format import dump_floor

_PACKAGES = ("layout", "robots", "controller")


def about(scenario: Scenario) -> dict[str, str]:
    """Return a store's description of its origin. code: only the same code computes a snapshot's later ticks again."""
    return {
        "version": version("podfleet"),
        "code": code_digest(),
        "scenario": scenario_digest(scenario),
        "title": f"scenario {scenario.name}, seed {scenario.run.seed}",
    }


@cache
def code_digest() -> str:
    """Return a digest of everything that determines a tick: our source files and numpy, which draws random numbers."""
    digest = blake2b(np.__version__.encode(), digest_size=16)
    for name in _PACKAGES:
        for folder in import_module(name).__path__:
            for file in sorted(Path(folder).rglob("*.py")):
                digest.update(blake2b(file.read_bytes()).digest())
    return digest.hexdigest()


def scenario_digest(scenario: Scenario) -> str:
    """Return a digest of everything that determines a site except the run's length, which may change after a pause.

    Settings equal to a later version's default are ignored, so that the later version recognises the scenario.
    """
    sections = {name: _told(getattr(scenario, name)) for name in (*SECTIONS, "disruptions", "chain", "faults")}
    sections["run"] = {name: value for name, value in _settings(scenario.run).items() if name != "ticks"}
    digest = blake2b(json.dumps(sections, sort_keys=True).encode(), digest_size=16)
    digest.update(dump_floor(scenario.floor).encode())
    for path in _files(scenario):
        digest.update(fingerprint(path))
    return digest.hexdigest()


def _told(section: object) -> object:
    """Return a section without values equal to their defaults."""
    if isinstance(section, list | tuple):
        return [_told(item) for item in section]
    if not isinstance(section, msgspec.Struct):
        return msgspec.to_builtins(section)
    return _settings(section)


def _settings(section: msgspec.Struct) -> dict[str, object]:
    """Return what of a section isn't as it is by default."""
    fields = ((field, getattr(section, field.name)) for field in msgspec.structs.fields(section))
    return {field.name: _told(value) for field, value in fields if value != _usual(field)}


def _usual(field: msgspec.structs.FieldInfo) -> object:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _files(scenario: Scenario) -> Iterator[Path]:
    """Yield the files that the scenario names."""
    stock, chain = scenario.stock, scenario.chain
    names = [scenario.orders.csv, stock.slotting, stock.moves]
    if chain is not None:
        names += [chain.items.csv, chain.sourcing.csv, chain.receiving.csv, chain.returns.csv]
    return (scenario.beside(name) for name in names if name)
