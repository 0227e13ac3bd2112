"""Predict the next purchases: the demand rate of each SKU, and SKUs often bought together with recent ones.

A SKU's rate is its probability of an order and its units a day, both smoothed (R. H. Teunter, A. A. Syntetos, M. Z.
Babai 2011), distributed over the hours of the day like all orders. The pull of recent SKUs is added: P(j | i) less P(j)
over the orders, for pairs more often together than at random (association rules: R. Agrawal, T. Imieliński, A. Swami
1993). The strength of the pull is learnt from the last part of the orders; where it gains nothing, it is 0.

Predictors are judged by the share of the next day's SKUs that they guess, day by day, on unseen orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from controller.forecasting.history import daily_demand
from controller.forecasting.models import tsb
from layout.arrays import Floats, Ints
from layout.slotting.history import History, together
from layout.time_units import DAY_S, HOUR_S

_PULLS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1)
_PARTS = ("data", "indices", "indptr")
"""Arrays of a sparse matrix."""
_LEAST_TOGETHER = 3
"""Least number of common orders for a pair to count."""
_TUNED_ON, _TOP = 0.2, 100
"""Newest share of orders that the pull is learnt from, and number of SKUs to guess for each of its days [D]."""


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """A fitted predictor. rate: float64[skus], units a day. hours: float64[24], share of a day's units by hour. pulled:
    float64[skus, skus], additional units of the column's SKU for each recent order of the row's, at a pull of 1.
    """

    rate: Floats
    hours: Floats
    pulled: "sparse.csr_array[np.float64]"
    pull: float
    horizon_s: float

    def __getstate__(self) -> dict[str, object]:
        """Return arrays and numbers, for a store."""
        return {
            **{name: getattr(self, name) for name in ("rate", "hours", "pull", "horizon_s")},
            **{part: getattr(self.pulled, part) for part in _PARTS},
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the state. Raises ValueError for a matrix whose indices point outside."""
        skus = len(state["rate"])
        pulled = sparse.csr_array(tuple(state.pop(part) for part in _PARTS), shape=(skus, skus))
        pulled.check_format(full_check=True)
        for name, value in {**state, "pulled": pulled}.items():
            object.__setattr__(self, name, value)

    @classmethod
    def fit(cls, orders: History, horizon_s: float = DAY_S, pull: float | None = None) -> "Predictor":
        """Fit a predictor to the orders. horizon_s: how far it looks ahead. pull: by default the best on the newest
        fifth.
        """
        if pull is None:
            pull = _best_pull(orders, horizon_s)
        return cls(_rate(orders), _hours(orders), _pulled(orders), pull, horizon_s)

    def expected(self, now_s: float, recent_skus: Ints) -> Floats:
        """Return the units expected within the horizon: float64[skus]. now_s: since the epoch. recent_skus: SKUs bought
        last, once for each order.
        """
        base = self.rate * self._share_of_day(now_s)
        if not self.pull or not len(recent_skus):
            return base
        recent = np.bincount(recent_skus, minlength=len(self.rate)).astype(np.float64)
        return np.asarray(base + self.pull * (self.pulled.T @ recent), np.float64)

    def _share_of_day(self, now_s: float) -> float:
        """Return the demand from now to the horizon, in days' worth."""
        whole, part = divmod(self.horizon_s, DAY_S)
        return float(whole) + self._until(now_s + part) - self._until(now_s)

    def _until(self, moment_s: float) -> float:
        """Return the demand since the epoch, in days' worth."""
        day, second = divmod(moment_s, DAY_S)
        hour, part = divmod(second, HOUR_S)
        return float(day + self.hours[: int(hour)].sum() + self.hours[int(hour)] * part / HOUR_S)


def hit_rates(predictors: Mapping[str, Predictor], old: History, new: History, top: int) -> dict[str, float]:
    """Return by predictor the share of the `top` SKUs expected most that are bought the next day: mean over the days of
    `new`.

    A day with orders is predicted in the night before, knowing the orders of the last day that had some. nan without
    days.
    """
    hits: dict[str, list[float]] = {name: [] for name in predictors}
    recent = _skus(old, int(old.moment[-1] // DAY_S)) if old.orders else np.zeros(0, np.int64)
    for day in np.unique(new.moment // DAY_S).astype(int).tolist():
        bought = _skus(new, day)
        for name, predictor in predictors.items():
            guessed = best(predictor.expected(day * DAY_S, recent), top)
            hits[name].append(float(np.isin(guessed, bought).mean()))
        recent = bought
    return {name: float(np.mean(rates)) if rates else float("nan") for name, rates in hits.items()}


def popularity(orders: History) -> Predictor:
    """Return the baseline predictor: SKUs in most orders so far."""
    fitted = Predictor.fit(orders, pull=0.0)
    return Predictor(orders.lines_of().astype(np.float64), fitted.hours, fitted.pulled, 0.0, DAY_S)


def best(expected: Floats, top: int) -> Ints:
    """Return the SKUs expected most: int64[top]; of equal ones the first."""
    return np.argsort(-expected, kind="stable")[:top].astype(np.int64)


def _skus(orders: History, day: int) -> Ints:
    """Return the SKUs of a day, once for each order that contains them."""
    bounds = np.searchsorted(orders.moment, [day * DAY_S, (day + 1) * DAY_S])
    return orders.sku[int(orders.first[bounds[0]]) : int(orders.first[bounds[1]])].astype(np.int64)


def lines_only(orders: History) -> History:
    """Return the same orders with one unit a line: fitted on these, a predictor expects orders instead of units."""
    return replace(orders, units=np.ones_like(orders.units))


def _rate(orders: History) -> Floats:
    return np.asarray(tsb(daily_demand(orders).units, 1)[:, 0], np.float64)


def _hours(orders: History) -> Floats:
    """Return the share of units by hour; uniform without orders."""
    hour = (orders.moment % DAY_S // HOUR_S).astype(np.int64)
    units = np.bincount(hour[orders.order], orders.units, 24).astype(np.float64)
    return np.asarray(units / units.sum() if units.sum() else np.full(24, 1 / 24), np.float64)


def _pulled(orders: History) -> "sparse.csr_array[np.float64]":
    pairs = together(orders).tocoo()
    lines = np.maximum(1, orders.lines_of()).astype(np.float64)
    row, col = pairs.coords
    excess = pairs.data / lines[row] - lines[col] / max(1, orders.orders)
    kept = (pairs.data >= _LEAST_TOGETHER) & (excess > 0)
    units_a_line = orders.units_of() / lines
    shape = (len(lines), len(lines))
    units = excess[kept] * units_a_line[col[kept]]
    return sparse.csr_array((units, (row[kept], col[kept])), shape=shape)


def _best_pull(orders: History, horizon_s: float) -> float:
    """Return the pull that guesses most of the next day's SKUs, on average over the days of the newest orders."""
    old, new = orders.split(1 - _TUNED_ON)
    if not old.orders or not new.orders:
        return 0.0
    fitted = Predictor.fit(old, horizon_s, 0.0)
    tried = {str(pull): Predictor(fitted.rate, fitted.hours, fitted.pulled, pull, horizon_s) for pull in _PULLS}
    rates = hit_rates(tried, old, new, _TOP)
    return float(max(tried, key=lambda pull: (rates[pull], -float(pull))))
