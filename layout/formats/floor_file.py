"""A layout file being edited: its drawing and station tables are replaced in place, and everything else is kept.

The text written is the text opened, with only the grid and the [[station]] entries changed that a draft has changed.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from layout.checks import LayoutFault, find_faults
from layout.drawing.edit import At, Draft, Glyphs, Note, drawn_text, empty_glyphs
from layout.drawing.glyphs import read_drawing
from layout.errors import InputError, Problem
from layout.files.reading import TOML, read_text
from layout.files.tables import parse_toml, read_table
from layout.files.writing import write_whole
from layout.formats.toml_format import FloorTable, StationTable, floor_from, quoted
from layout.formats.toml_text import Edit, Statement, edited, statements

_CELL = re.compile(r"\((\d+), (\d+)\)")
_KEYS = ("id", "people", "service_s")


class FloorFile:
    """The opened text and its content.

    glyphs: uint8[height, width]. notes: by cell, from the tables without a fault; a faulty table is left alone.
    """

    def __init__(self, path: Path, text: str) -> None:
        """Parse a text. Raises InputError if it is not TOML with a readable drawing, in a form that can be changed in
        place.
        """
        self.path = path
        self._text, self._on_disk = text, ""
        self._tables = parse_toml(text, str(path))
        self._parts = list(statements(text))
        self.glyphs = _glyphs_of(self._tables, str(path))
        self.notes = self._notes()
        self._grid = self._only("floor.grid")
        self._headers = [part for part in self._parts if part.table == "station" and not part.key]
        if len(self._headers) != len(self._stations()):
            raise InputError.single(str(path), "station", "can't be changed in place", "write it as [[station]] tables")

    @classmethod
    def open(cls, path: Path) -> "FloorFile":
        """Open an existing file. Raises InputError if it cannot be read or edited."""
        text = read_text(path, TOML)
        file = cls(path, text)
        file._on_disk = text
        return file

    @classmethod
    def new(cls, path: Path, height: int, width: int) -> "FloorFile":
        """Create a file not written yet: a hall of aisles with a wall around it."""
        grid = drawn_text(empty_glyphs(height, width))
        return cls(path, f'[floor]\nname = {quoted(path.stem)}\ngrid = """\n{grid}"""\n')

    @property
    def is_new(self) -> bool:
        """Return whether the file has never been written."""
        return not self._on_disk

    @property
    def changed_by_others(self) -> bool:
        """Return whether the file differs from its text when it was last read or written here."""
        try:
            return read_text(self.path, TOML) != self._on_disk
        except InputError:
            return self.path.exists()

    def draft(self) -> Draft:
        return Draft(self.glyphs, self.notes)

    def text_of(self, draft: Draft) -> str:
        """Return the file's text with the draft's changes."""
        return edited(self._text, [*self._grid_edit(draft.glyphs), *self._station_edits(draft)])

    def faults_of(self, draft: Draft) -> tuple[bool, list[LayoutFault]]:
        """Return whether the draft can be read as a floor, and the faults that `layout check` would report for it."""
        name = str(self.path)
        try:
            floor = floor_from(tomllib.loads(self.text_of(draft)), name, self.path.parent)
        except InputError as error:
            return False, [LayoutFault(problem, _cells_of(problem, draft.shape)) for problem in error.problems]
        return True, find_faults(floor, name)

    def save(self, draft: Draft) -> None:
        """Write the draft, completely or not at all. Raises InputError if it cannot be written."""
        text = self.text_of(draft)
        if not self._matches(text, draft):
            raise InputError.single(
                str(self.path), "", "can't be changed in place", "write plain [floor] and [[station]] tables"
            )
        write_whole(self.path, text)
        self._on_disk = text
        draft.mark_saved()

    def _stations(self) -> list[object]:
        """Return the [[station]] tables."""
        tables = self._tables.get("station", [])
        return tables if isinstance(tables, list) else []

    def _notes(self) -> dict[At, Note]:
        notes: dict[At, Note] = {}
        height, width = self.glyphs.shape
        for entry, table in enumerate(self._stations()):
            faults: list[Problem] = []
            entry_values = read_table(StationTable, table, "", "", faults)
            if not faults and entry_values.at[0] < height and entry_values.at[1] < width:
                notes.setdefault(
                    entry_values.at, Note(entry_values.id, entry_values.people, entry_values.service_s, entry)
                )
        return notes

    def _only(self, name: str) -> Statement:
        for part in self._parts:
            if part.name == name:
                return part
        raise InputError.single(
            str(self.path), name, "can't be changed in place", "write a table [floor] with a key grid"
        )

    @property
    def _line_end(self) -> str:
        return "\r\n" if "\r\n" in self._text else "\n"

    def _grid_edit(self, glyphs: Glyphs) -> Iterator[Edit]:
        if not np.array_equal(glyphs, self.glyphs):
            start, end = self._grid.value
            mark = "'''" if self._text.startswith("'''", start) else '"""'
            drawn = ("\n" + drawn_text(glyphs)).replace("\n", self._line_end)
            yield start, end, mark + drawn + mark

    def _station_edits(self, draft: Draft) -> Iterator[Edit]:
        now = {note.entry: (at, note) for at, note in draft.notes.items() if note.entry >= 0}
        for at, note in self.notes.items():
            yield from self._entry_edits(note.entry, (at, note), now.get(note.entry))
        new = [(at, note) for at, note in sorted(draft.notes.items()) if note.entry < 0 and _says_something(note)]
        if new:
            owner = self._headers[-1] if self._headers else self._grid
            end = self._end_of(owner.number)
            tables = "".join(_table(*station) for station in new)
            yield end, end, self._on_new_line(end) + tables.replace("\n", self._line_end)

    def _entry_edits(self, entry: int, was: tuple[At, Note], now: tuple[At, Note] | None) -> Iterator[Edit]:
        """Yield the edits of one [[station]] table of the file."""
        header = self._headers[entry]
        if now is None:
            yield self._blank_lines_above(header.start), self._end_of(header.number), ""
            return
        before, after = dict(_pairs(*was)), dict(_pairs(*now))
        keys = {part.key: part for part in self._parts if part.number == header.number and part.key}
        for key in before.keys() - after.keys():
            yield keys[key].start, keys[key].end, ""
        for key in before.keys() & after.keys():
            if before[key] != after[key]:
                start, end = keys[key].value
                yield start, end, after[key]
        added = [f"{key} = {after[key]}{self._line_end}" for key in after if key not in before]
        if added:
            end = self._end_of(header.number)
            yield end, end, self._on_new_line(end) + "".join(added)

    def _end_of(self, number: int) -> int:
        """Return the position after the last line of a table."""
        return max(part.end for part in self._parts if part.number == number)

    def _on_new_line(self, at: int) -> str:
        return "" if at == 0 or self._text[at - 1] == "\n" else self._line_end

    def _blank_lines_above(self, at: int) -> int:
        """Return the position where the empty lines above a line begin."""
        while at and not self._text[(before := self._text.rfind("\n", 0, at - 1) + 1) : at].strip():
            at = before
        return at

    def _matches(self, text: str, draft: Draft) -> bool:
        """Return whether a text has the draft's drawing and unchanged other tables."""
        tables = tomllib.loads(text)
        same = _others(tables) == _others(self._tables)
        return same and np.array_equal(_glyphs_of(tables, str(self.path)), draft.glyphs)


def _glyphs_of(tables: dict[str, object], file: str) -> Glyphs:
    """Return the drawing of a file, glyph by glyph. Raises InputError if it has none or it cannot be read."""
    problems: list[Problem] = []
    floor = tables.get("floor", {})
    if not isinstance(floor, dict) or "grid" not in floor:
        raise InputError.single(
            file, "[floor]", "has no drawing to edit", "draw it as grid; --like makes one of any layout"
        )
    grid = read_table(FloorTable, floor, file, "[floor]", problems).grid
    drawing = None if problems else read_drawing(grid, file, problems)
    if drawing is None:
        raise InputError(problems)
    lines = [line.rstrip() for line in grid.strip("\n").split("\n")]
    return np.array([list(line.encode()) for line in lines], np.uint8)


def _others(tables: dict[str, object]) -> dict[str, object]:
    table = tables["floor"]
    floor = {key: value for key, value in table.items() if key != "grid"} if isinstance(table, dict) else table
    return {**tables, "floor": floor, "station": None}


def _pairs(at: At, note: Note) -> Iterator[tuple[str, str]]:
    """Yield the keys of a [[station]] table with their values as TOML."""
    yield "at", str(list(at))
    for key in _KEYS:
        if value := getattr(note, key):
            yield key, quoted(value) if isinstance(value, str) else f"{value:.12g}"


def _table(at: At, note: Note) -> str:
    """Return a whole [[station]] table with an empty line above it."""
    return "\n[[station]]\n" + "".join(f"{key} = {value}\n" for key, value in _pairs(at, note))


def _says_something(note: Note) -> bool:
    return any(getattr(note, key) for key in _KEYS)


def _cells_of(problem: Problem, shape: tuple[int, int]) -> tuple[int, ...]:
    """Return the cell that a problem names."""
    found = [(int(row), int(col)) for row, col in _CELL.findall(problem.where)]
    return tuple(row * shape[1] + col for row, col in found if row < shape[0] and col < shape[1])
