"""Hours of a long run, merged for the table and the plots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.report.spans import MOST, in_spans, named


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=3_000))
def test_nothing_is_lost_in_spans(rows: list[tuple[int, int]]) -> None:
    """Flows keep their sums, stocks are those of the end, and there are no more spans than a page shows."""
    received, still = ([row[at] for row in rows] for at in (0, 1))
    hours = [f"{hour}" for hour in range(len(rows))]
    length, starts, spans = in_spans(hours, {"received": received, "open": still})
    assert sum(spans["received"]) == sum(received)
    assert spans["open"][-1] == still[-1]
    assert starts == hours[::length]
    assert {len(column) for column in spans.values()} == {-(-len(rows) // length)}
    assert len(starts) <= MOST


@pytest.mark.parametrize(
    ("hours", "length"), [(1, 1), (48, 1), (49, 3), (168, 6), (14 * 24, 12), (40 * 24, 24), (9_999, 209)]
)
def test_a_days_hours_are_as_they_are_and_a_week_has_six_at_a_time(hours: int, length: int) -> None:
    """Spans have lengths that divide a day, as far as possible."""
    assert in_spans(["00:00"] * hours, {})[0] == length


def test_lengths_have_names() -> None:
    """The names fit behind "by"."""
    assert [named(1), named(6)] == ["hour", "6 hours"]
