"""Index of events by subject. Events are kept as the bytes they were sent in, and decoded on request.

The index has volumes of 8,192 events each. When there are 256, the oldest is dropped: two million events, about 250 MB,
at most.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator

import numpy as np
from msgspec import msgpack
from numpy.typing import NDArray

from robots.recording import supply_chain_events as ce
from robots.recording.events import AnyEvent

Subject = tuple[str, int]
"""Subject of events: ("task", 17), ("station", 2) …; a parcel has the number of its order."""

VOLUME_EVENTS = 1 << 13
VOLUMES_KEPT = 256
_KINDS = ("order", "task", "robot", "pod", "station", "cell", "trailer")
_FIELDS = {**{name: name for name in _KINDS}, "parcel": "order"}

_decode = msgpack.Decoder(AnyEvent).decode


def subjects_of(event: AnyEvent) -> list[Subject]:
    """Return the subjects of an event."""
    if isinstance(event, ce.RoutePlanned):
        return [("order", parcel) for parcel in event.parcels]
    about = ((_FIELDS[name], getattr(event, name)) for name in event.__struct_fields__ if name in _FIELDS)
    return [(kind, number) for kind, number in about if number >= 0]


class EventLog:
    """Index of events. Add them in the order of their ticks; look them up by subject."""

    def __init__(self) -> None:
        self._volumes: deque[_Volume] = deque([_Volume()], maxlen=VOLUMES_KEPT)

    def add(self, tick: int, event: bytes, about: list[Subject]) -> None:
        """Add an event. event: its msgpack. An event without a subject isn't kept."""
        if not about:
            return
        if len(self._volumes[-1]) == VOLUME_EVENTS:
            self._volumes[-1].close()
            self._volumes.append(_Volume())
        self._volumes[-1].add(tick, event, [_key(subject) for subject in about])

    def about(self, subject: Subject, first: int, last: int) -> list[AnyEvent]:
        """Return the events about a subject in ticks first … last, oldest first."""
        key = _key(subject)
        return [event for volume in self._volumes for event in volume.find(key, first, last)]

    def after(self, subject: Subject, tick: int) -> Iterator[AnyEvent]:
        """Yield the events about a subject after a tick, oldest first."""
        key, end = _key(subject), np.iinfo(np.int32).max
        return (event for volume in self._volumes for event in volume.find(key, tick + 1, end))

    def newest(self, subject: Subject, tick: int) -> Iterator[AnyEvent]:
        """Yield the events about a subject up to a tick, newest first."""
        key = _key(subject)
        return (event for volume in reversed(self._volumes) for event in volume.find(key, 0, tick, newest=True))

    def name(self, name: str, order: int) -> None:
        """Add the name of an order whose receipt was added last."""
        self._volumes[-1].names[name] = order
        self._volumes[-1].called[order] = name

    def name_of(self, order: int) -> str:
        """Return the name of an order, "" if its receipt isn't known."""
        return next((volume.called[order] for volume in reversed(self._volumes) if order in volume.called), "")

    def named(self, name: str) -> int | None:
        """Return the number of the order with a name; of several, the latest."""
        return next((volume.names[name] for volume in reversed(self._volumes) if name in volume.names), None)

    def names(self) -> Iterator[str]:
        """Yield the names of orders, the latest first."""
        return (name for volume in reversed(self._volumes) for name in reversed(volume.names))

    @property
    def nbytes(self) -> int:
        return sum(volume.nbytes for volume in self._volumes)


class _Volume:
    """A volume. _text: the events one after another. _keys, _at: subject and event of each pair, sorted by subject once
    closed.
    """

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.called: dict[int, str] = {}
        self._text = bytearray()
        self._ends = array("I", [0])
        self._ticks = array("i")
        self._keys: array[int] | NDArray[np.int64] = array("q")
        self._at: array[int] | NDArray[np.uint16] = array("H")

    def __len__(self) -> int:
        return len(self._ticks)

    @property
    def nbytes(self) -> int:
        columns = sum(len(column) * column.itemsize for column in (self._ends, self._ticks, self._keys, self._at))
        return len(self._text) + columns + sum(len(name) + 200 for name in self.names)

    def add(self, tick: int, event: bytes, keys: list[int]) -> None:
        assert isinstance(self._keys, array)  # for the type checker: closed volumes aren't added to
        assert isinstance(self._at, array)
        self._at.extend([len(self)] * len(keys))
        self._keys.extend(keys)
        self._ticks.append(tick)
        self._text += event
        self._ends.append(len(self._text))

    def close(self) -> None:
        """Sort the pairs by subject, so that subjects are found by binary search."""
        keys = np.array(self._keys, np.int64)
        order = np.argsort(keys, kind="stable")
        self._keys, self._at = keys[order], np.array(self._at, np.uint16)[order]

    def find(self, key: int, first: int, last: int, newest: bool = False) -> Iterator[AnyEvent]:
        """Yield the events of ticks first … last; positions are in the order of ticks, so both ends are found by binary
        search.
        """
        if not self._ticks or self._ticks[0] > last or self._ticks[-1] < first:
            return
        numbers = self._positions(key)
        begin = bisect_left(numbers, first, key=self._ticks.__getitem__)
        numbers = numbers[begin : bisect_right(numbers, last, lo=begin, key=self._ticks.__getitem__)]
        for number in reversed(numbers) if newest else numbers:
            yield _decode(memoryview(self._text)[self._ends[number] : self._ends[number + 1]])

    def _positions(self, key: int) -> list[int]:
        if isinstance(self._at, array):
            return [self._at[pair] for pair in np.flatnonzero(np.array(self._keys, np.int64) == key).tolist()]
        first, end = np.searchsorted(np.asarray(self._keys), [key, key + 1]).tolist()
        return list(self._at[first:end].tolist())


def _key(subject: Subject) -> int:
    return (_KINDS.index(subject[0]) << 48) + subject[1]
