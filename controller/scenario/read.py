"""Reading of scenario files: TOML tables and `--set` settings → a Scenario, with all faults reported at once."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from controller.scenario import supply_chain
from controller.scenario.checks import cross_checks
from controller.scenario.scenario import (
    Disruption,
    InjectedFault,
    OrderSettings,
    PodSettings,
    Policies,
    RobotSettings,
    RunSettings,
    Scenario,
    Stations,
    StockSettings,
)
from layout.checks import check_floor
from layout.errors import InputError, Problem
from layout.files.tables import load_toml, read_table, suggestion
from layout.floor import Floor
from layout.formats.toml_format import floor_from

_Listed = TypeVar("_Listed", bound=Struct)
SECTIONS: dict[str, type[Struct]] = {
    "run": RunSettings,
    "robots": RobotSettings,
    "pods": PodSettings,
    "stock": StockSettings,
    "orders": OrderSettings,
    "stations": Stations,
    "policies": Policies,
}
_FLOOR_TABLES = ("floor", "station")
_LISTS = ("faults", "disruption", *supply_chain.LISTS)
"""Tables that may occur several times."""


def load_scenario(path: str | Path, settings: Mapping[str, str] | None = None) -> Scenario:
    """Return the scenario of a file, with `settings` such as {"policies.pods": "random"} on top. path: text or a Path.

    Raises InputError with every fault of the file: floor, sections and settings.
    """
    path = Path(path)
    tables = load_toml(path)
    settings = settings or {}
    problems: list[Problem] = []
    for key, value in settings.items():
        _override(tables, key, value, problems)
    floor = _floor(tables, path, problems)
    sections = _sections(tables, str(path), settings, problems)
    faults = _listed(InjectedFault, "faults", tables, str(path), problems)
    disruptions = _listed(Disruption, "disruption", tables, str(path), problems)
    chain = _chain(tables, str(path), settings, problems)
    if floor is not None and not problems:
        scenario = Scenario(
            path.stem, str(path), floor, faults=faults, disruptions=disruptions, chain=chain, **sections
        )
        problems += cross_checks(scenario)
        if not problems:
            return scenario
    raise InputError(problems)


def _floor(tables: Mapping[str, object], path: Path, problems: list[Problem]) -> Floor | None:
    try:
        floor = floor_from(tables, str(path), path.parent)
    except InputError as error:
        problems += error.problems
        return None
    problems += check_floor(floor, str(path))
    return floor


def _sections(
    tables: Mapping[str, object], file: str, settings: Iterable[str], problems: list[Problem]
) -> dict[str, Any]:
    known = (*SECTIONS, *supply_chain.TABLES, *_FLOOR_TABLES, *_LISTS)
    problems += [
        Problem(file, f"[{name}]", "is not a known table", suggestion(name, known))
        for name in tables
        if name not in known
    ]
    faults: list[Problem] = []
    sections: dict[str, Any] = {
        name: read_table(kind, tables.get(name, {}), file, f"[{name}]", faults) for name, kind in SECTIONS.items()
    }
    problems += [_blame(problem, settings) for problem in faults]
    return sections


def _blame(problem: Problem, settings: Iterable[str]) -> Problem:
    """Attribute a fault to `--set` if its value came from there and not from the file."""
    for key in settings:
        section, _, name = key.partition(".")
        rest = problem.where.removeprefix(f"[{section}] {name}")
        if rest != problem.where and (not rest or rest[0] in ".["):
            return Problem(f"--set {key}", rest, problem.what, problem.instead)
    return problem


def _chain(
    tables: Mapping[str, object], file: str, settings: Iterable[str], problems: list[Problem]
) -> supply_chain.Chain | None:
    """Return the supply chain, if the scenario has any section of it."""
    if not any(name in tables for name in (*supply_chain.TABLES, *supply_chain.LISTS)):
        return None
    faults: list[Problem] = []
    parts: dict[str, object] = {
        name: read_table(kind, tables[name], file, f"[{name}]", faults)
        for name, kind in supply_chain.TABLES.items()
        if name in tables
    }
    problems += [_blame(problem, settings) for problem in faults]
    for name, (field, kind) in supply_chain.LISTS.items():
        parts[field] = _listed(kind, name, tables, file, problems)
    chain: supply_chain.Chain = replace(supply_chain.Chain(), **parts)
    return chain


def _listed(
    kind: type[_Listed], name: str, tables: Mapping[str, object], file: str, problems: list[Problem]
) -> tuple[_Listed, ...]:
    """Return the tables of a kind that may occur several times."""
    entries = tables.get(name, [])
    if not isinstance(entries, list):
        problems.append(Problem(file, name, "is not a list of tables", f"write [[{name}]]"))
        return ()
    return tuple(
        read_table(kind, table, file, f"[[{name}]] number {number}", problems)
        for number, table in enumerate(entries, 1)
    )


def _override(tables: dict[str, object], key: str, text: str, problems: list[Problem]) -> None:
    """Apply one `--set section.key=value` to the file's tables. A value is TOML; a bare word is a text."""
    section, _, name = key.partition(".")
    known = (*SECTIONS, *supply_chain.TABLES)
    if section not in known or not name:
        way_out = f"write {section}.key" if section in known else suggestion(section, known)
        problems.append(Problem(f"--set {key}", "", "is not section.key", way_out))
        return
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        value = text
    table = tables.setdefault(section, {})
    *inner, last = name.split(".")
    for part in inner:
        table = table.setdefault(part, {}) if isinstance(table, dict) else None
    if isinstance(table, dict):
        table[last] = value
