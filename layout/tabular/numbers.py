"""Numbers as people write them. Text that may be thousands or decimals is refused unless the decimal sign is known."""

import math
import re

AMBIGUOUS = "may be thousands or decimals"
_SIGN = r"[+-]?"
_PLAIN = re.compile(rf"{_SIGN}(?=[.,]?\d)(\d{{0,15}})(?:([.,])(\d{{1,30}}))?", re.ASCII)
_GROUPED = re.compile(rf"{_SIGN}\d{{1,3}}(?:[.,]\d{{3}})+", re.ASCII)
_BOTH = re.compile(rf"{_SIGN}\d{{1,3}}(?:(?:\.\d{{3}}){{1,4}}(,)|(?:,\d{{3}}){{1,4}}(\.))\d{{1,30}}", re.ASCII)
"""Numbers with both thousands and decimal signs, of which the last is the decimal one."""
_LETTERS = re.compile(rf"{_SIGN}(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+|{_SIGN}(?:nan|inf(?:inity)?)", re.ASCII | re.IGNORECASE)
_GROUPS = "'’ "
_WITH_GROUPS = {
    sign: re.compile(rf"{_SIGN}(?:\d{{1,15}}|\d{{1,3}}(?:[{other}{_GROUPS}]\d{{3}})+)(?:[{sign}]\d{{1,30}})?", re.ASCII)
    for sign, other in ((".", ","), (",", "."))
}
"""Numbers by their known decimal sign."""


class BadNumber(ValueError):
    """A text that is no number; its message gives the reason, as the end of a sentence."""


def whole(text: str, decimal: str = "") -> int:
    """Return a whole number: digits, optionally with zeros after a decimal sign. decimal: the sign, "" if unknown.

    Raises BadNumber for anything else, and for three digits after a sign that may be thousands or decimals.
    """
    if text.isdecimal() and text.isascii() and len(text) <= 15:
        return int(text)
    before, after = _parts(text, decimal)
    if after.strip("0"):
        raise BadNumber("is not a whole number")
    return int(before) if before.strip("+-") else 0  # ",0" has no digit before its sign


def real(text: str, decimal: str = "") -> float:
    """Return a finite number. Raises BadNumber as `whole` does."""
    before, after = _parts(text, decimal)
    return float(f"{before}.{after or 0}")


def _parts(text: str, decimal: str) -> tuple[str, str]:
    """Return (digits before the decimal sign with the number's sign, digits after it)."""
    if not decimal and (two_signs := _BOTH.fullmatch(text)):
        decimal = two_signs[1] or two_signs[2]
    if decimal:
        if not _WITH_GROUPS[decimal].fullmatch(text):
            raise BadNumber(_why(text))
        before, _, after = text.partition(decimal)
        return re.sub(r"[^\d+-]", "", before), after
    match = _PLAIN.fullmatch(text)
    if match is None:
        raise BadNumber(AMBIGUOUS if _GROUPED.fullmatch(text) else _why(text))
    digits, _, after = match.groups()
    if after and len(after) == 3 and len(digits) <= 3 and digits.strip("0") == digits.lstrip("0") != "":
        raise BadNumber(AMBIGUOUS)
    return text.partition(match[2])[0] if match[2] else text, after or ""


def _why(text: str) -> str:
    if not _LETTERS.fullmatch(text):
        return "is not a number"
    value = float(text)
    return "is not written in digits" if math.isfinite(value) else "is not a whole number"
