"""Fill pods within capacity and weight, keeping SKUs apart that must not share a pod."""

import numpy as np
from numpy.typing import NDArray

from layout.slotting.space import Impossible, Space

_SLACK = 1.05
"""Pods for SKUs of several sizes or weights, as a multiple of the fewest found, so that policies have a choice."""


def fill_in_order(order: NDArray[np.int64], space: Space) -> NDArray[np.int32]:
    """Put each SKU in turn into the first pod with room: int32[skus]. Raises Impossible.

    If that order leaves no room for a SKU, bulky ones go first, and pods are numbered by the order of their SKUs.
    """
    if space.simple and len(order) <= space.pods * space.bins:
        pod = np.full(len(order), -1, np.int32)
        pod[order] = np.arange(len(order)) // space.bins
        return pod
    try:
        return _first_fit(order, space)
    except Impossible:
        pod = _first_fit(bulky_first(order, space), space)
    return _numbered_by_turn(pod, order, space.pods)


def pods_needed(space: Space) -> int:
    """Return the pods that the SKUs need, at most the space's; with some to spare if sizes, weights or rivals differ.

    Raises Impossible if they do not fit.
    """
    pod = fill_in_order(np.arange(len(space.size)), space)
    if not space.simple:
        pod = _first_fit(bulky_first(np.arange(len(space.size)), space), space)
    fewest = int(pod.max(initial=0)) + 1
    return fewest if space.simple else min(space.pods, int(np.ceil(fewest * _SLACK)))


def bulky_first(order: NDArray[np.int64], space: Space) -> NDArray[np.int64]:
    """Return the SKUs with most rivals first, then by the share of a pod that they take."""
    share = np.maximum(space.size / space.bins, space.weight / space.most_weight)[order]
    rivals = np.array([len(space.rivals(sku)) for sku in order.tolist()], np.int64)
    return order[np.lexsort((-share, -rivals))]


def _first_fit(order: NDArray[np.int64], space: Space) -> NDArray[np.int32]:
    pod = np.full(len(order), -1, np.int32)
    room = np.full(space.pods, space.bins, np.int64)
    load = np.zeros(space.pods)
    begin = 0
    for sku in order.tolist():
        while begin < space.pods and room[begin] == 0:
            begin += 1
        pod[sku] = first_pod_with_room(sku, pod, room, load, space, begin)
        room[pod[sku]] -= space.size[sku]
        load[pod[sku]] += space.weight[sku]
    return pod


def _numbered_by_turn(pod: NDArray[np.int32], order: NDArray[np.int64], pods: int) -> NDArray[np.int32]:
    turn = np.empty(len(order))
    turn[order] = np.arange(len(order))
    count = np.bincount(pod, minlength=pods)
    mean = np.where(count > 0, np.bincount(pod, turn, pods) / np.maximum(count, 1), np.inf)
    number = np.empty(pods, np.int32)
    number[np.argsort(mean, kind="stable")] = np.arange(pods)
    return number[pod]


def first_pod_with_room(
    sku: int, pod: NDArray[np.int32], room: NDArray[np.int64], load: NDArray[np.float64], space: Space, begin: int = 0
) -> int:
    """Return the first pod, from `begin` on, that can take a SKU. pod: of the SKUs placed so far. Raises Impossible."""
    fits = (room >= space.size[sku]) & (load + space.weight[sku] <= space.most_weight)
    taken = {int(pod[rival]) for rival in space.rivals(sku)}
    for number in np.flatnonzero(fits[begin:]).tolist():
        if number + begin not in taken:
            return int(number) + begin
    if space.weight[sku] > space.most_weight:
        raise Impossible(sku, f"weighs {space.weight[sku]:g} kg, a pod bears {space.most_weight:g}")
    if space.size[sku] > space.bins:
        raise Impossible(sku, f"needs {space.size[sku]} bins, a pod has {space.bins}")
    why = (
        "every pod with room holds a SKU that it must not share a pod with" if fits.any() else "no pod has room for it"
    )
    raise Impossible(sku, why)
