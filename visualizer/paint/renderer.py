"""Draws one picture of a run, for the window and for pictures without a display."""

import math
from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from layout.floor import Floor
from robots.recording.frames import Frame
from robots.wording.formatting import clock
from visualizer.control.view import NOTHING, View
from visualizer.history import RunHistory
from visualizer.inspector.highlights import Highlights
from visualizer.inspector.inspector import Inspector, Tab, known
from visualizer.inspector.page_lines import Line
from visualizer.paint.floor.alarm_marks import RECENT_S, Alarm, Pointer, alarms, pointers
from visualizer.paint.floor.layers import FloorPart, FloorView
from visualizer.paint.panels.control import ControlPainter
from visualizer.paint.panels.help import HelpPainter
from visualizer.paint.panels.legend import HeatLegend
from visualizer.paint.panels.navigation import NavigationPainter
from visualizer.paint.panels.side import Page, SidePainter
from visualizer.paint.panels.status_bar import StatusBarPainter
from visualizer.paint.panels.strip import StripPainter
from visualizer.scene.figures import Utilisation, figures, rates_since, state_counts, station_rows
from visualizer.scene.heat_views import HeatViews
from visualizer.scene.layers import AS_USUAL, Layer, Layers
from visualizer.scene.scene import Scene, Selection, ShownRobots, Thing
from visualizer.scene.sources import Source
from visualizer.scene.trends import Trends, groups
from visualizer.scene.trouble import trouble
from visualizer.style.fonts import Fonts
from visualizer.style.palette import DAY, NIGHT, Palette
from visualizer.view.arrangement import Arrangement, Box, arrange
from visualizer.view.camera import Camera
from visualizer.view.minimap import Minimap
from visualizer.view.search_line import SearchText


@dataclass(frozen=True, slots=True)
class ViewState:
    """Everything that a picture shows. position: tick with a fraction, see playback. playback: its state in words."""

    position: float
    camera: Camera
    selection: Selection | None = None
    playback: str = ""
    help: bool = False
    layers: Layers = AS_USUAL
    tab: Tab = Tab.NOW
    scroll: int = 0
    """Pixels of the side panel's page that are scrolled away."""
    note: str = ""
    """Result of the last jump or search, shown beside the state of playback."""
    search_text: SearchText | None = None
    pointed: int | None = None
    """Pixel column of the timeline under the mouse."""
    control: View = NOTHING


class Renderer:
    """Draws pictures of one run. Another run, with another header, needs another Renderer. scale: see fonts."""

    def __init__(self, source: Source, floor: Floor, scale: float = 1.0) -> None:
        self.scene = Scene(source.header, floor)
        self._source = source
        self._fonts = Fonts(scale)
        self.history = RunHistory(source)
        self.inspector = Inspector(source, self.scene, self.history)
        self._busy = Utilisation(source, self.scene)
        self._heat = HeatViews(source, self.scene)
        self._trends = Trends(source, self.scene)
        self._strip = pygame.Surface((1, 1), 0, 32)
        self._strip_of: tuple[object, ...] = ()
        self._painters: dict[bool, _Painters] = {}
        self._use(night=False)

    def read(self, view_state: ViewState, budget_ms: float = math.inf) -> bool:
        """Read frames for heat and trends for about `budget_ms`; return True if there is more to show."""
        if self._source.last_tick < self._source.first_tick:
            return False
        tick = int(view_state.position)
        heat = self._heat.read(tick, view_state.layers, budget_ms * 0.7)
        return self._trends.read(tick, budget_ms * 0.3) or heat

    def draw(self, surface: pygame.Surface, view_state: ViewState) -> None:
        """Paint the whole surface. While the source has no frame, the floor is empty."""
        parts = arrange(*surface.get_size(), self._fonts.scale)
        frame = self.frame_at(view_state.position)
        self._use(view_state.layers.night)
        self.side.forget()
        if frame is None:
            surface.fill(self._paint.palette.panel)
            self._status(surface, parts, view_state, None)
            return
        page = Page(self.lines(frame, view_state), view_state.tab, view_state.scroll)
        legend = self.side.has_legend(parts.side, view_state.layers, bool(page.lines))
        self._draw_floor(surface.subsurface(parts.floor), frame, view_state, legend)
        self._draw_panels(surface, parts, frame, page, view_state.layers)
        self._status(surface, parts, view_state, frame)
        if page.lines and not parts.side.w:
            self.side.paint_card(surface, parts.floor, page)
        self.navigation.paint_timeline(surface, parts, self.history, view_state.position, view_state.pointed)
        self.navigation.paint_search_line(surface, parts, view_state.search_text)
        if view_state.help:
            self._paint.help.paint(surface, parts.floor)
        self.control.paint(surface, parts.floor, view_state.control)

    def point_of(self, position: float, selection: Selection) -> tuple[float, float] | None:
        """Return (row, column) of the middle of a selected thing, or of an order's station; None if it is nowhere."""
        frame = self.frame_at(position)
        if frame is None or not known(self.scene, selection):
            return None
        seen = self.highlights(frame, selection).place if selection.thing is Thing.ORDER else selection
        cell = -1 if seen is None else self.scene.cell_of(frame, seen)
        if not self.scene.on_floor(cell):
            return None
        if seen is not None and seen.thing is Thing.ROBOT:
            robots = self.robots_at(frame, position)
            return float(robots.row[seen.number]) + 0.5, float(robots.col[seen.number]) + 0.5
        row, col = self.scene.grid.at(cell)
        return row + 0.5, col + 0.5

    def frame_at(self, position: float) -> Frame | None:
        """Return the frame of the tick at or before a position."""
        if self._source.last_tick < self._source.first_tick:
            return None
        return self._source.frame(int(position))

    def robots_at(self, frame: Frame, position: float) -> ShownRobots:
        """Return the robots of a frame, on their way to their cells in the next."""
        fraction = position - frame.tick
        if not 0.0 < fraction < 1.0 or frame.tick >= self._source.last_tick:
            return self.scene.robots(frame)
        return self.scene.robots(frame, self._source.frame(frame.tick + 1), fraction)

    def alarms(self, frame: Frame, robots: ShownRobots) -> list[Alarm]:
        """Return the alarms on the floor after a tick, present or recent."""
        recent = round(RECENT_S / self._source.header.tick_s)
        return alarms(self.scene, robots, self.history.marks.between(frame.tick - recent, frame.tick))

    def alarm_at(self, view_state: ViewState, view: tuple[int, int], x: float, y: float) -> Pointer | None:
        """Return the pointer at the edge of the floor's part that is under a pixel of it."""
        if (frame := self.frame_at(view_state.position)) is None:
            return None
        edge = self._edge(self.alarms(frame, self.robots_at(frame, view_state.position)), view_state, view)
        return next((pointer for pointer in edge if pointer.holds(x, y)), None)

    def _edge(self, present: list[Alarm], view_state: ViewState, view: tuple[int, int]) -> list[Pointer]:
        """Return pointers to alarms out of view, clear of the minimap."""
        shown = view_state.layers.has(Layer.MINIMAP)
        small = Minimap.over(self.scene.shape, view, view_state.camera, self._fonts.scale) if shown else None
        return pointers(present, view_state.camera, view, small.box if small else None)

    def _draw_floor(self, surface: pygame.Surface, frame: Frame, view_state: ViewState, legend: bool) -> None:
        """Draw the floor's part. legend: whether the scale of the heat is shown in the side panel."""
        robots = self.robots_at(frame, view_state.position)
        present = self.alarms(frame, robots)
        after = self._source.frame(frame.tick + 1) if self._needs_next(frame, view_state.layers) else None
        seen = FloorView(
            frame,
            after,
            robots,
            view_state.camera,
            view_state.layers,
            self._heat.view(frame.tick, view_state.layers),
            None if legend else self._heat_legend(frame, view_state.layers),
            view_state.selection,
            Highlights() if view_state.selection is None else self.highlights(frame, view_state.selection),
            present,
            self._edge(present, view_state, surface.get_size()),
        )
        self._paint.floor.draw(surface, seen)
        if view_state.layers.has(Layer.MINIMAP):
            self.navigation.paint_minimap(surface, robots, view_state.camera)

    def _strip_at(self, frame: Frame, box: Box, busy: NDArray[np.float64]) -> pygame.Surface:
        """Return the strip after a tick; it is kept until the next tick, as most pictures are between two ticks."""
        self._trends.show(frame)
        key = frame.tick, box, self._paint.palette, self._trends.samples
        if key != self._strip_of:
            since = rates_since(self._source.header, frame.tick, self._source.first_tick)
            cards = figures(self.scene, frame, self._source.tally(since), busy, self._trends)
            states = groups(self._trends.past(frame.tick))
            self._strip, self._strip_of = pygame.Surface((box.w, box.h), 0, 32), key
            self._paint.strip.paint(self._strip, Box(0, 0, box.w, box.h), cards, state_counts(frame), states)
        return self._strip

    def _heat_legend(self, frame: Frame, layers: Layers) -> HeatLegend | None:
        view = self._heat.view(frame.tick, layers)
        return None if view is None else HeatLegend(view.scale, self._heat.progress(layers))

    def _needs_next(self, frame: Frame, layers: Layers) -> bool:
        return layers.has(Layer.NEXT) and frame.tick < self._source.last_tick

    def _draw_panels(
        self, surface: pygame.Surface, parts: Arrangement, frame: Frame, page: Page, layers: Layers
    ) -> None:
        busy = self._busy.at(frame.tick)
        if parts.strip.h:
            surface.blit(self._strip_at(frame, parts.strip, busy), parts.strip[:2])
        if parts.side.w:
            rows, heat_legend = station_rows(self.scene, frame, busy), self._heat_legend(frame, layers)
            self.side.paint(surface, parts.side, page, rows, layers, heat_legend, trouble(self.scene, frame))

    def _status(self, surface: pygame.Surface, parts: Arrangement, view_state: ViewState, frame: Frame | None) -> None:
        texts = [text for text in (view_state.playback, view_state.note) if text]
        if frame is None:
            texts.append("waiting for the first tick")
        else:
            texts += [f"tick {frame.tick:,}", clock(self._source.header, frame.tick)]
        texts += [
            *filter(None, [view_state.layers.words()]),
            self._source.name,
            f"{view_state.camera.scale:.3g} px/cell",
            "? help",
        ]
        out = [] if frame is None or parts.side.w else trouble(self.scene, frame)
        self._paint.status_bar.paint_status(surface, parts.status, parts.timeline, texts, "; ".join(out))

    def lines(self, frame: Frame, view_state: ViewState) -> list[Line]:
        """Return the page of the side panel."""
        return [] if view_state.selection is None else self.inspector.lines(frame, view_state.selection, view_state.tab)

    def highlights(self, frame: Frame, selection: Selection) -> Highlights:
        """Return the highlights on the floor."""
        return self.inspector.highlights(frame, selection)

    def _use(self, night: bool) -> None:
        """Use the palette of night or day from now on."""
        if night not in self._painters:
            self._painters[night] = _Painters(self.scene, NIGHT if night else DAY, self._fonts)
        self._paint = self._painters[night]
        self.side, self.navigation, self.control = self._paint.side, self._paint.navigation, self._paint.control


class _Painters:
    """All painters of one palette."""

    def __init__(self, scene: Scene, palette: Palette, fonts: Fonts) -> None:
        self.palette = palette
        self.floor = FloorPart(scene, palette, fonts)
        self.strip = StripPainter(palette, fonts)
        self.status_bar = StatusBarPainter(palette, fonts)
        self.side = SidePainter(palette, fonts)
        self.help = HelpPainter(palette, fonts)
        self.navigation = NavigationPainter(scene, palette, fonts)
        self.control = ControlPainter(palette, fonts)
