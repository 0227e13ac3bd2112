"""Faults of a scenario's [last_mile] that lie between two keys, or in what is installed."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from controller.chain.carriers import vehicles
from controller.routing.extra import check_pyvrp
from controller.routing.plane import DETOUR
from controller.scenario import Scenario, clock_seconds, end_seconds
from controller.scenario_chain import Chain, LastMile
from layout.errors import InputError

if TYPE_CHECKING:
    from controller.scenario_checks import Fault


def faults_of_door(scenario: Scenario) -> Iterator["Fault"]:
    """Every such fault; none without a last mile."""
    chain = scenario.chain
    if chain is None or chain.last_mile is None:
        return
    try:
        check_pyvrp(scenario.file)
    except InputError as error:
        yield from (("[last_mile]", problem.what, problem.instead) for problem in error.problems)
    yield from _last_mile(chain, chain.last_mile)


def _last_mile(chain: Chain, settings: LastMile) -> Iterator["Fault"]:
    if clock_seconds(settings.begin) >= end_seconds(settings.end):
        yield "[last_mile] begin", f"{settings.begin} is not before end, {settings.end}", "deliveries are by day"
    fleet = [kind for kind, count in vehicles(settings, chain.costs, 1.0).items() if count]
    if not fleet:
        yield "[last_mile]", "has no vehicle", "diesel_vans, electric_vans or flex, or leave [last_mile] out"
        return
    reach = max(kind.range_km for kind in fleet)
    for number, lane in enumerate(chain.lanes, 1):
        way = 2.0 * DETOUR * (math.hypot(*lane.center_km) + lane.radius_km)
        if lane.service == "van" and way > reach:
            what = f"{way:.0f} km to its farthest door and back are more than the {reach:.0f} km of any vehicle"
            yield f"[[lane]] number {number}", what, 'service = "air", or another center_km'
