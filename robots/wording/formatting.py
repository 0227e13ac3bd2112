"""Numbers, times and cells as text, alike in reports, explanations and the window."""

from typing import TYPE_CHECKING

from layout.time_units import DAY_S
from layout.wording import count as count  # noqa: PLC0414 - offered here, too

if TYPE_CHECKING:
    from robots.recording.frames import Header

NOTHING = "–"
"""Text of an undefined figure."""


def clock(header: "Header", tick: float, *, seconds: bool = True) -> str:
    """Return the time of day at a tick, from the second day on with the day: "08:20:34", "day 2 08:20:34"."""
    return clock_of(header.start_s + tick * header.tick_s, seconds=seconds)


def stamp(header: "Header", tick: int | None) -> str:
    """Return a tick as day and time of day, for files: "1 08:20:34"; "" for none."""
    if tick is None:
        return ""
    day, rest = divmod(int(header.start_s + tick * header.tick_s), int(DAY_S))
    return f"{day + 1} {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def clock_of(second: float, *, seconds: bool = True) -> str:
    """Return the time of day of a second after midnight of day 1."""
    day, rest = divmod(int(second), int(DAY_S))
    time = f"{rest // 3600:02}:{rest // 60 % 60:02}" + (f":{rest % 60:02}" if seconds else "")
    return f"day {day + 1} {time}" if day else time


def span(seconds: float | None) -> str:
    """Return a length of time in its two largest units: "2 days 3 h", "1 h 5 min", "3 min 20 s", "42 s"."""
    if seconds is None:
        return NOTHING
    sign, whole = ("−" if round(seconds) < 0 else ""), abs(round(seconds))
    for unit, name, part, part_name in _UNITS:
        if whole >= unit:
            rest = whole % unit // part
            many = f"{name}s" if name == "day" and whole >= 2 * unit else name
            return f"{sign}{whole // unit} {many}" + (f" {rest} {part_name}" if rest else "")
    return f"{sign}{whole} s"


def number(value: float | None, digits: int = 1, unit: str = "") -> str:
    """Return a number with thin spaces between thousands, `digits` decimals if it isn't whole, and its unit."""
    if value is None:
        return NOTHING
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.{digits}f}"
    return text.replace(",", "\u202f").replace("-", "−") + (f" {unit}" if unit else "")


def counted(things: int, noun: str, plural: str = "") -> str:
    """Return a number of things with thin spaces between thousands, as reports have it: "1 tote", "1 500 totes"."""
    return f"{number(things)} {noun if things == 1 else plural or noun + 's'}"


def share(value: float | None, digits: int = 1) -> str:
    """Return a share as per cent with `digits` decimals."""
    return NOTHING if value is None else f"{100 * value:.{digits}f} %"


def money(cents: int) -> str:
    """Return an amount with thin spaces between thousands: "12.50"."""
    return f"{cents / 100:,.2f}".replace(",", "\u202f")


def figure_words(name: str) -> str:
    """Return a figure's name in a table for people, with its unit, or its meaning if the trade's word isn't common."""
    return _FIGURES.get(name, name.replace("_", " "))


_FIGURES = {"pile_on": "pile-on (units a pod visit)"}


def cell_at(cell: int, width: int) -> str:
    """Return a cell as (row, column)."""
    row, col = divmod(cell, width)
    return f"({row}, {col})"


_UNITS = ((int(DAY_S), "day", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))
"""Units of time: seconds, name, seconds of the smaller unit written beside it, and its name."""
