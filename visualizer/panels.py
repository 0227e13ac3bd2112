"""Paints what is around the floor: strip of figures, side panel, status bar, help."""

from collections.abc import Sequence

import pygame

from visualizer.arrangement import Box
from visualizer.figures import Count, Figure, StationRow
from visualizer.fonts import Fonts
from visualizer.inspector import Line, Style
from visualizer.keys import BINDINGS, MOUSE
from visualizer.palette import HEAT, RGB, Palette
from visualizer.shapes import Shapes

_BIG, _TEXT, _SMALL = 22, 13, 11
_PAD = 14
_ROW = 25
_NAME = 96
"""Width of the names in front of the inspector's facts."""
_CARD = 320


class PanelPainter:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._palette, self._fonts, self._shapes = palette, fonts, Shapes()

    def paint_strip(
        self, surface: pygame.Surface, box: Box, figures: Sequence[Figure], counts: Sequence[Count]
    ) -> None:
        """Figures from the left, as many as fit; the robots' states, which are the legend too, in what is left."""
        self._plate(surface, box)
        x = box.x + _PAD
        for figure in figures:
            width = self._figure_width(figure)
            if x + width > box.w:
                break
            self._paint_figure(surface, x, box.y + 9, figure)
            x += width + 22
        self._paint_counts(surface, Box(x, box.y + 12, box.w - _PAD - x, box.h), counts)

    def paint_side(self, surface: pygame.Surface, box: Box, lines: Sequence[Line], rows: Sequence[StationRow]) -> None:
        """The inspector, or a hint, above the list of stations."""
        self._plate(surface, box)
        x, y, width = box.x + _PAD, box.y + _PAD, box.w - 2 * _PAD
        bottom = box.y + box.h
        if lines:
            y = self._paint_lines(surface, (x, y), width, bottom - 4 * _ROW, lines)
        else:
            self._text(surface, "Click a robot, pod, station or cell.", (x, y), _TEXT, self._palette.muted)
            y += 20
        y += 8
        pygame.draw.line(surface, self._palette.rule, (x, y), (x + width, y))
        self._paint_stations(surface, Box(x, y + 8, width, bottom - y - 8), rows)

    def paint_card(self, surface: pygame.Surface, box: Box, lines: Sequence[Line]) -> None:
        """The inspector over the floor, where there is no room for a side panel."""
        width = min(_CARD, box.w - 2 * _PAD)
        card = pygame.Rect(box.x + box.w - width - _PAD, box.y + _PAD, width, 0)
        limit = box.y + box.h - _PAD
        inner = width - 2 * _PAD
        card.height = self._lines_height(lines, inner, limit - card.y - 2 * _PAD) + 2 * _PAD
        self._card(surface, card)
        self._paint_lines(surface, (card.x + _PAD, card.y + _PAD), inner, card.bottom - _PAD, lines)

    def paint_status(
        self, surface: pygame.Surface, box: Box, timeline: Box, texts: Sequence[str], share: float
    ) -> None:
        """texts: from the left; the last one right-aligned. share: of the timeline that has passed, 0 to 1."""
        self._plate(surface, box)
        if not box.h:
            return
        pygame.draw.rect(surface, self._palette.raised, timeline)
        pygame.draw.rect(surface, self._palette.accent, (timeline.x, timeline.y, round(timeline.w * share), timeline.h))
        x, y = box.x + _PAD, box.y + timeline.h + 4
        right = box.w - _PAD - self._fonts.width(texts[-1], _TEXT)
        for number, text in enumerate(texts[:-1]):
            if x + self._fonts.width(text, _TEXT) > right - _PAD:
                break
            colour = self._palette.ink if number == 0 else self._palette.muted
            x += self._text(surface, text, (x, y), _TEXT, colour, bold=number == 0) + 22
        self._text(surface, texts[-1], (right, y), _TEXT, self._palette.muted)

    def paint_help(self, surface: pygame.Surface, box: Box) -> None:
        rows = [(binding.shown, binding.words) for binding in BINDINGS] + list(MOUSE)
        name = max(self._fonts.width(keys, _TEXT, bold=True) for keys, _ in rows) + 22
        width = name + max(self._fonts.width(words, _TEXT) for _, words in rows) + 3 * _PAD
        card = pygame.Rect(0, 0, width, len(rows) * 22 + 3 * _PAD + 22)
        card.center = box.x + box.w // 2, box.y + box.h // 2
        self._card(surface, card)
        x, y = card.x + 20, card.y + _PAD
        self._text(surface, "keys and mouse", (x, y), 16, self._palette.ink, bold=True)
        for number, (keys, words) in enumerate(rows):
            line = y + 32 + number * 22
            self._text(surface, keys, (x, line), _TEXT, self._palette.ink, bold=True)
            self._text(surface, words, (x + name, line), _TEXT, self._palette.muted)

    def paint_scale(self, surface: pygame.Surface, *, known: bool) -> None:
        """The legend of the pods' velocity in the corner of the floor's part; known: whether the run tells it."""
        words = (
            ("slow", "pods by velocity", "fast")
            if known
            else ("", "this run doesn't tell the velocity of its pods", "")
        )
        width = max(self._fonts.width("  ".join(words), _SMALL), len(HEAT) * 16 * known) + 2 * _PAD
        card = pygame.Rect(_PAD, surface.get_height() - _PAD - (44 if known else 28), width, 44 if known else 28)
        self._card(surface, card)
        x, y, inner = card.x + _PAD, card.y + 7, width - 2 * _PAD
        for number, colour in enumerate(HEAT.tolist() if known else []):
            left, right = (inner * edge // len(HEAT) for edge in (number, number + 1))
            pygame.draw.rect(surface, colour, (x + left, card.bottom - 19, right - left, 11))
        self._text(surface, words[0], (x, y), _SMALL, self._palette.muted)
        middle = x + (inner - self._fonts.width(words[1], _SMALL)) // 2
        self._text(surface, words[1], (middle, y), _SMALL, self._palette.ink)
        self._right(surface, words[2], (x + inner, y), _SMALL, self._palette.muted)

    def _figure_width(self, figure: Figure) -> int:
        value = self._fonts.width(figure.value, _BIG, bold=True)
        return max(value, self._fonts.width(figure.caption, _SMALL), 44)

    def _paint_figure(self, surface: pygame.Surface, x: int, y: int, figure: Figure) -> None:
        ink = self._palette.alarm if figure.alarm else self._palette.ink
        self._text(surface, figure.value, (x, y), _BIG, ink, bold=True)
        self._text(surface, figure.caption, (x, y + 28), _SMALL, self._palette.muted)

    def _paint_counts(self, surface: pygame.Surface, box: Box, counts: Sequence[Count]) -> None:
        """Two rows from the right; where there is little room without the states' names, then without the last states."""
        columns = [counts[first : first + 2] for first in range(0, len(counts), 2)]
        for named in (True, False):
            widths = [max(self._count_width(count, named) for count in column) for column in columns]
            if sum(widths) <= box.w:
                break
        while sum(widths) > box.w:
            widths.pop()
        x = box.x + box.w - sum(widths)
        for column, width in zip(columns, widths, strict=False):
            for row, count in enumerate(column):
                self._paint_count(surface, (x, box.y + row * 22), count, named)
            x += width

    def _count_width(self, count: Count, named: bool) -> int:
        name = self._fonts.width(count.name, _SMALL) + 5 if named else 0
        return 17 + self._fonts.width(f"{count.robots:,}", _TEXT, bold=True) + name + 16

    def _paint_count(self, surface: pygame.Surface, at: tuple[int, int], count: Count, named: bool) -> None:
        x, y = at
        surface.blit(self._shapes.disc(6, count.colour), (x - 1, y + 1))
        ink = self._palette.ink if count.robots else self._palette.muted
        moved = self._text(surface, f"{count.robots:,}", (x + 17, y), _TEXT, ink, bold=bool(count.robots))
        if named:
            self._text(surface, count.name, (x + 17 + moved + 5, y + 2), _SMALL, self._palette.muted)

    def _paint_stations(self, surface: pygame.Surface, box: Box, rows: Sequence[StationRow]) -> None:
        """As many as there is room for, the last place telling how many there are more."""
        right = box.x + box.w
        self._text(surface, "stations", (box.x, box.y), _SMALL, self._palette.muted)
        self._text(surface, "busy", (box.x + _NAME, box.y), _SMALL, self._palette.muted)
        self._right(surface, "open / queue / done", (right, box.y), _SMALL, self._palette.muted)
        room = (box.h - 24) // _ROW
        shown = rows if len(rows) <= room else rows[: max(room - 1, 0)]
        for number, row in enumerate(shown):
            self._paint_station(surface, Box(box.x, box.y + 20 + number * _ROW, box.w, _ROW), row)
        if len(shown) < len(rows) and room > 0:
            line = box.y + 24 + len(shown) * _ROW
            self._text(surface, f"and {len(rows) - len(shown)} more", (box.x, line), _TEXT, self._palette.muted)

    def _paint_station(self, surface: pygame.Surface, box: Box, row: StationRow) -> None:
        colour = self._palette.station[row.kind] if row.state == 0 else self._palette.muted
        self._text(surface, self._fonts.cut(row.name, _TEXT, _NAME - 8), (box.x, box.y + 4), _TEXT, colour, bold=True)
        bar = pygame.Rect(box.x + _NAME, box.y + 8, 84, 9)
        surface.blit(self._shapes.plate(bar.size, 4.5, self._palette.raised), bar)
        if row.busy > 0:
            width = max(round(bar.w * row.busy), bar.h)
            surface.blit(self._shapes.plate((width, bar.h), 4.5, colour), bar)
        text = row.text if row.state == 0 else ("paused", "closed")[min(row.state, 2) - 1]
        self._right(surface, text, (box.x + box.w, box.y + 4), _SMALL, self._palette.ink)

    def _paint_lines(
        self, surface: pygame.Surface, at: tuple[int, int], width: int, bottom: int, lines: Sequence[Line]
    ) -> int:
        """Paints lines until `bottom`; returns where the next one would begin."""
        x, y = at
        for line in lines:
            height = self._line_height(line, width)
            if y + height > bottom:
                break
            self._paint_line(surface, (x, y), width, line)
            y += height
        return y

    def _paint_line(self, surface: pygame.Surface, at: tuple[int, int], width: int, line: Line) -> None:
        x, y = at
        palette = self._palette
        if line.style is Style.TITLE:
            self._text(surface, line.text, at, 18, palette.ink, bold=True)
        elif line.style in (Style.FACT, Style.WHEN):
            top = y + (6 if line.style is Style.WHEN else 0)
            self._text(surface, line.name, (x, top), _TEXT, palette.muted)
            self._wrapped(surface, line.text, (x + _NAME, top), width - _NAME, palette.ink)
        else:
            colour = palette.alarm if line.style is Style.ALARM else palette.muted
            self._wrapped(surface, line.text, (x + _NAME, y), width - _NAME, colour)

    def _line_height(self, line: Line, width: int) -> int:
        if line.style is Style.TITLE:
            return 30
        extra = {Style.FACT: 4, Style.WHEN: 7}.get(line.style, 2)
        return len(self._fonts.wrap(line.text, _TEXT, width - _NAME)) * 16 + extra

    def _lines_height(self, lines: Sequence[Line], width: int, most: int) -> int:
        return max(0, min(most, sum(self._line_height(line, width) for line in lines)))

    def _wrapped(self, surface: pygame.Surface, text: str, at: tuple[int, int], width: int, colour: RGB) -> None:
        for number, part in enumerate(self._fonts.wrap(text, _TEXT, width)):
            self._text(surface, part, (at[0], at[1] + number * 16), _TEXT, colour)

    def _plate(self, surface: pygame.Surface, box: Box) -> None:
        pygame.draw.rect(surface, self._palette.panel, box)
        pygame.draw.rect(surface, self._palette.rule, box, 1)

    def _card(self, surface: pygame.Surface, card: pygame.Rect) -> None:
        surface.blit(self._shapes.plate(card.size, 9, self._palette.panel), card)
        surface.blit(self._shapes.plate(card.size, 9, self._palette.rule, 1), card)

    def _text(
        self, surface: pygame.Surface, text: str, at: tuple[int, int], size: int, colour: RGB, bold: bool = False
    ) -> int:
        """Paints a line of text; returns its width."""
        words = self._fonts.render(text, size, colour, bold)
        surface.blit(words, at)
        return words.get_width()

    def _right(self, surface: pygame.Surface, text: str, at: tuple[int, int], size: int, colour: RGB) -> None:
        """The text so that it ends at x."""
        words = self._fonts.render(text, size, colour)
        surface.blit(words, (at[0] - words.get_width(), at[1]))
