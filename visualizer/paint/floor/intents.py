"""Paints the intentions of robots: goals, directions to the goals, and the cells that they drive into next."""

import numpy as np
import pygame
from numpy.typing import NDArray

from robots.recording.frames import Frame
from visualizer.paint.floor.robots import stamp_blocks
from visualizer.paint.sprites import Sprites
from visualizer.scene.layers import Layer, Layers
from visualizer.scene.scene import Scene, ShownRobots
from visualizer.style.palette import STATE_COLOURS, Palette
from visualizer.view.camera import DETAILS_FROM, PIXELS_BELOW, Camera

_MOST_ROUTES = 1000
"""Largest number of lines in a picture: more can't be read, and take too long."""
_STEPS = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)])
"""Step ahead as (rows, columns), by heading."""


class IntentPainter:
    def __init__(self, scene: Scene, palette: Palette) -> None:
        self._scene, self._sprites = scene, Sprites(palette)
        self._colours = [(red, green, blue) for red, green, blue in STATE_COLOURS.tolist()]

    def paint(
        self,
        surface: pygame.Surface,
        frame: Frame,
        after: Frame | None,
        robots: ShownRobots,
        camera: Camera,
        layers: Layers,
    ) -> None:
        """Paint the intentions. robots: those in view. after: the frame of the next tick, None if it isn't known."""
        goal = frame.robots["goal"][robots.number]
        bound = (goal >= 0) & (goal < self._scene.grid.cells) & (goal != frame.robots["cell"][robots.number])
        if layers.has(Layer.ROUTES) and camera.scale >= PIXELS_BELOW:
            self._paint_routes(surface, robots.only(bound), goal[bound], camera)
        if layers.has(Layer.GOALS):
            self._paint_goals(surface, robots.only(bound), goal[bound], camera)
        if layers.has(Layer.NEXT) and camera.scale >= DETAILS_FROM:
            self._paint_claims(surface, frame, after, robots, camera)

    def _paint_routes(
        self, surface: pygame.Surface, robots: ShownRobots, goal: NDArray[np.int32], camera: Camera
    ) -> None:
        """Paint elbows to the goals, along the column first: frames don't contain planned routes."""
        row, col = np.divmod(goal[:_MOST_ROUTES], self._scene.grid.width)
        left, top = camera.at(robots.row[:_MOST_ROUTES] + 0.5, robots.col[:_MOST_ROUTES] + 0.5)
        right, bottom = camera.at(row + 0.5, col + 0.5)
        width = max(1, int(camera.scale / 14))
        ends = zip(left.tolist(), top.tolist(), right.tolist(), bottom.tolist(), robots.state, strict=False)
        for x, y, end_x, end_y, state in ends:
            pygame.draw.lines(surface, self._colours[state], False, [(x, y), (x, end_y), (end_x, end_y)], width)

    def _paint_goals(
        self, surface: pygame.Surface, robots: ShownRobots, goal: NDArray[np.int32], camera: Camera
    ) -> None:
        row, col = np.divmod(goal, self._scene.grid.width)
        x, y = camera.at(row + 0.5, col + 0.5)
        if camera.scale < PIXELS_BELOW:
            table = np.array([surface.map_rgb(colour) for colour in self._colours], np.uint32)
            corner = np.rint(np.stack([x, y]) - 1).astype(np.int64)
            stamp_blocks(surface, corner[0], corner[1], table[robots.state], 2)
            return
        sprites = self._sprites.at(int(camera.scale))
        corners = np.rint(np.stack([x, y], axis=1) - int(camera.scale) / 2).astype(int).tolist()
        made = {state: sprites.goal(state) for state in np.unique(robots.state).tolist()}
        spots_at = zip(robots.state.tolist(), corners, strict=True)
        surface.blits([(made[state], corner) for state, corner in spots_at], doreturn=False)

    def _paint_claims(
        self, surface: pygame.Surface, frame: Frame, after: Frame | None, robots: ShownRobots, camera: Camera
    ) -> None:
        sprites, cells = self._sprites.at(int(camera.scale)), next_cells(self._scene, frame, after)[robots.number]
        drives = cells >= 0
        row, col = np.divmod(cells[drives], self._scene.grid.width)
        x, y = camera.at(row, col)
        places = zip(robots.state[drives].tolist(), np.rint(x).tolist(), np.rint(y).tolist(), strict=True)
        surface.blits([(sprites.claim(state), (left, top)) for state, left, top in places], doreturn=False)


def next_cells(scene: Scene, frame: Frame, after: Frame | None) -> NDArray[np.int64]:
    """Return int64[robots]: the cell that each robot drives into in the next tick, -1 for none.

    If that tick isn't known yet, it is the cell ahead of each robot that has a goal elsewhere.
    """
    cell = frame.robots["cell"].astype(np.int64)
    if after is not None and len(after.robots) == len(cell):
        then = after.robots["cell"].astype(np.int64)
        return np.where((then != cell) & (then >= 0) & (then < scene.grid.cells), then, -1)
    row, col = (np.stack(np.divmod(cell, scene.grid.width)).T + _STEPS[frame.robots["heading"] & 3]).T
    inside = (row >= 0) & (row < scene.grid.height) & (col >= 0) & (col < scene.grid.width)
    ahead = np.where(inside, row * scene.grid.width + col, 0)
    bound = (frame.robots["goal"] >= 0) & (frame.robots["goal"] != cell) & (frame.robots["stopped"] == 0)
    return np.where(inside & bound & (scene.grid.kind[ahead] != 0), ahead, -1)
