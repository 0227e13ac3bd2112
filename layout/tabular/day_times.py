"""Join a date and a time of day from two columns to the text of one moment."""

import re
from functools import lru_cache

from layout.tabular.dates import WORDS, BadDate
from layout.tabular.signs import cleaned

TWO_TIMES = "has another time of day than its time column"
_ZONE = r"(?P<zone> ?(?:z|[+-]\d\d(?::?\d\d)?))?"
_MIDNIGHT = re.compile(rf"(?:t|,? +)(?:0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?a\.?m\.?){_ZONE}\Z", re.ASCII | re.I)
"""Time that databases write after a date without a time."""
_CLOCK = re.compile(r"(?:\A|t|\s)(\d{1,2}):(\d\d)[^ apz+-]*(?: ?([ap])\.?m)?", re.ASCII | re.I)
_NO_DAY = re.compile(
    r"(?:\d{1,2}([./-])\d{1,2}\1(?:1899|1900|1970)|(?:1899|1900|1970)-\d\d-\d\d)[t ]+(?=\d)", re.ASCII | re.I
)
"""Days that programs write before a time of day if they have no type for it."""
_SIX_DIGITS = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
_DIGITS = re.compile("%H%M%S|%H%M")
"""Time in a form of a date: its number of characters equals the number of digits of such a time."""
_WORD = re.compile(r" ?(?:uhr|hrs|h)\Z", re.I)


@lru_cache(maxsize=100_000)
def joined(date: str, time: str, setting: str = "") -> str:
    """Return the text of a date with the time of day of another column. setting: as of `Dates`.

    A date at midnight has no time of its own. Digits read by a form may lack their leading zeros. Raises BadDate if the
    date and the column have different times.
    """
    date, time = cleaned(date), cleaned(time)
    if not time:
        return date
    if not setting or setting in WORDS:
        time = _plain(time, date)
    elif time.isdecimal() and (digits := _DIGITS.search(setting)):
        time = time.zfill(len(digits[0]))  # spreadsheets remove leading zeros
    if match := _MIDNIGHT.search(date):
        return f"{date[: match.start()]} {time}{match['zone'] or ''}"
    own_clock = _clock(date)
    if own_clock and own_clock != _clock(time):
        raise BadDate(TWO_TIMES)
    return date if own_clock else f"{date} {time}"


def _plain(time: str, date: str) -> str:
    time = _WORD.sub("", _NO_DAY.sub("", time))
    return time if date.isdecimal() else _SIX_DIGITS.sub(r"\1:\2:\3", time) if len(time) == 6 else time


def _clock(text: str) -> tuple[int, int] | None:
    """Return (hour, minute) of a text."""
    if (match := _CLOCK.search(text)) is None:
        return None
    hour, half = int(match[1]), (match[3] or "").lower()
    return (hour % 12 + 12 * (half == "p") if half else hour), int(match[2])
