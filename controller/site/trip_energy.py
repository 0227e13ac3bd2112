"""Charge of a site's robots: whether the floor can keep them charged, and whether a robot has enough for a task."""

import numpy as np
from numpy.typing import NDArray

from controller.planning.fields import FAR
from controller.site.energy_levels import MARGIN, QUEUE_S, trip_shortage
from controller.site.power_draw import standing_shortage
from controller.site.site import Site


def shortage(site: Site) -> str:
    """Return why the floor cannot keep its robots charged, "" if it can.

    Either the robots draw more standing still than the chargers supply and their charge does not last for the run, or a
    battery does not last for a trip.
    """
    charge_wh, chargers = float(site.robots.battery_wh.sum()), len(site.distances.chargers)
    standing = standing_shortage(site.scenario, len(site.robots), chargers, charge_wh)
    return standing or trip_shortage(site.scenario, site.levels)


def fit(site: Site, robots: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return bool[robots]: enough charge for any task and to reach a charger afterwards."""
    return np.asarray(site.robots.battery_wh[robots] > site.levels.needed)


def lasts_for(site: Site, robot: int, station: int) -> bool:
    """Return whether a loaded robot can go on to a station, from there to any place, and then to a charger."""
    distance = int(site.distances.to_station[station, site.robots.cell[robot]])
    if distance == FAR:
        return False
    draws = site.draws
    loaded = (distance + site.distances.longest_trip) * draws.loaded + draws.lift
    standing = site.scenario.ticks(QUEUE_S) * draws.standing
    return bool(site.robots.battery_wh[robot] > MARGIN * loaded + standing + site.levels.reserve)
