"""Variance of a day's demand, estimated from the past of a SKU and of SKUs like it."""

import numpy as np

from controller.forecasting.history import SEASON
from controller.forecasting.models import ahead, weekday_profile
from layout.arrays import Floats

_LEAST_AGREEMENT, _MOST_AGREEMENT = 0.001, 0.9
_FEW = 10
"""Least number of SKUs sold in both halves of the past for a comparison of the halves [D]."""


def day_variance(history: Floats, mean: Floats, season: int = SEASON) -> Floats:
    """Return the variance of a day's demand with a given mean: float64[skus], units². history: float64[skus, days] of
    one class.
    """
    return ratio_of(history, season) * mean


def ratio_of(history: Floats, season: int = SEASON) -> Floats:
    """Return the variance over mean of a day's demand: float64[skus]. history: float64[skus, days] of SKUs of one
    class.

    It is estimated from the history, without its weekday profile; the fewer days with demand a SKU has, the more it is
    that of the class, so that a SKU sold twice does not appear steady.
    """
    days = history.shape[1]
    factor = ahead(weekday_profile(history, season), 0, days)
    ratio = _ratio(history, factor)
    seen = (history > 0).sum(axis=1).astype(np.float64)
    common = float((ratio * seen).sum() / seen.sum()) if seen.any() else 1.0
    trust = seen / (seen + trusted_after(history, factor, season))
    return np.asarray(trust * ratio + (1.0 - trust) * common, np.float64)


def trusted_after(history: Floats, factor: Floats, season: int = SEASON) -> float:
    """Return the number of days with demand after which a SKU's own variance over mean counts as much as its class's.

    It follows from how well SKUs' odd weeks agree with the even ones (split-half reliability, C. Spearman and W. Brown
    1910): if SKUs of a class do not really differ, the halves do not agree, and the values of a single SKU are random.
    """
    odd = (np.arange(history.shape[1]) // season) % 2 == 1
    halves = [_ratio(history[:, half], factor[half]) for half in (odd, ~odd)]
    in_both = (halves[0] > 0) & (halves[1] > 0)
    if in_both.sum() < _FEW:
        return float(history.shape[1])
    odd_ratios, even_ratios = (np.log(half[in_both]) for half in halves)
    spread = float(odd_ratios.std() * even_ratios.std())
    alike = (
        float(((odd_ratios - odd_ratios.mean()) * (even_ratios - even_ratios.mean())).mean()) / spread
        if spread > 0
        else 0.0
    )
    alike = max(_LEAST_AGREEMENT, min(_MOST_AGREEMENT, alike))
    reliability = 2 * alike / (1 + alike)
    return float((history[in_both] > 0).sum(axis=1).mean()) * (1 - reliability) / reliability


def _ratio(history: Floats, factor: Floats) -> Floats:
    """Return the variance over mean of a day, without its weekday profile: float64[skus]; 0 for a SKU never sold."""
    days = history.shape[1]
    if days < 2:
        return np.zeros(len(history))
    mean = history.mean(axis=1)
    residual = ((history - mean[:, None] * factor) ** 2).sum(axis=1) / (days - 1)
    return np.asarray(np.divide(residual, mean, out=np.zeros_like(mean), where=mean > 0), np.float64)
