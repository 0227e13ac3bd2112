"""Paints the strip on top: figures with the trend of the last hour, and robots by state, which is also their legend."""

from collections.abc import Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

from visualizer.paint.sprites import draw_body
from visualizer.scene.figures import Count, Figure
from visualizer.style.fonts import Fonts
from visualizer.style.palette import GROUPS, RGB, Body, Palette
from visualizer.style.pen import Pen
from visualizer.style.shapes import FINE, clear_sheet
from visualizer.view.arrangement import Box

_BIG, _TEXT, _SMALL = 20, 13, 11
_PAD, _GAP, _ROW = 14, 18, 22
_TREND, _TREND_TOP = 17, 52
"""Height and top of a trend, in units; trends are left out if there is no room."""
_STACK = 110
"""Width of the trend of robots by state, in units."""
_NARROWEST = 62


class StripPainter:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._pen = Pen(palette, fonts)
        self._px = fonts.px
        self._marks: dict[tuple[RGB, Body], pygame.Surface] = {}

    def paint(
        self,
        surface: pygame.Surface,
        box: Box,
        figures: Sequence[Figure],
        counts: Sequence[Count],
        states: NDArray[np.float32] | None = None,
    ) -> None:
        """Paint the counts, then as many figures from the left as fit. states: float32[samples, groups] of GROUPS."""
        self._pen.plate(surface, box)
        x, right = box.x + self._px(_PAD), box.x + box.w - self._px(_PAD)
        rows = max(1, (box.h - self._px(16)) // self._px(_ROW))
        right = self._paint_counts(surface, Box(x, box.y + self._px(10), right - x, box.h), counts, rows)
        if states is not None and box.h >= self._px(_TREND_TOP + _TREND) and right - x > self._px(5 * _STACK):
            right -= self._px(_STACK + _GAP)
            self._paint_stack(surface, pygame.Rect(right, box.y + self._px(12), self._px(_STACK), self._px(44)), states)
        for figure in figures:
            width = self._figure_width(figure)
            if x + width > right - self._px(_GAP):
                break
            self._paint_figure(surface, Box(x, box.y, width, box.h), figure)
            x += width + self._px(_GAP)

    def _figure_width(self, figure: Figure) -> int:
        value = self._pen.fonts.width(figure.value, _BIG, bold=True)
        return max(value, self._pen.fonts.width(figure.caption, _SMALL), self._px(_NARROWEST))

    def _paint_figure(self, surface: pygame.Surface, box: Box, figure: Figure) -> None:
        pen = self._pen
        ink = pen.palette.warning if figure.alarm else pen.palette.ink
        pen.text(surface, figure.value, (box.x, box.y + self._px(8)), _BIG, ink, bold=True)
        pen.text(surface, figure.caption, (box.x, box.y + self._px(33)), _SMALL, pen.palette.muted)
        if figure.trend is not None and box.h >= self._px(_TREND_TOP + _TREND):
            part = pygame.Rect(box.x, box.y + self._px(_TREND_TOP), box.w, self._px(_TREND))
            paint_trend(surface, part, figure.trend, figure.most, pen.palette, self._px(1))

    def _paint_stack(self, surface: pygame.Surface, part: pygame.Rect, states: NDArray[np.float32]) -> None:
        """Paint robots by state over the hour as a stacked chart, in the colours of the legend."""
        pygame.draw.rect(surface, self._pen.palette.raised, part)
        caption, total = "the last hour", states.sum(axis=1)
        self._pen.text(surface, caption, (part.x, part.bottom + self._px(3)), _SMALL, self._pen.palette.muted)
        for number, (sample, most) in enumerate(zip(states, total, strict=True)):
            if not np.isfinite(most) or most <= 0:
                continue
            left, right = (part.right - part.w * (len(states) - edge) // 60 for edge in (number, number + 1))
            edges = np.rint(np.concatenate([[0.0], np.cumsum(sample)]) / most * part.h).astype(int).tolist()
            for group, low, high in zip(GROUPS, edges, edges[1:], strict=False):
                pygame.draw.rect(surface, group.colour, (left, part.bottom - high, right - left, high - low))

    def _paint_counts(self, surface: pygame.Surface, box: Box, counts: Sequence[Count], rows: int) -> int:
        """Paint rows of counts from the right; with little room without names, then without the last states. Return the
        left end.
        """
        columns = [counts[first : first + rows] for first in range(0, len(counts), rows)]
        for named, share in ((True, 0.5), (False, 1.0)):
            widths = [max(self._count_width(count, named) for count in column) for column in columns]
            if sum(widths) <= box.w * share:
                break
        while sum(widths) > box.w:
            widths.pop()
        x = begin = box.x + box.w - sum(widths)
        for column, width in zip(columns, widths, strict=False):
            for row, count in enumerate(column):
                self._paint_count(surface, (x, box.y + row * self._px(_ROW)), count, named)
            x += width
        return begin

    def _count_width(self, count: Count, named: bool) -> int:
        name = self._pen.fonts.width(count.name, _SMALL) + self._px(5) if named else 0
        return self._pen.fonts.width(f"{count.robots:,}", _TEXT, bold=True) + name + self._px(33)

    def _paint_count(self, surface: pygame.Surface, corner: tuple[int, int], count: Count, named: bool) -> None:
        (x, y), pen, px = corner, self._pen, self._px
        surface.blit(self._mark(count), (x - px(1), y))
        ink = pen.palette.ink if count.robots else pen.palette.muted
        moved = pen.text(surface, f"{count.robots:,}", (x + px(18), y), _TEXT, ink, bold=bool(count.robots))
        if named:
            pen.text(surface, count.name, (x + px(23) + moved, y + px(2)), _SMALL, pen.palette.muted)

    def _mark(self, count: Count) -> pygame.Surface:
        """Return a small body as on the floor, with a rim if the panel is as dark as the body."""
        key = count.colour, count.body
        if key not in self._marks:
            edge = self._px(16)
            sheet = clear_sheet((edge * FINE, edge * FINE), count.colour)
            draw_body(sheet, count.body, 0.44 * edge * FINE, self._pen.palette.muted)
            draw_body(sheet, count.body, 0.38 * edge * FINE, count.colour, self._pen.palette.panel)
            self._marks[key] = pygame.transform.smoothscale(sheet, (edge, edge))
        return self._marks[key]


def paint_trend(
    surface: pygame.Surface, part: pygame.Rect, trend: NDArray[np.float32], most: float, palette: Palette, width: int
) -> None:
    """Paint a line from an hour ago to now, on a scale from 0, with gaps where nothing is known."""
    pygame.draw.line(surface, palette.rule, part.bottomleft, (part.right - 1, part.bottom), width)
    known = np.isfinite(trend)
    if not known.any():
        return
    top = most if np.isfinite(most) else max(float(trend[known].max()), 1e-9)
    x = part.right - 1 - (len(trend) - 1 - np.arange(len(trend))) * (part.w - 3) / 59
    y = part.bottom - np.clip(np.where(known, trend, 0) / top, 0.0, 1.0) * (part.h - 2) - 1
    for start, end in _runs(known):
        points = np.stack([x[start:end], y[start:end]], axis=1).tolist()
        if len(points) > 1:
            if width > 1:
                pygame.draw.lines(surface, palette.accent, False, points, width)
            else:
                pygame.draw.aalines(surface, palette.accent, False, points)
    if known[-1]:
        pygame.draw.circle(surface, palette.accent, (round(x[-1]), round(y[-1])), 2 * width)


def _runs(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (first, end) of each run of known values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
