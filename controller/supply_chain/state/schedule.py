"""What is to happen in the supply chain, and when: trailers arrive, promises fall due, people finish work.

A step is a function of a module, marked with `step`: the agenda is stored and restored with the site, steps by their names.
"""

import heapq
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

Step = Callable[..., None]
"""Called with the site, the supply chain and the arguments it was noted with."""
STEPS: dict[str, Step] = {}
"""{its name: step} of all modules that are imported."""
_Function = TypeVar("_Function", bound=Step)


def step(function: _Function) -> _Function:
    """Mark a function as one that an agenda may hold. RuntimeError for a name that another one has."""
    if function.__name__ in STEPS:
        raise RuntimeError(f"two steps have the name {function.__name__}")
    STEPS[function.__name__] = function
    return function


class Agenda:
    """Steps by tick; of one tick in the order in which they were noted."""

    def __init__(self) -> None:
        self._steps: list[tuple[int, int, Step, tuple[Any, ...]]] = []
        self._noted = 0

    def at(self, tick: int, step: Step, *arguments: object) -> None:
        """Note a step. One for a tick that has gone by is done at the next look."""
        self._noted += 1
        heapq.heappush(self._steps, (tick, self._noted, step, arguments))

    def due(self, tick: int) -> Iterator[tuple[Step, tuple[Any, ...]]]:
        """Yield (step, arguments) of everything that is due by a tick, and of what falls due while these are done."""
        while self._steps and self._steps[0][0] <= tick:
            _, _, step, arguments = heapq.heappop(self._steps)
            yield step, arguments
