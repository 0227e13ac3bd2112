"""The help over the floor shows every entry, in any window of usable size."""

import pygame
import pytest

from visualizer.paint.panels.help import HelpPainter
from visualizer.style.fonts import Fonts
from visualizer.style.palette import DAY
from visualizer.view.arrangement import arrange
from visualizer.view.keys import BINDINGS, MOUSE


class ReadFonts(Fonts):
    """Fonts that keep the rendered texts."""

    def __init__(self, scale: float) -> None:
        super().__init__(scale)
        self.texts: list[str] = []

    def render(self, text: str, size: int, colour: tuple[int, int, int], bold: bool = False) -> pygame.Surface:
        self.texts.append(text)
        return super().render(text, size, colour, bold)


@pytest.mark.parametrize(
    ("size", "scale"),
    [((1920, 1080), 1.0), ((1280, 720), 1.0), ((1100, 680), 1.0), ((800, 500), 1.0), ((1600, 1000), 2.0)],
)
def test_every_word_of_the_help_is_in_the_window(size: tuple[int, int], scale: float) -> None:
    """Nothing is cut: long words are wrapped, and the last line stands above the card's lower edge."""
    fonts, box = ReadFonts(scale), arrange(*size, scale).floor
    painter = HelpPainter(DAY, fonts)
    surface = pygame.Surface(size, 0, 32)
    painter.paint(surface, box)
    told = " ".join(fonts.texts)
    for keys, words in [(binding.shown, binding.words) for binding in BINDINGS] + list(MOUSE):
        assert f"{keys} {words}" in told
    columns = painter._setting.columns
    assert max(painter._height(column, painter._setting.size) for column in columns) + painter._around <= box.h
    assert len(columns) * painter._setting.step + fonts.px(16) <= box.w


def test_what_fits_nowhere_stays_within_the_window() -> None:
    """In a very small window the help ends at the floor's edge."""
    box = arrange(320, 240).floor
    surface = pygame.Surface((320, 240), 0, 32)
    HelpPainter(DAY, Fonts()).paint(surface, box)
    inside = pygame.Rect(*box)
    outside = {surface.get_at((x, y))[:3] for x in range(320) for y in range(240) if not inside.collidepoint(x, y)}
    assert outside == {(0, 0, 0)}
