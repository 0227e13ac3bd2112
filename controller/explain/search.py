"""Search for events in a record, a window of ticks at a time, so that a day's record needs little memory."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from robots.recording.events import Event
from robots.recording.record import Record

WINDOW = 1000
"""Ticks of events held at a time."""

E = TypeVar("E", bound=Event)


def events_between(record: Record, first: int, last: int) -> Iterator[Event]:
    """Yield the events of ticks first … last in order."""
    for start in range(max(first, record.first_tick), last + 1, WINDOW):
        yield from record.events(start, min(last, start + WINDOW - 1))


def search_back(record: Record, kind: type[E], wanted: Callable[[E], bool], last: int, *, most: int = 1) -> list[E]:
    """Return the latest `most` wanted events of a kind, up to tick `last`, oldest first."""
    events: list[E] = []
    while last >= record.first_tick and len(events) < most:
        first = max(record.first_tick, last - WINDOW + 1)
        window = [event for event in record.events(first, last) if isinstance(event, kind)]
        events = [event for event in window if wanted(event)] + events
        last = first - 1
    return events[-most:]
