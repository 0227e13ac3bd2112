"""Faults that make a floor unfit to run, reported cell by cell and compared with a slow path search."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from layout.checks import check_floor
from layout.drawing.glyphs import render
from layout.errors import InputError
from layout.floor import Floor
from layout.formats.movingai import read_map
from layout.formats.toml_format import load_floor
from layout.roads import EMPTY, LOADED, build_roads
from tests.support.floor.drawings import LORR, ROOT, TINY, floor_of, needs_lorr, room
from tests.support.floor.naive_roads import goals, ground, sources

BACK = "no path leads back to the other aisles (turn a lane or open a wall)"
THERE = "no path leads there from the other aisles (turn a lane or open a wall)"
BESIDE = "by a loaded robot (put it beside an aisle)"
HALL = ("##########", "#........#", "#P.PC....#", "#........#", "#...rrK..#", "#........#", "##########")
"""The smallest sound floor: a pick station, places and a charger."""


def messages(floor: Floor) -> list[str]:
    return [str(problem) for problem in check_floor(floor, "a.toml")]


@pytest.mark.parametrize("name", ["tiny", "demo", "fc-1000", "fc-10000"])
def test_the_maps_of_the_product_are_sound(name: str) -> None:
    """Every shipped floor can be worked."""
    assert messages(load_floor(ROOT / "maps" / f"{name}.toml")) == []


def test_a_floor_may_lack_stow_and_pack_stations() -> None:
    """Picking alone makes a floor useful."""
    assert messages(floor_of(room(*HALL))) == []


FAULTY = {
    "an empty hall": (room("###", "#.#", "###"), [
        "a.toml: has no pick station (draw a K cell with a queue lane)",
        "a.toml: has no storage place (draw P cells beside an aisle)",
        "a.toml: has no charger (draw a C cell beside an aisle)",
    ]),
    "a hall without ground": (room("##", "##"), [
        "a.toml: has no pick station (draw a K cell with a queue lane)",
        "a.toml: has no storage place (draw P cells beside an aisle)",
        "a.toml: has no charger (draw a C cell beside an aisle)",
    ]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FAULTY.values(), ids=FAULTY)
def test_missing_essentials_are_reported(text: str, expected: list[str]) -> None:
    """A floor without stations can be read, for example from a map, but not worked."""
    assert messages(floor_of(text)) == expected


BROKEN = {
    "an aisle behind a wall": (
        ("#........#", "#.######.#", "#.#..#...#", "#.####...#"),
        ["aisle (3, 3): 2 cells from here are cut off from the other aisles (turn a lane or open a wall)"],
    ),
    "one cell behind a wall": (
        ("#........#", "#.####...#", "#.#.##...#", "#.####...#"),
        ["aisle (3, 3): is cut off from the other aisles (turn a lane or open a wall)"],
    ),
    "a lane into a dead end": (
        ("#........#", "#.#####..#", "#.>>>>#..#", "#.#####..#"),
        [f"aisle (3, 2): 4 cells from here are a trap: {BACK}"],
    ),
    "a lane out of a dead end": (
        ("#........#", "#.#####..#", "#.<<<<#..#", "#.#####..#"),
        [f"aisle (3, 2): 4 cells from here are of no use: {THERE}"],
    ),
    "a place behind places": (
        ("#........#", "#.PPP....#", "#.PPP....#", "#.PPP....#"),
        [f"storage place (3, 3): can be neither reached nor left {BESIDE}"],
    ),
    "many places behind places": (
        ("#.PPPPP..#", "#.PPPPP..#", "#.PPPPP..#", "#........#"),
        [f"storage place (1, 3): 6 places from here can be neither reached nor left {BESIDE}"],
    ),
    "places that lanes only lead to": (
        ("#.##P##..#", "#.##^##..#", "#........#", "#........#"),
        [
            f"aisle (2, 4): is a trap: {BACK}",
            f"storage place (1, 4): can't be left {BESIDE}",
        ],
    ),
    "places that lanes only lead away from": (
        ("#.##P##..#", "#.##v##..#", "#........#", "#........#"),
        [
            f"aisle (2, 4): is of no use: {THERE}",
            f"storage place (1, 4): can't be reached {BESIDE}",
        ],
    ),
    "a charger in a block": (
        ("#........#", "#.PPP....#", "#.PCP....#", "#.PPP....#"),
        [f"charger (3, 3): can be neither reached nor left {BESIDE}"],
    ),
    "an outfeed in a wall": (
        ("#........#", "#..###...#", "#..#o#...#", "#..###...#"),
        [f"outfeed (3, 4): can be neither reached nor left {BESIDE}"],
    ),
}


@pytest.mark.parametrize(("middle", "expected"), BROKEN.values(), ids=BROKEN)
def test_ground_and_places_that_are_cut_off_are_reported_by_group(middle: tuple[str, ...], expected: list[str]) -> None:
    """Each connected group is one fault, with its first cell and its size."""
    floor = floor_of(room("##########", *middle, "#........#", "#P.C.rrK.#", "#........#", "##########"))
    assert messages(floor) == [f"a.toml: {message}" for message in expected]


AHEAD, START = "give its service cell an aisle ahead", "start the queue at an aisle"
STATIONS = {
    "no lane": (("#......K.#",), [
        'station "pick-1" at (4, 7): has no queue lane (lead r, l, u or d cells to it)',
    ]),
    "a tail behind walls": (("####....##", "###rrK..##"), [
        f'station "pick-1" at (5, 5): no aisle leads to its queue\'s tail at (5, 3) ({START})',
    ]),
    "walls all round": (("#.########", "#.rrK#####"), [
        f'station "pick-1" at (5, 4): can\'t be left straight ahead, east to (5, 5) ({AHEAD})',
    ]),
    "a place ahead": (("#........#", "#.rrKP...#"), [
        f'station "pick-1" at (5, 4): can\'t be left straight ahead, east to (5, 5) ({AHEAD})',
    ]),
    "totes without a way to packing": (("#........#", "#.rK.rB..#"), [
        'station "pick-1" at (5, 3): has no outfeed for the totes to the pack stations (draw an o beside it)',
    ]),
    "a lane against the way out": (("#........#", "#.rrK<...#"), []),
    "only ways out to the side": (("#........#", "#.rrK#...#"), []),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), STATIONS.values(), ids=STATIONS)
def test_stations_that_cannot_work_are_reported(rows: tuple[str, ...], expected: list[str]) -> None:
    """A station needs a lane from an aisle and a way out; ahead if there is one, else to the side."""
    floor = floor_of(room("##########", "#........#", "#P.C.....#", "#........#", *rows, "##########"))
    assert messages(floor) == [f"a.toml: {message}" for message in expected]


def test_the_exit_lane_of_a_station_is_reached_through_it() -> None:
    """On the tiny floor robots reach (9, 3) only through pick-1, as intended."""
    floor = load_floor(TINY)
    roads = build_roads(floor)
    exit_lane, ring = floor.grid.cell(9, 3), floor.grid.cell(5, 1)
    assert ring not in sources(floor, roads, exit_lane, LOADED)
    assert ring in sources(floor, roads, floor.station("pick-1").cell, LOADED)
    assert exit_lane in sources(floor, roads, ring, LOADED)


@needs_lorr
def test_a_benchmark_map_has_no_stations_but_one_piece_of_ground() -> None:
    """A map can be read and checked; its missing parts are reported."""
    floor = read_map(LORR / "random.domain" / "maps" / "random-32-32-20.map")
    assert len(messages(floor)) == 3


def drives_anywhere(floor: Floor, load: int) -> bool:
    """Return whether a robot gets from every cell to every goal, by the slow search."""
    roads = build_roads(floor)
    return all(ground(floor) <= sources(floor, roads, goal, load) for goal in goals(floor))


@st.composite
def damaged_floors(draw: st.DrawFn) -> Floor:
    """The tiny floor with a few cells redrawn."""
    rows = [list(row) for row in render(load_floor(TINY)).splitlines()]
    for _ in range(draw(st.integers(0, 4))):
        row, col = draw(st.integers(1, len(rows) - 2)), draw(st.integers(1, len(rows[0]) - 2))
        rows[row][col] = draw(st.sampled_from("#.P<>^vC"))
    try:
        return floor_of(room(*map("".join, rows)))
    except InputError:
        assume(False)
        raise


@given(damaged_floors())
@settings(max_examples=60, deadline=None)
def test_a_floor_is_sound_just_where_the_slow_search_finds_every_way(floor: Floor) -> None:
    """Ground faults are reported if and only if some robot cannot get from somewhere to some goal."""
    useless = f": {THERE}"[2:]
    problems = [
        text for text in messages(floor) if useless not in text and "outfeed for" not in text and "has no" not in text
    ]
    if problems:
        assert not drives_anywhere(floor, LOADED)
    else:
        assert drives_anywhere(floor, LOADED)
        assert drives_anywhere(floor, EMPTY)
