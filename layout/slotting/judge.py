"""Cost of a slotting: pod visits and travel on orders it was not made from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.slotting.kernels import orders as kernels
from layout.slotting.space import Space


@dataclass(frozen=True, slots=True, eq=False)
class Slotting:
    """A slotting. pod: int32[skus], the pod of each SKU. rank: int32[pods], the place of each pod in Space.trip.

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
    """Cost of an order, on average. visits: pods fetched. travel: cells driven with them and back. units_per_visit:
    units picked in a pod visit. balance: share of visits to the busiest tenth of the pods. station_balance: visits of
    the busiest pick station over the mean, if each pod goes to the nearest station.
    """

    visits: float
    travel: float
    units_per_visit: float
    balance: float
    station_balance: float = 1.0


def visited(history: History, slotting: Slotting, space: Space) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return (order, pod) of every visit. A SKU in several pods is taken from a pod that the order needs anyway, else
    from the one with most of the remaining lines.
    """
    pod = best_copies(history, slotting, space) if len(slotting.more) else slotting.pod[history.sku]
    key = np.sort(history.order * space.pods + pod)
    key = key[np.diff(key, prepend=-1) > 0]
    orders, pods = np.divmod(key, space.pods)
    return orders, pods.astype(np.int32)


def judge(history: History, slotting: Slotting, space: Space) -> Verdict:
    """Return the cost that these orders would have had."""
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
        _station_balance(visits, slotting, space),
    )


def by_order(history: History, slotting: Slotting, space: Space) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (pod visits, cells driven) of each order: float64[orders]."""
    order, pods = visited(history, slotting, space)
    visits = np.bincount(order, minlength=history.orders).astype(np.float64)
    travel = np.bincount(order, space.trip[slotting.rank[pods]], history.orders).astype(np.float64)
    return visits, travel


def costs(history: History, slotting: Slotting, space: Space) -> NDArray[np.float64]:
    """Return the cells driven for each order plus the cost of its pod visits: float64[orders]."""
    order, pods = visited(history, slotting, space)
    return np.bincount(order, space.trip[slotting.rank[pods]] + space.visit, history.orders).astype(np.float64)


def moves_between(before: Slotting, after: Slotting, space: Space) -> int:
    """Return the SKUs to move between pods plus the copies to add, with pods matched so that much can stay. Pods need
    no such moves: robots set them down elsewhere.
    """
    key = before.pod.astype(np.int64) * space.pods + after.pod
    pairs, skus = np.unique(key, return_counts=True)
    old, new = set[int](), set[int]()
    stay = 0
    for index in np.argsort(-skus, kind="stable").tolist():
        old_pod, new_pod = divmod(int(pairs[index]), space.pods)
        if old_pod not in old and new_pod not in new:
            old.add(old_pod)
            new.add(new_pod)
            stay += int(skus[index])
    return len(after.pod) - stay + max(0, len(after.more) - len(before.more))


def _station_balance(visits: NDArray[np.int64], slotting: Slotting, space: Space) -> float:
    if len(space.station) != space.pods:
        return 1.0
    loads = np.bincount(space.station[slotting.rank], visits)
    return float(loads.max() / loads.mean()) if loads.sum() else 1.0


def best_copies(history: History, slotting: Slotting, space: Space) -> NDArray[np.int32]:
    """Return the pod that each line is taken from: int32[lines]."""
    skus = np.concatenate([np.arange(len(slotting.pod)), slotting.more[:, 0]])
    pods = np.concatenate([slotting.pod, slotting.more[:, 1]]).astype(np.int32)
    order = np.argsort(skus, kind="stable")
    begin = np.searchsorted(skus[order], np.arange(len(slotting.pod) + 1))
    chosen = np.empty(len(history.sku), np.int32)
    stamp, count = np.zeros(space.pods, np.int64), np.zeros(space.pods, np.int64)
    trip = space.trip[slotting.rank]
    kernels.take_from_copies(history.first, history.sku, begin, pods[order], trip, stamp, count, chosen)
    return chosen
