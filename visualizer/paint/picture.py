"""Draws one picture: the same code for the window and for pictures without a display."""

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
from visualizer.inspector.highlights import Pointers
from visualizer.inspector.inspector import Inspector, Tab, known
from visualizer.inspector.page_lines import Line
from visualizer.paint.floor.alarm_marks import RECENT_S, Alarm, Pointer, alarms, pointers
from visualizer.paint.floor.layers import FloorPart, Seen
from visualizer.paint.panels.control import ControlPainter
from visualizer.paint.panels.help import HelpPainter
from visualizer.paint.panels.legend import Warmth
from visualizer.paint.panels.side import Page, SidePainter
from visualizer.paint.panels.status_bar import PanelPainter
from visualizer.paint.panels.strip import StripPainter
from visualizer.paint.panels.travel import TravelPainter
from visualizer.scene.figures import Utilisation, figures, rates_since, state_counts, station_rows
from visualizer.scene.heat_of_moment import HeatViews
from visualizer.scene.layers import AS_USUAL, Layer, Layers
from visualizer.scene.scene import Scene, Selection, Shown, Thing
from visualizer.scene.sources import Source
from visualizer.scene.trends import Trends, groups
from visualizer.scene.trouble import trouble
from visualizer.style.fonts import Fonts
from visualizer.style.palette import DAY, NIGHT, Palette
from visualizer.view.arrangement import Arrangement, Box, arrange
from visualizer.view.camera import Camera
from visualizer.view.minimap import Minimap
from visualizer.view.search_line import Entry


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture is to show. position: tick with a fraction, see playback. state: playback in words."""

    position: float
    camera: Camera
    selection: Selection | None = None
    state: str = ""
    help: bool = False
    layers: Layers = AS_USUAL
    tab: Tab = Tab.NOW
    scroll: int = 0
    """Pixels of the side panel's page that have been scrolled away."""
    note: str = ""
    """What was just found or not found, beside the state of playback."""
    entry: Entry | None = None
    pointed: int | None = None
    """The pixel column of the timeline that the mouse is at."""
    control: View = NOTHING


class Picture:
    """Draws pictures of one run. A run begins with a header: for another one make another Picture. scale: see fonts."""

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

    def read(self, look: Look, budget_ms: float = math.inf) -> bool:
        """Read on what heat and trends need for this look, for about so long. True if there is more to be seen."""
        if self._source.last_tick < self._source.first_tick:
            return False
        tick = int(look.position)
        heat = self._heat.read(tick, look.layers, budget_ms * 0.7)
        return self._trends.read(tick, budget_ms * 0.3) or heat

    def draw(self, surface: pygame.Surface, look: Look) -> None:
        """Paint the whole surface. While the source has no frame the floor is shown empty."""
        parts = arrange(*surface.get_size(), self._fonts.scale)
        frame = self.frame_at(look.position)
        self._use(look.layers.night)
        self.side.forget()
        if frame is None:
            surface.fill(self._paint.palette.panel)
            self._status(surface, parts, look, None)
            return
        page = Page(self.lines(frame, look), look.tab, look.scroll)
        legend = self.side.has_legend(parts.side, look.layers, bool(page.lines))
        self._draw_floor(surface.subsurface(parts.floor), frame, look, legend)
        self._draw_panels(surface, parts, frame, page, look.layers)
        self._status(surface, parts, look, frame)
        if page.lines and not parts.side.w:
            self.side.paint_card(surface, parts.floor, page)
        self.travel.paint_timeline(surface, parts, self.history, look.position, look.pointed)
        self.travel.paint_entry(surface, parts, look.entry)
        if look.help:
            self._paint.help.paint(surface, parts.floor)
        self.control.paint(surface, parts.floor, look.control)

    def point_of(self, position: float, selection: Selection) -> tuple[float, float] | None:
        """(row, column) of the middle of a selected thing, of an order that of its station; None if it is nowhere."""
        frame = self.frame_at(position)
        if frame is None or not known(self.scene, selection):
            return None
        seen = self.pointers(frame, selection).place if selection.thing is Thing.ORDER else selection
        cell = -1 if seen is None else self.scene.cell_of(frame, seen)
        if not self.scene.on_floor(cell):
            return None
        if seen is not None and seen.thing is Thing.ROBOT:
            robots = self.robots_at(frame, position)
            return float(robots.row[seen.number]) + 0.5, float(robots.col[seen.number]) + 0.5
        row, col = self.scene.grid.at(cell)
        return row + 0.5, col + 0.5

    def frame_at(self, position: float) -> Frame | None:
        """The frame of the tick that a position is at or has passed."""
        if self._source.last_tick < self._source.first_tick:
            return None
        return self._source.frame(int(position))

    def robots_at(self, frame: Frame, position: float) -> Shown:
        """The robots of a frame, on their way to those of the next."""
        fraction = position - frame.tick
        if not 0.0 < fraction < 1.0 or frame.tick >= self._source.last_tick:
            return self.scene.robots(frame)
        return self.scene.robots(frame, self._source.frame(frame.tick + 1), fraction)

    def alarms(self, frame: Frame, robots: Shown) -> list[Alarm]:
        """What is wrong on the floor after a tick, or was just now."""
        recent = round(RECENT_S / self._source.header.tick_s)
        return alarms(self.scene, robots, self.history.marks.between(frame.tick - recent, frame.tick))

    def alarm_at(self, look: Look, view: tuple[int, int], x: float, y: float) -> Pointer | None:
        """The pointer at the edge of the floor's part that holds a pixel of it."""
        if (frame := self.frame_at(look.position)) is None:
            return None
        edge = self._edge(self.alarms(frame, self.robots_at(frame, look.position)), look, view)
        return next((pointer for pointer in edge if pointer.holds(x, y)), None)

    def _edge(self, found: list[Alarm], look: Look, view: tuple[int, int]) -> list[Pointer]:
        """Pointers to what is out of view, beside the small map."""
        shown = look.layers.has(Layer.MINIMAP)
        small = Minimap.over(self.scene.shape, view, look.camera, self._fonts.scale) if shown else None
        return pointers(found, look.camera, view, small.box if small else None)

    def _draw_floor(self, surface: pygame.Surface, frame: Frame, look: Look, legend: bool) -> None:
        """legend: whether the scale of the heat has a place elsewhere."""
        robots = self.robots_at(frame, look.position)
        found = self.alarms(frame, robots)
        after = self._source.frame(frame.tick + 1) if self._needs_next(frame, look.layers) else None
        seen = Seen(
            frame,
            after,
            robots,
            look.camera,
            look.layers,
            self._heat.view(frame.tick, look.layers),
            None if legend else self._warmth(frame, look.layers),
            look.selection,
            Pointers() if look.selection is None else self.pointers(frame, look.selection),
            found,
            self._edge(found, look, surface.get_size()),
        )
        self._paint.floor.draw(surface, seen)
        if look.layers.has(Layer.MINIMAP):
            self.travel.paint_minimap(surface, robots, look.camera)

    def _strip_at(self, frame: Frame, box: Box, busy: NDArray[np.float64]) -> pygame.Surface:
        """The strip as it is after a tick, kept until another one: most pictures are between two ticks."""
        self._trends.show(frame)
        key = frame.tick, box, self._paint.palette, self._trends.samples
        if key != self._strip_of:
            since = rates_since(self._source.header, frame.tick, self._source.first_tick)
            cards = figures(self.scene, frame, self._source.tally(since), busy, self._trends)
            states = groups(self._trends.past(frame.tick))
            self._strip, self._strip_of = pygame.Surface((box.w, box.h), 0, 32), key
            self._paint.strip.paint(self._strip, Box(0, 0, box.w, box.h), cards, state_counts(frame), states)
        return self._strip

    def _warmth(self, frame: Frame, layers: Layers) -> Warmth | None:
        view = self._heat.view(frame.tick, layers)
        return None if view is None else Warmth(view.scale, self._heat.progress(layers))

    def _needs_next(self, frame: Frame, layers: Layers) -> bool:
        return layers.has(Layer.NEXT) and frame.tick < self._source.last_tick

    def _draw_panels(
        self, surface: pygame.Surface, parts: Arrangement, frame: Frame, page: Page, layers: Layers
    ) -> None:
        busy = self._busy.at(frame.tick)
        if parts.strip.h:
            surface.blit(self._strip_at(frame, parts.strip, busy), parts.strip[:2])
        if parts.side.w:
            rows, warmth = station_rows(self.scene, frame, busy), self._warmth(frame, layers)
            self.side.paint(surface, parts.side, page, rows, layers, warmth, trouble(self.scene, frame))

    def _status(self, surface: pygame.Surface, parts: Arrangement, look: Look, frame: Frame | None) -> None:
        texts = [text for text in (look.state, look.note) if text]
        if frame is None:
            texts.append("waiting for the first tick")
        else:
            texts += [f"tick {frame.tick:,}", clock(self._source.header, frame.tick)]
        texts += [
            *filter(None, [look.layers.words()]),
            self._source.name,
            f"{look.camera.scale:.3g} px a cell",
            "? help",
        ]
        out = [] if frame is None or parts.side.w else trouble(self.scene, frame)
        self._paint.panels.paint_status(surface, parts.status, parts.timeline, texts, "; ".join(out))

    def lines(self, frame: Frame, look: Look) -> list[Line]:
        """What the side panel says."""
        return [] if look.selection is None else self.inspector.lines(frame, look.selection, look.tab)

    def pointers(self, frame: Frame, selection: Selection) -> Pointers:
        """What is pointed out on the floor."""
        return self.inspector.pointers(frame, selection)

    def _use(self, night: bool) -> None:
        """Draw by night or by day from now on."""
        if night not in self._painters:
            self._painters[night] = _Painters(self.scene, NIGHT if night else DAY, self._fonts)
        self._paint = self._painters[night]
        self.side, self.travel, self.control = self._paint.side, self._paint.travel, self._paint.control


class _Painters:
    """All that paints in one palette."""

    def __init__(self, scene: Scene, palette: Palette, fonts: Fonts) -> None:
        self.palette = palette
        self.floor = FloorPart(scene, palette, fonts)
        self.strip = StripPainter(palette, fonts)
        self.panels = PanelPainter(palette, fonts)
        self.side = SidePainter(palette, fonts)
        self.help = HelpPainter(palette, fonts)
        self.travel = TravelPainter(scene, palette, fonts)
        self.control = ControlPainter(palette, fonts)
