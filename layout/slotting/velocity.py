"""Velocity of SKUs, and of the pods that hold them."""

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.slotting.plan import Plan
from layout.time_units import DAY_S

NEAREST = 0.2
"""Class A of places: the nearest fifth."""


def carried_over(
    rate: NDArray[np.float64], sku: NDArray[np.integer], pod: NDArray[np.integer], pods: int
) -> NDArray[np.float64]:
    """Return the total rate of each pod's SKUs: float64[pods]. A SKU in several pods is split equally.

    rate: float64[skus]. sku, pod: [bins in use]; a pod with two bins of a SKU counts once.
    """
    keys = np.unique(sku.astype(np.int64) * pods + pod)
    held, holder = np.divmod(keys, max(1, pods))
    holders = np.bincount(held, minlength=len(rate))
    return np.bincount(holder, rate[held] / holders[held], pods).astype(np.float64)


def lines_a_day(history: History) -> NDArray[np.float64]:
    """Return the orders a day that name each SKU, over the days from the first order to the last, at least one:
    float64[skus].
    """
    span = float(history.moment.max() - history.moment.min()) if history.orders else 0.0
    return history.lines_of() / max(1.0, span / DAY_S)


def pod_velocity(plan: Plan, history: History) -> NDArray[np.float64]:
    """Return the order lines a day of a pod's SKUs: float64[pods]; SKUs never ordered add nothing."""
    by_name = dict(zip(history.names, lines_a_day(history).tolist(), strict=True))
    rate = np.array([by_name.get(name, 0.0) for name in plan.names])
    return carried_over(rate, plan.sku, plan.pod, plan.pods)


def nearest_share(velocity: NDArray[np.float64], trip: NDArray[np.float64]) -> float | None:
    """Return the share of the velocity in the nearest fifth of the pods' places. trip: float64[pods]; None without
    velocity.
    """
    total = float(velocity.sum())
    nearest = np.argsort(trip, kind="stable")[: max(1, round(NEAREST * len(trip)))]
    return float(velocity[nearest].sum()) / total if total else None


def mean_trip(velocity: NDArray[np.float64], trip: NDArray[np.float64]) -> float | None:
    """Return the mean round trip of the pod that an order line is picked from. trip: float64[pods]; None without any
    lines.
    """
    total = float(velocity.sum())
    return float((velocity * trip).sum()) / total if total else None
