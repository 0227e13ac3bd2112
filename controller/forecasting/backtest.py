"""Which model forecasts a class best: judged on days it had not seen, from several days on (rolling origin).

L. J. Tashman, "Out-of-sample tests of forecasting accuracy", IJF 16 (2000). The model is chosen on the earlier origins; the
errors told are those of the later ones, which have had no say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.forecasting.classes import CLASSES, velocity_class
from controller.forecasting.history import SEASON
from controller.forecasting.measures import QUANTILES, Errors, Tally
from controller.forecasting.models import MODELS, NAIVE, Model
from controller.forecasting.quantiles import gamma_quantile
from controller.forecasting.spread import day_variance
from layout.errors import InputError

Table = NDArray[np.float64]
_LEAST_SEASONS = 3
"""The shortest past that a model is tried on."""
_FALLBACK = "mean_week"
"""Taken for a class without SKUs or sales: nothing can be said about it."""


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """model: chosen for the class. inflation: by what its forecasts' squared errors over a horizon exceeded what days vary by.
    errors: on the later origins, of every model. better_than_naive: of the chosen one, both MASE and pinball loss are lower.
    """

    model: str
    inflation: float
    errors: Mapping[str, Errors]
    better_than_naive: bool


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """classes: int8[skus]. by_class: of A, B, C. models: by name. horizon: days. earlier, later: origins, days of past each
    had.
    """

    classes: NDArray[np.int8]
    by_class: tuple[ClassChoice, ...]
    models: Mapping[str, Model]
    horizon: int
    earlier: tuple[int, ...]
    later: tuple[int, ...]


def least_days(horizon: int) -> int:
    """Days of history that `choose` needs: for one origin to choose by, and a later one to judge by."""
    return _LEAST_SEASONS * SEASON + 2 * horizon


def origins(days: int, horizon: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(earlier, later): days of past at each origin; horizons don't overlap, and the later half, rounded down, judges.

    InputError if there are fewer days than `least_days`.
    """
    if days < least_days(horizon):
        what = f"{days} whole days are too few to judge forecasts of {horizon} days"
        raise InputError.single("history", "", what, f"{least_days(horizon)} days or a shorter horizon")
    count = (days - _LEAST_SEASONS * SEASON) // horizon
    starts = tuple(days - horizon * back for back in range(count, 0, -1))
    cut = count - count // 2
    return starts[:cut], starts[cut:]


def classes_before(history: Table, horizon: int) -> NDArray[np.int8]:
    """int8[skus]: velocity classes by the units sold before the judging origins, so that these have no say in them either."""
    _, later = origins(history.shape[1], horizon)
    return velocity_class(history[:, : later[0]].sum(axis=1))


def choose(history: Table, classes: NDArray[np.int8], horizon: int, models: Mapping[str, Model] = MODELS) -> Choice:
    """The model with the least pinball loss for each class, of `models` and seasonal naive. history: float64[skus, days].

    InputError if the history is too short.
    """
    earlier, later = origins(history.shape[1], horizon)
    tried = {NAIVE: MODELS[NAIVE], **models}
    by_class = tuple(
        _chosen(history[classes == number], horizon, tried, earlier, later) for number in range(len(CLASSES))
    )
    return Choice(classes, by_class, tried, horizon, earlier, later)


def named(names: Sequence[str], history: Table, horizon: int, models: Mapping[str, Model] = MODELS) -> Choice:
    """A choice without a contest: the model of A, B and C by name, classes by the units of the history.

    The errors' inflation is measured if the history is long enough, else 1. KeyError for a name that isn't in `models`.
    """
    classes = velocity_class(history.sum(axis=1))
    enough = history.shape[1] >= least_days(horizon)
    starts = sum(origins(history.shape[1], horizon), ()) if enough else ()
    by_class = []
    for number, name in enumerate(names):
        inflation = _inflation(history[classes == number], horizon, models[name], starts)
        by_class.append(ClassChoice(name, inflation, {}, False))
    return Choice(classes, tuple(by_class), models, horizon, starts, ())


def _chosen(
    history: Table, horizon: int, models: Mapping[str, Model], earlier: Sequence[int], later: Sequence[int]
) -> ClassChoice:
    fallback = _FALLBACK if _FALLBACK in models else NAIVE
    if not history.sum():
        return ClassChoice(fallback, 1.0, {}, False)
    losses, inflations, errors = {}, {}, {}
    for name, model in models.items():
        inflations[name] = _inflation(history, horizon, model, earlier)
        losses[name] = _judged(history, horizon, model, earlier, inflations[name]).loss
        errors[name] = _judged(history, horizon, model, later, inflations[name])
    known = {name: loss for name, loss in losses.items() if np.isfinite(loss)}
    best = min(known, key=known.__getitem__) if known else fallback
    mine, naive = errors[best], errors[NAIVE]
    better = mine.mase < naive.mase and mine.loss < naive.loss
    return ClassChoice(best, _inflation(history, horizon, models[best], [*earlier, *later]), errors, better)


def _inflation(history: Table, horizon: int, model: Model, starts: Sequence[int]) -> float:
    """How much larger squared errors were than the variance of the days alone; errors of the mean and drift are in it."""
    squared = expected = 0.0
    for start in starts:
        past, total = history[:, :start], history[:, start : start + horizon].sum(axis=1)
        foreseen = model(past, horizon).sum(axis=1)
        weight = 1.0 / (foreseen + 1.0)  # else a SKU thought dead that sells again would be all that counts
        squared += float(((total - foreseen) ** 2 * weight).sum())
        expected += float((day_variance(past, foreseen) * weight).sum())
    return max(1.0, squared / expected) if expected > 0 else 1.0


def _judged(history: Table, horizon: int, model: Model, starts: Sequence[int], inflation: float) -> Errors:
    tally = Tally()
    for start in starts:
        past, actual = history[:, :start], history[:, start : start + horizon]
        foreseen = model(past, horizon)
        total = foreseen.sum(axis=1)
        variance = inflation * day_variance(past, total)
        tally.add(past, foreseen, actual, np.array([gamma_quantile(total, variance, share) for share in QUANTILES]))
    return tally.errors()
