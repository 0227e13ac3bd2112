"""The page about a pod."""

import pytest

from layout.floor import Floor
from tests.support.window.eye_floor import CARRYING, DEAD, eye_frame
from tests.support.window.panel_lines import OrderSource, Panel
from visualizer.history import RunHistory
from visualizer.inspector.inspector import Inspector
from visualizer.inspector.page_lines import Line, Style
from visualizer.scene.scene import Scene, Selection, Thing
from visualizer.scene.sources import RecordSource


@pytest.fixture
def panel(floor: Floor) -> Panel:
    return Panel(OrderSource(), floor)


def test_a_pod_tells_where_it_is(panel: Panel) -> None:
    """A standing pod has a link to its place, a carried pod a link to its robot."""
    assert panel.facts(Thing.POD, 2)["stands at"] == "(3, 4)"
    assert panel.facts(Thing.POD, 0)["carried by"] == "robot 1, carrying its load to a station"
    assert panel.lines(Thing.POD, 0)[1].link == Selection(Thing.ROBOT, CARRYING)


def test_a_pod_tells_what_lies_in_it(panel: Panel) -> None:
    """SKUs are listed with their units at the tick."""
    assert [(line.name, line.text) for line in panel.under("contents: 6 units, 2 SKUs, 2 bins", Thing.POD, 0, 19)] == [
        ("4 units", "bolt"),
        ("2 units", "nut"),
    ]
    assert "contents: 4 units, 2 SKUs, 2 bins" in panel.texts(Style.HEAD, Thing.POD, 0, 20)


def test_what_is_not_known_is_not_told_as_none(floor: Floor) -> None:
    """If events are known only from the middle of the run, the page says that there may be more."""
    source = OrderSource()
    source.known_from = 10
    panel = Panel(source, floor)
    assert "there may be more" in panel.under("contents", Thing.POD, 0)[0].text


def test_a_pod_tells_whose_it_is(panel: Panel) -> None:
    """Until its task is done, the page has the purpose and the robot."""
    facts = panel.facts(Thing.POD, 1, 10)
    assert facts["task"] == "12: bring pod 1 to pack-1"
    assert facts["fetched by"] == "no robot assigned yet"
    assert panel.facts(Thing.POD, 0, 10)["task"] == "11: bring pod 0 to pick-1"
    assert "task" not in panel.facts(Thing.POD, 0, 31)


def test_a_pod_tells_why_it_was_moved(panel: Panel) -> None:
    """Decisions about the pod are listed with their reasons, the newest first."""
    assert panel.words(Thing.POD, 0) == [
        ("pod 0 goes to (2, 3), a storage place", "nearest free place"),
        ("task 11 created to bring pod 0 to pick-1", "2 open lines, 4 cells away"),
    ]


def test_a_pod_on_a_dead_robot_is_quarantined(source: RecordSource, floor: Floor) -> None:
    """Its stock can't be used, and the panel says so."""
    frame = eye_frame(130)
    frame.robots["state"][CARRYING] = frame.robots["state"][DEAD]
    inspector = Inspector(source, Scene(source.header, floor), RunHistory(source))
    lines = inspector.lines(frame, Selection(Thing.POD, 0))
    assert Line(Style.ALARM, "quarantined: its stock can't be used") in lines
