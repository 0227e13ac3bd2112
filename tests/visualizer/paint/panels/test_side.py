"""The side panel in the window: links, tabs, scrolling, and what is pointed out on the floor."""

from collections.abc import Iterator

import pygame
import pytest

from layout.floor import Floor
from robots.units.lifecycle import RobotState
from tests.support.window.eye_floor import CARRYING, cell
from tests.support.window.panel_user import PanelUser
from tests.support.window.pixels import box_of_cell, colour_at, colours_in
from visualizer.inspector.inspector import Tab
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource
from visualizer.style.palette import DAY
from visualizer.window.window import Window

ROBOT, STATION = Selection(Thing.ROBOT, CARRYING), Selection(Thing.STATION, 0)


def window_on(source: RecordSource, floor: Floor, size: tuple[int, int] = (1280, 720)) -> PanelUser:
    user = PanelUser(Window(source, floor, size, 1.0))
    user.window.player.stand(130)
    user.settle()
    return user


@pytest.fixture
def user(source: RecordSource, floor: Floor) -> Iterator[PanelUser]:
    user = window_on(source, floor)
    yield user
    user.window.close()


def test_what_a_line_names_is_a_click_away(user: PanelUser) -> None:
    """Links lead from the station in the list to its order, to the order's pod, to the robot that carries it."""
    user.click_on(STATION)
    assert user.window.selection == STATION
    user.window.select(ROBOT)
    user.see()
    user.click_on(Selection(Thing.POD, 0))
    assert user.title == "pod 0"
    user.click_on(ROBOT)
    assert user.title == "robot 1"


def test_a_click_on_the_panel_s_ground_changes_nothing(user: PanelUser) -> None:
    """Nothing is selected by it, and nothing dropped."""
    user.window.select(ROBOT)
    user.see()
    side = user.window.parts.side
    user.click((side.x + 3, side.y + side.h // 2))
    assert user.window.selection == ROBOT


def test_events_are_on_a_page_of_their_own(user: PanelUser) -> None:
    """E turns to it and back, and so does a click on its name; a click on an event goes to its tick, and stays there."""
    user.window.select(ROBOT)
    user.key(pygame.K_e, "e")
    assert user.window.panel_scroll.tab is Tab.EVENTS
    user.click_on(tab=Tab.NOW)
    assert user.window.panel_scroll.tab is Tab.NOW
    user.click_on(tab=Tab.EVENTS)
    user.click_on(tick=1)
    assert user.window.player.position == 1.0
    assert user.window.selection == ROBOT


def test_a_long_page_is_scrolled(source: RecordSource, floor: Floor) -> None:
    """The wheel over the panel moves the page, not the floor, and only to its ends; another page begins at its top."""
    user = window_on(source, floor, (1000, 420))
    user.window.select(ROBOT)
    user.see()
    camera, side = user.window.camera, user.window.parts.side
    over, before = (side.x + 50, side.y + 60), user.targets
    user.wheel(over, -1)
    assert user.window.panel_scroll.scroll > 0
    assert user.targets != before
    user.wheel(over, -100)
    user.see()
    assert user.window.panel_scroll.scroll == user.window.renderer.side.most_scroll
    user.wheel(over, 100)
    assert user.window.panel_scroll.scroll == 0
    user.wheel(over, -1)
    user.window.select(STATION)
    user.see()
    assert user.window.panel_scroll.scroll == 0
    assert user.window.camera == camera
    user.window.close()


def test_a_card_over_the_floor_can_be_clicked_too(source: RecordSource, floor: Floor) -> None:
    """In a narrow window the links are on the card, and clicks on it don't select what is beneath."""
    user = window_on(source, floor, (640, 480))
    user.window.select(ROBOT)
    user.see()
    user.click_on(Selection(Thing.POD, 0))
    assert user.title == "pod 0"
    user.window.close()


def test_the_intended_way_is_drawn(user: PanelUser) -> None:
    """It leads from robot 1 over the tail of the queue lane to the service cell, in the selection's colour, without an
    elbow through a wall.
    """
    plain = user.see().copy()
    user.window.select(ROBOT)
    surface, camera = user.see(), user.window.camera
    assert colour_at(surface, camera, 5.5, 1.8) == DAY.accent
    assert colour_at(plain, camera, 5.5, 1.8) != DAY.accent
    assert user.highlights.routes == [(CARRYING, [cell(4, 1), cell(5, 1), cell(5, 2)])]


def test_who_waits_for_whom_is_drawn(source: RecordSource, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """An arrow in the alarms' colour from the robot to the one in its next cell, and a frame around the cause."""
    frame = source.frame(130)
    table = frame.robots.copy()
    table["cell"][[0, 1]] = cell(4, 1), cell(5, 1)
    table["goal"][0], table["goal"][1] = cell(5, 2), -1
    table["state"][0], table["state"][1] = RobotState.CARRYING, RobotState.IDLE
    table["load"][:2] = 0, -1
    changed = type(frame)(130, table, frame.stations, frame.pods, frame.counts)
    monkeypatch.setattr(source, "frame", lambda tick: changed)
    user = window_on(source, floor)
    user.window.select(Selection(Thing.ROBOT, 0))
    surface, camera = user.see(), user.window.camera
    assert user.highlights.chain == [0, 1]
    assert user.highlights.cause == ROBOT
    between = pygame.Rect(0, 0, 12, 12)
    between.center = box_of_cell(surface, camera, 4, 1).midbottom
    assert DAY.alarm in colours_in(surface, between)
    user.window.close()


def test_an_order_s_station_has_a_frame(user: PanelUser) -> None:
    """An order has no place of its own on the floor: its station is framed."""
    user.window.select(Selection(Thing.ORDER, 88))
    surface, camera = user.see(), user.window.camera
    assert user.highlights.place == STATION
    assert DAY.accent in colours_in(surface, box_of_cell(surface, camera, 5, 2).inflate(10, 10))
