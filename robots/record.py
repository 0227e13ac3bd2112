"""Record files (`*.pfr`): a run as an append-only stream of msgpack maps, readable while it is written.

    {"k": "header", "header": Header}
    {"k": "chunk", "tick": first, "n": ticks, "robots": …, "stations": …, "pods": …, "counts": …, "events": …}   repeated
    {"k": "end", "summary": {…}}
    {"k": "index", "chunks": [[first tick, byte offset], …]}, then its own offset as 8 bytes behind MAGIC

Columns of a chunk are [ticks, things], kept as the change from tick to tick and deflated: a robot that drives on is a
run of equal bytes. A file torn by a crash ends at its last whole chunk.
"""

import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import msgpack
import msgspec
import numpy as np
from numpy.typing import NDArray

from layout.errors import InputError
from robots.events import AnyEvent, Event, decode_events, encode_events
from robots.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, Header

VERSION = 1
MAGIC = b"pfr-index"
CHUNK_TICKS = 100
"""Ticks a chunk: a seek decodes one chunk, so 100 keeps it in milliseconds and still deflates well."""
_CACHED_CHUNKS = 8


class RecordWriter:
    """Writes a record. Use as a context manager; `finish` adds summary and index, without it the file is still whole."""

    def __init__(self, path: Path, header: Header) -> None:
        self._file: BinaryIO = path.open("wb")
        self._index: list[tuple[int, int]] = []
        self._frames: list[Frame] = []
        self._events: list[Event] = []
        self._write({"k": "header", "header": msgspec.to_builtins(header)})
        self._file.flush()

    def add(self, frame: Frame, events: Sequence[Event]) -> None:
        """Add one tick."""
        self._frames.append(frame)
        self._events.extend(events)
        if len(self._frames) == CHUNK_TICKS:
            self._flush()

    def finish(self, summary: dict[str, Any]) -> None:
        self._flush()
        self._write({"k": "end", "summary": summary})
        offset = self._file.tell()
        self._write({"k": "index", "chunks": self._index})
        self._file.write(offset.to_bytes(8, "little") + MAGIC)
        self.close()

    def close(self) -> None:
        if not self._file.closed:
            self._flush()
            self._file.close()

    def __enter__(self) -> "RecordWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, item: dict[str, Any]) -> None:
        self._file.write(msgpack.packb(item))

    def _flush(self) -> None:
        if not self._frames:
            return
        frames, self._frames = self._frames, []
        events, self._events = self._events, []
        names = list(frames[0].counts)
        self._index.append((frames[0].tick, self._file.tell()))
        self._write(
            {
                "k": "chunk",
                "tick": frames[0].tick,
                "n": len(frames),
                "robots": _pack(np.stack([frame.robots for frame in frames])),
                "stations": _pack(np.stack([frame.stations for frame in frames])),
                "pods": _pack_column(np.stack([frame.pods for frame in frames])),
                "names": names,
                "counts": _pack_column(
                    np.array([[frame.counts[name] for name in names] for frame in frames], np.int64)
                ),
                "planner_ms": np.array([frame.planner_ms for frame in frames], np.float32).tobytes(),
                "events": zlib.compress(encode_events(events), 1),
            }
        )
        self._file.flush()


class Chunk:
    """Ticks `first` … `first + len - 1` of a record, decoded."""

    def __init__(self, item: dict[str, Any], header: Header) -> None:
        self.first: int = item["tick"]
        self.ticks: int = item["n"]
        self._robots = _unpack(item["robots"], ROBOT_DTYPE, (self.ticks, header.robots))
        self._stations = _unpack(item["stations"], STATION_DTYPE, (self.ticks, len(header.stations)))
        self._pods = _unpack_column(item["pods"], np.dtype(np.int32), (self.ticks, header.pods))
        names = item["names"]
        self._counts = _unpack_column(item["counts"], np.dtype(np.int64), (self.ticks, len(names)))
        self._names = names
        self._planner_ms = np.frombuffer(item["planner_ms"], np.float32)
        self.events: list[AnyEvent] = decode_events(zlib.decompress(item["events"]))

    def frame(self, tick: int) -> Frame:
        row = tick - self.first
        counts = dict(zip(self._names, self._counts[row].tolist(), strict=True))
        return Frame(
            tick,
            self._robots[row],
            self._stations[row],
            self._pods[row],
            counts,
            float(self._planner_ms[row]),
        )

    def frames(self) -> Iterator[Frame]:
        return (self.frame(self.first + row) for row in range(self.ticks))


class Record:
    """A record file open for reading. It may still be growing: `refresh` reads on.

    Raises InputError if the file is missing or is no record; so do `frame` and `events` where it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise InputError.single(str(path), "", f"can't be read: {error.strerror}") from error
        self._cache: OrderedDict[int, Chunk] = OrderedDict()
        self._chunks: list[tuple[int, int]] = []
        self._lengths: list[int] = []
        self._scanned = 0
        self.summary: dict[str, Any] | None = None
        try:
            self.header = self._read_header()
            self.refresh()
        except InputError:
            self.close()
            raise

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "Record":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def first_tick(self) -> int:
        return self._chunks[0][0] if self._chunks else 0

    @property
    def last_tick(self) -> int:
        """Last tick that can be shown, one before the first while there is none."""
        return self._chunks[-1][0] + self._lengths[-1] - 1 if self._chunks else -1

    def refresh(self) -> bool:
        """Look for chunks written since the last look. True if there were any."""
        before = len(self._chunks)
        if self._scanned == 0 and self._load_index():
            return True
        for offset, item in self._items(self._scanned):
            if item.get("k") == "chunk":
                self._chunks.append((item["tick"], offset))
                self._lengths.append(item["n"])
            elif item.get("k") == "end":
                self.summary = item["summary"]
        return len(self._chunks) > before

    def frame(self, tick: int) -> Frame:
        """Frame of a tick; ticks outside the record give its first or last one. IndexError while it is empty."""
        if not self._chunks:
            raise IndexError("the record has no tick yet")
        tick = min(max(tick, self.first_tick), self.last_tick)
        return self._chunk(self._chunk_of(tick)).frame(tick)

    def events(self, first: int, last: int) -> list[AnyEvent]:
        """Events of ticks first … last, both included."""
        if not self._chunks or last < self.first_tick:
            return []
        start, stop = self._chunk_of(max(first, self.first_tick)), self._chunk_of(last)
        return [
            event
            for number in range(start, stop + 1)
            for event in self._chunk(number).events
            if first <= event.t <= last
        ]

    def chunks(self) -> Iterator[Chunk]:
        """All chunks in order, each decoded once and not kept."""
        return (self._decode(number) for number in range(len(self._chunks)))

    def _chunk_of(self, tick: int) -> int:
        starts = [first for first, _ in self._chunks]
        return max(0, int(np.searchsorted(starts, tick, side="right")) - 1)

    def _chunk(self, number: int) -> Chunk:
        if number not in self._cache:
            self._cache[number] = self._decode(number)
            if len(self._cache) > _CACHED_CHUNKS:
                self._cache.popitem(last=False)
        self._cache.move_to_end(number)
        return self._cache[number]

    def _decode(self, number: int) -> Chunk:
        first, offset = self._chunks[number]
        _, item = next(self._items(offset), (0, {}))
        try:
            return Chunk(item, self.header)
        except (zlib.error, LookupError, TypeError, ValueError, msgspec.MsgspecError) as error:
            raise InputError.single(str(self._path), f"ticks from {first} on", "are damaged") from error

    def _items(self, start: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """(offset, map) of each whole map from byte `start` on; stops at a torn tail."""
        self._file.seek(start)
        unpacker = msgpack.Unpacker(self._file, max_buffer_size=0)
        offset = 0
        try:
            for item in unpacker:
                if not isinstance(item, dict):
                    return
                yield start + offset, item
                offset = unpacker.tell()
                self._scanned = max(self._scanned, start + offset)
        except (msgpack.UnpackException, ValueError):
            return

    def _read_header(self) -> Header:
        _, item = next(self._items(0), (0, {}))
        try:
            header = msgspec.convert(item["header"], Header)
        except (KeyError, msgspec.ValidationError) as error:
            raise InputError.single(
                str(self._path),
                "",
                "is not a podfleet record",
                "a .pfr file written by podfleet run --record",
            ) from error
        if header.version != VERSION:
            raise InputError.single(str(self._path), "header", f"version {header.version} is not {VERSION}")
        self._scanned = 0
        return header

    def _load_index(self) -> bool:
        size = self._file.seek(0, 2)
        tail = len(MAGIC) + 8
        if size < tail:
            return False
        self._file.seek(size - tail)
        data = self._file.read(tail)
        if data[8:] != MAGIC:
            return False
        _, index = next(self._items(int.from_bytes(data[:8], "little")), (0, {}))
        if index.get("k") != "index" or not index["chunks"]:
            return False
        self._chunks = [(tick, offset) for tick, offset in index["chunks"]]
        items = [item for _, item in self._items(self._chunks[-1][1])]
        self._lengths = [b - a for (a, _), (b, _) in pairwise(self._chunks)] + [items[0]["n"]]
        self.summary = next((item["summary"] for item in items if item.get("k") == "end"), None)
        self._scanned = size
        return True


def _pack(table: NDArray[Any]) -> dict[str, bytes]:
    assert table.dtype.names is not None  # for the type checker: both dtypes are structured
    return {name: _pack_column(table[name]) for name in table.dtype.names}


def _unpack(columns: dict[str, bytes], dtype: np.dtype[Any], shape: tuple[int, int]) -> NDArray[Any]:
    table = np.empty(shape, dtype)
    for name in dtype.names or ():
        table[name] = _unpack_column(columns[name], dtype[name], shape)
    return table


def _pack_column(column: NDArray[Any]) -> bytes:
    """[ticks, things] → deflated differences along time; the arithmetic wraps, so every value survives."""
    change = column.copy()
    change[1:] -= column[:-1]
    return zlib.compress(change.tobytes(), 1)


def _unpack_column(data: bytes, dtype: np.dtype[Any], shape: tuple[int, int]) -> NDArray[Any]:
    change = np.frombuffer(zlib.decompress(data), dtype).reshape(shape)
    return np.cumsum(change, axis=0, dtype=dtype)
