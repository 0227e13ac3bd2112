"""Escape foreign text – names in files, texts from robots and clients – for each kind of reader.

There is one function for each kind of reader. JSON needs none: its writer escapes everything.
"""

import html
import logging
import re
from collections.abc import Mapping
from typing import Any, overload

_SPACES = "\u00a0\u2009\u202f"
"""Spaces in podfleet's own figures and units."""
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
"""Characters with which a spreadsheet takes a cell for a formula."""
_LONGEST_LOG_LINE = 2000
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def in_a_line(text: str, longest: int | None = None) -> str:
    r"""Return a text as part of a line in a terminal or a log: control characters are spelt out, as \x1b and \n.

    So are line ends, direction marks, and undecodable bytes of a path. longest: number of characters after which it is
    cut off.
    """
    if longest is not None:
        text = text[: longest + 1]
    if not (text.isascii() and text.isprintable()):
        text = "".join(sign if sign.isprintable() or sign in _SPACES else repr(sign)[1:-1] for sign in text)
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "…"


@overload
def drawn(value: str) -> str: ...
@overload
def drawn(value: Mapping[str, Any]) -> dict[str, Any]: ...
@overload
def drawn(value: object) -> object: ...
def drawn(value: object) -> object:
    """Return a text as drawn by a window or a plot: in one line, and without NUL, which fonts do not support.

    Tables and lists are converted text by text; other values stay.
    """
    if isinstance(value, str):
        return in_a_line(value)
    if isinstance(value, Mapping):
        return {drawn(key): drawn(entry) for key, entry in value.items()}
    return [drawn(entry) for entry in value] if isinstance(value, list | tuple) else value


def markup(text: str) -> str:
    """Return a text escaped for HTML and SVG, for content and attributes."""
    return html.escape("\n".join(map(in_a_line, text.split("\n"))))


def cell(value: object) -> object:
    """Return a value for a cell of a CSV file: a text that a spreadsheet would calculate gets an apostrophe before it.

    So does one that already has the apostrophe, so that `from_cell` restores every text. Numbers stay as they are.
    """
    if not isinstance(value, str):
        return value
    shown = in_a_line(value)
    return "'" + shown if _is_formula(shown) and not _NUMBER.fullmatch(shown) else shown


def from_cell(text: str) -> str:
    """Return the text that `cell` was given."""
    return text[1:] if text.startswith("'") and _is_formula(text[1:]) else text


def _is_formula(text: str) -> bool:
    return text.lstrip("'").startswith(tuple(_FORMULA))


class LineFormatter(logging.Formatter):
    """Format each log record as one line: no quoted text can start a second one. Tracebacks keep theirs."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return in_a_line(super().formatMessage(record), _LONGEST_LOG_LINE)
