"""Charging policies: when a robot goes to charge and when it comes back."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from controller.planning.planner import read_only
from controller.policies.own import asking
from controller.site.site import Site

ChargingPolicy = Callable[[Site, NDArray[np.intp]], tuple[NDArray[np.intp], str]]
"""(site, free robots) → (those that should charge, lowest battery first; reason)."""


_WORTH_S = 300.0
"""Seconds of charging that justify a trip when there is no other work; without it robots would go again as soon as they
leave.
"""


def choose(site: Site, robots: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
    """Return the choice of the scenario's policy."""
    ours = POLICIES.get(site.scenario.policies.charging)
    return ours(site, robots) if ours else _own(site, robots)


def _own(site: Site, robots: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
    def check(answer: object) -> tuple[NDArray[np.intp], str]:
        numbers, reason = asking.robots_of(answer, robots.tolist())
        return np.array(numbers, np.intp), reason

    return asking.ask(site, "charging", [read_only(robots)], check, lambda: thresholds(site, robots))


def thresholds(site: Site, robots: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
    """Choose robots below the threshold (35 %, Zou 2018), or below the charge for a task and the trip to a charger if
    that is more.
    """
    settings = site.scenario.robots
    low = site.levels.low
    if low > settings.charge_at * settings.battery_wh:
        return _emptiest(site, robots, low), f"battery below the {low:.0f} Wh for a task and the trip to a charger"
    return _emptiest(site, robots, low), f"battery below {settings.charge_at:.0%}"


def opportunity(site: Site, robots: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
    """Choose robots below the threshold, and without a backlog also those that would charge for a while.

    That is five minutes, or from halfway between the low and the full level if that is less.
    """
    if site.book.backlog:
        return thresholds(site, robots)
    low, full = site.levels.low, site.levels.full
    worth = min(site.scenario.ticks(_WORTH_S) * site.draws.charging, (full - low) / 2)
    return _emptiest(site, robots, full - worth), "no work, and a charger is free"


def _emptiest(site: Site, robots: NDArray[np.intp], wh: float) -> NDArray[np.intp]:
    battery = site.robots.battery_wh[robots]
    low = battery < wh
    return np.asarray(robots[low][np.argsort(battery[low], kind="stable")])


POLICIES: dict[str, ChargingPolicy] = {"thresholds": thresholds, "opportunity": opportunity}
