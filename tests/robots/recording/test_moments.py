"""Moments of a run as users write them."""

import pytest

from robots.recording.moments import tick_of_moment
from tests.support.window.eye_floor import eye_header


@pytest.mark.parametrize(
    ("text", "tick"),
    [
        ("690", 690),
        ("09:00", 0),
        ("9:01:40", 100),
        ("day 1 10:00", 3600),
        ("08:00", 82_800),
        ("25:00", None),
        ("09:61", None),
        ("-1", None),
        ("soon", None),
        ("", None),
    ],
)
def test_ticks_and_times_of_day_are_moments(text: str, tick: int | None) -> None:
    """The run begins at nine; a time that is over by then is the next day's."""
    assert tick_of_moment(eye_header(), text) == tick
