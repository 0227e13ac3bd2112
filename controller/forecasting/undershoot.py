"""Undershoot: units by which stock is below its reorder point when that is noticed, because orders are for several
units.

In the long run P(undershoot = j) = P(X > j) ÷ E X for a review's demand X (W. Feller, *Probability* II, ch. XI; for
stock H. C. Tijms and H. Groenevelt, EJOR 17, 1984). This holds if a lot lasts for many reviews with demand. For a SKU
with rare demands larger than a lot, the first demand crosses the reorder point at once. Here the two cases are mixed by
their probabilities; our own arithmetic.
"""

import numpy as np

from controller.forecasting.quantiles import covered
from layout.arrays import Floats, Ints


def undershoot(mean: Floats, variance: Floats, lot: Ints) -> tuple[Floats, Floats]:
    """Return (mean, variance) of the units below the reorder point: float64[skus]; 0 without demand.

    mean, variance: of a review's demand, taken as negative binomial. lot: int64[skus], units from reorder point to
    level.
    """
    fallen, spread = np.zeros_like(mean), np.zeros_like(mean)
    positive = mean > 0
    m, v = mean[positive], np.maximum(variance[positive], mean[positive])
    chance, first_moment, second_moment = _at_once(m, v, lot[positive])
    later_one, later_two = _in_the_long_run(m, v)
    first = first_moment + (1.0 - chance) * later_one
    second = second_moment + (1.0 - chance) * later_two
    fallen[positive], spread[positive] = first, np.maximum(0.0, second - first**2)
    return fallen, spread


def _in_the_long_run(m: Floats, v: Floats) -> tuple[Floats, Floats]:
    """Return the first and second moment in the long run, from the first three moments of X."""
    second = v + m**2
    third = v * (2 * v / m - 1) + 3 * v * m + m**3
    return (second - m) / (2 * m), (2 * third - 3 * second + m) / (6 * m)


def _at_once(m: Floats, v: Floats, lot: Ints) -> tuple[Floats, Floats, Floats]:
    """Return moments of X − lot where X is at least the lot, given that there is demand: probability, and first and
    second moment times the probability.

    k·P(X = k) is E X times P(X' = k − 1) for an X' with one success more, which gives the moments of a tail.
    """
    more = v / m - 1.0
    tails = [1.0 - covered(m + k * more, (m + k * more) * v / m, lot - 1 - k) for k in range(3)]
    demand = 1.0 - covered(m, v, np.zeros_like(lot))
    tail = tails[0]
    expected = m * tails[1]
    pairs = m * (m + more) * tails[2]
    first = expected - lot * tail
    second = pairs + expected - 2 * lot * expected + lot.astype(np.float64) ** 2 * tail
    return tail / demand, np.maximum(0.0, first) / demand, np.maximum(0.0, second) / demand
