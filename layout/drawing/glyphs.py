"""Drawing of a floor: one glyph for each cell, readable in a terminal."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layout.errors import Problem
from layout.floor import Floor, StationKind
from layout.grid import EAST, NO_LANE, NORTH, SOUTH, WEST, CellKind, Grid
from layout.wording import count

LEGEND = """\
#  wall            P  storage place     K S B    service cell of a pick, stow, pack station
.  aisle           C  charger           r l u d  queue lane driven right, left, up, down
o  outfeed                              > < ^ v  one-way aisle lane"""
PLAIN = {
    "#": CellKind.WALL,
    ".": CellKind.AISLE,
    "P": CellKind.STORAGE,
    "C": CellKind.CHARGER,
    "o": CellKind.OUTFEED,
}
LANES = {">": EAST, "v": SOUTH, "<": WEST, "^": NORTH}
QUEUES = {"r": EAST, "d": SOUTH, "l": WEST, "u": NORTH}
SERVICES = {"K": StationKind.PICK, "S": StationKind.STOW, "B": StationKind.PACK}
KINDS = {
    **PLAIN,
    **dict.fromkeys(LANES, CellKind.AISLE),
    **dict.fromkeys(QUEUES, CellKind.QUEUE),
    **dict.fromkeys(SERVICES, CellKind.SERVICE),
}
"""{glyph: kind of cell}."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A parsed drawing. queue: int8[cells], heading of a queue cell or NO_LANE. services: kind by cell, in reading
    order.
    """

    grid: Grid
    queue: NDArray[np.int8]
    services: dict[int, StationKind]


def read_drawing(text: str, file: str, problems: list[Problem]) -> Drawing | None:
    """Return the drawing in a text, or None with its faults in `problems`. Lines and columns count from 1."""
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    if not any(lines):
        problems.append(Problem(file, "grid", "has no cells", "draw the floor, one glyph a cell"))
        return None
    faults = [*_ragged(lines, file), *_unknown(lines, file)]
    problems += faults
    return None if faults else draw(np.array([list(line.encode()) for line in lines], np.uint8))


def draw(glyphs: NDArray[np.uint8]) -> Drawing:
    """Return the drawing of an array of known ASCII glyphs, uint8[height, width]."""
    height, width = glyphs.shape
    flat = glyphs.reshape(-1)
    kind, lane, queue = (_table(known, NO_LANE)[flat] for known in (KINDS, LANES, QUEUES))
    grid = Grid(height, width, kind.astype(np.uint8), lane)
    services = {cell: SERVICES[chr(flat[cell])] for cell in grid.of_kind(CellKind.SERVICE).tolist()}
    return Drawing(grid, queue, services)


def render(floor: Floor) -> str:
    """Return the drawing of a floor: `height` lines of `width` glyphs, each with its line end.

    Raises ValueError if a queue lane is not made of neighbours.
    """
    grid = floor.grid
    signs = {kind.value: ord(sign) for sign, kind in PLAIN.items()}
    glyphs = np.array([signs.get(kind.value, 0) for kind in CellKind], np.uint8)[grid.kind]
    for sign, heading in LANES.items():
        glyphs[(grid.kind == CellKind.AISLE) & (grid.lane == heading)] = ord(sign)
    services = {kind: ord(sign) for sign, kind in SERVICES.items()}
    queues = {heading: ord(sign) for sign, heading in QUEUES.items()}
    for station in floor.stations:
        glyphs[station.cell] = services[station.kind]
        for ahead, cell in zip(station.places, station.queue, strict=False):
            glyphs[cell] = queues[grid.heading_to(cell, ahead)]
    rows = glyphs.reshape(grid.height, grid.width)
    return "".join(row.tobytes().decode() + "\n" for row in rows)


def _table(known: Mapping[str, int], default: int) -> NDArray[np.int8]:
    """Return the values by ASCII code: int8[256]."""
    table = np.full(256, default, np.int8)
    for glyph, value in known.items():
        table[ord(glyph)] = value
    return table


def _ragged(lines: list[str], file: str) -> Iterator[Problem]:
    width = Counter(map(len, lines)).most_common(1)[0][0]
    for number, line in enumerate(lines, 1):
        if len(line) != width:
            yield Problem(file, f"grid line {number}", f"is {count(len(line), 'cell')} wide", f"the others are {width}")


def _unknown(lines: list[str], file: str) -> Iterator[Problem]:
    known = " ".join(KINDS)
    for row, line in enumerate(lines, 1):
        for col, glyph in enumerate(line, 1):
            if glyph not in KINDS:
                where = f"grid line {row}, column {col}"
                yield Problem(file, where, f'"{glyph}" is not a glyph', f"known are {known}")
