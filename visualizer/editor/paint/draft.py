"""Paints the drawing: cells, lanes, chargers, stations, and over them the stroke in progress, faults and the selection."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pygame
from numpy.typing import NDArray

from layout.drawing.edit import At, Glyphs
from layout.drawing.glyphs import SERVICES
from layout.grid import HEADINGS
from visualizer.editor.ground import ground_of, ways_of
from visualizer.editor.live_check import Findings
from visualizer.paint.sprites import Sprites
from visualizer.style.fonts import Fonts
from visualizer.style.palette import DAY, RGB, Ground, Palette, rgb
from visualizer.view.camera import Camera

PALETTE = replace(DAY, mark=rgb("8C98A8"), ground={**DAY.ground, Ground.WALL: rgb("BFC6D0")})
"""The day palette with clearly visible walls and lane arrows."""
_LOST = rgb("F9DDCF")
_LINE = rgb("E4E7EC")
_LINES_FROM, _SPRITES_FROM, _SIGNS_FROM = 8, 10, 12
"""Smallest scales, in pixels per cell, for lines between cells, for pods and arrows, and for letters on stations."""
_LEAST_MARK = 7
"""Smallest size of a fault's mark, in pixels, however small the cells are."""


class DraftPainter:
    """Painter of the drawing. It keeps its last picture until drawing or view change."""

    def __init__(self, fonts: Fonts, palette: Palette = PALETTE) -> None:
        self._fonts, self._palette = fonts, palette
        self._sprites = Sprites(palette)
        self._colours = np.concatenate([palette.grounds(), np.array([_LOST], np.uint8)])
        self._key: tuple[object, ...] = ()
        self._layer = pygame.Surface((1, 1), 0, 32)

    def paint(
        self,
        surface: pygame.Surface,
        glyphs: Glyphs,
        stamp: object,
        camera: Camera,
        findings: Findings,
        fault: int = -1,
    ) -> None:
        """Paint the drawing as the camera sees it. stamp: changes with the glyphs. fault: number of the fault that was
        clicked.
        """
        key = stamp, camera, surface.get_size(), findings, fault
        if key != self._key:
            self._key = key
            self._layer = pygame.Surface(surface.get_size(), 0, 32)
            self._paint_cells(glyphs, camera)
            if camera.scale >= _SPRITES_FROM:
                self._paint_signs(glyphs, camera)
            if findings.shape == glyphs.shape:
                self._paint_faults(findings, fault, camera)
        surface.blit(self._layer, (0, 0))

    def paint_preview(self, surface: pygame.Surface, cells: Sequence[At], camera: Camera) -> None:
        """Paint a veil over the cells of the stroke in progress."""
        self._mark(surface, np.array(cells, np.int64).reshape(-1, 2), camera, self._palette.accent, 60)

    def paint_selected(self, surface: pygame.Surface, cell: At, camera: Camera) -> None:
        pygame.draw.rect(surface, self._palette.accent, _box(cell, camera, _LEAST_MARK).inflate(4, 4), 3)

    def _paint_cells(self, glyphs: Glyphs, camera: Camera) -> None:
        """Paint every pixel in the colour of its cell, and the first row and column of a cell's pixels as lines."""
        rows = _cells_of_pixels(self._layer.get_height(), camera.top, camera.scale, glyphs.shape[0])
        cols = _cells_of_pixels(self._layer.get_width(), camera.left, camera.scale, glyphs.shape[1])
        table = np.array([self._layer.map_rgb(tuple(colour)) for colour in self._colours.tolist()], np.uint32)
        outside = table[Ground.OUTSIDE]
        pixels = pygame.surfarray.pixels2d(self._layer)
        pixels.T[:] = np.pad(table[ground_of(glyphs)], 1, constant_values=outside)[:, cols][rows]
        if camera.scale >= _LINES_FROM:
            line = self._layer.map_rgb(_LINE)
            on_floor = (rows > 0) & (rows <= glyphs.shape[0])
            new_row = (np.diff(rows, prepend=-1) != 0) & on_floor
            new_col = (np.diff(cols, prepend=-1) != 0) & (cols > 0) & (cols <= glyphs.shape[1])
            within = (cols > 0) & (cols <= glyphs.shape[1])
            pixels.T[np.ix_(new_row, within)] = line
            pixels.T[np.ix_(on_floor, new_col)] = line
        del pixels  # it locks the surface

    def _paint_signs(self, glyphs: Glyphs, camera: Camera) -> None:
        sprites, headings = self._sprites.at(int(camera.scale)), ways_of(glyphs)
        for sign, sprite in (("P", sprites.pod()), ("C", sprites.bolt()), ("o", sprites.tray())):
            self._stamp(sprite, glyphs == ord(sign), camera)
        for heading in HEADINGS:
            self._stamp(sprites.chevron(heading), headings == heading, camera)
        if camera.scale >= _SIGNS_FROM:
            for sign, kind in SERVICES.items():
                colour = self._palette.station[kind]
                letter = self._fonts.render(sign, round(camera.scale * 0.72), colour, bold=True)
                inset = (camera.scale - letter.get_width()) // 2, (camera.scale - letter.get_height()) // 2
                self._stamp(letter, glyphs == ord(sign), camera, inset)

    def _stamp(
        self, sprite: pygame.Surface, where: NDArray[np.bool_], camera: Camera, inset: tuple[float, float] = (0, 0)
    ) -> None:
        """Paint the sprite on all visible cells of a mask."""
        row, end_row, col, end_col = camera.visible(where.shape, self._layer.get_size())
        rows, cols = np.nonzero(where[row:end_row, col:end_col])
        x, y = camera.at(rows + row, cols + col)
        places = np.stack([x + inset[0], y + inset[1]], axis=1).astype(int).tolist()
        self._layer.blits([(sprite, place) for place in places], doreturn=False)

    def _paint_faults(self, findings: Findings, fault: int, camera: Camera) -> None:
        """Paint faulty cells under a veil with an edge; at a small scale in a plain colour, with a spot on the first
        cell of each fault.
        """
        alarm, chosen = self._palette.alarm, findings.cells[findings.owner == fault]
        if camera.scale >= _LINES_FROM:
            self._mark(self._layer, findings.cells, camera, alarm, 60, 2)
            self._mark(self._layer, chosen, camera, alarm, 90, 3)
            return
        mask = np.zeros((findings.shape[0] + 2, findings.shape[1] + 2), np.bool_)
        mask[findings.cells[:, 0] + 1, findings.cells[:, 1] + 1] = True
        rows = _cells_of_pixels(self._layer.get_height(), camera.top, camera.scale, findings.shape[0])
        cols = _cells_of_pixels(self._layer.get_width(), camera.left, camera.scale, findings.shape[1])
        pixels = pygame.surfarray.pixels2d(self._layer)
        pixels.T[mask[:, cols][rows]] = self._layer.map_rgb(alarm)
        del pixels  # it locks the surface
        firsts = np.diff(findings.owner, prepend=-1) != 0
        self._mark(self._layer, findings.cells[firsts], camera, alarm, 255, 1, _LEAST_MARK)
        self._mark(self._layer, chosen[:1], camera, alarm, 255, 1, 2 * _LEAST_MARK)

    def _mark(
        self,
        surface: pygame.Surface,
        cells: NDArray[np.int64],
        camera: Camera,
        colour: RGB,
        alpha: int,
        border: int = 0,
        least: int = 1,
    ) -> None:
        """Paint a veil over the visible ones of the cells, int64[n, 2]. least: smallest edge of a veil, in pixels."""
        edge = max(round(camera.scale), least)
        veil = pygame.Surface((edge, edge), pygame.SRCALPHA)
        veil.fill((*colour, alpha))
        if border:
            pygame.draw.rect(veil, colour, veil.get_rect(), border)
        x, y = camera.at(cells[:, 0] + 0.5, cells[:, 1] + 0.5)
        corners = np.stack([x - edge / 2, y - edge / 2], axis=1).astype(int)
        seen = ((corners > -edge) & (corners < surface.get_size())).all(axis=1)
        surface.blits([(veil, corner) for corner in corners[seen].tolist()], doreturn=False)


def _box(cell: At, camera: Camera, least: int = 1) -> pygame.Rect:
    x, y = camera.at(*cell)
    edge = max(round(camera.scale), 1)
    box = pygame.Rect(int(x), int(y), edge, edge)
    return box.inflate(max(least - edge, 0), max(least - edge, 0))


def _cells_of_pixels(pixels: int, start: float, scale: float, cells: int) -> NDArray[np.int64]:
    """Return int64[pixels]: 1 + the row or column of each pixel; 0 and cells + 1 beyond the floor."""
    positions = np.floor((np.arange(pixels) + 0.5 - start) / scale).astype(np.int64)
    return np.asarray(np.clip(positions + 1, 0, cells + 1))
