"""Paints the tools: buttons for shapes, inks, rows, columns and the file."""

import pygame

from visualizer.editor.arrangement import Button, Parts
from visualizer.editor.paint.pen import SMALL, TEXT, EditorPen
from visualizer.style.palette import RGB, WHITE, Ground
from visualizer.style.shapes import stroke
from visualizer.view.arrangement import Box

_SWATCHES = {
    "#": Ground.WALL,
    ".": Ground.AISLE,
    "P": Ground.POD,
    "C": Ground.CHARGER,
    "o": Ground.OUTFEED,
    "K": Ground.PICK,
    "S": Ground.STOW,
    "B": Ground.PACK,
}
_ARROWS = {">": (1, 0), "r": (1, 0), "<": (-1, 0), "l": (-1, 0), "^": (0, -1), "u": (0, -1), "v": (0, 1), "d": (0, 1)}
_FINE = 4


class ToolPainter:
    def __init__(self, pen: EditorPen) -> None:
        self._pen = pen

    def paint(self, surface: pygame.Surface, parts: Parts, in_use: set[str], able: set[str]) -> None:
        """Paint the tools. held: arguments of the buttons in use. able: actions that have an effect now."""
        self._pen.plate(surface, parts.tools)
        for x, y, text in parts.captions:
            self._pen.text(surface, text, (x, y), SMALL, self._pen.palette.muted)
        for button in parts.buttons:
            self._button(surface, button, bool(button.argument) and button.argument in in_use, button.action in able)

    def _button(self, surface: pygame.Surface, button: Button, in_use: bool, able: bool) -> None:
        box, palette = button.box, self._pen.palette
        fill, ink = (palette.accent, WHITE) if in_use else (palette.raised, palette.ink if able else palette.muted)
        surface.blit(self._pen.shapes.plate((box.w, box.h), 5, fill), box[:2])
        if not button.label:
            _arrow(surface, box, button.argument, ink)
        elif not button.key:
            self._pen.middle(surface, button.label, box, TEXT, ink)
        else:
            x = box.x + 6 + self._swatch(surface, box, button)
            self._pen.text(surface, button.label, (x, box.y + 6), SMALL, ink)
            self._pen.right(surface, button.key, (box.x + box.w - 6, box.y + 6), SMALL, WHITE if in_use else None)

    def _swatch(self, surface: pygame.Surface, box: Box, button: Button) -> int:
        """Paint the colour of an ink; return the width it took."""
        if button.argument not in _SWATCHES:
            return 0
        swatch = pygame.Rect(box.x + 5, box.y + 8, 10, 10)
        pygame.draw.rect(surface, self._pen.palette.ground[_SWATCHES[button.argument]], swatch)
        pygame.draw.rect(surface, self._pen.palette.muted, swatch, 1)
        return 13


def _arrow(surface: pygame.Surface, box: Box, sign: str, colour: RGB) -> None:
    """Paint the heading of a lane as an arrow; bent for the ink that follows the drag."""
    sheet = pygame.Surface((box.w * _FINE, box.h * _FINE), pygame.SRCALPHA)
    sheet.fill((*colour, 0))
    x, y = box.w * _FINE // 2, box.h * _FINE // 2
    dx, dy = _ARROWS.get(sign, (0, -1))
    tip = (x + 26 * dx, y + 26 * dy) if sign in _ARROWS else (x + 20, y - 26)
    corner = (x - 26 * dx, y - 26 * dy) if sign in _ARROWS else (x + 20, y + 20)
    stroke(sheet, colour, [corner, tip], 7)
    if sign not in _ARROWS:
        stroke(sheet, colour, [(x - 28, y + 20), corner], 7)
    for side in (-1, 1):
        stroke(sheet, colour, [tip, (tip[0] - 16 * dx + 16 * side * dy, tip[1] - 16 * dy + 16 * side * dx)], 7)
    surface.blit(pygame.transform.smoothscale(sheet, (box.w, box.h)), box[:2])
