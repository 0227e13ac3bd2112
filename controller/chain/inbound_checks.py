"""Faults of a scenario's inbound side that lie between two keys."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from controller.scenario import Scenario
from layout.errors import InputError
from layout.floor import StationKind

if TYPE_CHECKING:
    from controller.scenario_checks import Fault


def faults_of_inbound(scenario: Scenario) -> Iterator["Fault"]:
    """Every such fault; none without a supply chain."""
    chain = scenario.chain
    if chain is None:
        return
    if not scenario.floor.of_kind(StationKind.STOW):
        yield "[floor]", "has no stow station, so that nothing that comes in gets into a pod", "add one to the map"
    if chain.sourcing.csv and chain.suppliers:
        yield "[sourcing] csv", "and [[supplier]] both say who sells", "keep one of them"
    for name, times in Counter(supplier.name for supplier in chain.suppliers).items():
        if times > 1:
            yield "[[supplier]] name", f"{name!r} is there {times} times", "one table for each supplier"
    if chain.receiving.begin == chain.receiving.end:
        yield "[receiving] end", f"is its begin, {chain.receiving.begin}", "leave both out for 05:00 to 22:00"
    if chain.inventory.library == "statsforecast":
        yield from _library(chain.inventory.model)


def _library(model: str) -> Iterator["Fault"]:
    from controller.forecasting.external import external_models  # looked for only where it is asked for

    try:
        external_models()
    except InputError as error:
        problem = error.problems[0]
        yield "[inventory] library", problem.what, problem.instead
