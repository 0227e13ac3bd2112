"""Trouble on the floor in words, and where the window shows it."""

from dataclasses import replace

import numpy as np
import pygame
import pytest

from layout.floor import Floor
from robots.recording.frames import Frame
from robots.units.lifecycle import RobotState
from tests.support.window.eye_floor import DEAD, eye_frame, eye_header
from tests.support.window.fake_floor import FakeSource
from tests.support.window.pixels import colours_in
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.scene import Scene
from visualizer.scene.trouble import trouble
from visualizer.style.palette import DAY
from visualizer.view.arrangement import arrange
from visualizer.view.camera import Camera


def eye_with(closed: int = 0, **counts: int) -> Frame:
    """Return tick 5 of the eye floor without its dead robot, with a number of closed stations and some counts."""
    frame = eye_frame(5)
    frame.robots["state"][DEAD] = RobotState.IDLE
    frame.stations["state"][:closed] = 2
    return replace(frame, counts=frame.counts | counts)


class Still(FakeSource):
    """A source of one frame."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame

    def frame(self, tick: int) -> Frame:
        return self._frame


def painted(frame: Frame, floor: Floor, size: tuple[int, int]) -> pygame.Surface:
    surface = pygame.Surface(size, 0, 32)
    Renderer(Still(frame), floor).draw(surface, ViewState(0.0, Camera(20.0, 0.0, 0.0)))
    return surface


def test_a_floor_that_works_has_no_trouble(floor: Floor) -> None:
    assert trouble(Scene(eye_header(), floor), eye_with()) == []


def test_each_kind_of_trouble_has_its_clause(floor: Floor) -> None:
    """Robots are first, then stations, then pods and orders."""
    frame = eye_with(
        1, robots_flat=2, robots_offline=1, robots_stopped=3, out_of_service=1, pods_quarantined=4, orders_stranded=14
    )
    frame.robots["state"][:3] = RobotState.DEAD
    assert trouble(Scene(eye_header(), floor), frame) == [
        "2 robots are flat",
        "1 robot is dead",
        "1 robot is offline",
        "3 robots are stopped by a fault",
        "pick-1 is closed",
        "1 out of service until people have checked",
        "4 pods can't be fetched",
        "14 orders can't be served",
    ]


def test_an_older_record_tells_what_its_frames_know(floor: Floor) -> None:
    """An older record has dead robots and closed stations, but doesn't say which of them are flat."""
    frame = eye_with(2)
    frame.robots["state"][0] = RobotState.DEAD
    assert trouble(Scene(eye_header(), floor), frame) == ["1 robot is dead", "pick-1, pack-1 are closed"]


def test_many_closed_stations_are_counted(floor: Floor) -> None:
    """Four names would not fit the panel."""
    frame = replace(eye_with(), stations=np.repeat(eye_with(1).stations[:1], 4))
    assert trouble(Scene(eye_header(), floor), frame) == ["4 of 4 stations are closed"]


@pytest.mark.parametrize("size", [(1280, 720), (800, 500)])
def test_the_window_shows_it_at_any_size(floor: Floor, size: tuple[int, int]) -> None:
    """It is at the head of the side panel, and in the status bar of a window without a panel."""
    parts = arrange(*size)
    place = pygame.Rect(*(parts.side if parts.side.w else parts.status))
    well, ill = (colours_in(painted(eye_with(orders_stranded=n), floor, size), place) for n in (0, 14))
    assert DAY.warning not in well
    assert DAY.warning in ill
