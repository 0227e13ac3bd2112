"""Search for the text of the search line."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robots.recording.frames import Frame
from tests.support.window.eye_floor import cell, eye_frame, eye_header
from tests.support.window.eye_order import NAME, ORDER, ORDER_EVENTS, SKUS
from tests.support.window.fake_floor import FakeSource
from visualizer.history import RunHistory
from visualizer.scene.scene import Scene, Selection, Thing
from visualizer.scene.sources import floor_of
from visualizer.view.search import Hit, Search
from visualizer.view.search_line import SearchLine


class OrderSource(FakeSource):
    last_tick = 3800

    def frame(self, tick: int) -> Frame:
        return eye_frame(min(tick, 200))


def search_of(read: bool = True) -> Search:
    source = OrderSource(*ORDER_EVENTS)
    source.header = eye_header(skus=SKUS)
    history = RunHistory(source)
    if read:
        history.read(math.inf)
    return Search(Scene(source.header, floor_of(source.header, "eye")), history)


@pytest.fixture
def search() -> Search:
    return search_of()


def first(search: Search, text: str, tick: int = 100) -> Hit:
    return search.find(text, tick).hits[0]


@pytest.mark.parametrize(
    ("text", "selection"),
    [
        ("robot 3", Selection(Thing.ROBOT, 3)),
        ("Robot  3 ", Selection(Thing.ROBOT, 3)),
        ("r 3", Selection(Thing.ROBOT, 3)),
        ("pod 2", Selection(Thing.POD, 2)),
        ("order A", Selection(Thing.ORDER, ORDER)),
        (f"order {NAME}", Selection(Thing.ORDER, ORDER)),
        (NAME, Selection(Thing.ORDER, ORDER)),
        ("station pack", Selection(Thing.STATION, 1)),
        ("pick-1", Selection(Thing.STATION, 0)),
        ("2,3", Selection(Thing.CELL, cell(2, 3))),
        ("cell (2, 3)", Selection(Thing.CELL, cell(2, 3))),
        ("sku nut", Selection(Thing.POD, 0)),
        ("2", Selection(Thing.ROBOT, 2)),
    ],
)
def test_words_lead_to_things(search: Search, text: str, selection: Selection) -> None:
    """Things are found by kind and number or name; the kind may be short or missing."""
    assert first(search, text).selection == selection


@pytest.mark.parametrize(
    ("text", "tick"), [("tick 500", 500), ("9:00", 0), ("09:01:40", 100), ("day 1 10:00", 3600), ("tick 0", 0)]
)
def test_words_lead_to_moments(search: Search, text: str, tick: int) -> None:
    """Moments are found by tick or by the clock; the run starts at nine."""
    assert first(search, text).tick == tick


@pytest.mark.parametrize(
    ("text", "miss"),
    [
        ("robot 99", "no robot 99: robots are 0 to 3"),
        ("pod x", "no pod x: pods have numbers"),
        ("order 99999", "no order 99999 by tick 3,800"),
        ("order 5", "no order 5 by tick 3,800"),
        ("sku screw", "no SKU screw in this run"),
        ("station dock", "no station dock; there are pick-1, pack-1"),
        ("90,3", "no cell (90, 3): rows are 0 to 6, columns 0 to 9"),
        ("tick 9999", "no tick 9,999: ticks are 0 to 3,800, 09:00:00 to 10:03:20"),
        ("25:00", "no clock shows that"),
        ("08:00", "no tick 82,800: ticks are 0 to 3,800, 09:00:00 to 10:03:20"),
        ("robot ²", "no robot ²: robots have numbers"),
        ("xyz", "nothing is called xyz"),
    ],
)
def test_mistakes_are_told(search: Search, text: str, miss: str) -> None:
    """The message lists what exists."""
    answer = search.find(text, 100)
    assert (answer.hits, answer.miss) == ((), miss)


def test_an_order_that_is_yet_to_come_leads_to_its_receipt(search: Search) -> None:
    """At tick 1 it isn't received yet; at tick 100 it is, and the moment doesn't change."""
    assert first(search, "order A-5", tick=1) == Hit(
        "order A-5, comes at 09:00:02", Selection(Thing.ORDER, ORDER), tick=2
    )
    assert first(search, "order A-5").tick is None


def test_an_order_goes_by_its_customers_number_alone(search: Search) -> None:
    """The run's own number of it finds nothing; numbers that only start with the text, or have leading zeros, are
    offered as near.
    """
    assert search.find("order 5", 100).miss == "no order 5 by tick 3,800"
    assert [(hit.words.partition(",")[0], hit.near) for hit in search.find("order 00A-", 100).hits] == [
        ("order A-5", True)
    ]
    assert not first(search, "order A-5").near


def test_before_the_events_are_read_it_says_so() -> None:
    """There may be an order whose receipt isn't read yet."""
    assert search_of(read=False).find("order 5", 1).miss == "no order 5 by tick 0 as far as events are read"


def test_a_sku_leads_to_the_pods_that_hold_it_then(search: Search) -> None:
    """Before any pick, pod 1 has three nuts and pod 0 two; after one, both have two."""
    assert [hit.words for hit in search.find("sku nut", 10).hits] == ["pod 1, 3 of nut", "pod 0, 2 of nut"]
    assert [hit.words for hit in search.find("sku NUT", 100).hits] == ["pod 0, 2 of nut", "pod 1, 2 of nut"]


def test_beginnings_are_completed(search: Search) -> None:
    """The start of a kind, of a SKU's name, or of a number is completed."""
    assert first(search, "ro").fill == "robot "
    assert first(search, "sku b").fill == "sku bolt"
    assert [hit.words for hit in search.find("robot", 0).hits] == ["robot 0", "robot 1", "robot 2", "robot 3"]
    assert len(search.find("", 0).hits) == 6


@given(st.text(max_size=20), st.integers(0, 3800))
def test_any_text_has_an_answer(text: str, tick: int) -> None:
    """There are hits, or a reason why there are none; never both, never neither."""
    answer = SEARCH.find(text, tick)
    assert bool(answer.hits) != bool(answer.miss)


SEARCH = search_of()


def test_the_line_takes_text_and_keys(search: Search) -> None:
    """Typing, deleting, choosing with the arrows around the ends, and taking a hit work."""
    line = SearchLine(search)
    line.open(100)
    line.type("/")
    line.type("robot 9")
    assert line.press("backspace") is None
    assert line.shown is not None
    assert line.shown.text == "robot "
    line.press("up")
    hit = line.press("return")
    assert hit is not None
    assert hit.selection == Selection(Thing.ROBOT, 3)
    assert line.shown is None


def test_a_beginning_is_written_into_the_line(search: Search) -> None:
    """Return completes the text; on a mistake it does nothing; escape closes the line."""
    line = SearchLine(search)
    line.open(100)
    line.type("st")
    assert line.press("tab") is None
    assert line.shown is not None
    assert line.shown.text == "station "
    line.type("dock")
    assert line.press("return") is None
    line.press("escape")
    assert line.shown is None
