"""Paints the text of the status bar, below the timeline.

Lengths are units, see fonts; `_px` converts them to pixels.
"""

from collections.abc import Sequence

import pygame

from visualizer.style.fonts import Fonts
from visualizer.style.palette import Palette
from visualizer.style.pen import Pen
from visualizer.view.arrangement import Box

_TEXT, _PAD = 13, 14
_TROUBLE, _BOLD = 0.75, 1.12
"""Largest share of the bar for trouble, so that the tick stays visible; factor by which bold text is wider."""


class StatusBarPainter:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._pen, self._palette, self._fonts = Pen(palette, fonts), palette, fonts
        self._px, self._pad = fonts.px, fonts.px(_PAD)

    def paint_status(
        self, surface: pygame.Surface, box: Box, timeline: Box, texts: Sequence[str], trouble: str = ""
    ) -> None:
        """Paint the status bar. texts: from the left; the last one right-aligned. trouble: before them, cut if it is
        too long.

        The timeline above them is painted separately.
        """
        self._pen.plate(surface, box)
        if not box.h:
            return
        x, y = box.x + self._pad, box.y + timeline.h + self._px(4)
        right = box.w - self._pad - self._fonts.width(texts[-1], _TEXT)
        if trouble:
            words = self._fonts.cut(trouble, _TEXT, round((right - x) * _TROUBLE / _BOLD))
            x += self._pen.text(surface, words, (x, y), _TEXT, self._palette.warning, bold=True) + self._px(22)
        for number, text in enumerate(texts[:-1]):
            if x + self._fonts.width(text, _TEXT) > right - self._pad:
                break
            colour = self._palette.ink if number == 0 else self._palette.muted
            x += self._pen.text(surface, text, (x, y), _TEXT, colour, bold=number == 0) + self._px(22)
        self._pen.text(surface, texts[-1], (right, y), _TEXT, self._palette.muted)
