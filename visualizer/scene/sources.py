"""Sources of frames and events: a record, which may still be growing, or a running floor."""

import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from layout.errors import InputError
from layout.floor import Floor
from layout.formats.toml_format import drawn_floor
from robots.recording.chunk import MOVES, Moves, Part, Tally
from robots.recording.events import AnyEvent, encode_events
from robots.recording.frames import Frame, Header
from robots.recording.live_stream import FrameSubscriber
from robots.recording.record import Record

_KEPT_BYTES = 64 << 20
_KEPT_FRAMES = 1000
_SPARSE_TICKS, _SPARSE_FRAMES = 60, 64
"""Older frames are kept one per so many ticks, for figures over the last quarter of an hour; and the number of those
kept.
"""
_EVENT_TICKS = 1200


class Source(Protocol):
    """Frames and events by tick. `last_tick` is less than `first_tick` while there is nothing to show."""

    @property
    def name(self) -> str: ...
    @property
    def header(self) -> Header: ...
    @property
    def first_tick(self) -> int: ...
    @property
    def last_tick(self) -> int: ...
    @property
    def known_from(self) -> int:
        """First tick from which all events are known: 0 if the whole run is."""

    def refresh(self) -> bool:
        """Look for new frames without waiting; return True if there are any."""

    def frame(self, tick: int) -> Frame:
        """Return the frame of a tick, or the nearest one. IndexError if there is none."""

    def events(self, first: int, last: int) -> list[AnyEvent]:
        """Return the known events of ticks first … last, both included."""

    def tally(self, tick: int) -> Tally:
        """Return a frame without robots and pods, which is much cheaper than `frame`."""

    def moves(self, tick: int) -> Moves:
        """Return the columns of a frame that robots' movement is counted from, which may be cheaper than `frame`."""

    def prepare_moves(self, tick: int) -> bool:
        """Do a part, about ten milliseconds, of the work for `moves` of a tick between first and last. Return False if
        nothing is left.
        """

    def parts(self, first: int) -> Iterator[Part]:
        """Yield the events from tick `first` on in small parts, to the present end."""

    def close(self) -> None: ...


def floor_of(header: Header, name: str) -> Floor:
    """Return the floor of a run's header. InputError, reported with the source's name, if it can't be read."""
    return drawn_floor(header.floor, name)


def moves_of(frame: Frame) -> Moves:
    """Return views into a complete frame."""
    return Moves(frame.tick, {name: frame.robots[name] for name in MOVES})


class RecordSource:
    """A record file as a source. InputError if the file is no record."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._record = Record(path)

    @property
    def header(self) -> Header:
        return self._record.header

    @property
    def lost(self) -> str:
        """Description of the part of the file that can't be read, "" if all of it can."""
        return self._record.lost

    @property
    def first_tick(self) -> int:
        return self._record.first_tick

    @property
    def last_tick(self) -> int:
        return self._record.last_tick

    @property
    def known_from(self) -> int:
        return self._record.first_tick

    def refresh(self) -> bool:
        return self._record.summary is None and self._record.refresh()

    def frame(self, tick: int) -> Frame:
        return self._record.frame(tick)

    def events(self, first: int, last: int) -> list[AnyEvent]:
        return self._record.events(first, last)

    def tally(self, tick: int) -> Tally:
        return self._record.tally(tick)

    def moves(self, tick: int) -> Moves:
        return self._record.moves(tick)

    def prepare_moves(self, tick: int) -> bool:
        return self._record.prepare_moves(tick)

    def parts(self, first: int) -> Iterator[Part]:
        return self._record.parts(first)

    def close(self) -> None:
        self._record.close()


class LiveSource:
    """A running floor as a source. It keeps its newest frames in bounded memory, and fewer of the older ones.

    wait_s: seconds that the floor may take to send its header. InputError if it doesn't.
    """

    def __init__(self, subscriber: FrameSubscriber, name: str, wait_s: float) -> None:
        self.name = name
        self.subscriber = subscriber
        self._recent: list[Frame] = []
        self._sparse: list[Frame] = []
        self._events: dict[int, list[AnyEvent]] = {}
        self._known_from = 0
        self._header = self._await_header(wait_s)

    @property
    def header(self) -> Header:
        """Header of the run; it is replaced when another run has started at the same address."""
        return self._header

    @property
    def first_tick(self) -> int:
        return self._recent[0].tick if self._recent else 0

    @property
    def last_tick(self) -> int:
        return self._recent[-1].tick if self._recent else -1

    @property
    def known_from(self) -> int:
        """First tick from which all events are known; later than the start of the run if the window was opened later.
        Losses on the way are not noticed: a floor that runs fast sends no frame for a tick without events.
        """
        return self._known_from

    def refresh(self) -> bool:
        frames, events = self.subscriber.receive()
        if self.subscriber.header is not None and self.subscriber.header is not self._header:
            self._header = self.subscriber.header
            self._forget()
        self._keep(frames, events)
        return bool(frames)

    def wait(self, wait_ms: int) -> None:
        """Wait at most `wait_ms` for a first frame."""
        end = time.monotonic() + wait_ms / 1000
        while not self._recent and (left_ms := int((end - time.monotonic()) * 1000)) > 0:
            self._keep(*self.subscriber.receive(left_ms))

    def frame(self, tick: int) -> Frame:
        if not self._recent:
            raise IndexError("the floor has sent no frame yet")
        kept = self._recent if tick >= self.first_tick or not self._sparse else self._sparse
        return kept[max(0, bisect_right(kept, tick, key=_tick) - 1)]

    def events(self, first: int, last: int) -> list[AnyEvent]:
        return [event for tick in range(first, last + 1) for event in self._events.get(tick, ())]

    def tally(self, tick: int) -> Tally:
        frame = self.frame(tick)
        return Tally(frame.tick, frame.stations, frame.counts)

    def moves(self, tick: int) -> Moves:
        return moves_of(self.frame(tick))

    def prepare_moves(self, tick: int) -> bool:  # noqa: ARG002
        return False

    def parts(self, first: int) -> Iterator[Part]:
        last = self.last_tick
        for tick in [tick for tick in self._events if first <= tick <= last]:
            events = self._events.get(tick, ())
            yield from (Part([encode_events(event)], tick - 1) for event in events)
        yield Part([], last)

    def close(self) -> None:
        self.subscriber.close()

    def _await_header(self, wait_s: float) -> Header:
        end = time.monotonic() + wait_s
        while self.subscriber.header is None:
            left_ms = int((end - time.monotonic()) * 1000)
            if left_ms <= 0:
                self.subscriber.close()
                way_out = "is it running, and does --keys name a key that it knows?"
                raise InputError.single(self.name, "", f"no floor answers within {wait_s:g} s", way_out)
            self._keep(*self.subscriber.receive(left_ms))
        return self.subscriber.header

    def _keep(self, frames: Iterable[Frame], events: Iterable[AnyEvent]) -> None:
        first: int | None = None
        for frame in frames:
            if self._recent and frame.tick < self.last_tick:
                self._forget()
            if frame.tick != self.last_tick:
                first = first if self._recent else frame.tick
                self._recent.append(frame)
                self._thin(frame)
        for event in events:
            self._events.setdefault(event.t, []).append(event)
        if first is not None:  # a floor greets with a frame alone: its tick counts only if its events have come, too
            self._known_from = first if first in self._events else first + 1
        while len(self._events) > _EVENT_TICKS:
            del self._events[next(iter(self._events))]

    def _thin(self, frame: Frame) -> None:
        """Make room for a new frame."""
        size = frame.robots.nbytes + frame.stations.nbytes + frame.pods.nbytes
        most = min(_KEPT_FRAMES, max(_KEPT_BYTES // max(size, 1), 2))
        del self._recent[: max(0, len(self._recent) - most)]
        if not self._sparse or frame.tick - self._sparse[-1].tick >= _SPARSE_TICKS:
            self._sparse.append(frame)
        del self._sparse[: max(0, len(self._sparse) - _SPARSE_FRAMES)]

    def _forget(self) -> None:
        self._recent.clear()
        self._sparse.clear()
        self._events.clear()


def _tick(frame: Frame) -> int:
    return frame.tick
