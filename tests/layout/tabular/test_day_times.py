"""A date and a time of day from two columns."""

import pytest

from layout.tabular.dates import BadDate, Dates
from layout.tabular.day_times import joined


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("01.04.2024", "08:03"),
        ("01.04.2024 00:00:00", "08:03:00"),
        ("2024-04-01T00:00:00.000", "080300"),
        ("20240401", "080300"),
        ("20240401", "08:03"),
        ("2024-04-01 12:00:00 AM", "8:03 AM"),
        ("01.04.2024", "08:03 Uhr"),
        ("01.04.2024 00:00", "30.12.1899 08:03:00"),
        ("2024-04-01", "1900-01-01 08:03:00"),
        ("2024-04-01 08:03:00", "08:03"),
        ("2024-04-01 08:03", ""),
    ],
)
def test_the_time_of_day_is_read_from_its_column(date: str, time: str) -> None:
    """A date at midnight has no time of its own, however a database writes it."""
    assert f"{Dates()[joined(date, time)]:%Y-%m-%d %H:%M:%S}" == "2024-04-01 08:03:00"


def test_a_date_with_another_time_than_its_column_is_refused() -> None:
    """The times contradict each other."""
    with pytest.raises(BadDate, match="another time of day"):
        joined("01.04.2024 08:15", "09:20:00")


def test_a_form_that_a_user_names_reads_the_time_as_it_is_written() -> None:
    """The form applies to the joined text."""
    form = "%d.%m.%Y %H%M%S"
    assert f"{Dates(form)[joined('01.04.2024', '080300', form)]:%H:%M}" == "08:03"
