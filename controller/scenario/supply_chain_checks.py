"""Checks of a scenario's supply chain across keys, or against what is installed."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from controller.routing.extra import check_pyvrp
from controller.routing.plane import DETOUR
from controller.scenario.scenario import Scenario, clock_seconds, end_seconds
from controller.scenario.supply_chain import Chain, LastMile, Sellers
from controller.scenario.value_types import ScenarioFault
from controller.scenario.vehicles import vehicles
from layout.errors import InputError
from layout.floor import StationKind


def faults_of_supply_chain(scenario: Scenario) -> Iterator[ScenarioFault]:
    """Yield every such fault; none without a supply chain."""
    chain = scenario.chain
    if chain is None:
        return
    yield from _inbound(scenario, chain)
    yield from _sellers(chain.sellers)
    yield from _outbound(chain)
    if chain.last_mile is not None:
        yield from _pyvrp(scenario)
        yield from _last_mile(chain, chain.last_mile)


def _inbound(scenario: Scenario, chain: Chain) -> Iterator[ScenarioFault]:
    if not scenario.floor.of_kind(StationKind.STOW):
        yield "[floor]", "has no stow station, so that no receipts get into pods", "add one to the map"
    if chain.sourcing.csv and chain.suppliers:
        yield "[sourcing] csv", "and [[supplier]] both name suppliers", "keep one of them"
    for name, times in Counter(supplier.name for supplier in chain.suppliers).items():
        if times > 1:
            yield "[[supplier]] name", f"{name!r} occurs {times} times", "one table for each supplier"
    if chain.receiving.begin == chain.receiving.end:
        yield "[receiving] end", f"is its begin, {chain.receiving.begin}", "leave both out for 05:00 to 22:00"
    if chain.inventory.library == "statsforecast":
        yield from _library()


def _library() -> Iterator[ScenarioFault]:
    from controller.forecasting.external import external_models  # imported only if requested

    try:
        external_models()
    except InputError as error:
        problem = error.problems[0]
        yield "[inventory] library", problem.what, problem.instead


def _sellers(sellers: Sellers) -> Iterator[ScenarioFault]:
    if sellers.remove_days <= sellers.cover_days:
        fault = f"sends units back after {sellers.remove_days:g} days, and shipments are for {sellers.cover_days:g}"
        yield "[sellers] remove_days", fault, "give more than cover_days"
    if sellers.lead_sd_days > sellers.lead_days:
        fault = f"{sellers.lead_sd_days:g} is more than the lead time of {sellers.lead_days:g} days itself"
        yield "[sellers] lead_sd_days", fault, "give at most lead_days"


def _outbound(chain: Chain) -> Iterator[ScenarioFault]:
    """Yield the faults of promises, boxes and lanes."""
    wanted = chain.promise.same_day + chain.promise.next_day
    if wanted > 1.0 + 1e-9:
        yield "[promise]", f"same_day and next_day make {wanted:g}", "together they are at most 1"
    yield from _twice("lane", [lane.name for lane in chain.lanes])
    yield from _twice("box", [box.name for box in chain.boxes])
    if chain.lanes and not any(lane.share for lane in chain.lanes):
        yield "[[lane]]", "no lane has customers", "give at least one a share above 0"


def _twice(table: str, names: Sequence[str]) -> Iterator[ScenarioFault]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"[[{table}]]", f"{times} are called {name}", "give each its own name"


def _pyvrp(scenario: Scenario) -> Iterator[ScenarioFault]:
    try:
        check_pyvrp(scenario.file)
    except InputError as error:
        yield from (("[last_mile]", problem.what, problem.instead) for problem in error.problems)


def _last_mile(chain: Chain, settings: LastMile) -> Iterator[ScenarioFault]:
    if clock_seconds(settings.begin) >= end_seconds(settings.end):
        yield "[last_mile] begin", f"{settings.begin} is not before end, {settings.end}", "deliveries are by day"
    fleet = [kind for kind, count in vehicles(settings, chain.costs, 1.0).items() if count]
    if not fleet:
        yield "[last_mile]", "has no vehicle", "diesel_vans, electric_vans or flex, or leave [last_mile] out"
        return
    reach = max(kind.range_km for kind in fleet)
    for number, lane in enumerate(chain.lanes, 1):
        distance = 2.0 * DETOUR * (math.hypot(*lane.center_km) + lane.radius_km)
        if lane.service == "van" and distance > reach:
            fault = f"{distance:.0f} km to its farthest door and back are more than the {reach:.0f} km of any vehicle"
            yield f"[[lane]] number {number}", fault, 'service = "air", or another center_km'
