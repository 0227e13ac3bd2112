"""Paints what points things out on the floor: station labels, the selection's ring, and the way to its goal."""

import pygame

from robots.frames import Frame
from visualizer.camera import Camera
from visualizer.fonts import Fonts
from visualizer.palette import WHITE, Palette
from visualizer.scene import Scene, Selection, Shown, Thing

_LABEL = 12
_LABELS_FROM = 4
_FLAG = 5
"""Pixels of the square that stands for a station too small to see."""


class MarkPainter:
    def __init__(self, scene: Scene, palette: Palette, fonts: Fonts) -> None:
        self._scene, self._palette, self._fonts = scene, palette, fonts

    def paint_stations(self, surface: pygame.Surface, camera: Camera) -> None:
        """Frames around the service cells and labels beside them, as many as find room."""
        taken: list[pygame.Rect] = []
        for info, station in zip(self._scene.header.stations, self._scene.stations, strict=True):
            colour = self._palette.station[station.kind]
            cell = self._box(station.cell, camera, least=_FLAG)
            if not cell.colliderect(surface.get_rect()):
                continue
            if camera.scale < _FLAG:
                pygame.draw.rect(surface, colour, cell)
            else:
                pygame.draw.rect(surface, colour, cell, max(1, int(camera.scale / 10)), border_radius=2)
            if camera.scale >= _LABELS_FROM:
                self._paint_label(surface, info.id, station.cell, cell, taken)

    def paint_selection(
        self, surface: pygame.Surface, frame: Frame, robots: Shown, selection: Selection, camera: Camera
    ) -> None:
        """The ring around what is selected; for a robot also the way to its goal."""
        if selection.thing is Thing.ROBOT:
            row, col = float(robots.row[selection.number]), float(robots.col[selection.number])
            self._paint_way(surface, (row + 0.5, col + 0.5), int(frame.robots["goal"][selection.number]), camera)
            centre = camera.at(row + 0.5, col + 0.5)
            radius = max(camera.scale * 0.62, 8)
            pygame.draw.circle(surface, WHITE, centre, radius + 1.5, 5)
            pygame.draw.circle(surface, self._palette.accent, centre, radius, 3)
            return
        cell = self._scene.cell_of(frame, selection)
        if self._scene.on_floor(cell):
            box = self._box(cell, camera, least=12).inflate(6, 6)
            pygame.draw.rect(surface, WHITE, box.inflate(2, 2), 5, border_radius=5)
            pygame.draw.rect(surface, self._palette.accent, box, 3, border_radius=4)

    def _paint_way(
        self, surface: pygame.Surface, start: tuple[float, float], goal: int, camera: Camera
    ) -> None:
        """An elbow, along the column first, with a ring at its end. Not the planned route: frames don't carry it."""
        if not self._scene.on_floor(goal):
            return
        row, col = self._scene.grid.at(goal)
        end = row + 0.5, col + 0.5
        points = [camera.at(*start), camera.at(end[0], start[1]), camera.at(*end)]
        width = max(2, int(camera.scale / 9))
        pygame.draw.lines(surface, WHITE, False, points, width + 2)
        pygame.draw.lines(surface, self._palette.accent, False, points, width)
        pygame.draw.circle(surface, WHITE, points[-1], width * 2 + 3)
        pygame.draw.circle(surface, self._palette.accent, points[-1], width * 2 + 1)

    def _paint_label(
        self, surface: pygame.Surface, text: str, cell: int, box: pygame.Rect, taken: list[pygame.Rect]
    ) -> None:
        colour = self._palette.station[self._scene.stations[self._scene.station_at[cell]].kind]
        words = self._fonts.render(text, _LABEL, WHITE, bold=True)
        plate = words.get_rect().inflate(10, 4)
        plate.center = self._beside(cell, box, plate)
        if plate.collidelist(taken) >= 0:
            return
        taken.append(plate)
        pygame.draw.rect(surface, colour, plate, border_radius=6)
        surface.blit(words, words.get_rect(center=plate.center))

    def _beside(self, cell: int, box: pygame.Rect, plate: pygame.Rect) -> tuple[int, int]:
        """Where nothing drives: below, above, right or left of the cell if there is a wall, else below."""
        down, right = (box.h + plate.h) // 2 + 3, (box.w + plate.w) // 2 + 3
        for heading, shift in ((1, (0, down)), (3, (0, -down)), (0, (right, 0)), (2, (-right, 0))):
            beside = self._scene.grid.neighbour(cell, heading)
            if beside < 0 or self._scene.grid.kind[beside] == 0:
                return box.centerx + shift[0], box.centery + shift[1]
        return box.centerx, box.centery + down

    def _box(self, cell: int, camera: Camera, least: int) -> pygame.Rect:
        """The cell's pixels, `least` wide and high at the least."""
        row, col = self._scene.grid.at(cell)
        x, y = camera.at(row, col)
        edge = max(round(camera.scale), least)
        shift = (camera.scale - edge) / 2
        return pygame.Rect(round(x + shift), round(y + shift), edge, edge)
