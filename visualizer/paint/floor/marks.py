"""Paints station labels and the ring of the selection."""

import pygame

from robots.recording.frames import Frame
from visualizer.scene.scene import Scene, Selection, ShownRobots, Thing
from visualizer.style.fonts import Fonts
from visualizer.style.palette import Palette
from visualizer.style.shapes import Shapes
from visualizer.view.camera import Camera

_LABEL = 12
_LABELS_FROM, _CROWD_LABELS_FROM, _CROWD = 4, 14, 20
"""Smallest scales, in pixels per cell, for station labels on floors with few and with many stations, and the number
that counts as many: many labels would hide the floor.
"""
_FLAG = 5
"""Size of the square that stands for a station too small to see, in pixels."""


class MarkPainter:
    def __init__(self, scene: Scene, palette: Palette, fonts: Fonts) -> None:
        self._scene, self._palette, self._fonts, self._shapes = scene, palette, fonts, Shapes()

    def paint_stations(self, surface: pygame.Surface, camera: Camera) -> None:
        """Paint frames around the service cells, and labels beside them where there is room."""
        taken: list[pygame.Rect] = []
        labels_from = _LABELS_FROM if len(self._scene.stations) <= _CROWD else _CROWD_LABELS_FROM
        for info, station in zip(self._scene.header.stations, self._scene.stations, strict=True):
            colour = self._palette.station[station.kind]
            cell = self._box(station.cell, camera, least=_FLAG)
            if not cell.colliderect(surface.get_rect()):
                continue
            if camera.scale < _FLAG:
                pygame.draw.rect(surface, colour, cell)
            else:
                pygame.draw.rect(surface, colour, cell, max(1, int(camera.scale / 10)), border_radius=2)
            if camera.scale >= labels_from:
                self._paint_label(surface, info.id, station.cell, cell, taken)

    def paint_selection(
        self, surface: pygame.Surface, frame: Frame, robots: ShownRobots, selection: Selection, camera: Camera
    ) -> None:
        """Paint the ring around the selection."""
        if selection.thing is Thing.ROBOT:
            row, col = float(robots.row[selection.number]), float(robots.col[selection.number])
            centre = camera.at(row + 0.5, col + 0.5)
            radius = max(round(camera.scale * 0.62), 8)
            self._put(surface, self._shapes.ring(radius + 2, 6, self._palette.halo), centre)
            self._put(surface, self._shapes.ring(radius + 0.5, 3, self._palette.accent), centre)
            return
        cell = self._scene.cell_of(frame, selection)
        if self._scene.on_floor(cell):
            box = self._box(cell, camera, least=12).inflate(6, 6)
            self._put(surface, self._shapes.plate(box.inflate(4, 4).size, 6, self._palette.halo, 6), box.center)
            self._put(surface, self._shapes.plate(box.size, 5, self._palette.accent, 3), box.center)

    def _paint_label(
        self, surface: pygame.Surface, text: str, cell: int, box: pygame.Rect, taken: list[pygame.Rect]
    ) -> None:
        colour = self._palette.station[self._scene.stations[self._scene.station_at[cell]].kind]
        words = self._fonts.render(text, _LABEL, self._palette.station_ink, bold=True)
        plate = words.get_rect().inflate(10, 4)
        plate.center = self._beside(cell, box, plate)
        if plate.collidelist(taken) >= 0:
            return
        taken.append(plate)
        surface.blit(self._shapes.plate(plate.size, 6, colour), plate)
        surface.blit(words, words.get_rect(center=plate.center))

    def _put(self, surface: pygame.Surface, shape: pygame.Surface, centre: tuple[float, float]) -> None:
        surface.blit(shape, shape.get_rect(center=(round(centre[0]), round(centre[1]))))

    def _beside(self, cell: int, box: pygame.Rect, plate: pygame.Rect) -> tuple[int, int]:
        """Return a place where no robot drives: below, above, right or left of the cell if there is a wall, else below."""
        down, right = (box.h + plate.h) // 2 + 3, (box.w + plate.w) // 2 + 3
        for heading, shift in ((1, (0, down)), (3, (0, -down)), (0, (right, 0)), (2, (-right, 0))):
            beside = self._scene.grid.neighbour(cell, heading)
            if beside < 0 or self._scene.grid.kind[beside] == 0:
                return box.centerx + shift[0], box.centery + shift[1]
        return box.centerx, box.centery + down

    def _box(self, cell: int, camera: Camera, least: int) -> pygame.Rect:
        """Return the cell's pixels, at least `least` wide and high."""
        row, col = self._scene.grid.at(cell)
        x, y = camera.at(row, col)
        edge = max(round(camera.scale), least)
        shift = (camera.scale - edge) / 2
        return pygame.Rect(round(x + shift), round(y + shift), edge, edge)
