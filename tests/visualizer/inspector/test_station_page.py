"""The page about a station."""

from layout.floor import Floor
from robots.recording import events as ev
from tests.support.window.eye_floor import CARRYING
from tests.support.window.eye_order import DUE, ORDER, PACK_1, PICK_1
from tests.support.window.panel_lines import OrderSource, Panel
from visualizer.inspector.page_lines import Line, Style
from visualizer.inspector.station_page import _DONE, _WORK
from visualizer.paint.panels.page import GAP, NAME, TEXT
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource
from visualizer.style.fonts import Fonts

ORDER_5 = Selection(Thing.ORDER, ORDER)


def test_a_station_tells_its_work(source: RecordSource, floor: Floor) -> None:
    """The page has people, orders, queue, totes, units done, and the released orders with reasons."""
    panel = Panel(source, floor)
    facts = panel.facts(Thing.STATION, 0, 131)
    assert facts["state"] == "open"
    assert facts["people"] == "1 at work"
    assert facts["orders"] == "3"
    assert facts["queue"] == "1 of 2 places, 2 more coming"
    assert facts["full totes"] == "0"
    assert facts["picked"] == "65 units"
    assert panel.words(Thing.STATION, 0) == [("order from before released to pick-1", "late first")]


def test_a_station_lists_its_open_orders(floor: Floor) -> None:
    """Each has the time left, as an alarm once it is late; a picked order is not listed any more."""
    panel = Panel(OrderSource(), floor)
    heading = "open orders, first due first"
    assert panel.under(heading, Thing.STATION, PICK_1, 30) == [
        Line(Style.FACT, f"due in {DUE - 30} s", "order A-5", ORDER_5)
    ]
    assert [line.name for line in panel.under(heading, Thing.STATION, PICK_1, 41)] == [
        ""
    ]  # which the frame still counts


def test_a_list_that_is_not_whole_says_so(source: RecordSource, floor: Floor) -> None:
    """Three orders are open, one of which is known."""
    *_, last = Panel(source, floor).under("open orders, first due first", Thing.STATION, 0, 131)
    assert (last.style, last.text) == (Style.SAY, "and 2 more, released before the events that are known")


def test_the_names_of_a_stations_facts_are_not_cut(source: RecordSource, floor: Floor) -> None:
    """The names fit for every kind of station."""
    fonts = Fonts()
    for name in (*_WORK.values(), *(done for done, _ in _DONE.values()), "full totes"):
        assert fonts.cut(name, TEXT, fonts.px(NAME - GAP)) == name


def test_orders_are_in_the_order_of_their_due(floor: Floor) -> None:
    """The first due is first, whenever it was released."""
    more = [
        ev.OrderReceived(4, 6, "A-6", [(0, 1)], 12),
        ev.OrderReleased(5, 6, PICK_1, ""),
        ev.OrderReceived(4, 7, "A-7", [(0, 1)], 500),
        ev.OrderReleased(6, 7, PICK_1, ""),
    ]
    source = OrderSource(*more)
    frame = source.frame(30)
    frame.stations["orders"] = [3, 0]
    source.frame = lambda tick: frame  # type: ignore[method-assign]
    found = Panel(source, floor).under("open orders, first due first", Thing.STATION, PICK_1, 30)
    assert [line.name for line in found] == ["order A-6", "order A-5", "order A-7"]
    assert (found[0].style, found[0].text) == (Style.ALARM, "18 s late")


def test_a_station_lists_what_is_on_its_way(floor: Floor) -> None:
    """Robots are listed with their loads until the visit is over."""
    panel = Panel(OrderSource(), floor)
    found = panel.under("on their way", Thing.STATION, PICK_1, 10)
    assert found == [
        Line(Style.FACT, "pod 0: carrying its load to a station", "robot 1", Selection(Thing.ROBOT, CARRYING))
    ]
    assert panel.under("on their way", Thing.STATION, PICK_1, 22) == []


def test_a_pack_station_lists_what_left_late(floor: Floor) -> None:
    """Each has a link to the order's page with the cause."""
    panel = Panel(OrderSource(), floor)
    assert panel.under("left late", Thing.STATION, PACK_1, 75) == [
        Line(Style.ALARM, "shipped 15 s late", "order A-5", ORDER_5)
    ]
    assert panel.under("left late", Thing.STATION, PACK_1, 74) == []
