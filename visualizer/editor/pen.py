"""Text, plates and cards, which all panels of the editor are painted with."""

import pygame

from visualizer.arrangement import Box
from visualizer.editor.paint_draft import PALETTE
from visualizer.fonts import Fonts
from visualizer.palette import RGB, Palette
from visualizer.shapes import Shapes

TEXT, SMALL = 13, 11
PAD = 12


class Pen:
    def __init__(self, fonts: Fonts, palette: Palette = PALETTE) -> None:
        self.fonts, self.palette, self.shapes = fonts, palette, Shapes()

    def text(
        self, surface: pygame.Surface, text: str, at: tuple[int, int], size: int, colour: RGB, bold: bool = False
    ) -> int:
        """Paints a line of text; returns its width."""
        words = self.fonts.render(text, size, colour, bold)
        surface.blit(words, at)
        return words.get_width()

    def right(
        self, surface: pygame.Surface, text: str, at: tuple[int, int], size: int, colour: RGB | None = None
    ) -> None:
        """The text so that it ends at x."""
        words = self.fonts.render(text, size, colour or self.palette.muted)
        surface.blit(words, (at[0] - words.get_width(), at[1]))

    def middle(self, surface: pygame.Surface, text: str, box: Box, size: int, colour: RGB, bold: bool = False) -> None:
        """The text in the middle of a box."""
        words = self.fonts.render(text, size, colour, bold)
        surface.blit(words, (box.x + (box.w - words.get_width()) // 2, box.y + (box.h - words.get_height()) // 2))

    def plate(self, surface: pygame.Surface, box: Box) -> None:
        """The ground of a panel."""
        pygame.draw.rect(surface, self.palette.panel, box)
        pygame.draw.rect(surface, self.palette.rule, box, 1)

    def card(self, surface: pygame.Surface, width: int, height: int) -> pygame.Rect:
        """A card in the middle of the surface, over a veil."""
        veil = pygame.Surface(surface.get_size(), pygame.SRCALPHA)
        veil.fill((*self.palette.ink, 90))
        surface.blit(veil, (0, 0))
        card = pygame.Rect(0, 0, min(width, surface.get_width() - 16), min(height, surface.get_height() - 8))
        card.center = surface.get_rect().center
        surface.blit(self.shapes.plate(card.size, 9, self.palette.panel), card)
        surface.blit(self.shapes.plate(card.size, 9, self.palette.rule, 1), card)
        return card
