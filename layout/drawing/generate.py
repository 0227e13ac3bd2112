"""Floors generated from a few parameters: the parameters and their checks. blueprint.py draws the floor.

    rows      pairs of pod rows with one-way aisles between them, alternately west and east
    columns   blocks of pods with one-way cross aisles between them, alternately north and south
    rings     two one-way roads around the storage, the inner one clockwise, the outer one counter-clockwise
    stations  outside the rings: a robot leaves the outer one, waits, is served and joins it again

Aisles may be reversed, or open both ways. Every aisle leads from one side of the inner ring to the other, so the ground
is strongly connected whatever the numbers; every storage place and charger touches an aisle or the ring.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from layout.drawing.blueprint import MODULE_WIDTH, RINGS, SIDES, Blueprint, blueprint_glyphs
from layout.drawing.glyphs import draw
from layout.drawing.lanes import read_stations
from layout.errors import InputError, Problem
from layout.files.tables import read_table
from layout.floor import Floor

Count = Annotated[int, Meta(ge=0)]
AtLeastOne = Annotated[int, Meta(ge=1)]
Side = Literal["north", "west", "south", "east"]
Aisles = Literal["one-way", "mirrored", "two-way"]
"""Directions of aisles. One-way: rows west, east, west …, columns north, south …; mirrored: each reversed; two-way: no
lanes.
"""
Misfit = tuple[str, str, str]
"""(key, fault, remedy)."""

MOST_CELLS = 4_000_000
"""Most cells of a storage region: more than any building has at 1 m a cell."""


class GeneratorParams(Struct, frozen=True):
    """[floor.generate] – parameters of a generated floor. Lengths are in cells."""

    block_rows: Count = 0
    """Pairs of pod rows. 0: as many as fit `height`, or 7 without it, which suits three pick stations and their robots.
    """
    blocks: Count = 0
    """Blocks side by side. 0: as many as `width` needs, or 4 without it."""
    block_length: AtLeastOne = 8
    """Columns of a block; with `width` the longest that a block may be."""
    aisles: Aisles = "one-way"
    """Directions of the aisles between the blocks. The rings are always one-way."""
    queue: Annotated[int, Meta(ge=2, le=8)] = 5
    """Length of a queue lane (4–8 is usual, RAWSim-O)."""
    sides: tuple[Side, ...] = ("south",)
    """Sides with stations."""
    pick: Count = 3
    stow: Count = 1
    pack: Count = 1
    chargers: Count = 6
    height: Count = 0
    """Rows of the whole grid. 0: as many as needed."""
    width: Count = 0
    """Columns of the whole grid. 0: as many as needed."""


def generate(params: GeneratorParams, name: str = "generated", cell_m: float = 1.0, file: str = "generator") -> Floor:
    """Generate the floor of these parameters, deterministically. `cell_m`: edge of a cell in metres.

    Raises InputError, attributed to `file`, if a parameter is out of range or the parameters do not fit together.
    """
    problems = _faults(params, file)
    if problems:
        raise InputError(problems)
    drawing = draw(blueprint_glyphs(_blueprint(params)))
    stations = read_stations(drawing, file, problems)
    if problems:
        raise InputError(problems)
    return Floor(name, drawing.grid, stations, cell_m)


def _faults(params: GeneratorParams, file: str) -> list[Problem]:
    problems: list[Problem] = []
    read_table(GeneratorParams, structs.asdict(params), file, "[floor.generate]", problems)
    if problems:
        return problems
    misfits = _size_misfits(params) or _count_misfits(params)
    return [Problem(file, f"[floor.generate] {key}", what, instead) for key, what, instead in misfits]


def _blueprint(params: GeneratorParams) -> Blueprint:
    """Return the blueprint with all dimensions resolved."""
    height, width = _region(params)
    blocks = -(-(width + 1) // (params.block_length + 1))
    stations = {"K": params.pick, "S": params.stow, "B": params.pack}
    sides = tuple(side for side in SIDES if side in params.sides)
    return Blueprint(height, width, blocks, params.queue, sides, stations, params.chargers, params.aisles)


def _region(params: GeneratorParams) -> tuple[int, int]:
    """Return (height, width) of the storage region in cells; meaningless if `height` or `width` is too small."""
    height, width = (
        params.height - _around(params, "north", "south"),
        params.width - _around(params, "west", "east"),
    )
    if not params.height:
        height = 3 * (params.block_rows or 7) - 1
    if not params.width:
        width = (params.blocks or 4) * (params.block_length + 1) - 1
    return height, width


def _around(params: GeneratorParams, *sides: str) -> int:
    """Return the cells that two opposite sides take from the storage region: wall, stations and rings of each."""
    return sum(1 + RINGS + params.queue * (side in params.sides) for side in sides)


def _size_misfits(params: GeneratorParams) -> list[Misfit]:
    height, width = _region(params)
    misfits = [
        (count, f"can't be given together with {size}", "leave out one of them")
        for size, count in (("height", "block_rows"), ("width", "blocks"))
        if getattr(params, size) and getattr(params, count)
    ]
    for key, given, room, least in (("height", params.height, height, 2), ("width", params.width, width, 1)):
        if room < least:
            misfits.append((key, f"{given} leaves no room for pods", f"at least {given + least - room}"))
    if height * width > MOST_CELLS:
        misfits.append(("blocks", f"{height} × {width} cells are too many", f"at most {MOST_CELLS:,}"))
    return misfits


def _count_misfits(params: GeneratorParams) -> list[Misfit]:
    plan, misfits = _blueprint(params), []
    fit = sum(length // MODULE_WIDTH for length in plan.side_lengths().values())
    wanted = params.pick + params.stow + params.pack
    if wanted > fit:
        sides = " and ".join(plan.sides) or "no side"
        misfits.append(("pick, stow, pack", f"{wanted} stations don't fit on {sides}", f"{fit} fit"))
    places = plan.rows().count("P") * plan.columns().count("P")
    if params.chargers >= places:
        misfits.append(("chargers", f"{params.chargers} leave no storage", f"fewer than {places}"))
    return misfits
