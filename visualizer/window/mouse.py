"""Mouse actions: inspect, move the floor, drag along the timeline, give commands, use the side panel."""

from collections.abc import Callable

import pygame

from visualizer.control.control import Control
from visualizer.paint.panels.side import Target
from visualizer.paint.renderer import ViewState
from visualizer.scene.scene import Selection
from visualizer.view.search import Hit
from visualizer.view.search_line import SearchLine
from visualizer.window.available_commands import available_commands
from visualizer.window.navigation import Navigation
from visualizer.window.panel_scroll import PanelScroll

_CLICK = 4
"""Pixels that the mouse may move between press and release of a click."""
_REACH = 0.55
"""Cells around a click within which a robot counts as hit; and pixels, if those are more."""
_REACH_PIXELS = 6


class MouseInput(Navigation):
    """Mouse input of the window, which also provides side panel, search line and operator control."""

    panel_scroll: PanelScroll
    search_line: SearchLine
    control: Control

    def __init__(self) -> None:
        super().__init__()
        self._mouse = 0, 0
        self._pressed: tuple[int, int] | None = None
        self._dragged = False
        self._held: Callable[[int, int], None] | None = None

    def act(self, pixel: tuple[int, int] | None = None) -> None:
        """Open the menu of commands: at a pixel, beside the selection, or in the middle."""
        if pixel is None and self.selection is not None:
            point = self.renderer.point_of(self.player.position, self.selection)
            x, y = self.camera.at(*point) if point is not None else (-1.0, -1.0)
            if 0 <= x < self.view[0] and 0 <= y < self.view[1]:
                pixel = self.parts.floor.x + round(x + self.camera.scale), self.parts.floor.y + round(y)
        available = available_commands(self.renderer, self.selection, self.renderer.history.span[1])
        self.control.open_menu(available, pixel, past=not self.player.newest)

    def _wheel(self, event: pygame.event.Event) -> None:
        (x, y), part = self._mouse, self.parts.floor
        if self.renderer.side.target_at(x, y):
            self.panel_scroll.roll(event.y, self.renderer.side.most_scroll)
        elif part.holds(x, y):
            self._move(self.camera.zoomed(event.y, x - part.x, y - part.y))

    def _button_down(self, event: pygame.event.Event) -> None:
        self._mouse, self.note = event.pos, ""
        if self.control.open:
            self.control.click(self.renderer.control.spot_at(*event.pos))
            return
        if event.button == 3 and self.parts.floor.holds(*event.pos):
            self._act_on(event.pos)
        if event.button != 1:
            return
        painted = self.renderer.navigation.search_line
        if self.search_line.shown is not None and painted.holds(*event.pos):
            self._go_on(self.search_line.take(painted.hit_at(*event.pos)))
            return
        self.search_line.close()
        if target := self.renderer.side.target_at(*event.pos):
            self._open(target)
        elif drag := self.grab(*event.pos):
            self._held = drag
        elif self.parts.floor.holds(*event.pos):
            self._pressed, self._dragged = event.pos, False

    def _open(self, target: Target) -> None:
        """Act on a click on the side panel."""
        if target.tab is not None:
            self.panel_scroll.turn_to(target.tab)
        if target.tick >= 0:
            self.leave()
            self.player.stand(target.tick)
        if target.link is not None:
            self.select(target.link)

    def _motion(self, event: pygame.event.Event) -> None:
        self._mouse = event.pos
        if self._held is not None and event.buttons[0]:
            self._held(*event.pos)
        if self._pressed is None or not event.buttons[0]:
            return
        away = max(abs(event.pos[0] - self._pressed[0]), abs(event.pos[1] - self._pressed[1]))
        self._dragged = self._dragged or away > _CLICK
        if self._dragged:
            self.stay()
            self._move(self.camera.panned(*event.rel))

    def _left(self, _: pygame.event.Event) -> None:
        """Note that the mouse has left the window."""
        self._mouse = -1, -1

    def _button_up(self, event: pygame.event.Event) -> None:
        self._held = None if event.button == 1 else self._held
        if event.button == 1 and self._pressed is not None:
            self._pressed = None
            if not self._dragged:
                self._click(event.pos)

    def _click(self, pos: tuple[int, int]) -> None:
        """Act on a click: on a pointer to an alarm out of view go there, elsewhere select."""
        part = self.parts.floor
        state = ViewState(self.player.position, self.camera, layers=self.layers)
        if pointer := self.renderer.alarm_at(state, self.view, pos[0] - part.x, pos[1] - part.y):
            self.select(pointer.alarms[0].selection)
        else:
            self._select(pos)

    def _select(self, pos: tuple[int, int]) -> None:
        """Select the thing under the click; clicked again, the thing beneath it."""
        things = self._under(pos)
        again = things.index(self.selection) + 1 if self.selection and self.selection in things else 0
        self.leave()
        self.selection = things[again % len(things)] if things else None

    def _act_on(self, pos: tuple[int, int]) -> None:
        """Open the menu for the thing under the click: the selection, if it is there, else the topmost."""
        things = self._under(pos)
        if things and self.selection not in things:
            self.leave()
            self.selection = things[0]
        self.search_line.close()
        self.act(pos)

    def _under(self, pos: tuple[int, int]) -> list[Selection]:
        frame = self.renderer.frame_at(self.player.position)
        if frame is None:
            return []
        part, scale = self.parts.floor, self.camera.scale
        point = self.camera.point(pos[0] - part.x, pos[1] - part.y)
        robots = self.renderer.robots_at(frame, self.player.position)
        return self.renderer.scene.under(frame, robots, point, max(_REACH, _REACH_PIXELS / scale))

    def _go_on(self, hit: Hit | None) -> None:
        if hit is not None:
            self.take(hit)
