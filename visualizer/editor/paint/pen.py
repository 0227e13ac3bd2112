"""Text and boxes of the editor's panels, in addition to those of the window's Pen."""

import pygame

from visualizer.editor.paint.draft import PALETTE
from visualizer.style.fonts import Fonts
from visualizer.style.palette import RGB, Palette
from visualizer.style.pen import Pen
from visualizer.view.arrangement import Box

TEXT, SMALL = 13, 11
PAD = 12


class EditorPen(Pen):
    def __init__(self, fonts: Fonts, palette: Palette = PALETTE) -> None:
        super().__init__(palette, fonts)

    def middle(self, surface: pygame.Surface, text: str, box: Box, size: int, colour: RGB, bold: bool = False) -> None:
        """Paint a text in the middle of a box."""
        words = self.fonts.render(text, size, colour, bold)
        surface.blit(words, (box.x + (box.w - words.get_width()) // 2, box.y + (box.h - words.get_height()) // 2))

    def dialog(self, surface: pygame.Surface, width: int, height: int) -> pygame.Rect:
        """Paint a card in the middle of the surface, over a veil; return its rectangle."""
        veil = pygame.Surface(surface.get_size(), pygame.SRCALPHA)
        veil.fill((*self.palette.ink, 90))
        surface.blit(veil, (0, 0))
        card = pygame.Rect(0, 0, min(width, surface.get_width() - 16), min(height, surface.get_height() - 8))
        card.center = surface.get_rect().center
        self.card(surface, card)
        return card
