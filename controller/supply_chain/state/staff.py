"""People who work off the robot floor: at dock doors, at the sorter, at the inspection bench."""

import heapq


class WorkerPool:
    """So many people with one queue before them, first come, first served.

    busy: person-ticks of work given out so far. usual: people of a normal day.
    """

    def __init__(self, people: int) -> None:
        self.busy = 0
        self.usual = people
        self._free = [0] * people

    @property
    def people(self) -> int:
        return len(self._free)

    def finish(self, tick: int, ticks: int) -> int:
        """The tick at which work that comes in at `tick` and takes a person so many ticks is done."""
        begin = max(tick, self._free[0])
        heapq.heapreplace(self._free, begin + ticks)
        self.busy += ticks
        return begin + ticks

    def set_headcount(self, people: int, tick: int) -> None:
        """From now on there are so many people, at least one. Who goes hands his work to nobody: it is done as promised."""
        kept = sorted(self._free)[: max(1, people)]
        kept += [tick] * (people - len(kept))
        heapq.heapify(kept)
        self._free = kept
