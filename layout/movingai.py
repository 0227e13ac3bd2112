"""MovingAI maps (`type octile`), the format of the grid benchmarks: which cells are free, and nothing else.

Sturtevant, Benchmarks for Grid-Based Pathfinding, 2012. The League of Robot Runners writes its maps so too,
with S for storage and E for stations; to the format these are free cells like any other.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layout.errors import InputError, Problem
from layout.floor import Floor
from layout.grid import NO_LANE, CellKind, Grid

FREE, WALLS = b".GSE", b"@OTW"
_HEAD = (
    (r"type +octile", "type octile"),
    (r"height +([1-9]\d*)", "height and a number"),
    (r"width +([1-9]\d*)", "width and a number"),
    (r"map", "map"),
)
"""Pattern and wording of the first lines."""


def read_map(path: Path) -> Floor:
    """The floor of a map: two-way aisles and walls, no stations. InputError with all faults of the file."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError.single(str(path), "", f"can't be read: {error.strerror}") from error
    height, width = _size(lines, str(path))
    rows = [line.rstrip() for line in lines[len(_HEAD) :]]
    while rows and not rows[-1]:
        rows.pop()
    problems = _faults(rows, height, width, str(path))
    if problems:
        raise InputError(problems)
    return Floor(path.stem, _grid(np.frombuffer(b"".join(rows), np.uint8), height, width), ())


def marked_cells(path: Path, letter: str) -> NDArray[np.int32]:
    """Cells that a map marks by a letter, which the floor doesn't keep: S for storage, E for stations. InputError as above."""
    read_map(path)
    rows = path.read_bytes().splitlines()[len(_HEAD) :]
    signs = np.frombuffer(b"".join(row.rstrip() for row in rows), np.uint8)
    return np.flatnonzero(signs == ord(letter)).astype(np.int32)


def dump_map(floor: Floor) -> str:
    """The map of a floor: `.` where anybody may drive, `@` elsewhere. Lanes, places and stations are lost."""
    grid = floor.grid
    signs = np.where(grid.kind == CellKind.WALL, ord("@"), ord(".")).astype(np.uint8)
    rows = [row.tobytes().decode() for row in signs.reshape(grid.height, grid.width)]
    return "\n".join(["type octile", f"height {grid.height}", f"width {grid.width}", "map", *rows, ""])


def _size(lines: list[bytes], file: str) -> tuple[int, int]:
    """(height, width) as the head says."""
    found: list[int] = []
    problems = []
    for number, (pattern, want) in enumerate(_HEAD, 1):
        line = lines[number - 1].decode(errors="replace").strip() if number <= len(lines) else ""
        match = re.fullmatch(pattern, line)
        found += map(int, match.groups()) if match else []
        if not match:
            problems.append(Problem(file, f"line {number}", f'is "{line[:30]}"', f"write {want}"))
    if problems:
        raise InputError(problems)
    return found[0], found[1]


def _faults(rows: list[bytes], height: int, width: int, file: str) -> list[Problem]:
    problems = []
    if len(rows) != height:
        problems.append(Problem(file, "map", f"has {len(rows)} rows", f"its head says {height}"))
    known = set(FREE + WALLS)
    for line, row in enumerate(rows, len(_HEAD) + 1):
        if len(row) != width:
            problems.append(Problem(file, f"line {line}", f"has {len(row)} cells", f"its head says {width}"))
        for glyph in sorted(set(row) - known):
            where = f"line {line}, column {row.index(glyph) + 1}"
            free, walls = " ".join(FREE.decode()), " ".join(WALLS.decode())
            problems.append(Problem(file, where, f"{chr(glyph)!r} is no cell", f"free {free}, walls {walls}"))
    return problems


def _grid(glyphs: NDArray[np.uint8], height: int, width: int) -> Grid:
    free = np.isin(glyphs, np.frombuffer(FREE, np.uint8))
    kind = np.where(free, CellKind.AISLE, CellKind.WALL).astype(np.uint8)
    return Grid(height, width, kind, np.full(height * width, NO_LANE, np.int8))
