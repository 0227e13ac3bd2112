"""Where frames and events come from: a record, which may still be growing, or a running floor."""

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
"""Of what is older one frame in so many ticks is kept, for figures over the last quarter of an hour."""
_EVENT_TICKS = 1200


class Source(Protocol):
    """Frames by tick, events by their ticks. `last_tick` is less than `first_tick` while there is nothing to show."""

    @property
    def name(self) -> str: ...
    @property
    def header(self) -> Header: ...
    @property
    def first_tick(self) -> int: ...
    @property
    def last_tick(self) -> int: ...
    @property
    def heard_from(self) -> int:
        """The first tick that all events are known of: 0 where all of a run is."""

    def refresh(self) -> bool:
        """Look for news without waiting. True if there were any."""

    def frame(self, tick: int) -> Frame:
        """The frame of a tick, or the nearest there is. IndexError while there is none."""

    def events(self, first: int, last: int) -> list[AnyEvent]:
        """Events of ticks first … last, both included, as far as they are known."""

    def tally(self, tick: int) -> Tally:
        """What of `frame` is no robot and no pod, which costs a fraction of it."""

    def moves(self, tick: int) -> Moves:
        """What of `frame` tells how robots drive, which may cost less than it."""

    def prepare_moves(self, tick: int) -> bool:
        """Do a part, some ten milliseconds, of what `moves` of a tick from first to last needs. False if nothing is left."""

    def parts(self, first: int) -> Iterator[Part]:
        """Events from tick `first` on in small parts, to the end of what there is now."""

    def close(self) -> None: ...


def floor_of(header: Header, name: str) -> Floor:
    """The floor that a run's header carries. InputError, told as the source's, if it can't be read."""
    return drawn_floor(header.floor, name)


def moves_of(frame: Frame) -> Moves:
    """Views into a frame that is there as a whole."""
    return Moves(frame.tick, {name: frame.robots[name] for name in MOVES})


class RecordSource:
    """A record file. InputError if it is none."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._record = Record(path)

    @property
    def header(self) -> Header:
        return self._record.header

    @property
    def lost(self) -> str:
        """What of the file can't be read, "" if all of it can."""
        return self._record.lost

    @property
    def first_tick(self) -> int:
        return self._record.first_tick

    @property
    def last_tick(self) -> int:
        return self._record.last_tick

    @property
    def heard_from(self) -> int:
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
    """A running floor. Keeps its newest frames in bounded memory, thinned out the older they are.

    wait_s: how long the floor may take to send its header. InputError if it doesn't.
    """

    def __init__(self, subscriber: FrameSubscriber, name: str, wait_s: float) -> None:
        self.name = name
        self.subscriber = subscriber
        self._recent: list[Frame] = []
        self._sparse: list[Frame] = []
        self._events: dict[int, list[AnyEvent]] = {}
        self._heard_from = 0
        self._header = self._await_header(wait_s)

    @property
    def header(self) -> Header:
        """Another one after another run has begun at the same address."""
        return self._header

    @property
    def first_tick(self) -> int:
        return self._recent[0].tick if self._recent else 0

    @property
    def last_tick(self) -> int:
        return self._recent[-1].tick if self._recent else -1

    @property
    def heard_from(self) -> int:
        """Later than the run's beginning if the window was opened later. What is lost on the way is not noticed: a floor
        that runs fast sends no frame for a tick without events."""
        return self._heard_from

    def refresh(self) -> bool:
        frames, events = self.subscriber.receive()
        if self.subscriber.header is not None and self.subscriber.header is not self._header:
            self._header = self.subscriber.header
            self._forget()
        self._keep(frames, events)
        return bool(frames)

    def wait(self, wait_ms: int) -> None:
        """Wait up to so long for a first frame."""
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
            self._heard_from = first if first in self._events else first + 1
        while len(self._events) > _EVENT_TICKS:
            del self._events[next(iter(self._events))]

    def _thin(self, frame: Frame) -> None:
        """Make room for a frame that has come."""
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
