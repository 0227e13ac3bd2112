"""Forecast errors: MASE, bias, and pinball loss of the stock that would follow from the forecasts.

MASE: R. J. Hyndman and A. B. Koehler, "Another look at measures of forecast accuracy", IJF 22 (2006), here pooled over
the SKUs of a class: sum of absolute errors over the sum of those of the seasonal naive forecast within the past. Thus a
SKU sold once does not weigh more than one sold daily.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.forecasting.history import SEASON

Table = NDArray[np.float64]
QUANTILES = (0.5, 0.9, 0.95, 0.98)
"""Quantiles of the pinball loss: the median, and the cycle service of the classes."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of a model. mase: of days; 1 is the seasonal naive forecast on its own past. bias: forecast less sold,
    over sold. pinball: by quantile, loss of the horizon's total over the units sold in it. nan if nothing was sold.
    """

    mase: float
    bias: float
    pinball: tuple[float, ...]

    @property
    def loss(self) -> float:
        """Mean pinball loss, by which models are chosen."""
        return float(np.mean(self.pinball))


@dataclass(slots=True)
class Tally:
    """Sums over origins, from which Errors are computed."""

    wrong: float = 0.0
    naive: float = 0.0
    over: float = 0.0
    sold: float = 0.0
    pinball: NDArray[np.float64] | None = None

    def add(self, past: Table, forecast: Table, actual: Table, quantiles: Table) -> None:
        """Add one origin. past: float64[skus, days]; forecast, actual: [skus, horizon]; quantiles: [QUANTILES, skus] of
        the horizon's total.
        """
        self.wrong += float(np.abs(forecast - actual).sum())
        self.naive += float(naive_error(past).sum()) * actual.shape[1]
        self.over += float((forecast - actual).sum())
        self.sold += float(actual.sum())
        lost = pinball(quantiles, actual.sum(axis=1)).sum(axis=1)
        self.pinball = lost if self.pinball is None else self.pinball + lost

    def errors(self) -> Errors:
        lost = self.pinball if self.pinball is not None else np.zeros(len(QUANTILES))
        by_quantile = tuple(_over(loss, self.sold) for loss in lost.tolist())
        return Errors(_over(self.wrong, self.naive), _over(self.over, self.sold), by_quantile)


def naive_error(past: Table, season: int = SEASON) -> Table:
    """Return the mean absolute change from a day to the same weekday of the next week: float64[skus]."""
    if past.shape[1] <= season:
        return np.zeros(len(past))
    return np.asarray(np.abs(past[:, season:] - past[:, :-season]).mean(axis=1), np.float64)


def pinball(quantiles: Table, actual: Table) -> Table:
    """Return the pinball loss, float64[QUANTILES, skus]: a missing unit costs the quantile, a surplus unit 1 less the
    quantile.
    """
    share = np.array(QUANTILES)[:, None]
    short = actual[None, :] - quantiles
    return np.maximum(share * short, (share - 1.0) * short)


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
