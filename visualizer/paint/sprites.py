"""Sprites of everything on a floor, drawn large and reduced so that their edges are smooth, then kept.

All sprites have one scale; they are drawn again for another scale.
"""

import math
from collections.abc import Callable

import pygame

from layout.grid import EAST, NORTH, SOUTH, WEST
from robots.units.lifecycle import RobotState
from visualizer.scene.scene import Load
from visualizer.style.palette import BODIES, RGB, STATE_COLOURS, WHITE, Body, Ground, Palette, ink_on
from visualizer.style.shapes import FINE, Points, clear_sheet, stroke

_FINE_FROM = 11
"""Scale in pixels per cell below which a notch can't be seen and a load's colour hides the robot's."""
_AHEAD = {EAST: (1, 0), SOUTH: (0, 1), WEST: (-1, 0), NORTH: (0, -1)}
_CORNERS = {
    Body.SQUARE: ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    Body.DIAMOND: ((0.0, -1.12), (1.12, 0.0), (0.0, 1.12), (-1.12, 0.0)),
    Body.HEXAGON: ((1.0, 0.58), (0.0, 1.15), (-1.0, 0.58), (-1.0, -0.58), (0.0, -1.15), (1.0, -0.58)),
}
"""Corners of bodies, in radii from the middle."""
_BOLT = ((0.56, 0.14), (0.28, 0.56), (0.47, 0.56), (0.42, 0.86), (0.72, 0.42), (0.52, 0.42))


class Sprites:
    """Sprites of one palette, drawn when they are first needed."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self._scale = 0
        self._kept: dict[tuple[object, ...], pygame.Surface] = {}

    def at(self, scale: int) -> "Sprites":
        """Return these sprites for a scale in pixels per cell."""
        if scale != self._scale:
            self._scale = scale
            self._kept.clear()
        return self

    def robot(self, state: int, heading: int, load: Load) -> pygame.Surface:
        return self._keep(("robot", state, heading, load), lambda: self._draw_robot(state, heading, load))

    def cross(self) -> pygame.Surface:
        """Return the cross of a robot out of order."""
        return self._keep(("cross",), self._draw_cross)

    def pod(self, level: int | None = None) -> pygame.Surface:
        """Return a pod. level: of heat, None for a plain pod."""
        return self._keep(("pod", level), lambda: self._draw_pod(level))

    def bolt(self) -> pygame.Surface:
        return self._keep(("bolt",), self._draw_bolt)

    def chevron(self, heading: int) -> pygame.Surface:
        return self._keep(("chevron", heading), lambda: self._draw_chevron(heading))

    def arrow(self, eighth: int) -> pygame.Surface:
        """Return the arrow of the main direction of flow, in eighths of a turn from east, clockwise."""
        return self._keep(("arrow", eighth), lambda: self._draw_arrow(eighth))

    def goal(self, state: int) -> pygame.Surface:
        """Return the mark on the goal of a robot in a state."""
        return self._keep(("goal", state), lambda: self._draw_goal(state))

    def claim(self, state: int) -> pygame.Surface:
        """Return the mark on the next cell of a robot in a state."""
        return self._keep(("claim", state), lambda: self._draw_claim(state))

    def tray(self) -> pygame.Surface:
        """Return an outfeed."""
        return self._keep(("tray",), self._draw_tray)

    def _keep(self, key: tuple[object, ...], draw: Callable[[], pygame.Surface]) -> pygame.Surface:
        if key not in self._kept:
            self._kept[key] = draw()
        return self._kept[key]

    def _draw_robot(self, state: int, heading: int, load: Load) -> pygame.Surface:
        if self._scale < _FINE_FROM:
            return self._draw_small_robot(state, load)
        body = _colour(state)
        sheet, edge = self._sheet(self._rim(body) if load is Load.NONE else self._palette.load_edge)
        if load is not Load.NONE:
            colour = self._palette.load if load is Load.POD else self._palette.totes
            inset = 0.06 if load is Load.POD else 0.14
            _square(sheet, inset, self._palette.load_edge, 0.14)
            _square(sheet, inset + 0.06, colour, 0.10)
        radius, shape = edge * (0.42 if load is Load.NONE else 0.31), BODIES[RobotState(state)]
        draw_body(sheet, shape, radius, self._rim(body))
        draw_body(sheet, shape, radius - edge * 0.045, body, self._palette.halo)
        pygame.draw.polygon(sheet, ink_on(body), _notch(edge, radius, heading))
        return self._shrunk(sheet)

    def _draw_small_robot(self, state: int, load: Load) -> pygame.Surface:
        """Draw a disc, or a square with a load, all in the state's colour, which finer details would hide."""
        body = _colour(state)
        sheet, edge = self._sheet(self._rim(body))
        if load is Load.NONE:
            shape = BODIES[RobotState(state)]
            draw_body(sheet, shape, edge * 0.5, self._rim(body))
            draw_body(sheet, shape, edge * 0.42, body, self._palette.halo)
        else:
            _square(sheet, 0.0, self._rim(body), 0.10)
            _square(sheet, 0.10, body, 0.05)
        return self._shrunk(sheet)

    def _draw_cross(self) -> pygame.Surface:
        sheet, edge = self._sheet(WHITE)
        for colour, width in ((WHITE, 0.26), (self._palette.alarm, 0.15)):
            for ends in (((0.14, 0.14), (0.86, 0.86)), ((0.14, 0.86), (0.86, 0.14))):
                stroke(sheet, colour, [(x * edge, y * edge) for x, y in ends], width * edge)
        return self._shrunk(sheet)

    def _draw_pod(self, level: int | None) -> pygame.Surface:
        colour = self._palette.ground[Ground.POD] if level is None else _rgb(self._palette.heat[level].tolist())
        sheet, _ = self._sheet(self._palette.pod_edge)
        _square(sheet, 0.07, self._palette.pod_edge, 0.16)
        _square(sheet, 0.115, colour, 0.13)
        return self._shrunk(sheet)

    def _draw_bolt(self) -> pygame.Surface:
        sheet, edge = self._sheet(self._palette.bolt)
        pygame.draw.polygon(sheet, self._palette.bolt, [(x * edge, y * edge) for x, y in _BOLT])
        return self._shrunk(sheet)

    def _draw_chevron(self, heading: int) -> pygame.Surface:
        sheet, edge = self._sheet(self._palette.mark)
        points = _turned([(-0.10, -0.17), (0.10, 0.0), (-0.10, 0.17)], heading, edge)
        for ends in (points[:2], points[1:]):
            stroke(sheet, self._palette.mark, ends, 0.075 * edge)
        return self._shrunk(sheet)

    def _draw_arrow(self, eighth: int) -> pygame.Surface:
        sheet, edge = self._sheet(self._palette.halo)
        turn = eighth * math.pi / 4
        ahead, aside = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
        tail, tip, *barbs = (
            ((0.5 + a * ahead[0] + b * aside[0]) * edge, (0.5 + a * ahead[1] + b * aside[1]) * edge)
            for a, b in ((-0.3, 0.0), (0.3, 0.0), (0.08, -0.2), (0.08, 0.2))
        )
        for colour, width in ((self._palette.halo, 0.24), (self._palette.ink, 0.11)):
            for end in (tail, *barbs):
                stroke(sheet, colour, [end, tip], width * edge)
        return self._shrunk(sheet)

    def _draw_goal(self, state: int) -> pygame.Surface:
        colour = _colour(state)
        sheet, edge = self._sheet(self._palette.halo)
        centre = edge / 2, edge / 2
        for paint, radius in ((self._palette.halo, 0.36), (colour, 0.31), (self._palette.halo, 0.19), (colour, 0.11)):
            pygame.draw.circle(sheet, paint, centre, radius * edge)
        return self._shrunk(sheet)

    def _draw_claim(self, state: int) -> pygame.Surface:
        colour = _colour(state)
        sheet, edge = self._sheet(colour)
        box = pygame.Rect(0, 0, edge, edge).inflate(-0.16 * edge, -0.16 * edge)
        pygame.draw.rect(sheet, (*colour, 70), box, border_radius=round(0.14 * edge))
        pygame.draw.rect(sheet, colour, box, round(0.07 * edge), border_radius=round(0.14 * edge))
        return self._shrunk(sheet)

    def _draw_tray(self) -> pygame.Surface:
        sheet, _ = self._sheet(self._palette.totes)
        _square(sheet, 0.20, self._palette.totes, 0.08)
        _square(sheet, 0.29, WHITE, 0.05)
        return self._shrunk(sheet)

    def _rim(self, body: RGB) -> RGB:
        """Return the colour of the edge: darker than the body by day, lighter by night."""
        red, green, blue = (
            int(part * 0.62 + other * 0.38) for part, other in zip(body, self._palette.rim, strict=True)
        )
        return red, green, blue

    def _sheet(self, rim: RGB) -> tuple[pygame.Surface, int]:
        """Return a clear sheet and its edge in pixels."""
        edge = self._scale * FINE
        return clear_sheet((edge, edge), rim), edge

    def _shrunk(self, sheet: pygame.Surface) -> pygame.Surface:
        return pygame.transform.smoothscale(sheet, (self._scale, self._scale))


def _colour(state: int) -> RGB:
    return _rgb(STATE_COLOURS[state].tolist())


def _rgb(parts: list[int]) -> RGB:
    red, green, blue = parts
    return red, green, blue


def draw_body(sheet: pygame.Surface, shape: Body, radius: float, colour: RGB, hollow: RGB | None = None) -> None:
    """Draw a robot's filled outline in the middle of a sheet. hollow: colour of the middle of a ring, None to fill it."""
    centre = sheet.get_width() / 2, sheet.get_height() / 2
    if corners := _CORNERS.get(shape):
        pygame.draw.polygon(sheet, colour, [(centre[0] + x * radius, centre[1] + y * radius) for x, y in corners])
        return
    if shape is Body.CROSS:
        for side in (-1, 1):
            ends = [(centre[0] + sign * 0.75 * radius, centre[1] + sign * side * 0.75 * radius) for sign in (-1, 1)]
            stroke(sheet, colour, ends, 0.55 * radius)
        return
    pygame.draw.circle(sheet, colour, centre, radius)
    if shape is Body.RING and hollow is not None:
        pygame.draw.circle(sheet, hollow, centre, radius * 0.42)


def _notch(edge: int, radius: float, heading: int) -> Points:
    """Return the corners of a triangle at the front of a body."""
    tip, base, half = (radius / edge * share for share in (0.97, 0.45, 0.52))
    return _turned([(tip, 0.0), (base, -half), (base, half)], heading, edge)


def _turned(points: Points, heading: int, edge: int) -> Points:
    """Return points in pixels, from points ahead and to the right of a cell's centre in cells."""
    dx, dy = _AHEAD[heading]
    return [((0.5 + a * dx - r * dy) * edge, (0.5 + a * dy + r * dx) * edge) for a, r in points]


def _square(sheet: pygame.Surface, inset: float, colour: RGB, radius: float) -> None:
    edge = sheet.get_width()
    side = round(edge * (1 - 2 * inset))
    box = pygame.Rect(round(edge * inset), round(edge * inset), side, side)
    pygame.draw.rect(sheet, colour, box, border_radius=round(edge * radius))
