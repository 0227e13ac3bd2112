"""Checks of a scenario across keys, or beyond what a key's type can express."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from controller.planning import plugins
from controller.plugins import NoPluginError
from controller.scenario import policy_plugins
from controller.scenario.disruption_checks import faults_of_disruptions
from controller.scenario.file_forms import faults_of_forms
from controller.scenario.injected_faults import faults_of_fault
from controller.scenario.scenario import OrderSettings, Scenario, pod_count, stocked_bins
from controller.scenario.supply_chain_checks import faults_of_supply_chain
from controller.scenario.value_types import ScenarioFault
from layout.errors import Problem


def cross_checks(scenario: Scenario) -> list[Problem]:
    """Return every fault between keys."""
    faults = [*_robots(scenario), *_stock(scenario), *_orders(scenario.orders), *_shifts(scenario)]
    faults += [*_own_policies(scenario), *_faults(scenario), *faults_of_disruptions(scenario)]
    faults += faults_of_supply_chain(scenario)
    faults += faults_of_forms(scenario)
    return [Problem(scenario.file, *fault) for fault in faults]


def _robots(scenario: Scenario) -> Iterator[ScenarioFault]:
    robots, places = scenario.robots, len(scenario.floor.storage)
    if not robots.charge_must <= robots.charge_at < robots.charge_until:
        given = f"{robots.charge_must}, {robots.charge_at}, {robots.charge_until}"
        yield "[robots]", f"charging thresholds {given} are out of order", "charge_must ≤ charge_at < charge_until"
    if robots.count > places:
        yield "[robots] count", f"{robots.count} robots don't fit", f"the floor has {places} places"


def _stock(scenario: Scenario) -> Iterator[ScenarioFault]:
    if scenario.stock.moves and not scenario.stock.slotting:
        yield "[stock] moves", "has no slotting to start from", "add slotting, the plan for which the moves were listed"
    places, pods, bins = len(scenario.floor.storage), pod_count(scenario), stocked_bins(scenario)
    if pods == 0 or pods >= places:
        yield "[pods] fill", f"gives {pods} pods for {places} places", "leave some of both"
    elif scenario.stock.skus > bins and not (scenario.orders.csv or scenario.stock.slotting):
        yield (
            "[stock] skus",
            f"{scenario.stock.skus} SKUs are more than the {bins} bins with stock",
            more_bins(scenario),
        )


def more_bins(scenario: Scenario) -> str:
    """Return the remedy for too few bins."""
    return f"raise [pods] bins from {scenario.pods.bins} or [stock] fill from {scenario.stock.fill:g}"


def _orders(orders: OrderSettings) -> Iterator[ScenarioFault]:
    least, most = 2.0 - orders.singles, orders.singles + (1.0 - orders.singles) * orders.max_units
    if orders.max_units > 1 and not least <= orders.mean_units <= most:
        singles = f"{orders.singles:.0%} singles and orders of at most {orders.max_units}"
        fault = f"{orders.mean_units:g} can't be reached with {singles}"
        yield "[orders] mean_units", fault, f"{least:g} to {most:g} can"
    try:
        re.compile(orders.fee_pattern)
    except (re.error, RecursionError, OverflowError) as error:
        yield "[orders] fee_pattern", f"is not a regular expression: {error}", "see Python's re"
    try:
        date.fromisoformat(orders.day or "2010-12-01")
    except ValueError as error:
        yield "[orders] day", f"{orders.day} is no day: {error}", "write YYYY-MM-DD"


def _shifts(scenario: Scenario) -> Iterator[ScenarioFault]:
    for number, (begin, end) in enumerate(scenario.stations.shifts):
        if begin == end:
            yield f"[stations] shifts[{number}]", f"begins and ends at {begin}", "leave shifts out to staff all day"


def _own_policies(scenario: Scenario) -> Iterator[ScenarioFault]:
    for kind, name in policy_plugins.names_of(scenario.policies).items():
        yield from _unusable(kind, name, partial(policy_plugins.find, kind, name, scenario.folder))
    if policy_plugins.is_own(planner := scenario.policies.planner):
        yield from _unusable("planner", planner, partial(plugins.find, planner, scenario.folder))


def _unusable(kind: str, name: str, find: Callable[[], object]) -> Iterator[ScenarioFault]:
    try:
        find()
    except NoPluginError as error:
        yield f"[policies] {kind}", f"{name} can't be used: {error.what}", error.instead


def _faults(scenario: Scenario) -> Iterator[ScenarioFault]:
    for number, fault in enumerate(scenario.faults, 1):
        for what, instead in faults_of_fault(scenario, fault):
            yield f"[[faults]] number {number}", what, instead
