"""A floor being drawn: its glyphs and station notes, changed by strokes that can be undone.

Every change is kept as two patches, the new content and the previous one, so undoing applies the other patch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from layout.drawing.glyphs import KINDS, SERVICES

At = tuple[int, int]
"""(row, column) of a cell."""
Glyphs = NDArray[np.uint8]
"""ASCII codes of glyphs: uint8[height, width]."""
Axis = Literal[0, 1]
"""Axis of the grid. 0: rows, 1: columns."""

_WALL, _AISLE = ord("#"), ord(".")
_SERVICES = [ord(sign) for sign in SERVICES]
_ALONE = [*_SERVICES, ord("o")]
"""Glyphs that are not continued into a row or column inserted between two of them."""


@dataclass(frozen=True, slots=True)
class Note:
    """Content of a [[station]] table for a service cell; "" and 0 mean the default.

    entry: number of the table in the file, from 0, or -1 if it is not in the file.
    """

    id: str = ""
    people: int = 0
    service_s: float = 0.0
    entry: int = -1


Notes = Mapping[At, Note]


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """A change of the drawing. shape: of the grid. cells: intp[n], flat cells set to glyphs, uint8[n]; all cells if the
    shape is new.
    """

    shape: tuple[int, int]
    cells: NDArray[np.intp]
    glyphs: Glyphs
    notes: Notes


class Draft:
    """The current drawing and its history."""

    def __init__(self, glyphs: Glyphs, notes: Notes | None = None) -> None:
        self._glyphs = glyphs.copy()
        self._notes: Notes = dict(notes or {})
        self._done: list[tuple[_Patch, _Patch]] = []
        self._undone: list[tuple[_Patch, _Patch]] = []
        self._saved: tuple[_Patch, _Patch] | None = None
        self.revision = 0
        """Number of changes so far, including undone ones."""

    @property
    def glyphs(self) -> Glyphs:
        """Current glyphs, read-only."""
        view = self._glyphs.view()
        view.flags.writeable = False
        return view

    @property
    def notes(self) -> Notes:
        return self._notes

    @property
    def shape(self) -> tuple[int, int]:
        height, width = self._glyphs.shape
        return height, width

    @property
    def changed(self) -> bool:
        """Return whether anything differs from the last saved state."""
        return (self._done[-1] if self._done else None) is not self._saved

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def copy(self) -> "Draft":
        """Return the current drawing without its history."""
        copy = Draft(self._glyphs, self._notes)
        copy.revision = self.revision
        return copy

    def paint(self, cells: Sequence[At], glyphs: Sequence[int]) -> bool:
        """Paint one stroke: a glyph for each cell, the last one if a cell occurs twice. Return False if nothing
        changes.

        Raises ValueError for an unknown glyph. A station that is painted over loses its note.
        """
        if not {chr(glyph) for glyph in glyphs} <= KINDS.keys():
            raise ValueError("not a glyph")
        wanted = dict(zip(cells, glyphs, strict=True))
        changes = {at: glyph for at, glyph in wanted.items() if self._glyphs[at] != glyph}
        if not changes:
            return False
        rows, cols = np.array(list(changes)).T
        flat = rows * self.shape[1] + cols
        gone = {at for at, glyph in changes.items() if glyph not in _SERVICES and self._glyphs[at] in _SERVICES}
        notes = {at: note for at, note in self._notes.items() if at not in gone}
        before = _Patch(self.shape, flat, self._glyphs.reshape(-1)[flat], self._notes)
        self._do(before, _Patch(self.shape, flat, np.array(list(changes.values()), np.uint8), notes))
        return True

    def note(self, at: At, note: Note | None) -> bool:
        """Set the note of the station at a cell; None removes it. Return False if nothing changes."""
        notes = {place: said for place, said in self._notes.items() if place != at}
        if note is not None:
            notes[at] = note
        if notes == self._notes:
            return False
        nowhere, nothing = np.zeros(0, np.intp), np.zeros(0, np.uint8)
        self._do(_Patch(self.shape, nowhere, nothing, self._notes), _Patch(self.shape, nowhere, nothing, notes))
        return True

    def insert(self, axis: Axis, index: int) -> None:
        """Insert a row or column before the one at `index`, which may be one beyond the last.

        Between two others it continues the glyphs that both share, else it is aisle; at an edge it is wall.
        """
        glyphs = np.insert(self._glyphs, index, self._between(axis, index), axis)
        self._reshape(glyphs, {_moved(at, axis, index, 1): note for at, note in self._notes.items()})

    def remove(self, axis: Axis, index: int) -> bool:
        """Remove the row or column at `index`; return False if it is the only one."""
        if self.shape[axis] == 1:
            return False
        kept = {at: note for at, note in self._notes.items() if at[axis] != index}
        notes = {_moved(at, axis, index, -1): note for at, note in kept.items()}
        self._reshape(np.delete(self._glyphs, index, axis), notes)
        return True

    def undo(self) -> bool:
        """Undo the last change; return False if there is none."""
        if not self._done:
            return False
        self._undone.append(self._done.pop())
        self._apply(self._undone[-1][0])
        return True

    def redo(self) -> bool:
        """Redo the change undone last; return False if there is none."""
        if not self._undone:
            return False
        self._done.append(self._undone.pop())
        self._apply(self._done[-1][1])
        return True

    def mark_saved(self) -> None:
        """Record the current state as the one in the file."""
        self._saved = self._done[-1] if self._done else None

    def _between(self, axis: Axis, index: int) -> Glyphs:
        along = self._glyphs if axis == 0 else self._glyphs.T
        if index in (0, len(along)):
            return np.full(along.shape[1], _WALL, np.uint8)
        before, after = along[index - 1], along[index]
        continued = (before == after) & ~np.isin(before, _ALONE)
        return np.where(continued, before, np.uint8(_AISLE))

    def _reshape(self, glyphs: Glyphs, notes: Notes) -> None:
        self._do(_whole(self._glyphs, self._notes), _whole(glyphs, notes))

    def _do(self, before: _Patch, after: _Patch) -> None:
        self._done.append((before, after))
        self._undone.clear()
        self._apply(after)

    def _apply(self, patch: _Patch) -> None:
        if patch.shape != self.shape:
            self._glyphs = np.empty(patch.shape, np.uint8)
        self._glyphs.reshape(-1)[patch.cells] = patch.glyphs
        self._notes = patch.notes
        self.revision += 1


def empty_glyphs(height: int, width: int) -> Glyphs:
    """Return a hall of aisles with a wall around it."""
    glyphs = np.full((height, width), _WALL, np.uint8)
    glyphs[1:-1, 1:-1] = _AISLE
    return glyphs


def drawn_text(glyphs: Glyphs) -> str:
    """Return `height` lines of `width` glyphs, each with its line end."""
    return "".join(row.tobytes().decode("ascii") + "\n" for row in glyphs)


def _whole(glyphs: Glyphs, notes: Notes) -> _Patch:
    height, width = glyphs.shape
    return _Patch((height, width), np.arange(glyphs.size), glyphs.reshape(-1).copy(), notes)


def _moved(at: At, axis: Axis, index: int, shift: int) -> At:
    """Return the position of a cell after rows or columns from `index` on have moved."""
    row, col = at
    if at[axis] < index:
        return at
    return (row + shift, col) if axis == 0 else (row, col + shift)
