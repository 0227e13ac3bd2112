"""Group the hours of a run into spans if a table or plot cannot show them all."""

from collections.abc import Mapping, Sequence

from robots.wording.formatting import count

MOST = 48
"""Most rows of the table, or pairs of bars in a plot."""
_LENGTHS = (1, 3, 6, 12, 24)


def in_spans(
    starts: Sequence[str], hours: Mapping[str, Sequence[float]]
) -> tuple[int, list[str], dict[str, list[float]]]:
    """Return the hours of a span, the start of each span, and columns by span.

    The start is that of its first hour, `open` that of its last; all others are
    summed.
    """
    hour_count = len(starts)
    length = next((length for length in _LENGTHS if hour_count <= MOST * length), -(-hour_count // MOST))
    begins = range(0, hour_count, length)
    spans = {
        name: [sum(values[begin : begin + length]) for begin in begins]
        for name, values in hours.items()
        if name != "open"
    }
    if "open" in hours:
        spans["open"] = [hours["open"][min(begin + length, hour_count) - 1] for begin in begins]
    return length, [starts[at] for at in begins], spans


def named(length: int) -> str:
    """Return the span as it follows "by": hour, 6 hours."""
    return "hour" if length == 1 else count(length, "hour")
