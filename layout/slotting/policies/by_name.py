"""Slotting policies by name: History and Space in, Slotting out. Each uses only past orders, and raises Impossible."""

from collections.abc import Callable, Mapping

import numpy as np

from layout.slotting.history import History
from layout.slotting.judge import Slotting
from layout.slotting.policies import classical
from layout.slotting.policies.integrated import integrated
from layout.slotting.policies.scattered import scattered
from layout.slotting.space import Space

Policy = Callable[[History, Space, np.random.Generator], Slotting]


def null(history: History, space: Space, rng: np.random.Generator) -> Slotting:
    """Return the null model: affinity learnt from shuffled baskets, i.e. the gain of a policy on random data."""
    return classical.affinity_greedy(history.shuffled(rng), space, rng)


POLICIES: Mapping[str, Policy] = {
    "random": classical.at_random,
    "abc": classical.abc_classes,
    "turnover": classical.full_turnover,
    "coi": classical.cube_per_order,
    "affinity": classical.affinity_greedy,
    "integrated": integrated,
    "scattered": scattered,
    "null": null,
}
