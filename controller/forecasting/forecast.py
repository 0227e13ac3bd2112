"""Demand forecast by SKU: mean a day, its variance, and the units that cover it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.forecasting.backtest import ModelChoice, named
from controller.forecasting.quantiles import quantile
from controller.forecasting.spread import day_variance
from layout.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """A forecast. mean: float64[skus], units a day over the horizon. variance: float64[skus], units² a day: the error
    of a total of n days has n times this variance. horizon: days.
    """

    mean: Floats
    variance: Floats
    horizon: int

    def quantile(self, share: float | Floats, days: float = 1.0) -> NDArray[np.int64]:
        """Return the units that cover the demand of `days` days with probability `share`: int64[skus]."""
        shares = np.broadcast_to(np.asarray(share, np.float64), self.mean.shape)
        return quantile(self.mean * days, self.variance * days, shares)


def forecast(history: Floats, choice: ModelChoice | Sequence[str], horizon: int) -> Forecast:
    """Forecast the days that follow the history. history: float64[skus, days]. choice: from `choose`, or three model
    names for A, B, C.

    Raises KeyError for an unknown name.
    """
    if not isinstance(choice, ModelChoice):
        choice = named(choice, history, horizon)
    mean, variance = np.zeros(len(history)), np.zeros(len(history))
    for number, chosen in enumerate(choice.by_class):
        of_class = np.flatnonzero(choice.classes == number)
        past = history[of_class]
        if len(of_class):
            mean[of_class] = np.maximum(0.0, choice.models[chosen.model](past, horizon)).mean(axis=1)
            variance[of_class] = chosen.inflation * day_variance(past, mean[of_class])
    return Forecast(mean, variance, horizon)
