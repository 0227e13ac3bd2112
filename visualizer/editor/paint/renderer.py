"""Draws one picture of the editor, for the window and for pictures without a display."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pygame

from layout.drawing.edit import At
from layout.errors import InputError
from layout.files.writing import replacing
from layout.formats.floor_file import FloorFile
from layout.wording import count
from visualizer.editor.arrangement import Parts, arrange
from visualizer.editor.drafting import Drafting
from visualizer.editor.live_check import Findings, findings_of
from visualizer.editor.paint.cards import CardPainter
from visualizer.editor.paint.draft import DraftPainter
from visualizer.editor.paint.lists import ListPainter, Target
from visualizer.editor.paint.pen import EditorPen
from visualizer.editor.paint.tools import ToolPainter
from visualizer.editor.questions import Question
from visualizer.editor.station_rows import Field, StationRow, station_rows
from visualizer.editor.tools import NAMES
from visualizer.export.export import png_of
from visualizer.style.fonts import Fonts
from visualizer.view.camera import Camera, fit


@dataclass(frozen=True, slots=True, eq=False)
class EditorState:
    """Everything that a picture shows. pointer: cell under the mouse. fault: number of the marked message, or -1."""

    name: str
    drafting: Drafting
    findings: Findings
    camera: Camera
    parts: Parts
    rows: Sequence[StationRow]
    pointer: At | None = None
    entry: Field | None = None
    question: Question | None = None
    help: bool = False
    fault: int = -1
    scrolled: Mapping[str, int] = field(default_factory=dict)
    message: str = ""
    alarm: str = ""
    unsaved: bool = False


class EditorRenderer:
    """Draws pictures, and keeps what can be clicked in the last one."""

    def __init__(self) -> None:
        fonts = Fonts()
        pen = EditorPen(fonts)
        self._floor, self._tools = DraftPainter(fonts), ToolPainter(pen)
        self._lists, self._cards = ListPainter(pen), CardPainter(pen)
        self.stations: list[Target] = []
        self.faults: list[Target] = []
        self.answers: list[Target] = []

    def draw(self, surface: pygame.Surface, state: EditorState) -> None:
        """Paint the whole surface."""
        self._draw_floor(surface.subsurface(state.parts.floor), state)
        drafting, parts = state.drafting, state.parts
        self._tools.paint(surface, parts, {drafting.ink, drafting.shape.value}, _able(state))
        first, selected = state.scrolled.get("stations", 0), drafting.selected
        self.stations = self._lists.paint_stations(surface, parts.stations, state.rows, first, selected, state.entry)
        checking, first = state.findings.revision != drafting.draft.revision, state.scrolled.get("faults", 0)
        self.faults = self._lists.paint_faults(
            surface, parts.faults, state.findings, first, state.fault, checking=checking
        )
        alarm = state.entry.fault if state.entry is not None and state.entry.fault else state.alarm
        self._cards.paint_status(surface, parts.status, _status(state), alarm)
        if state.help:
            self._cards.paint_help(surface)
        self.answers = self._cards.paint_question(surface, state.question) if state.question else []

    def _draw_floor(self, surface: pygame.Surface, state: EditorState) -> None:
        drafting, camera = state.drafting, state.camera
        cells, painted = drafting.preview()
        glyphs = drafting.draft.glyphs
        if cells:
            glyphs = glyphs.copy()
            rows, cols = zip(*cells, strict=True)
            glyphs[list(rows), list(cols)] = painted
        stamp = drafting.draft.revision, drafting.stroke
        self._floor.paint(surface, glyphs, stamp, camera, state.findings, state.fault)
        self._floor.paint_preview(surface, cells, camera)
        if drafting.selected is not None:
            self._floor.paint_selected(surface, drafting.selected, camera)


def write_picture(file: FloorFile, out: Path, size: tuple[int, int]) -> None:
    """Write the editor's picture of a file as PNG of (width, height) pixels. InputError if it can't be written."""
    if out.suffix.lower() != ".png":
        raise InputError.single(str(out), "", "is not the name of a picture", "a path ending in .png")
    draft = file.draft()
    rows, findings = station_rows(draft), findings_of(file, draft)
    parts = arrange(*size, len(rows))
    camera = fit(draft.shape, (parts.floor.w, parts.floor.h))
    surface = pygame.Surface(size, 0, 32)
    EditorRenderer().draw(
        surface, EditorState(file.path.name, Drafting(draft), findings, camera, parts, rows, unsaved=file.is_new)
    )
    with replacing(out) as part:
        part.write_bytes(png_of(surface))


def _able(state: EditorState) -> set[str]:
    draft = state.drafting.draft
    able = {"take_shape", "take_ink", "add_row", "add_column"}
    able |= {"undo"} if draft.can_undo else set()
    able |= {"redo"} if draft.can_redo else set()
    able |= {"save"} if state.unsaved else set()
    return able | {f"remove_{name}" for name, size in zip(("row", "column"), draft.shape, strict=True) if size > 1}


def _status(state: EditorState) -> list[str]:
    """Return the texts of the status bar: file, cell under the pointer, size, result of the last saving."""
    draft = state.drafting.draft
    texts = [state.name, *([state.message] if state.message else ["unsaved"] if state.unsaved else [])]
    texts.append(f"{draft.shape[0]} × {draft.shape[1]} cells")
    if state.pointer is not None and state.drafting.holds(state.pointer):
        texts.append(f"{state.pointer} {NAMES[chr(draft.glyphs[state.pointer])]}")
    stroke = state.drafting.stroke
    if stroke is not None:
        texts.append(_extent(state.drafting))
    return [*texts, "? help"]


def _extent(drafting: Drafting) -> str:
    """Return the size of the stroke in words."""
    cells, _ = drafting.preview()
    if not cells:
        return "nothing"
    rows, cols = zip(*cells, strict=True)
    high, wide = max(rows) - min(rows) + 1, max(cols) - min(cols) + 1
    return f"stroke of {count(len(set(cells)), 'cell')}, {high} × {wide}"
