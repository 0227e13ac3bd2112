"""Reorder points and order-up-to levels in whole units, with the requested cycle service and no more.

A cycle goes from one arrival to the next; its service is the probability that nobody had to wait in it. Stock just
before the arrival decides: the stock when the order was placed has to cover the demand of the lead time plus the
undershoot (see undershoot.py).

Whole units: the least reorder point that reaches 90 % may give 97 %. If all are rounded up, a class has more service,
and stock, than requested. So all SKUs of a class share one floor under their service, as high as needed for the class
to have the requested service on average over its cycles.
"""

from dataclasses import dataclass

import numpy as np

from controller.forecasting.quantiles import covered, quantile
from controller.forecasting.undershoot import undershoot
from layout.arrays import Floats, Ints

_STEPS = 6
"""Most units by which a reorder point is below the one that its SKU alone would need."""
_HALVINGS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Levels by SKU. reorder_point, order_up_to: int64[skus]; order up to the level when stock on hand and on order
    less backorders is at or below the reorder point. service: float64[skus], expected cycle service.
    """

    reorder_point: Ints
    order_up_to: Ints
    service: Floats


def levels(
    mean_day: Floats,
    var_day: Floats,
    lead_mean_days: Floats | float,
    lead_var_days2: Floats | float,
    review_days: float,
    service: Floats,
    pack: Ints | int = 1,
    moq: Ints | int = 1,
    order_cover_days: Floats | float = 7.0,
    level_var: Floats | float = 0.0,
) -> Levels:
    """Return the levels of all SKUs; arrays are by SKU. SKUs with the same `service` are rounded together, as one
    class.

    mean_day, var_day: units and units² of a day's demand. lead: of the time from order to arrival. review_days: between
    two reviews of the stock, 0 for continuous review. service: cycle service, 0 to 1. order_cover_days: days of demand
    that an order covers (e.g. an economic lot ÷ mean_day), at least a review's. level_var: units², uncertainty of
    mean_day itself, if not included in var_day.
    """
    cover = np.maximum(np.asarray(order_cover_days, np.float64), review_days)
    lot = lot_units(cover * mean_day, pack, moq)
    fallen, fallen_var = undershoot(mean_day * review_days, var_day * review_days, lot)
    lead, lead_var = lead_demand(mean_day, var_day, lead_mean_days, lead_var_days2, level_var)
    mean, variance = lead + fallen, lead_var + fallen_var
    reorder = np.zeros(len(mean_day), np.int64)
    for target in np.unique(service):
        members = np.flatnonzero(service == target)
        reorder[members] = _rounded(mean[members], variance[members], float(target), mean_day[members] / lot[members])
    return Levels(reorder, reorder + lot, covered(mean, variance, reorder))


def lot_units(wanted: Floats, pack: Ints | int = 1, moq: Ints | int = 1) -> Ints:
    """Return whole packs of at least `wanted` and the minimum order quantity, at least one pack: int64[skus]."""
    least = np.maximum(np.maximum(wanted, moq), 1.0)
    packs = np.ceil(least / pack - 1e-9).astype(np.int64)
    return np.asarray(packs * pack, np.int64)


def lead_demand(
    mean_day: Floats,
    var_day: Floats,
    lead_mean_days: Floats | float,
    lead_var_days2: Floats | float,
    level_var: Floats | float = 0.0,
) -> tuple[Floats, Floats]:
    """Return (mean, variance) of demand over the lead time: float64[skus], units and units².

    L·μ, and L·σ² + μ²·σ_L² (G. Hadley and T. M. Whitin 1963); plus (L² + σ_L²) times the uncertainty of μ.
    """
    lead, lead_var = np.asarray(lead_mean_days, np.float64), np.asarray(lead_var_days2, np.float64)
    variance = lead * var_day + mean_day**2 * lead_var + np.asarray(level_var) * (lead**2 + lead_var)
    return np.asarray(lead * mean_day, np.float64), np.asarray(variance, np.float64)


def _rounded(mean: Floats, variance: Floats, target: float, weight: Floats) -> Ints:
    """Return the reorder points of a class whose mean service, weighted by cycles, is as near to `target` as whole units
    allow: int64[n].
    """
    top = quantile(mean, variance, np.full(len(mean), target))
    steps = np.stack([covered(mean, variance, top - down) for down in range(_STEPS + 1)])
    steps[np.stack([top - down < 0 for down in range(_STEPS + 1)])] = -1.0
    low, high = 0.0, target
    best = _lowered(steps, target)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        down = _lowered(steps, middle)
        if _mean_service(steps, down, weight) >= target:
            best, high = down, middle
        else:
            low = middle
    return np.asarray(top - best, np.int64)


def _lowered(steps: Floats, floor: float) -> Ints:
    """Return how many units lower each reorder point may be with a service of at least `floor`: int64[n]."""
    return np.asarray((steps[1:] >= floor).sum(axis=0) * (floor >= 0), np.int64)


def _mean_service(steps: Floats, down: Ints, weight: Floats) -> float:
    service = steps[down, np.arange(len(down))]
    return float((service * weight).sum() / weight.sum()) if weight.sum() > 0 else float(service.mean())
