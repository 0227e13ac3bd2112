"""Filling pods: capacity, weight, and SKUs that must not share a pod."""

import numpy as np
from numpy.typing import NDArray

from layout.slotting.space import Impossible, Space


def fill_in_order(order: NDArray[np.int64], space: Space) -> NDArray[np.int32]:
    """int32[skus]: each SKU in turn into the first pod with room, pods one after the other. Raises Impossible."""
    pod = np.full(len(order), -1, np.int32)
    room = np.full(space.pods, space.bins, np.int64)
    load = np.zeros(space.pods)
    simple = not space.apart and np.isinf(space.most_weight) and bool((space.size == 1).all())
    if simple and len(order) <= space.pods * space.bins:
        pod[order] = np.arange(len(order)) // space.bins
        return pod
    begin = 0
    for sku in order.tolist():
        while begin < space.pods and room[begin] == 0:
            begin += 1
        pod[sku] = first_pod_with_room(sku, pod, room, load, space, begin)
        room[pod[sku]] -= space.size[sku]
        load[pod[sku]] += space.weight[sku]
    return pod


def first_pod_with_room(
    sku: int, pod: NDArray[np.int32], room: NDArray[np.int64], load: NDArray[np.float64], space: Space, begin: int = 0
) -> int:
    """The first pod, from `begin` on, that may take a SKU. pod: of those that are placed. Raises Impossible."""
    fits = (room >= space.size[sku]) & (load + space.weight[sku] <= space.most_weight)
    rivals = space.rivals(sku)
    taken = {int(pod[rival]) for rival in rivals}
    for number in np.flatnonzero(fits[begin:]).tolist():
        if number + begin not in taken:
            return int(number) + begin
    if space.weight[sku] > space.most_weight:
        raise Impossible(sku, f"weighs {space.weight[sku]:g} kg, a pod bears {space.most_weight:g}")
    if space.size[sku] > space.bins:
        raise Impossible(sku, f"needs {space.size[sku]} bins, a pod has {space.bins}")
    why = "every pod with room holds something it must not be with" if fits.any() else "no pod has room for it"
    raise Impossible(sku, why)
