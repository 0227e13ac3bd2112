"""Pictures, tested by what their pixels mean."""

import numpy as np
import pygame
import pytest

from layout.floor import Floor
from robots.recording.events import AnyEvent
from robots.recording.frames import Frame
from robots.units.lifecycle import RobotState
from tests.support.window.eye_floor import CARRYING, CHARGING, DEAD, FETCHING, cell, eye_frame, eye_header
from tests.support.window.fake_floor import FakeSource
from tests.support.window.pixels import box_of_cell, colour_at, colours_in, pixel_of
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource
from visualizer.style.palette import DAY, STATE_COLOURS, Ground
from visualizer.view.arrangement import arrange
from visualizer.view.camera import Camera

SIZE = (640, 480)
SCALES = [3.0, 5.5, 6.0, 9.0, 13.0, 20.0, 40.0]
"""Pixels a cell in every band."""


def camera_of(scale: float) -> Camera:
    return Camera(scale, 20.0, 10.0)


def draw(source: object, floor: Floor, view_state: ViewState, size: tuple[int, int] = SIZE) -> pygame.Surface:
    surface = pygame.Surface(size, 0, 32)
    picture = Renderer(source, floor)  # type: ignore[arg-type]
    picture.read(view_state)
    picture.draw(surface, view_state)
    return surface


class OneFrame(FakeSource):
    """A source of a single frame."""

    name, header, first_tick, last_tick = "one", eye_header(), 0, 0

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def frame(self, tick: int) -> Frame:
        return self._frame

    def events(self, first: int, last: int) -> list[AnyEvent]:
        return []


@pytest.mark.parametrize("scale", SCALES)
def test_robots_are_where_the_frame_says_in_the_colour_of_their_state(
    source: RecordSource, floor: Floor, scale: float
) -> None:
    """In every band the middle of a robot's cell has its state's colour, and the cell it has left has not."""
    camera = camera_of(scale)
    surface = draw(source, floor, ViewState(3.0, camera))
    for robot in (FETCHING, CARRYING, CHARGING):
        row, col = divmod(int(source.frame(3).robots["cell"][robot]), 10)
        expected = tuple(STATE_COLOURS[source.frame(3).robots["state"][robot]])
        assert expected in colours_in(surface, box_of_cell(surface, camera, row, col))
    assert colour_at(surface, camera, 1.5, 1.5) == DAY.ground[Ground.AISLE]


@pytest.mark.parametrize("state", list(RobotState))
def test_every_state_has_its_colour(floor: Floor, state: RobotState) -> None:
    """Twelve states, each drawn in its own group's colour."""
    frame = eye_frame(0)
    frame.robots["state"] = state
    camera = camera_of(18.0)
    surface = draw(OneFrame(frame), floor, ViewState(0.0, camera))
    wanted = tuple(STATE_COLOURS[state])
    assert wanted in colours_in(surface, box_of_cell(surface, camera, 1, 1))


@pytest.mark.parametrize("scale", SCALES)
def test_pods_are_where_the_frame_says(source: RecordSource, floor: Floor, scale: float) -> None:
    """A standing pod has the pods' colour; the place that is empty and the carried pod's have not."""
    camera = camera_of(scale)
    surface = draw(source, floor, ViewState(3.0, camera))
    assert colour_at(surface, camera, 2.5, 2.5) == DAY.ground[Ground.POD]
    assert colour_at(surface, camera, 3.5, 4.5) == DAY.ground[Ground.POD]
    assert colour_at(surface, camera, 2.5, 3.5) == DAY.ground[Ground.PLACE]


@pytest.mark.parametrize("scale", SCALES)
def test_a_robot_out_of_order_wears_a_cross(source: RecordSource, floor: Floor, scale: float) -> None:
    """The dead robot has the alarm's colour on it however small it is, and a stopped one while its fault lasts."""
    camera = camera_of(scale)
    before, during = (draw(source, floor, ViewState(tick, camera)) for tick in (50.0, 150.0))
    assert DAY.alarm in colours_in(before, box_of_cell(before, camera, 4, 8))
    assert DAY.alarm not in colours_in(before, box_of_cell(before, camera, 3, 6))
    assert DAY.alarm in colours_in(during, box_of_cell(during, camera, 3, 6))


def test_a_load_is_a_square_around_the_robot(source: RecordSource, floor: Floor) -> None:
    """Robot 1 carries a pod: the load's colour is in its cell, and in no unloaded robot's."""
    camera = camera_of(30.0)
    surface = draw(source, floor, ViewState(3.0, camera))
    assert DAY.load in colours_in(surface, box_of_cell(surface, camera, 4, 1))
    assert DAY.load not in colours_in(surface, box_of_cell(surface, camera, 1, 4))


@pytest.mark.parametrize(("heading", "front"), [(0, (0.5, 0.85)), (1, (0.85, 0.5)), (2, (0.5, 0.15)), (3, (0.15, 0.5))])
def test_the_notch_is_at_the_front(floor: Floor, heading: int, front: tuple[float, float]) -> None:
    """Looking east, south, west or north, the dark notch is on that side of the robot."""
    frame = eye_frame(0)
    frame.robots["heading"] = heading
    camera = camera_of(24.0)
    surface = draw(OneFrame(frame), floor, ViewState(0.0, camera))
    body = tuple(STATE_COLOURS[RobotState.FETCHING])
    assert colour_at(surface, camera, 1 + front[0], 1 + front[1]) != body
    back = 1 + (1 - front[0]), 1 + (1 - front[1])
    assert colour_at(surface, camera, *back) == body


def test_robots_glide_between_ticks(source: RecordSource, floor: Floor) -> None:
    """Half-way between ticks 3 and 4 robot 0 is on the border of its two cells."""
    camera = camera_of(20.0)
    surface = draw(source, floor, ViewState(3.5, camera))
    assert colour_at(surface, camera, 1.25, 5.0) == tuple(STATE_COLOURS[RobotState.FETCHING])
    assert colour_at(surface, camera, 1.5, 4.2) == DAY.ground[Ground.AISLE]


def test_the_selected_robot_has_a_ring_and_a_way(source: RecordSource, floor: Floor) -> None:
    """The ring is around robot 0, and a line leads along row 1 to its goal."""
    camera = camera_of(30.0)
    plain = draw(source, floor, ViewState(0.0, camera))
    chosen = draw(source, floor, ViewState(0.0, camera, Selection(Thing.ROBOT, FETCHING)))
    ring = box_of_cell(chosen, camera, 1, 1).inflate(12, 12)
    assert DAY.accent in colours_in(chosen, ring)
    assert DAY.accent not in colours_in(plain, ring)
    assert colour_at(chosen, camera, 1.5, 5.5) == DAY.accent


@pytest.mark.parametrize("thing", [Thing.POD, Thing.STATION, Thing.CELL])
def test_other_selections_have_a_frame(source: RecordSource, floor: Floor, thing: Thing) -> None:
    """A pod, a station and a cell are framed where they are."""
    camera = camera_of(20.0)
    number = {Thing.POD: 1, Thing.STATION: 1, Thing.CELL: cell(1, 5)}[thing]
    row, col = {Thing.POD: (2, 2), Thing.STATION: (5, 7), Thing.CELL: (1, 5)}[thing]
    surface = draw(source, floor, ViewState(0.0, camera, Selection(thing, number)))
    assert DAY.accent in colours_in(surface, box_of_cell(surface, camera, row, col).inflate(8, 8))


def test_stations_are_marked_however_far_the_floor_is(source: RecordSource, floor: Floor) -> None:
    """At two pixels a cell a station is still a spot of its kind's colour."""
    camera = camera_of(2.0)
    surface = draw(source, floor, ViewState(0.0, camera))
    for (row, col), station in (((5, 2), floor.stations[0]), ((5, 7), floor.stations[1])):
        assert colour_at(surface, camera, row + 0.5, col + 0.5) == DAY.station[station.kind]


def test_beyond_the_floor_there_is_nothing(source: RecordSource, floor: Floor) -> None:
    """Left of column 0 and right of the last is the colour of the outside."""
    camera = camera_of(20.0)
    surface = draw(source, floor, ViewState(0.0, camera))
    assert colour_at(surface, camera, 2.5, -0.5) == DAY.ground[Ground.OUTSIDE]
    assert colour_at(surface, camera, 2.5, 10.5) == DAY.ground[Ground.OUTSIDE]
    assert colour_at(surface, camera, 2.5, 0.5) == DAY.ground[Ground.WALL]


def test_the_strip_shows_the_legend(source: RecordSource, floor: Floor) -> None:
    """Every group's colour is on the strip, whether it has robots or not."""
    surface = draw(source, floor, ViewState(0.0, camera_of(20.0)), (1280, 720))
    shown = colours_in(surface, pygame.Rect(0, 0, 1280, 64))
    assert {tuple(colour.tolist()) for colour in np.unique(STATE_COLOURS, axis=0)} <= shown


def test_the_timeline_shows_how_far_the_record_is(source: RecordSource, floor: Floor) -> None:
    """In the middle of the record half of the line is filled."""
    surface = draw(source, floor, ViewState(124.5, camera_of(20.0)))
    line = arrange(*SIZE).timeline
    before, after = (pygame.Rect(SIZE[0] // 2 + away, line.y, 1, line.h) for away in (-8, 8))
    assert DAY.accent in colours_in(surface, before)
    assert DAY.accent not in colours_in(surface, after)


def test_the_inspector_is_at_the_side_or_on_a_card(source: RecordSource, floor: Floor) -> None:
    """In a narrow window the words about a selection are on a card over the floor."""
    view_state = ViewState(130.0, camera_of(9.0), Selection(Thing.ROBOT, CARRYING))
    for size in (SIZE, (1280, 720)):
        surface = draw(source, floor, view_state, size)
        box = pygame.Rect(size[0] - 300, 80, 280, 60)
        assert DAY.ink in colours_in(surface, box)


def test_help_covers_the_floor(source: RecordSource, floor: Floor) -> None:
    """The help overlay is in the middle, in the panels' colours."""
    surface = draw(source, floor, ViewState(0.0, camera_of(20.0), help=True), (1280, 720))
    middle = pygame.Rect(250, 120, 460, 500)
    assert {DAY.panel, DAY.ink} <= colours_in(surface, middle)


def test_a_source_without_a_frame_is_drawn_too(floor: Floor) -> None:
    """Before the first tick the window says that it waits."""
    source = OneFrame(eye_frame(0))
    source.last_tick = -1  # type: ignore[misc]
    surface = draw(source, floor, ViewState(0.0, camera_of(20.0)))
    assert DAY.panel in colours_in(surface, pygame.Rect(0, 100, 10, 10))


@pytest.mark.parametrize("size", [(160, 120), (320, 200), (899, 500), (900, 330), (2000, 1200)])
def test_any_size_can_be_drawn(source: RecordSource, floor: Floor, size: tuple[int, int]) -> None:
    """Any size from a thumbnail to a wall is drawn without an error, with everything open."""
    view_state = ViewState(130.4, Camera(7.0, 3.0, 3.0), Selection(Thing.STATION, 0), "paused  ×4", help=True)
    surface = draw(source, floor, view_state, size)
    assert len(colours_in(surface, surface.get_rect())) > 5


def test_one_picture_draws_many_looks(source: RecordSource, floor: Floor) -> None:
    """Each picture is as if drawn alone, whatever is kept between pictures."""
    picture, surface = Renderer(source, floor), pygame.Surface(SIZE, 0, 32)
    looks = [ViewState(tick, camera_of(scale)) for tick in (0.0, 7.0) for scale in (13.0, 5.0, 30.0, 13.0)]
    for view_state in looks:
        picture.read(view_state)
        picture.draw(surface, view_state)
        alone = draw(source, floor, view_state)
        assert (pygame.surfarray.array2d(surface) == pygame.surfarray.array2d(alone)).all()


def test_a_dead_robot_is_not_covered(floor: Floor) -> None:
    """At a small scale, a robot drawn on the same pixels doesn't hide a dead one."""
    frame = eye_frame(0)
    frame.robots["cell"][[DEAD, CHARGING]] = cell(3, 6)
    camera = camera_of(3.0)
    surface = draw(OneFrame(frame), floor, ViewState(0.0, camera))
    assert DAY.alarm in colours_in(surface, box_of_cell(surface, camera, 3, 6))
    assert pixel_of(surface, camera, 3, 6)[0] > 0
