"""Second attempt on the same round: the driver makes it before returning, as late as the day allows.

Only parcels promised for today are tried again; all others go out with another wave.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from controller.routing.plane import Point
from controller.routing.routes import Route
from controller.scenario.supply_chain import LastMile
from controller.site.site import Site
from controller.supply_chain.delivery.deliver import pay
from controller.supply_chain.delivery.delivery_hours import later_hours
from controller.supply_chain.outbound.carriers import Trip, energy_wh
from controller.supply_chain.outbound.lanes import DEPOT, roads
from controller.supply_chain.state.accounts import LAST_MILE
from controller.supply_chain.state.lifecycles import PARCEL
from controller.supply_chain.state.outbound.delivery import Hours, Tour
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.lifecycles import advance
from layout.time_units import DAY_S
from robots.recording.supply_chain_events import EtaChanged

_AWAY_S = 1_800.0
"""Time given to a customer who was not at home to come home [our own arithmetic]."""
_TOLD_S = 600.0
"""Largest change of an ETA that is not reported."""


def try_again(site: Site, chain: SupplyChain, tour: Tour, parcel: Parcel, done_s: float) -> bool:
    """Add a parcel whose delivery has just failed to the rest of the round; return False if the day does not allow it.

    done_s: when the driver is done at the door. The constraints are those of the plan: hours of all doors, shift,
    range.
    """
    settings, last_day = chain.settings.vans, chain.calendar.last_day(chain.promises.given[parcel.id].by)
    if last_day > done_s // DAY_S or parcel.attempts >= settings.attempts:
        return False
    ahead = tour.parcels[tour.at :]
    hours = tuple(_later(chain, settings, *door) for door in zip(ahead, tour.hours[tour.at :], strict=True))
    usual_s = _onward(chain, tour, ahead, hours, done_s).begins_s[tour.at :]
    opens, closes = _later(chain, settings, parcel.id, tour.hours[tour.at - 1])
    window = (max(opens, int(done_s + _AWAY_S)), closes)
    for place in range(len(ahead), -1, -1):
        parcels = [*ahead[:place], parcel.id, *ahead[place:]]
        times = (*hours[:place], window, *hours[place:])
        route = _onward(chain, tour, parcels, times, done_s)
        if _feasible(tour, route, times, [*usual_s[:place], 0, *usual_s[place:]]):
            _change(site, chain, tour, route, times)
            advance(PARCEL, parcel, "go_again")
            return True
    return False


def _later(chain: SupplyChain, settings: LastMile, parcel: int, hours: Hours) -> Hours:
    promise = chain.promises.given[parcel]
    return later_hours(settings, promise, chain.calendar.seconds(promise.by), hours)


def _onward(chain: SupplyChain, tour: Tour, parcels: Sequence[int], hours: Sequence[Hours], done_s: float) -> Route:
    """Return the tour's route with other doors ahead of it. done_s: when the vehicle leaves its last door so far."""
    route, stop = tour.route, tour.at
    points = [_door(chain, tour.parcels[stop - 1]), *(_door(chain, parcel) for parcel in parcels), DEPOT]
    metres, seconds = roads(chain.settings, chain.lanes).matrices(points)
    legs = list(pairwise(range(len(points))))
    arrivals, begins, leaves, clock = list[int](), list[int](), list[int](), round(done_s)
    service = route.leaves_s[stop - 1] - route.begins_s[stop - 1]
    for (source, target), (opens, _) in zip(legs, hours, strict=False):
        arrivals.append(clock + int(seconds[source, target]))
        begins.append(max(arrivals[-1], opens))
        clock = begins[-1] + service
        leaves.append(clock)
    back = clock + int(seconds[-2, -1])
    length = route.metres - _ahead_m(chain, tour) + sum(int(metres[leg]) for leg in legs)
    return replace(
        route,
        stops=(*route.stops[:stop], *map(str, parcels)),
        arrivals_s=(*route.arrivals_s[:stop], *arrivals),
        begins_s=(*route.begins_s[:stop], *begins),
        leaves_s=(*route.leaves_s[: stop - 1], round(done_s), *leaves),
        back_s=back,
        metres=length,
        seconds=back - route.depart_s,
        cents=route.kind.cents(length, back - route.depart_s),
        energy=route.kind.energy_used(length),
        co2e_g=route.kind.co2e_g(length),
    )


def _ahead_m(chain: SupplyChain, tour: Tour) -> int:
    """Return the metres from the last door to the doors ahead and back to the depot."""
    points = [*(_door(chain, parcel) for parcel in tour.parcels[tour.at - 1 :]), DEPOT]
    metres, _ = roads(chain.settings, chain.lanes).matrices(points)
    return sum(int(metres[leg]) for leg in pairwise(range(len(points))))


def _feasible(tour: Tour, route: Route, hours: Sequence[Hours], usual_s: Sequence[int]) -> bool:
    """Return whether all doors ahead are reached in their hours, or no later than without the second attempt.

    usual_s: by door ahead, when it would be served without the second attempt.
    """
    kind = route.kind
    in_time = zip(route.begins_s[tour.at :], hours, usual_s, strict=True)
    return (
        route.metres <= kind.range_m
        and route.seconds <= kind.shift_s
        and all(begin <= max(latest, before) for begin, (_, latest), before in in_time)
    )


def _change(site: Site, chain: SupplyChain, tour: Tour, route: Route, hours: Sequence[Hours]) -> None:
    """Replace the tour's route; pay the extra cost and report changed ETAs."""
    old, stop = tour.route, tour.at
    tour.route, tour.hours = route, (*tour.hours[:stop], *hours)
    energy = energy_wh(route.kind, route.metres - old.metres)
    trip = Trip(route.cents - old.cents, energy, route.co2e_g - old.co2e_g)
    pay(site, chain, trip, LAST_MILE, f"{route.kind.name}s")
    reason = f"{tour.vehicle} makes a second attempt on its round"
    for parcel, begin_s in zip(tour.parcels[stop:], route.begins_s[stop:], strict=True):
        state, eta = chain.parcels.under_way[parcel], chain.calendar.tick(begin_s)
        if abs(eta - state.eta) * site.scenario.run.tick_s > _TOLD_S:
            state.eta = eta
            site.emit(EtaChanged(site.tick, parcel, eta, reason))


def _door(chain: SupplyChain, parcel: int) -> Point:
    customer = chain.promises.given[parcel].customer
    return customer.x, customer.y
