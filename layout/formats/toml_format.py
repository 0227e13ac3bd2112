"""The layout format: a TOML file with a drawing of the floor, and tables for everything glyphs cannot express.

A file holds tables `floor` and `station`; others belong to a scenario and are ignored. docs/reference/layout-format.md
has the whole format.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from layout.drawing.generate import GeneratorParams, generate
from layout.drawing.glyphs import read_drawing, render
from layout.drawing.lanes import default_ids, ground_name, read_stations
from layout.errors import InputError, Problem
from layout.files.tables import PathText, load_toml, parse_toml, read_table
from layout.floor import Floor, Station
from layout.grid import CellKind

Count = Annotated[int, Meta(ge=0)]
AtLeastOne = Annotated[int, Meta(ge=1)]
Positive = Annotated[float, Meta(gt=0)]
SOURCES = ("grid", "file", "generate")
CELL_M = 1.0
"""Fiducials lie every metre (RAWSim-O)."""


class FloorTable(Struct, frozen=True):
    """[floor] – the floor itself, by exactly one of grid, file and generate."""

    name: str = ""
    """Default: the file's name without its ending."""
    cell_m: Positive = 0.0
    """Edge of a cell in metres. Default: 1.0, or as in `file`."""
    grid: str = ""
    file: PathText = ""
    """Another layout file, relative to this one."""
    generate: dict[str, object] = {}


class StationTable(Struct, frozen=True):
    """[[station]] – settings of the station with its service cell at (row, column)."""

    at: tuple[Count, Count]
    id: str = ""
    people: AtLeastOne = 0
    """Default: by kind of station."""
    service_s: Positive = 0.0
    """Seconds a unit. Default: by kind of station."""

    def __str__(self) -> str:
        return f'station "{self.id}" at {self.at}' if self.id else f"station at {self.at}"


def load_floor(path: Path) -> Floor:
    """Return the floor of a file. Raises InputError with all faults of its drawing and tables."""
    return floor_from(load_toml(path), str(path), path.parent)


def floor_from(tables: Mapping[str, object], file: str, folder: Path) -> Floor:
    """Return the floor in the tables of a file in `folder`. Raises InputError with all faults, attributed to `file`."""
    return _floor(tables, file, folder, (Path(file).resolve(),))


def drawn_floor(text: str, name: str) -> Floor:
    """Return the floor of a text that was sent or recorded: it must contain the drawing, and no other file is opened
    for it.

    Raises InputError, attributed to `name`.
    """
    tables = parse_toml(text, name, "floor")
    head = tables.get("floor")
    if isinstance(head, dict) and head and "grid" not in head:
        raise InputError.single(name, "floor", "is not drawn", "records and running floors carry the whole drawing")
    return floor_from(tables, name, Path())


def dump_floor(floor: Floor) -> str:
    """Return the layout file of a floor, with [[station]] tables only for settings other than the default.

    Raises ValueError if glyphs cannot express the floor, e.g. an outfeed that is not its nearest pick station's.
    """
    lines = ["[floor]", f"name = {quoted(floor.name)}"]
    if floor.cell_m != CELL_M:
        lines.append(f"cell_m = {floor.cell_m}")
    lines.append(f'grid = """\n{render(floor)}"""')
    defaults = default_ids(station.kind for station in floor.stations)
    for station, default in zip(floor.stations, defaults, strict=True):
        lines += _station_lines(floor, station, default)
    text = "\n".join(lines) + "\n"
    if not _matches(text, floor):
        raise ValueError(f"glyphs cannot express the floor {floor.name}")
    return text


def equal_floors(a: Floor, b: Floor) -> bool:
    """Return whether two floors are equal in every cell, lane and station."""
    same_grid = np.array_equal(a.grid.kind, b.grid.kind) and np.array_equal(a.grid.lane, b.grid.lane)
    about_a = (a.name, a.cell_m, a.grid.height, a.grid.width, a.stations)
    return same_grid and about_a == (b.name, b.cell_m, b.grid.height, b.grid.width, b.stations)


def _floor(tables: Mapping[str, object], file: str, folder: Path, seen: tuple[Path, ...]) -> Floor:
    """Return the floor of a file that is reached through the files `seen`."""
    problems: list[Problem] = []
    floor = _base(tables, file, folder, seen, problems)
    entries = _station_tables(tables.get("station", []), file, problems)
    if floor is not None:
        floor = replace(floor, stations=_with_tables(floor, entries, file, problems))
    if floor is None or problems:
        raise InputError(problems)
    return floor


def _base(
    tables: Mapping[str, object], file: str, folder: Path, seen: tuple[Path, ...], problems: list[Problem]
) -> Floor | None:
    """Return the floor without its [[station]] tables, or None if it cannot be read."""
    head, source = _head(tables, file, problems)
    try:
        if source == "file":
            return _from_other(head, file, folder, seen)
        if source == "generate":
            return _generated(head, file)
        return _drawn(head, file, problems) if source == "grid" else None
    except InputError as error:
        problems += error.problems
        return None


def _head(tables: Mapping[str, object], file: str, problems: list[Problem]) -> tuple[FloorTable, str]:
    """Return the table [floor] and the key that gives the floor, "" if there are faults."""
    if "floor" not in tables:
        problems.append(Problem(file, "", "has no floor", "add a table [floor]"))
        return FloorTable(), ""
    faults: list[Problem] = []
    table = tables["floor"]
    head = read_table(FloorTable, table, file, "[floor]", faults)
    given = [key for key in SOURCES if isinstance(table, Mapping) and key in table]
    if isinstance(table, Mapping) and len(given) != 1:
        what = f"has {' and '.join(given)}" if given else "draws no floor"
        faults.append(Problem(file, "[floor]", what, "give exactly one of grid, file and generate"))
    problems += faults
    return head, "" if faults else given[0]


def _drawn(head: FloorTable, file: str, problems: list[Problem]) -> Floor | None:
    drawing = read_drawing(head.grid, file, problems)
    if drawing is None:
        return None
    stations = read_stations(drawing, file, problems)
    return Floor(head.name or Path(file).stem, drawing.grid, stations, head.cell_m or CELL_M)


def _generated(head: FloorTable, file: str) -> Floor:
    problems: list[Problem] = []
    params = read_table(GeneratorParams, head.generate, file, "[floor.generate]", problems)
    if problems:
        raise InputError(problems)
    return generate(params, head.name or Path(file).stem, head.cell_m or CELL_M, file)


def _from_other(head: FloorTable, file: str, folder: Path, seen: tuple[Path, ...]) -> Floor:
    path = folder / head.file
    if path.resolve() in seen:
        raise InputError.single(file, "[floor] file", f"{head.file} leads back here", "name a file with a grid")
    floor = _floor(load_toml(path), str(path), path.parent, (*seen, path.resolve()))
    return replace(floor, name=head.name or floor.name, cell_m=head.cell_m or floor.cell_m)


def _station_tables(tables: object, file: str, problems: list[Problem]) -> list[StationTable]:
    """Return the [[station]] tables without a fault."""
    if not isinstance(tables, list):
        problems.append(Problem(file, "station", "is not a list of tables", "write [[station]]"))
        return []
    entries = []
    for number, table in enumerate(tables, 1):
        faults: list[Problem] = []
        entry = read_table(StationTable, table, file, f"[[station]] number {number}", faults)
        entries += [] if faults else [entry]
        problems += faults
    return entries


def _with_tables(
    floor: Floor, entries: Sequence[StationTable], file: str, problems: list[Problem]
) -> tuple[Station, ...]:
    """Return the floor's stations with the settings of their tables."""
    stations = {station.cell: station for station in floor.stations}
    seen: set[int] = set()
    for entry in entries:
        if fault := _misplaced(floor, entry):
            problems.append(Problem(file, str(entry), *fault))
            continue
        cell = floor.grid.cell(*entry.at)
        if cell in seen:
            problems.append(Problem(file, str(entry), "has two tables", "write one [[station]] for it"))
        seen.add(cell)
        settings = {key: getattr(entry, key) for key in ("id", "people", "service_s") if getattr(entry, key)}
        stations[cell] = replace(stations[cell], **settings)
    problems += _same_ids(floor, list(stations.values()), file)
    return tuple(stations.values())


def _misplaced(floor: Floor, entry: StationTable) -> tuple[str, str] | None:
    """Return the fault of a station's place and its remedy."""
    grid = floor.grid
    row, col = entry.at
    if row >= grid.height or col >= grid.width:
        return "lies outside the grid", f"rows are 0–{grid.height - 1}, columns 0–{grid.width - 1}"
    cell = grid.cell(row, col)
    if grid.kind[cell] != CellKind.SERVICE:
        return f"stands on {ground_name(grid, cell)}", "put it on a K, S or B cell"
    return None


def _same_ids(floor: Floor, stations: Sequence[Station], file: str) -> list[Problem]:
    at = floor.grid.at
    first: dict[str, Station] = {}
    return [
        Problem(
            file,
            f'station "{station.id}" at {at(station.cell)}',
            f"has the id of the station at {at(first[station.id].cell)}",
            "an id belongs to one station",
        )
        for station in stations
        if first.setdefault(station.id, station) is not station
    ]


def _station_lines(floor: Floor, station: Station, default: str) -> list[str]:
    lines = []
    if station.id != default:
        lines.append(f"id = {quoted(station.id)}")
    if station.people is not None:
        lines.append(f"people = {station.people}")
    if station.service_s is not None:
        lines.append(f"service_s = {station.service_s}")
    return ["", "[[station]]", f"at = {list(floor.grid.at(station.cell))}", *lines] if lines else []


def quoted(text: str) -> str:
    """Return a TOML basic string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_value(value: object) -> str:
    """Return a text, number, boolean, date or list as TOML has it, the form `--set` takes."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(toml_value, value))}]" if isinstance(value, list) else str(value)


def _matches(text: str, floor: Floor) -> bool:
    """Return whether a layout file gives that floor."""
    try:
        return equal_floors(floor_from(tomllib.loads(text), "layout", Path()), floor)
    except (InputError, tomllib.TOMLDecodeError):
        return False
