"""Paints the help over the floor: keys and mouse, in as many columns as needed."""

from typing import NamedTuple

import pygame

from visualizer.style.fonts import Fonts
from visualizer.style.palette import Palette
from visualizer.style.pen import Pen
from visualizer.view.arrangement import Box
from visualizer.view.keys import BINDINGS, MOUSE

_TITLE, _SIZES, _COLUMNS = 16, (13, 12, 11, 10, 9), (1, 2, 3)
_PAD, _HEAD = 16, 32
_LINE, _BETWEEN = 1.3, 0.35
"""Height of a line, and gap between two entries, in sizes of their text."""
_NARROWEST = 16
"""Smallest width of the text beside the keys, in sizes of the text."""


class _Setting(NamedTuple):
    """Layout of the help. columns: entries as keys and lines of text. step: pixels from column to column."""

    size: int
    step: int
    columns: list[list[tuple[str, list[str]]]]


class HelpPainter:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._pen = Pen(palette, fonts)
        self._rows = [(binding.shown, binding.words) for binding in BINDINGS] + list(MOUSE)
        self._set_for, self._setting = Box(0, 0, 0, 0), _Setting(_SIZES[-1], 0, [[]])

    def paint(self, surface: pygame.Surface, box: Box) -> None:
        """Paint the help in the largest size in which it fits; if it fits in none, cut it off below."""
        pen, pad = self._pen, self._pen.px(_PAD)
        if box != self._set_for:
            self._set_for, self._setting = box, self._fitting(box)
        setting = self._setting
        height = max(self._height(column, setting.size) for column in setting.columns)
        card = pygame.Rect(0, 0, len(setting.columns) * setting.step + pad, min(self._around + height, box.h))
        card.center = box.x + box.w // 2, box.y + box.h // 2
        pen.card(surface, card)
        clip = surface.get_clip()
        surface.set_clip(card)
        pen.text(surface, "keys and mouse", (card.x + pad, card.y + pad), _TITLE, pen.palette.ink, bold=True)
        for number, column in enumerate(setting.columns):
            self._paint_column(
                surface, (card.x + pad + number * setting.step, card.y + pad + pen.px(_HEAD)), setting, column
            )
        surface.set_clip(clip)

    def _paint_column(
        self, surface: pygame.Surface, corner: tuple[int, int], setting: _Setting, column: list[tuple[str, list[str]]]
    ) -> None:
        pen, (x, y) = self._pen, corner
        names = self._names(setting.size)
        for keys, lines in column:
            pen.text(surface, keys, (x, y), setting.size, pen.palette.ink, bold=True)
            pen.rows(surface, lines, (x + names, y), setting.size, pen.palette.muted, pen.px(setting.size * _LINE))
            y += self._height([(keys, lines)], setting.size)

    def _fitting(self, box: Box) -> _Setting:
        room = box.h - self._around
        for size in _SIZES:
            for columns in _COLUMNS:
                setting = self._set(box, size, columns, room)
                if setting is not None:
                    return setting
        return self._set(box, _SIZES[-1], 1, 1 << 30) or _Setting(_SIZES[-1], box.w, [[]])

    def _set(self, box: Box, size: int, columns: int, room: int) -> _Setting | None:
        """Return the entries in a number of columns of about equal height; None if they don't fit."""
        pen, fonts, names = self._pen, self._pen.fonts, self._names(size)
        widest = max(fonts.width(words, size) for _, words in self._rows)
        width = min(widest, (box.w - pen.px(_PAD)) // columns - names - pen.px(_PAD))
        if width < min(pen.px(_NARROWEST * size), widest):
            return None
        rows = [(keys, fonts.wrap(words, size, width)) for keys, words in self._rows]
        each = max(self._height(rows, size) // columns, 1)
        while (split := self._split(rows, size, each)) and len(split) > columns:
            each += pen.px(size)
        if max(self._height(column, size) for column in split) > room:
            return None
        return _Setting(size, names + width + pen.px(_PAD), split)

    def _split(self, rows: list[tuple[str, list[str]]], size: int, height: int) -> list[list[tuple[str, list[str]]]]:
        """Return columns of at most a height, with each entry in one piece."""
        columns: list[list[tuple[str, list[str]]]] = [[]]
        for row in rows:
            if columns[-1] and self._height([*columns[-1], row], size) > height:
                columns.append([])
            columns[-1].append(row)
        return columns

    def _height(self, rows: list[tuple[str, list[str]]], size: int) -> int:
        line, between = self._pen.px(size * _LINE), self._pen.px(size * _BETWEEN)
        return sum(len(lines) * line + between for _, lines in rows)

    @property
    def _around(self) -> int:
        return self._pen.px(_HEAD) + 2 * self._pen.px(_PAD)

    def _names(self, size: int) -> int:
        """Return the width of the keys with the gap behind them."""
        return max(self._pen.fonts.width(keys, size, bold=True) for keys, _ in self._rows) + self._pen.px(14)
