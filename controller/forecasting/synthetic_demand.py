"""Synthetic demand for a simulation: mean units a day of each SKU, their variance, and the weekday profile."""

from dataclasses import dataclass

import numpy as np

from controller.forecasting.history import SEASON
from controller.forecasting.models import ahead, weekday_profile
from controller.forecasting.spread import day_variance
from layout.arrays import Floats

_WEEK = (1.15, 1.10, 1.05, 1.0, 1.0, 0.85, 0.85)
"""Demand by weekday, Monday first, 1 on average [D]."""
_EVEN = 1.001
"""Variance over mean from which demand is drawn as negative binomial; below it as Poisson."""


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticDemand:
    """Parameters of synthetic demand. rate: float64[skus], mean units a day. ratio: float64[skus], variance over mean
    of a day, at least 1. profile: float64[season], 1 on average, from the first day drawn.
    """

    rate: Floats
    ratio: Floats
    profile: Floats

    def days(self, first: int, count: int, rng: np.random.Generator) -> Floats:
        """Draw the whole units sold from day `first` on: float64[skus, count]."""
        mean = self.rate[:, None] * ahead(self.profile, first, count)[None, :]
        uneven = self.ratio > _EVEN
        sold = np.zeros_like(mean)
        sold[~uneven] = rng.poisson(mean[~uneven])
        excess = (self.ratio[uneven] - 1.0)[:, None]
        sold[uneven] = rng.poisson(rng.standard_gamma(mean[uneven] / excess) * excess)
        return sold


def zipf_demand(skus: int, units_day: float, skew: float = 0.8, ratio: float = 1.5) -> SyntheticDemand:
    """Return the demand of a shop of `skus` SKUs with Zipf shares; negative binomial with this variance over mean and a
    common weekday profile.
    """
    share = np.arange(1, skus + 1, dtype=np.float64) ** -skew
    return SyntheticDemand(units_day * share / share.sum(), np.full(skus, ratio), np.array(_WEEK))


def demand_like(history: Floats, season: int = SEASON) -> SyntheticDemand:
    """Return demand with the history's mean rates: float64[skus, days]. Trend and holidays are not continued."""
    rate = history.mean(axis=1)
    variance = day_variance(history, rate, season)
    ratio = np.divide(variance, rate, out=np.ones_like(rate), where=rate > 0)
    profile = weekday_profile(history, season)
    return SyntheticDemand(rate, np.maximum(1.0, ratio), ahead(profile, history.shape[1], season))
