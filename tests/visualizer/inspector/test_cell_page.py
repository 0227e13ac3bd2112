"""The page about a cell."""

import pytest

from layout.floor import Floor
from tests.support.window.eye_floor import CARRYING, FETCHING, cell
from tests.support.window.panel_lines import Panel
from visualizer.inspector.page_lines import Style
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource


@pytest.fixture
def panel(source: RecordSource, floor: Floor) -> Panel:
    return Panel(source, floor)


def test_a_cell_tells_what_it_is_for(panel: Panel) -> None:
    """The page has kind, lane, station, and the robots bound for the cell."""
    assert panel.facts(Thing.CELL, cell(5, 5)) == {"kind": "aisle", "one way": "east"}
    assert panel.facts(Thing.CELL, cell(5, 2)) == {
        "kind": "service cell",
        "belongs to": "pick-1",
        "goal of": "robot 1",
    }


def test_a_cell_tells_who_closed_it(panel: Panel) -> None:
    """The page has the tick and the reason of the closure, and the events of the cell."""
    closed = panel.texts(Style.ALARM, Thing.CELL, cell(4, 8))
    assert closed == ["closed since 09:00:02: robot 2 is dead"]
    assert panel.words(Thing.CELL, cell(4, 8)) == [
        ("cell (4, 8) is closed", "robot 2 is dead"),
        ("robot 2 died at (4, 8)", ""),
    ]
    assert panel.texts(Style.ALARM, Thing.CELL, cell(4, 8), 1) == []


def test_a_cell_tells_who_is_there(panel: Panel) -> None:
    """The robot that holds the cell and the pod on it are links."""
    links = {line.name: line.link for line in panel.lines(Thing.CELL, cell(4, 1))}
    assert links["held by"] == Selection(Thing.ROBOT, CARRYING)
    assert panel.facts(Thing.CELL, cell(2, 2))["on it"] == "pod 1"


def test_a_cell_tells_who_passed_lately(panel: Panel) -> None:
    """Robot 0 was in (1, 3) at tick 2; a minute later it is not listed any more."""
    (line,) = panel.under("in the last minute", Thing.CELL, cell(1, 3), 10)
    assert (line.name, line.text, line.link) == ("robot 0", "8 s ago", Selection(Thing.ROBOT, FETCHING))
    assert panel.under("in the last minute", Thing.CELL, cell(1, 3), 70) == []
