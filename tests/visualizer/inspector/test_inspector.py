"""Pages of the inspector, and when they are written."""

import pytest

from layout.floor import Floor
from tests.support.window.eye_floor import CARRYING
from tests.support.window.panel_lines import Panel
from visualizer.history import RunHistory
from visualizer.inspector.inspector import Inspector, Tab
from visualizer.inspector.page_lines import Style
from visualizer.scene.scene import Scene, Selection, Thing
from visualizer.scene.sources import RecordSource


@pytest.fixture
def panel(source: RecordSource, floor: Floor) -> Panel:
    return Panel(source, floor)


@pytest.mark.parametrize("thing", list(Thing))
@pytest.mark.parametrize("tab", list(Tab))
def test_everything_has_its_pages(panel: Panel, thing: Thing, tab: Tab) -> None:
    """Everything that can be selected has a title and lines below it, on each page."""
    lines = panel.lines(thing, 1, tab=tab)
    assert lines[0].style is Style.TITLE
    assert len(lines) > 1


@pytest.mark.parametrize("thing", [Thing.ROBOT, Thing.POD, Thing.STATION, Thing.CELL])
@pytest.mark.parametrize("tab", list(Tab))
def test_what_the_run_has_not_is_told(panel: Panel, thing: Thing, tab: Tab) -> None:
    """A number beyond the last one is not an error of the program."""
    assert [line.text for line in panel.lines(thing, 999, tab=tab)] == [f"{thing} 999", "is not part of this run."]


def test_the_same_page_is_written_once(panel: Panel) -> None:
    """Equal lines are returned as long as nothing changes; another tick gives another page."""
    assert panel.lines(Thing.ROBOT, CARRYING) is panel.lines(Thing.ROBOT, CARRYING)
    before = panel.lines(Thing.ROBOT, CARRYING)
    assert panel.lines(Thing.ROBOT, CARRYING, 131) is not before


def test_nothing_links_to_itself(panel: Panel) -> None:
    """On a robot's page its own number is no link."""
    assert Selection(Thing.ROBOT, CARRYING) not in [line.link for line in panel.lines(Thing.ROBOT, CARRYING)]


def test_a_page_says_what_is_still_to_be_read(source: RecordSource, floor: Floor) -> None:
    """While the events are being read, the page says so."""
    scene, history = Scene(source.header, floor), RunHistory(source)
    inspector = Inspector(source, scene, history)
    last = inspector.lines(source.frame(130), Selection(Thing.ROBOT, CARRYING))[-1]
    assert "0% of the run's events are read" in last.text
    history.read(float("inf"))
    last = inspector.lines(source.frame(130), Selection(Thing.ROBOT, CARRYING))[-1]
    assert "events are read" not in last.text
