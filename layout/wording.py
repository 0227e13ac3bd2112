"""Wording of numbers of things."""


def count(things: int, noun: str, plural: str = "") -> str:
    """Return a number of things: "1 tote", "3 totes", "1,500 totes".

    plural: of a noun that takes more than an s, and of a verb behind it: count(3, "tote waits", "totes wait").
    """
    return f"{things:,} {noun if things == 1 else plural or noun + 's'}"
