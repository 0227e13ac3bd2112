"""The page of events."""

import pytest

from layout.floor import Floor
from robots.recording import events as ev
from tests.support.window.eye_order import ORDER
from tests.support.window.panel_lines import OrderSource, Panel
from visualizer.inspector.inspector import Tab
from visualizer.inspector.page_lines import Line, Style
from visualizer.scene.scene import Thing


def events(panel: Panel, thing: Thing, number: int, tick: int) -> list[Line]:
    return [line for line in panel.lines(thing, number, tick, Tab.EVENTS) if line.style is Style.WHEN]


@pytest.fixture
def panel(floor: Floor) -> Panel:
    return Panel(OrderSource(), floor)


def test_events_are_those_of_the_selection_newest_first(panel: Panel) -> None:
    """All events about order 5 up to the tick are listed, each with a link to its tick."""
    assert [(line.text, line.tick) for line in events(panel, Thing.ORDER, ORDER, 40)] == [
        ("complete; its tote is on the outfeed of pick-1", 40),
        ("1 × nut picked from pod 1 at pick-1", 40),
        ("2 × bolt picked from pod 0 at pick-1", 20),
        ("released to pick-1", 3),
        ("received, due 09:01:00", 2),
    ]
    assert [line.tick for line in events(panel, Thing.POD, 0, 15)] == [3]


def test_reasons_are_told(panel: Panel) -> None:
    """The reason is below its event."""
    lines = panel.lines(Thing.ORDER, ORDER, 10, Tab.EVENTS)
    assert [line.text for line in lines if line.style is Style.WHY] == ["late first"]


def test_nothing_is_told_as_nothing(panel: Panel) -> None:
    """Before its first event, a thing has none on the page."""
    assert panel.lines(Thing.POD, 2, 10, Tab.EVENTS)[-1].text == "Nothing has happened to it yet."


def test_very_many_events_end_with_a_hint(floor: Floor) -> None:
    """The newest 150 are listed, with a hint that there are more."""
    panel = Panel(OrderSource(*(ev.Parked(tick, 3, 36, "") for tick in range(100, 400))), floor)
    assert len(events(panel, Thing.ROBOT, 3, 399)) == 150
    assert panel.lines(Thing.ROBOT, 3, 399, Tab.EVENTS)[-1].text == "… and earlier events"
