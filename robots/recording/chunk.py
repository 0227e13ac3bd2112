"""A chunk of a record: some ticks' frames and events, packed in columns and deflated. Read whole, in brief, or event by event.

Columns are [ticks, things], kept as the change from tick to tick: a robot that drives on is a run of equal bytes.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice, pairwise
from typing import NamedTuple, TypeVar

import msgpack
import msgspec
import numpy as np
from numpy.typing import NDArray

from layout.arrays import Numbers
from robots.recording.events import AnyEvent, Event, decode_events, encode_events
from robots.recording.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, Header
from robots.recording.record_parts import ChunkPart

_Number = TypeVar("_Number", bound=np.generic)
DAMAGE = (zlib.error, LookupError, TypeError, ValueError, msgspec.MsgspecError, msgpack.UnpackException)
"""Exceptions that reading a damaged chunk may raise."""
MOST_VALUES = 1 << 24
"""Most values of a column: 100 ticks of 160,000 robots or pods. Writers end a chunk earlier if there are more."""
MOST_EVENT_BYTES = 64 << 20
_PART_BYTES = 64 << 10
_PART_EVENTS = 256
"""Events are read in parts of at most this size: about a millisecond each."""
_ADDED = frozenset({"people"})
"""Columns that older records don't have; 0 stands for what isn't known."""
_MANY = 200
"""Things from which on adding up tick by tick is quicker than np.cumsum along ticks, with 10,000 four times."""


class Tally(NamedTuple):
    """Part of a frame other than robots and pods. stations: STATION_DTYPE[stations]."""

    tick: int
    stations: NDArray[np.void]
    counts: dict[str, int]


class Moves(NamedTuple):
    """Part of a frame that shows how robots drive. robots: the columns MOVES of ROBOT_DTYPE by name, [robots] each."""

    tick: int
    robots: Mapping[str, Numbers]


MOVES = "cell", "heading", "state", "goal", "stopped"


class Part(NamedTuple):
    """Part of a chunk's events in order, encoded one by one. through: the last tick whose events it completes."""

    events: list[bytes]
    through: int


def pack(frames: Sequence[Frame], events: Sequence[Event]) -> dict[str, object]:
    """Map of a chunk, as stored in the record file."""
    names = list(frames[0].counts)
    return {
        "k": "chunk",
        "tick": frames[0].tick,
        "n": len(frames),
        "robots": _pack(np.stack([frame.robots for frame in frames])),
        "stations": _pack(np.stack([frame.stations for frame in frames])),
        "pods": _pack_column(np.stack([frame.pods for frame in frames])),
        "names": names,
        "counts": _pack_column(np.array([[frame.counts[name] for name in names] for frame in frames], np.int64)),
        "planner_ms": np.array([frame.planner_ms for frame in frames], np.float32).tobytes(),
        "events": zlib.compress(encode_events(events), 1),
    }


class Brief:
    """Ticks `first` … `first + ticks - 1` of a record but for robots and pods, which are most of it. Raises one of DAMAGE."""

    def __init__(self, part: ChunkPart, header: Header) -> None:
        self.first, self.ticks = part.tick, part.n
        self._stations = _unpack(part.stations, STATION_DTYPE, (self.ticks, len(header.stations)))
        self._counts = _unpack_column(part.counts, np.dtype(np.int64), (self.ticks, len(part.names)))
        self._names = part.names
        self._told = part.events

    @cached_property
    def events(self) -> list[AnyEvent]:
        events = decode_events(_inflated(self._told, MOST_EVENT_BYTES))
        if any(not 0 <= event.t < self.first + self.ticks for event in events):
            raise ValueError("an event of another time")
        return events

    def parts(self) -> Iterator[Part]:
        """Yield the events in parts, for a reader with little time at once."""
        last = self.first + self.ticks - 1
        for events in _parts(self._told):
            yield Part(events, self.first - 1)
        yield Part([], last)

    def tally(self, tick: int) -> Tally:
        row = tick - self.first
        return Tally(tick, self._stations[row], dict(zip(self._names, self._counts[row].tolist(), strict=True)))


class Chunk(Brief):
    """Ticks `first` … `first + ticks - 1` of a record. Columns are decoded when first asked for, which may raise, too."""

    def __init__(self, part: ChunkPart, header: Header) -> None:
        super().__init__(part, header)
        self._robots, self._pods_packed = header.robots, part.pods
        self._packed: dict[str, bytes] = {name: part.robots[name] for name in ROBOT_DTYPE.names or ()}
        self._columns: dict[str, Numbers] = {}
        self._pods_shape = self.ticks, header.pods
        self._planner_ms = np.frombuffer(part.planner_ms, np.float32)
        if len(self._planner_ms) != self.ticks:
            raise ValueError("not a time of the planner for each tick")

    def frame(self, tick: int) -> Frame:
        row = tick - self.first
        _, stations, counts = self.tally(tick)
        robots = np.empty(self._robots, ROBOT_DTYPE)
        for name in ROBOT_DTYPE.names or ():
            robots[name] = self._column(name)[row]
        return Frame(tick, robots, stations, self._pods[row], counts, float(self._planner_ms[row]))

    def frames(self) -> Iterator[Frame]:
        return (self.frame(self.first + row) for row in range(self.ticks))

    def moves(self, tick: int) -> Moves:
        """Return the part of `frame` that shows how robots drive, at a fraction of its cost."""
        return Moves(tick, {name: self._column(name)[tick - self.first] for name in MOVES})

    def prepare_moves(self) -> bool:
        """Decode one more column for `moves`, for a reader who has little time at once. False if all are there."""
        missing = [name for name in MOVES if name in self._packed]
        for name in missing[:1]:
            self._column(name)
        return len(missing) > 1

    @cached_property
    def _pods(self) -> NDArray[np.int32]:
        return _unpack_column(self._pods_packed, np.dtype(np.int32), self._pods_shape)

    def _column(self, name: str) -> Numbers:
        """[ticks, robots]"""
        if name in self._packed:
            self._columns[name] = _unpack_column(self._packed[name], ROBOT_DTYPE[name], (self.ticks, self._robots))
            del self._packed[name]
        return self._columns[name]


def _parts(deflated: bytes) -> Iterator[list[bytes]]:
    """The entries of a deflated msgpack array, inflated and split only as far as they are asked for."""
    inflater, unpacker = zlib.decompressobj(), msgpack.Unpacker(max_buffer_size=0)
    text, begun, left, whole = b"", 0, -1, 0
    while left:
        more = inflater.decompress(inflater.unconsumed_tail or deflated, _PART_BYTES)
        whole += len(more)
        if not more or whole > MOST_EVENT_BYTES:
            raise ValueError("the events end too early, or are too many")
        unpacker.feed(more)
        text += more
        if left < 0:
            left = unpacker.read_array_header()
            begun, text = unpacker.tell(), text[unpacker.tell() :]
        ends = list(islice(iter(partial(_skip, unpacker), 0), left))
        for some in range(0, len(ends), _PART_EVENTS):
            yield [text[a - begun : b - begun] for a, b in pairwise([begun, *ends][some : some + _PART_EVENTS + 1])]
        if ends:
            left, text, begun = left - len(ends), text[ends[-1] - begun :], ends[-1]


def _skip(unpacker: "msgpack.Unpacker") -> int:
    """Return the end of the next object, 0 if it is not complete yet."""
    try:
        unpacker.skip()
    except msgpack.OutOfData:
        return 0
    return int(unpacker.tell())


def _pack(table: NDArray[np.void]) -> dict[str, bytes]:
    assert table.dtype.names is not None  # for the type checker: both dtypes are structured
    return {name: _pack_column(table[name]) for name in table.dtype.names}


def _unpack(columns: dict[str, bytes], dtype: np.dtype[np.void], shape: tuple[int, int]) -> NDArray[np.void]:
    table = np.empty(shape, dtype)
    for name in dtype.names or ():
        known = name in columns or name not in _ADDED
        table[name] = _unpack_column(columns[name], dtype[name], shape) if known else 0
    return table


def _pack_column(column: Numbers) -> bytes:
    """[ticks, things] → deflated differences along time; the arithmetic wraps, so every value survives."""
    change = column.copy()
    np.subtract(column[1:], column[:-1], out=change[1:])
    return zlib.compress(change.tobytes(), 1)


def _inflated(data: bytes, most: int) -> bytes:
    """Inflate data. Raises one of DAMAGE if the result would exceed `most` bytes, before it is allocated."""
    inflater = zlib.decompressobj()
    inflated = inflater.decompress(data, most + 1)
    if len(inflated) > most or not inflater.eof:
        raise ValueError(f"more than {most} bytes, or a stream that doesn't end")
    return inflated


def _unpack_column(data: bytes, dtype: np.dtype[_Number], shape: tuple[int, int]) -> NDArray[_Number]:
    size = shape[0] * shape[1]
    if size > MOST_VALUES:
        raise ValueError(f"a column of {size} values")
    inflated = _inflated(data, size * dtype.itemsize)
    column = np.frombuffer(bytearray(inflated), dtype).reshape(shape)
    if shape[1] < _MANY:
        return np.cumsum(column, axis=0, dtype=dtype)
    for row in range(1, len(column)):
        column[row] += column[row - 1]
    return column
