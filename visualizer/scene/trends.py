"""Trends of the figures over the last hour, one sample per minute, read backwards from the shown moment in slices
between the pictures.

Robot states and the planner's time are only in whole frames, which are expensive on a large floor: there they are known
for minutes that were shown.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from layout.floor import StationKind
from robots.recording.chunk import Tally
from robots.recording.frames import Frame, share_at_work
from robots.units.lifecycle import RobotState
from visualizer.scene.scene import Scene
from visualizer.scene.sources import Source
from visualizer.style.palette import GROUPS

SAMPLES, SAMPLE_S = 60, 60.0
"""Number of samples of a trend, and seconds between them."""
_KEPT = 3000
_WHOLE_FRAMES_TO = 2000
"""Largest number of robots for which whole frames are read for the past."""
_GROUP_OF = np.zeros(256, np.intp)
for _number, _group in enumerate(GROUPS):
    _GROUP_OF[list(_group.states)] = _number
_GROUP_OF[RobotState.DEAD :] = len(GROUPS) - 1

KEYS = ("orders_open", "orders_late", "orders_due", "orders_shipped", "lines_picked", "at_work", "queued", "planner_ms")
"""Columns of a sample; robots of each of GROUPS follow."""
Sample = NDArray[np.float32]


class Trends:
    """Trends of a source. clock: seconds, used for the time budget only."""

    def __init__(self, source: Source, scene: Scene, clock: Callable[[], float] = time.perf_counter) -> None:
        self._source, self._clock = source, clock
        self._picks = [index for index, station in enumerate(scene.stations) if station.kind == StationKind.PICK]
        self._step = max(1, round(SAMPLE_S / source.header.tick_s))
        self._whole = source.header.robots <= _WHOLE_FRAMES_TO
        self._samples: OrderedDict[int, Sample] = OrderedDict()
        self._taken = 0

    def read(self, tick: int, budget_ms: float) -> bool:
        """Read samples of the hour before a tick for about `budget_ms`; return True if anything was read."""
        end, read = self._clock() + budget_ms / 1000, False
        for sample_tick in reversed(self._ticks(tick)):
            if sample_tick not in self._samples:
                self._put(sample_tick, self._sample(sample_tick))
                read = True
                if self._clock() >= end:
                    break
        while len(self._samples) > _KEPT:
            self._samples.popitem(last=False)
        return read

    def show(self, frame: Frame) -> None:
        """Take a sample of a frame that is drawn anyway."""
        if frame.tick % self._step == 0:
            known = self._samples.get(frame.tick)
            if known is None or np.isnan(known[-1]):
                self._put(frame.tick, self._of(Tally(frame.tick, frame.stations, frame.counts), frame))

    @property
    def samples(self) -> int:
        """Number of samples taken so far: while it doesn't change, `past` of a tick doesn't either."""
        return self._taken

    def past(self, tick: int) -> NDArray[np.float32]:
        """Return float32[samples, columns] up to a tick, oldest first, NaN where nothing is known yet."""
        nothing = np.full(len(KEYS) + len(GROUPS), np.nan, np.float32)
        return np.stack([self._samples.get(sample_tick, nothing) for sample_tick in self._ticks(tick)] or [nothing])

    @property
    def rate_factor(self) -> float:
        """Factor from changes between samples to rates per hour."""
        return 3600 / (self._step * self._source.header.tick_s)

    def _put(self, tick: int, sample: Sample) -> None:
        self._samples[tick] = sample
        self._taken += 1

    def _ticks(self, tick: int) -> list[int]:
        last = tick // self._step * self._step
        ticks = range(last - (SAMPLES - 1) * self._step, last + 1, self._step)
        return [sample_tick for sample_tick in ticks if sample_tick >= min(self._source.first_tick, tick)]

    def _sample(self, tick: int) -> Sample:
        if not self._whole:
            return self._of(self._source.tally(tick), None)
        frame = self._source.frame(tick)
        return self._of(Tally(frame.tick, frame.stations, frame.counts), frame)

    def _of(self, tally: Tally, frame: Frame | None) -> Sample:
        at_work = share_at_work(tally.stations, self._source.header.stations)[self._picks]
        values = {
            **tally.counts,
            "at_work": 100.0 * float(at_work.mean()) if len(at_work) else np.nan,
            "queued": float(tally.stations["queue"].sum()),
            "planner_ms": np.nan if frame is None else frame.planner_ms,
        }
        sample = np.full(len(KEYS) + len(GROUPS), np.nan, np.float32)
        sample[: len(KEYS)] = [values.get(key, np.nan) for key in KEYS]
        if frame is not None:
            sample[len(KEYS) :] = np.bincount(_GROUP_OF[frame.robots["state"]], minlength=len(GROUPS))
        return sample


def column(past: NDArray[np.float32], key: str) -> NDArray[np.float32]:
    """Return float32[samples] of one of KEYS."""
    return past[:, KEYS.index(key)]


def groups(past: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return float32[samples, groups]: robots by group of states."""
    return past[:, len(KEYS) :]
