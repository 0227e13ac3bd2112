"""One line a second of each kind and source, and then a count: what others say must not fill logs, records and windows."""

SPAN_S = 1.0
_MOST = 1000
"""Sources that are told apart at a time; what further ones say is counted, and told of none of them."""
Key = tuple[str, object]
"""A kind of line, and who it comes of."""
_OTHERS: Key = ("flood", "many")


class Limiter:
    """Ask `passes` before a line is written; write what `left_out` tells now and then. Not thread-safe.

    now: monotonic seconds, -inf for before the first of them.
    """

    def __init__(self) -> None:
        self._written: dict[Key, float] = {}
        """When a line of it was last written."""
        self._left: dict[Key, tuple[float, int]] = {}
        """Since when lines were left out, and how many."""

    def passes(self, key: Key, now: float) -> bool:
        """Whether a line of this key may be written; if not, it is counted."""
        if key not in self._written and len(self._written) >= _MOST:
            key = _OTHERS
        if key not in self._written or now - self._written[key] >= SPAN_S:
            self._written[key] = now
            return True
        since, count = self._left.get(key, (now, 0))
        self._left[key] = since, count + 1
        return False

    def left_out(self, now: float) -> list[tuple[Key, int]]:
        """(key, lines of it that were not written), of those for whom a second is over."""
        over = [(key, count) for key, (since, count) in self._left.items() if now - since >= SPAN_S]
        for key, _ in over:
            del self._left[key]
        self._written = {key: when for key, when in self._written.items() if now - when < SPAN_S}
        return over


def and_more(count: int) -> str:
    """What a count of lines left out is told as."""
    return f"… and {count} more in the last second"
