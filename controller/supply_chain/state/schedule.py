"""Future events of the supply chain, each at its tick: trailers arrive, promises fall due, people finish work.

An event is handled by a function of a module, marked with `handler`: the schedule is stored and restored with the site, and
its handlers by their names.
"""

import heapq
from collections.abc import Callable, Iterator
from typing import TypeVar

Handler = Callable[..., None]
"""Called with the site, the supply chain and the arguments the event was scheduled with."""
HANDLERS: dict[str, Handler] = {}
"""{name: handler} of all imported modules."""
_Function = TypeVar("_Function", bound=Handler)


def handler(function: _Function) -> _Function:
    """Mark a function as a handler of scheduled events. Raise RuntimeError if another handler has its name."""
    if function.__name__ in HANDLERS:
        raise RuntimeError(f"two handlers have the name {function.__name__}")
    HANDLERS[function.__name__] = function
    return function


class Schedule:
    """Queue of events by tick; events of the same tick keep the order in which they were scheduled."""

    def __init__(self) -> None:
        self._events: list[tuple[int, int, Handler, tuple[object, ...]]] = []
        self._scheduled = 0

    def at(self, tick: int, handler: Handler, *arguments: object) -> None:
        """Schedule an event. One for a past tick is due at once."""
        self._scheduled += 1
        heapq.heappush(self._events, (tick, self._scheduled, handler, arguments))

    def due(self, tick: int) -> Iterator[tuple[Handler, tuple[object, ...]]]:
        """Yield (handler, arguments) of the events due by a tick, including those that their handlers schedule meanwhile."""
        while self._events and self._events[0][0] <= tick:
            _, _, handler, arguments = heapq.heappop(self._events)
            yield handler, arguments
