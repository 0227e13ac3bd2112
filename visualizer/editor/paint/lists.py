"""Paints the table of stations and the list of faults, and returns what can be clicked in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from layout.checks import LayoutFault
from layout.drawing.edit import At
from visualizer.editor.live_check import Findings
from visualizer.editor.paint.pen import PAD, SMALL, TEXT, EditorPen
from visualizer.editor.station_rows import COLUMNS, Field, StationRow
from visualizer.style.palette import GREEN, WHITE
from visualizer.view.arrangement import Box

_ROW, _LINE, _HINT = 24, 17, 15
_HEADS = {"id": "station", "people": "people", "service_s": "s/unit"}
_NUMBER = 66
"""Width of a column of numbers."""


@dataclass(frozen=True, slots=True)
class Target:
    """Part of a list that can be clicked. row: its number in the list. column: of the table of stations."""

    box: Box
    row: int
    column: str = ""


class ListPainter:
    def __init__(self, pen: EditorPen) -> None:
        self._pen = pen

    def paint_stations(
        self,
        surface: pygame.Surface,
        box: Box,
        rows: Sequence[StationRow],
        first: int,
        selected: At | None,
        field: Field | None,
    ) -> list[Target]:
        """Paint as many stations as there is room for, starting with number `first`."""
        pen, columns = self._pen, _columns(box)
        pen.plate(surface, box)
        for column, (x, width) in columns.items():
            self._aligned(surface, Box(x, box.y + 10, width, _ROW), _HEADS[column], column, said=False)
        if not rows:
            pen.text(surface, "No station yet: draw a K, S or B.", (box.x + PAD, box.y + 32), TEXT, pen.palette.muted)
        targets, room = [], max((box.h - 48) // _ROW, 0)
        for number, row in list(enumerate(rows))[first : first + room]:
            y = box.y + 30 + (number - first) * _ROW
            if row.at == selected:
                pygame.draw.rect(surface, pen.palette.raised, (box.x + 1, y, box.w - 2, _ROW))
            for column, (x, width) in columns.items():
                targets.append(Target(Box(x, y, width, _ROW), number, column))
                self._entry(surface, targets[-1].box, row, column, field)
        if len(rows) > room:
            words = f"{first + 1}–{min(first + room, len(rows))} of {len(rows)}, wheel for more"
            pen.right(surface, words, (box.x + box.w - PAD, box.y + box.h - 16), SMALL)
        return targets

    def paint_faults(
        self, surface: pygame.Surface, box: Box, findings: Findings, first: int, chosen: int, *, checking: bool
    ) -> list[Target]:
        """Paint the verdict, and as many messages as there is room for, starting with number `first`."""
        self._pen.plate(surface, box)
        self._verdict(surface, (box.x + PAD, box.y + 10), findings, checking)
        targets: list[Target] = []
        y, count = box.y + 36, len(findings.faults)
        for number, fault in list(enumerate(findings.faults))[first:]:
            target = Target(Box(box.x + 1, y, box.w - 2, self._height(fault, box.w)), number)
            y += target.box.h
            if y > box.y + box.h:
                self._pen.right(surface, f"{count - number} more", (box.x + box.w - PAD, box.y + 11), SMALL)
                break
            self._message(surface, target.box, fault, number == chosen)
            targets.append(target)
        return targets

    def _entry(self, surface: pygame.Surface, box: Box, row: StationRow, column: str, field: Field | None) -> None:
        pen = self._pen
        if field is None or (field.at, field.column) != (row.at, column):
            said = row.shown(column)
            words = said or (row.default if column == "id" else "default")
            self._aligned(surface, Box(box.x, box.y + 4, box.w, box.h), words, column, bool(said), row)
            return
        pygame.draw.rect(surface, WHITE, box)
        pygame.draw.rect(surface, pen.palette.alarm if field.fault else pen.palette.accent, box, 2)
        text = field.text + "|"
        while len(text) > 1 and pen.fonts.width(text, TEXT) > box.w - 10:
            text = text[1:]
        self._aligned(surface, Box(box.x, box.y + 4, box.w, box.h), text, column, said=True)

    def _aligned(
        self, surface: pygame.Surface, box: Box, text: str, column: str, said: bool, row: StationRow | None = None
    ) -> None:
        """Paint a text of the table: names from the left in the colour of their station kind, numbers from the right,
        defaults faint.
        """
        pen = self._pen
        ink = pen.palette.ink if said else pen.palette.muted
        if column == "id":
            colour = pen.palette.station[row.kind] if row is not None and row.kind is not None else ink
            text = pen.fonts.cut(text, TEXT, box.w - 8)
            pen.text(
                surface, text, (box.x + 4, box.y), TEXT if row or said else SMALL, colour, said and row is not None
            )
        else:
            pen.right(surface, text, (box.x + box.w - 4, box.y), TEXT if said else SMALL, ink)

    def _verdict(self, surface: pygame.Surface, corner: tuple[int, int], findings: Findings, checking: bool) -> None:
        palette, count = self._pen.palette, len(findings.faults)
        colour = palette.muted if findings.revision < 0 else GREEN if findings.sound else palette.alarm
        words = "Robots can work this floor" if findings.sound else f"{count} fault{'s' * (count != 1)}"
        words += "" if findings.readable else ", not a floor yet"
        text = "Checking …" if findings.revision < 0 else f"{words} …" if checking else words
        surface.blit(self._pen.shapes.disc(5, colour), (corner[0] - 1, corner[1] + 2))
        self._pen.text(surface, text, (corner[0] + 17, corner[1]), TEXT, palette.ink, bold=True)

    def _parts(self, fault: LayoutFault, width: int) -> tuple[str, list[str], list[str]]:
        """Return a message in lines: its place, what is wrong, what would be right."""
        problem, room, fonts = fault.problem, width - 2 * PAD - 12, self._pen.fonts
        hint = fonts.wrap(problem.instead, SMALL, room) if problem.instead else []
        return fonts.cut(problem.where or "floor", TEXT, room - 12), fonts.wrap(problem.what, TEXT, room), hint

    def _height(self, fault: LayoutFault, width: int) -> int:
        _, lines, hint = self._parts(fault, width)
        return 10 + _LINE * (1 + len(lines)) + _HINT * len(hint)

    def _message(self, surface: pygame.Surface, box: Box, fault: LayoutFault, chosen: bool) -> None:
        pen, (place, lines, hint) = self._pen, self._parts(fault, box.w)
        if chosen:
            pygame.draw.rect(surface, pen.palette.raised, box)
        x, y = box.x + PAD + 10, box.y + 5
        pygame.draw.rect(surface, pen.palette.alarm, (x - 10, y, 3, box.h - 10))
        pen.text(surface, place, (x, y), TEXT, pen.palette.ink, bold=True)
        for number, text in enumerate(lines, 1):
            pen.text(surface, text, (x, y + number * _LINE), TEXT, pen.palette.ink)
        for number, text in enumerate(hint):
            pen.text(surface, text, (x, y + (1 + len(lines)) * _LINE + number * _HINT), SMALL, pen.palette.muted)


def _columns(box: Box) -> dict[str, tuple[int, int]]:
    """Return x and width of each column of the table."""
    name = box.w - 2 * PAD - 2 * _NUMBER
    start = box.x + PAD
    places = ((start, name), (start + name, _NUMBER), (start + name + _NUMBER, _NUMBER))
    return dict(zip(COLUMNS, places, strict=True))
