"""Cell counts of the last minutes, or of the whole run, computed from frames as they come, in slices between the
pictures.

Minutes are those of the run; a span is a number of minutes, of which the last may be incomplete. After a seek, the span
is read from the source again, some ticks at a time; `progress` reports how much is done.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator

from layout.grid import Grid
from robots.recording.chunk import Moves
from visualizer.scene.cell_counts import CellCounts
from visualizer.scene.sources import Source

_KEPT = 32
"""Number of minutes whose counts are kept."""
_AT_ONCE = 40_000
"""Number of robots × ticks that are counted at once, which takes about a millisecond."""


class _Minute:
    """Counts of the ticks of a minute up to `through`, which is its first - 1 while there are none."""

    def __init__(self, first: int, cells: int) -> None:
        self.through = first - 1
        self.counts = CellCounts(cells)


class HeatMaps:
    """Counts of a source. forgets: whether the source drops old frames. clock: seconds, used for the time budget only."""

    def __init__(
        self, source: Source, grid: Grid, forgets: bool = False, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._source, self._grid, self._clock = source, grid, clock
        self.forgets = forgets
        self._minute_ticks = max(1, round(60 / source.header.tick_s))
        self._at_once = max(1, min(self._minute_ticks, _AT_ONCE // max(source.header.robots, 1)))
        self._minutes: OrderedDict[int, _Minute] = OrderedDict()
        self._all, self._all_to = CellCounts(grid.cells), 0
        self._sum, self._sum_of = CellCounts(grid.cells), (0, 0)
        self._asked = self._done = 0
        self.whole = False
        """True if everything that was requested last is read."""

    @property
    def progress(self) -> float:
        """Share that is read of what was requested last, 0 to 1."""
        return 1.0 if self.whole else min(self._done / max(self._asked, 1), 0.99)

    def read(self, tick: int, span: int, budget_ms: float) -> bool:
        """Read frames for the counts at a tick over `span` minutes (0: the whole run) for about `budget_ms`; return
        True if anything was read.
        """
        end, read = self._clock() + budget_ms / 1000, False
        for _ in self._steps(tick, span):
            read = True
            if self._clock() >= end:
                self.whole = False
                return read
        self.whole = True
        return read

    def counts(self, tick: int, span: int) -> CellCounts:
        """Return the counts of a span up to a tick, as far as they are read. They must not be changed."""
        last = tick // self._minute_ticks
        total = CellCounts(self._grid.cells)
        total.add(self._all if span == 0 else self._whole(last, span))
        if (now := self._minutes.get(last)) is not None:
            total.add(now.counts)
        return total

    def _steps(self, tick: int, span: int) -> Iterator[None]:
        """Read what is missing, one step per iteration."""
        last = tick // self._minute_ticks
        first = self._source.first_tick // self._minute_ticks
        if self.forgets or not span:
            yield from self._read_all(first, last)
        if span:
            minutes = range(max(first, last - span + 1), last)
            missing = [minute for minute in minutes if not self._is_whole(minute)]
            self._asked, self._done = len(minutes) + 1, len(minutes) + 1 - len(missing)
            for minute in reversed(missing):
                yield from self._read_minute(minute, self._last(minute))
                self._done += 1
        yield from self._read_minute(last, tick)

    def _read_all(self, first: int, last: int) -> Iterator[None]:
        """Add whole minutes to the total, or subtract them again, whichever is shorter.

        Frames that are dropped can't be subtracted: then the total remains that of all frames ever seen.
        """
        if self.forgets and last < self._all_to:
            return
        if (not self._all.ticks and self._all_to < first) or last - first < self._all_to - last:
            self._all, self._all_to = CellCounts(self._grid.cells), first
        self._asked = last - first + 1
        while self._all_to != last:
            self._done = self._asked - abs(last - self._all_to)
            ahead = self._all_to < last
            minute = self._all_to if ahead else self._all_to - 1
            yield from self._read_minute(minute, self._last(minute))
            self._all.add(self._minutes[minute].counts, 1 if ahead else -1)
            self._all_to += 1 if ahead else -1
        self._done = self._asked

    def _read_minute(self, number: int, through: int) -> Iterator[None]:
        """Make a minute's counts those of its ticks up to `through`."""
        minute = self._minutes.get(number)
        if minute is None or minute.through > through:
            minute = self._minutes[number] = _Minute(number * self._minute_ticks, self._grid.cells)
        self._minutes.move_to_end(number)
        while len(self._minutes) > _KEPT:
            self._minutes.popitem(last=False)
        while minute.through < through:
            end = min(minute.through + self._at_once, through)
            yield from self._prepare(minute.through, end)
            self._fold(minute, minute.through + 1, end)
            yield

    def _fold(self, minute: _Minute, first: int, end: int) -> None:
        before = self._frames(first - 1, first - 1)
        if frames := self._frames(first, end):
            minute.counts.fold(self._grid, frames, before[0] if before else None)
        minute.through = end

    def _prepare(self, first: int, end: int) -> Iterator[None]:
        for tick in (first, end):
            if self._source.first_tick <= tick <= self._source.last_tick:
                while self._source.prepare_moves(tick):
                    yield

    def _frames(self, first: int, end: int) -> list[Moves]:
        """Return the frames of some ticks that the source has."""
        ticks = range(max(first, self._source.first_tick), min(end, self._source.last_tick) + 1)
        frames = ((tick, self._source.moves(tick)) for tick in ticks)
        return [frame for tick, frame in frames if frame.tick == tick]

    def _whole(self, last: int, span: int) -> CellCounts:
        """Return the sum of a span's minutes except the last, kept until a minute is over."""
        if self._sum_of != (last, span) or not self.whole:
            self._sum_of = (last, span) if self.whole else (0, 0)
            self._sum = CellCounts(self._grid.cells)
            for number in range(last - span + 1, last):
                if number in self._minutes:
                    self._sum.add(self._minutes[number].counts)
        return self._sum

    def _is_whole(self, number: int) -> bool:
        minute = self._minutes.get(number)
        return minute is not None and minute.through >= self._last(number)

    def _last(self, number: int) -> int:
        return (number + 1) * self._minute_ticks - 1
