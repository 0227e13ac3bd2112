"""When a robot goes to charge and when it comes back."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from controller.site import Site

ChargingPolicy = Callable[[Site, NDArray[np.intp]], tuple[NDArray[np.intp], str]]
"""(site, free robots) → (those that should charge, emptiest first; reason)."""


def thresholds(site: Site, robots: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
    """Under the threshold (35 %, Zou 2018), or under what a task and the way to a charger take where that is more."""
    settings = site.scenario.robots
    low = site.levels.low
    if low > settings.charge_at * settings.battery_wh:
        return _emptiest(site, robots, low), f"battery under the {low:.0f} Wh for a task and the way to a charger"
    return _emptiest(site, robots, low), f"battery under {settings.charge_at:.0%}"


def opportunity(site: Site, robots: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
    """Under the threshold, and anybody not full while there is no backlog."""
    if site.book.backlog:
        return thresholds(site, robots)
    return _emptiest(site, robots, site.levels.full), "nothing to do and a charger is free"


def _emptiest(site: Site, robots: NDArray[np.intp], wh: float) -> NDArray[np.intp]:
    battery = site.robots.battery_wh[robots]
    low = battery < wh
    return np.asarray(robots[low][np.argsort(battery[low], kind="stable")])


POLICIES: dict[str, ChargingPolicy] = {"thresholds": thresholds, "opportunity": opportunity}
