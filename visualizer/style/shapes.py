"""Discs, rings, rounded boxes and lines with smooth edges: drawn large, reduced, and kept while they are in use."""

import math
from collections import OrderedDict
from collections.abc import Callable

import pygame

from visualizer.style.palette import RGB

FINE = 4
"""Factor by which shapes are drawn larger."""
_KEPT = 300
Points = list[tuple[float, float]]


class Shapes:
    """Shapes by size and colour, each drawn once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], pygame.Surface] = OrderedDict()

    def disc(self, radius: float, colour: RGB) -> pygame.Surface:
        def draw(sheet: pygame.Surface, fine: float) -> None:
            pygame.draw.circle(sheet, colour, sheet.get_rect().center, radius * fine)

        edge = math.ceil(2 * radius) + 2
        return self._keep(("disc", radius, colour), (edge, edge), colour, draw)

    def ring(self, radius: float, width: float, colour: RGB) -> pygame.Surface:
        """Return a ring. radius: of the outer edge."""

        def draw(sheet: pygame.Surface, fine: float) -> None:
            pygame.draw.circle(sheet, colour, sheet.get_rect().center, radius * fine, max(1, round(width * fine)))

        edge = math.ceil(2 * radius) + 2
        return self._keep(("ring", radius, width, colour), (edge, edge), colour, draw)

    def plate(self, size: tuple[int, int], radius: float, colour: RGB, border: float = 0.0) -> pygame.Surface:
        """Return a box with round corners, filled unless it has a border."""

        def draw(sheet: pygame.Surface, fine: float) -> None:
            corner = round(radius * fine)
            pygame.draw.rect(sheet, colour, sheet.get_rect(), round(border * fine), border_radius=corner)

        return self._keep(("plate", size, radius, colour, border), size, colour, draw)

    def _keep(
        self,
        key: tuple[object, ...],
        size: tuple[int, int],
        rim: RGB,
        draw: Callable[[pygame.Surface, float], None],
    ) -> pygame.Surface:
        if key not in self._kept:
            sheet = clear_sheet((size[0] * FINE, size[1] * FINE), rim)
            draw(sheet, FINE)
            self._kept[key] = pygame.transform.smoothscale(sheet, size)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def clear_sheet(size: tuple[int, int], rim: RGB) -> pygame.Surface:
    """Return a clear surface. Reducing mixes in the colour of clear pixels, so they have the colour at the rim of the
    shape.
    """
    sheet = pygame.Surface(size, pygame.SRCALPHA, 32)
    sheet.fill((*rim, 0))
    return sheet


def stroke(sheet: pygame.Surface, colour: RGB, ends: Points, width: float) -> None:
    """Draw a line with round ends."""
    (x1, y1), (x2, y2) = ends
    length = max(math.hypot(x2 - x1, y2 - y1), 1e-9)
    dx, dy = (y2 - y1) / length * width / 2, (x1 - x2) / length * width / 2
    corners = [(x1 + dx, y1 + dy), (x2 + dx, y2 + dy), (x2 - dx, y2 - dy), (x1 - dx, y1 - dy)]
    pygame.draw.polygon(sheet, colour, corners)
    for end in ends:
        pygame.draw.circle(sheet, colour, end, width / 2)
