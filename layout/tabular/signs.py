"""Normalise the text of a cell: one form of each letter, and no invisible characters."""

import unicodedata

LONGEST = 100
"""Most characters of an order's number or a SKU."""
_UNSEEN = (0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
"""Byte order marks, zero-width characters, direction marks and soft hyphens."""
_VARIANTS = range(0xFE00, 0xFE10)
_BLANKS = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_MEANT = dict.fromkeys((*_UNSEEN, *_VARIANTS), None) | dict.fromkeys(_BLANKS, " ")
_LOST = "\ufffd"
"""Replacement for a letter that an earlier program could not read; two different texts may look alike with it."""


class BadText(ValueError):
    """A text with a character that cannot be part of a name."""


def clean(text: str) -> str:
    """Return the text in Unicode's form NFC, without invisible characters and without blanks around it.

    Raises BadText for control characters, and for the replacement of a letter that some program could not read.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_MEANT))
    text = text.strip()
    if not text.isprintable() or _LOST in text:
        raise BadText(f"has the sign {_first_bad(text)}")
    return text


def cleaned(text: str) -> str:
    """Return the text as `clean` does, or unchanged if it cannot be a name: for looking names up."""
    try:
        return clean(text)
    except BadText:
        return text


def is_clean(text: str) -> bool:
    """Return whether a text can be a name as it is."""
    return cleaned(text) == text and text.isprintable() and _LOST not in text


def _first_bad(text: str) -> str:
    sign = next(sign for sign in text if not sign.isprintable() or sign == _LOST)
    return f"U+{ord(sign):04X}"
