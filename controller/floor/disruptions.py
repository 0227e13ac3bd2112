"""Disruptions of the floor: when each begins and ends, and what it changes in between.

Changes of demand and stopped robots are part of the demand and the fleet from the start of the run. Staff and chargers
are set again whenever a disruption begins or ends, and the floor's surroundings are notified.
"""

import math
from collections.abc import Sequence

from controller.scenario.disruptions import active, span, text_of
from controller.scenario.scenario import Disruption
from controller.site.site import Site
from controller.warehouse.stations import WorkStation
from layout.floor import StationKind
from robots.recording.supply_chain_events import Disrupted
from robots.units.simulated_fleet import SimFleet


def advance(site: Site) -> None:
    """Report the disruptions that begin or end in this tick, and apply their effects."""
    changed = [disruption for disruption in site.scenario.disruptions if site.tick in span(site.scenario, disruption)]
    if not changed:
        return
    kinds = {disruption.kind for disruption in changed}
    site.surroundings.disrupted(kinds)
    for disruption in changed:
        _report(site, disruption)
    if "labour" in kinds:
        _staff(site)
    if isinstance(site.fleet, SimFleet):
        site.fleet.charger_power = factor(site, "power")


def factor(site: Site, kind: str) -> float:
    """Return the combined effect of the active disruptions of a kind: the product of their factors."""
    factors = (disruption.factor for disruption in active(site.scenario, site.tick) if disruption.kind == kind)
    return math.prod(factors, start=1.0)


def _report(site: Site, disruption: Disruption) -> None:
    begin, _ = span(site.scenario, disruption)
    state = "begins" if site.tick == begin else "ends"
    site.emit(Disrupted(site.tick, disruption.kind, state, text_of(disruption)))


def _staff(site: Site) -> None:
    """Staff the stations of each kind with a share of their usual people, at least one person unless the share is 0."""
    share = factor(site, "labour")
    for kind in StationKind:
        _share_out([station for station in site.stations if station.kind == kind], share)


def _share_out(stations: Sequence[WorkStation], factor: float) -> None:
    """Distribute people over the stations of a kind, first stations first. People who leave finish their open work."""
    left = round(factor * sum(station.usual for station in stations)) or math.ceil(min(1.0, factor))
    for station in stations:
        people = min(left, math.ceil(factor * station.usual))
        left -= people
        station.manned = people > 0
        station.people = people or station.people
