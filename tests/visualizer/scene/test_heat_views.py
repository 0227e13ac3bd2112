"""Heat of cells: levels, arrows, scales, and pictures by what their pixels mean."""

import numpy as np
import pygame
import pytest

from layout.floor import Floor
from tests.support.window.eye_floor import cell, eye_frame
from tests.support.window.fake_floor import FakeSubscriber
from tests.support.window.pixels import colour_at
from tests.visualizer.paint.test_renderer import camera_of
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.cell_counts import CellCounts
from visualizer.scene.heat import flow, heat_view
from visualizer.scene.heat_views import HeatViews
from visualizer.scene.layers import Heat, Layers
from visualizer.scene.scene import Scene
from visualizer.scene.sources import LiveSource, RecordSource, floor_of
from visualizer.style.palette import DAY, HEAT_LEVELS, Ground


def drawn(source: RecordSource, floor: Floor, scale: float, layers: Layers, tick: float = 200.0) -> pygame.Surface:
    surface, picture = pygame.Surface((1280, 720), 0, 32), Renderer(source, floor)
    look = ViewState(tick, camera_of(scale), layers=layers)
    picture.read(look)
    picture.draw(surface, look)
    return surface


@pytest.mark.parametrize("scale", [5.5, 9.0, 20.0])
def test_occupied_cells_are_dark(source: RecordSource, floor: Floor, scale: float) -> None:
    """Cells with a robot all the time have the last level, cells that one drove through the first, all others the bare
    ground.
    """
    surface = drawn(source, floor, scale, Layers(heat=Heat.OCCUPANCY, span=0))
    assert colour_at(surface, camera_of(scale), 1.5, 3.5) == tuple(DAY.heat[1])
    assert colour_at(surface, camera_of(scale), 4.5, 4.5) == DAY.ground[Ground.AISLE]
    if scale == 20.0:  # in the corner of the cell, beside the load of the robot that stands there
        assert colour_at(surface, camera_of(scale), 4.0, 1.0) == tuple(DAY.heat[-1])


def test_waiting_is_not_driving(source: RecordSource, floor: Floor) -> None:
    """Robot 1 has stood on its way all the time; the row that robot 0 drove along has no heat."""
    surface = drawn(source, floor, 20.0, Layers(heat=Heat.WAITING, span=0))
    assert colour_at(surface, camera_of(20.0), 4.05, 1.05) == tuple(DAY.heat[-1])
    assert colour_at(surface, camera_of(20.0), 1.5, 3.5) == DAY.ground[Ground.AISLE]


def test_the_span_forgets(source: RecordSource, floor: Floor) -> None:
    """Robot 0 drove in the first minute; over the last minute its way is cold again."""
    for span, ground in ((1, DAY.ground[Ground.AISLE]), (0, tuple(DAY.heat[1]))):
        surface = drawn(source, floor, 20.0, Layers(heat=Heat.OCCUPANCY, span=span))
        assert colour_at(surface, camera_of(20.0), 1.5, 3.5) == ground


def test_flow_has_arrows_from_ten_pixels_on(source: RecordSource, floor: Floor) -> None:
    """Along row 1 an arrow's ink is in the middle of the cells that robot 0 has left; smaller cells have the tint alone."""
    near, far = (drawn(source, floor, scale, Layers(heat=Heat.FLOW, span=0)) for scale in (24.0, 9.0))
    assert colour_at(near, camera_of(24.0), 1.5, 3.5) == DAY.ink
    assert colour_at(far, camera_of(9.0), 1.5, 3.5) in {tuple(level) for level in DAY.heat[6:].tolist()}


def test_mean_directions() -> None:
    """Eighths of a turn, clockwise from east; opposite moves cancel out."""
    counted = CellCounts(5)
    counted.moved[:, 0] = 7, 0, 0, 0
    counted.moved[:, 1] = 4, 4, 0, 0
    counted.moved[:, 2] = 3, 0, 3, 0
    counted.moved[:, 3] = 0, 0, 1, 9
    assert flow(counted).tolist() == [0, 1, -1, 6, -1]


def test_scales_end_at_round_figures() -> None:
    """The legend tells least, half-way and most with their unit, and that there is nothing where there is nothing."""
    counted = CellCounts(4)
    counted.present[:] = 0, 1, 9, 37
    counted.ticks = 100
    view = heat_view(Heat.OCCUPANCY, 15, counted, 1.0)
    assert (view.scale.title, view.scale.unit) == ("occupied, 15 min", "% of the time")
    assert view.scale.labels == ("0", "10", "40")
    assert view.levels is not None
    assert view.levels.tolist() == [0, 2, 5, HEAT_LEVELS - 1 - 1 * (np.rint((37 / 40) ** 0.5 * 11) < 11)]
    empty = heat_view(Heat.FLOW, 1, CellCounts(4), 1.0)
    assert empty.scale.labels[1] == "nothing yet"


def test_a_live_floor_is_followed_before_heat_is_asked_for() -> None:
    """Frames are counted as they come, so that heat of all is that of what was seen since the window was opened."""
    subscriber = FakeSubscriber()
    subscriber.coming = [eye_frame(500)]
    source = LiveSource(subscriber, "tcp://here", wait_s=0.0)  # type: ignore[arg-type]
    source.refresh()
    views = HeatViews(source, Scene(source.header, floor_of(source.header, source.name)))
    for tick in range(501, 700):
        subscriber.coming = [eye_frame(tick)]
        source.refresh()
        views.read(tick, Layers(), 1e9)
    hot = Layers(heat=Heat.OCCUPANCY, span=0)
    assert views.read(699, Layers(heat=Heat.NONE, span=0), 1e9) is False
    view = views.view(699, hot)
    assert view is not None
    assert view.levels is not None
    assert (view.levels[cell(4, 1)], view.scale.labels[2]) == (HEAT_LEVELS - 1, "100")
    assert views.progress(hot) == 1.0
