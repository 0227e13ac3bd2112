"""Text on surfaces, rendered once and kept while it is in use."""

import importlib.util
from collections import OrderedDict
from pathlib import Path

import pygame

from layout.escaping import drawn
from visualizer.style.palette import RGB

_KEPT = 2000
"""Number of rendered texts that are kept; the ids of all robots and pods in view fit, so that none is rendered twice."""


class Fonts:
    """One typeface in two weights and any size. Sizes are units of `scale` pixels, as are all lengths beside text.

    scale: 1 on a screen of about 96 dots per inch, 2 on one of twice as many. Only this class knows the resolution.
    """

    def __init__(self, scale: float = 1.0) -> None:
        pygame.font.init()
        self.scale = scale
        self._fonts: dict[tuple[int, bool], pygame.font.Font] = {}
        self._texts: OrderedDict[tuple[str, int, RGB, bool], pygame.Surface] = OrderedDict()

    def px(self, units: float) -> int:
        """Return a length in pixels."""
        return round(units * self.scale)

    def render(self, text: str, size: int, colour: RGB, bold: bool = False) -> pygame.Surface:
        """Return the text on a transparent surface. size: approximate height of a line, in units."""
        key = text, size, colour, bold
        surface = self._texts.get(key)
        if surface is None:
            surface = self._texts[key] = self._font(size, bold).render(drawn(text), True, colour)
            if len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        else:
            self._texts.move_to_end(key)
        return surface

    def width(self, text: str, size: int, bold: bool = False) -> int:
        """Return the width of a text in pixels."""
        return int(self._font(size, bold).size(drawn(text))[0])

    def height(self, size: int) -> int:
        return int(self._font(size, False).get_height())

    def wrap(self, text: str, size: int, width: int) -> list[str]:
        """Return lines of whole words no wider than `width` pixels; a longer word gets a line of its own."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def cut(self, text: str, size: int, width: int) -> str:
        """Return as much of the text as fits, with … where it was cut."""
        if self.width(text, size) <= width:
            return text
        while text and self.width(text + "…", size) > width:
            text = text[:-1]
        return text.rstrip() + "…"

    def _font(self, size: int, bold: bool) -> pygame.font.Font:
        if (size, bold) not in self._fonts:
            self._fonts[size, bold] = pygame.font.Font(_face(bold), max(1, self.px(size)))
        return self._fonts[size, bold]


def _face(bold: bool) -> str | None:
    """Return DejaVu Sans, which comes with matplotlib and has × and –; else None for pygame's own font, which is bold
    only.
    """
    spec = importlib.util.find_spec("matplotlib")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    file = folder / "mpl-data" / "fonts" / "ttf" / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    return str(file) if file.is_file() else None
