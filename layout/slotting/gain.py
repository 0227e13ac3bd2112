"""Gain of a plan over another, on orders that neither was made from, split by its sources."""

from dataclasses import dataclass

import numpy as np

from layout.slotting.history import History
from layout.slotting.judge import Slotting, Verdict, judge
from layout.slotting.space import Space

_SHUFFLES = 3
"""Number of shuffled histories averaged; with thousands of orders they differ little."""

Placed = tuple[Slotting, Space]


@dataclass(frozen=True, slots=True)
class Part:
    """Part of the saving, for one order: pod visits, and cells of travel."""

    visits: float
    travel: float


@dataclass(frozen=True, slots=True)
class Gain:
    """A plan's gain. before, after: for one order. saved: the difference, which is split in two ways, exactly each
    time.

    By cause of the travel, in cells an order: fewer_visits at the mean trip, and nearer_places at the mean number of
    visits. By information used: velocity is the gain that remains if the same orders are shuffled, so that SKUs are as
    frequent as before but together only at random; affinity is the rest.
    """

    before: Verdict
    after: Verdict
    saved: Part
    fewer_visits: float
    nearer_places: float
    velocity: Part
    affinity: Part


def gain(orders: History, before: Placed, after: Placed, rng: np.random.Generator) -> Gain:
    """Return the saving of `after` over `before` on some orders."""
    old, new = judge(orders, *before), judge(orders, *after)
    saved = Part(old.visits - new.visits, old.travel - new.travel)
    trips = [verdict.travel / verdict.visits if verdict.visits else 0.0 for verdict in (old, new)]
    velocity = _by_velocity(orders, before, after, rng)
    return Gain(
        old,
        new,
        saved,
        fewer_visits=saved.visits * (trips[0] + trips[1]) / 2,
        nearer_places=(trips[0] - trips[1]) * (old.visits + new.visits) / 2,
        velocity=velocity,
        affinity=Part(saved.visits - velocity.visits, saved.travel - velocity.travel),
    )


def _by_velocity(orders: History, before: Placed, after: Placed, rng: np.random.Generator) -> Part:
    visits, travel = 0.0, 0.0
    for _ in range(_SHUFFLES):
        shuffled = orders.shuffled(rng)
        old, new = judge(shuffled, *before), judge(shuffled, *after)
        visits += (old.visits - new.visits) / _SHUFFLES
        travel += (old.travel - new.travel) / _SHUFFLES
    return Part(visits, travel)
