"""Faults of a scenario's [sellers] that lie between two keys."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from controller.scenario import Scenario

if TYPE_CHECKING:
    from controller.scenario_checks import Fault


def faults_of_sellers(scenario: Scenario) -> Iterator["Fault"]:
    """Every such fault; none without a supply chain."""
    if scenario.chain is None:
        return
    sellers = scenario.chain.sellers
    if sellers.remove_days <= sellers.cover_days:
        what = f"sends units back after {sellers.remove_days:g} days, and shipments are for {sellers.cover_days:g}"
        yield "[sellers] remove_days", what, "give more than cover_days"
    if sellers.lead_sd_days > sellers.lead_days:
        what = f"{sellers.lead_sd_days:g} is more than the lead time of {sellers.lead_days:g} days itself"
        yield "[sellers] lead_sd_days", what, "give at most lead_days"
