"""Paints the timeline: elapsed time, marks, and the hint at the mouse. Lengths are units, see fonts."""

from collections.abc import Sequence

import pygame

from visualizer.history import MarkKind, RunHistory
from visualizer.style.fonts import Fonts
from visualizer.style.palette import ORANGE, Palette
from visualizer.style.pen import Pen
from visualizer.view.arrangement import Box
from visualizer.view.timeline import Timeline

_TEXT = 13
_PASSED = 3
"""Height of the bar of elapsed time, at the foot of the timeline."""
_REACH = {MarkKind.ALARM: (0.0, 1.0), MarkKind.FAULT: (0.3, 1.0), MarkKind.DISRUPTION: (0.0, 0.7)}
"""Top and bottom of a mark, as shares of the height above that bar: kinds differ in shape as well as in colour."""


class TimelinePainter:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._pen, self._palette = Pen(palette, fonts), palette
        self._colours = {
            MarkKind.ALARM: palette.alarm,
            MarkKind.FAULT: palette.ink,
            MarkKind.DISRUPTION: ORANGE,
        }
        self._columns: list[tuple[int, MarkKind]] = []
        self._key: tuple[object, ...] = ()

    def paint(self, surface: pygame.Surface, line: Timeline, position: float, history: RunHistory) -> None:
        """Paint the timeline. Ticks whose events aren't read yet are darker: there may be marks."""
        if not line.box.h:
            return
        pygame.draw.rect(surface, self._palette.raised, line.box)
        self._paint_rest(surface, line.box, line.x(history.read_to + 1) if history.progress < 1.0 else line.box.w)
        foot, x = self._pen.px(_PASSED), min(max(line.x(position), line.box.x), line.box.x + line.box.w)
        pygame.draw.rect(surface, self._palette.accent, (line.box.x, line.box.y + line.box.h - foot, x, foot))
        for column, kind in self._marks(line, history):
            self._paint_mark(surface, line.box, column, kind)
        width = self._pen.px(3)
        pygame.draw.rect(surface, self._palette.accent, (x - width // 2, line.box.y, width, line.box.h))

    def paint_hint(self, surface: pygame.Surface, line: Timeline, x: int, texts: Sequence[str]) -> None:
        """Paint a card above a pixel column of the timeline; the first text is the moment."""
        pygame.draw.rect(surface, self._palette.ink, (x, line.box.y, 1, line.box.h))
        px, fonts = self._pen.px, self._pen.fonts
        texts = [fonts.cut(text, _TEXT, line.box.w - px(48)) for text in texts]
        width = max(fonts.width(text, _TEXT, bold=not number) for number, text in enumerate(texts)) + px(24)
        height = len(texts) * px(20) + px(12)
        left = min(max(x - width // 2, px(4)), line.box.w - width - px(4))
        card = pygame.Rect(left, line.box.y - height - px(4), width, height)
        self._pen.card(surface, card)
        for number, text in enumerate(texts):
            colour = self._palette.muted if number else self._palette.ink
            corner = card.x + px(12), card.y + px(7) + number * px(20)
            self._pen.text(surface, text, corner, _TEXT, colour, bold=not number)

    def _paint_rest(self, surface: pygame.Surface, box: Box, start: int) -> None:
        if start < box.w:
            pygame.draw.rect(surface, self._palette.rule, (start, box.y, box.w - start, box.h))

    def _paint_mark(self, surface: pygame.Surface, box: Box, x: int, kind: MarkKind) -> None:
        room = box.h - self._pen.px(_PASSED)
        top, bottom = (round(share * room) for share in _REACH[kind])
        width = max(2, self._pen.px(3))
        pygame.draw.rect(surface, self._colours[kind], (x - width // 2, box.y + top, width, bottom - top))

    def _marks(self, line: Timeline, history: RunHistory) -> list[tuple[int, MarkKind]]:
        """Return the columns with marks; they are kept until marks or scale change."""
        key = line, len(history.marks)
        if key != self._key:
            self._key, self._columns = key, list(line.columns(history.marks))
        return self._columns
