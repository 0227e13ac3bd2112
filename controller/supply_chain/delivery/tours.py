"""Tours of vans: from door to door by simulated drive times, with undelivered parcels back to the delivery station.

If nobody is at home, the driver tries again on the same round, provided the parcel is promised for today
(second_attempt.py).
"""

import numpy as np

from controller.routing import eta
from controller.routing.vehicles import VehicleKind
from controller.site.site import Site
from controller.supply_chain.delivery.deliver import deliver, pay
from controller.supply_chain.delivery.second_attempt import try_again
from controller.supply_chain.outbound.carriers import Trip, energy_wh
from controller.supply_chain.outbound.parcel_moves import move
from controller.supply_chain.state.accounts import LAST_MILE
from controller.supply_chain.state.lifecycles import PARCEL, ParcelState
from controller.supply_chain.state.outbound.delivery import Tour
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.lifecycles import advance
from layout.time_units import DAY_S
from robots.recording.kinds import LateCause
from robots.recording.supply_chain_events import DeliveryFailed, EtaChanged

_TOLD_S = 600.0
"""Largest change of an ETA that is not reported."""


@handler
def leave(site: Site, chain: SupplyChain, tour: Tour) -> None:
    """Start a tour: the vehicle leaves with its parcels."""
    for place, parcel in enumerate(tour.parcels, 1):
        state = chain.parcels.under_way[parcel]
        advance(PARCEL, state, "go_again" if state.state == ParcelState.ATTEMPTED else "go_out")
        move(site, state, tour.vehicle, f"stop {place} of {len(tour.parcels)}; {tour.why[parcel]}")
    route = tour.route
    trip = Trip(route.cents, energy_wh(route.kind, route.metres), route.co2e_g)
    pay(site, chain, trip, LAST_MILE, _energy(route.kind))
    _drive_on(chain, tour, route.depart_s)


@handler
def stop(site: Site, chain: SupplyChain, tour: Tour) -> None:
    """Finish the stop at a door: deliver the parcel or record the failed attempt, then drive on."""
    parcel = chain.parcels.under_way[tour.parcels[tour.at]]
    reason = _failure_reason(site, chain, tour)
    if reason:
        advance(PARCEL, parcel, "fail")
        parcel.attempts += 1
        site.emit(DeliveryFailed(site.tick, parcel.id, tour.vehicle, parcel.attempts, reason))
        chain.last_mile.late_causes.setdefault(parcel.id, (LateCause.NOBODY_IN, reason))
    else:
        deliver(site, chain, parcel)
    done_s = tour.begun_s + tour.route.leaves_s[tour.at] - tour.route.begins_s[tour.at]
    tour.at += 1
    _expect(site, chain, tour, done_s)
    if reason and not try_again(site, chain, tour, parcel, done_s):
        tour.failed.append(parcel.id)
    _drive_on(chain, tour, done_s)


def _drive_on(chain: SupplyChain, tour: Tour, left_s: float) -> None:
    """Schedule the arrival at the next door, or at the depot."""
    route, index = tour.route, tour.at
    planned_s = route.leaves_s[index - 1] if index else route.depart_s
    arrival = route.arrivals_s[index] if index < len(route.stops) else route.back_s
    there_s = left_s + (arrival - planned_s) * _spread(chain, tour)
    if index == len(route.stops):
        chain.schedule.at(chain.calendar.tick(there_s), tour.on_return, tour)
        return
    tour.begun_s = max(there_s, tour.hours[index][0])
    done_s = tour.begun_s + route.leaves_s[index] - route.begins_s[index]
    chain.schedule.at(chain.calendar.tick(done_s), stop, tour)


def _spread(chain: SupplyChain, tour: Tour) -> float:
    """Return the actual time of the next drive over its planned time: lognormal with mean 1."""
    settings = chain.settings.vans
    sigma = float(np.sqrt(np.log1p(settings.delays**2)))
    return float(_generator_of_drive(chain, tour).lognormal(-sigma * sigma / 2.0, sigma))


def _generator_of_drive(chain: SupplyChain, tour: Tour) -> np.random.Generator:
    """Return the random generator of the next drive: one for each parcel and attempt, one for each vehicle's drives
    home.
    """
    if tour.at == len(tour.parcels):
        return chain.streams.next_of("driving home", tour.vehicle)
    parcel = chain.parcels.under_way[tour.parcels[tour.at]]
    return chain.streams.of("driving time", parcel.id, parcel.attempts)


def _failure_reason(site: Site, chain: SupplyChain, tour: Tour) -> str:
    """Return the reason a parcel is not delivered, or "" if it is."""
    settings = chain.settings.vans
    parcel = chain.parcels.under_way[tour.parcels[tour.at]]
    absent = chain.streams.of("nobody in", parcel.id, parcel.attempts).random() < settings.failed
    late_s = tour.begun_s - tour.hours[tour.at][1]
    customer = chain.promises.given[tour.parcels[tour.at]].customer
    if late_s > 0 and tour.begun_s % DAY_S > customer.latest_s:
        return f"{tour.vehicle} came {late_s / 60:.0f} min after the customer's hours"
    return "nobody was in" if absent else ""


def _expect(site: Site, chain: SupplyChain, tour: Tour, done_s: float) -> None:
    """Update the ETAs of the parcels still on board."""
    late_s = round(done_s - tour.route.leaves_s[tour.at - 1])
    if late_s < _TOLD_S:
        return
    coming = eta.delayed(tour.route, tour.at, late_s)
    for place in range(tour.at, len(tour.parcels)):
        parcel = chain.parcels.under_way[tour.parcels[place]]
        new = chain.calendar.tick(coming.begins_s[place])
        if (new - parcel.eta) * site.scenario.run.tick_s > _TOLD_S:
            parcel.eta = new
            site.emit(EtaChanged(site.tick, parcel.id, new, f"{tour.vehicle} is {late_s / 60:.0f} min behind its plan"))


def _energy(kind: VehicleKind) -> str:
    """Return the energy category, e.g. "diesel vans"."""
    return f"{kind.name}s"
