"""Paints the minimap: the ground, which is kept, the robots as points in the colours of their states, and the visible
part.
"""

import numpy as np
import pygame

from visualizer.scene.scene import Scene, ShownRobots
from visualizer.style.fonts import Fonts
from visualizer.style.palette import STATE_COLOURS, Palette
from visualizer.style.pen import Pen
from visualizer.view.camera import Camera
from visualizer.view.minimap import Minimap


class MinimapPainter:
    def __init__(self, scene: Scene, palette: Palette, fonts: Fonts) -> None:
        self._scene, self._palette, self._pen = scene, palette, Pen(palette, fonts)
        self._ground = pygame.Surface((1, 1), 0, 32)

    def paint(self, surface: pygame.Surface, minimap: Minimap, robots: ShownRobots, camera: Camera) -> None:
        """Paint the minimap. robots: all of them. The surface is the floor's part of the picture."""
        box = pygame.Rect(minimap.box)
        self._pen.card(surface, box.inflate(self._pen.px(10), self._pen.px(10)))
        if self._ground.get_size() != box.size:
            self._ground = self._shrunk(box.size)
        surface.blit(self._ground, box)
        self._paint_robots(surface, minimap, robots)
        seen = pygame.Rect(minimap.seen(camera, surface.get_size()))
        pygame.draw.rect(surface, self._palette.panel, seen.inflate(2, 2), self._pen.px(1) + 2)
        pygame.draw.rect(surface, self._palette.accent, seen, max(2, self._pen.px(2)))

    def _shrunk(self, size: tuple[int, int]) -> pygame.Surface:
        """Return the bare ground with each pixel in the colour of the cell under its middle."""
        sheet = pygame.Surface(size, 0, 32)
        height, width = self._scene.shape
        rows = ((np.arange(size[1]) + 0.5) * height / size[1]).astype(int)
        cols = ((np.arange(size[0]) + 0.5) * width / size[0]).astype(int)
        cells = self._scene.ground.reshape(self._scene.shape)[rows][:, cols]
        pygame.surfarray.blit_array(sheet, self._palette.grounds()[cells].swapaxes(0, 1))
        return sheet

    def _paint_robots(self, surface: pygame.Surface, minimap: Minimap, robots: ShownRobots) -> None:
        """Paint each robot as a square of at least two pixels; robots off the floor aren't painted."""
        on_floor = (robots.row >= 0) & (robots.col >= 0)
        box, edge = minimap.box, max(2, round(minimap.scale))
        x = np.clip((robots.col[on_floor] * minimap.scale).astype(int), 0, max(box.w - edge, 0)) + box.x
        y = np.clip((robots.row[on_floor] * minimap.scale).astype(int), 0, max(box.h - edge, 0)) + box.y
        colours = np.array([surface.map_rgb(tuple(colour)) for colour in STATE_COLOURS.tolist()], np.uint32)
        pixel_colours = colours[robots.state[on_floor]]
        pixels = pygame.surfarray.pixels2d(surface)
        for across in range(edge):
            for down in range(edge):
                pixels[x + across, y + down] = pixel_colours
        del pixels  # it locks the surface
