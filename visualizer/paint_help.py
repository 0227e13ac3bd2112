"""Paints the help over the floor: what keys and mouse do, in as many columns as it takes."""

import pygame

from visualizer.arrangement import Box
from visualizer.fonts import Fonts
from visualizer.keys import BINDINGS, MOUSE
from visualizer.palette import Palette
from visualizer.pen import Pen

_TITLE, _SIZES = 16, (13, 11, 9)
_PAD, _HEAD = 16, 32
_LINE = 1.65
"""Height of a line, in sizes of its text."""


class HelpPainter:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._pen = Pen(palette, fonts)
        self._rows = [(binding.shown, binding.words) for binding in BINDINGS] + list(MOUSE)

    def paint(self, surface: pygame.Surface, box: Box) -> None:
        """In the largest size in which all fits into one column or two; if nothing does, cut off."""
        pen, pad = self._pen, self._pen.px(_PAD)
        size, columns = self._fitting(box)
        line, each = pen.px(size * _LINE), -(-len(self._rows) // columns)
        names, words = self._widths(size)
        width = min(columns * (names + words + pad) + pad, box.w)
        card = pygame.Rect(0, 0, width, pen.px(_HEAD) + each * line + 2 * pad)
        card.center = box.x + box.w // 2, box.y + box.h // 2
        card.top = max(card.top, box.y)
        pen.card(surface, card)
        pen.text(surface, "keys and mouse", (card.x + pad, card.y + pad), _TITLE, pen.palette.ink, bold=True)
        step = (width - pad) // columns
        for number, (keys, told) in enumerate(self._rows):
            x, y = card.x + pad + number // each * step, card.y + pad + pen.px(_HEAD) + number % each * line
            pen.text(surface, keys, (x, y), size, pen.palette.ink, bold=True)
            words_cut = pen.fonts.cut(told, size, step - names - pad)
            pen.text(surface, words_cut, (x + names, y), size, pen.palette.muted)

    def _fitting(self, box: Box) -> tuple[int, int]:
        pad = self._pen.px(_PAD)
        for size in _SIZES:
            for columns in (1, 2):
                height = -(-len(self._rows) // columns) * self._pen.px(size * _LINE) + self._pen.px(_HEAD) + 2 * pad
                if height <= box.h and columns * (sum(self._widths(size)) + pad) + pad <= box.w:
                    return size, columns
        return _SIZES[-1], 2

    def _widths(self, size: int) -> tuple[int, int]:
        """Of the keys with the gap behind them, and of the words."""
        fonts = self._pen.fonts
        names = max(fonts.width(keys, size, bold=True) for keys, _ in self._rows) + self._pen.px(14)
        return names, max(fonts.width(words, size) for _, words in self._rows)
