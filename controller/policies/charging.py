"""When a robot goes to charge and when it comes back."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from controller.site import Site

ChargingPolicy = Callable[[Site, NDArray[np.intp]], tuple[NDArray[np.intp], str]]
"""(site, free robots) → (those that should charge, emptiest first; reason)."""


def thresholds(site: Site, robots: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
    """Under the threshold (35 %, Zou 2018)."""
    at = site.scenario.robots.charge_at
    return _emptiest(site, robots, at), f"battery under {at:.0%}"


def opportunity(site: Site, robots: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
    """Under the threshold, and anybody not full while there is no backlog."""
    if site.book.backlog:
        return thresholds(site, robots)
    at = site.scenario.robots.charge_until
    return _emptiest(site, robots, at), "nothing to do and a charger is free"


def _emptiest(site: Site, robots: NDArray[np.intp], share: float) -> NDArray[np.intp]:
    battery = site.robots.battery_wh[robots]
    low = battery < share * site.scenario.robots.battery_wh
    return np.asarray(robots[low][np.argsort(battery[low], kind="stable")])


POLICIES: dict[str, ChargingPolicy] = {"thresholds": thresholds, "opportunity": opportunity}
