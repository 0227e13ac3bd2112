"""Drawing of a generated floor, from the inside out: storage, chargers, two rings, stations, wall."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Glyphs = NDArray[np.str_]
"""One glyph for each cell: str[height, width] of length 1."""

SIDES = ("north", "west", "south", "east")
"""Sides counter-clockwise, in the driving direction of the outer ring."""
RINGS = 2
MODULE_WIDTH = 3
_SIGNS = {"one-way": ("<>", "^v"), "mirrored": ("><", "v^"), "two-way": ("..", "..")}
"""Glyphs of the first aisle, the second, the first again …: (rows, columns)."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Dimensions in cells. height, width: of the storage. stations: count by glyph. sides: ordered as SIDES. aisles: a
    key of _SIGNS.
    """

    height: int
    width: int
    blocks: int
    queue: int
    sides: tuple[str, ...]
    stations: dict[str, int]
    chargers: int
    aisles: str = "one-way"

    def rows(self) -> str:
        """Return the rows from north to south: P a row of pods, a an aisle. Spare rows widen middle aisles."""
        pairs, spare = divmod(self.height + 1, 3)
        if pairs == 1:
            return "PP" + "a" * spare
        gaps = ["a"] * (pairs - 1)
        for number in range(1, spare + 1):
            gaps[number * len(gaps) // (spare + 1)] += "a"
        return "PP" + "".join(gap + "PP" for gap in gaps)

    def columns(self) -> str:
        """Return the columns from west to east: P a column of pods, a a cross aisle. Blocks differ by at most one
        column.
        """
        pods = self.width - (self.blocks - 1)
        borders = [block * pods // self.blocks for block in range(self.blocks + 1)]
        return "a".join("P" * (end - start) for start, end in pairwise(borders))

    def side_lengths(self) -> dict[str, int]:
        """Return the cells of the outer ring along each side with stations, without its corners."""
        inner = 2 * (RINGS - 1)
        along = {"north": self.width, "south": self.width, "west": self.height, "east": self.height}
        return {side: along[side] + inner for side in self.sides}

    def margin(self, side: str) -> int:
        """Return the cells between the outer ring and the edge of the grid: the stations and the wall."""
        return 1 + self.queue * (side in self.sides)


def blueprint_glyphs(plan: Blueprint) -> NDArray[np.uint8]:
    """Return the drawing as ASCII codes, uint8[height, width] of the whole grid. The stations must fit."""
    storage = _storage(plan)
    _place_chargers(storage, plan.chargers)
    core = _with_rings(storage)
    north, west, south, east = map(plan.margin, SIDES)
    floor = np.pad(core, ((north, south), (west, east)), constant_values="#")
    _place_stations(floor, plan)
    return floor.astype("S1").view(np.uint8)


def _storage(plan: Blueprint) -> Glyphs:
    rows, cols = plan.rows(), plan.columns()
    region = np.full((len(rows), len(cols)), "P")
    aisles = [index for index, row in enumerate(rows) if row == "a"]
    cross = [index for index, col in enumerate(cols) if col == "a"]
    along, across = _SIGNS[plan.aisles]
    for number, row in enumerate(aisles):
        region[row, :] = along[number % 2]
    for number, col in enumerate(cross):
        region[:, col] = across[number % 2]
    region[np.ix_(aisles, cross)] = "."
    return region


def _place_chargers(region: Glyphs, count: int) -> None:
    """Turn the storage places nearest to the points of an even lattice into chargers."""
    rows, cols = np.nonzero(region == "P")
    taken = np.zeros(len(rows))
    down, along = np.empty((2, len(rows)))  # allocated once, because allocation is the slow part
    for row, col in _lattice(count, *region.shape):
        np.abs(np.subtract(rows, row, out=down), out=down)
        np.abs(np.subtract(cols, col, out=along), out=along)
        down += along
        down += taken
        nearest = int(down.argmin())
        taken[nearest] = np.inf
        region[rows[nearest], cols[nearest]] = "C"


def _lattice(count: int, height: int, width: int) -> list[tuple[float, float]]:
    """Return `count` points, (row, column), spread over an area in lines, about equally far apart in both directions."""
    lines = max(1, min(count, round((count * height / width) ** 0.5)))
    borders = [line * count // lines for line in range(lines + 1)]
    return [
        ((line + 0.5) * height / lines - 0.5, (index + 0.5) * width / (end - start) - 0.5)
        for line, (start, end) in enumerate(pairwise(borders))
        for index in range(end - start)
    ]


def _with_rings(region: Glyphs) -> Glyphs:
    """Return the region surrounded by a clockwise ring and a counter-clockwise one. A corner has the heading that
    follows it.
    """
    inner = np.pad(region, 1)
    inner[0], inner[:, -1], inner[-1], inner[:, 0] = ">", "v", "<", "^"
    inner[0, 0] = ">"
    inner[-1, -1] = "<"
    outer = np.pad(inner, 1)
    outer[:, 0], outer[-1], outer[:, -1], outer[0] = "v", ">", "^", "<"
    outer[0, 0] = "v"
    outer[-1, -1] = "^"
    return outer


def _place_stations(floor: Glyphs, plan: Blueprint) -> None:
    """Place the stations evenly into strips between the outer ring and the wall, on the sides in turn."""
    lengths, kinds = plan.side_lengths(), iter(_interleaved(plan.stations))
    for side, count in _shares(lengths, sum(plan.stations.values())).items():
        turns = (SIDES.index("south") - SIDES.index(side)) % 4
        strip = np.rot90(floor, turns)[-1 - plan.queue : -1]
        first_column = plan.margin(SIDES[SIDES.index(side) - 1]) + 1
        for index in range(count):
            spare = (2 * index + 1) * lengths[side] - MODULE_WIDTH * count
            start = first_column + spare // (2 * count)
            strip[:, start : start + MODULE_WIDTH] = _module(next(kinds), plan.queue, turns)


def _module(service: str, queue: int, turns: int) -> Glyphs:
    """Return a station south of its ring: down the lane, through the service cell, up the exit lane to the ring.

    do^     queue = 4; only pick stations have the outfeed o. The target strip was turned south by
    d#^     `turns` quarters counter-clockwise; the glyphs are those of the floor before that.
    d#^
    rK^
    """
    rows = [f"d{'o' if service == 'K' else '#'}^", *["d#^"] * (queue - 2), f"r{service}^"]
    turned = str.maketrans("rdlu>v<^", "".join(signs[turns:] + signs[:turns] for signs in ("rdlu", ">v<^")))
    return np.array([list(row.translate(turned)) for row in rows])


def _shares(lengths: dict[str, int], count: int) -> dict[str, int]:
    """Distribute `count` modules over the sides, in proportion to how many fit on each."""
    fit = [length // MODULE_WIDTH for length in lengths.values()]
    borders = [sum(fit[:side]) * count // max(1, sum(fit)) for side in range(len(fit) + 1)]
    return {side: borders[index + 1] - borders[index] for index, side in enumerate(lengths)}


def _interleaved(counts: dict[str, int]) -> list[str]:
    """Return each kind as often as counted, interleaved as evenly as possible."""
    total, placed = sum(counts.values()), dict.fromkeys(counts, 0)
    order = []
    for number in range(1, total + 1):
        kind = max(counts, key=lambda kind: counts[kind] * number - placed[kind] * total)
        placed[kind] += 1
        order.append(kind)
    return order
