"""From the trailer's departure to the customer's door.

Parcels of van lanes wait at the delivery station for the next wave of vans (waves.py) where the scenario has
vans; all others are delivered by a carrier after the lane's transit time.
"""

from collections.abc import Sequence

from controller.scenario.supply_chain import Lane
from controller.site.site import Site
from controller.supply_chain.delivery import waves
from controller.supply_chain.delivery.deliver import deliver, pay
from controller.supply_chain.outbound.carriers import handed_over, line_haul
from controller.supply_chain.outbound.parcel_moves import move
from controller.supply_chain.state.accounts import AIR, LAST_MILE, LINE_HAUL
from controller.supply_chain.state.lifecycles import PARCEL
from controller.supply_chain.state.outbound.delivery import STATION
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.lifecycles import advance

_SPREAD = 0.5
"""A carrier's last parcel is delivered so much of the transit time after its first."""


def departed(site: Site, chain: SupplyChain, lane: str, parcels: Sequence[Parcel]) -> None:
    """A trailer, or what the vans of a wave take, has left the house. The parcels are in it, in the state "loaded"."""
    for one in parcels:
        advance(PARCEL, one, "depart")
        promise = chain.promises.given.get(one.id)
        if promise is not None and site.tick > promise.cpt:
            reason = f"left {site.clock(site.tick - promise.cpt)} after the departure it was promised for"
            chain.last_mile.late_causes.setdefault(one.id, ("departure missed", reason))
    way = chain.lane(lane)
    if not parcels:
        return
    if way.service == "van" and chain.settings.last_mile is not None:
        _to_the_vans(site, chain, parcels)
    else:
        _by_carrier(site, chain, way, parcels)


def _to_the_vans(site: Site, chain: SupplyChain, parcels: Sequence[Parcel]) -> None:
    """Routes are planned a minute later, for all lanes that leave now together."""
    now_s = chain.calendar.seconds(site.tick)
    for one in parcels:
        move(site, one, STATION)
        chain.last_mile.waiting[one.id] = now_s
    waves.note(chain, site.tick + chain.calendar.ticks(waves.AFTER_S))


def _by_carrier(site: Site, chain: SupplyChain, lane: Lane, parcels: Sequence[Parcel]) -> None:
    """A carrier, for far lanes by air, takes a trailer's parcels to its hub and delivers them."""
    fuel = chain.effects.fuel_price
    cause, energy = (AIR, "air") if lane.service == "air" else (LAST_MILE, "carriers")
    pay(site, chain, line_haul(lane, chain.settings.costs, fuel), LINE_HAUL, "line haul")
    pay(site, chain, handed_over(lane.service, len(parcels), fuel), cause, energy)
    for one in parcels:
        share = chain.streams.of("carrier's round", one.id).random()
        seconds = lane.transit_s + min(lane.rounds_s, _SPREAD * lane.transit_s) * share
        one.eta = site.tick + chain.calendar.ticks(seconds)
        chain.schedule.at(one.eta, handed_in, one)


@handler
def handed_in(site: Site, chain: SupplyChain, one: Parcel) -> None:
    """A step: the carrier delivers a parcel."""
    deliver(site, chain, one)
