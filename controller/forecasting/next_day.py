"""How many of the SKUs of the next day are guessed: predictors against each other, day by day, on orders they haven't seen."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from controller.forecasting.copurchase import Predictor
from layout.slotting.history import History

_DAY_S = 86_400.0


def hit_rates(predictors: Mapping[str, Predictor], old: History, new: History, top: int) -> dict[str, float]:
    """Share of the `top` SKUs expected most that are bought the next day, by predictor: mean over the days of `new`.

    A day with orders is guessed in the night before, knowing the orders of the last day that had some. nan without days.
    """
    hits: dict[str, list[float]] = {name: [] for name in predictors}
    recent = _skus(old, int(old.moment[-1] // _DAY_S)) if old.orders else np.zeros(0, np.int64)
    for day in np.unique(new.moment // _DAY_S).astype(int).tolist():
        bought = _skus(new, day)
        for name, predictor in predictors.items():
            guessed = best(predictor.expected(day * _DAY_S, recent), top)
            hits[name].append(float(np.isin(guessed, bought).mean()))
        recent = bought
    return {name: float(np.mean(found)) if found else float("nan") for name, found in hits.items()}


def popularity(orders: History) -> Predictor:
    """The plain guess: what has been in most orders so far."""
    fitted = Predictor.fit(orders, pull=0.0)
    return Predictor(orders.lines_of().astype(np.float64), fitted.hours, fitted.pulled, 0.0, _DAY_S)


def best(expected: NDArray[np.float64], top: int) -> NDArray[np.int64]:
    """int64[top]: the SKUs expected most; of equals the first."""
    return np.argsort(-expected, kind="stable")[:top].astype(np.int64)


def _skus(orders: History, day: int) -> NDArray[np.int64]:
    """SKUs of a day, once for each order that names them."""
    at = np.searchsorted(orders.moment, [day * _DAY_S, (day + 1) * _DAY_S])
    return orders.sku[int(orders.first[at[0]]) : int(orders.first[at[1]])].astype(np.int64)


def lines_only(orders: History) -> History:
    """The same orders with one unit a line: fitted on these, a predictor expects orders and not units."""
    return replace(orders, units=np.ones_like(orders.units))
