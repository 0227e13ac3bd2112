"""Record files (`*.pfr`): a run as an append-only stream of msgpack maps, readable while it is written.

    {"k": "header", "header": Header}
    {"k": "chunk", "tick": first, "n": ticks, "robots": …, "stations": …, "pods": …, "counts": …, "events": …}   repeated
    {"k": "end", "summary": {…}}
    {"k": "index", "chunks": [[first tick, byte offset], …]}, then its own offset as 8 bytes behind MAGIC

What is in a chunk, see robots/chunk.py. A file torn by a crash ends at its last whole chunk.
"""

import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar

import msgpack
import msgspec
from msgspec import Meta

from layout.errors import InputError
from layout.near_names import unreadable
from layout.writing import unwritable, writing
from robots.chunk import DAMAGE, Brief, Chunk, Moves, Part, Tally, pack
from robots.events import AnyEvent, Event
from robots.frames import Frame, Header

VERSION = 1
MAGIC = b"pfr-index"
CHUNK_TICKS = 100
"""Ticks a chunk: a seek decodes one chunk, so 100 keeps it in milliseconds and still deflates well."""
_CACHED_CHUNKS = 8
_CACHED_BRIEFS = 16
"""So many as a thousand ticks of events, and rates over a quarter of an hour, are looked up in."""

_LAST_TICK = 1 << 53
_Tick = Annotated[int, Meta(ge=0, lt=_LAST_TICK)]

C = TypeVar("C", bound=Brief)
T = TypeVar("T")


class RecordWriter:
    """Writes a record. Use as a context manager; `finish` adds summary and index, without it the file is still whole.

    Raises InputError, once, where the disk takes no more: the record ends with the last chunk that is whole, and is closed.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self._path = path
        self._index: list[tuple[int, int]] = []
        self._frames: list[Frame] = []
        self._events: list[Event] = []
        self._whole = 0
        with writing(path):
            self._file: BinaryIO = path.open("wb")
        self._keep(self._packed({"k": "header", "header": msgspec.to_builtins(header)}))

    def add(self, frame: Frame, events: Sequence[Event]) -> None:
        """Add one tick."""
        self._frames.append(frame)
        self._events.extend(events)
        if len(self._frames) == CHUNK_TICKS:
            self._flush()

    def finish(self, summary: dict[str, Any]) -> None:
        self._flush()
        self._keep(self._packed({"k": "end", "summary": summary}))
        index = self._packed({"k": "index", "chunks": self._index})
        self._keep(index + self._whole.to_bytes(8, "little") + MAGIC)
        self.close()

    def close(self) -> None:
        if not self._file.closed:
            self._flush()
            self._file.close()

    def __enter__(self) -> "RecordWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def _packed(item: dict[str, Any]) -> bytes:
        packed: bytes = msgpack.packb(item)
        return packed

    def _keep(self, data: bytes) -> None:
        """Write something that is whole by itself, and see that the disk has it."""
        try:
            self._file.write(data)
            self._file.flush()
            self._whole += len(data)
        except OSError as error:
            self._break_off()
            raise unwritable(self._path, error) from error

    def _break_off(self) -> None:
        """Close the file after its last whole part. What is still in its buffer can't be written, and closing says so again."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            os.truncate(self._path, self._whole)

    def _flush(self) -> None:
        if not self._frames:
            return
        frames, self._frames = self._frames, []
        events, self._events = self._events, []
        start = self._whole
        self._keep(self._packed(pack(frames, events)))
        self._index.append((frames[0].tick, start))


class Record:
    """A record file open for reading. It may still be growing: `refresh` reads on.

    Raises InputError if the file is missing or is no record; so do `frame` and `events` where it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise unreadable(path, error) from error
        self._cache: OrderedDict[int, Chunk] = OrderedDict()
        self._briefs: OrderedDict[int, Brief] = OrderedDict()
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
                self._add_chunk(item, offset)
            elif item.get("k") == "end":
                self.summary = _summary_of(item)
        return len(self._chunks) > before

    def _add_chunk(self, item: dict[str, Any], offset: int) -> None:
        tick, ticks = item.get("tick"), item.get("n")
        if (
            not isinstance(tick, int)
            or not isinstance(ticks, int)
            or ticks < 1
            or not self.last_tick < tick < _LAST_TICK
        ):
            raise InputError.single(str(self._path), f"ticks after {self.last_tick}", "are damaged")
        self._chunks.append((tick, offset))
        self._lengths.append(ticks)

    def frame(self, tick: int) -> Frame:
        """Frame of a tick; ticks outside the record give its first or last one. IndexError while it is empty."""
        if not self._chunks:
            raise IndexError("the record has no tick yet")
        tick = min(max(tick, self.first_tick), self.last_tick)
        chunk, number = self._chunk(tick)
        return self._guarded(number, lambda: chunk.frame(tick))

    def moves(self, tick: int) -> Moves:
        """What of `frame` tells how robots drive, at a part of its cost, as few columns are decoded for it."""
        if not self._chunks:
            raise IndexError("the record has no tick yet")
        tick = min(max(tick, self.first_tick), self.last_tick)
        chunk, number = self._chunk(tick)
        return self._guarded(number, lambda: chunk.moves(tick))

    def prepare_moves(self, tick: int) -> bool:
        """Decode some of what `moves` of a tick within the record needs. False once all is there."""
        chunk, number = self._chunk(tick)
        return self._guarded(number, chunk.prepare_moves)

    def tally(self, tick: int) -> Tally:
        """What of `frame` is no robot and no pod, at a fraction of the cost."""
        if not self._chunks:
            raise IndexError("the record has no tick yet")
        tick = min(max(tick, self.first_tick), self.last_tick)
        return self._brief(self._chunk_of(tick)).tally(tick)

    def events(self, first: int, last: int) -> list[AnyEvent]:
        """Events of ticks first … last, both included."""
        if not self._chunks or last < self.first_tick:
            return []
        start, stop = self._chunk_of(max(first, self.first_tick)), self._chunk_of(last)
        return [
            event for number in range(start, stop + 1) for event in self._events(number) if first <= event.t <= last
        ]

    def parts(self, first: int) -> Iterator[Part]:
        """Events of the chunk of tick `first` and all after it, some at a time, for a reader who has little time at once.

        Ends where the record does; once that has grown begin anew.
        """
        if first > self.last_tick:
            return
        for number in range(self._chunk_of(first), len(self._chunks)):
            try:
                yield from self._decode(number, Brief).parts()
            except DAMAGE as error:
                raise self._damaged(number) from error

    def chunks(self) -> Iterator[Chunk]:
        """All chunks in order, each decoded once and not kept."""
        for number in range(len(self._chunks)):
            chunk = self._decode(number, Chunk)
            self._guarded(number, partial(getattr, chunk, "events"))
            self._guarded(number, partial(chunk.frame, chunk.first))
            yield chunk

    def _chunk_of(self, tick: int) -> int:
        return max(0, bisect_right(self._chunks, tick, key=itemgetter(0)) - 1)

    def _chunk(self, tick: int) -> tuple[Chunk, int]:
        """The chunk of a tick, and its number."""
        number = self._chunk_of(tick)
        return self._kept(self._cache, number, Chunk, _CACHED_CHUNKS), number

    def _events(self, number: int) -> list[AnyEvent]:
        brief = self._brief(number)
        return self._guarded(number, lambda: brief.events)

    def _brief(self, number: int) -> Brief:
        return self._kept(self._briefs, number, Brief, _CACHED_BRIEFS)

    def _kept(self, cache: OrderedDict[int, C], number: int, kind: type[C], most: int) -> C:
        if number not in cache:
            cache[number] = self._decode(number, kind)
            if len(cache) > most:
                cache.popitem(last=False)
        cache.move_to_end(number)
        return cache[number]

    def _decode(self, number: int, kind: type[C]) -> C:
        _, item = next(self._items(self._chunks[number][1]), (0, {}))
        return self._guarded(number, lambda: kind(item, self.header))

    def _guarded(self, number: int, read: Callable[[], T]) -> T:
        try:
            return read()
        except DAMAGE as error:
            raise self._damaged(number) from error

    def _damaged(self, number: int) -> InputError:
        return InputError.single(str(self._path), f"ticks from {self._chunks[number][0]} on", "are damaged")

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
        """Take the chunks from the index at the file's end. False without one, and for one that can't be right."""
        size = self._file.seek(0, 2)
        chunks = self._index_of(size)
        if not chunks:
            self._scanned = 0
            return False
        items = [item for _, item in self._items(chunks[-1][1])]
        spans = [later - tick for (tick, _), (later, _) in pairwise(chunks)]
        last = items[0].get("n") if items else None
        if not isinstance(last, int) or last < 1 or min(spans, default=1) < 1:
            self._scanned = 0
            return False
        self._chunks, self._lengths = chunks, [*spans, last]
        self.summary = next((_summary_of(item) for item in items if item.get("k") == "end"), None)
        self._scanned = size
        return True

    def _index_of(self, size: int) -> list[tuple[int, int]]:
        """Return (first tick, byte offset) of each chunk as the index says; nothing if there is none that can be read."""
        tail = len(MAGIC) + 8
        if size < tail:
            return []
        self._file.seek(size - tail)
        data = self._file.read(tail)
        start = int.from_bytes(data[:8], "little")
        if data[8:] != MAGIC or start >= size:
            return []
        _, index = next(self._items(start), (0, {}))
        try:
            return msgspec.convert(index.get("chunks"), list[tuple[_Tick, Annotated[int, Meta(ge=0, lt=size)]]])
        except msgspec.ValidationError:
            return []


def _summary_of(item: dict[str, Any]) -> dict[str, Any] | None:
    summary = item.get("summary")
    return summary if isinstance(summary, dict) else None
