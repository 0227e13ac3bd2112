"""The parts of a record file: msgpack maps, one after another, each with a checksum of its own bytes as its last key.

A file may have been cut, damaged, or made to do harm. So no size that it states is believed: a part is whole if all its bytes
are there, its checksum holds, and what it says keeps to limits; memory is taken after that.
"""

from collections.abc import Iterator
from typing import Annotated, BinaryIO, NamedTuple, TypeVar
from zlib import crc32

import msgpack
import msgspec
from msgspec import Meta, Struct

from robots.recording.frames import Header

CHECKED_SINCE = 2
"""Version of the first records that have checksums."""
MOST_TICKS = 10_000
"""Most ticks in a chunk."""
_MOST_BYTES = 256 << 20
"""Most bytes of a part. A chunk of 10,000 robots has about five million."""
_MOST_SUMMARY_BYTES = 4 << 20
_READ_BYTES = 1 << 20
_SUM = b"\xa3crc\xce"
"""Packed form of the last key and the type of its value, a 32-bit number."""
_MAPS = frozenset((*range(0x80, 0x90), 0xDE, 0xDF))
"""First bytes of msgpack's maps."""

Tick = Annotated[int, Meta(ge=0, lt=1 << 53)]
Offset = Annotated[int, Meta(ge=0, lt=1 << 53)]
Columns = dict[str, bytes]


class HeaderPart(Struct, frozen=True):
    header: Header


class Span(Struct, frozen=True):
    """Part of a chunk that says where it belongs."""

    tick: Tick
    n: Annotated[int, Meta(ge=1, le=MOST_TICKS)]


class ChunkPart(Span, frozen=True):
    """Chunk in its packed form, see robots/recording/chunk.py."""

    robots: Columns
    stations: Columns
    pods: bytes
    names: Annotated[list[str], Meta(max_length=1_000)]
    counts: bytes
    planner_ms: bytes
    events: bytes


class IndexPart(Struct, frozen=True):
    """chunks: (first tick, byte offset) each."""

    chunks: Annotated[list[tuple[Tick, Offset]], Meta(max_length=1 << 20)]


class EndPart(Struct, frozen=True):
    summary: dict[str, object] | None = None


class _Kind(Struct, frozen=True):
    k: str = ""


class Part(NamedTuple):
    """Bytes of a file from `offset` to `end`, which are a whole map."""

    offset: int
    end: int
    data: bytes

    @property
    def kind(self) -> str:
        """Return the value of its key "k", "" if there is none."""
        found = self.decoded(_Kind)
        return found.k if found else ""

    def decoded(self, kind: "type[S]") -> "S | None":
        """Return the part as one of the types above; None if it is none, or exceeds a limit."""
        if kind is EndPart and len(self.data) > _MOST_SUMMARY_BYTES:
            return None
        try:
            return msgspec.msgpack.decode(self.data, type=kind)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    def holds(self, version: int) -> bool:
        """Tell whether its checksum is right. Parts of older records have none."""
        if self.data[-9:-4] != _SUM:
            return version < CHECKED_SINCE
        return crc32(self.data[:-4]) == int.from_bytes(self.data[-4:], "big")


S = TypeVar("S", bound=Struct)


def packed_part(part: dict[str, object]) -> bytes:
    """Return the bytes of a part, with its checksum."""
    packed: bytes = msgpack.packb({**part, "crc": 0xFFFFFFFF})
    return packed[:-4] + crc32(packed[:-4]).to_bytes(4, "big")


def parts_of(file: BinaryIO, start: int) -> Iterator[Part]:
    """Yield complete maps from byte `start` on; end at anything else, and where the file is cut."""
    source = _From(file, start)
    unpacker = msgpack.Unpacker(source, read_size=_READ_BYTES, max_buffer_size=_MOST_BYTES)
    offset = start
    while True:
        try:
            unpacker.skip()
        except (msgpack.UnpackException, ValueError):
            return
        end = start + unpacker.tell()
        file.seek(offset)
        data = file.read(end - offset)
        if len(data) < end - offset or data[0] not in _MAPS:
            return
        yield Part(offset, end, data)
        offset = end


class _From:
    """Reader of a file from a byte on, independent of other readers' positions."""

    def __init__(self, file: BinaryIO, at: int) -> None:
        self._file, self._at = file, at

    def read(self, size: int) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(size)
        self._at += len(data)
        return data
