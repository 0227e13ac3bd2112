"""Reading files: the one way to what a user names, or another file names.

Regular files only, as a device or a pipe may never end; and no more than a limit of them, however small they are while packed.
Whatever the system refuses is an InputError that names the file.
"""

import gzip
import lzma
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from layout.errors import InputError
from layout.files.near_names import shown, unreadable


@dataclass(frozen=True, slots=True)
class Limit:
    """Most MiB of a file once it is unpacked, and most bytes of a line; None: a line may be as long as the file."""

    mib: int
    line: int | None = None


TOML = Limit(8, 1 << 20)
"""Settings, layouts and keys. A drawing of 2,000 × 4,000 cells fits."""
JSON = Limit(32)
"""Reports and heads of league problems. Lists make memory of twenty times their text."""
MAP = Limit(64, 1 << 16)
"""Maps of other tools. The link knows floors of up to 65,536 columns."""
ENTRIES = Limit(64, 1 << 20)
"""Starts and tasks of league problems."""
TABLE = Limit(256, 1 << 20)
"""CSV. About four million lines; while it is read it takes six times its size."""

_PIECE = 1 << 20
_UNPACKING_BYTES = 128 << 20
"""Most memory of an .xz unpacker: xz -9 needs 65 MiB, and a file may ask for 4 GiB."""
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_BINARY", "O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK"))
"""Without O_NONBLOCK opening a pipe waits for its writer."""


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the system or an unpacker refuses in the block into an InputError about `path`."""
    try:
        yield
    except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error) as error:  # ValueError: a NUL in the path
        raise unreadable(path, error) from error


def open_file(path: Path) -> BinaryIO:
    """Open a regular file. InputError for a folder, a device, a pipe, and what can't be read."""
    with reading(path):
        descriptor = os.open(path, _FLAGS)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        what = "is a folder" if stat.S_ISDIR(mode) else "is no regular file"
        raise InputError.single(shown(path), "", what, "name a file")
    return os.fdopen(descriptor, "rb")


def read_bytes(path: Path, limit: Limit) -> bytes:
    """Return what a file holds; one that ends in .gz or .xz is unpacked. InputError if that is more than the limit, too."""
    unpack = _UNPACKERS.get(path.suffix.lower(), _plain)
    data, begin = bytearray(), 0
    with open_file(path) as file, reading(path):
        for piece in unpack(file):
            data += piece
            if len(data) > limit.mib << 20:
                raise InputError.single(shown(path), "", f"has more than {limit.mib} MiB", "it is read as a whole")
            begin = _checked_lines(path, data, begin, limit.line)
    return bytes(data)


def read_text(path: Path, limit: Limit) -> str:
    """Return a file of UTF-8, line ends as they are. InputError as above, and for other bytes."""
    try:
        return read_bytes(path, limit).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError.single(shown(path), "", "is not UTF-8 text", "save it as UTF-8") from error


def fingerprint(path: Path, size: int = 64) -> bytes:
    """Return the BLAKE2b digest of a file as it is on disk, `size` bytes. However long the file is, it needs little memory."""
    digest = blake2b(digest_size=size)
    with open_file(path) as file, reading(path):
        for piece in _plain(file):
            digest.update(piece)
    return digest.digest()


def _checked_lines(path: Path, data: bytearray, begin: int, most: int | None) -> int:
    """Return where the last line begins that may still be too long; before `begin` all are checked."""
    while most is not None and len(data) - begin > most:
        end = max(data.rfind(sign, begin, begin + most + 1) for sign in (b"\n", b"\r"))
        if end < 0:
            where = f"line {len(data[:begin].splitlines()) + 1}"
            raise InputError.single(shown(path), where, f"is longer than {most:,} bytes", "is it another kind of file?")
        begin = end + 1
    return begin


def _plain(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _gzip(file: BinaryIO) -> Iterator[bytes]:
    with gzip.open(file) as unpacked:
        while piece := unpacked.read(_PIECE):
            yield piece


def _xz(file: BinaryIO) -> Iterator[bytes]:
    """One stream after another. lzma.open sets no limit of memory."""
    while packed := file.read(_PIECE):
        while packed := packed.lstrip(b"\0"):  # streams may be padded
            unpacker = lzma.LZMADecompressor(memlimit=_UNPACKING_BYTES)
            while not unpacker.eof:
                yield unpacker.decompress(packed, _PIECE)
                packed = file.read(_PIECE) if unpacker.needs_input else b""
                if unpacker.needs_input and not packed:
                    raise EOFError("Compressed file ended before the end-of-stream marker was reached")
            packed = unpacker.unused_data


_UNPACKERS: Mapping[str, Callable[[BinaryIO], Iterator[bytes]]] = {".gz": _gzip, ".xz": _xz}
