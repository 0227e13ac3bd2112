"""Forecasts of mean demand a day, all SKUs at once: float64[skus, days] in, float64[skus, horizon] out.

Simple exponential smoothing: Brown 1956. Intermittent demand: J. D. Croston 1972, with the correction of A. A. Syntetos
and J. E. Boylan, "The accuracy of intermittent demand estimates", IJF 21 (2005), and R. H. Teunter, A. A. Syntetos, M.
Z. Babai, "Intermittent demand: linking forecasting to inventory obsolescence", EJOR 214 (2011). These are flat: each
day of the horizon gets the same value. Those ending in `_week` are the same models on demand without its weekday
profile, which is then multiplied in again.
"""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from controller.forecasting.history import SEASON
from layout.arrays import Floats

Table = NDArray[np.float64]
NAIVE = "seasonal_naive"
"""Baseline model that every other has to beat."""
_ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
"""Smoothing constants tried on each SKU; larger ones follow noise [D]."""
_SIZE, _CHANCE, _INTERVAL = 0.1, 0.05, 0.1
"""Smoothing of sizes, of the probability of a demand (TSB) and of intervals (Croston); 0.05–0.2 in the papers."""
_CLOSED = 0.05
"""Share of a mean day's demand below which a weekday counts as closed, with nothing to learn from it."""


class Model(Protocol):
    """A forecast model. The SKUs of a call are alike, so a model may use one SKU's history for another."""

    def __call__(self, history: Table, horizon: int, season: int = SEASON) -> Table: ...


def seasonal_naive(history: Table, horizon: int, season: int = SEASON) -> Table:
    """Forecast each day as sold a season before."""
    last = history[:, -min(season, history.shape[1]) :]
    return last[:, np.arange(horizon) % last.shape[1]]


def mean(history: Table, horizon: int, season: int = SEASON) -> Table:
    """Forecast the mean of all days."""
    return _flat(history.mean(axis=1), horizon)


def pooled(history: Table, horizon: int, season: int = SEASON) -> Table:
    """Forecast the mean of all days, shrunk towards the mean of all SKUs by as much as their spread shows that a mean
    of so few days is random.

    Empirical Bayes with a gamma prior, its two moments estimated from the SKUs themselves (R. G. Brown and W. F. Rogers
    1973 for parts).
    """
    days, sku_mean = history.shape[1], history.mean(axis=1)
    common = float(sku_mean.mean()) if len(sku_mean) else 0.0
    if days < 2 or common <= 0:
        return _flat(sku_mean, horizon)
    noise = float(history.var(axis=1, ddof=1).mean())
    between = max(float(sku_mean.var()) - noise / days, 1e-9 * common**2)
    prior_days = noise / between
    return _flat((prior_days * common + days * sku_mean) / (prior_days + days), horizon)


def ses(history: Table, horizon: int, season: int = SEASON) -> Table:
    """Forecast by simple exponential smoothing, with the constant that had the least squared one-day error on the SKU's
    own past.

    It starts from the mean of the first season, which is not judged.
    """
    alphas = np.array(_ALPHAS)[:, None]
    first = history[:, :season].mean(axis=1)
    level = np.broadcast_to(first, (len(_ALPHAS), len(first))).copy()
    squared = np.zeros_like(level)
    for day, sold in enumerate(history.T):
        error = sold - level
        if day >= season:
            squared += error**2
        level += alphas * error
    return _flat(level[squared.argmin(axis=0), np.arange(len(first))], horizon)


def croston_sba(history: Table, horizon: int, season: int = SEASON) -> Table:
    """Forecast the size of a demand over the days between demands, each smoothed at a demand, less α/2 to correct
    Croston's bias.
    """
    skus = len(history)
    size, interval, since = np.zeros(skus), np.zeros(skus), np.ones(skus)
    for sold in history.T:
        demanded, known = sold > 0, interval > 0
        size = np.where(demanded, np.where(known, size + _SIZE * (sold - size), sold), size)
        interval = np.where(demanded, np.where(known, interval + _INTERVAL * (since - interval), since), interval)
        since = np.where(demanded, 1.0, since + 1.0)
    rate = np.divide(size, interval, out=np.zeros(skus), where=interval > 0)
    return _flat((1.0 - _INTERVAL / 2) * rate, horizon)


def tsb(history: Table, horizon: int, season: int = SEASON) -> Table:
    """Forecast probability × size of a demand; the probability falls with each day without one, so that dead SKUs are
    forgotten.

    Both start from their means over the history.
    """
    demanded_on = history > 0
    times = demanded_on.sum(axis=1)
    chance = demanded_on.mean(axis=1)
    size = history.sum(axis=1) / np.maximum(1, times)
    for sold, demanded in zip(history.T, demanded_on.T, strict=True):
        chance = chance + _CHANCE * (demanded - chance)
        size = np.where(demanded, size + _SIZE * (sold - size), size)
    return _flat(chance * size, horizon)


def weekday_profile(history: Table, season: int = SEASON) -> Floats:
    """Return the demand by day of the season, 1 on average, starting with the history's oldest day: float64[season].

    It is common to all SKUs, because a slow SKU has too few demands to show its own profile. All 1 without demand, or
    with less than a season.
    """
    total, phase = history.sum(axis=0), np.arange(history.shape[1]) % season
    if len(total) < season or total.sum() <= 0:
        return np.ones(season)
    by_phase = np.bincount(phase, total, season) / np.bincount(phase, minlength=season)
    return np.asarray(by_phase / by_phase.mean(), np.float64)


def ahead(profile: Floats, days: int, horizon: int) -> Floats:
    """Return the profile of the days after a history of `days` days: float64[horizon]."""
    return profile[(days + np.arange(horizon)) % len(profile)]


def by_weekday(model: Model) -> Model:
    """Apply a flat model to demand divided by its weekday profile, and multiply by the profile of the days to come;
    closed days are left out.
    """

    def seasonal(history: Table, horizon: int, season: int = SEASON) -> Table:
        days = history.shape[1]
        profile = weekday_profile(history, season)
        factor = ahead(profile, 0, days)
        worked = factor > _CLOSED
        level = model(history[:, worked] / factor[worked], 1, int((profile > _CLOSED).sum()))
        return np.asarray(level * ahead(profile, days, horizon)[None, :], np.float64)

    return seasonal


def _flat(rate: Table, horizon: int) -> Table:
    return np.repeat(rate[:, None], horizon, axis=1)


MODELS: Mapping[str, Model] = {
    NAIVE: seasonal_naive,
    "ses": ses,
    "croston_sba": croston_sba,
    "tsb": tsb,
    "mean_week": by_weekday(mean),
    "pooled_week": by_weekday(pooled),
    "ses_week": by_weekday(ses),
    "croston_sba_week": by_weekday(croston_sba),
    "tsb_week": by_weekday(tsb),
}
