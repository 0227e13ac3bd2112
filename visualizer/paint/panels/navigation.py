"""Paints the parts for navigation: minimap, timeline, search line."""

import pygame

from robots.wording.formatting import clock
from visualizer.history import RunHistory
from visualizer.paint.panels.minimap import MinimapPainter
from visualizer.paint.panels.search_line import SearchLinePainter
from visualizer.paint.panels.timeline import TimelinePainter
from visualizer.scene.scene import Scene, ShownRobots
from visualizer.style.fonts import Fonts
from visualizer.style.palette import Palette
from visualizer.view.arrangement import Arrangement
from visualizer.view.camera import Camera
from visualizer.view.minimap import Minimap
from visualizer.view.search_line import SearchText
from visualizer.view.timeline import Timeline, mark_texts


class NavigationPainter:
    def __init__(self, scene: Scene, palette: Palette, fonts: Fonts) -> None:
        self._scene, self._scale = scene, fonts.scale
        self._map = MinimapPainter(scene, palette, fonts)
        self._line = TimelinePainter(palette, fonts)
        self.search_line = SearchLinePainter(palette, fonts)

    def paint_minimap(self, surface: pygame.Surface, robots: ShownRobots, camera: Camera) -> None:
        """Paint the minimap. The surface is the floor's part of the picture."""
        if minimap := Minimap.over(self._scene.shape, surface.get_size(), camera, self._scale):
            self._map.paint(surface, minimap, robots, camera)

    def paint_timeline(
        self, surface: pygame.Surface, parts: Arrangement, history: RunHistory, position: float, pointed: int | None
    ) -> None:
        """Paint the timeline. pointed: pixel column of the timeline under the mouse, None if the mouse is elsewhere."""
        line = Timeline(*history.span, parts.timeline, self._scale)
        self._line.paint(surface, line, position, history)
        if pointed is None or not parts.timeline.h:
            return
        tick, marks = line.aimed(history.marks, pointed), line.near(history.marks, pointed)
        moment = f"tick {tick:,}  {clock(self._scene.header, tick)}"
        unread = ["events are not read here yet"] if tick > history.read_to else []
        self._line.paint_hint(surface, line, pointed, [moment, *mark_texts(marks), *unread])

    def paint_search_line(self, surface: pygame.Surface, parts: Arrangement, search_text: SearchText | None) -> None:
        self.search_line.forget()
        if search_text is not None:
            self.search_line.paint(surface, parts.floor, search_text)
