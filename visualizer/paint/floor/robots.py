"""Paints the robots in three ranges of scale: blocks of pixels, sprites, sprites with ids."""

import numpy as np
import pygame
from numpy.typing import NDArray

from robots.units.lifecycle import RobotState
from visualizer.paint.sprites import Sprites
from visualizer.scene.scene import LOADS, ShownRobots
from visualizer.style.fonts import Fonts
from visualizer.style.palette import STATE_COLOURS, Palette, ink_on
from visualizer.view.camera import DETAILS_FROM, PIXELS_BELOW, Camera

_CROSS_LEAST = 9
"""Smallest size of a cross, in pixels: a robot out of order must be visible at any scale."""
_BACK = np.array([(0, -1), (-1, 0), (0, 1), (1, 0)], np.float32)
"""Step back as (rows, columns), by heading."""
_ID_WIDTH = np.array([0.64, 0.48, 0.48])
"""Largest width of an id, in cells, by load: a robot with a load shows less of its body."""
_ID_SHIFT = 0.07
"""Distance of an id from the notch, in cells."""
_INKS = [ink_on((red, green, blue)) for red, green, blue in STATE_COLOURS.tolist()]
"""Colour of the id on the robot, by RobotState."""


class RobotPainter:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._sprites = Sprites(palette)
        self._crosses = Sprites(palette)
        self._fonts = fonts

    def paint(self, surface: pygame.Surface, robots: ShownRobots, camera: Camera, ids: bool = True) -> None:
        """Paint robots. robots: those in view. The surface is the floor's part only."""
        if camera.scale < PIXELS_BELOW:
            _paint_blocks(surface, robots, camera)
        else:
            self._paint_sprites(surface, robots, camera)
        if ids and camera.scale >= DETAILS_FROM:
            self._paint_ids(surface, robots, camera)
        self.paint_crosses(surface, robots, camera)

    def paint_crosses(self, surface: pygame.Surface, robots: ShownRobots, camera: Camera) -> None:
        """Paint crosses on the robots out of order, even if robots are not shown."""
        self._stamp_crosses(surface, robots.only(robots.faulty), camera)

    def _paint_sprites(self, surface: pygame.Surface, robots: ShownRobots, camera: Camera) -> None:
        sprites = self._sprites.at(int(camera.scale))
        codes = (robots.state.astype(np.int32) * 4 + robots.heading) * len(LOADS) + robots.load
        made = {
            code: sprites.robot(code // (4 * len(LOADS)), code // len(LOADS) % 4, LOADS[code % len(LOADS)])
            for code in np.unique(codes).tolist()
        }
        x, y = camera.at(robots.row, robots.col)
        places = zip(codes.tolist(), np.rint(x).tolist(), np.rint(y).tolist(), strict=True)
        surface.blits([(made[code], (left, top)) for code, left, top in places], doreturn=False)

    def _paint_ids(self, surface: pygame.Surface, robots: ShownRobots, camera: Camera) -> None:
        """Paint the ids that fit on their robots."""
        size = max(9, int(camera.scale * 0.25 / self._fonts.scale))
        back_row, back_col = _BACK[robots.heading].T * _ID_SHIFT
        x, y = camera.at(robots.row + 0.5 + back_row, robots.col + 0.5 + back_col)
        room = _ID_WIDTH[robots.load] * camera.scale
        for number, state, across, down, most in zip(robots.number, robots.state, x, y, room, strict=True):
            text = self._fonts.render(str(number), size, _INKS[state], bold=True)
            if text.get_width() <= most:
                surface.blit(text, text.get_rect(center=(round(across), round(down))))

    def _stamp_crosses(self, surface: pygame.Surface, robots: ShownRobots, camera: Camera) -> None:
        size = max(int(camera.scale), _CROSS_LEAST)
        cross = self._crosses.at(size).cross()
        x, y = camera.at(robots.row + 0.5, robots.col + 0.5)
        corners = zip(np.rint(x - size / 2).tolist(), np.rint(y - size / 2).tolist(), strict=True)
        surface.blits([(cross, corner) for corner in corners], doreturn=False)


def _paint_blocks(surface: pygame.Surface, robots: ShownRobots, camera: Camera) -> None:
    """Paint each robot as a block of at least two pixels; dead ones last, so that nothing covers them."""
    edge = max(2, round(camera.scale))
    table = np.array([surface.map_rgb(tuple(colour)) for colour in STATE_COLOURS.tolist()], np.uint32)
    robots = robots.only(np.argsort(robots.state == RobotState.DEAD, kind="stable"))
    x, y = camera.at(robots.row, robots.col)
    left, top = np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)
    stamp_blocks(surface, left, top, table[robots.state], edge)


def stamp_blocks(
    surface: pygame.Surface,
    left: NDArray[np.int64],
    top: NDArray[np.int64],
    colours: NDArray[np.uint32],
    edge: int,
) -> None:
    """Paint squares of pixels, later ones over earlier ones; squares that are partly off the surface are left out."""
    width, height = surface.get_size()
    whole = (left >= 0) & (top >= 0) & (left + edge <= width) & (top + edge <= height)
    left, top, colours = left[whole], top[whole], colours[whole]
    pixels = pygame.surfarray.pixels2d(surface)
    for dx in range(edge):
        for dy in range(edge):
            pixels[left + dx, top + dy] = colours
    del pixels  # it locks the surface
