"""Dates and times as exports write them, in the time zone they are written in.

Year first, and day first with points (03.04.2024), are unambiguous. Slashes and dashes may be day first or month first:
a value beyond 12 in the column settles it, otherwise the user has to choose. Numbers of seconds since 1970 are read
only if the user says so. Times are not converted; if offsets from UTC differ within a file, they are converted to the
first.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from layout.tabular.signs import BadText, clean

YEARS = range(1971, 2101)
"""Accepted years of a date: empty dates are exported as 1900, 1970 or 9999."""
KNOWN = "2024-03-31 09:15, 2024-03-31T09:15:30+02:00, 31.03.2024 09:15, 2024-03-31"
"""Forms that are read without a setting."""
WORDS = ("epoch_s", "epoch_ms", "dayfirst", "monthfirst")
"""Settings other than a form such as "%m/%d/%Y %H:%M"."""
UNREADABLE, UNSETTLED, IMPLAUSIBLE = "can't be read", "may be day or month first", "is of an implausible year"

_TIME = (
    r"(?:(?:t|,? +)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?)? ?(?P<zone>z|[+-]\d\d(?::?\d\d)?)?"
)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_TIME}", re.ASCII | re.I)
_YEAR_LAST = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<sign>[-/.])(?P<two>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}){_TIME}", re.ASCII | re.I
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:[t ]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d))?)?",
    re.ASCII | re.I,
)
_EPOCH = re.compile(r"(\d{1,13})(?:\.(\d{1,9}))?", re.ASCII)
_GUESSES = (
    "%d.%m.%y %H:%M", "%d.%m.%y", "%d %b %Y %H:%M", "%d %b %Y", "%d-%b-%Y %H:%M", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y",
    "%d. %B %Y", "%B %d, %Y", "%d/%m/%y %H:%M", "%d/%m/%y", "%m/%d/%y %H:%M", "%m/%d/%y", "%H:%M %d.%m.%Y",
    "%d.%m.%Y %H.%M", "%Y-%m-%d %H.%M", "%a, %d %b %Y %H:%M:%S", "%d.%m.%Y %H%M", "%d.%m.%Y %H%M%S", "%Y-%m-%d %H%M",
    "%Y-%m-%d %H%M%S", "%Y%m%d %H%M", "%Y%m%d %H%M%S",
)  # fmt: skip
"""Forms proposed in a message for a value that they fit."""
_ENOUGH = 100_000
"""Most dates that are cached."""


class BadDate(ValueError):
    """A date whose text is UNREADABLE, UNSETTLED or IMPLAUSIBLE."""


class Dates(dict[str, datetime]):
    """{text: moment}, parsed on demand. setting: "", one of WORDS, or a form of strptime.

    zones: {offset or None: first text that has it}.
    """

    def __init__(self, setting: str = "") -> None:
        super().__init__()
        self.setting = setting
        self.zones: dict[timedelta | None, str] = {}
        self._order = setting if setting in ("dayfirst", "monthfirst") else ""

    def __missing__(self, text: str) -> datetime:
        """Parse a text. Raises BadDate."""
        moment, zone = self._read(text)
        self.zones.setdefault(zone, text)
        if zone is not None:
            moment += next(first for first in self.zones if first is not None) - zone
        if len(self) < _ENOUGH:
            self[text] = moment
        return moment

    def settle(self, texts: Iterable[str]) -> str:
        """Determine whether day or month comes first in a column with slashes or dashes; return "" if no value settles
        it.

        Does nothing if a setting gives it already.
        """
        if self.setting:
            return ""
        parts = [found for text in texts if (found := _YEAR_LAST.fullmatch(text.strip())) and found["sign"] != "."]
        days = any(int(found["one"]) > 12 for found in parts)
        months = any(int(found["two"]) > 12 for found in parts)
        self._order = "" if days == months else "dayfirst" if days else "monthfirst"
        return self._order

    def notices(self) -> Iterator[str]:
        """Yield notices about the column: the order that a value settled, and differing offsets."""
        if self._order and not self.setting:
            yield f"dates with slashes or dashes are read {self._order[:-5]} first, as values beyond 12 show"
        offsets = [zone_text(zone) for zone in self.zones if zone is not None]
        if len(offsets) > 1:
            yield f"times have several offsets from UTC ({', '.join(offsets)}) and are converted to the first"
        if offsets and None in self.zones:
            without = self.zones[None].strip()
            yield f"times without an offset from UTC, such as {without}, are taken to be at {offsets[0]} as others are"

    def _read(self, text: str) -> tuple[datetime, timedelta | None]:
        try:
            text = clean(text)
        except BadText:
            raise BadDate(UNREADABLE) from None
        try:
            moment, zone = self._parsed(text)
        except BadDate:
            raise
        except (ValueError, OverflowError):
            raise BadDate(UNREADABLE) from None
        if moment.year not in YEARS:
            raise BadDate(IMPLAUSIBLE)
        return moment, zone

    def _parsed(self, text: str) -> tuple[datetime, timedelta | None]:
        if self.setting in ("epoch_s", "epoch_ms"):
            return _since_1970(text, 1 if self.setting == "epoch_s" else 1000), None
        if self.setting and not self._order:
            moment = datetime.strptime(text, self.setting)
            return moment.replace(tzinfo=None), moment.utcoffset()
        if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
            return _moment(match, int(match["month"]), int(match["day"])), _zone(match)
        match = _YEAR_LAST.fullmatch(text)
        if match is None:
            raise BadDate(UNREADABLE)
        order = self._order if self.setting or match["sign"] != "." else "dayfirst"
        if not order:
            raise BadDate(UNSETTLED)
        day, month = (match["one"], match["two"]) if order == "dayfirst" else (match["two"], match["one"])
        return _moment(match, int(month), int(day)), _zone(match)


def is_dated(text: str) -> bool:
    """Return whether a text looks like a date, whatever its form."""
    return any(form.fullmatch(text) for form in (_YEAR_FIRST, _YEAR_LAST, _COMPACT)) or bool(proposal(text))


def proposal(text: str) -> str:
    """Return the setting that would read a value, "" if none is known."""
    if match := _EPOCH.fullmatch(text):
        return {10: "epoch_s", 13: "epoch_ms"}.get(len(match[1]), "")
    if (match := _YEAR_LAST.fullmatch(text)) and match["sign"] != ".":
        return "dayfirst"
    for form in _GUESSES:
        try:
            datetime.strptime(text, form)
        except ValueError:
            continue
        return form
    return ""


def fault_of(setting: str) -> str:
    """Return the fault of a setting, as the end of a sentence, or ""."""
    if not setting or setting in WORDS:
        return ""
    sample = datetime(2024, 11, 30, 21, 45)
    try:
        parsed = datetime.strptime(sample.strftime(setting), setting)
    except (ValueError, re.error):
        return "is no form of a date"
    return "" if parsed.replace(tzinfo=None).date() == sample.date() else "doesn't say year, month and day"


def zone_text(zone: timedelta | None) -> str:
    """Return an offset as +02:00."""
    minutes = round((zone or timedelta()).total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _moment(match: re.Match[str], month: int, day: int) -> datetime:
    parts = match.groupdict(default="")
    hour = int(parts.get("hour") or 0)
    if half := parts.get("half", "").lower():
        if not 1 <= hour <= 12:
            raise BadDate(UNREADABLE)
        hour = hour % 12 + 12 * (half == "p")
    part = int((parts.get("part") or "0").ljust(6, "0")[:6])
    return datetime(int(match["year"]), month, day, hour, int(parts["minute"] or 0), int(parts["second"] or 0), part)


def _zone(match: re.Match[str]) -> timedelta | None:
    text = match.groupdict().get("zone")
    if not text:
        return None
    if text in "zZ":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        raise BadDate(UNREADABLE)
    return (1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes)


def _since_1970(text: str, a_second: int) -> datetime:
    match = _EPOCH.fullmatch(text)
    if match is None:
        raise BadDate(UNREADABLE)
    return datetime(1970, 1, 1) + timedelta(seconds=float(text) / a_second)
