"""Dates: unambiguous ones are read, and the order of day and month is settled by the column or refused."""

from datetime import datetime

import pytest

from layout.tabular.dates import BadDate, Dates, fault_of, proposal

NINE = datetime(2024, 4, 3, 9, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-04-03 09:05", "2024-04-03T09:05", "2024-04-03 9:05", "2024-04-03T09:05:00.000", "2024-04-03T09:05:00Z",
        "2024-04-03 09:05:00+02:00", "2024/4/3 9:05", "03.04.2024 09:05", "3.4.2024, 9:05", "202404030905", "20240403T0905",
        "2024-4-3 9:05 AM",
    ],
)  # fmt: skip
def test_forms_that_leave_no_doubt_are_read(text: str) -> None:
    """Year first, or German with points; an hour may have one digit, and a time stays on the clock it is written in."""
    assert Dates()[text] == NINE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1712010900000", "can't be read"),
        ("1712010900", "can't be read"),
        ("2024-W14-3", "can't be read"),
        ("2024-02-30", "can't be read"),
        ("2024-04-03 25:00", "can't be read"),
        ("yesterday", "can't be read"),
        ("45385.38", "can't be read"),
        ("03/04/2024", "may be day or month first"),
        ("03-04-2024", "may be day or month first"),
        ("1900-01-01", "is of an implausible year"),
        ("9999-12-31", "is of an implausible year"),
    ],
)
def test_ambiguous_values_are_refused(text: str, why: str) -> None:
    """An epoch is not the year 1712."""
    with pytest.raises(BadDate, match=why):
        Dates()[text]


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("1712135100000", "epoch_ms"), ("1712135100", "epoch_s"), ("03/04/2024 9:05", "dayfirst"),
        ("4/3/2024 9:05", "monthfirst"), ("4/3/2024 9:05", "%m/%d/%Y %H:%M"), ("2024-04-03 9:05", "%Y-%m-%d %H:%M"),
        ("03.04.24 09:05", "%d.%m.%y %H:%M"),
    ],
)  # fmt: skip
def test_a_setting_says_the_form(text: str, setting: str) -> None:
    """Seconds since 1970, the order of day and month, or a form of strptime."""
    assert Dates(setting)[text] == NINE


def test_a_value_beyond_12_settles_the_column() -> None:
    """Two values that contradict each other settle nothing."""
    dates = Dates()
    assert dates.settle(["03/04/2024 9:05", "13/04/2024 9:05"]) == "dayfirst"
    assert dates["03/04/2024 9:05"] == NINE
    assert list(dates.notices()) == ["dates with slashes or dashes are read day first, as values beyond 12 show"]
    assert Dates().settle(["13/04/2024", "04/13/2024"]) == Dates().settle(["03/04/2024"]) == ""


def test_offsets_that_differ_are_converted_and_reported() -> None:
    """Times are converted to the first offset; times without one are taken to be on the same clock."""
    dates = Dates()
    assert dates["2024-04-03 09:05+02:00"] == dates["2024-04-03 07:05Z"] == dates["2024-04-03 09:05"] == NINE
    assert list(dates.notices()) == [
        "times have several offsets from UTC (+02:00, +00:00) and are converted to the first",
        "times without an offset from UTC, such as 2024-04-03 09:05, are taken to be at +02:00 as others are",
    ]


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("1712135100000", "epoch_ms"), ("1712135100", "epoch_s"), ("03/04/2024", "dayfirst"),
        ("03.04.24 09:05", "%d.%m.%y %H:%M"), ("3-Apr-2024", "%d-%b-%Y"), ("soon", ""),
    ],
)  # fmt: skip
def test_a_setting_is_proposed_for_a_value(text: str, setting: str) -> None:
    """The proposed setting would read the value."""
    assert proposal(text) == setting


def test_a_setting_that_is_no_form_is_reported() -> None:
    """Formats of other programs are no directives of strptime."""
    assert fault_of("DD.MM.YYYY") == "doesn't say year, month and day"
    assert fault_of("%Q") == "is no form of a date"
    assert fault_of("%d.%m.%Y %H:%M") == fault_of("epoch_ms") == fault_of("") == ""
