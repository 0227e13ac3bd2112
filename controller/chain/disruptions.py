"""What goes wrong for a while, as the scenario says: when it begins and ends, and what it changes meanwhile.

Demand and robots that stand still are in the demand and the fleet from the begin of the run; people, chargers and the chain's
factors are set anew at each begin and end. All of it works without a supply chain, too, but for what only a chain has.
"""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from controller.chain.factors import Factors
from controller.scenario import Disruption
from controller.scenario_disruptions import active, span, text_of
from controller.stations import WorkStation
from layout.floor import StationKind
from robots.chain_events import Disrupted
from robots.simulator import SimFleet

if TYPE_CHECKING:
    from controller.site import Site


def advance(site: "Site") -> None:
    """Tell of what begins or ends with this tick, and see to its effects."""
    disruptions = site.scenario.disruptions
    if not disruptions:
        return
    changed = {disruption.kind for disruption in disruptions if _tell(site, disruption)}
    if not changed:
        return
    factors = factors_of(active(site.scenario, site.tick))
    if site.chain is not None:
        site.chain.factors = factors
    if "labour" in changed:
        _staff(site, factors.labour)
    if isinstance(site.fleet, SimFleet):
        site.fleet.charger_power = factors.charger_power


def factors_of(disruptions: Iterable[Disruption]) -> Factors:
    """What several at once come to: factors of the same thing multiply. Demand and robots: see the head."""
    made = Factors()
    for one in disruptions:
        if one.kind == "fuel-price":
            made.fuel_price *= one.factor
        elif one.kind == "labour":
            made.labour *= one.factor
        elif one.kind == "power":
            made.charger_power *= one.factor
        elif one.kind == "supplier-late":
            made.supplier_lead[one.name] = made.supplier_lead.get(one.name, 1.0) * one.factor
        elif one.kind == "supplier-gone":
            made.suppliers_gone.add(one.name)
        elif one.kind == "lane-closed":
            made.lanes_closed.add(one.name)
    return made


def _tell(site: "Site", disruption: Disruption) -> bool:
    """Whether it begins or ends with this tick."""
    begin, end = span(site.scenario, disruption)
    if site.tick not in (begin, end):
        return False
    state = "begins" if site.tick == begin else "ends"
    site.tell(Disrupted(site.tick, disruption.kind, state, text_of(disruption)))
    return True


def _staff(site: "Site", factor: float) -> None:
    """So many of the usual people at stations of each kind and around the floor, at least one unless there is to be nobody."""
    for kind in StationKind:
        _share_out([station for station in site.stations if station.kind == kind], factor)
    if site.chain is not None:
        for bench in site.chain.benches.values():
            bench.staff(max(1, round(factor * bench.usual)), site.tick)


def _share_out(stations: Sequence[WorkStation], factor: float) -> None:
    """People over stations of a kind, the first ones first. Who leaves the others finishes what is open there."""
    left = round(factor * sum(station.usual for station in stations)) or math.ceil(min(1.0, factor))
    for station in stations:
        people = min(left, math.ceil(factor * station.usual))
        left -= people
        station.manned = people > 0
        station.people = people or station.people
