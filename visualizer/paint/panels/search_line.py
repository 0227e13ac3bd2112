"""Paints the search line, and below it the hits. Lengths are units, see fonts."""

import pygame

from visualizer.style.fonts import Fonts
from visualizer.style.palette import Palette
from visualizer.style.pen import Pen
from visualizer.view.arrangement import Box
from visualizer.view.search_line import SearchText

_TYPED, _TEXT, _SMALL = 16, 13, 11
_WIDTH, _LINE, _HIT, _PAD = 430, 40, 25, 14
_HINT = "robot 17, order 000088, pod 5, sku …, station …, 12,40, tick 500, 09:31"


class SearchLinePainter:
    """Painter of the search line. `hit_at` and `holds` tell what of the last picture is under a pixel."""

    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._palette, self._pen = palette, Pen(palette, fonts)
        self._card = pygame.Rect(0, 0, 0, 0)
        self._hits: list[pygame.Rect] = []

    def forget(self) -> None:
        """Forget the last picture: nothing in it can be clicked any more."""
        self._card = pygame.Rect(0, 0, 0, 0)
        self._hits = []

    def holds(self, x: int, y: int) -> bool:
        return bool(self._card.collidepoint(x, y))

    def hit_at(self, x: int, y: int) -> int:
        """Return the number of the hit under a pixel, -1 for none."""
        return next((number for number, box in enumerate(self._hits) if box.collidepoint(x, y)), -1)

    def paint(self, surface: pygame.Surface, box: Box, search_text: SearchText) -> None:
        """Paint the search line at the top of the floor's part."""
        px = self._pen.px
        width = min(px(_WIDTH), box.w - 2 * px(_PAD))
        below = self._pen.fonts.wrap(search_text.answer.miss, _TEXT, width - 2 * px(_PAD))
        height = px(_LINE) + (len(search_text.answer.hits) + len(below)) * px(_HIT) + px(8)
        self._card = pygame.Rect(box.x + px(_PAD), box.y + px(_PAD), width, height)
        self._pen.card(surface, self._card)
        self._paint_line(surface, self._card, search_text.text)
        top = self._card.y + px(_LINE) + px(4)
        rows = [
            pygame.Rect(self._card.x, top + n * px(_HIT), width, px(_HIT)) for n in range(len(search_text.answer.hits))
        ]
        self._hits = rows
        for number, row in enumerate(rows):
            self._paint_hit(surface, row, search_text.answer.hits[number].words, chosen=number == search_text.chosen)
        corner = self._card.x + px(_PAD), top + px(4)
        self._pen.rows(surface, below, corner, _TEXT, self._palette.alarm, px(_HIT))

    def _paint_line(self, surface: pygame.Surface, card: pygame.Rect, text: str) -> None:
        """Paint the text; of a long text, its end."""
        px, fonts = self._pen.px, self._pen.fonts
        x, y, room = card.x + px(_PAD), card.y + px(10), card.w - 3 * px(_PAD)
        x += self._pen.text(surface, "/", (x, y), _TYPED, self._palette.muted, bold=True) + px(6)
        if not text:
            hint = fonts.cut(_HINT, _SMALL, room)
            self._pen.text(surface, hint, (x + px(6), y + px(4)), _SMALL, self._palette.muted)
        while fonts.width(text, _TYPED) > room:
            text = text[1:]
        x += self._pen.text(surface, text, (x, y), _TYPED, self._palette.ink) if text else 0
        pygame.draw.rect(surface, self._palette.accent, (x + px(1), y, px(2), px(20)))
        foot = card.y + px(_LINE)
        pygame.draw.line(surface, self._palette.rule, (card.x, foot), (card.right - 1, foot))

    def _paint_hit(self, surface: pygame.Surface, row: pygame.Rect, words: str, *, chosen: bool) -> None:
        px = self._pen.px
        if chosen:
            pygame.draw.rect(surface, self._palette.raised, row.inflate(-px(8), 0), border_radius=px(5))
        text = self._pen.fonts.cut(words, _TEXT, row.w - 2 * px(_PAD))
        self._pen.text(surface, text, (row.x + px(_PAD), row.y + px(4)), _TEXT, self._palette.ink, bold=chosen)
