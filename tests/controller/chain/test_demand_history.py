"""What was asked for before the run, at the edges of the calendar."""

from datetime import datetime

import numpy as np

from controller.chain.demand_history import past_of_rows


def test_nothing_was_before_the_calendars_first_day() -> None:
    """Some systems export a date that they don't know as 1 January of the year 1."""
    first = datetime(1, 1, 1)
    past = past_of_rows([("1", "a", 3, first)], {"a": 0}, first, "06:00", 56)
    assert past.days.shape == (1, 0)
    assert np.array_equal(past.today, [0.0])
    assert np.array_equal(past.expected, [3.0])
