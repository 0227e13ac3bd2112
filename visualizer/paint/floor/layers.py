"""Draws the floor's part of the picture, layer by layer, in one palette."""

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from robots.recording.frames import Frame
from visualizer.inspector.highlights import Highlights
from visualizer.paint.floor.alarm_marks import Alarm, Pointer
from visualizer.paint.floor.alarms import AlarmPainter
from visualizer.paint.floor.ground import FloorPainter
from visualizer.paint.floor.highlights import HighlightPainter
from visualizer.paint.floor.intents import IntentPainter
from visualizer.paint.floor.marks import MarkPainter
from visualizer.paint.floor.robots import RobotPainter
from visualizer.paint.panels.legend import HeatLegend, LegendPainter
from visualizer.scene.heat import HeatView
from visualizer.scene.layers import Layer, Layers
from visualizer.scene.scene import Scene, Selection, ShownRobots
from visualizer.style.fonts import Fonts
from visualizer.style.palette import Palette
from visualizer.view.camera import Camera


@dataclass(frozen=True, slots=True, eq=False)
class FloorView:
    """Everything that is drawn. after: the frame of the next tick, None if it isn't known. robots: all of them.

    heat_legend: the scale of the heat, if it is painted on the floor. highlights: of the selection.
    """

    frame: Frame
    after: Frame | None
    robots: ShownRobots
    camera: Camera
    layers: Layers
    heat: HeatView | None
    heat_legend: HeatLegend | None
    selection: Selection | None
    highlights: Highlights
    alarms: Sequence[Alarm]
    edge: Sequence[Pointer]


class FloorPart:
    def __init__(self, scene: Scene, palette: Palette, fonts: Fonts) -> None:
        self._scene = scene
        self._floor = FloorPainter(scene, palette)
        self._robots = RobotPainter(palette, Fonts())  # ids are as large as their robots, on any screen
        self._intents = IntentPainter(scene, palette)
        self._marks = MarkPainter(scene, palette, fonts)
        self._highlights = HighlightPainter(scene, palette)
        self._alarms = AlarmPainter(palette, fonts)
        self._legend = LegendPainter(palette, fonts)

    def draw(self, surface: pygame.Surface, floor_view: FloorView) -> None:
        """Draw the layers from the ground up; the surface is the floor's part only."""
        camera, layers = floor_view.camera, floor_view.layers
        surface.blit(self._floor.layer(floor_view.frame, camera, surface.get_size(), layers, floor_view.heat), (0, 0))
        self._draw_robots(surface, floor_view)
        if layers.has(Layer.NAMES):
            self._marks.paint_stations(surface, camera)
        if floor_view.selection is not None:
            self._highlights.paint_marks(surface, floor_view.frame, floor_view.robots, floor_view.highlights, camera)
            self._marks.paint_selection(surface, floor_view.frame, floor_view.robots, floor_view.selection, camera)
        self._alarms.paint(surface, floor_view.alarms, floor_view.edge, camera)
        if floor_view.heat_legend is not None:
            self._legend.paint_card(surface, floor_view.heat_legend)

    def _draw_robots(self, surface: pygame.Surface, floor_view: FloorView) -> None:
        """Draw the robots, with their intentions under them."""
        camera, layers = floor_view.camera, floor_view.layers
        in_view = self._scene.in_view(floor_view.robots, camera.visible(self._scene.shape, surface.get_size()))
        self._intents.paint(surface, floor_view.frame, floor_view.after, in_view, camera, layers)
        if floor_view.selection is not None:
            self._highlights.paint_routes(surface, floor_view.robots, floor_view.highlights, camera)
        if layers.has(Layer.ROBOTS):
            self._robots.paint(surface, in_view, camera, layers.has(Layer.IDS))
        else:
            self._robots.paint_crosses(surface, in_view, camera)
