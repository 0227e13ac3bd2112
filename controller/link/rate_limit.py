"""Limit log lines to one a second of each kind and source, then a count: others must not fill logs, records and windows."""

SPAN_S = 1.0
_MOST = 1000
"""Sources distinguished at a time; lines of further sources are counted together."""
Key = tuple[str, object]
"""Kind of line, and its source."""
_OTHERS: Key = ("flood", "many")


class Limiter:
    """Rate limit of lines. Ask `passes` before a line is written; write the counts of `left_out` now and then. Not
    thread-safe.

    now: monotonic seconds, -inf before the first message.
    """

    def __init__(self) -> None:
        self._written: dict[Key, float] = {}
        """Time when a line of each key was last written."""
        self._left: dict[Key, tuple[float, int]] = {}
        """Time since which lines were left out, and their number."""

    def passes(self, key: Key, now: float) -> bool:
        """Tell whether a line of this key may be written; if not, count it."""
        if key not in self._written and len(self._written) >= _MOST:
            key = _OTHERS
        if key not in self._written or now - self._written[key] >= SPAN_S:
            self._written[key] = now
            return True
        since, count = self._left.get(key, (now, 0))
        self._left[key] = since, count + 1
        return False

    def left_out(self, now: float) -> list[tuple[Key, int]]:
        """Return (key, number of lines left out) of keys whose second is over."""
        over = [(key, count) for key, (since, count) in self._left.items() if now - since >= SPAN_S]
        for key, _ in over:
            del self._left[key]
        self._written = {key: when for key, when in self._written.items() if now - when < SPAN_S}
        return over


def and_more(count: int) -> str:
    """Return the text for a number of lines left out."""
    return f"… and {count} more in the last second"
