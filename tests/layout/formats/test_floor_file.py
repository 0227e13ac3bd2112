"""Saving into a file with more than a drawing: only changes are written."""

import os
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.checks import check_floor
from layout.drawing.edit import Draft, Note
from layout.drawing.glyphs import KINDS
from layout.floor import Station
from layout.formats.floor_file import FloorFile
from layout.formats.toml_format import load_floor
from layout.formats.toml_text import statements
from tests.support.floor.drawings import ROOT, faults_of

MAPS = sorted((ROOT / "maps").glob("*.toml"))
DRAWN = [path for path in MAPS if "grid" in tomllib.loads(path.read_text(encoding="utf-8"))["floor"]]
HALL = '''# a hall
[run]          # not the editor's
note = "[floor] # no header"
list = [1, # one
  2]

[floor]        # the floor
name = "hall"
grid = """
#######
#.....#
#P.C.S#
#..rK.#
#######
"""            # end of the drawing

[[station]]    # at the door
at = [3, 4]    # below
people = 2     # Ann and Ben

# the other
[[station]]
id = 'stowing'
at = [2, 5]

[robots]
count = 1
'''


@pytest.fixture
def hall(tmp_path: Path) -> FloorFile:
    path = tmp_path / "hall.toml"
    path.write_bytes(HALL.encode())
    return FloorFile.open(path)


def lines_changed(file: FloorFile, draft: Draft) -> tuple[list[str], list[str]]:
    """Removed lines of the file, and added lines."""
    before, after = HALL.splitlines(), file.text_of(draft).splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_saving_without_a_change_leaves_the_file_byte_for_byte(path: Path, tmp_path: Path) -> None:
    """Every shipped map comes out unchanged."""
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    file = FloorFile.open(copy)
    file.save(file.draft())
    assert copy.read_bytes() == path.read_bytes()


def test_undone_strokes_are_not_written(hall: FloorFile) -> None:
    """A draft that is back at its beginning gives its original text."""
    draft = hall.draft()
    draft.paint([(1, 1)], [ord("#")])
    draft.insert(0, 2)
    draft.note((4, 4), None)
    while draft.undo():
        pass
    assert hall.text_of(draft) == HALL


def test_a_stroke_changes_its_line_only(hall: FloorFile) -> None:
    """Comments, other tables and other rows stay."""
    draft = hall.draft()
    draft.paint([(1, 1)], [ord("C")])
    assert lines_changed(hall, draft) == (["#.....#"], ["#C....#"])


def test_a_station_keeps_its_comments(hall: FloorFile) -> None:
    """Values are replaced in place, new keys come last, and a removed value takes its line along."""
    draft = hall.draft()
    draft.note((3, 4), replace(draft.notes[3, 4], people=3, id='the "door"', service_s=2.5))
    removed, added = lines_changed(hall, draft)
    assert removed == ["people = 2     # Ann and Ben"]
    assert added == ["people = 3     # Ann and Ben", 'id = "the \\"door\\""', "service_s = 2.5"]
    draft.note((3, 4), replace(draft.notes[3, 4], people=0, id="", service_s=0.0))
    assert lines_changed(hall, draft) == (["people = 2     # Ann and Ben"], [])


def test_a_new_row_moves_the_stations_below_it(hall: FloorFile) -> None:
    """The tables of those stations change, and nothing else does."""
    draft = hall.draft()
    draft.insert(0, 3)
    removed, added = lines_changed(hall, draft)
    assert removed == ["at = [3, 4]    # below"]
    assert added == ["at = [4, 4]    # below"]
    assert [station.id for station in saved(hall, draft)] == ["stowing", "pick-1"]


def test_a_station_that_is_erased_takes_its_table_along(hall: FloorFile) -> None:
    """The comment between two tables stays."""
    draft = hall.draft()
    draft.paint([(3, 4)], [ord(".")])
    text = hall.text_of(draft)
    assert "at the door" not in text
    assert "# the other\n[[station]]\nid = 'stowing'" in text
    assert tomllib.loads(text)["station"] == [{"id": "stowing", "at": [2, 5]}]


def test_a_new_table_stands_behind_the_others(hall: FloorFile) -> None:
    """The table comes before other tables of the file."""
    draft = hall.draft()
    draft.paint([(1, 5)], [ord("B")])
    draft.note((1, 5), Note(people=4))
    assert "at = [2, 5]\n\n[[station]]\nat = [1, 5]\npeople = 4\n\n[robots]" in hall.text_of(draft)


def test_the_first_table_stands_behind_the_drawing(tmp_path: Path) -> None:
    """A file without [[station]] gets one, though it does not end with a line end."""
    path = tmp_path / "a.toml"
    path.write_text('[floor]\ngrid = """\nrK.\n"""')
    file = FloorFile.open(path)
    draft = file.draft()
    draft.note((0, 1), Note(id="one"))
    assert file.text_of(draft) == '[floor]\ngrid = """\nrK.\n"""\n\n[[station]]\nat = [0, 1]\nid = "one"\n'


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    """A file with CRLF is written with CRLF throughout."""
    path = tmp_path / "a.toml"
    path.write_bytes(HALL.replace("\n", "\r\n").encode())
    file = FloorFile.open(path)
    draft = file.draft()
    assert file.text_of(draft).encode() == path.read_bytes()
    draft.paint([(1, 1), (3, 4)], [ord("C"), ord("K")])
    draft.note((3, 4), replace(draft.notes[3, 4], service_s=4))
    file.save(draft)
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") == HALL.count("\n") + 1


def test_a_faulty_table_is_left_alone_and_reported(tmp_path: Path) -> None:
    """The editor leaves tables unchanged that it cannot interpret."""
    path = tmp_path / "a.toml"
    path.write_text(HALL.replace("people = 2 ", "peeple = 2 "))
    file = FloorFile.open(path)
    draft = file.draft()
    draft.paint([(1, 1)], [ord("#")])
    assert "peeple = 2     # Ann and Ben" in file.text_of(draft)
    readable, faults = file.faults_of(draft)
    assert not readable
    assert [fault.problem.what for fault in faults] == ["is not a known key"]


def test_faults_are_those_of_the_check(hall: FloorFile) -> None:
    """The messages equal those of `layout check`, with their cells."""
    draft = hall.draft()
    draft.paint([(1, 2), (2, 2), (3, 2)], [ord("#")] * 3)
    readable, faults = hall.faults_of(draft)
    assert readable
    hall.save(draft)
    assert [fault.problem for fault in faults] == check_floor(load_floor(hall.path), str(hall.path))
    cells = {fault.problem.where: fault.cells for fault in faults}
    assert cells["aisle (1, 1)"] == (8,)


def test_a_drawing_that_is_no_floor_names_its_cell(hall: FloorFile) -> None:
    """A queue lane into a wall is reported with the cell to mark."""
    draft = hall.draft()
    draft.paint([(1, 1)], [ord("u")])
    readable, faults = hall.faults_of(draft)
    assert not readable
    assert faults[0].cells == (8,)


def test_saving_makes_the_draft_unchanged(hall: FloorFile) -> None:
    """The saved file reads as it was drawn, and keeps its permissions."""
    draft = hall.draft()
    hall.path.chmod(0o640)
    draft.paint([(1, 1)], [ord("C")])
    hall.save(draft)
    assert not draft.changed
    assert len(load_floor(hall.path).chargers) == 2
    assert os.stat(hall.path).st_mode & 0o777 == 0o640
    assert [path.name for path in hall.path.parent.iterdir()] == ["hall.toml"]


def test_changes_of_others_are_noticed(hall: FloorFile) -> None:
    """Another program's change is not overwritten silently; the editor's own saving is no such change."""
    draft = hall.draft()
    hall.save(draft)
    assert not hall.changed_by_others
    hall.path.write_text(HALL + "# hello\n")
    assert hall.changed_by_others


def test_uneditable_files_are_refused(tmp_path: Path) -> None:
    """A generated floor, a torn drawing and tables in other forms are refused with a way out."""
    texts = {
        "generated": ("[floor.generate]\npick = 1\n", "has no drawing to edit"),
        "ragged": ('[floor]\ngrid = """\n##\n#\n##\n"""\n', "grid line 2: is 1 cell wide"),
        "inline": ("floor = {grid = '''\nrK.\n'''}\n", "can't be changed in place"),
        "list": ("station = [{at = [0, 1]}]\n[floor]\ngrid = 'rK.'\n", "can't be changed in place"),
        "torn": ("[floor", "is not valid TOML"),
    }
    for name, (text, message) in texts.items():
        path = tmp_path / f"{name}.toml"
        path.write_text(text)
        assert message in faults_of(lambda path=path: FloorFile.open(path))[0]  # type: ignore[misc]


def test_other_ways_to_write_a_key_are_found(tmp_path: Path) -> None:
    """A dotted key, quoted keys and a drawing on one line are found."""
    path = tmp_path / "a.toml"
    path.write_text("floor.grid = 'rK.'  # small\n[[ \"station\" ]]\n\"at\"=[0,1]\n'people' = 2")
    file = FloorFile.open(path)
    draft = file.draft()
    assert file.text_of(draft) == path.read_text()
    draft.paint([(0, 2)], [ord("#")])
    draft.note((0, 1), replace(draft.notes[0, 1], people=3))
    tables = tomllib.loads(file.text_of(draft))
    assert tables == {"floor": {"grid": "rK#\n"}, "station": [{"at": [0, 1], "people": 3}]}
    assert "# small" in file.text_of(draft)


def test_a_new_file_is_a_hall_with_walls(tmp_path: Path) -> None:
    """The file does not exist before it is saved."""
    file = FloorFile.new(tmp_path / "new.toml", 3, 4)
    assert file.is_new
    assert not file.path.exists()
    file.save(file.draft())
    assert not file.is_new
    assert file.path.read_text() == '[floor]\nname = "new"\ngrid = """\n####\n#..#\n####\n"""\n'


def test_a_folder_that_isnt_there_is_reported(tmp_path: Path) -> None:
    """Saving fails with one line."""
    file = FloorFile.new(tmp_path / "no" / "new.toml", 3, 4)
    assert "can't be written to: No such file" in faults_of(lambda: file.save(file.draft()))[0]


VALUES = st.one_of(
    st.integers(),
    st.booleans(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    st.lists(st.integers(0, 9), max_size=3),
)


@given(st.dictionaries(st.from_regex(r"[a-z_-]{1,6}", fullmatch=True), VALUES, max_size=4), st.text("# \t", max_size=4))
def test_statements_cover_everything_that_tomllib_reads(table: dict[str, object], blanks: str) -> None:
    """Every key is found, with the same value as in tomllib."""
    lines = [f"{key} = {toml(value)} #{blanks}" for key, value in table.items()]
    text = "\n".join(["[a]", *lines, "[[b]]", *lines])
    found = [
        (part.table, part.key, tomllib.loads(f"v = {text[slice(*part.value)]}")["v"])
        for part in statements(text)
        if part.key
    ]
    assert found == [(name, key, value) for name in ("a", "b") for key, value in table.items()]


def toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def saved(file: FloorFile, draft: Draft) -> list[Station]:
    file.save(draft)
    return list(load_floor(file.path).stations)


@given(st.integers(1, 6), st.data())
def test_whatever_is_drawn_can_be_checked_and_saved(width: int, data: st.DataObject) -> None:
    """No drawing of known glyphs makes the check fail, and each reads as it was drawn."""
    glyphs = st.lists(st.sampled_from(sorted(KINDS)), min_size=width, max_size=width).map("".join)
    rows = data.draw(st.lists(glyphs, min_size=1, max_size=5))
    file = FloorFile(Path("a.toml"), '[floor]\ngrid = """\n' + "##\n" * 2 + '"""\n')
    drawing = Draft(np.array([list(row.encode()) for row in rows], np.uint8))
    drawing.note((0, 0), Note(people=2))
    file.faults_of(drawing)
    assert tomllib.loads(file.text_of(drawing))["floor"]["grid"].split() == rows
