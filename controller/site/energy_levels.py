"""Charge that robots need, in Wh: for a trip, as a reserve to reach a charger, and the levels at which they charge.

Estimates are upper bounds, because a robot with a pod cannot go and charge: the longest route from a station to a
place, turns on the way, and a margin for detours. The consumption of simulated units is in robots/units/body.py.
"""

from dataclasses import dataclass

from controller.scenario.scenario import Scenario, fleet_size
from controller.site.distances import Distances, station_distances
from controller.site.power_draw import Draws, body_params, draws_of, standing_shortage
from layout.roads import build_roads

MARGIN = 1.25
"""Factor on the estimate of a trip, for detours round other robots and closed cells."""
QUEUE_S = 300.0
"""Seconds a trip stands in a queue lane and at a station, at most as a rule."""
LEAST_CHARGE_S = 60.0
"""Seconds of the shortest stay at a charger while others wait."""
HANDOVER_S = 12.0
"""Seconds between one robot leaving a charger and the next one charging."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Charge levels in Wh.

    trip: for the longest trip. reserve: to reach a charger from anywhere and to wait there even if all others go first.
    needed: below it a robot gets no task. low: below it a robot goes to charge. full: at it a robot leaves the charger.
    """

    trip: float
    reserve: float
    needed: float
    low: float
    full: float


def levels_of(scenario: Scenario, distances: Distances, draws: Draws, robots: int) -> Levels:
    """Return the levels for a floor's present roads. robots: the number that are not dead.

    `charge_until` is raised to two trips plus the reserve if that is more and the battery holds it, `charge_at` and
    `charge_must` to what a task needs. A battery that is too small for that has to be full.
    """
    settings = scenario.robots
    capacity = settings.battery_wh
    driving = distances.longest_trip * (draws.empty + 2 * draws.loaded) + 2 * draws.lift
    trip = MARGIN * driving + scenario.ticks(QUEUE_S) * draws.standing
    reserve = _reserve(scenario, distances, draws, robots)
    wanted = max(settings.charge_must * capacity, trip + reserve)
    full = min(capacity, max(settings.charge_until * capacity, wanted + trip))
    needed = min(wanted, full - scenario.ticks(HANDOVER_S) * draws.standing - 2 * draws.charging)
    return Levels(trip, reserve, needed, min(full, max(settings.charge_at * capacity, needed)), full)


def _reserve(scenario: Scenario, distances: Distances, draws: Draws, robots: int) -> float:
    if not len(distances.chargers):
        return 0.0
    wait = robots / len(distances.chargers) * scenario.ticks(LEAST_CHARGE_S + HANDOVER_S)
    return MARGIN * distances.longest_to_charger * draws.empty + wait * draws.standing


def shortage_of(scenario: Scenario) -> str:
    """Return why a scenario's robots cannot be kept charged, "" if they can.

    Each begins with the largest allowed charge.
    """
    settings, robots = scenario.robots, fleet_size(scenario)
    distances = station_distances(scenario.floor, build_roads(scenario.floor))
    charge_wh = robots * settings.battery_start * settings.battery_wh
    levels = levels_of(scenario, distances, draws_of(body_params(scenario)), robots)
    return standing_shortage(scenario, robots, len(distances.chargers), charge_wh) or trip_shortage(scenario, levels)


def trip_shortage(scenario: Scenario, levels: Levels) -> str:
    """Return why a battery does not last for a trip, "" if it does."""
    wanted, capacity = levels.trip + levels.reserve, scenario.robots.battery_wh
    if wanted <= capacity:
        return ""
    return (
        f"a battery of {capacity:g} Wh may not last for the longest trip and the way to a charger: "
        f"they take up to {wanted:.0f} Wh"
    )
