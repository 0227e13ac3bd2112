"""Paints the highlights of a selection on the floor: routes of robots, wait chains, and marked things."""

import math
from itertools import pairwise

import pygame

from robots.recording.frames import Frame
from visualizer.inspector.highlights import Highlights
from visualizer.scene.scene import Scene, Selection, ShownRobots, Thing
from visualizer.style.palette import RGB, Palette
from visualizer.style.shapes import Shapes
from visualizer.view.camera import Camera

Point = tuple[float, float]


class HighlightPainter:
    def __init__(self, scene: Scene, palette: Palette) -> None:
        self._scene, self._palette, self._shapes = scene, palette, Shapes()

    def paint_routes(
        self, surface: pygame.Surface, robots: ShownRobots, highlights: Highlights, camera: Camera
    ) -> None:
        """Paint lines from the robots along their intended routes, with a spot at the goal. Painted under the robots."""
        width = max(2, int(camera.scale / 9))
        for robot, cells in highlights.routes:
            points = [_of_robot(robots, robot, camera), *(self._middle(cell, camera) for cell in cells[1:])]
            for colour, line in ((self._palette.halo, width + 2), (self._palette.accent, width)):
                pygame.draw.lines(surface, colour, False, points, line)
            self._put(surface, self._shapes.disc(width * 2 + 3, self._palette.halo), points[-1])
            self._put(surface, self._shapes.disc(width * 2 + 1, self._palette.accent), points[-1])

    def paint_marks(
        self, surface: pygame.Surface, frame: Frame, robots: ShownRobots, highlights: Highlights, camera: Camera
    ) -> None:
        """Paint rings and frames, and an arrow from each waiting robot to the one it waits for. Painted over the
        robots.
        """
        for marked in highlights.marked:
            self._mark(surface, frame, robots, marked, camera, self._palette.accent)
        for waiting, ahead in pairwise(highlights.chain):
            ends = _of_robot(robots, waiting, camera), _of_robot(robots, ahead, camera)
            self._arrow(surface, *ends, camera.scale)
        if highlights.cause is not None:
            self._mark(surface, frame, robots, highlights.cause, camera, self._palette.alarm)

    def _mark(
        self, surface: pygame.Surface, frame: Frame, robots: ShownRobots, marked: Selection, camera: Camera, colour: RGB
    ) -> None:
        """Paint a thin ring around a robot, or a thin frame around anything else."""
        if marked.thing is Thing.ROBOT:
            radius = max(round(camera.scale * 0.58), 7)
            centre = _of_robot(robots, marked.number, camera)
            self._put(surface, self._shapes.ring(radius + 1, 4, self._palette.halo), centre)
            self._put(surface, self._shapes.ring(radius, 2, colour), centre)
            return
        cell = self._scene.cell_of(frame, marked)
        if self._scene.on_floor(cell):
            edge = max(round(camera.scale), 12) + 6
            self._put(
                surface, self._shapes.plate((edge + 2, edge + 2), 5, self._palette.halo, 4), self._middle(cell, camera)
            )
            self._put(surface, self._shapes.plate((edge, edge), 4, colour, 2), self._middle(cell, camera))

    def _arrow(self, surface: pygame.Surface, start: Point, end: Point, scale: float) -> None:
        """Paint an arrow from robot to robot over the border of their cells, so that both stay visible."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = math.hypot(dx, dy)
        if length < 1:
            return
        along, head, width = (dx / length, dy / length), max(scale * 0.3, 5.0), max(2, int(scale / 9))
        tail = start[0] + along[0] * scale * 0.25, start[1] + along[1] * scale * 0.25
        tip = end[0] - along[0] * scale * 0.25, end[1] - along[1] * scale * 0.25
        neck = tip[0] - along[0] * head, tip[1] - along[1] * head
        side = -along[1] * head * 0.6, along[0] * head * 0.6
        barbs = (neck[0] + side[0], neck[1] + side[1]), (neck[0] - side[0], neck[1] - side[1])
        for colour, more in ((self._palette.halo, 2), (self._palette.alarm, 0)):
            pygame.draw.line(surface, colour, tail, neck, width + more)
            pygame.draw.polygon(surface, colour, [tip, *barbs], more and more + 1)

    def _middle(self, cell: int, camera: Camera) -> Point:
        row, col = self._scene.grid.at(cell)
        x, y = camera.at(row + 0.5, col + 0.5)
        return float(x), float(y)

    def _put(self, surface: pygame.Surface, shape: pygame.Surface, centre: Point) -> None:
        surface.blit(shape, shape.get_rect(center=(round(centre[0]), round(centre[1]))))


def _of_robot(robots: ShownRobots, number: int, camera: Camera) -> Point:
    x, y = camera.at(float(robots.row[number]) + 0.5, float(robots.col[number]) + 0.5)
    return x, y
