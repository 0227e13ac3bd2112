"""A graph of objects as bytes: a head with a digest, so that damage is known before anything is made of it; then msgpack."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import is_dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from controller.link.snapshot import register
from controller.link.snapshot.page import BadGraph, Page
from controller.link.snapshot.reader import Reader
from controller.link.snapshot.writer import Writer

_LEVEL = 1
"""Of zlib: higher ones take five times as long for a few percent."""
_MARK = b"podfleet graph 1"
_DIGEST, _SIZE = 16, 8
"""Bytes."""
_MOST_BYTES = 1 << 31
"""When unpacked."""


def write(objects: Sequence[object], given: object) -> bytes:
    """Objects and all that they are made of. Parts of `given` are only pointed at. NotKept for what can't be held."""
    raw = msgspec.msgpack.encode(Writer(_parts(given)).page(objects))
    packed = len(raw).to_bytes(_SIZE, "little") + zlib.compress(raw, _LEVEL)
    return _MARK + _digest(packed) + packed


def read(data: bytes, given: object) -> list[Any]:
    """The objects that were written, made anew; parts of `given` are its own. BadGraph for all other bytes."""
    raw = _unpacked(data)
    try:
        return Reader(msgspec.msgpack.decode(raw, type=Page), _parts(given)).root()
    except (MemoryError, RecursionError) as error:
        raise BadGraph("larger or deeper than this machine holds") from error
    except (msgspec.MsgspecError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise BadGraph(f"{type(error).__name__}: {error}") from error


def _unpacked(data: bytes) -> bytes:
    start = len(_MARK) + _DIGEST
    packed = data[start:]
    if data[:start] != _MARK + _digest(packed):
        raise BadGraph("these aren't the bytes that were written")
    length = int.from_bytes(packed[:_SIZE], "little")
    if length > _MOST_BYTES:
        raise BadGraph(f"{length} bytes when unpacked, {_MOST_BYTES} are the most")
    try:
        raw = zlib.decompressobj().decompress(packed[_SIZE:], length + 1)
    except zlib.error as error:
        raise BadGraph(str(error)) from error
    if len(raw) != length:
        raise BadGraph(f"doesn't unpack to the {length} bytes that it tells of")
    return raw


def _digest(packed: bytes) -> bytes:
    return blake2b(packed, digest_size=_DIGEST).digest()


def _parts(given: object) -> list[object]:
    """What of `given` graphs point at, always in the same order: itself and the objects that it is made of."""
    found: dict[int, object] = {}
    todo: list[Any] = [given]
    while todo:
        one = todo.pop()
        if isinstance(one, list | tuple):
            todo += one
        elif (names := _names(one)) and id(one) not in found:
            found[id(one)] = one
            todo += (getattr(one, name) for name in names)
    return list(found.values())


def _names(one: Any) -> Iterable[str]:
    """Attributes of a struct or a dataclass; nothing for all else."""
    if isinstance(one, msgspec.Struct):
        return one.__struct_fields__
    return register.slots_of(type(one)) if is_dataclass(one) else ()
