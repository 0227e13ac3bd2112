"""Alarms: where they are, and the pointers at the edge to those out of view."""

from collections.abc import Iterator

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.floor import Floor
from tests.support.window.eye_floor import CHARGING, DEAD, cell, eye_frame, eye_header
from tests.support.window.pixels import colours_in
from visualizer.history import Mark, MarkKind
from visualizer.paint.floor.alarm_marks import Alarm, alarms, pointers
from visualizer.scene.layers import AS_USUAL, Layer
from visualizer.scene.scene import Scene, Selection, Thing
from visualizer.scene.sources import RecordSource
from visualizer.style.palette import DAY
from visualizer.view.arrangement import Box
from visualizer.view.camera import Camera
from visualizer.window.window import Window

VIEW = (800, 600)


def test_what_is_wrong(floor: Floor) -> None:
    """The dead robot, from tick 100 on the one that is stopped, and a cell of the log where no such robot is."""
    scene = Scene(eye_header(), floor)
    marks = [Mark(3, MarkKind.ALARM, "spill", cell(1, 5)), Mark(3, MarkKind.FAULT, "died", cell(4, 8), DEAD)]
    early, late = (alarms(scene, scene.robots(eye_frame(tick)), marks) for tick in (50, 150))
    assert [one.selection for one in early] == [Selection(Thing.ROBOT, DEAD), Selection(Thing.CELL, cell(1, 5))]
    assert Selection(Thing.ROBOT, CHARGING) in [one.selection for one in late]
    assert (early[0].row, early[0].col) == (4.5, 8.5)


@given(st.integers(-60, 90), st.integers(-60, 90))
def test_pointers_are_within_the_view_and_point_out_of_it(row: int, col: int) -> None:
    """None for what can be seen; else one at the rim, on the line from the middle to the alarm."""
    camera = Camera(20.0, 0.0, 0.0)
    made = pointers([Alarm(row + 0.5, col + 0.5, Selection(Thing.CELL, 0))], camera, VIEW)
    x, y = (col + 0.5) * 20, (row + 0.5) * 20
    if 0 <= x < VIEW[0] and 0 <= y < VIEW[1]:
        assert made == []
        return
    (pointer,) = made
    assert 0 <= pointer.x <= VIEW[0]
    assert 0 <= pointer.y <= VIEW[1]
    assert (x - pointer.x) * pointer.dx + (y - pointer.y) * pointer.dy > -20
    assert pointer.dx**2 + pointer.dy**2 == pytest.approx(1.0)


def test_neighbours_are_one_pointer() -> None:
    """Three alarms far out on the same side are a pointer that says 3, one on the other side has its own."""
    far = [Alarm(15.0, 200.0 + more, Selection(Thing.CELL, more)) for more in range(3)]
    made = pointers([*far, Alarm(15.0, -50.0, Selection(Thing.CELL, 9))], Camera(20.0, 0.0, 0.0), VIEW)
    assert [len(pointer.alarms) for pointer in made] == [3, 1]


def test_pointers_stay_clear_of_the_small_map() -> None:
    """One that would lie on the box in the corner is beside it."""
    box = Box(600, 450, 186, 136)
    (pointer,) = pointers([Alarm(50.0, 60.0, Selection(Thing.CELL, 0))], Camera(20.0, 0.0, 0.0), VIEW, box)
    assert not box.holds(pointer.x, pointer.y)


@pytest.fixture
def window(source: RecordSource, floor: Floor) -> Iterator[Window]:
    opened = Window(source, floor, (1280, 720))
    opened.player.toggle()
    yield opened
    opened.close()


def test_a_click_on_a_pointer_goes_there(window: Window) -> None:
    """The dead robot is out of view to the right: a click on its pointer brings it into view."""
    window.camera, window.layers = Camera(90.0, 200.0, 100.0), AS_USUAL.with_switched(Layer.MINIMAP)
    window.turn(0.0)
    part = window.parts.floor
    x, y = window.camera.at(4.5, 8.5)
    assert not (0 <= x < part.w)
    (pointer,) = pointers([Alarm(4.5, 8.5, Selection(Thing.ROBOT, DEAD))], window.camera, (part.w, part.h))
    spot = part.x + round(pointer.x), part.y + round(pointer.y)
    assert DAY.alarm in colours_in(pygame.display.get_surface(), pygame.Rect(spot[0] - 10, spot[1] - 10, 20, 20))
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, pos=spot, button=1))
    window.turn(0.0)
    assert window.selection == Selection(Thing.ROBOT, DEAD)
    x, y = window.camera.at(4.5, 8.5)
    assert 0 <= x < part.w
    assert 0 <= y < part.h


@pytest.mark.parametrize("scale", [0.5, 2.0, 5.0, 8.0, 30.0])
def test_an_alarm_is_seen_at_every_zoom(window: Window, scale: float) -> None:
    """The dead robot's cross has the alarm's colour however far the floor is."""
    window.camera = Camera(scale, 300.0, 200.0)
    window.turn(0.0)
    part = window.parts.floor
    x, y = window.camera.at(4.5, 8.5)
    around = pygame.Rect(part.x + round(x) - 6, part.y + round(y) - 6, 12, 12)
    assert DAY.alarm in colours_in(pygame.display.get_surface(), around)
