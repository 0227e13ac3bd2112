"""What a slotting costs: pod visits and travel of orders that it was not made from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.slotting.space import Space


@dataclass(frozen=True, slots=True, eq=False)
class Slotting:
    """pod: int32[skus], the pod of each SKU, where it lies once. rank: int32[pods], the place of each pod in Space.trip.

    more: (sku, pod) of further copies.
    """

    pod: NDArray[np.int32]
    rank: NDArray[np.int32]
    more: NDArray[np.int32]

    @classmethod
    def single(cls, pod: NDArray[np.int32], rank: NDArray[np.int32]) -> "Slotting":
        return cls(pod.astype(np.int32), rank.astype(np.int32), np.empty((0, 2), np.int32))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of an order, on average. visits: pods fetched. travel: cells driven with them and back. units_per_visit: picked from
    a pod at a time. balance: share of pod visits that the busiest tenth of the pods has.
    """

    visits: float
    travel: float
    units_per_visit: float
    balance: float


def visited(history: History, slotting: Slotting, space: Space) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """(order, pod) of every visit. A SKU that lies in several pods is taken from one that the order needs anyway, else from the
    nearest.
    """
    order, pod = history.order, slotting.pod[history.sku]
    if len(slotting.more):
        pod = _best_copies(history, slotting, space)
    key = np.unique(order * space.pods + pod)
    orders, pods = np.divmod(key, space.pods)
    return orders, pods.astype(np.int32)


def judge(history: History, slotting: Slotting, space: Space) -> Verdict:
    """What these orders would have cost."""
    _, pods = visited(history, slotting, space)
    count = max(1, history.orders)
    visits = np.bincount(pods, minlength=space.pods)
    travel = float((visits * space.trip[slotting.rank]).sum())
    busiest = np.sort(visits)[::-1][: max(1, space.pods // 10)].sum()
    return Verdict(
        len(pods) / count,
        travel / count,
        float(history.units.sum()) / max(1, len(pods)),
        float(busiest) / max(1, len(pods)),
    )


def _best_copies(history: History, slotting: Slotting, space: Space) -> NDArray[np.int32]:
    """int32[lines]: the pod that each line is taken from: first those with one copy, then whose pod is needed already."""
    copies: dict[int, list[int]] = {}
    for sku, pod in slotting.more.tolist():
        copies.setdefault(sku, [int(slotting.pod[sku])]).append(pod)
    chosen = slotting.pod[history.sku].copy()
    several = np.isin(history.sku, np.fromiter(copies, np.int32, len(copies)))
    trip = space.trip[slotting.rank]
    order = history.order
    for number in np.unique(order[several]).tolist():
        lines = range(int(history.first[number]), int(history.first[number + 1]))
        needed = {int(chosen[line]) for line in lines if not several[line]}
        for line in lines:
            if several[line]:
                there = copies[int(history.sku[line])]
                pod = min(there, key=lambda one: (one not in needed, trip[one]))
                chosen[line] = pod
                needed.add(pod)
    return chosen
