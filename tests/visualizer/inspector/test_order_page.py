"""The page about an order."""

import pytest

from layout.floor import Floor
from robots.recording import events as ev
from tests.support.window.eye_floor import CARRYING
from tests.support.window.eye_order import NUT, ORDER, PACK_1, PARCEL_EVENTS, PICK_1
from tests.support.window.panel_lines import OrderSource, Panel
from visualizer.inspector.page_lines import Style
from visualizer.scene.scene import Selection, Thing


@pytest.fixture
def panel(floor: Floor) -> Panel:
    return Panel(OrderSource(), floor)


@pytest.mark.parametrize(
    ("tick", "state", "station"),
    [
        (2, "in the backlog", None),
        (10, "being picked at pick-1", PICK_1),
        (40, "between picking and packing at pick-1", PICK_1),
        (70, "being packed at pack-1", PACK_1),
        (80, "shipped at 09:01:15", PACK_1),
    ],
)
def test_an_order_tells_how_far_it_is(panel: Panel, tick: int, state: str, station: int | None) -> None:
    """The page has its state in words, and a link to its station."""
    line = panel.lines(Thing.ORDER, ORDER, tick)[1]
    assert (line.name, line.text) == ("state", state)
    assert line.link == (None if station is None else Selection(Thing.STATION, station))


def test_an_order_tells_when_it_is_due(panel: Panel) -> None:
    """Before the due time the page has the time left, afterwards the lateness, or the lateness at shipping."""
    assert panel.facts(Thing.ORDER, ORDER, 10)["due"] == "09:01:00, in 50 s"
    assert panel.texts(Style.ALARM, Thing.ORDER, ORDER, 65) == ["5 s late"]
    assert panel.texts(Style.ALARM, Thing.ORDER, ORDER, 200) == ["shipped 15 s late"]


def test_an_order_tells_who_brings_its_lines(panel: Panel) -> None:
    """The page names the robot that brings a missing SKU; after the pick it has its time, its pod, and why the pod
    came.
    """
    lines = panel.under("lines", Thing.ORDER, ORDER, 10)
    assert (lines[0].name, lines[0].text) == ("0 of 2", "bolt not picked yet")
    assert (lines[1].name, lines[1].link) == ("robot 1", Selection(Thing.ROBOT, CARRYING))
    after = [line.text for line in panel.under("lines", Thing.ORDER, ORDER, 20)]
    assert after[0] == "bolt picked"
    assert after[-2:] == [
        "2 × bolt picked from pod 0 at pick-1",
        "pod 0 came with task 11: 2 open lines, 4 cells away",
    ]


def test_what_nobody_brings_is_told_with_its_pods(panel: Panel) -> None:
    """After the pod has left for storage, the page lists the pods that have the rest, as links."""
    lines = panel.under("lines", Thing.ORDER, ORDER, 25)
    assert "No robot is bringing it. It is in" in [line.text for line in lines]
    assert Selection(Thing.POD, 1) in [line.link for line in lines]


WAITS = "waits for a pod for line 2 (nut)"
NOT_YET = "pod 1 has it and is free; robot 2 was sent for pod 0 instead: 3 open lines here"


def test_what_nobody_brings_tells_why_not_yet(floor: Floor) -> None:
    """The page has the last reported reason with its time, a link to the pod, and the tick by which it is fetched."""
    told = [
        ev.LineWaits(tick, ORDER, 1, NUT, 1, PICK_1, 1200, reason) for tick, reason in ((12, "busy"), (24, NOT_YET))
    ]
    panel = Panel(OrderSource(*told), floor)
    lines = panel.under("lines", Thing.ORDER, ORDER, 25)
    at = next(number for number, line in enumerate(lines) if line.style is Style.WHEN and line.text == WAITS)
    assert (lines[at].name, lines[at].link) == ("09:00:24", Selection(Thing.POD, 1))
    assert lines[at + 1].text == f"{NOT_YET}; it is fetched by 09:20:00 at the latest"
    assert not any("busy" in line.text for line in lines)
    assert not any(line.text == WAITS for line in panel.under("lines", Thing.ORDER, ORDER, 45))


def test_an_order_in_the_backlog_tells_why_not_yet(floor: Floor) -> None:
    """The page has the last reported reason; once the order is released it has none."""
    held_back = "all 12 places at stations are taken; 3 orders due before it"
    told = [
        ev.OrderReceived(130, 90, "B-1", [(NUT, 1)], 900),
        *(ev.OrderWaits(tick, 90, 3, reason) for tick, reason in ((135, "busy"), (140, held_back))),
        ev.OrderReleased(150, 90, PICK_1, "due first"),
    ]
    panel = Panel(OrderSource(*told), floor)
    lines = panel.lines(Thing.ORDER, 90, 145)
    at = next(number for number, line in enumerate(lines) if line.text == "not yet released")
    assert (lines[at].tick, lines[at + 1].text) == (140, held_back)
    assert not any(line.text in ("busy", "not yet released") for line in panel.lines(Thing.ORDER, 90, 155))


def test_an_order_tells_what_happened_when_and_why(panel: Panel) -> None:
    """Each step has a link to its tick."""
    lines = panel.under("history", Thing.ORDER, ORDER, 80)
    told = [(line.text, line.tick) for line in lines if line.style is Style.WHEN]
    assert told == [
        ("received, due 09:01:00", 2),
        ("released to pick-1", 3),
        ("complete; its tote is on the outfeed of pick-1", 40),
        ("arrived at pack-1", 70),
        ("shipped from pack-1, 15 s late", 75),
    ]
    assert "late first" in [line.text for line in lines]


def test_a_tote_on_the_outfeed_has_its_robots(floor: Floor) -> None:
    """Between picking and packing the page has the number of waiting totes, and the robots that come for them."""
    source = OrderSource()
    frame = source.frame(50)
    frame.robots["goal"][0] = floor.stations[PICK_1].outfeed
    source.frame = lambda tick: frame  # type: ignore[method-assign]
    lines = Panel(source, floor).under("its tote", Thing.ORDER, ORDER, 50)
    assert [line.text for line in lines] == ["0 totes wait on the outfeed of pick-1.", "is driving to the outfeed"]


def test_a_cancelled_order_wants_nothing(floor: Floor) -> None:
    """Its lines say so, and no robot is listed that brings them."""
    panel = Panel(OrderSource(ev.OrderCancelled(10, ORDER, "by the customer")), floor)
    assert [line.text for line in panel.under("lines", Thing.ORDER, ORDER, 12)] == [
        "bolt, no longer needed",
        "nut, no longer needed",
    ]


def test_an_unknown_order_is_told_as_such(panel: Panel) -> None:
    """This holds for an order that is not received yet, and for one that never will be."""
    for number, tick in ((ORDER, 1), (999, 80)):
        assert panel.lines(Thing.ORDER, number, tick)[-1].text == "This order has not been received yet."


def test_with_a_supply_chain_the_parcel_is_told(floor: Floor) -> None:
    """The page has promise, trailer, van, expected arrival, places, lateness and its cause."""
    panel = Panel(OrderSource(*PARCEL_EVENTS), floor)
    under_way = panel.under("parcel", Thing.ORDER, ORDER, 700)
    facts = {line.name: line.text for line in under_way if line.style is Style.FACT}
    assert facts["promised"] == "next-day (same-day was requested), by 09:15:00"
    assert facts["trailer"] == "lane A, leaves at 09:08:20"
    assert (facts["box"], facts["vehicle"], facts["expected"]) == ("M", "van 2", "09:15:50")
    assert [line.text for line in under_way if line.style is Style.WHEN][-1] == "on van 2"
    late = panel.under("parcel", Thing.ORDER, ORDER, 960)
    assert [line.text for line in late][-2:] == ["50 s past its promise", "traffic: the van stood in a jam"]
    assert panel.under("parcel", Thing.ORDER, 88, 960) == []
