"""Grid maps of other tools: only which cells are free. A .map file has one of two formats.

MovingAI, the format of the grid benchmarks (Sturtevant, Benchmarks for Grid-Based Pathfinding, 2012): a head of type,
height and width in any order, then `map` and the rows. The League of Robot Runners writes its maps like this, too, with
S for storage and E for stations; in the format these are free cells like any other.

Kiva maps of RHCR (Li et al., Lifelong Multi-Agent Path Finding in Large-Scale Warehouses, AAAI 2021): a line
`rows,columns`, then the numbers of endpoints, of agents and of time steps, then the rows, with `e` for endpoints beside
pods and `r` for homes.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layout.errors import InputError, Problem
from layout.files.reading import MAP, read_bytes
from layout.floor import Floor
from layout.grid import NO_LANE, CellKind, Grid
from layout.wording import count

FREE, WALLS = b".GSE", b"@OTW"
_KIVA_FREE, _KIVA_WALLS = b".er", b"@"
_KIVA_AS_MOVINGAI = bytes.maketrans(b"er", b"E.")
_KIVA_SIZE = re.compile(r"(\d{1,9})\s*,\s*(\d{1,9})")
_KIVA_COUNTS = ("endpoints", "agents", "time steps")
_HEAD = re.compile(r"(height|width)\s+([1-9]\d{0,8})|(type)\s+\S.*|(map)", re.IGNORECASE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_OF_A_SORT = 5
"""Most faults of one sort that are reported one by one."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The rows of a map file. first: number of their first line. free, walls: the format's characters."""

    height: int
    width: int
    rows: list[bytes]
    first: int
    free: bytes
    walls: bytes


def read_map(path: Path) -> Floor:
    """Return the floor of a map: two-way aisles and walls, no stations. Raises InputError with all faults of the file."""
    drawing = _read(path)
    glyphs = np.frombuffer(b"".join(drawing.rows), np.uint8)
    return Floor(path.stem, _grid(glyphs, drawing), ())


def marked_cells(path: Path, letter: str) -> NDArray[np.int32]:
    """Return the cells that a map marks by a letter, which the floor does not keep. Raises InputError as `read_map`
    does.

    letter: S for storage, E for stations, and for the endpoints of a kiva map.
    """
    drawing = _read(path)
    rows = b"".join(drawing.rows)
    if drawing.free == _KIVA_FREE:
        rows = rows.translate(_KIVA_AS_MOVINGAI)
    return np.flatnonzero(np.frombuffer(rows, np.uint8) == ord(letter)).astype(np.int32)


def dump_map(floor: Floor) -> str:
    """Return the MovingAI map of a floor: `.` for free cells, `@` elsewhere. Lanes, places and stations are lost."""
    grid = floor.grid
    signs = np.where(grid.kind == CellKind.WALL, ord("@"), ord(".")).astype(np.uint8)
    rows = [row.tobytes().decode() for row in signs.reshape(grid.height, grid.width)]
    return "\n".join(["type octile", f"height {grid.height}", f"width {grid.width}", "map", *rows, ""])


def _read(path: Path) -> _Drawing:
    lines = [line.rstrip() for line in read_bytes(path, MAP).removeprefix(_BYTE_ORDER_MARK).splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise InputError.single(str(path), "", "is empty", "a MovingAI map, or a kiva map of RHCR")
    drawing = (_kiva if _KIVA_SIZE.fullmatch(_text(lines[0])) else _movingai)(lines, str(path))
    if problems := [*_faults_of_size(drawing, str(path)), *_unknown_glyphs(drawing, str(path))]:
        raise InputError(problems)
    return drawing


def _movingai(lines: list[bytes], file: str) -> _Drawing:
    size: dict[str, int] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        match = _HEAD.fullmatch(_text(line))
        if match is None:
            what = f'"{_text(line)[:30]}" is no line of the head'
            raise InputError([*problems, Problem(file, f"line {number}", what, "type, height, width, then map")])
        if match[4]:
            problems += [Problem(file, "head", f"has no {key}", f"write {key} and a number") for key in _missing(size)]
            if problems:
                raise InputError(problems)
            return _Drawing(size["height"], size["width"], lines[number:], number + 1, FREE, WALLS)
        if match[1] and size.setdefault(key := match[1].lower(), int(match[2])) != int(match[2]):
            problems.append(Problem(file, f"line {number}", f"is a second {key}", "write it once"))
    raise InputError([*problems, Problem(file, "head", "doesn't end", "write map on a line before the rows")])


def _missing(size: dict[str, int]) -> list[str]:
    return [key for key in ("height", "width") if key not in size]


def _kiva(lines: list[bytes], file: str) -> _Drawing:
    height, width = map(int, _text(lines[0]).split(","))
    for number, name in enumerate(_KIVA_COUNTS, 2):
        text = _text(lines[number - 1]) if number <= len(lines) else ""
        if not text.isdecimal():
            raise InputError.single(file, f"line {number}", f'is "{text[:30]}"', f"the number of {name}")
    first = len(_KIVA_COUNTS) + 1
    return _Drawing(height, width, lines[first:], first + 1, _KIVA_FREE, _KIVA_WALLS)


def _text(line: bytes) -> str:
    return line.decode(errors="replace").strip()


def _faults_of_size(drawing: _Drawing, file: str) -> Iterator[Problem]:
    """Yield one fault if the rows form a rectangle other than the head gives, else one for each row that is too long or
    short.
    """
    rows, width = drawing.rows, drawing.width
    widths = set(map(len, rows))
    size = f"its head says {drawing.height} × {width}"
    if len(widths) == 1 and widths != {width}:
        yield Problem(file, "map", f"has {len(rows)} × {widths.pop()} cells", size)
        return
    if len(rows) != drawing.height:
        yield Problem(file, "map", f"has {count(len(rows), 'row')}", size)
    bad = [(line, row) for line, row in enumerate(rows, drawing.first) if len(row) != width]
    for line, row in bad[:_MOST_OF_A_SORT]:
        yield Problem(file, f"line {line}", f"has {count(len(row), 'cell')}", size)
    if more := len(bad) - _MOST_OF_A_SORT:
        yield from _more(file, more)


def _unknown_glyphs(drawing: _Drawing, file: str) -> Iterator[Problem]:
    """Yield one fault for each unknown glyph, at its first place."""
    known = drawing.free + drawing.walls
    counts = Counter(b"".join(drawing.rows).translate(None, known))
    free, walls = " ".join(drawing.free.decode()), " ".join(drawing.walls.decode())
    for glyph in sorted(counts)[:_MOST_OF_A_SORT]:
        line, row = next((line, row) for line, row in enumerate(drawing.rows, drawing.first) if glyph in row)
        times = f", {counts[glyph]} times" if counts[glyph] > 1 else ""
        where = f"line {line}, column {row.index(glyph) + 1}"
        yield Problem(file, where, f"{chr(glyph)!r} is no cell{times}", f"free {free}, walls {walls}")
    yield from _more(file, len(counts) - _MOST_OF_A_SORT)


def _more(file: str, more: int) -> Iterator[Problem]:
    if more > 0:
        yield Problem(file, "", f"has {count(more, 'more fault')} like these")


def _grid(glyphs: NDArray[np.uint8], drawing: _Drawing) -> Grid:
    free = np.isin(glyphs, np.frombuffer(drawing.free, np.uint8))
    kind = np.where(free, CellKind.AISLE, CellKind.WALL).astype(np.uint8)
    cells = drawing.height * drawing.width
    return Grid(drawing.height, drawing.width, kind, np.full(cells, NO_LANE, np.int8))
