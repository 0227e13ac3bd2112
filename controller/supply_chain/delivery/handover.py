"""Take parcels from the trailer's departure to the customer's door.

Parcels of van lanes wait at the delivery station for the next wave of vans (waves.py) if the scenario has vans; a
carrier delivers all others after the lane's transit time.
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
from robots.recording.kinds import LateCause

_SPREAD = 0.5
"""Time from a carrier's first delivery of a trailer to its last, as a share of the transit time."""


def departed(site: Site, chain: SupplyChain, lane: str, parcels: Sequence[Parcel]) -> None:
    """Hand over the parcels of a departed trailer or van wave; they are in the state "loaded"."""
    for parcel in parcels:
        advance(PARCEL, parcel, "depart")
        promise = chain.promises.given.get(parcel.id)
        if promise is not None and site.tick > promise.cpt:
            reason = f"left {site.clock(site.tick - promise.cpt)} after the departure it was promised for"
            chain.last_mile.late_causes.setdefault(parcel.id, (LateCause.DEPARTURE_MISSED, reason))
    departing = chain.lane(lane)
    if not parcels:
        return
    if departing.service == "van" and chain.settings.last_mile is not None:
        _to_the_vans(site, chain, parcels)
    else:
        _by_carrier(site, chain, departing, parcels)


def _to_the_vans(site: Site, chain: SupplyChain, parcels: Sequence[Parcel]) -> None:
    """Put parcels into the delivery station. Routes are planned a minute later, together for all lanes that leave now."""
    now_s = chain.calendar.seconds(site.tick)
    for parcel in parcels:
        move(site, parcel, STATION)
        chain.last_mile.waiting[parcel.id] = now_s
    waves.note(chain, site.tick + chain.calendar.ticks(waves.AFTER_S))


def _by_carrier(site: Site, chain: SupplyChain, lane: Lane, parcels: Sequence[Parcel]) -> None:
    """Have a carrier, by air on far lanes, take a trailer's parcels to its hub and deliver them."""
    fuel = chain.effects.fuel_price
    cause, energy = (AIR, "air") if lane.service == "air" else (LAST_MILE, "carriers")
    pay(site, chain, line_haul(lane, chain.settings.costs, fuel), LINE_HAUL, "line haul")
    pay(site, chain, handed_over(lane.service, len(parcels), fuel), cause, energy)
    for parcel in parcels:
        share = chain.streams.of("carrier's round", parcel.id).random()
        seconds = lane.transit_s + min(lane.rounds_s, _SPREAD * lane.transit_s) * share
        parcel.eta = site.tick + chain.calendar.ticks(seconds)
        chain.schedule.at(parcel.eta, handed_in, parcel)


@handler
def handed_in(site: Site, chain: SupplyChain, parcel: Parcel) -> None:
    """Deliver a parcel that a carrier has brought."""
    deliver(site, chain, parcel)
