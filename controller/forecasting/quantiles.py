"""Distribution of demand around its mean, in whole units: negative binomial, Poisson, or normal if demand is large."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from layout.arrays import Floats, Ints

_FAST, _EVEN = 30.0, 0.25
"""Least mean, and largest spread over mean, for which the normal distribution is accurate enough [D]."""
_TOLERANCE = 1e-9
_FARTHEST = 40.0
"""Standard deviations plus units above the mean at which a search ends."""


def covered(mean: Floats, variance: Floats, units: Ints) -> Floats:
    """Return the probability that demand is at most `units`: float64[n]; all arguments float64[n] or int64[n].

    Normal with continuity correction if the mean is large and the spread small; else negative binomial, or Poisson if
    the variance is no larger than the mean. Demand of mean 0 is 0.
    """
    chance = np.ones(np.broadcast(mean, variance, units).shape)
    normal, poisson, binomial = _laws(mean, variance)
    counts = np.maximum(units, 0)
    chance[normal] = special.ndtr((units[normal] + 0.5 - mean[normal]) / np.sqrt(variance[normal]))
    chance[poisson] = special.pdtr(counts[poisson], mean[poisson])
    small_mean, spread = mean[binomial], variance[binomial]
    chance[binomial] = special.betainc(
        small_mean**2 / (spread - small_mean), counts[binomial] + 1.0, small_mean / spread
    )
    chance[(units < 0) & ~normal] = 0.0
    return chance


def quantile(mean: Floats, variance: Floats, share: Floats) -> Ints:
    """Return the least number of units, at least 0, that covers demand with probability `share`: int64[n]; all
    arguments float64[n].
    """
    low, high = _bracket(mean, variance, share)
    while (open_ := high - low > 1).any():
        middle = (low + high) // 2
        enough = covered(mean, variance, middle) >= share - _TOLERANCE
        high = np.where(open_ & enough, middle, high)
        low = np.where(open_ & ~enough, middle, low)
    return high


def _bracket(mean: Floats, variance: Floats, share: Floats) -> tuple[Ints, Ints]:
    """Return (too few, enough), int64[n] each, a few units apart if the quantile is near that of a normal distribution."""
    low = np.full(len(mean), -1, np.int64)
    high = np.ceil(mean + _FARTHEST * (np.sqrt(variance) + 1.0)).astype(np.int64)
    guess = np.rint(mean + special.ndtri(share) * np.sqrt(variance)).astype(np.int64)
    for units in (guess - 1, guess + 1, guess + 3):
        inside = (units > low) & (units < high)
        enough = covered(mean, variance, units) >= share - _TOLERANCE
        high = np.where(inside & enough, units, high)
        low = np.where(inside & ~enough, units, low)
    return low, high


def gamma_quantile(mean: Floats, variance: Floats, share: float) -> Floats:
    """Return the quantiles of a gamma distribution, float64[n]: fast and not in whole units, for judging forecasts."""
    positive = (mean > 0) & (variance > 0)
    quantiles = np.where(mean > 0, mean, 0.0)
    shape = mean[positive] ** 2 / variance[positive]
    quantiles[positive] = special.gammaincinv(shape, share) * mean[positive] / shape
    return quantiles


def _laws(mean: Floats, variance: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return masks of the SKUs with normal, Poisson and negative binomial demand: bool[n] each; none for a mean of 0."""
    positive = mean > 0
    normal = positive & (mean >= _FAST) & (variance <= (_EVEN * mean) ** 2) & (variance > 0)
    poisson = positive & ~normal & (variance <= mean * (1.0 + 1e-6))
    return normal, poisson, positive & ~normal & ~poisson
