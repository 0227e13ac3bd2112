"""Pods and places that a policy may choose."""

import numpy as np
from numpy.typing import NDArray

from controller.site.site import Site
from controller.warehouse.orders import OrderLine
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation
from robots.recording.kinds import TaskKind


def candidates(site: Site, station: PickStation) -> dict[int, list[OrderLine]]:
    """Return {stored pod: open lines of the station that its stock can fill}."""
    lines_of: dict[int, list[OrderLine]] = {}
    for line in station.open_lines:
        for pod in site.pods.free[line.sku]:
            lines_of.setdefault(pod, []).append(line)
    if not lines_of:
        return lines_of
    stored = site.pods.state[list(lines_of)] == PodState.STORED
    return {pod: lines for (pod, lines), kept in zip(lines_of.items(), stored.tolist(), strict=True) if kept}


def free_places(site: Site) -> NDArray[np.int32]:
    """Return reachable storage cells without a pod or one on its way; preferably cells kept for no pod."""
    storage = site.distances.usable
    free = site.pods.pod_at[storage] < 0
    if site.reserved:
        free &= ~np.isin(storage, list(site.reserved))
    if site.slots is not None:
        unassigned = free & ~np.isin(storage, site.slots.place)
        free = unassigned if unassigned.any() else free
    return storage[free]


def unclaimed_places(site: Site) -> NDArray[np.int32]:
    """Return free places for which no move is meant, even if its robot has not fetched its pod yet."""
    places = free_places(site)
    under_way = [task.place for task in site.tasks.values() if task.kind == TaskKind.MOVE]
    return places[~np.isin(places, under_way)]
