"""Strokes on a drawing: the cells that a drag of the pointer covers, in order, and the glyph of each.

The order is that of the drag. Lanes and queue lanes can follow it: then every cell leads to the next one.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.ndimage import label

from layout.drawing.edit import At, Glyphs
from layout.drawing.glyphs import LANES, QUEUES, SERVICES
from layout.grid import EAST, NORTH, SOUTH, WEST

LANE_ALONG, QUEUE_ALONG = "lane", "queue"
"""Inks that follow the drag; every other ink is a glyph."""
_SIGNS = {
    LANE_ALONG: {heading: ord(sign) for sign, heading in LANES.items()},
    QUEUE_ALONG: {heading: ord(sign) for sign, heading in QUEUES.items()},
}
_STEPS = {(0, 1): EAST, (1, 0): SOUTH, (0, -1): WEST, (-1, 0): NORTH}


def freehand(points: Sequence[At]) -> list[At]:
    """Return every cell along the points, one step to a neighbour at a time."""
    cells = list(points[:1])
    for start, end in pairwise(points):
        cells += _steps(start, end)
    return cells


def straight(start: At, end: At) -> list[At]:
    """Return the cells along the row or the column, whichever the drag follows for longer."""
    across = abs(end[1] - start[1]) >= abs(end[0] - start[0])
    return freehand([start, (start[0], end[1]) if across else (end[0], start[1])])


def frame(start: At, end: At) -> list[At]:
    """Return the cells around the rectangle between two corners, along the row first."""
    if start[0] == end[0] or start[1] == end[1]:
        return straight(start, end)
    return freehand([start, (start[0], end[1]), end, (end[0], start[1]), start])[:-1]


def box(start: At, end: At) -> list[At]:
    """Return all cells of the rectangle between two corners, line by line along its longer side."""
    rows, cols = _span(start[0], end[0]), _span(start[1], end[1])
    if len(cols) >= len(rows):
        return [(row, col) for row in rows for col in cols]
    return [(row, col) for col in cols for row in rows]


def area(glyphs: Glyphs, at: At) -> list[At]:
    """Return the connected cells with the same glyph as this one, in reading order."""
    groups, _ = label(glyphs == glyphs[at])
    return [(row, col) for row, col in np.argwhere(groups == groups[at]).tolist()]


def inked(glyphs: Glyphs, cells: Sequence[At], ink: str) -> tuple[list[At], list[int]]:
    """Return the painted cells and their glyphs. A queue lane that follows the drag leads up to a station, not over it."""
    if ink not in _SIGNS:
        return list(cells), [ord(ink)] * len(cells)
    kept = [ord(sign) for sign in SERVICES] if ink == QUEUE_ALONG else []
    signs = [_SIGNS[ink][heading] for heading in _headings(cells)]
    painted = [(at, sign) for at, sign in zip(cells, signs, strict=True) if glyphs[at] not in kept]
    return [at for at, _ in painted], [sign for _, sign in painted]


def _steps(start: At, end: At) -> list[At]:
    """Return the cells after the start up to the end, near the straight line between them."""
    (row, col), cells = start, []
    down, right = abs(end[0] - row), abs(end[1] - col)
    row_step, col_step = _sign(end[0] - row), _sign(end[1] - col)
    rows = cols = 0
    while rows < down or cols < right:
        if rows < down and (cols >= right or (2 * rows + 1) * right < (2 * cols + 1) * down):
            rows, row = rows + 1, row + row_step
        else:
            cols, col = cols + 1, col + col_step
        cells.append((row, col))
    return cells


def _headings(cells: Sequence[At]) -> list[int]:
    """Return the heading from each cell to the next; if that is no neighbour, and at the end, the previous heading."""
    headings: list[int] = []
    for (row, col), (next_row, next_col) in pairwise(cells):
        heading = _STEPS.get((next_row - row, next_col - col))
        headings.append(heading if heading is not None else headings[-1] if headings else EAST)
    return [*headings, headings[-1] if headings else EAST] if cells else []


def _span(first: int, last: int) -> range:
    step = 1 if last >= first else -1
    return range(first, last + step, step)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
