"""Paints the ground: cells scaled by numpy indexing, pods, lane arrows, chargers. Kept until view or tick changes."""

import numpy as np
import pygame
from numpy.typing import NDArray

from layout.grid import HEADINGS, CellKind
from robots.frames import Frame
from visualizer.camera import PIXELS_BELOW, Camera
from visualizer.palette import Ground, Palette
from visualizer.scene import Scene
from visualizer.sprites import Sprites

_CHEVRONS_FROM = 12
_BOLTS_FROM = 10
Seen = tuple[int, int, int, int]


class FloorPainter:
    """Two layers of the view's size: the ground alone, and the ground with the pods of a tick."""

    def __init__(self, scene: Scene, palette: Palette) -> None:
        self._scene = scene
        self._sprites = Sprites(palette)
        self._colours = palette.grounds()
        self._ground = self._pods = pygame.Surface((1, 1), 0, 32)
        self._ground_key: tuple[object, ...] = ()
        self._pods_key: tuple[object, ...] = ()

    def layer(self, frame: Frame, camera: Camera, size: tuple[int, int]) -> pygame.Surface:
        """The floor with its pods as seen by the camera, without robots. Not to be painted on."""
        key = camera, size, frame.tick
        if key != self._pods_key:
            self._pods_key = key
            if self._pods.get_size() != size:
                self._pods = pygame.Surface(size, 0, 32)
            self._paint(frame, camera, size)
        return self._pods

    def _paint(self, frame: Frame, camera: Camera, size: tuple[int, int]) -> None:
        if camera.scale < PIXELS_BELOW:
            self._paint_cells(self._pods, self._scene.ground_with(frame), camera)
            return
        if (camera, size) != self._ground_key:
            self._ground_key = camera, size
            self._paint_ground(camera, size)
        self._pods.blit(self._ground, (0, 0))
        pods = self._visible(self._scene.standing(frame), camera, size)
        _stamp(self._pods, self._sprites.at(int(camera.scale)).pod(), pods)

    def _paint_ground(self, camera: Camera, size: tuple[int, int]) -> None:
        self._ground = pygame.Surface(size, 0, 32)
        self._paint_cells(self._ground, self._scene.ground, camera)
        grid, sprites = self._scene.grid, self._sprites.at(int(camera.scale))
        if camera.scale >= _CHEVRONS_FROM:
            for heading in HEADINGS:
                lanes = np.flatnonzero(self._scene.ways == heading)
                _stamp(self._ground, sprites.chevron(heading), self._visible(lanes, camera, size))
        if camera.scale >= _BOLTS_FROM:
            _stamp(self._ground, sprites.bolt(), self._visible(self._scene.floor.chargers, camera, size))
            outfeeds = grid.of_kind(CellKind.OUTFEED)
            _stamp(self._ground, sprites.tray(), self._visible(outfeeds, camera, size))

    def _paint_cells(self, surface: pygame.Surface, ground: NDArray[np.uint8], camera: Camera) -> None:
        """Every pixel in the colour of its cell; beyond the edge that of the outside."""
        table = np.array([surface.map_rgb(tuple(colour)) for colour in self._colours.tolist()], np.uint32)
        height, width = self._scene.shape
        bordered = np.full((height + 2, width + 2), table[Ground.OUTSIDE], np.uint32)
        bordered[1:-1, 1:-1] = table[ground].reshape(height, width)
        rows = _cells_of_pixels(surface.get_height(), camera.top, camera.scale, height)
        cols = _cells_of_pixels(surface.get_width(), camera.left, camera.scale, width)
        pixels = pygame.surfarray.pixels2d(surface)
        pixels.T[:] = bordered[:, cols][rows]
        del pixels  # it locks the surface

    def _visible(self, cells: NDArray[np.integer], camera: Camera, size: tuple[int, int]) -> NDArray[np.int64]:
        """int64[n, 2]: pixel (x, y) of the top left corners of the cells that can be seen."""
        first_row, end_row, first_col, end_col = camera.visible(self._scene.shape, size)
        row, col = np.divmod(cells, self._scene.grid.width)
        seen = (row >= first_row) & (row < end_row) & (col >= first_col) & (col < end_col)
        x, y = camera.at(row[seen], col[seen])
        return np.stack([x, y], axis=1).astype(np.int64)


def _cells_of_pixels(pixels: int, start: float, scale: float, cells: int) -> NDArray[np.int64]:
    """int64[pixels]: 1 + the row or column of each pixel, 0 and cells + 1 beyond the floor."""
    at = np.floor((np.arange(pixels) + 0.5 - start) / scale).astype(np.int64)
    return np.clip(at + 1, 0, cells + 1)


def _stamp(surface: pygame.Surface, sprite: pygame.Surface, places: NDArray[np.int64]) -> None:
    surface.blits([(sprite, place) for place in places.tolist()], doreturn=False)
