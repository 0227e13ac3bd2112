"""Charge that robots need, in Wh: for a trip, as a reserve for the way to a charger, and the levels at which they charge.

Estimates are upper bounds, for a robot that has taken up a pod can't go and charge: the longest way from a station to a place,
turns on the way, and a margin for detours. What the simulated units draw is in robots/units/body.py.
"""

from dataclasses import dataclass

from controller.scenario.scenario import Scenario, fleet_size
from controller.site.distances import Distances, station_distances
from controller.site.power_draw import Draws, body_params, draws_of, standing_shortage
from layout.roads import build_roads

MARGIN = 1.25
"""Over the estimate of a trip: detours round others and round closed cells."""
QUEUE_S = 300.0
"""Standing in a queue lane and at a station in a trip, at the most as a rule."""
LEAST_CHARGE_S = 60.0
"""Shortest stay at a charger while others wait."""
HANDOVER_S = 12.0
"""From one robot's leaving a charger to the next one's charging."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Wh in a battery.

    trip: for the longest trip. reserve: for the way to a charger from anywhere, and for the wait there even if all others go
    first. needed: under which a robot gets no task. low: under which it goes to charge. full: at which it leaves.
    """

    trip: float
    reserve: float
    needed: float
    low: float
    full: float


def levels_of(scenario: Scenario, distances: Distances, draws: Draws, robots: int) -> Levels:
    """The levels of a floor as its roads are. robots: those that are not dead.

    `charge_until` is raised to two trips and the reserve where that is more and the battery holds it; `charge_at` and
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
    """Return why a scenario's robots can't be kept charged, "" if they can. Each begins with as much charge as it may."""
    settings, robots = scenario.robots, fleet_size(scenario)
    distances = station_distances(scenario.floor, build_roads(scenario.floor))
    charge_wh = robots * settings.battery_start * settings.battery_wh
    levels = levels_of(scenario, distances, draws_of(body_params(scenario)), robots)
    return standing_shortage(scenario, robots, len(distances.chargers), charge_wh) or trip_shortage(scenario, levels)


def trip_shortage(scenario: Scenario, levels: Levels) -> str:
    """Return why a battery doesn't last for a trip, "" if it does."""
    wanted, capacity = levels.trip + levels.reserve, scenario.robots.battery_wh
    if wanted <= capacity:
        return ""
    return (
        f"a battery of {capacity:g} Wh may not last for the longest trip and the way to a charger: "
        f"they take up to {wanted:.0f} Wh"
    )
