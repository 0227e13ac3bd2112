"""Paints the legend: the list of layers, and the scale of the heat."""

from typing import NamedTuple

import pygame

from visualizer.scene.heat import Scale
from visualizer.scene.layers import LAYERS, Heat, Layers, span_words
from visualizer.style.fonts import Fonts
from visualizer.style.palette import Palette
from visualizer.style.pen import Pen
from visualizer.view.arrangement import Box

_TEXT, _SMALL = 12, 11
_PAD, _ROW, _KEY = 14, 21, 17
_SWATCH = 15
"""Width of a heat level on the scale, in units."""
LEGEND, SCALE = 7 * _ROW + 14, 46
"""Height of the list of layers, and of the scale of heat, in units."""


class HeatLegend(NamedTuple):
    """Legend of the heat. progress: share of the heat that is read, 0 to 1."""

    scale: Scale
    progress: float

    @property
    def title(self) -> str:
        scale = self.scale
        if self.progress < 1:
            return f"{scale.title}: reading… {100 * self.progress:.0f} %"
        return scale.title if scale.labels[2] or not scale.labels[1] else f"{scale.title}: {scale.labels[1]}"


class LegendPainter:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._pen = Pen(palette, fonts)

    def paint_layers(self, surface: pygame.Surface, box: Box, layers: Layers) -> None:
        """Paint the layers with their keys in two columns; layers that are on have a filled key."""
        pen, px = self._pen, self._pen.px
        pygame.draw.line(surface, pen.palette.rule, (box.x, box.y), (box.x + box.w, box.y))
        pen.text(surface, "layers", (box.x, box.y + px(6)), _SMALL, pen.palette.muted)
        entries = [(str(number), str(layer), layers.has(layer)) for number, layer in enumerate(LAYERS, 1)]
        heat = f"{layers.heat}, {span_words(layers.span)}" if layers.heat.of_robots else str(layers.heat)
        hot = layers.heat is not Heat.NONE
        entries += [("C", "night", layers.night), ("H", heat if hot else "heat", hot)]
        half = -(-len(entries) // 2)
        for number, (key, name, on) in enumerate(entries):
            x = box.x + number // half * (box.w // 2)
            self._paint_entry(surface, (x, box.y + px(24) + number % half * px(_ROW)), key, name, on)

    def paint_card(self, surface: pygame.Surface, heat_legend: HeatLegend) -> None:
        """Paint the scale of heat in the upper left corner of the floor's part, if there is no list of layers."""
        pad = self._pen.px(_PAD)
        width = self._scale_width(heat_legend)
        card = pygame.Rect(pad, pad, width + 2 * pad, self._pen.px(SCALE if heat_legend.scale.labels[2] else 16) + pad)
        self._pen.card(surface, card)
        self.paint_scale(surface, Box(card.x + pad, card.y + pad // 2, width, card.h), heat_legend)

    def paint_scale(self, surface: pygame.Surface, box: Box, heat_legend: HeatLegend) -> None:
        """Paint the title, colours and values of the heat; while it is being read, the progress."""
        pen, px, (x, y, width, _), scale = self._pen, self._pen.px, box, heat_legend.scale
        pen.text(surface, pen.fonts.cut(heat_legend.title, _SMALL, width), (x, y), _SMALL, pen.palette.ink)
        if not scale.labels[2]:
            return
        pen.right(surface, scale.unit, (x + width, y), _SMALL, pen.palette.muted)
        levels = pen.palette.heat.tolist()
        for number, colour in enumerate(levels):
            left, right = (width * edge // len(levels) for edge in (number, number + 1))
            pygame.draw.rect(surface, colour, (x + left, y + px(17), right - left, px(10)))
        low, middle, high = scale.labels
        pen.text(surface, low, (x, y + px(29)), _SMALL, pen.palette.muted)
        half = x + (width - pen.fonts.width(middle, _SMALL)) // 2
        pen.text(surface, middle, (half, y + px(29)), _SMALL, pen.palette.muted)
        pen.right(surface, high, (x + width, y + px(29)), _SMALL, pen.palette.muted)

    def _scale_width(self, heat_legend: HeatLegend) -> int:
        words = f"{heat_legend.title}   {heat_legend.scale.unit}"
        levels = len(self._pen.palette.heat) * self._pen.px(_SWATCH) if heat_legend.scale.labels[2] else 0
        return max(self._pen.fonts.width(words, _SMALL), levels)

    def _paint_entry(self, surface: pygame.Surface, corner: tuple[int, int], key: str, name: str, on: bool) -> None:
        (x, y), pen, edge = corner, self._pen, self._pen.px(_KEY)
        cap, ink = (pen.palette.ink, pen.palette.panel) if on else (pen.palette.raised, pen.palette.muted)
        surface.blit(pen.shapes.plate((edge, edge), pen.px(4), cap), (x, y))
        letter = pen.fonts.render(key, _SMALL, ink, True)
        surface.blit(letter, letter.get_rect(center=(x + edge // 2, y + edge // 2)))
        pen.text(
            surface, name, (x + edge + pen.px(7), y + pen.px(1)), _TEXT, pen.palette.ink if on else pen.palette.muted
        )
