"""The window: keys, mouse, and a picture up to sixty times per second."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pygame

from layout.floor import Floor
from visualizer.control.control import NO_DESK, NO_FLOOR, Control
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.layers import LAYERS, Layers
from visualizer.scene.scene import Selection
from visualizer.scene.sources import LiveSource, Source, floor_of
from visualizer.view.arrangement import Arrangement, arrange
from visualizer.view.camera import Camera, fit, refit
from visualizer.view.keys import BINDINGS, Binding
from visualizer.view.search import Search
from visualizer.view.search_line import SearchLine
from visualizer.window.display import due_pictures, open_display, screen_scale
from visualizer.window.mouse import MouseInput
from visualizer.window.panel_scroll import PanelScroll
from visualizer.window.playback import Live, Player, Replay

_REPEATS_MS = 400, 40
"""Delay and interval in milliseconds at which a held key repeats while text is typed."""
_SIZE, _SMALLEST = (1280, 720), (320, 240)
_READING_MS, _FOLDING_MS = 3.0, 3.0
"""Milliseconds of each turn's 16 for reading events, and for counting frames for heat and trends."""


class Window(MouseInput):
    """A window for one source. It opens when it is created; InputError if there is no display."""

    def __init__(
        self,
        source: Source,
        floor: Floor,
        size: tuple[int, int] | None = None,
        scale: float | None = None,
        control: Control | None = None,
    ) -> None:
        """Open the window.

        size: pixels; None for 1280 × 720 units. scale: pixels per unit; None for one that suits the screen. control:
        operator commands, None for none.
        """
        self._source = source
        self.scale = scale or screen_scale()
        self._surface = open_display(size or (round(_SIZE[0] * self.scale), round(_SIZE[1] * self.scale)))
        self.player: Player
        self.camera: Camera
        self.selection: Selection | None
        self._look_at(floor)
        self.control = control or Control(why_not=NO_DESK if isinstance(source, LiveSource) else NO_FLOOR)
        self.running = True
        self.help = False
        self.layers = Layers()
        self.panel_scroll = PanelScroll()
        self._drawn: tuple[object, ...] = ()
        self._keys = {key: self._action(binding, key) for binding in BINDINGS for key in binding.keys}
        self._handlers: dict[int, Callable[[pygame.event.Event], None]] = {
            pygame.QUIT: lambda _: self.quit(),
            pygame.KEYDOWN: self._key_down,
            pygame.WINDOWLEAVE: self._left,
            pygame.TEXTINPUT: lambda event: self.search_line.type(event.text),
            pygame.MOUSEWHEEL: self._wheel,
            pygame.MOUSEBUTTONDOWN: self._button_down,
            pygame.MOUSEBUTTONUP: self._button_up,
            pygame.MOUSEMOTION: self._motion,
            pygame.VIDEORESIZE: self._resized,
        }

    def run(self, pictures: int | None = None) -> None:
        """Show pictures until the window is closed, or until `pictures` have been shown."""
        for seconds in due_pictures(lambda: self.running, pictures):
            self.turn(seconds)

    def turn(self, seconds: float) -> None:
        """Handle all waiting events, and draw the picture after `seconds` more."""
        for event in pygame.event.get():
            if event.type in self._handlers:
                self._handlers[event.type](event)
        if self.search_line.shown is None:
            pygame.key.set_repeat(0)
        else:
            pygame.key.set_repeat(*_REPEATS_MS)
        self.player.advance(seconds)
        self._follow_run()
        self._keep_up()
        self.control.turn(seconds, self._source.last_tick)
        self.renderer.history.read(_READING_MS)
        self.panel_scroll.follow(self.selection, self.renderer.side.most_scroll)
        state = ViewState(
            self.player.position, self.camera, self.selection, self.player.describe(), self.help, self.layers
        )
        state = replace(
            state, tab=self.panel_scroll.tab, scroll=self.panel_scroll.scroll, note=self.note or self.following
        )
        state = replace(
            state,
            search_text=self.search_line.shown,
            pointed=self.pointed(*self._mouse),
            control=self.control.view,
        )
        stamp = state, self._surface.get_size(), self._source.last_tick, round(self.renderer.history.progress, 2)
        more = self.renderer.read(state, _FOLDING_MS)
        if more or stamp != self._drawn:
            self._drawn = stamp
            self.renderer.draw(self._surface, state)
            pygame.display.flip()

    def close(self) -> None:
        pygame.display.quit()

    @property
    def parts(self) -> Arrangement:
        return arrange(*self._surface.get_size(), self.scale)

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
        self.leave()
        self.player.seek(self._source.first_tick)

    def go_last(self) -> None:
        self.leave()
        self.player.seek(self._source.last_tick)

    def fit(self) -> None:
        self.leave()
        self.stay()
        self.camera = fit(self.renderer.scene.shape, self.view)

    def search(self) -> None:
        """Open the search line; while it is open it receives the keys."""
        self.search_line.open(self.tick)

    def next_heat(self) -> None:
        self.layers = self.layers.with_next_heat()

    def next_span(self) -> None:
        self.layers = self.layers.with_next_span()

    def switch_layer(self, number: int) -> None:
        self.layers = self.layers.with_switched(LAYERS[number])

    def toggle_legend(self) -> None:
        self.layers = replace(self.layers, legend=not self.layers.legend)

    def toggle_night(self) -> None:
        self.layers = replace(self.layers, night=not self.layers.night)

    def turn_page(self) -> None:
        self.panel_scroll.turn_over()

    def toggle_help(self) -> None:
        self.help = not self.help

    def escape(self) -> None:
        """Close what is open, one thing at a time; if nothing is, close the window."""
        if self.help:
            self.help = False
        elif self.selection is not None:
            self.selection = None
        else:
            self.quit()

    def quit(self) -> None:
        """Close the window. If that ends the run, ask first; then the close button counts as yes."""
        ends_run = isinstance(self._source, LiveSource) and self._source.subscriber.controls
        if ends_run and not self.control.asks_to_end:
            self.control.ask_to_end(self._end)
        else:
            self._end()

    def _end(self) -> None:
        self.running = False

    def _action(self, binding: Binding, key: str) -> Callable[[], None]:
        action: Callable[..., None] = getattr(self, binding.action)
        return partial(action, binding.keys.index(key)) if binding.numbered else action

    def _look_at(self, floor: Floor) -> None:
        """Start with a run: its picture, its player, the whole floor."""
        super().__init__()
        self._header = self._source.header
        self.renderer = Renderer(self._source, floor, self.scale)
        self.search_line = SearchLine(Search(self.renderer.scene, self.renderer.history))
        self.player = Live(self._source) if isinstance(self._source, LiveSource) else Replay(self._source)
        self.selection = None
        self.camera, self._fitted_in = fit(self.renderer.scene.shape, self.view), self.view
        pygame.display.set_caption(f"podfleet – {floor.name} – {self._source.name}")

    def _follow_run(self) -> None:
        """Switch to another run if one has started at the live address."""
        if self._source.header is not self._header:
            self._look_at(floor_of(self._source.header, self._source.name))
            self.control.close()

    def _key_down(self, event: pygame.event.Event) -> None:
        self.note, name = "", pygame.key.name(event.key)
        if self.control.open:
            self.control.press(name)
            return
        if self.search_line.shown is not None:
            self._go_on(self.search_line.press(name))
            return
        mod = getattr(event, "mod", 0)
        modifier = "alt+" if mod & pygame.KMOD_ALT else "shift+" if mod & pygame.KMOD_SHIFT else "plain+"
        action = self._keys.get(modifier + name) or self._keys.get(event.unicode) or self._keys.get(name)
        if action is not None:
            action()

    def _resized(self, event: pygame.event.Event) -> None:
        """Adapt to a new size of the window. SDL may have resized the surface before it sends the event."""
        width, height = max(event.w, _SMALLEST[0]), max(event.h, _SMALLEST[1])
        self._surface = pygame.display.get_surface() or self._surface
        if self._surface.get_size() != (width, height):
            self._surface = pygame.display.set_mode((width, height), pygame.RESIZABLE)
        self.camera = refit(self.camera, self.renderer.scene.shape, self._fitted_in, self.view)
        self._fitted_in = self.view
