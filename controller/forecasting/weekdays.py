"""Weekdays of demand: how much of it falls on each, and any flat model made to follow that."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from controller.forecasting.history import SEASON

if TYPE_CHECKING:
    from controller.forecasting.models import Model

_CLOSED = 0.05
"""A weekday with less than this share of a mean day's demand counts as closed: nothing can be learnt from it."""


def weekday_profile(history: NDArray[np.float64], season: int = SEASON) -> NDArray[np.float64]:
    """float64[season]: demand by day of the season, 1 on average; the oldest day of the history is of the first.

    All SKUs together, because a slow one has too few demands to show its own. Without demand, or with less than a season, 1.
    """
    total, phase = history.sum(axis=0), np.arange(history.shape[1]) % season
    if len(total) < season or total.sum() <= 0:
        return np.ones(season)
    by_phase = np.bincount(phase, total, season) / np.bincount(phase, minlength=season)
    return np.asarray(by_phase / by_phase.mean(), np.float64)


def ahead(profile: NDArray[np.float64], days: int, horizon: int) -> NDArray[np.float64]:
    """float64[horizon]: the profile of the days after a history of so many days."""
    return profile[(days + np.arange(horizon)) % len(profile)]


def by_weekday(model: "Model") -> "Model":
    """A flat model on demand divided by its weekdays, times the weekdays to come; closed days are left out."""

    def seasonal(history: NDArray[np.float64], horizon: int, season: int = SEASON) -> NDArray[np.float64]:
        days = history.shape[1]
        profile = weekday_profile(history, season)
        factor = ahead(profile, 0, days)
        worked = factor > _CLOSED
        level = model(history[:, worked] / factor[worked], 1, int((profile > _CLOSED).sum()))
        return np.asarray(level * ahead(profile, days, horizon)[None, :], np.float64)

    return seasonal
