"""Text of a file, which may be packed: decoded strictly, so that no letter is guessed."""

import codecs
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from layout.errors import InputError, Problem
from layout.files.reading import TABLE, read_bytes
from layout.tabular.form import Form

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SAVE = "save it as CSV in UTF-8"
_BINARY = re.compile(rb"\A(?:\x1f\x8b|\xfd7zXZ|\x89PNG|[^\r\n]*\0)")
"""Starts of packed files and pictures, and of anything else with a NUL in its first line."""
_LOOKED_AT = 4_096
_SHOWN = 12
"""Characters shown before a faulty byte in a message."""


class NotDecoded(InputError):
    """A file that cannot be decoded. likely: an encoding, not named by the user, to search the file for further faults."""

    def __init__(self, problems: Sequence[Problem], likely: str) -> None:
        super().__init__(problems)
        self.likely = likely


def read_text(path: Path, form: Form) -> str:
    """Return the text of a file. Raises InputError if it cannot be read, or with the line and the byte that cannot be
    decoded.
    """
    data = read_bytes(path, TABLE)
    name = form.encoding or next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    _check_kind(path, data, name, form)
    try:
        return data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        _refuse(path, data, error.start, name, form)
    except (LookupError, UnicodeError) as error:
        raise InputError.single(str(path), "", f"can't be read as {name}: {error}", _SAVE) from error


def _check_kind(path: Path, data: bytes, name: str, form: Form) -> None:
    """Refuse a file that is not text, and UTF-8 declared as another encoding."""
    if data.startswith(b"PK\x03\x04"):
        raise InputError.single(str(path), "", "is a workbook or an archive, not text", _SAVE)
    wide = name.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    if not wide and _BINARY.search(data, 0, _LOOKED_AT):
        raise InputError.single(str(path), "", "is not text", f"{_SAVE}, or as .csv.gz or .csv.xz")
    if form.encoding and not wide and not data.isascii() and not _is_utf8(form.encoding) and _decodes(data):
        what = f"is UTF-8 text, and was to be read as {form.encoding}"
        raise InputError.single(str(path), "", what, "leave the encoding out")


def _is_utf8(name: str) -> bool:
    try:
        return codecs.lookup(name).name.startswith("utf-8")
    except LookupError:
        return False


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _likely_encoding(data: bytes) -> str:
    """Return the encoding of Windows, or of its command line if the bytes cannot be the first."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "cp850"
    return "cp1252"


def _refuse(path: Path, data: bytes, at: int, name: str, form: Form) -> NoReturn:
    start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
    line = len(data[:start].splitlines()) + 1
    before = data[start:at].decode(name, errors="replace")[-_SHOWN:].lstrip("\ufeff")
    kind = "UTF-8" if name.startswith("utf-8") else name
    what = f"is not {kind}: byte 0x{data[at]:02X}" + (f" after {before!r}" if before else "")
    likely = _likely_encoding(data)
    named = form.way("encoding", likely)
    way_out = _SAVE + (f", or name its encoding: {named}" if named else "")
    raise NotDecoded([Problem(str(path), f"line {line}", what, way_out)], likely)
