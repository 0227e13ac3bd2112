"""Record files (`*.pfr`): a run as an append-only stream of msgpack maps, readable while it is written.

    {"k": "header", "header": Header}
    {"k": "chunk", "tick": first, "n": ticks, "robots": …, "stations": …, "pods": …, "counts": …, "events": …}   repeated
    {"k": "end", "summary": {…}}
    {"k": "index", "chunks": [[first tick, byte offset], …]}, then its own offset as 8 bytes behind MAGIC

What is in a chunk, see chunk.py; each map has a checksum, see record_parts.py. A file torn by a crash ends at its
last whole chunk.
"""

import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from layout.errors import InputError
from layout.files.reading import open_file
from layout.files.writing import unwritable, writing
from robots.recording.chunk import DAMAGE, MOST_VALUES, Brief, Chunk, Moves, Part, Tally, pack
from robots.recording.events import AnyEvent, Event
from robots.recording.frames import ROBOT_DTYPE, Frame, Header
from robots.recording.record_parts import ChunkPart, EndPart, HeaderPart, IndexPart, Span, packed_part, parts_of
from robots.recording.record_parts import Part as RawPart

VERSION = 2
READABLE = (1, VERSION)
MAGIC = b"pfr-index"
CHUNK_TICKS = 100
"""Ticks a chunk: a seek decodes one chunk, so 100 keeps it in milliseconds and still deflates well."""
_CHUNK_EVENTS = 200_000
"""Events after which a chunk ends early, so that its readers need no more than MOST_EVENT_BYTES."""
_CACHED_CHUNKS = 8
_CACHED_BYTES = 512 << 20
"""Bytes above which fewer chunks are cached, but at least one."""
_CACHED_BRIEFS = 16
"""Chunks cached: enough for 1,000 ticks of events and 15-minute rates."""
_FOOT_BYTES = 8 + len(MAGIC)

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
        self._most_ticks = max(1, min(CHUNK_TICKS, MOST_VALUES // max(header.robots, header.pods, 1)))
        with writing(path):
            self._file: BinaryIO = path.open("wb")
        self._keep(packed_part({"k": "header", "header": msgspec.to_builtins(header)}))

    def add(self, frame: Frame, events: Sequence[Event]) -> None:
        """Add one tick."""
        self._frames.append(frame)
        self._events.extend(events)
        if len(self._frames) == self._most_ticks or len(self._events) >= _CHUNK_EVENTS:
            self._flush()

    def finish(self, summary: dict[str, object]) -> None:
        self._flush()
        self._keep(packed_part({"k": "end", "summary": summary}))
        index = packed_part({"k": "index", "chunks": self._index})
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
        """Close the file after its last complete part. Its remaining buffer can't be written, and closing raises that again."""
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
        self._keep(packed_part(pack(frames, events)))
        self._index.append((frames[0].tick, start))


class Record:
    """A record file open for reading. It may still be growing: `refresh` reads on.

    Raises InputError if the file is missing or is no record; so do `frame` and `events` where it is damaged. What comes after
    the last part that is whole is left out: `lost` says so.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._file = open_file(self._path)
        self._cache: OrderedDict[int, Chunk] = OrderedDict()
        self._briefs: OrderedDict[int, Brief] = OrderedDict()
        self._chunks: list[tuple[int, int]] = []
        self._lengths: list[int] = []
        self._head = self._scanned = 0
        self.summary: dict[str, object] | None = None
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

    @property
    def lost(self) -> str:
        """Return a text about the unreadable part of the file; "" if all is readable. In a growing record it may be a part
        still being written.
        """
        size = self._size()
        if self._scanned >= size:
            return ""
        what = f"its last {size - self._scanned:,} bytes are cut off or damaged"
        kept = (
            f"what is whole ends with tick {self.last_tick:,}" if self._chunks else "there is no whole tick before them"
        )
        return f"{what}; {kept}"

    def refresh(self) -> bool:
        """Read chunks written since the last call; return whether there were any."""
        before = len(self._chunks)
        if self._scanned == self._head and self._load_index():
            return True
        for part in parts_of(self._file, self._scanned):
            if not part.holds(self.header.version) or not (end := self._take(part)):
                break
            self._scanned = end
        return len(self._chunks) > before

    def _take(self, part: RawPart) -> int:
        """Add a part that was read, and return where it ends; 0 if it can't belong here."""
        match part.kind:
            case "chunk":
                span = part.decoded(Span)
                if span is None or (self._chunks and span.tick != self.last_tick + 1):
                    return 0
                self._chunks.append((span.tick, part.offset))
                self._lengths.append(span.n)
                return part.end
            case "end":
                end = part.decoded(EndPart)
                self.summary = end.summary if end else None
                return part.end if end else 0
            case "index" if self._foot() == part.offset:
                return part.end + _FOOT_BYTES
        return 0

    def frame(self, tick: int) -> Frame:
        """Return the frame of a tick; ticks outside the record give its first or last one. IndexError while it is empty."""
        if not self._chunks:
            raise IndexError("the record has no tick yet")
        tick = min(max(tick, self.first_tick), self.last_tick)
        chunk, number = self._chunk(tick)
        return self._guarded(number, lambda: chunk.frame(tick))

    def moves(self, tick: int) -> Moves:
        """Return the part of `frame` that shows how robots drive; only those columns are decoded."""
        if not self._chunks:
            raise IndexError("the record has no tick yet")
        tick = min(max(tick, self.first_tick), self.last_tick)
        chunk, number = self._chunk(tick)
        return self._guarded(number, lambda: chunk.moves(tick))

    def prepare_moves(self, tick: int) -> bool:
        """Decode a part of what `moves` of a tick needs. Return False once all is decoded."""
        chunk, number = self._chunk(tick)
        return self._guarded(number, chunk.prepare_moves)

    def tally(self, tick: int) -> Tally:
        """Return the part of `frame` other than robots and pods, at a fraction of the cost."""
        if not self._chunks:
            raise IndexError("the record has no tick yet")
        tick = min(max(tick, self.first_tick), self.last_tick)
        return self._brief(self._chunk_of(tick)).tally(tick)

    def events(self, first: int, last: int) -> list[AnyEvent]:
        """Return the events of ticks first … last, both included."""
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
        """Yield all chunks in order, each decoded once and not cached."""
        for number in range(len(self._chunks)):
            chunk = self._decode(number, Chunk)
            self._guarded(number, partial(getattr, chunk, "events"))
            self._guarded(number, partial(chunk.frame, chunk.first))
            yield chunk

    def _chunk_of(self, tick: int) -> int:
        return max(0, bisect_right(self._chunks, tick, key=itemgetter(0)) - 1)

    def _chunk(self, tick: int) -> tuple[Chunk, int]:
        """Return the chunk of a tick, and its number."""
        number = self._chunk_of(tick)
        most = min(_CACHED_CHUNKS, _CACHED_BYTES // (self._lengths[number] * self._frame_bytes))
        return self._kept(self._cache, number, Chunk, max(1, most)), number

    @property
    def _frame_bytes(self) -> int:
        """Return the memory cost of a frame's robots and pods, 1 without any."""
        return max(1, self.header.robots * ROBOT_DTYPE.itemsize + self.header.pods * 4)

    def _events(self, number: int) -> list[AnyEvent]:
        brief = self._brief(number)
        return self._guarded(number, lambda: brief.events)

    def _brief(self, number: int) -> Brief:
        return self._kept(self._briefs, number, Brief, _CACHED_BRIEFS)

    def _kept(self, cache: OrderedDict[int, C], number: int, kind: type[C], most: int) -> C:
        if number not in cache:
            cache[number] = self._decode(number, kind)
            while len(cache) > most:
                cache.popitem(last=False)
        cache.move_to_end(number)
        return cache[number]

    def _decode(self, number: int, kind: type[C]) -> C:
        tick, offset = self._chunks[number]
        part = next(parts_of(self._file, offset), None)
        chunk = part.decoded(ChunkPart) if part and part.holds(self.header.version) else None
        if chunk is None or (chunk.tick, chunk.n) != (tick, self._lengths[number]):
            raise self._damaged(number)
        return self._guarded(number, lambda: kind(chunk, self.header))

    def _guarded(self, number: int, read: Callable[[], T]) -> T:
        try:
            return read()
        except DAMAGE as error:
            raise self._damaged(number) from error

    def _damaged(self, number: int) -> InputError:
        return InputError.single(str(self._path), f"ticks from {self._chunks[number][0]} on", "are damaged")

    def _read_header(self) -> Header:
        part = next(parts_of(self._file, 0), None)
        found = part.decoded(HeaderPart) if part else None
        if part is None or found is None:
            right = "a .pfr file written by podfleet run --record"
            raise InputError.single(str(self._path), "", "is not a podfleet record", right)
        header = found.header
        if header.version not in READABLE:
            right = f"this podfleet reads {READABLE[0]} to {READABLE[-1]}"
            raise InputError.single(str(self._path), "header", f"version {header.version} is not known", right)
        if not part.holds(header.version):
            raise InputError.single(str(self._path), "header", "is damaged")
        self._head = self._scanned = part.end
        return header

    def _load_index(self) -> bool:
        """Read the chunks' places from the index at the file's end. Return False without one, or if it is inconsistent."""
        chunks = self._index()
        if not chunks:
            return False
        rest = [part for part in parts_of(self._file, chunks[-1][1]) if part.holds(self.header.version)]
        spans = [later - tick for (tick, _), (later, _) in pairwise(chunks)]
        last = rest[0].decoded(Span) if rest else None
        end = next((part.decoded(EndPart) for part in rest if part.kind == "end"), None)
        if last is None or end is None or min(spans, default=1) < 1:
            return False
        self._chunks, self._lengths = chunks, [*spans, last.n]
        self.summary = end.summary
        self._scanned = self._size()
        return True

    def _index(self) -> list[tuple[int, int]]:
        """Return (first tick, byte offset) of each chunk as the index says; nothing if there is none that can be right."""
        start = self._foot()
        part = next(parts_of(self._file, start), None) if self._head <= start < self._size() else None
        index = part.decoded(IndexPart) if part and part.kind == "index" and part.holds(self.header.version) else None
        offsets = [self._head - 1, *(offset for _, offset in index.chunks), start] if index else []
        return index.chunks if index and all(a < b for a, b in pairwise(offsets)) else []

    def _foot(self) -> int:
        """Return where the index begins, as the file's last bytes say; -1 if they don't."""
        self._file.seek(max(0, self._size() - _FOOT_BYTES))
        data = self._file.read(_FOOT_BYTES)
        return int.from_bytes(data[:8], "little") if data[8:] == MAGIC else -1

    def _size(self) -> int:
        return self._file.seek(0, 2)


@contextmanager
def sensible(path: Path) -> Iterator[None]:
    """Turn what a reader of figures stumbles over into an InputError: each part of a record is whole, and together they make no
    sense, as in one that was made by hand.
    """
    try:
        yield
    except (LookupError, ValueError, ArithmeticError, TypeError, AttributeError) as error:
        what = f"contradicts itself ({type(error).__name__}: {error})"
        raise InputError.single(str(path), "", what, "record the run again") from error
