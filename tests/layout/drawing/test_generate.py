"""Generated floors: one seen whole, and properties of all of them."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.checks import check_floor
from layout.drawing.generate import Aisles, GeneratorParams, generate
from layout.drawing.glyphs import render
from layout.errors import InputError
from layout.floor import Floor, StationKind
from layout.formats.toml_format import equal_floors
from tests.support.floor.drawings import faults_of

ALL_SIDES = ("north", "west", "south", "east")

SMALL = """\
#####################
#########vKl#########
#########v#u#########
#########vou#########
####v<<<<<<<<<<<<####
####v>>>>>>>>>>v^####
####v^PPPP^PPPPv^####
#dllv^PPCP^PCPPv^<<<#
#S##v^<<<<.<<<<v^o#K#
#>>>v^PPPP^PPPPv^rru#
####v^PPPP^PPPPv^####
####v^<<<<<<<<<<^####
####>>>>>>>>>>>>^####
#########d#^#########
#########d#^#########
#########rB^#########
#####################
"""


def test_a_small_floor_looks_as_it_should() -> None:
    """Two blocks, two pairs of rows and a station on each side, as one would draw them."""
    params = GeneratorParams(
        block_rows=2, blocks=2, block_length=4, queue=3, sides=ALL_SIDES, pick=2, stow=1, pack=1, chargers=2
    )
    assert render(generate(params)) == SMALL


def test_aisles_can_be_turned_round_or_open() -> None:
    """Rows and columns of aisles change their signs, and nothing else changes."""
    drawn = [
        render(generate(GeneratorParams(block_rows=3, blocks=3, block_length=2, pick=1, chargers=1, aisles=aisles)))
        for aisles in get_args(Aisles)
    ]
    rows = [text.splitlines() for text in drawn]
    assert [one[5] for one in rows] == ["#v^<<.<<.<<v^#", "#v^>>.>>.>>v^#", "#v^........v^#"]
    assert [one[3] for one in rows] == ["#v^PP^PPvPPv^#", "#v^PPvPP^PPv^#", "#v^PP.PP.PPv^#"]
    assert len({text.translate(str.maketrans("<>^v", "....")) for text in drawn}) == 1


@pytest.mark.parametrize("queue", [2, 4, 8])
def test_a_station_is_its_module(queue: int) -> None:
    """The lane leads down and round the corner to the service cell, the exit lane up to the ring."""
    floor = generate(GeneratorParams(queue=queue, pick=1, stow=0, pack=0))
    grid, pick = floor.grid, floor.stations[0]
    rows = render(floor).splitlines()
    row, col = grid.at(pick.cell)
    assert len(pick.queue) == queue
    assert [rows[row - up][col - 1 : col + 2] for up in range(queue)] == [
        "rK^",
        *["d#^"] * (queue - 2),
        "do^",
    ]
    assert pick.outfeed == grid.cell(row - queue + 1, col)


def test_an_exact_size_is_kept_and_filled() -> None:
    """With height and width given, the grid has exactly that size, and only the rim is spare."""
    floor = generate(GeneratorParams(height=40, width=61, sides=("east",), block_length=10))
    assert (floor.grid.height, floor.grid.width) == (40, 61)
    assert len(floor.storage) > 0.5 * 40 * 50


def test_spare_rows_become_wider_aisles() -> None:
    """Three heights in a row hold the same pods; the odd rows are aisles, one-way like the others."""
    floors = [generate(GeneratorParams(height=height, chargers=0)) for height in (25, 26, 27, 28)]
    pods = [len(floor.storage) for floor in floors]
    assert pods[0] == pods[1] == pods[2] < pods[3]


def test_stations_of_all_kinds_are_mixed() -> None:
    """Pack and stow stations are not all in one corner."""
    floor = generate(GeneratorParams(pick=6, stow=2, pack=2, blocks=6))
    kinds = [station.kind for station in floor.stations]
    assert kinds[:5] == kinds[5:]
    assert kinds.index(StationKind.PACK) > 0


def test_chargers_are_spread_over_the_storage() -> None:
    """Every quarter of a large storage has its share of chargers."""
    floor = generate(GeneratorParams(block_rows=12, blocks=6, chargers=24))
    rows, cols = np.divmod(floor.chargers, floor.grid.width)
    north, west = rows < floor.grid.height / 2, cols < floor.grid.width / 2
    quarters = [(north & west).sum(), (north & ~west).sum(), (~north & west).sum(), (~north & ~west).sum()]
    assert min(quarters) >= 4


MISFITS = {
    "a grid too small": (
        GeneratorParams(height=9, width=6),
        ["height: 9 leaves no room for pods (at least 13)", "width: 6 leaves no room for pods (at least 7)"],
    ),
    "size and count": (
        GeneratorParams(height=40, width=60, block_rows=3, blocks=3),
        [
            "block_rows: can't be given together with height (leave out one of them)",
            "blocks: can't be given together with width (leave out one of them)",
        ],
    ),
    "too many stations": (
        GeneratorParams(pick=20, stow=5, pack=5, sides=("north", "south")),
        ["pick, stow, pack: 30 stations don't fit on north and south (24 fit)"],
    ),
    "no side": (GeneratorParams(sides=()), ["pick, stow, pack: 5 stations don't fit on no side (0 fit)"]),
    "too many chargers": (
        GeneratorParams(block_rows=1, blocks=1, chargers=16, pick=1, stow=0, pack=0),
        ["chargers: 16 leave no storage (fewer than 16)"],
    ),
    "too large a floor": (
        GeneratorParams(block_rows=10_000, blocks=1_000),
        ["blocks: 29999 × 8999 cells are too many (at most 4,000,000)"],
    ),
    "out of range": (
        GeneratorParams(queue=1, chargers=-1),
        ["queue: 1 can't be used (expected int >= 2)", "chargers: -1 can't be used (expected int >= 0)"],
    ),
}


@pytest.mark.parametrize(("params", "messages"), MISFITS.values(), ids=MISFITS)
def test_parameters_that_do_not_fit_are_reported(params: GeneratorParams, messages: list[str]) -> None:
    """Each fault names its parameter, with a value that would fit."""
    problems = faults_of(lambda: generate(params, file="maps/a.toml"))
    assert problems == [f"maps/a.toml: [floor.generate] {message}" for message in messages]


sides = st.lists(st.sampled_from(ALL_SIDES), unique=True, min_size=1).map(tuple)
counted = st.builds(
    GeneratorParams,
    block_rows=st.integers(1, 6),
    blocks=st.integers(1, 5),
    block_length=st.integers(1, 7),
    aisles=st.sampled_from(get_args(Aisles)),
    queue=st.integers(2, 8),
    sides=sides,
    pick=st.integers(1, 4),
    stow=st.integers(0, 2),
    pack=st.integers(0, 2),
    chargers=st.integers(1, 8),
)
sized = st.builds(
    GeneratorParams,
    height=st.integers(10, 40),
    width=st.integers(10, 40),
    block_length=st.integers(1, 12),
    aisles=st.sampled_from(get_args(Aisles)),
    queue=st.integers(2, 8),
    sides=sides,
    pick=st.integers(1, 4),
    stow=st.integers(0, 2),
    pack=st.integers(0, 2),
    chargers=st.integers(1, 8),
)


def generated(params: GeneratorParams) -> Floor | None:
    """The floor, or None if the parameters do not fit."""
    try:
        return generate(params)
    except InputError:
        return None


@given(counted | sized)
@settings(max_examples=150, deadline=None)
def test_every_generated_floor_is_sound_and_as_ordered(params: GeneratorParams) -> None:
    """For any parameters, robots can work the floor, it has the requested sizes, and it is always the same."""
    floor = generated(params)
    if floor is None:
        return
    assert check_floor(floor, "") == []
    assert [len(floor.of_kind(kind)) for kind in StationKind] == [params.pick, params.stow, params.pack]
    assert len(floor.chargers) == params.chargers
    assert all(len(station.queue) == params.queue for station in floor.stations)
    assert params.height in (0, floor.grid.height)
    assert params.width in (0, floor.grid.width)
    assert equal_floors(floor, generate(params))
