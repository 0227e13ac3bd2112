"""Copies of fast SKUs in further pods, so that an order finds more of its lines in pods it needs anyway (pile-on)."""

import heapq

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.slotting.judge import Slotting
from layout.slotting.kernels import orders
from layout.slotting.policies.classical import places_by_visits
from layout.slotting.policies.fill import fill_in_order
from layout.slotting.policies.integrated import choose
from layout.slotting.space import Impossible, Space


def scattered(history: History, space: Space, rng: np.random.Generator) -> Slotting:
    """Return the integrated slotting with pods filled evenly, and the free bins given to copies.

    A SKU's copies are limited in proportion to the square root of its velocity (too few and too many both hurt
    [Lamballais]); each copy goes where it would have saved past orders most. Raises Impossible.
    """
    even = evenly_filled(space)
    base = choose(history, even, rng).slotting
    most = copies_by_root(history.lines_of(), space)
    more = _placed(history, space, base, most)
    slotting = Slotting(base.pod, base.rank, more)
    return Slotting(base.pod, places_by_visits(history, slotting, space), more)


def evenly_filled(space: Space) -> Space:
    """Return the space with as few bins a pod as the SKUs need in all its pods."""
    fewest = max(int(space.size.max(initial=1)), -(-int(space.size.sum()) // space.pods))
    for bins in range(fewest, space.bins):
        try:
            fill_in_order(np.arange(len(space.size)), space.with_bins(bins))
        except Impossible:
            continue
        return space.with_bins(bins if space.simple else bins + 1)
    return space


def copies_by_root(lines: NDArray[np.int64], space: Space) -> NDArray[np.int64]:
    """Return the most further copies of each SKU, free bins shared by the square root of its orders: int64[skus]."""
    spare = space.pods * space.bins - int(space.size.sum())
    root = np.sqrt(lines)
    share = spare * root / max(1.0, float((root * space.size).sum()))
    return np.minimum(np.ceil(share).astype(np.int64), space.pods - 1)


def _placed(history: History, space: Space, base: Slotting, most: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return (sku, pod) of the copies, the largest saving first."""
    begin, order, line = history.by_sku()
    line_pod = base.pod[history.sku]
    cost = space.trip[base.rank] + space.visit
    stamp, saved = np.zeros(space.pods + 1, np.int64), np.zeros(space.pods)
    room = space.bins - np.bincount(base.pod, space.size, space.pods).astype(np.int64)
    load = np.bincount(base.pod, space.weight, space.pods).astype(np.float64)
    holds = [{pod} for pod in base.pod.tolist()]
    more: list[tuple[int, int]] = []

    def best(sku: int) -> tuple[float, int]:
        orders.copy_gains(sku, begin, order, line, history.first, line_pod, cost, stamp, saved)
        fits = (room >= space.size[sku]) & (load + space.weight[sku] <= space.most_weight)
        fits[list(holds[sku])] = False
        for rival in space.rivals(sku):
            fits[list(holds[rival])] = False
        gains = np.where(fits, saved, 0.0)
        pod = int(np.argmax(gains))
        return float(gains[pod]) / float(space.size[sku]), pod

    heap = [(-np.inf, sku) for sku in np.flatnonzero(most).tolist()]
    heapq.heapify(heap)
    while heap and room.any():
        _, sku = heapq.heappop(heap)
        gain, pod = best(sku)
        if gain <= 0:
            continue
        if heap and gain < -heap[0][0]:  # the values of others are from before: they may be better
            heapq.heappush(heap, (-gain, sku))
            continue
        more.append((sku, pod))
        holds[sku].add(pod)
        room[pod] -= space.size[sku]
        load[pod] += space.weight[sku]
        orders.use_copy(sku, pod, begin, order, line, history.first, line_pod)
        if len(holds[sku]) <= most[sku]:
            heapq.heappush(heap, (-gain, sku))
    return np.array(more, np.int32).reshape(-1, 2)
