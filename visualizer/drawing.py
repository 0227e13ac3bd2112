"""Draws one picture: the same code for the window and for pictures without a display."""

from dataclasses import dataclass

import numpy as np
import pygame

from layout.floor import Floor
from robots.frames import Frame
from visualizer.arrangement import Arrangement, arrange
from visualizer.camera import Camera
from visualizer.chronicle import Chronicle
from visualizer.figures import Utilisation, figures, rates_since, state_counts, station_rows
from visualizer.fonts import Fonts
from visualizer.inspector import Line, inspect
from visualizer.paint_floor import FloorPainter
from visualizer.paint_marks import MarkPainter
from visualizer.paint_robots import RobotPainter
from visualizer.palette import DAY, Palette
from visualizer.panels import PanelPainter
from visualizer.scene import Scene, Selection, Shown
from visualizer.sources import Source
from visualizer.wording import clock


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture is to show. position: tick with a fraction, see playback. state: playback in words."""

    position: float
    camera: Camera
    selection: Selection | None = None
    state: str = ""
    help: bool = False
    heat: bool = False
    """Pods by velocity."""


class Picture:
    """Draws pictures of one run. A run begins with a header: for another one make another Picture."""

    def __init__(self, source: Source, floor: Floor, palette: Palette = DAY) -> None:
        self.scene = Scene(source.header, floor)
        self._source = source
        self._palette = palette
        fonts = Fonts()
        self.chronicle = Chronicle(source)
        self._busy = Utilisation(source, self.scene)
        self._floor = FloorPainter(self.scene, palette)
        self._robots = RobotPainter(palette, fonts)
        self._marks = MarkPainter(self.scene, palette, fonts)
        self._panels = PanelPainter(palette, fonts)

    def draw(self, surface: pygame.Surface, look: Look) -> None:
        """Paint the whole surface. While the source has no frame the floor is shown empty."""
        parts = arrange(*surface.get_size())
        frame = self.frame_at(look.position)
        if frame is None:
            surface.fill(self._palette.panel)
            self._status(surface, parts, look, None)
            return
        self._draw_floor(surface.subsurface(parts.floor), frame, look)
        lines = self._lines(frame, look.selection)
        self._draw_panels(surface, parts, frame, lines)
        self._status(surface, parts, look, frame)
        if lines and not parts.side.w:
            self._panels.paint_card(surface, parts.floor, lines)
        if look.help:
            self._panels.paint_help(surface, parts.floor)

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

    def _draw_floor(self, surface: pygame.Surface, frame: Frame, look: Look) -> None:
        camera, size = look.camera, surface.get_size()
        surface.blit(self._floor.layer(frame, camera, size, look.heat), (0, 0))
        robots = self.robots_at(frame, look.position)
        if look.selection is not None:
            self._marks.paint_way(surface, frame, robots, look.selection, camera)
        in_view = self.scene.in_view(robots, camera.visible(self.scene.shape, size))
        self._robots.paint(surface, in_view, camera)
        self._marks.paint_stations(surface, camera)
        if look.heat:
            self._panels.paint_scale(surface, known=self._floor.has_heat)
        if look.selection is not None:
            self._marks.paint_selection(surface, frame, robots, look.selection, camera)

    def _draw_panels(self, surface: pygame.Surface, parts: Arrangement, frame: Frame, lines: list[Line]) -> None:
        if parts.strip.h:
            since = rates_since(self._source.header, frame.tick, self._source.first_tick)
            cards = figures(self.scene, frame, self._source.tally(since))
            self._panels.paint_strip(surface, parts.strip, cards, state_counts(frame))
        if parts.side.w:
            rows = station_rows(self.scene, frame, self._busy.at(frame.tick))
            self._panels.paint_side(surface, parts.side, lines, rows)

    def _status(self, surface: pygame.Surface, parts: Arrangement, look: Look, frame: Frame | None) -> None:
        texts = [look.state] if look.state else []
        if frame is None:
            texts.append("waiting for the first tick")
        else:
            texts += [f"tick {frame.tick:,}", clock(self._source.header, frame.tick)]
        texts += [self._source.name, f"{look.camera.scale:.3g} px a cell", "? help"]
        self._panels.paint_status(surface, parts.status, parts.timeline, texts, self._share(look.position))

    def _share(self, position: float) -> float:
        span = max(self._source.last_tick - self._source.first_tick, 1)
        return float(np.clip((position - self._source.first_tick) / span, 0.0, 1.0))

    def _lines(self, frame: Frame, selection: Selection | None) -> list[Line]:
        return [] if selection is None else inspect(self.scene, frame, self.chronicle, selection)
