"""Moments of a run as users write them: a tick, or a time of day."""

import re

from layout.time_units import DAY_S
from robots.recording.frames import Header

FORMS = "a tick, or a time of day like 08:44, 08:44:10 or day 2 00:10"
_CLOCK = re.compile(r"(?:day\s*(\d+)\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?")


def tick_of_moment(header: Header, text: str) -> int | None:
    """Return the tick of "690", "08:44", "08:44:10" or "day 2 00:10", inside the run or not; None if it is no moment.

    Without a day it is the first time after the run's beginning that the clock shows so.
    """
    words = " ".join(text.split())
    if words.isascii() and words.isdigit() and len(words) <= 18:
        return int(words)
    match = _CLOCK.fullmatch(words)
    if match is None:
        return None
    day, hour, minute, second = (int(part or 0) for part in match.groups())
    if hour > 23 or minute > 59 or second > 59 or match[1] == "0":
        return None
    since = (day - 1 if day else 0) * DAY_S + hour * 3600 + minute * 60 + second - header.start_s
    since += DAY_S if since < 0 and not day else 0
    return round(since / header.tick_s)
