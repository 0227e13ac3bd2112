"""Power drawn by a scenario's drive units, and whether its chargers cover it.

The consumption of simulated units is in robots/units/body.py.
"""

import math
from dataclasses import dataclass

from controller.scenario.scenario import Scenario
from robots.units.body import BodyParams
from robots.wording.formatting import count

TURNS_A_CELL = 0.2
"""Turns per cell; on the demo floor robots turn 0.13 to 0.17 times a cell."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Wh for a cell driven empty and loaded, turns included; for a lift or set-down; for a tick of standing; and Wh
    that a charger supplies in a tick.
    """

    empty: float
    loaded: float
    lift: float
    standing: float
    charging: float


def body_params(scenario: Scenario) -> BodyParams:
    """Return the parameters of a scenario's drive units."""
    robots = scenario.robots
    return BodyParams(
        tick_s=scenario.run.tick_s,
        lift_ticks=scenario.ticks(robots.lift_s),
        battery_wh=robots.battery_wh,
        charge_w=robots.charge_w,
    )


def draws_of(params: BodyParams) -> Draws:
    """Return the Wh of each action of a drive unit."""
    hours = params.tick_s / 3600.0
    awake = params.awake_w * hours
    turns = TURNS_A_CELL * (params.turn_wh + awake)
    return Draws(
        params.drive_empty_wh + awake + turns,
        params.drive_loaded_wh + awake + turns,
        params.lift_wh + params.lift_ticks * awake,
        params.asleep_w * hours,
        params.charge_w * hours,
    )


def standing_shortage(scenario: Scenario, robots: int, chargers: int, charge_wh: float) -> str:
    """Return why this number of robots runs flat even if all stand still, "" if they last until the run's end.

    charge_wh: total charge at the start of the run.
    """
    draws = draws_of(body_params(scenario))
    hour = 3600.0 / scenario.run.tick_s
    standing, given = robots * draws.standing * hour, chargers * draws.charging * hour
    lasts = charge_wh / (standing - given) if standing > given else math.inf
    if lasts >= scenario.run.ticks / hour:
        return ""
    return (
        f"this floor cannot keep its robots charged: {count(robots, 'robot')} {'draws' if robots == 1 else 'draw'} "
        f"{standing:.0f} W standing still, and {count(chargers, 'charger')} {'gives' if chargers == 1 else 'give'} "
        f"{given:.0f} W; all batteries are empty after {lasts:.1f} h at the latest"
    )
