"""What disruptions change around the floor: the factors that the chain's parts look at, and the people at work there."""

from collections.abc import Collection, Iterable

from controller.scenario.disruptions import active
from controller.scenario.scenario import Disruption
from controller.site.site import Site
from controller.supply_chain.state.disruption_effects import DisruptionEffects
from controller.supply_chain.state.supply_chain import SupplyChain


def apply(site: Site, chain: SupplyChain, kinds: Collection[str]) -> None:
    """Set anew what disruptions change, after some of these kinds have begun or ended.

    Of people there is at least one everywhere, unless there is to be nobody.
    """
    chain.effects = effects_of(active(site.scenario, site.tick))
    if "labour" in kinds:
        for pool in chain.staff.values():
            pool.set_headcount(max(1, round(chain.effects.labour * pool.usual)), site.tick)


def effects_of(disruptions: Iterable[Disruption]) -> DisruptionEffects:
    """Return what several at once come to: factors of the same thing multiply. Demand, robots and power are the floor's."""
    made = DisruptionEffects()
    for one in disruptions:
        if one.kind == "fuel-price":
            made.fuel_price *= one.factor
        elif one.kind == "labour":
            made.labour *= one.factor
        elif one.kind == "supplier-late":
            made.supplier_lead[one.name] = made.supplier_lead.get(one.name, 1.0) * one.factor
        elif one.kind == "supplier-gone":
            made.suppliers_gone.add(one.name)
        elif one.kind == "lane-closed":
            made.lanes_closed.add(one.name)
    return made
