"""Statistics of all experiments: a mean with its 95 % interval, also for paired differences.

An interval is Student's t over independent values (A. M. Law, Simulation Modeling and Analysis, 2015, section 4.5): one
value per seed, or, without seeds, one value per block of consecutive orders (batch means, section 9.5.3). Two arms are
compared by the differences of their pairs (section 10.2.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from msgspec import Struct
from scipy.special import stdtrit

from layout.arrays import Floats

CONFIDENCE = 0.95
OVER_SEEDS = "Student's t over seeds"
OVER_BLOCKS = "Student's t over blocks of consecutive orders"
BLOCKS = 20
"""Largest number of blocks of a series: shorter ones are no longer independent of each other."""
BLOCK_LEAST = 10
"""Smallest number of values in a block."""
_ALIKE = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean of n values; the true one lies between low and high with CONFIDENCE.

    Both are None for fewer than two values.
    """

    mean: float
    low: float | None
    high: float | None
    n: int

    @property
    def half(self) -> float | None:
        """Return half the interval; None without one, or if all values are equal, which measures no randomness."""
        if self.low is None or self.high is None or self.high - self.low <= 2 * _ALIKE * abs(self.mean):
            return None
        return (self.high - self.low) / 2

    @property
    def excludes_0(self) -> bool:
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Paired:
    """One figure of two arms over the pairs that have it in both. first, second: means. difference: second minus first.

    change: the difference as a share of the first's mean, None if that is 0.
    """

    first: float
    second: float
    difference: Estimate
    change: Estimate | None

    def figures(self) -> "PairedFigures":
        """Return the statistic as every command writes it into its JSON."""
        change = self.change
        return PairedFigures(
            first=self.first,
            second=self.second,
            difference=self.difference.mean,
            low=self.difference.low,
            high=self.difference.high,
            change=change.mean if change else None,
            change_low=change.low if change else None,
            change_high=change.high if change else None,
            n=self.difference.n,
        )


class PairedFigures(Struct, frozen=True, kw_only=True):
    """A paired statistic in JSON. All figures but n are None where no pair was measured."""

    first: float | None = None
    second: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    n: int = 0


NOTHING = PairedFigures()
"""`Paired.figures` without any measured pair."""


def estimate(values: Sequence[float] | Floats) -> Estimate:
    """Return mean and interval of independent values, at least one."""
    known = np.asarray(values, np.float64)
    count, mean = len(known), float(known.mean())
    if count < 2:
        return Estimate(mean, None, None, count)
    half = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2) * known.std(ddof=1) / np.sqrt(count))
    return Estimate(mean, mean - half, mean + half, count)


def paired(first: Sequence[float | None], second: Sequence[float | None]) -> Paired | None:
    """Return the differences of the second arm; None if no pair has the figure in both."""
    pairs = [(one, other) for one, other in zip(first, second, strict=True) if one is not None and other is not None]
    if not pairs:
        return None
    before, after = np.array(pairs, np.float64).T
    usual = float(before.mean())
    change = estimate((after - before) / usual) if usual else None
    return Paired(usual, float(after.mean()), estimate(after - before), change)


def blocks(values: Sequence[float] | Floats) -> Floats:
    """Return float64[blocks]: means of consecutive values, as many blocks as BLOCKS and BLOCK_LEAST allow, at least one.

    Values at the end that fill no block are left out, so that all blocks have the same weight.
    """
    known = np.asarray(values, np.float64)
    count = max(1, min(BLOCKS, len(known) // BLOCK_LEAST))
    size = len(known) // count
    return np.asarray(known[: count * size].reshape(count, size).mean(axis=1))
