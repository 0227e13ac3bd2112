"""Choose the forecast model of each class by backtest: judged on days it has not seen, from several origins (rolling
origin).

L. J. Tashman, "Out-of-sample tests of forecasting accuracy", IJF 16 (2000). The model is chosen on the earlier origins;
the errors reported are those of the later ones, which had no influence on the choice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from controller.forecasting.classes import CLASSES, velocity_class
from controller.forecasting.history import SEASON
from controller.forecasting.measures import QUANTILES, Errors, Tally
from controller.forecasting.models import MODELS, NAIVE, Model
from controller.forecasting.quantiles import gamma_quantile
from controller.forecasting.spread import ratio_of
from layout.errors import InputError
from robots.wording.formatting import count

Table = NDArray[np.float64]
_LEAST_SEASONS = 3
"""Shortest past, in seasons, on which a model is tried."""
_FALLBACK = "mean_week"
"""Model of a class without SKUs or sales, for which models cannot be compared."""


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """The model of one class. inflation: ratio by which its squared errors over a horizon exceeded the variance of
    days. errors: of every model on the later origins. better_than_naive: both MASE and pinball loss of the chosen model
    are lower.
    """

    model: str
    inflation: float
    errors: Mapping[str, Errors]
    better_than_naive: bool


@dataclass(frozen=True, slots=True, eq=False)
class ModelChoice:
    """Models by class. classes: int8[skus]. by_class: of A, B, C. models: by name. horizon: days. earlier, later:
    origins, as days of past.
    """

    classes: NDArray[np.int8]
    by_class: tuple[ClassChoice, ...]
    models: Mapping[str, Model]
    horizon: int
    earlier: tuple[int, ...]
    later: tuple[int, ...]


class _Foreseen(NamedTuple):
    """A model's forecast from one origin. past, actual, days: float64[skus, days]. total, variance: float64[skus], of
    the horizon's total, before its inflation.
    """

    past: Table
    actual: Table
    days: Table
    total: Table
    variance: Table


def least_days(horizon: int) -> int:
    """Return the days of history that `choose` needs: for one origin to choose by, and a later one to judge by."""
    return _LEAST_SEASONS * SEASON + 2 * horizon


def origins(days: int, horizon: int, limit: int | None = None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return (earlier, later): days of past at each origin. Horizons do not overlap, and the later half, rounded down,
    judges.

    limit: number of newest origins to use, all if None. Raises InputError if there are fewer days than `least_days`.
    """
    if days < least_days(horizon):
        fault = f"{count(days, 'whole day is', 'whole days are')} too few to judge forecasts of {count(horizon, 'day')}"
        raise InputError.single("history", "", fault, f"{count(least_days(horizon), 'day')} or a shorter horizon")
    available = (days - _LEAST_SEASONS * SEASON) // horizon
    judged = available if limit is None else min(available, limit)
    starts = tuple(days - horizon * back for back in range(judged, 0, -1))
    cut = judged - judged // 2
    return starts[:cut], starts[cut:]


def classes_before(history: Table, horizon: int) -> NDArray[np.int8]:
    """Return the velocity classes by the units sold before the judging origins, which thus have no influence:
    int8[skus].
    """
    _, later = origins(history.shape[1], horizon)
    return velocity_class(history[:, : later[0]].sum(axis=1))


def choose(
    history: Table,
    classes: NDArray[np.int8],
    horizon: int,
    models: Mapping[str, Model] = MODELS,
    most_origins: int | None = None,
) -> ModelChoice:
    """Choose for each class the model with the least pinball loss, among `models` and seasonal naive. history:
    float64[skus, days].

    most_origins: number of newest origins to use, at least 2; the run time is proportional to their number times the
    days. Raises InputError if the history is too short.
    """
    earlier, later = origins(history.shape[1], horizon, most_origins)
    tried = {NAIVE: MODELS[NAIVE], **models}
    by_class = tuple(
        _chosen(history[classes == number], horizon, tried, earlier, later) for number in range(len(CLASSES))
    )
    return ModelChoice(classes, by_class, tried, horizon, earlier, later)


def named(names: Sequence[str], history: Table, horizon: int, models: Mapping[str, Model] = MODELS) -> ModelChoice:
    """Return a choice without comparison: the models of A, B and C by name, classes by the units of the history.

    The errors' inflation is measured if the history is long enough, else 1. Raises KeyError for a name not in `models`.
    """
    classes = velocity_class(history.sum(axis=1))
    enough = history.shape[1] >= least_days(horizon)
    starts = sum(origins(history.shape[1], horizon), ()) if enough else ()
    by_class = []
    for number, name in enumerate(names):
        of_class = history[classes == number]
        foreseen = _foreseen(of_class, horizon, models[name], starts, _ratios(of_class, starts))
        by_class.append(ClassChoice(name, _inflation(foreseen), {}, False))
    return ModelChoice(classes, tuple(by_class), models, horizon, starts, ())


def _chosen(
    history: Table, horizon: int, models: Mapping[str, Model], earlier: Sequence[int], later: Sequence[int]
) -> ClassChoice:
    fallback = _FALLBACK if _FALLBACK in models else NAIVE
    if not history.sum():
        return ClassChoice(fallback, 1.0, {}, False)
    starts, cut = (*earlier, *later), len(earlier)
    ratios = _ratios(history, starts)
    losses, inflations, errors = {}, {}, {}
    for name, model in models.items():
        foreseen = _foreseen(history, horizon, model, starts, ratios)
        inflation, inflations[name] = _inflation(foreseen[:cut]), _inflation(foreseen)
        losses[name] = _judged(foreseen[:cut], inflation).loss
        errors[name] = _judged(foreseen[cut:], inflation)
    known = {name: loss for name, loss in losses.items() if np.isfinite(loss)}
    best = min(known, key=known.__getitem__) if known else fallback
    chosen, naive = errors[best], errors[NAIVE]
    better = chosen.mase < naive.mase and chosen.loss < naive.loss
    return ClassChoice(best, inflations[best], errors, better)


def _ratios(history: Table, starts: Sequence[int]) -> list[Table]:
    """Return the variance over mean of the past at each origin, which is the same for all models."""
    return [ratio_of(history[:, :start]) for start in starts]


def _foreseen(
    history: Table, horizon: int, model: Model, starts: Sequence[int], ratios: Sequence[Table]
) -> list[_Foreseen]:
    forecasts = []
    for start, ratio in zip(starts, ratios, strict=True):
        past = history[:, :start]
        days = model(past, horizon)
        total = days.sum(axis=1)
        forecasts.append(_Foreseen(past, history[:, start : start + horizon], days, total, ratio * total))
    return forecasts


def _inflation(foreseen: Sequence[_Foreseen]) -> float:
    """Return by how much squared errors exceeded the variance of days alone; this includes errors of the mean and
    drift.
    """
    squared = expected = 0.0
    for forecast in foreseen:
        weight = 1.0 / (forecast.total + 1.0)  # without the weight, a SKU thought dead that sells again would dominate
        squared += float(((forecast.actual.sum(axis=1) - forecast.total) ** 2 * weight).sum())
        expected += float((forecast.variance * weight).sum())
    return max(1.0, squared / expected) if expected > 0 else 1.0


def _judged(foreseen: Sequence[_Foreseen], inflation: float) -> Errors:
    tally = Tally()
    for forecast in foreseen:
        variance = inflation * forecast.variance
        quantiles = np.array([gamma_quantile(forecast.total, variance, share) for share in QUANTILES])
        tally.add(forecast.past, forecast.days, forecast.actual, quantiles)
    return tally.errors()
