"""Numbers and times as text."""

import pytest

from controller.supply_chain.state.calendar import Calendar
from robots.wording.formatting import clock, count, counted, number, span
from tests.support.floor.small_run import small_header


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (42.4, "42 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3900, "1 h 5 min"),
        (90_000, "1 day 1 h"),
        (172_800, "2 days"),
        (183_600, "2 days 3 h"),
        (-90, "−1 min 30 s"),
        (-0.2, "0 s"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(seconds: float | None, words: str) -> None:
    """Days, hours, minutes, seconds."""
    assert span(seconds) == words


def test_numbers_and_clock_times_are_told_for_people() -> None:
    """Thin spaces between thousands; the day from the second one on."""
    assert number(1_234_567) == "1\u202f234\u202f567"
    assert number(2.25, 1, "m") == "2.2 m"
    assert number(None, 1, "m") == "–"
    assert clock(small_header(), 20) == "08:20:00"
    assert clock(small_header(), 16 * 60, seconds=False) == "day 2 00:00"


def test_the_chain_tells_times_as_everybody_does() -> None:
    """Text about a running floor reads like text about its record."""
    header = small_header()
    calendar = Calendar(header.start_s, header.tick_s)
    for tick in (0, 20, 16 * 60, 50 * 60):
        assert calendar.words(tick) == clock(header, tick, seconds=False)


def test_numbers_of_things_agree_with_their_noun_and_verb() -> None:
    """One thing is one, none and more are many; large numbers have a comma, in reports a thin space."""
    assert [count(things, "whole day") for things in (0, 1, 2)] == ["0 whole days", "1 whole day", "2 whole days"]
    assert [count(things, "box", "boxes") for things in (1, 1500)] == ["1 box", "1,500 boxes"]
    assert [count(things, "day is", "days are") for things in (1, 2)] == ["1 day is", "2 days are"]
    assert [counted(things, "SKU") for things in (1, 1500)] == ["1 SKU", "1\u202f500 SKUs"]
