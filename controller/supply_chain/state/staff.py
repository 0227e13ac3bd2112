"""Staff around the robot floor: at dock doors, at the sorter, at returns inspection."""

import heapq


class WorkerPool:
    """A number of people with one queue, first come, first served.

    busy: person-ticks of work assigned so far. usual: headcount of a normal day.
    """

    def __init__(self, people: int) -> None:
        self.busy = 0
        self.usual = people
        self._free = [0] * people

    @property
    def people(self) -> int:
        return len(self._free)

    def finish(self, tick: int, ticks: int) -> int:
        """Assign work of `ticks` person-ticks that arrives at `tick`, and return the tick at which it is done."""
        begin = max(tick, self._free[0])
        heapq.heapreplace(self._free, begin + ticks)
        self.busy += ticks
        return begin + ticks

    def set_headcount(self, people: int, tick: int) -> None:
        """Set the headcount, at least one. People who leave finish the work already assigned to them."""
        kept = sorted(self._free)[: max(1, people)]
        kept += [tick] * (people - len(kept))
        heapq.heapify(kept)
        self._free = kept
