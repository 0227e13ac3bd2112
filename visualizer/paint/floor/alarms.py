"""Paints alarms: signs where no robot has a cross, and pointers at the edge to alarms out of view."""

from collections.abc import Sequence

import pygame

from visualizer.paint.floor.alarm_marks import Alarm, Pointer
from visualizer.scene.scene import Thing
from visualizer.style.fonts import Fonts
from visualizer.style.palette import Palette, ink_on
from visualizer.style.shapes import Shapes
from visualizer.view.camera import Camera

_RADIUS, _REACH, _SIGN = 12, 20, 16
"""Radius of a pointer's disc, distance of its tip from the middle, and smallest height of a sign, in units."""


class AlarmPainter:
    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._palette, self._fonts, self._shapes = palette, fonts, Shapes()
        self._ink = ink_on(palette.alarm)

    def paint(
        self, surface: pygame.Surface, alarms: Sequence[Alarm], pointers: Sequence[Pointer], camera: Camera
    ) -> None:
        for alarm in alarms:
            if alarm.selection.thing is not Thing.ROBOT:
                self._paint_sign(surface, camera.at(alarm.row, alarm.col), max(camera.scale, self._fonts.px(_SIGN)))
        for pointer in pointers:
            self._paint_pointer(surface, pointer)

    def _paint_sign(self, surface: pygame.Surface, middle: tuple[float, float], edge: float) -> None:
        """Paint a triangle with an exclamation mark."""
        x, y = middle
        for colour, size in ((self._palette.halo, edge * 0.62), (self._palette.alarm, edge * 0.5)):
            corners = [(x, y - size), (x + size, y + 0.8 * size), (x - size, y + 0.8 * size)]
            pygame.draw.polygon(surface, colour, corners)
        sign = self._fonts.render("!", max(9, int(edge * 0.6 / self._fonts.scale)), self._ink, True)
        surface.blit(sign, sign.get_rect(center=(round(x), round(y + 0.15 * edge))))

    def _paint_pointer(self, surface: pygame.Surface, pointer: Pointer) -> None:
        """Paint a disc with a tip towards the alarm, and the number of alarms."""
        px, centre = self._fonts.px, (round(pointer.x), round(pointer.y))
        for colour, more in ((self._palette.halo, px(2)), (self._palette.alarm, 0)):
            radius, reach = px(_RADIUS) + more, px(_REACH) + 2 * more
            tip = pointer.x + pointer.dx * reach, pointer.y + pointer.dy * reach
            side = -pointer.dy * radius * 0.8, pointer.dx * radius * 0.8
            root = pointer.x + pointer.dx * radius * 0.5, pointer.y + pointer.dy * radius * 0.5
            corners = [tip, (root[0] + side[0], root[1] + side[1]), (root[0] - side[0], root[1] - side[1])]
            pygame.draw.polygon(surface, colour, corners)
            disc = self._shapes.disc(radius, colour)
            surface.blit(disc, disc.get_rect(center=centre))
        count = len(pointer.alarms)
        text = self._fonts.render(str(count) if count > 1 else "!", 12, self._ink, True)
        surface.blit(text, text.get_rect(center=centre))
