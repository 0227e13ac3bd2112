"""Events, states and times in words."""

import typing

import pytest
from eye_floor import cell, eye_header

from layout.floor import Floor
from robots import events as ev
from robots.lifecycle import RobotState
from visualizer.chain_wording import place_words
from visualizer.scene import Scene
from visualizer.wording import STATES, clock, headline, reason, span, station_name

KINDS = typing.get_args(ev.AnyEvent)


def test_every_state_has_words() -> None:
    """No state is told by its name in the code."""
    assert set(STATES) == set(RobotState)


def called(number: int) -> str:
    return f"order {number}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_has_a_headline(kind: type[ev.Event], floor: Floor) -> None:
    """Whatever happens can be told in a few words, even where it speaks of things that don't exist."""
    values: dict[object, object] = {int: 99_999, str: "?", float: 99_999.5, bool: True, list: [], tuple: ()}
    types = typing.get_type_hints(kind)
    event = kind(**{name: values[typing.get_origin(types[name]) or types[name]] for name in kind.__struct_fields__})
    words = headline(event, Scene(eye_header(), floor), called)  # type: ignore[arg-type]
    assert 0 < len(words) < 60
    assert words != kind.__name__


@pytest.mark.parametrize(
    ("ticks", "words"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (95, "1 min 35 s"),
        (7500, "2 h 5 min"),
        (90_000, "1 day 1 h"),
        (2 * 86_400, "2 days"),
    ],
)
def test_spans_of_time_are_told_in_the_two_largest_units(ticks: int, words: str) -> None:
    """Nobody wants to know the seconds of two days."""
    assert span(eye_header(), ticks) == words


@pytest.mark.parametrize("kind", ["tote", "parcel", "quarantine"])
def test_what_is_kept_for_an_order_goes_by_the_order(kind: str, floor: Floor) -> None:
    """Its number in the run is an address of the ledger, which no customer knows."""
    moved = ev.StockMoved(20, 0, "house", 2, "bin 0.0", f"{kind} 5")
    words = headline(moved, Scene(eye_header(), floor), lambda _: "order A-17")
    assert words == f"2 units from bin 0.0 to the {kind} of order A-17"


def test_parcels_are_told_by_where_they_are() -> None:
    """The places of the sorter and the road in words."""
    assert place_words("slam") == "being labelled"
    assert place_words("chute 3") == "in chute 3"
    assert place_words("diesel van 2") == "on diesel van 2"
    assert place_words("return 7") == "on its way back (return 7)"


def test_reasons_are_passed_on() -> None:
    """The reason of a choice, the text of an alarm, nothing where there is neither."""
    assert reason(ev.TaskAssigned(1, 2, 3, "nearest")) == "nearest"
    assert reason(ev.Alarm(1, "stuck", "robot 3 waits for robot 4")) == "robot 3 waits for robot 4"
    assert reason(ev.TaskDone(1, 2)) == ""


def test_headlines_name_places_and_stations(floor: Floor) -> None:
    """Cells by row and column, stations by their id."""
    scene = Scene(eye_header(), floor)
    assert headline(ev.PlaceChosen(1, 7, 5, cell(2, 3), ""), scene, called) == "pod 5 goes home to (2, 3)"
    assert headline(ev.NextStop(1, 7, 1, ""), scene, called) == "next to pack-1"
    assert headline(ev.TaskCreated(1, 7, "pack", -1, 1, ""), scene, called) == "fetch totes for pack-1"


def test_a_tick_is_a_time_of_day() -> None:
    """The run of eye_floor begins at nine; from midnight on the day is told."""
    assert clock(eye_header(), 67) == "09:01:07"
    assert clock(eye_header(), 15 * 3600 + 10) == "day 2 00:00:10"


def test_an_unknown_station_has_a_name_too() -> None:
    """An index beyond the header's stations is told as a number."""
    assert station_name(eye_header(), 17) == "station 17"
