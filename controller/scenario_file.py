"""Scenario files: TOML tables and `--set` words → a Scenario, with every fault told at once."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from controller.scenario import Fault, Orders, Pods, Policies, Robots, Run, Scenario, Stations, Stock
from controller.scenario_checks import cross_checks
from layout.checks import check_floor
from layout.errors import InputError, Problem
from layout.floor import Floor
from layout.tables import load_toml, read_table, suggestion
from layout.toml_format import floor_from

SECTIONS: dict[str, type[Struct]] = {
    "run": Run,
    "robots": Robots,
    "pods": Pods,
    "stock": Stock,
    "orders": Orders,
    "stations": Stations,
    "policies": Policies,
}
_FLOOR_TABLES = ("floor", "station")


def load_scenario(path: Path, settings: Mapping[str, str] | None = None) -> Scenario:
    """The scenario of a file, with `settings` such as {"policies.pods": "random"} on top.

    Raises InputError with every fault of the file: floor, sections and settings.
    """
    tables = load_toml(path)
    settings = settings or {}
    problems: list[Problem] = []
    for key, value in settings.items():
        _override(tables, key, value, problems)
    floor = _floor(tables, path, problems)
    sections = _sections(tables, str(path), settings, problems)
    faults = _faults(tables.get("faults", []), str(path), problems)
    if floor is not None and not problems:
        scenario = Scenario(path.stem, str(path), floor, faults=faults, **sections)
        problems += cross_checks(scenario)
        if not problems:
            return scenario
    raise InputError(problems)


def _floor(tables: Mapping[str, Any], path: Path, problems: list[Problem]) -> Floor | None:
    try:
        floor = floor_from(tables, str(path), path.parent)
    except InputError as error:
        problems += error.problems
        return None
    problems += check_floor(floor, str(path))
    return floor


def _sections(tables: Mapping[str, Any], file: str, settings: Iterable[str], problems: list[Problem]) -> dict[str, Any]:
    known = (*SECTIONS, *_FLOOR_TABLES, "faults")
    problems += [
        Problem(file, f"[{name}]", "is not a known table", suggestion(name, known))
        for name in tables
        if name not in known
    ]
    found: list[Problem] = []
    sections = {
        name: read_table(kind, tables.get(name, {}), file, f"[{name}]", found) for name, kind in SECTIONS.items()
    }
    problems += [_blame(problem, settings) for problem in found]
    return sections


def _blame(problem: Problem, settings: Iterable[str]) -> Problem:
    """A fault of a value that came by `--set` isn't the file's."""
    for key in settings:
        section, _, name = key.partition(".")
        rest = problem.where.removeprefix(f"[{section}] {name}")
        if rest != problem.where and (not rest or rest[0] in ".["):
            return Problem(f"--set {key}", rest, problem.what, problem.instead)
    return problem


def _faults(tables: object, file: str, problems: list[Problem]) -> tuple[Fault, ...]:
    if not isinstance(tables, list):
        problems.append(Problem(file, "faults", "is not a list of tables", "write [[faults]]"))
        return ()
    return tuple(
        read_table(Fault, table, file, f"[[faults]] number {number}", problems)
        for number, table in enumerate(tables, 1)
    )


def _override(tables: dict[str, Any], key: str, text: str, problems: list[Problem]) -> None:
    """Lay one `--set section.key=value` over the file. A value is TOML; a bare word is a text."""
    section, _, name = key.partition(".")
    if section not in SECTIONS or not name:
        way_out = f"write {section}.key" if section in SECTIONS else suggestion(section, SECTIONS)
        problems.append(Problem(f"--set {key}", "", "is not section.key", way_out))
        return
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        value = text
    table = tables.setdefault(section, {})
    if isinstance(table, dict):
        table[name] = value
