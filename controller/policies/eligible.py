"""Pods and places that come into question, whatever the policy."""

import numpy as np
from numpy.typing import NDArray

from controller.site.site import Site
from controller.warehouse.orders import OrderLine
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation
from controller.warehouse.tasks import TaskKind


def candidates(site: Site, station: PickStation) -> dict[int, list[OrderLine]]:
    """{stored pod: open lines of the station that it has stock for}."""
    found: dict[int, list[OrderLine]] = {}
    for line in station.open_lines:
        for pod in site.pods.free[line.sku]:
            found.setdefault(pod, []).append(line)
    if not found:
        return found
    stored = site.pods.state[list(found)] == PodState.STORED
    return {pod: lines for (pod, lines), here in zip(found.items(), stored.tolist(), strict=True) if here}


def free_places(site: Site) -> NDArray[np.int32]:
    """Storage cells in reach without a pod, with none on its way to them; of these rather such as are kept for no pod."""
    storage = site.distances.usable
    free = site.pods.pod_at[storage] < 0
    if site.reserved:
        free &= ~np.isin(storage, list(site.reserved))
    if site.slots is not None:
        nobodys = free & ~np.isin(storage, site.slots.place)
        free = nobodys if nobodys.any() else free
    return storage[free]


def unclaimed_places(site: Site) -> NDArray[np.int32]:
    """Free places that no move is meant for, not even one whose robot has not fetched its pod yet."""
    places = free_places(site)
    under_way = [task.place for task in site.tasks.values() if task.kind == TaskKind.MOVE]
    return places[~np.isin(places, under_way)]
