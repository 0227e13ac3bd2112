"""Storage policies: where a pod is stored after a station.

Turnover classes: pods are ranked by the demand for what they hold, places by their distance to the pick stations, and
both are cut into the same classes; 2–3 classes save 8–11 % of travel [Yuan, Cezik, Graves 2018].
"""

from collections.abc import Callable

import numpy as np

from controller.policies.eligible import free_places
from controller.policies.own import asking
from controller.policies.own.view import station_view
from controller.site.site import Site
from robots.wording.formatting import count

PlaceChoice = tuple[int, str] | None
StoragePolicy = Callable[[Site, int, int], PlaceChoice]
"""(site, pod, station index it leaves from) → (cell, reason), None if no place is free."""

_CLASS_CELLS = 100_000
"""Penalty in cells per class, more than any distance."""


def choose(site: Site, pod: int, station: int) -> PlaceChoice:
    """Return the choice of the scenario's policy."""
    ours = POLICIES.get(site.scenario.policies.storage)
    return ours(site, pod, station) if ours else _own(site, pod, station)


def _own(site: Site, pod: int, station: int) -> PlaceChoice:
    def check(answer: object) -> PlaceChoice:
        return asking.choice_of(answer, "cell", free_places(site).tolist())

    arguments = [pod, station_view(site.stations[station])]
    return asking.ask(site, "storage", arguments, check, lambda: turnover(site, pod, station))


def random(site: Site, pod: int, station: int) -> PlaceChoice:
    """Choose any free place."""
    places = free_places(site)
    if not len(places):
        return None
    picked = int(site.streams.sequence("storage policy").integers(len(places)))
    return int(places[picked]), f"drawn at random from {len(places)} free places"


def nearest(site: Site, pod: int, station: int) -> PlaceChoice:
    """Choose the free place nearest to the station."""
    places = free_places(site)
    if not len(places):
        return None
    distance = site.distances.from_station[station][places]
    best = int(distance.argmin())
    return int(places[best]), f"nearest free place, {count(int(distance[best]), 'cell')}"


def turnover(site: Site, pod: int, station: int) -> PlaceChoice:
    """Choose the nearest free place of the pod's turnover class, or of the closest class that has one."""
    places = free_places(site)
    if not len(places):
        return None
    wanted = site.pod_class(pod)
    classes = site.distances.place_class[places]
    distance = site.distances.from_station[station][places].astype(np.int64)
    best = int((np.abs(classes.astype(np.int64) - wanted) * _CLASS_CELLS + distance).argmin())
    reason = (
        f"class {'ABC'[wanted]} pod, nearest free class {'ABC'[classes[best]]} place, {count(distance[best], 'cell')}"
    )
    return int(places[best]), reason


POLICIES: dict[str, StoragePolicy] = {"turnover": turnover, "nearest": nearest, "random": random}
