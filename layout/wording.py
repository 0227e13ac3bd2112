"""Numbers of things in words, and texts of others in a line."""

_SPACES = "\u00a0\u2009\u202f"


def count(things: int, noun: str, plural: str = "") -> str:
    """Return a number of things: "1 tote", "3 totes", "1,500 totes".

    plural: of a noun that takes more than an s, and of a verb behind it: count(3, "tote waits", "totes wait").
    """
    return f"{things:,} {noun if things == 1 else plural or noun + 's'}"


def in_a_line(text: str, longest: int) -> str:
    """Return a text of somebody else without what it may do to a terminal or a log: signs that aren't shown are written as
    in Python ("\\x1b"), and what is over `longest` signs is cut off.
    """
    signs = (sign if sign.isprintable() or sign in _SPACES else repr(sign)[1:-1] for sign in text[: longest + 1])
    line = "".join(signs)
    return line if len(line) <= longest else line[: longest - 1] + "…"
