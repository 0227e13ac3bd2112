"""Read files that a user or another file names.

Only regular files are read, because a device or a pipe may never end, and only up to a limit, however small they are
when packed. Any refusal by the system is an InputError that names the file.
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
    """Most MiB of a file once unpacked, and most bytes of a line; None: a line may be as long as the file."""

    mib: int
    line: int | None = None


TOML = Limit(8, 1 << 20)
"""Settings, layouts and keys. A drawing of 2,000 × 4,000 cells fits."""
JSON = Limit(32)
"""Reports and main files of league problems. Lists take twenty times their text in memory."""
MAP = Limit(64, 1 << 16)
"""Maps of other tools. The link supports floors of up to 65,536 columns."""
ENTRIES = Limit(64, 1 << 20)
"""Starts and tasks of league problems."""
TABLE = Limit(256, 1 << 20)
"""CSV. About four million lines; reading takes six times its size in memory."""

_PIECE = 1 << 20
_UNPACKING_BYTES = 128 << 20
"""Most memory of an .xz unpacker: xz -9 needs 65 MiB, and a file may request 4 GiB."""
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_BINARY", "O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK"))
"""Flags for opening a file. Without O_NONBLOCK opening a pipe would wait for its writer."""


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn errors of the system or an unpacker in the block into an InputError about `path`."""
    try:
        yield
    except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error) as error:  # ValueError: a NUL in the path
        raise unreadable(path, error) from error


def open_file(path: Path) -> BinaryIO:
    """Open a regular file. Raises InputError for a folder, a device, a pipe, and a file that cannot be read."""
    with reading(path):
        descriptor = os.open(path, _FLAGS)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        what = "is a folder" if stat.S_ISDIR(mode) else "is no regular file"
        raise InputError.single(shown(path), "", what, "name a file")
    return os.fdopen(descriptor, "rb")


def read_bytes(path: Path, limit: Limit) -> bytes:
    """Return the content of a file, unpacked if it ends in .gz or .xz. Raises InputError also if that exceeds the
    limit.
    """
    unpack = _UNPACKERS.get(path.suffix.lower(), _plain)
    data, begin = bytearray(), 0
    with open_file(path) as file, reading(path):
        for piece in unpack(file):
            data += piece
            if len(data) > limit.mib << 20:
                raise InputError.single(shown(path), "", f"has more than {limit.mib} MiB", "files are read as a whole")
            begin = _checked_lines(path, data, begin, limit.line)
    return bytes(data)


def read_text(path: Path, limit: Limit) -> str:
    """Return the text of a UTF-8 file, with its line ends. Raises InputError as `read_bytes` does, and for other
    encodings.
    """
    try:
        return read_bytes(path, limit).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError.single(shown(path), "", "is not UTF-8 text", "save it as UTF-8") from error


def fingerprint(path: Path, size: int = 64) -> bytes:
    """Return the BLAKE2b digest, `size` bytes, of a file as it is on disk, reading it in pieces."""
    digest = blake2b(digest_size=size)
    with open_file(path) as file, reading(path):
        for piece in _plain(file):
            digest.update(piece)
    return digest.digest()


def _checked_lines(path: Path, data: bytearray, begin: int, most: int | None) -> int:
    """Return the start of the last line that may still be too long; before `begin` all are checked."""
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
    """Yield the data of one stream after another. lzma.open sets no memory limit."""
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
