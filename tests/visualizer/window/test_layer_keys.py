"""The keys of layers, heat and colours, driven by the events that SDL would send; what they do is read from pixels."""

from collections.abc import Iterator

import pygame
import pytest

from layout.floor import Floor
from robots.units.lifecycle import RobotState
from tests.support.window.pixels import box_of_cell, colour_at, colours_in
from visualizer.scene.layers import LAYERS, Heat, Layer
from visualizer.scene.sources import RecordSource
from visualizer.style.palette import DAY, NIGHT, STATE_COLOURS, Ground
from visualizer.view.camera import Camera
from visualizer.window.window import Window

CAMERA = Camera(60.0, 100.0, 60.0)
SKY = tuple(STATE_COLOURS[RobotState.FETCHING])


@pytest.fixture
def window(source: RecordSource, floor: Floor) -> Iterator[Window]:
    opened = Window(source, floor, (1280, 720))
    opened.player.seek(3)
    opened.player.toggle()
    opened.camera = CAMERA
    opened.turn(0.0)
    yield opened
    opened.close()


def press(window: Window, text: str) -> pygame.Surface:
    """A key, and what is seen after it once all is read."""
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.key.key_code(text), unicode=text, mod=0))
    for _ in range(8):
        window.turn(0.0)
    return pygame.display.get_surface()


def colours_of(surface: pygame.Surface, row: int, col: int) -> set[tuple[int, int, int]]:
    return colours_in(surface, box_of_cell(surface, CAMERA, row, col))


def test_1_takes_pods_away(window: Window) -> None:
    """The place of pod 1 is shown empty; another press brings the pod back."""
    assert colour_at(press(window, "1"), CAMERA, 2.5, 2.5) == DAY.ground[Ground.PLACE]
    assert colour_at(press(window, "1"), CAMERA, 2.5, 2.5) == DAY.ground[Ground.POD]


def test_2_takes_robots_away_but_not_their_alarms(window: Window) -> None:
    """Robot 0's cell is bare; the dead robot's cross stays."""
    surface = press(window, "2")
    assert SKY not in colours_of(surface, 1, 4)
    assert DAY.alarm in colours_of(surface, 4, 8)


def test_3_takes_the_arrows_of_lanes_away(window: Window) -> None:
    """The queue lane of pack-1 has its tint alone."""
    assert DAY.mark in colours_of(press(window, "0"), 5, 5)
    assert DAY.mark not in colours_of(press(window, "3"), 5, 5)


def test_4_takes_stations_names_and_frames_away(window: Window) -> None:
    """The frame around pick-1 goes."""
    colour = DAY.station[window.renderer.scene.stations[0].kind]
    assert colour in colours_of(press(window, "0"), 5, 2)
    assert colour not in colours_of(press(window, "4"), 5, 2)


def test_5_shows_goals(window: Window) -> None:
    """Robot 0's goal (1, 8) has a target in the colour of its state."""
    assert SKY not in colours_of(press(window, "0"), 1, 8)
    assert SKY in colours_of(press(window, "5"), 1, 8)


def test_6_shows_the_direction_of_goals(window: Window) -> None:
    """A line in its colour leads along row 1 from robot 0."""
    assert colour_at(press(window, "6"), CAMERA, 1.5, 6.5) == SKY


def test_7_shows_next_cells(window: Window) -> None:
    """After tick 3 robot 0 is in column 4, and the cell that it drives into is marked."""
    assert SKY not in colours_of(press(window, "0"), 1, 5)
    assert SKY in colours_of(press(window, "7"), 1, 5)


def test_8_takes_ids_away(window: Window) -> None:
    """No ink is left in the middle of robot 0."""
    middle = box_of_cell(pygame.display.get_surface(), CAMERA, 1, 4).inflate(-40, -40).move(-5, 0)
    assert len(colours_in(press(window, "0"), middle)) > 1
    assert colours_in(press(window, "8"), middle) == {SKY}


def test_9_takes_the_small_map_away(window: Window) -> None:
    """Its layer is off, and the picture another one."""
    before = pygame.image.tobytes(pygame.display.get_surface(), "RGB")
    assert pygame.image.tobytes(press(window, "9"), "RGB") != before
    assert not window.layers.has(Layer.MINIMAP)


def test_every_layer_has_its_number(window: Window) -> None:
    """The numbers are those of the list that is shown; each switches one layer and nothing else."""
    for number, layer in enumerate(LAYERS, 1):
        before = window.layers
        press(window, str(number))
        assert window.layers == before.with_switched(layer)


def test_0_takes_the_list_away(window: Window) -> None:
    """At the foot of the side panel there is nothing of it left."""
    side = window.parts.side
    foot = pygame.Rect(side.x + 10, side.y + side.h - 60, side.w - 20, 50)
    assert DAY.ink in colours_in(pygame.display.get_surface(), foot)
    assert colours_in(press(window, "0"), foot) == {DAY.panel}


def test_h_and_j_go_through_heat_and_its_spans(window: Window) -> None:
    """Occupancy tints the row that robot 0 drove along; the scale is at the foot of the side panel while it does."""
    side = window.parts.side
    foot = pygame.Rect(side.x + 10, side.y + side.h - 50, side.w - 20, 48)
    darkest = tuple(DAY.heat[-1])
    assert darkest not in colours_in(pygame.display.get_surface(), foot)
    surface = press(window, "h")
    assert window.layers.heat is Heat.OCCUPANCY
    assert colour_at(surface, CAMERA, 1.5, 2.5) in {tuple(level) for level in DAY.heat.tolist()}
    assert darkest in colours_in(surface, foot)
    spans = [window.layers.span] + [press(window, "j") and window.layers.span for _ in range(3)]
    assert sorted(spans) == [0, 1, 5, 15]
    kinds = [window.layers.heat] + [press(window, "h") and window.layers.heat for _ in range(4)]
    assert sorted(kinds) == sorted(Heat)


def test_c_is_night(window: Window) -> None:
    """Ground and panels are dark, robots in their colours; C again is day."""
    surface = press(window, "c")
    assert colour_at(surface, CAMERA, 1.5, 7.5) == NIGHT.ground[Ground.AISLE]
    assert SKY in colours_of(surface, 1, 4)
    assert colours_in(surface, pygame.Rect(2, 2, 5, 5)) == {NIGHT.panel}
    assert colour_at(press(window, "c"), CAMERA, 1.5, 7.5) == DAY.ground[Ground.AISLE]


@pytest.mark.parametrize("size", [(160, 120), (320, 330), (800, 500), (1000, 470), (2000, 1200)])
def test_everything_can_be_on_at_any_size(source: RecordSource, floor: Floor, size: tuple[int, int]) -> None:
    """All layers, every heat, by day and by night: something is drawn, nothing fails."""
    window = Window(source, floor, size)
    try:
        for text in ("5", "6", "7", "c", "h", "h", "h", "h", "f1"):
            assert len(colours_in(press(window, text), pygame.Rect(0, 0, 160, 120))) > 4
    finally:
        window.close()
