"""Effects of disruptions around the floor: multipliers used by the chain's parts, and the headcount of its staff."""

from collections.abc import Collection, Iterable

from controller.scenario.disruptions import active
from controller.scenario.scenario import Disruption
from controller.site.site import Site
from controller.supply_chain.state.disruption_effects import DisruptionEffects
from controller.supply_chain.state.supply_chain import SupplyChain


def apply(site: Site, chain: SupplyChain, kinds: Collection[str]) -> None:
    """Recompute the effects after disruptions of some kinds have begun or ended.

    Each worker pool keeps at least one person.
    """
    chain.effects = effects_of(active(site.scenario, site.tick))
    if "labour" in kinds:
        for pool in chain.staff.values():
            pool.set_headcount(max(1, round(chain.effects.labour * pool.usual)), site.tick)


def effects_of(disruptions: Iterable[Disruption]) -> DisruptionEffects:
    """Return the combined effects of several disruptions; factors of the same kind multiply. Demand, robots and power
    belong to the floor.
    """
    effects = DisruptionEffects()
    for disruption in disruptions:
        if disruption.kind == "fuel-price":
            effects.fuel_price *= disruption.factor
        elif disruption.kind == "labour":
            effects.labour *= disruption.factor
        elif disruption.kind == "supplier-late":
            effects.supplier_lead[disruption.name] = effects.supplier_lead.get(disruption.name, 1.0) * disruption.factor
        elif disruption.kind == "supplier-gone":
            effects.suppliers_gone.add(disruption.name)
        elif disruption.kind == "lane-closed":
            effects.lanes_closed.add(disruption.name)
    return effects
