"""The window: what keys and mouse do, and a picture up to sixty times a second."""

import os
import sys
from collections.abc import Callable

import pygame

from layout.errors import InputError
from layout.floor import Floor
from visualizer.arrangement import Arrangement, arrange
from visualizer.camera import Camera, fit
from visualizer.drawing import Look, Picture
from visualizer.keys import BINDINGS
from visualizer.playback import Live, Player, Replay
from visualizer.scene import Selection
from visualizer.sources import LiveSource, Source, floor_of

_PICTURES_PER_S = 60
_CLICK = 4
"""Pixels that the mouse may move between press and release of a click."""
_REACH = 0.55
"""Cells around a click in which a robot counts as hit, and pixels if those are more."""
_REACH_PIXELS = 6
_SMALLEST = (320, 240)
_READING_MS = 3.0
"""Of a turn's 16 that go to reading what the events tell."""


class Window:
    """One window on one source. Opens when made; InputError if there is no display."""

    def __init__(self, source: Source, floor: Floor, size: tuple[int, int] = (1280, 720)) -> None:
        self._source = source
        self._surface = _open(size)
        self.player: Player
        self.camera: Camera
        self.selection: Selection | None
        self._look_at(floor)
        self.running = True
        self.help = False
        self.heat = False
        self._mouse = 0, 0
        self._pressed: tuple[int, int] | None = None
        self._dragged = False
        self._drawn: tuple[object, ...] = ()
        self._keys = {key: self._action(binding.action) for binding in BINDINGS for key in binding.keys}
        self._handlers: dict[int, Callable[[pygame.event.Event], None]] = {
            pygame.QUIT: lambda _: self.quit(),
            pygame.KEYDOWN: self._key_down,
            pygame.MOUSEWHEEL: self._wheel,
            pygame.MOUSEBUTTONDOWN: self._button_down,
            pygame.MOUSEBUTTONUP: self._button_up,
            pygame.MOUSEMOTION: self._motion,
            pygame.VIDEORESIZE: self._resized,
        }

    def run(self, pictures: int | None = None) -> None:
        """Show pictures until the window is closed, or for so many."""
        clock = pygame.time.Clock()
        shown = 0
        while self.running and (pictures is None or shown < pictures):
            self.turn(clock.tick(_PICTURES_PER_S) / 1000)
            shown += 1

    def turn(self, seconds: float) -> None:
        """Everything that has happened, and the picture after `seconds` more."""
        for event in pygame.event.get():
            if event.type in self._handlers:
                self._handlers[event.type](event)
        self.player.advance(seconds)
        self._follow_run()
        self.picture.chronicle.read(_READING_MS)
        look = Look(self.player.position, self.camera, self.selection, self.player.describe(), self.help, self.heat)
        stamp = look, self._surface.get_size(), self._source.last_tick, round(self.picture.chronicle.progress, 2)
        if stamp != self._drawn:
            self._drawn = stamp
            self.picture.draw(self._surface, look)
            pygame.display.flip()

    def close(self) -> None:
        pygame.display.quit()

    @property
    def parts(self) -> Arrangement:
        return arrange(*self._surface.get_size())

    def toggle(self) -> None:
        self.player.toggle()

    def step_on(self) -> None:
        self.player.step(1)

    def step_back(self) -> None:
        self.player.step(-1)

    def faster(self) -> None:
        self.player.faster(1)

    def slower(self) -> None:
        self.player.faster(-1)

    def go_first(self) -> None:
        self.player.seek(self._source.first_tick)

    def go_last(self) -> None:
        self.player.seek(self._source.last_tick)

    def fit(self) -> None:
        self.camera = fit(self.picture.scene.shape, self._view)

    def toggle_heat(self) -> None:
        self.heat = not self.heat

    def toggle_help(self) -> None:
        self.help = not self.help

    def escape(self) -> None:
        """Close what is open, one thing at a time; with nothing open the window."""
        if self.help:
            self.help = False
        elif self.selection is not None:
            self.selection = None
        else:
            self.quit()

    def quit(self) -> None:
        self.running = False

    @property
    def _view(self) -> tuple[int, int]:
        """Width and height of the floor's part."""
        return self.parts.floor.w, self.parts.floor.h

    def _action(self, name: str) -> Callable[[], None]:
        action: Callable[[], None] = getattr(self, name)
        return action

    def _look_at(self, floor: Floor) -> None:
        """Begin with a run: its picture, its player, the whole floor."""
        self._header = self._source.header
        self.picture = Picture(self._source, floor)
        self.player = Live(self._source) if isinstance(self._source, LiveSource) else Replay(self._source)
        self.selection = None
        self.fit()
        pygame.display.set_caption(f"podfleet – {floor.name} – {self._source.name}")

    def _follow_run(self) -> None:
        """Another run may begin at a live address."""
        if self._source.header is not self._header:
            self._look_at(floor_of(self._source.header, self._source.name))

    def _key_down(self, event: pygame.event.Event) -> None:
        action = self._keys.get(event.unicode) or self._keys.get(pygame.key.name(event.key))
        if action is not None:
            action()

    def _wheel(self, event: pygame.event.Event) -> None:
        (x, y), part = self._mouse, self.parts.floor
        if part.holds(x, y):
            self._move(self.camera.zoomed(event.y, x - part.x, y - part.y))

    def _button_down(self, event: pygame.event.Event) -> None:
        self._mouse = event.pos
        if event.button != 1:
            return
        if self.parts.timeline.holds(*event.pos):
            self._seek_at(event.pos[0])
        elif self.parts.floor.holds(*event.pos):
            self._pressed, self._dragged = event.pos, False

    def _motion(self, event: pygame.event.Event) -> None:
        self._mouse = event.pos
        if self._pressed is None or not event.buttons[0]:
            return
        away = max(abs(event.pos[0] - self._pressed[0]), abs(event.pos[1] - self._pressed[1]))
        self._dragged = self._dragged or away > _CLICK
        if self._dragged:
            self._move(self.camera.panned(*event.rel))

    def _button_up(self, event: pygame.event.Event) -> None:
        if event.button == 1 and self._pressed is not None:
            self._pressed = None
            if not self._dragged:
                self._select(event.pos)

    def _select(self, pos: tuple[int, int]) -> None:
        """What is under the click; clicked again, what is beneath it."""
        frame = self.picture.frame_at(self.player.position)
        if frame is None:
            return
        part, scale = self.parts.floor, self.camera.scale
        point = self.camera.point(pos[0] - part.x, pos[1] - part.y)
        robots = self.picture.robots_at(frame, self.player.position)
        found = self.picture.scene.under(frame, robots, point, max(_REACH, _REACH_PIXELS / scale))
        again = found.index(self.selection) + 1 if self.selection and self.selection in found else 0
        self.selection = found[again % len(found)] if found else None

    def _seek_at(self, x: int) -> None:
        first, last = self._source.first_tick, self._source.last_tick
        part = self.parts.timeline
        self.player.seek(round(first + (last - first) * (x - part.x) / max(part.w - 1, 1)))

    def _resized(self, event: pygame.event.Event) -> None:
        """Keep what is in the middle of the floor's part there."""
        before = self._view
        width, height = max(event.w, _SMALLEST[0]), max(event.h, _SMALLEST[1])
        self._surface = pygame.display.get_surface() or self._surface
        if self._surface.get_size() != (width, height):
            self._surface = pygame.display.set_mode((width, height), pygame.RESIZABLE)
        after = self._view
        self._move(self.camera.panned((after[0] - before[0]) // 2, (after[1] - before[1]) // 2))

    def _move(self, camera: Camera) -> None:
        self.camera = camera.kept(self.picture.scene.shape, self._view)


def _open(size: tuple[int, int]) -> pygame.Surface:
    """SDL falls back on drivers that show nothing to anybody; they count only where they are asked for by name."""
    asked = os.environ.get("SDL_VIDEODRIVER", "")
    if not asked and sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        raise _no_display("neither DISPLAY nor WAYLAND_DISPLAY is set")
    try:
        pygame.display.init()
        surface = pygame.display.set_mode(size, pygame.RESIZABLE)
    except pygame.error as error:
        pygame.display.quit()
        raise _no_display(str(error)) from error
    driver = pygame.display.get_driver().lower()
    if driver in ("dummy", "offscreen") and driver != asked.lower():
        pygame.display.quit()
        raise _no_display("no display was found")
    return surface


def _no_display(why: str) -> InputError:
    return InputError.single(
        "display", "", f"no window can be opened: {why}", "use --headless for a picture without a display"
    )
