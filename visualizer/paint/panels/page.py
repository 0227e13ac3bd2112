"""Paints a page of the inspector: its lines, wrapped and scrolled."""

from collections.abc import Iterator, Sequence

import pygame

from visualizer.inspector.page_lines import Line, Style
from visualizer.style.fonts import Fonts
from visualizer.style.palette import RGB, Palette
from visualizer.style.pen import Pen

TEXT, _SMALL, _STEP = 13, 11, 16
NAME, GAP = 96, 6
"""Width of the names in front of facts, and the part of it that stays free."""
_ABOVE = {Style.WHEN: 5, Style.HEAD: 12, Style.SAY: 1}
_BELOW = {Style.FACT: 4, Style.HEAD: 4, Style.SAY: 4, Style.WHEN: 2}


class PagePainter:
    """Painter of pages. It keeps the wrapped lines of the last page."""

    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._pen = Pen(palette, fonts)
        self._px, self._step, self._name = fonts.px, fonts.px(_STEP), fonts.px(NAME)
        self._wrapped: tuple[Sequence[Line], int, list[list[str]]] = (), 0, []

    def height(self, lines: Sequence[Line], width: int) -> int:
        """Return the height of all lines in a column of a width, in pixels."""
        rows = self._rows(lines, width)
        return sum(self._height(line, len(part)) for line, part in zip(lines, rows, strict=True))

    def paint(
        self, surface: pygame.Surface, view: pygame.Rect, lines: Sequence[Line], scroll: int
    ) -> Iterator[tuple[Line, pygame.Rect]]:
        """Paint the visible lines; yield each with its rectangle."""
        before = surface.get_clip()
        y = view.y - scroll
        for line, rows in zip(lines, self._rows(lines, view.w), strict=True):
            part = pygame.Rect(view.x, y, view.w, self._height(line, len(rows)))
            if part.colliderect(view):
                surface.set_clip(view)
                self._paint_line(surface, part, line, rows)
                surface.set_clip(before)
                yield line, part.clip(view)
            y = part.bottom

    def _paint_line(self, surface: pygame.Surface, part: pygame.Rect, line: Line, rows: list[str]) -> None:
        pen, top = self._pen, part.y + self._px(_ABOVE.get(line.style, 0))
        if line.style is Style.HEAD:
            pen.text(surface, line.text, (part.x, top), _SMALL, pen.palette.muted, bold=True)
            return
        name, text = self._colours(line)
        pen.text(surface, pen.fonts.cut(line.name, TEXT, self._name - self._px(GAP)), (part.x, top), TEXT, name)
        x = part.x if line.style is Style.SAY else part.x + self._name
        pen.rows(surface, rows, (x, top), TEXT, text, self._step)

    def _colours(self, line: Line) -> tuple[RGB, RGB]:
        """Return the colours of name and text: links have the accent colour."""
        palette = self._pen.palette
        text = {Style.WHY: palette.muted, Style.ALARM: palette.alarm}.get(line.style, palette.ink)
        if line.tick >= 0 or (line.link and line.name.startswith(f"{line.link.thing} ")):
            return palette.accent, text
        return palette.muted, palette.accent if line.link else text

    def _height(self, line: Line, rows: int) -> int:
        return rows * self._step + self._px(_ABOVE.get(line.style, 0) + _BELOW.get(line.style, 2))

    def _rows(self, lines: Sequence[Line], width: int) -> list[list[str]]:
        if self._wrapped[:2] != (lines, width):
            self._wrapped = lines, width, [self._wrap(line, width) for line in lines]
        return self._wrapped[2]

    def _wrap(self, line: Line, width: int) -> list[str]:
        room = width if line.style in (Style.SAY, Style.HEAD) else width - self._name
        return self._pen.fonts.wrap(line.text, TEXT, room) or [""]
