"""Slotting by velocity, and by affinity of SKUs bought together.

Velocity times distance is a matrix of rank one, so matching sorted SKUs to sorted places is optimal and needs no solver
[Hausman, Schwarz, Graves 1976]. Pods with SKUs bought together reduce visits as well [Frazelle 1989; Boysen et al.
2017].
"""

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.slotting.judge import Slotting, visited
from layout.slotting.kernels import orders as kernels
from layout.slotting.policies.fill import fill_in_order
from layout.slotting.space import Space

_ABC = (0.2, 0.5)
"""Borders of the classes by velocity: A the first fifth of the SKUs, B up to half, C the rest."""


def at_random(history: History, space: Space, rng: np.random.Generator) -> Slotting:
    """Assign SKUs at random to randomly placed pods: the baseline of all comparisons."""
    pod = fill_in_order(rng.permutation(len(history.names)), space)
    return Slotting.single(pod, rng.permutation(space.pods).astype(np.int32))


def abc_classes(history: History, space: Space, rng: np.random.Generator) -> Slotting:
    """Assign SKUs by three velocity classes, at random within each."""
    by_velocity = np.argsort(-history.lines_of(), kind="stable")
    cuts = [round(share * len(by_velocity)) for share in _ABC]
    order = np.concatenate([rng.permutation(part) for part in np.split(by_velocity, cuts)])
    return _nearest_first(history, fill_in_order(order, space), space, by="order")


def full_turnover(history: History, space: Space, rng: np.random.Generator) -> Slotting:
    """Assign the fastest SKU to the best place, and so on."""
    order = np.lexsort((rng.random(len(history.names)), -history.lines_of()))
    return _nearest_first(history, fill_in_order(order, space), space, by="order")


def cube_per_order(history: History, space: Space, rng: np.random.Generator) -> Slotting:
    """Assign by COI: least space for each order line first [Heskett 1963]."""
    index = space.size / np.maximum(history.lines_of(), 0.5)
    order = np.lexsort((rng.random(len(index)), index))
    return _nearest_first(history, fill_in_order(order, space), space, by="order")


def affinity_greedy(history: History, space: Space, rng: np.random.Generator) -> Slotting:
    """Fill pod by pod: the fastest SKU left, then those most often bought with the pod's SKUs."""
    return _nearest_first(history, cluster(history, space), space, by="visits")


def cluster(history: History, space: Space) -> NDArray[np.int32]:
    """Cluster SKUs bought together into pods: int32[skus]. Raises Impossible if the SKUs do not fit in any arrangement."""
    lines = history.lines_of().astype(np.float64)
    tie = 1e-6 * lines / max(1.0, float(lines.max(initial=0.0)))
    begin, orders, _ = history.by_sku()
    pod = np.full(len(lines), -1, np.int32)
    unplaced = np.ones(len(lines), bool)
    for number in range(space.pods):
        if not unplaced.any():
            break
        room, load = space.bins, 0.0
        attraction = np.where(unplaced, tie, -np.inf)
        while True:
            fits = unplaced & (space.size <= room) & (space.weight + load <= space.most_weight)
            candidate = np.where(fits, attraction, -np.inf)
            sku = int(np.argmax(candidate))
            if candidate[sku] == -np.inf:
                break
            pod[sku], unplaced[sku] = number, False
            room -= int(space.size[sku])
            load += float(space.weight[sku])
            if room == 0:
                break
            kernels.add_cooccurrence(sku, begin, orders, history.first, history.sku, attraction)
            attraction[list(space.rivals(sku))] = -np.inf
    if unplaced.any():
        return fill_in_order(np.argsort(np.where(unplaced, space.pods, pod), kind="stable"), space)
    return pod


def _nearest_first(history: History, pod: NDArray[np.int32], space: Space, by: str) -> Slotting:
    """Assign pods to places in the order in which they were filled, or by the number of orders that visit them."""
    rank = np.arange(space.pods, dtype=np.int32)
    if by == "visits":
        rank = places_by_visits(history, Slotting.single(pod, rank), space)
    return Slotting.single(pod, rank)


def places_by_visits(history: History, slotting: Slotting, space: Space) -> NDArray[np.int32]:
    """Return the places with the most visited pod in the best place: int32[pods]."""
    _, pods = visited(history, slotting, space)
    order = np.argsort(-np.bincount(pods, minlength=space.pods), kind="stable")
    rank = np.empty(space.pods, np.int32)
    rank[order] = np.arange(space.pods)
    return rank
