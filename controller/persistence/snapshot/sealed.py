"""Sealed bytes in a store: nothing is read from them before mark, digest and size are verified."""

import zlib
from hashlib import blake2b

_LEVEL = 1
"""zlib level: higher ones take five times as long for a few percent."""
_DIGEST, _SIZE = 16, 8
"""Lengths in bytes."""
_MOST_BYTES = 1 << 31
"""Largest unpacked size in bytes."""


class BadSeal(ValueError):
    """Bytes that differ from those that were written."""


def seal(mark: bytes, raw: bytes) -> bytes:
    """Return bytes sealed under a mark, which names their kind and format."""
    packed = len(raw).to_bytes(_SIZE, "little") + zlib.compress(raw, _LEVEL)
    return mark + _digest(packed) + packed


def unseal(mark: bytes, data: bytes) -> bytes:
    """Return the bytes sealed under this mark. BadSeal for any others."""
    start = len(mark) + _DIGEST
    packed = data[start:]
    if data[:start] != mark + _digest(packed):
        raise BadSeal("these aren't the bytes that were written")
    length = int.from_bytes(packed[:_SIZE], "little")
    if length > _MOST_BYTES:
        raise BadSeal(f"{length} bytes when unpacked, {_MOST_BYTES} are the most")
    try:
        raw = zlib.decompressobj().decompress(packed[_SIZE:], length + 1)
    except zlib.error as error:
        raise BadSeal(str(error)) from error
    if len(raw) != length:
        raise BadSeal(f"doesn't unpack to the {length} bytes that it declares")
    return raw


def _digest(packed: bytes) -> bytes:
    return blake2b(packed, digest_size=_DIGEST).digest()
