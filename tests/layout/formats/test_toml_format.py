"""Reading layout files: the meaning of a drawing, and the messages for a broken file."""

import datetime
import tomllib
from pathlib import Path

import pytest

from layout.floor import StationKind
from layout.formats.toml_format import equal_floors, load_floor, toml_value
from layout.grid import EAST, NO_LANE, NORTH, CellKind
from tests.support.floor.drawings import TINY, faults_of, floor_of, room

HALL = ("#######", "#.....#", "#P.C..#", "#..rK.#", "#######")
"""A hall with a storage place at (2, 1), a charger at (2, 3) and pick-1 at (3, 4)."""


def test_the_tiny_floor_reads_as_it_is_drawn() -> None:
    """Sizes, places, lanes, queue and outfeed of maps/tiny.toml match its drawing."""
    floor = load_floor(TINY)
    grid = floor.grid
    assert (floor.name, floor.cell_m, grid.height, grid.width) == ("tiny", 1.0, 11, 12)
    assert len(floor.storage) == 13
    assert [grid.at(cell) for cell in floor.chargers] == [(2, 9)]
    assert [station.id for station in floor.stations] == ["pick-1", "stow-1", "pack-1"]
    pick = floor.station("pick-1")
    assert grid.at(pick.cell) == (9, 2)
    assert [grid.at(cell) for cell in pick.queue] == [(9, 1), (8, 1), (7, 1), (6, 1)]
    assert pick.outfeed == grid.cell(6, 2)
    assert grid.lane[grid.cell(3, 2)] == EAST
    assert grid.lane[grid.cell(6, 3)] == NORTH
    assert grid.lane[grid.cell(3, 5)] == NO_LANE
    assert grid.lane[list(pick.places)].tolist() == [NO_LANE] * 5


def test_ids_count_each_kind_in_reading_order() -> None:
    """Stations are numbered by kind, top to bottom and left to right."""
    floor = floor_of(room("rK.rK.rS", "........", "rB.rK.rS"))
    assert [station.id for station in floor.stations] == [
        "pick-1",
        "pick-2",
        "stow-1",
        "pack-1",
        "pick-3",
        "stow-2",
    ]


def test_a_queue_lane_follows_its_glyphs_round_corners() -> None:
    """A lane is traced from its service cell back to the cell without a predecessor."""
    floor = floor_of(room("rrd.", ".Kl.", "...."))
    assert [floor.grid.at(cell) for cell in floor.stations[0].places] == [
        (1, 1),
        (1, 2),
        (0, 2),
        (0, 1),
        (0, 0),
    ]


def test_an_outfeed_belongs_to_the_nearest_pick_station() -> None:
    """Distance counts before reading order; a tie goes to the first in reading order."""
    floor = floor_of(room("rK.....o.rK", ".....o....."))
    assert [floor.grid.at(station.outfeed or 0) for station in floor.stations] == [(1, 5), (0, 7)]
    tie = floor_of(room("rK.o.Kl"))
    assert [station.outfeed for station in tie.stations] == [3, None]


def test_station_tables_set_names_staff_and_times() -> None:
    """A [[station]] table names a station and sets its people and times; others keep their defaults."""
    text = room(*HALL) + '[[station]]\nat = [3, 4]\nid = "front"\npeople = 2\nservice_s = 8\n'
    front = floor_of(text).station("front")
    assert (front.kind, front.people, front.service_s) == (StationKind.PICK, 2, 8.0)
    assert floor_of(room(*HALL)).station("pick-1").service_s is None


def test_other_tables_are_none_of_the_layouts_business() -> None:
    """A scenario in the same file does not disturb the reading of the floor."""
    assert len(floor_of(room(*HALL) + "[run]\nticks = 3\n[robots]\nnonsense = 1\n").storage) == 1


def test_a_floor_may_lie_in_another_file(tmp_path: Path) -> None:
    """The other file gives floor and stations; name, metres and station tables of this file override it."""
    (tmp_path / "halls").mkdir()
    (tmp_path / "halls" / "hall.toml").write_text(
        room(*HALL) + "[[station]]\nat = [3, 4]\npeople = 2\nservice_s = 9.0\n"
    )
    path = tmp_path / "day.toml"
    path.write_text('[floor]\nfile = "halls/hall.toml"\ncell_m = 0.8\n[[station]]\nat = [3, 4]\nid = "front"\n')
    floor = load_floor(path)
    assert (floor.name, floor.cell_m) == ("hall", 0.8)
    front = floor.station("front")
    assert (front.people, front.service_s) == (2, 9.0)


def test_a_floor_may_be_generated() -> None:
    """[floor.generate] replaces the drawing, and [[station]] tables apply to it as to any other."""
    text = '[floor]\nname = "made"\n[floor.generate]\nblocks = 2\nblock_rows = 2\npick = 1\n'
    floor = floor_of(text)
    assert floor.name == "made"
    at = list(floor.grid.at(floor.stations[0].cell))
    named = floor_of(text + f'[[station]]\nat = {at}\nid = "front"\n')
    assert named.stations[0].id == "front"


def test_the_same_file_reads_the_same_twice() -> None:
    """Reading is a function of the file."""
    assert equal_floors(load_floor(TINY), load_floor(TINY))
    assert not equal_floors(load_floor(TINY), floor_of(room(*HALL)))


def test_trailing_blanks_and_empty_lines_around_a_drawing_do_not_matter() -> None:
    """Invisible characters cause no fault."""
    floor = floor_of('[floor]\ngrid = """\n\n#.#   \n#.#\n\n"""\n')
    assert (floor.grid.height, floor.grid.width) == (2, 3)


GLYPHS = "known are # . P C o > v < ^ r d l u K S B"
AT = "put it on a K, S or B cell"
LEAD = "lead it to a K, S or B cell"
ONE_LANE = "a station has one queue lane"
ONE_SOURCE = "give exactly one of grid, file and generate"
SMALL = '[floor]\nname = "a"\n[floor.generate]\n'


def hall_with(table: str) -> str:
    return room(*HALL) + "[[station]]\n" + table + "\n"


BROKEN = {
    "no [floor] table": ("[run]\nticks = 1", [": has no floor (add a table [floor])"]),
    "floor is no table": ("floor = 3", [": [floor]: is a number (write it as a table)"]),
    "nothing that draws": ('[floor]\nname = "a"', [f": [floor]: draws no floor ({ONE_SOURCE})"]),
    "grid and file": (
        '[floor]\ngrid = "#"\nfile = "b.toml"',
        [f": [floor]: has grid and file ({ONE_SOURCE})"],
    ),
    "grid, file and generate": (
        '[floor]\ngrid = "#"\nfile = "b.toml"\n[floor.generate]',
        [f": [floor]: has grid and file and generate ({ONE_SOURCE})"],
    ),
    "unknown key": (
        '[floor]\ngird = "#"\ngrid = "#"',
        [": [floor] gird: is not a known key (did you mean grid?)"],
    ),
    "wrong type": (
        '[floor]\ngrid = "#"\ncell_m = "wide"',
        [": [floor] cell_m: 'wide' can't be used (expected float, got str)"],
    ),
    "cells of no size": (
        '[floor]\ngrid = "#"\ncell_m = 0.0',
        [": [floor] cell_m: 0.0 can't be used (expected float > 0.0)"],
    ),
    "a grid that is a list": (
        '[floor]\ngrid = ["#"]',
        [": [floor] grid: ['#'] can't be used (expected str, got array)"],
    ),
    "a grid of no cells": (
        '[floor]\ngrid = """\n"""',
        [": grid: has no cells (draw the floor, one glyph a cell)"],
    ),
    "ragged rows": (
        room("####", "#.#", "####", "#...#"),
        [
            ": grid line 2: is 3 cells wide (the others are 4)",
            ": grid line 4: is 5 cells wide (the others are 4)",
        ],
    ),
    "unknown glyphs": (
        room("####", "#.x#", "ß..#"),
        [
            f': grid line 2, column 3: "x" is not a glyph ({GLYPHS})',
            f': grid line 3, column 1: "ß" is not a glyph ({GLYPHS})',
        ],
    ),
    "a blank in the drawing": (
        room("####", "# .#"),
        [f': grid line 2, column 2: " " is not a glyph ({GLYPHS})'],
    ),
    "a queue into a wall": (
        room("####", "#rr#", "####"),
        [f": queue cell (1, 2): leads right into a wall ({LEAD})"],
    ),
    "a queue off the grid": (room("u.."), [f": queue cell (0, 0): leads up off the grid ({LEAD})"]),
    "a queue that leads nowhere": (
        room("d.", "..", "rP"),
        [
            f": queue cell (0, 0): leads down into an aisle ({LEAD})",
            f": queue cell (2, 0): leads right into a storage place ({LEAD})",
        ],
    ),
    "a ring of queue cells": (
        room("rd.", "ul.", "..."),
        [f": queue cell (0, 0): lies on a ring of 4 queue cells ({LEAD})"],
    ),
    "two rings": (
        room("rl.rl"),
        [
            f": queue cell (0, 0): lies on a ring of 2 queue cells ({LEAD})",
            f": queue cell (0, 3): lies on a ring of 2 queue cells ({LEAD})",
        ],
    ),
    "two lanes into a station": (
        room("rKl"),
        [f": pick station (0, 1): queue lanes lead into it from (0, 0) and (0, 2) ({ONE_LANE})"],
    ),
    "two lanes that meet": (
        room("d..", "rrS", "u.."),
        [f": queue cell (1, 0): queue lanes lead into it from (0, 0) and (2, 0) ({ONE_LANE})"],
    ),
    "an outfeed alone": (
        room("o.rS"),
        [": outfeed (0, 0): belongs to no pick station (draw a K cell, or no outfeed)"],
    ),
    "two outfeeds": (
        room("o.rK.o"),
        [": outfeed (0, 5): the pick station at (0, 3) has an outfeed at (0, 0) already (a pick station has one)"],
    ),
    "station on a wall": (
        hall_with('at = [4, 2]\nid = "pick-3"'),
        [f': station "pick-3" at (4, 2): stands on a wall ({AT})'],
    ),
    "station in an aisle": (hall_with("at = [1, 1]"), [f": station at (1, 1): stands on an aisle ({AT})"]),
    "station on a charger": (hall_with("at = [2, 3]"), [f": station at (2, 3): stands on a charger ({AT})"]),
    "station on its queue": (
        hall_with("at = [3, 3]"),
        [f": station at (3, 3): stands on a queue cell ({AT})"],
    ),
    "station outside": (
        hall_with("at = [9, 9]"),
        [": station at (9, 9): lies outside the grid (rows are 0–4, columns 0–6)"],
    ),
    "station without a place": (hall_with('id = "x"'), [": [[station]] number 1: has no at (add at = …)"]),
    "station at half a place": (
        hall_with("at = [3]"),
        [": [[station]] number 1 at: [3] can't be used (expected array of length 2, got 1)"],
    ),
    "station at a negative place": (
        hall_with("at = [-1, 4]"),
        [": [[station]] number 1 at[0]: -1 can't be used (expected int >= 0)"],
    ),
    "station with an unknown key": (
        hall_with("at = [3, 4]\nservice = 3"),
        [": [[station]] number 1 service: is not a known key (did you mean service_s?)"],
    ),
    "station without people": (
        hall_with("at = [3, 4]\npeople = 0"),
        [": [[station]] number 1 people: 0 can't be used (expected int >= 1)"],
    ),
    "station in one table": (
        "station = 3\n" + room(*HALL),
        [": station: is not a list of tables (write [[station]])"],
    ),
    "station with two tables": (
        hall_with("at = [3, 4]\n[[station]]\nat = [3, 4]"),
        [": station at (3, 4): has two tables (write one [[station]] for it)"],
    ),
    "an id twice": (
        room("rK.rK") + '[[station]]\nat = [0, 1]\nid = "pick-2"\n',
        [': station "pick-2" at (0, 4): has the id of the station at (0, 1) (an id belongs to one station)'],
    ),
    "an unknown generator parameter": (
        SMALL + "picks = 3",
        [": [floor.generate] picks: is not a known key (did you mean pick?)"],
    ),
    "a generator parameter out of range": (
        SMALL + "queue = 9",
        [": [floor.generate] queue: 9 can't be used (expected int <= 8)"],
    ),
    "an unknown side": (
        SMALL + 'sides = ["up"]',
        [": [floor.generate] sides[0]: 'up' can't be used (known are east, north, south, west)"],
    ),
    "too many stations": (
        SMALL + "pick = 40",
        [": [floor.generate] pick, stow, pack: 42 stations don't fit on south (12 fit)"],
    ),
    "faults of all sorts at once": (
        room("rrP", "..o") + "cell = 1\n[[station]]\nat = [0, 0]\n[[station]]\nat = 3\n",
        [
            ": [floor] cell: is not a known key (did you mean cell_m?)",
            ": [[station]] number 2 at: 3 can't be used (expected array, got int)",
        ],
    ),
    "faults of drawing and tables at once": (
        room("rrP", "..o") + "[[station]]\nat = [0, 0]\n[[station]]\nat = [7, 7]\n",
        [
            f": queue cell (0, 1): leads right into a storage place ({LEAD})",
            ": outfeed (1, 2): belongs to no pick station (draw a K cell, or no outfeed)",
            f": station at (0, 0): stands on a queue cell ({AT})",
            ": station at (7, 7): lies outside the grid (rows are 0–1, columns 0–2)",
        ],
    ),
}


@pytest.mark.parametrize(("text", "messages"), BROKEN.values(), ids=BROKEN)
def test_a_broken_layout_is_reported_in_its_terms(text: str, messages: list[str]) -> None:
    """Every fault is one line: file, place, problem and expected form; all are reported together."""
    assert faults_of(lambda: floor_of(text)) == [f"maps/a.toml{message}" for message in messages]


def test_a_file_that_is_not_toml_is_reported_with_its_line(tmp_path: Path) -> None:
    """A syntax error gives its line."""
    path = tmp_path / "a.toml"
    path.write_text("[floor]\ngrid = #")
    assert faults_of(lambda: load_floor(path)) == [f"{path}: is not valid TOML: Invalid value (at line 2, column 8)"]


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    """The message gives the path, that of a referenced file too."""
    path = tmp_path / "a.toml"
    assert faults_of(lambda: load_floor(path)) == [f"{path}: can't be read: No such file or directory"]
    path.write_text('[floor]\nfile = "b.toml"\n')
    other = tmp_path / "b.toml"
    assert faults_of(lambda: load_floor(path)) == [f"{other}: can't be read: No such file or directory"]


def test_faults_of_another_file_are_reported_as_its_own(tmp_path: Path) -> None:
    """A fault in the file that holds the floor names that file."""
    (tmp_path / "b.toml").write_text(room("#x#"))
    path = tmp_path / "a.toml"
    path.write_text('[floor]\nfile = "b.toml"\n')
    other = tmp_path / "b.toml"
    assert faults_of(lambda: load_floor(path)) == [f'{other}: grid line 1, column 2: "x" is not a glyph ({GLYPHS})']


def test_files_that_name_each_other_are_reported(tmp_path: Path) -> None:
    """A circular reference is a fault and no endless loop."""
    (tmp_path / "b.toml").write_text('[floor]\nfile = "a.toml"\n')
    path = tmp_path / "a.toml"
    path.write_text('[floor]\nfile = "b.toml"\n')
    other = tmp_path / "b.toml"
    assert faults_of(lambda: load_floor(path)) == [
        f"{other}: [floor] file: a.toml leads back here (name a file with a grid)"
    ]


def test_glyph_kinds_are_those_of_the_grid() -> None:
    """Each glyph makes a cell of its kind."""
    floor = floor_of(room("#.PCo>rK"))
    assert [CellKind(int(kind)).name for kind in floor.grid.kind] == [
        "WALL", "AISLE", "STORAGE", "CHARGER", "OUTFEED", "AISLE", "QUEUE", "SERVICE",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        'say "hi"',
        "two\nlines",
        "C:\\orders",
        "box \U0001f4e6",
        "\x7f",
        True,
        3,
        2.5,
        [],
        ["a", [1, False]],
        datetime.date(2026, 1, 5),
    ],
    ids=repr,
)
def test_a_value_is_read_back_as_it_was_written(value: object) -> None:
    """Control signs and signs beyond 16 bits included: a settings' text comes from users and their paths."""
    assert tomllib.loads(f"value = {toml_value(value)}") == {"value": value}
