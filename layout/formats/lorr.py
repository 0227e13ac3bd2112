"""Problems of the League of Robot Runners: a JSON file that names a map, a list of starts and one of tasks.

The lists are text files: `#` begins a comment line, the first other line gives the number of entries, then follows one
entry a line: a start is a cell, a task the cells to visit in turn. Cells are numbered as in podfleet.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from layout.errors import InputError, Problem
from layout.files.reading import ENTRIES, JSON, read_bytes
from layout.files.writing import write_whole
from layout.floor import Floor
from layout.formats.movingai import dump_map, read_map
from layout.grid import CellKind, Grid
from layout.wording import count as counted

T = TypeVar("T")
KEYS: dict[str, object] = {
    "mapFile": str,
    "agentFile": str,
    "teamSize": Annotated[int, Meta(ge=1)],
    "taskFile": str,
    "numTasksReveal": Annotated[float, Meta(gt=0)],
    "version": str,
}


class _Head(Struct, frozen=True, rename="camel"):
    """Values of `KEYS` in a problem's JSON file."""

    map_file: str
    agent_file: str
    team_size: int
    task_file: str
    num_tasks_reveal: float
    version: str


DEFAULTS = {"numTasksReveal": 1.0, "version": ""}
_LAST_CELL = 2**31 - 1
_LARGEST_POOL = 1_000_000
"""Most open tasks at a time: a hundred for each robot of the league's largest problem."""
_LONGEST = 60
"""Most characters of a faulty value or line in a message."""
_TOLD = 5
"""Most faults of one sort that are reported one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class LorrProblem:
    """A problem. starts: int32[teamSize], one cell each. tasks: int32[any] each, the cells to visit in turn.

    reveal: open tasks visible to a scheduler, as a multiple of the team. version: the file's, e.g. "2024 LoRR".
    """

    floor: Floor
    starts: NDArray[np.int32]
    tasks: tuple[NDArray[np.int32], ...]
    reveal: float
    version: str


@dataclass(frozen=True, slots=True, eq=False)
class _Entries:
    """A list file: entry i is cells[begins[i]:begins[i + 1]], on line lines[i] of the file."""

    file: str
    cells: NDArray[np.int32]
    begins: list[int]
    lines: list[int]

    def __len__(self) -> int:
        return len(self.lines)


def read_problem(path: Path) -> LorrProblem:
    """Return the problem of a JSON file and the files it names, relative to it. Raises InputError with all their
    faults.
    """
    head = _head(path)
    problems: list[Problem] = []
    floor = _collected(read_map, path.parent / head.map_file, problems)
    starts = _collected(_read_entries, path.parent / head.agent_file, problems)
    tasks = _collected(_read_entries, path.parent / head.task_file, problems)
    if starts:
        problems += _single_cells(starts) or _team_faults(starts, head.team_size, str(path))
    if tasks is not None and not len(tasks):
        problems.append(Problem(tasks.file, "", "has no tasks", "a task a line: the cells to visit in turn"))
    problems += _pool_faults(head, str(path))
    if floor:
        for entries, name in ((starts, "start"), (tasks, "task")):
            problems += _limited(_off_ground(floor.grid, entries, name)) if entries else []
    if problems or floor is None or starts is None or tasks is None:
        raise InputError(problems)
    errands = tuple(tasks.cells[begin:end] for begin, end in pairwise(tasks.begins))
    team = starts.cells[: head.team_size]
    return LorrProblem(floor, team, errands, head.num_tasks_reveal, head.version)


def map_of(path: Path) -> Path:
    """Return the map that a problem names. Raises InputError if the JSON file cannot be used."""
    return path.parent / _head(path).map_file


def write_problem(problem: LorrProblem, folder: Path, name: str) -> Path:
    """Write the files of a problem, name.json and those it names, and return the path of the JSON file."""
    write_whole(folder / f"{name}.map", dump_map(problem.floor))
    write_whole(folder / f"{name}.agents", _listed([[cell] for cell in problem.starts.tolist()]))
    write_whole(folder / f"{name}.tasks", _listed([task.tolist() for task in problem.tasks]))
    head = {
        "mapFile": f"{name}.map",
        "agentFile": f"{name}.agents",
        "teamSize": len(problem.starts),
        "taskFile": f"{name}.tasks",
        "numTasksReveal": problem.reveal,
        "version": problem.version,
    }
    path = folder / f"{name}.json"
    write_whole(path, json.dumps(head, indent=4) + "\n")
    return path


def _listed(entries: Sequence[Sequence[int]]) -> str:
    """Return the text of a list file."""
    return "\n".join([str(len(entries)), *(",".join(map(str, entry)) for entry in entries), ""])


def _head(path: Path) -> _Head:
    """Return the known keys of the JSON file."""
    file = str(path)
    data = read_bytes(path, JSON)
    try:
        table = json.loads(data)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise InputError.single(file, "", f"is not valid JSON: {why}") from error
    if not isinstance(table, Mapping):
        raise InputError.single(file, "", "is not a problem", f"an object with {', '.join(KEYS)}")
    given = DEFAULTS | dict(table)
    problems = [Problem(file, key, "is missing", f"add {key}") for key in KEYS if key not in given]
    problems += [
        fault for key, kind in KEYS.items() if key in given for fault in _value_faults(file, key, given[key], kind)
    ]
    if problems:
        raise InputError(problems)
    return msgspec.convert({key: given[key] for key in KEYS}, _Head)


def _value_faults(file: str, key: str, value: object, kind: object) -> Iterator[Problem]:
    """Yield the faults of a key's value. A number may be too large, like 1e999."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        what = str(error).replace("`", "").replace("Expected", "expected")
        yield Problem(file, key, f"{_shown(value)} can't be used", what)
    else:
        if isinstance(value, float) and not math.isfinite(value):
            yield Problem(file, key, f"{value} can't be used", "expected a finite number")
        if isinstance(value, str) and "\0" in value:
            yield Problem(file, key, f"{_shown(value)} can't be used", "a path has no NUL in it")


def _shown(value: object) -> str:
    """Return a recognisable, shortened form of a faulty value."""
    if isinstance(value, int) and value.bit_length() > 64:
        return "a number as long as that"
    text = repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _collected(read: Callable[[Path], T], path: Path, problems: list[Problem]) -> T | None:
    """Return the result of `read`, or None with its faults in `problems`."""
    try:
        return read(path)
    except InputError as error:
        problems += error.problems
        return None


def _read_entries(path: Path) -> _Entries:
    """Read a list file. Raises InputError if it has anything but cells, or a number of entries other than stated."""
    file = str(path)
    text = read_bytes(path, ENTRIES).decode("utf-8-sig", errors="replace")
    numbered = enumerate(map(str.strip, text.splitlines()), 1)
    rows = [(number, line) for number, line in numbered if line and line[0] != "#"]
    if not rows or not re.fullmatch(r"[0-9]{1,9}", rows[0][1]):
        line = rows[0][0] if rows else 1
        raise InputError.single(file, f"line {line}", "does not say how many entries follow", "write a number")
    count, rows = int(rows[0][1]), rows[1:]
    problems = []
    if len(rows) != count:
        problems.append(Problem(file, "", f"has {counted(len(rows), 'entry', 'entries')}", f"its head says {count}"))
    values = _values(rows, file, problems)
    if problems:
        raise InputError(problems)
    begins = np.cumsum([0, *map(len, values)]).tolist()
    cells = np.array([cell for entry in values for cell in entry], np.int32)
    return _Entries(file, cells, begins, [number for number, _ in rows])


def _values(rows: Sequence[tuple[int, str]], file: str, problems: list[Problem]) -> list[list[int]]:
    """Return the numbers of each line, without faulty lines."""
    values: list[list[int]] = []
    faults = []
    for number, line in rows:
        try:
            values.append([_cell(word) for word in line.split(",")])
        except ValueError:
            faults.append(Problem(file, f"line {number}", f"{_shown(line)} is no cell", "cells with commas between"))
    problems += _limited(faults)
    return values


def _cell(word: str) -> int:
    """Return a cell. Raises ValueError for a cell too large, and for other forms that `int` accepts, such as 1_0 and
    Arabic digits.
    """
    if not re.fullmatch(r"\s*[0-9]{1,10}\s*", word) or int(word) > _LAST_CELL:
        raise ValueError(word)
    return int(word)


def _pool_faults(head: _Head, file: str) -> Iterator[Problem]:
    pool = head.num_tasks_reveal * head.team_size
    if pool > _LARGEST_POOL:
        what = f"{head.num_tasks_reveal:g} a robot are {pool:,.0f} open tasks at a time"
        yield Problem(file, "numTasksReveal", what, f"{_LARGEST_POOL:,} at most; the league has 1.5 a robot")


def _single_cells(starts: _Entries) -> list[Problem]:
    """Return a fault for each start of several numbers."""
    sizes = np.diff(starts.begins).tolist()
    return _limited(
        Problem(starts.file, f"line {line}", f"has {counted(size, 'number')}", "a start is one cell")
        for line, size in zip(starts.lines, sizes, strict=True)
        if size != 1
    )


def _team_faults(starts: _Entries, team: int, file: str) -> list[Problem]:
    if len(starts) < team:
        return [Problem(file, "teamSize", f"is {team}", f"{starts.file} has {counted(len(starts), 'start')}")]
    first: dict[int, int] = {}
    cells = starts.cells[:team].tolist()
    return _limited(
        Problem(starts.file, f"line {line}", f"starts in cell {cell} like line {first[cell]}", "one robot a cell")
        for line, cell in zip(starts.lines, cells, strict=False)
        if first.setdefault(cell, line) != line
    )


def _off_ground(grid: Grid, entries: _Entries, name: str) -> Iterator[Problem]:
    """Yield a fault for each cell outside the map or on a wall."""
    cells = entries.cells
    inside = cells < grid.cells
    wall = grid.kind[np.where(inside, cells, 0)] == CellKind.WALL
    for index in np.flatnonzero(~inside | wall).tolist():
        cell = int(cells[index])
        line = entries.lines[int(np.searchsorted(entries.begins, index, "right")) - 1]
        what = f"{name} on a wall, cell {cell} at {grid.at(cell)}" if inside[index] else f"{name} outside the map"
        yield Problem(entries.file, f"line {line}", what, f"free cells of 0–{grid.cells - 1}")


def _limited(faults: Iterable[Problem]) -> list[Problem]:
    """Return the first few faults of a sort, and the number of others."""
    known = list(faults)
    more = len(known) - _TOLD
    summary = f"{counted(more, 'more fault')} like these"
    return known[:_TOLD] + ([Problem(known[0].file, "", summary)] if more > 0 else [])
