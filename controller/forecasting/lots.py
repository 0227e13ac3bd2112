"""How much to order at once: the economic lot, the newsvendor's quantity, and whole packs.

F. W. Harris 1913; K. J. Arrow, T. Harris, J. Marschak 1951. Formulas as in L. V. Snyder and Z.-J. M. Shen, *Fundamentals of
Supply Chain Theory*.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def economic_lot(mean_day: Floats, order_cost: Floats | float, holding_cost_day: Floats | float) -> Floats:
    """float64[skus], units: √(2Kλ/h). order_cost: of an order; holding_cost_day: of a unit for a day, above 0."""
    return np.asarray(np.sqrt(2.0 * np.asarray(order_cost) * mean_day / np.asarray(holding_cost_day)), np.float64)


def critical_share(short_cost: float, over_cost: float) -> float:
    """The chance with which a season's one order should cover demand: short ÷ (short + over), costs of a unit."""
    return short_cost / (short_cost + over_cost)


def newsvendor(mean: Floats, variance: Floats, short_cost: float, over_cost: float) -> Floats:
    """float64[skus], units: the cheapest single order for normal demand."""
    z = float(special.ndtri(critical_share(short_cost, over_cost)))
    return mean + z * np.sqrt(variance)


def safety_stock(service: Floats, variance: Floats) -> Floats:
    """float64[skus], units above the mean, for normal demand of that variance."""
    return np.asarray(special.ndtri(service) * np.sqrt(variance), np.float64)


def lot_units(wanted: Floats, pack: Ints | int = 1, moq: Ints | int = 1) -> Ints:
    """int64[skus]: whole packs of at least `wanted` and at least the supplier's least order, one pack in any case."""
    least = np.maximum(np.maximum(wanted, moq), 1.0)
    packs = np.ceil(least / pack - 1e-9).astype(np.int64)
    return np.asarray(packs * pack, np.int64)
