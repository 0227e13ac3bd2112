"""MovingAI maps, read and written."""

from pathlib import Path

import pytest
from drawings import LORR, TINY, faults_of, needs_lorr

from layout.glyphs import render
from layout.movingai import dump_map, marked_cells, read_map
from layout.toml_format import equal_floors, load_floor

HEAD = "type octile\nheight 2\nwidth 4\nmap\n"


def read(text: str, folder: Path) -> list[str]:
    """The faults of a map, without its path."""
    path = folder / "a.map"
    path.write_text(text)
    return [message.removeprefix(f"{path}: ") for message in faults_of(lambda: read_map(path))]


def test_free_cells_and_walls_are_told_apart(tmp_path: Path) -> None:
    """Ground, grass, swamp and the League's E are free; trees, water and the rest are walls."""
    path = tmp_path / "small.map"
    path.write_text(HEAD + ".GSE\n@OTW\n")
    floor = read_map(path)
    assert floor.name == "small"
    assert render(floor) == "....\n####\n"
    assert floor.stations == ()


def test_marked_cells_are_found(tmp_path: Path) -> None:
    """Cells by letter, in reading order; none where there are none, and a faulty map is refused."""
    path = tmp_path / "small.map"
    path.write_text(HEAD + ".ESE\n@S..\n\n")
    assert marked_cells(path, "E").tolist() == [1, 3]
    assert marked_cells(path, "S").tolist() == [2, 5]
    assert marked_cells(path, "G").tolist() == []
    path.write_text("E")
    assert faults_of(lambda: marked_cells(path, "E"))


def test_a_map_that_is_written_reads_the_same(tmp_path: Path) -> None:
    """Walls and free cells survive; the tiny floor has 78 cells to drive on."""
    path = tmp_path / "tiny.map"
    path.write_text(dump_map(load_floor(TINY)))
    floor = read_map(path)
    assert render(floor).count(".") == 78
    path.write_text(dump_map(floor))
    assert equal_floors(read_map(path), floor)


GOOD = "free . G S E, walls @ O T W"
BROKEN = {
    "an empty file": ("", [
        'line 1: is "" (write type octile)',
        'line 2: is "" (write height and a number)',
        'line 3: is "" (write width and a number)',
        'line 4: is "" (write map)',
    ]),
    "another type": ("type tile\nheight 2\nwidth 4\nmap\n", ['line 1: is "type tile" (write type octile)']),
    "no height": ("type octile\nheight 0\nwidth 4\nmap\n", [
        'line 2: is "height 0" (write height and a number)',
    ]),
    "too few rows": (HEAD + "....\n", ["map: has 1 rows (its head says 2)"]),
    "a short row": (HEAD + "....\n...\n", ["line 6: has 3 cells (its head says 4)"]),
    "unknown letters": (HEAD + "..x.\n..?x\n", [
        f"line 5, column 3: 'x' is no cell ({GOOD})",
        f"line 6, column 3: '?' is no cell ({GOOD})",
        f"line 6, column 4: 'x' is no cell ({GOOD})",
    ]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "messages"), BROKEN.values(), ids=BROKEN)
def test_a_broken_map_is_told_by_line(text: str, messages: list[str], tmp_path: Path) -> None:
    """Every fault has its line and what would be right."""
    assert read(text, tmp_path) == messages


def test_a_missing_map_is_told(tmp_path: Path) -> None:
    """The path that was looked for is named."""
    path = tmp_path / "a.map"
    assert faults_of(lambda: read_map(path)) == [f"{path}: can't be read: No such file or directory"]


@needs_lorr
def test_the_leagues_maps_read() -> None:
    """Sizes and free cells of a benchmark map are those of its file."""
    floor = read_map(LORR / "random.domain" / "maps" / "random-32-32-20.map")
    assert (floor.grid.height, floor.grid.width) == (32, 32)
    assert render(floor).count(".") == 819
