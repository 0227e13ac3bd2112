"""The grid: definition of cells and headings.

Coordinates are (row, column), row 0 at the top. A cell is one int, `row * width + column`. Headings are 0 east, 1
south, 2 west, 3 north, so `heading + 1` is a quarter turn clockwise (the League of Robot Runners' numbering).
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

EAST, SOUTH, WEST, NORTH = range(4)
HEADINGS = (EAST, SOUTH, WEST, NORTH)
HEADING_NAMES = ("east", "south", "west", "north")
NO_LANE = -1


def steps(width: int) -> tuple[int, int, int, int]:
    """Return what to add to a cell to get to the next one, by heading, on a grid of `width` columns."""
    return (1, width, -1, -width)


class CellKind(IntEnum):
    """Kind of a cell. Every kind but WALL can be driven by some robot."""

    WALL = 0
    AISLE = 1
    STORAGE = 2
    """A pod place: a stored pod is a wall for loaded robots and a roof for empty ones."""
    QUEUE = 3
    SERVICE = 4
    """Cell in which a robot stands while people at the station work on its load."""
    OUTFEED = 5
    """Cell in which a robot takes the full totes of a pick station."""
    CHARGER = 6


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Kinds and lanes of all cells.

    kind: uint8[cells], a CellKind each. lane: int8[cells], the heading of a one-way lane or NO_LANE. A lane can be
    crossed and joined from the side; it is never driven, entered or left against its heading.
    """

    height: int
    width: int
    kind: NDArray[np.uint8]
    lane: NDArray[np.int8]

    @property
    def cells(self) -> int:
        return self.height * self.width

    def cell(self, row: int, col: int) -> int:
        return row * self.width + col

    def at(self, cell: int) -> tuple[int, int]:
        """Return (row, column) of a cell."""
        return divmod(int(cell), self.width)

    def neighbour(self, cell: int, heading: int) -> int:
        """Return the cell one step ahead, or -1 beyond the edge."""
        row, col = self.at(cell)
        row += (heading == SOUTH) - (heading == NORTH)
        col += (heading == EAST) - (heading == WEST)
        inside = 0 <= row < self.height and 0 <= col < self.width
        return self.cell(row, col) if inside else -1

    def of_kind(self, kind: CellKind) -> NDArray[np.int32]:
        """Return the cells of one kind in reading order."""
        return np.flatnonzero(self.kind == kind).astype(np.int32)

    def distance(self, a: int, b: int) -> int:
        """Return the Manhattan distance in cells, the least that a robot drives."""
        (ra, ca), (rb, cb) = self.at(a), self.at(b)
        return abs(ra - rb) + abs(ca - cb)

    def heading_to(self, a: int, b: int) -> int:
        """Return the heading from cell a to the neighbouring cell b. Raises ValueError if they are not neighbours."""
        for heading in HEADINGS:
            if self.neighbour(a, heading) == b:
                return heading
        raise ValueError(f"cells {self.at(a)} and {self.at(b)} are not neighbours")
