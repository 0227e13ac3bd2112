"""Text and boxes on panels. Lengths are units, see fonts; positions and sizes of boxes are pixels."""

from collections.abc import Sequence

import pygame

from visualizer.style.fonts import Fonts
from visualizer.style.palette import RGB, Palette
from visualizer.style.shapes import Shapes


class Pen:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self.palette, self.fonts, self.shapes = palette, fonts, Shapes()
        self.px = fonts.px

    def text(
        self, surface: pygame.Surface, text: str, corner: tuple[int, int], size: int, colour: RGB, bold: bool = False
    ) -> int:
        """Paint a line of text; return its width."""
        words = self.fonts.render(text, size, colour, bold)
        surface.blit(words, corner)
        return words.get_width()

    def right(
        self, surface: pygame.Surface, text: str, corner: tuple[int, int], size: int, colour: RGB | None = None
    ) -> None:
        """Paint a text that ends at x; muted unless a colour is given."""
        words = self.fonts.render(text, size, colour or self.palette.muted)
        surface.blit(words, (corner[0] - words.get_width(), corner[1]))

    def rows(
        self, surface: pygame.Surface, rows: Sequence[str], corner: tuple[int, int], size: int, colour: RGB, step: int
    ) -> None:
        """Paint rows of text below each other, `step` pixels apart."""
        for number, row in enumerate(rows):
            self.text(surface, row, (corner[0], corner[1] + number * step), size, colour)

    def plate(self, surface: pygame.Surface, box: Sequence[int]) -> None:
        """Paint the ground of a panel."""
        pygame.draw.rect(surface, self.palette.panel, pygame.Rect(*box))
        pygame.draw.rect(surface, self.palette.rule, pygame.Rect(*box), 1)

    def card(self, surface: pygame.Surface, card: pygame.Rect) -> None:
        """Paint the ground of a card over the floor."""
        surface.blit(self.shapes.plate(card.size, self.px(9), self.palette.panel), card)
        surface.blit(self.shapes.plate(card.size, self.px(9), self.palette.rule, 1), card)
