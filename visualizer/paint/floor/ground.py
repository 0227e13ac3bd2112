"""Paints the ground: cells scaled by numpy indexing, pods, lane arrows, chargers. The result is kept until view or tick
change.
"""

import numpy as np
import pygame
from numpy.typing import NDArray

from layout.grid import HEADINGS, CellKind
from robots.recording.frames import Frame
from visualizer.paint.sprites import Sprites
from visualizer.scene.heat import HeatView
from visualizer.scene.layers import AS_USUAL, Layer, Layers
from visualizer.scene.scene import Scene
from visualizer.style.palette import Ground, Palette
from visualizer.view.camera import Camera

_GAPS_FROM, _SPRITES_FROM, _CHEVRONS_FROM = 3, 10, 12
"""Smallest scales, in pixels per cell, for gaps between pods, for pod sprites, and for lane arrows."""


class FloorPainter:
    """Painter of two layers of the view's size: the ground alone, and the ground with the pods of a tick."""

    def __init__(self, scene: Scene, palette: Palette) -> None:
        self._scene = scene
        self._sprites = Sprites(palette)
        self._colours = np.concatenate([palette.grounds(), palette.heat])
        self._heat: HeatView | None = None
        self._layers = AS_USUAL
        self._ground = self._pods = pygame.Surface((1, 1), 0, 32)
        self._ground_key: tuple[object, ...] = ()
        self._pods_key: tuple[object, ...] = ()

    def layer(
        self,
        frame: Frame,
        camera: Camera,
        size: tuple[int, int],
        layers: Layers = AS_USUAL,
        heat: HeatView | None = None,
    ) -> pygame.Surface:
        """Return the floor with its pods as seen by the camera, without robots. The surface must not be painted on."""
        shown = layers.has(Layer.PODS), layers.has(Layer.LANES), heat
        self._heat, self._layers = heat, layers
        key = camera, size, frame.tick, shown
        if key != self._pods_key:
            self._pods_key = key
            if self._pods.get_size() != size:
                self._pods = pygame.Surface(size, 0, 32)
            self._paint(frame, camera, size)
        return self._pods

    def _paint(self, frame: Frame, camera: Camera, size: tuple[int, int]) -> None:
        if camera.scale < _SPRITES_FROM:
            self._paint_cells(self._pods, self._heated(self._ground_with(frame)), camera)
            if camera.scale >= _GAPS_FROM:
                self._paint_gaps(self._pods, camera)
            return
        key = camera, size, self._layers.has(Layer.LANES), self._cells_heat
        if key != self._ground_key:
            self._ground_key = key
            self._paint_ground(camera, size)
        self._pods.blit(self._ground, (0, 0))
        if self._layers.has(Layer.PODS):
            self._stamp_pods(frame, camera, size)
        if self._cells_heat is not None and self._cells_heat.arrows is not None:
            self._stamp_arrows(self._cells_heat.arrows, camera, size)

    @property
    def _cells_heat(self) -> HeatView | None:
        return self._heat if self._heat is not None and not self._heat.of_pods else None

    def _ground_with(self, frame: Frame) -> NDArray[np.uint8]:
        """Return uint8[cells]: the ground with its pods, if shown, in the colour of their heat, if it is heat of pods."""
        if not self._layers.has(Layer.PODS):
            return self._scene.ground.copy()
        levels = self._heat.levels if self._heat is not None and self._heat.of_pods else None
        return self._scene.ground_with(frame, levels)

    def _heated(self, ground: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the ground with the heat of its cells, where they have any."""
        if self._cells_heat is not None and (levels := self._cells_heat.levels) is not None:
            np.copyto(ground, levels + len(Ground), where=levels > 0)
        return ground

    def _stamp_pods(self, frame: Frame, camera: Camera, size: tuple[int, int]) -> None:
        cells, sprites = self._scene.standing(frame), self._sprites.at(int(camera.scale))
        levels = None if self._heat is None else self._heat.levels
        if self._heat is None or levels is None:
            _stamp(self._pods, sprites.pod(), self._visible(cells, camera, size))
            return
        level_of = levels[self._scene.stands(frame)] if self._heat.of_pods else levels[cells]
        for level in np.unique(level_of).tolist():
            plain = level == 0 and not self._heat.of_pods
            _stamp(
                self._pods, sprites.pod(None if plain else level), self._visible(cells[level_of == level], camera, size)
            )

    def _stamp_arrows(self, arrows: NDArray[np.int8], camera: Camera, size: tuple[int, int]) -> None:
        for eighth in range(8):
            places = self._visible(np.flatnonzero(arrows == eighth), camera, size)
            _stamp(self._pods, self._sprites.at(int(camera.scale)).arrow(eighth), places)

    def _paint_ground(self, camera: Camera, size: tuple[int, int]) -> None:
        self._ground = pygame.Surface(size, 0, 32)
        self._paint_cells(self._ground, self._heated(self._scene.ground.copy()), camera)
        grid, sprites = self._scene.grid, self._sprites.at(int(camera.scale))
        flows = self._cells_heat is not None and self._cells_heat.arrows is not None
        if camera.scale >= _CHEVRONS_FROM and self._layers.has(Layer.LANES) and not flows:
            for heading in HEADINGS:
                lanes = np.flatnonzero(self._scene.lane_headings == heading)
                _stamp(self._ground, sprites.chevron(heading), self._visible(lanes, camera, size))
        _stamp(self._ground, sprites.bolt(), self._visible(self._scene.floor.chargers, camera, size))
        _stamp(self._ground, sprites.tray(), self._visible(grid.of_kind(CellKind.OUTFEED), camera, size))

    def _paint_cells(self, surface: pygame.Surface, ground: NDArray[np.uint8], camera: Camera) -> None:
        """Paint every pixel in the colour of its cell."""
        rows, cols = self._cells_of(surface, camera)
        pixels = pygame.surfarray.pixels2d(surface)
        pixels.T[:] = self._coloured(ground, surface)[:, cols][rows]
        del pixels  # it locks the surface

    def _paint_gaps(self, surface: pygame.Surface, camera: Camera) -> None:
        """Paint the first pixel row and column of every cell in the colour of its bare ground."""
        rows, cols = self._cells_of(surface, camera)
        bare = self._coloured(self._heated(self._scene.ground.copy()), surface)
        new_row, new_col = np.diff(rows, prepend=-1) != 0, np.diff(cols, prepend=-1) != 0
        pixels = pygame.surfarray.pixels2d(surface)
        pixels.T[new_row] = bare[:, cols][rows[new_row]]
        pixels.T[:, new_col] = bare[:, cols[new_col]][rows]
        del pixels  # it locks the surface

    def _coloured(self, ground: NDArray[np.uint8], surface: pygame.Surface) -> NDArray[np.uint32]:
        """Return uint32[height + 2, width + 2]: the surface's colour of each cell, with a border for the outside."""
        table = np.array([surface.map_rgb(tuple(colour)) for colour in self._colours.tolist()], np.uint32)
        return np.pad(table[ground].reshape(self._scene.shape), 1, constant_values=table[Ground.OUTSIDE])

    def _cells_of(self, surface: pygame.Surface, camera: Camera) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the row of each pixel row and the column of each pixel column, as indices into the result of
        `_coloured`.
        """
        height, width = self._scene.shape
        return (
            _cells_of_pixels(surface.get_height(), camera.top, camera.scale, height),
            _cells_of_pixels(surface.get_width(), camera.left, camera.scale, width),
        )

    def _visible(self, cells: NDArray[np.integer], camera: Camera, size: tuple[int, int]) -> NDArray[np.int64]:
        """Return int64[n, 2]: pixel (x, y) of the top left corners of the visible cells."""
        first_row, end_row, first_col, end_col = camera.visible(self._scene.shape, size)
        row, col = np.divmod(cells, self._scene.grid.width)
        seen = (row >= first_row) & (row < end_row) & (col >= first_col) & (col < end_col)
        x, y = camera.at(row[seen], col[seen])
        return np.stack([x, y], axis=1).astype(np.int64)


def _cells_of_pixels(pixels: int, start: float, scale: float, cells: int) -> NDArray[np.int64]:
    """Return int64[pixels]: 1 + the row or column of each pixel; 0 and cells + 1 beyond the floor."""
    positions = np.floor((np.arange(pixels) + 0.5 - start) / scale).astype(np.int64)
    return np.asarray(np.clip(positions + 1, 0, cells + 1))


def _stamp(surface: pygame.Surface, sprite: pygame.Surface, places: NDArray[np.int64]) -> None:
    surface.blits([(sprite, place) for place in places.tolist()], doreturn=False)
