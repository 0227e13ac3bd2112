"""Checks of a scenario's disruptions across keys."""

from collections.abc import Iterator, Sequence

from controller.scenario.scenario import Disruption, Scenario, fleet_size
from controller.scenario.value_types import ScenarioFault

_OF_A_CHAIN = ("supplier-late", "supplier-gone", "lane-closed", "fuel-price")
_WITH_FACTOR = ("demand", "fuel-price", "labour", "power", "supplier-late")
_SUPPLIER = ("supplier-late", "supplier-gone")


def faults_of_disruptions(scenario: Scenario) -> Iterator[ScenarioFault]:
    """Yield every such fault, disruption by disruption."""
    for number, disruption in enumerate(scenario.disruptions, 1):
        place = f"[[disruption]] number {number}"
        yield from _kind(scenario, disruption, place)
        yield from _robots(scenario, disruption, place)
        yield from _name(scenario, disruption, place)


def _kind(scenario: Scenario, disruption: Disruption, place: str) -> Iterator[ScenarioFault]:
    kind = disruption.kind
    if kind in _OF_A_CHAIN and scenario.chain is None:
        yield place, f"{kind} needs a supply chain", "add one of its sections, e.g. [sourcing]"
    if kind in _WITH_FACTOR and disruption.factor == 1.0:
        yield f"{place} factor", "1 changes nothing", "more than 1, or less"
    if kind == "demand" and scenario.orders.csv:
        yield place, "demand can't be changed while [orders] csv sets it", "leave csv out, or this disruption"


def _robots(scenario: Scenario, disruption: Disruption, place: str) -> Iterator[ScenarioFault]:
    if disruption.kind != "robots":
        return
    count = fleet_size(scenario)
    if not disruption.robots:
        yield f"{place} robots", "names none", f"some of 0–{count - 1}"
    for robot in disruption.robots:
        if robot >= count:
            yield f"{place} robots", f"there is no robot {robot}", f"robots are 0–{count - 1}"


def faults_of_names(scenario: Scenario, suppliers: Sequence[str]) -> Iterator[ScenarioFault]:
    """Yield suppliers of disruptions that are missing in a file, which is read later than the scenario."""
    for number, disruption in enumerate(scenario.disruptions, 1):
        if disruption.kind in _SUPPLIER:
            yield from unknown("supplier", disruption.name, suppliers, f"[[disruption]] number {number}")


def _name(scenario: Scenario, disruption: Disruption, place: str) -> Iterator[ScenarioFault]:
    chain = scenario.chain
    if chain is None:
        return
    if disruption.kind == "lane-closed":
        yield from unknown("lane", disruption.name, [lane.name for lane in chain.lanes], place)
    if disruption.kind in _SUPPLIER and not chain.sourcing.csv:
        yield from unknown("supplier", disruption.name, [supplier.name for supplier in chain.suppliers], place)


def unknown(noun: str, name: str, known: Sequence[str], place: str) -> Iterator[ScenarioFault]:
    """Yield a fault for a name that does not exist. Names of synthetic ones cannot be checked here."""
    if not known:
        yield f"{place} name", f"there is no {noun} of the scenario's own", f"name them with [[{noun}]]"
    elif name not in known:
        yield f"{place} name", f"there is no {noun} {name!r}", f"there is {', '.join(known)}"
