"""Positions in the text of a TOML file, so that one item can be changed and everything else is kept.

The text is valid TOML 1.0 (https://toml.io/en/v1.0.0), because tomllib has read it. Keys inside an inline table are not
found, and a key is identified by its written name, without quotes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' + r"|'''.*?'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'", re.DOTALL
)
_PART = re.compile(r"[^\s\"'#=.\[\]]+|" + _STRING.pattern, re.DOTALL)
Edit = tuple[int, int, str]
"""Characters from … to are replaced by a text; the same number twice inserts it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One header or one `key = value`, by characters of the text.

    table: its header, "" above the first. number: of that header in the file, from 0, -1 above the first. key: "" for
    the header itself. start, end: its lines, with blanks and comment. value: from … to, without blanks.
    """

    table: str
    number: int
    key: str
    start: int
    end: int
    value: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        """The key with its table's name."""
        return f"{self.table}.{self.key}".strip(".")


def statements(text: str) -> Iterator[Statement]:
    """Yield all headers and keys in the order of the text."""
    at, table, number = 0, "", -1
    while at < len(text):
        start, at = at, _after_blanks(text, at)
        if text[at : at + 1] in ("", "\n", "#"):
            at = _line_end(text, at)
            continue
        if text[at] == "[":
            table, number = _name(text, at, "]"), number + 1
            at = _line_end(text, _value_end(text, at))
            yield Statement(table, number, "", start, at)
            continue
        begin = _after_blanks(text, _key_end(text, at) + 1)
        end = _value_end(text, begin)
        key, at = _name(text, at, "="), _line_end(text, end)
        yield Statement(table, number, key, start, at, (begin, begin + len(text[begin:end].rstrip())))


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with all edits made. They must not overlap; those at one place come in the order given."""
    parts, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:1]):
        parts += [text[at:start], new]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _after_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r"):
        at += 1
    return at


def _line_end(text: str, at: int) -> int:
    """Return the position after the line's end."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _key_end(text: str, at: int) -> int:
    """Return the position of the = after a key."""
    while text[at] != "=":
        string = _STRING.match(text, at) if text[at] in "\"'" else None
        at = string.end() if string else at + 1
    return at


def _name(text: str, at: int, stop: str) -> str:
    """Return the parts of a key or of a header's name, joined by dots."""
    parts = []
    while text[at] == "[":
        at += 1
    while text[at] != stop:
        part = _PART.match(text, at)
        parts += [part[0].strip("\"'")] if part else []
        at = part.end() if part else at + 1
    return ".".join(parts)


def _value_end(text: str, at: int) -> int:
    """Return the position after a value, which ends with its line or at a comment, unless brackets are open."""
    depth = 0
    while at < len(text):
        sign = text[at]
        if sign in "\"'" and (string := _STRING.match(text, at)):
            at = string.end()
            continue
        depth += (sign in "[{") - (sign in "]}")
        if sign == "#":
            if not depth:
                return at
            at = _line_end(text, at)
            continue
        if sign == "\n" and not depth:
            return at
        at += 1
    return at
