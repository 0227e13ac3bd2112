"""MovingAI maps, read and written."""

from pathlib import Path

import pytest

from layout.drawing.glyphs import render
from layout.formats.movingai import dump_map, marked_cells, read_map
from layout.formats.toml_format import equal_floors, load_floor
from tests.support.floor.drawings import LORR, TINY, faults_of, needs_lorr

HEAD = "type octile\nheight 2\nwidth 4\nmap\n"


def read(text: str, folder: Path) -> list[str]:
    """The faults of a map, without its path."""
    path = folder / "a.map"
    path.write_text(text)
    return [message.removeprefix(f"{path}: ") for message in faults_of(lambda: read_map(path))]


def test_free_cells_and_walls_are_distinguished(tmp_path: Path) -> None:
    """Ground, grass, swamp and the League's E are free; trees, water and the rest are walls."""
    path = tmp_path / "small.map"
    path.write_text(HEAD + ".GSE\n@OTW\n")
    floor = read_map(path)
    assert floor.name == "small"
    assert render(floor) == "....\n####\n"
    assert floor.stations == ()


def test_marked_cells_are_found(tmp_path: Path) -> None:
    """Cells by letter come in reading order, none if there are none, and a faulty map is refused."""
    path = tmp_path / "small.map"
    path.write_text(HEAD + ".ESE\n@S..\n\n")
    assert marked_cells(path, "E").tolist() == [1, 3]
    assert marked_cells(path, "S").tolist() == [2, 5]
    assert marked_cells(path, "G").tolist() == []
    path.write_text("")
    assert faults_of(lambda: marked_cells(path, "E"))


def test_a_map_that_is_written_reads_the_same(tmp_path: Path) -> None:
    """Walls and free cells survive; the tiny floor has 78 cells to drive on."""
    path = tmp_path / "tiny.map"
    path.write_text(dump_map(load_floor(TINY)))
    floor = read_map(path)
    assert render(floor).count(".") == 78
    path.write_text(dump_map(floor))
    assert equal_floors(read_map(path), floor)


OTHERS = {
    "no type": "height 2\nwidth 4\nmap\n",
    "width first": "type octile\nwidth 4\nheight 2\nmap\n",
    "tabs": "type\toctile\nheight\t2\nwidth\t4\nmap\n",
    "a byte order mark": "\ufefftype octile\nheight 2\nwidth 4\nmap\n",
    "another type": "type tile\nheight 2\nwidth 4\nmap\n",
    "line ends of Windows": "type octile\r\nheight 2\r\nwidth 4\r\nmap\r\n",
    "capitals": "Type Octile\nHeight 2\nWidth 4\nMap\n",
    "a kiva map": "2,4\n3\n2\n5000\n",
}


@pytest.mark.parametrize("head", OTHERS.values(), ids=OTHERS)
def test_maps_of_other_tools_are_read(head: str, tmp_path: Path) -> None:
    """Any lines that give the number of rows and columns are a head."""
    path = tmp_path / "a.map"
    ending = "\r\n" if "\r" in head else "\n"
    path.write_bytes(f"{head}.@..{ending}@...{ending}{ending}".encode())
    assert render(read_map(path)) == ".#..\n#...\n"


def test_a_kiva_map_of_rhcr_is_read(tmp_path: Path) -> None:
    """Endpoints and homes of robots are free cells, pods are walls; the endpoints are marked like stations."""
    path = tmp_path / "kiva.map"
    path.write_text("3,5\n4\n2\n5000\nr.ee.\n..@@.\nr.ee.\n")
    assert render(read_map(path)) == ".....\n..##.\n.....\n"
    assert marked_cells(path, "E").tolist() == [2, 3, 12, 13]


GOOD = "free . G S E, walls @ O T W"
BROKEN = {
    "an empty file": ("", ["is empty (a MovingAI map, or a kiva map of RHCR)"]),
    "another file": ("E\n", ['line 1: "E" is no line of the head (type, height, width, then map)']),
    "no height": ("type octile\nheight 0\nwidth 4\nmap\n", [
        'line 2: "height 0" is no line of the head (type, height, width, then map)',
    ]),
    "a head without sizes": ("type octile\nmap\n..\n", [
        "head: has no height (write height and a number)",
        "head: has no width (write width and a number)",
    ]),
    "a head without an end": ("type octile\nheight 2\nwidth 4\n", [
        "head: doesn't end (write map on a line before the rows)",
    ]),
    "two heights": ("height 1\nheight 2\nwidth 4\nmap\n....\n", ["line 2: is a second height (write it once)"]),
    "too few rows": (HEAD + "....\n", ["map: has 1 row (its head says 2 × 4)"]),
    "a head of a billion cells": ("height 99999\nwidth 99999\nmap\n....\n", [
        "map: has 1 × 4 cells (its head says 99999 × 99999)",
    ]),
    "height and width exchanged": ("height 4\nwidth 2\nmap\n....\n....\n", [
        "map: has 2 × 4 cells (its head says 4 × 2)",
    ]),
    "a short row": (HEAD + "....\n.\n", ["line 6: has 1 cell (its head says 2 × 4)"]),
    "many short rows": ("height 9\nwidth 2\nmap\n..\n" + ".\n" * 8, [
        *(f"line {line}: has 1 cell (its head says 9 × 2)" for line in range(5, 10)),
        "has 3 more faults like these",
    ]),
    "unknown letters": (HEAD + "..x.\n..?x\n", [
        f"line 6, column 3: '?' is no cell ({GOOD})",
        f"line 5, column 3: 'x' is no cell, 2 times ({GOOD})",
    ]),
    "a kiva map without its numbers": ("1,2\n3\nx\n4\n..\n", ['line 3: is "x" (the number of agents)']),
    "another kiva map than its head says": ("1,2\n3\n4\n5\n..\n@e\n", ["map: has 2 rows (its head says 1 × 2)"]),
    "a kiva map with other letters": ("1,2\n3\n4\n5\n.T\n", ["line 5, column 2: 'T' is no cell (free . e r, walls @)"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "messages"), BROKEN.values(), ids=BROKEN)
def test_a_broken_map_is_reported_by_line(text: str, messages: list[str], tmp_path: Path) -> None:
    """Every fault has its line and the expected form."""
    assert read(text, tmp_path) == messages


def test_a_missing_map_is_reported(tmp_path: Path) -> None:
    """The message gives the path."""
    path = tmp_path / "a.map"
    assert faults_of(lambda: read_map(path)) == [f"{path}: can't be read: No such file or directory"]


@needs_lorr
def test_the_leagues_maps_read() -> None:
    """Sizes and free cells of a benchmark map match its file."""
    floor = read_map(LORR / "random.domain" / "maps" / "random-32-32-20.map")
    assert (floor.grid.height, floor.grid.width) == (32, 32)
    assert render(floor).count(".") == 819
