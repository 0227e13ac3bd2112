"""Events, states and times in words."""

import typing

import pytest
from eye_floor import cell, eye_header

from layout.floor import Floor
from robots import events as ev
from robots.lifecycle import RobotState
from visualizer.scene import Scene
from visualizer.wording import STATES, clock, headline, reason, station_name

KINDS = typing.get_args(ev.AnyEvent)


def test_every_state_has_words() -> None:
    """No state is told by its name in the code."""
    assert set(STATES) == set(RobotState)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_has_a_headline(kind: type[ev.Event], floor: Floor) -> None:
    """Whatever happens can be told in a few words, even where it speaks of things that don't exist."""
    values = {int: 99_999, str: "?", list[tuple[int, int]]: []}
    types = typing.get_type_hints(kind)
    event = kind(**{name: values[types[name]] for name in kind.__struct_fields__})
    assert 0 < len(headline(event, Scene(eye_header(), floor))) < 60  # type: ignore[arg-type]


def test_reasons_are_passed_on() -> None:
    """The reason of a choice, the text of an alarm, nothing where there is neither."""
    assert reason(ev.TaskAssigned(1, 2, 3, "nearest")) == "nearest"
    assert reason(ev.Alarm(1, "stuck", "robot 3 waits for robot 4")) == "robot 3 waits for robot 4"
    assert reason(ev.TaskDone(1, 2)) == ""


def test_headlines_name_places_and_stations(floor: Floor) -> None:
    """Cells by row and column, stations by their id."""
    scene = Scene(eye_header(), floor)
    assert headline(ev.PlaceChosen(1, 7, 5, cell(2, 3), ""), scene) == "pod 5 goes home to (2, 3)"
    assert headline(ev.NextStop(1, 7, 1, ""), scene) == "next to pack-1"
    assert headline(ev.TaskCreated(1, 7, "pack", -1, 1, ""), scene) == "fetch totes for pack-1"


def test_a_tick_is_a_time_of_day() -> None:
    """The run of eye_floor begins at nine; from midnight on the day is told."""
    assert clock(eye_header(), 67) == "09:01:07"
    assert clock(eye_header(), 15 * 3600 + 10) == "day 2 00:00:10"


def test_an_unknown_station_has_a_name_too() -> None:
    """An index beyond the header's stations is told as a number."""
    assert station_name(eye_header(), 17) == "station 17"
