"""Second attempt on the same round: the driver tries a door again before returning, as late as the day allows.

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


def try_again(site: Site, chain: SupplyChain, tour: Tour, one: Parcel, done_s: float) -> bool:
    """Add a parcel whose delivery has just failed to the rest of the round; return False if the day does not allow it.

    done_s: when the driver is done at the door. The constraints are those of the plan: hours of all doors, shift,
    range.
    """
    settings, last_day = chain.settings.last_mile, chain.calendar.last_day(chain.promises.given[one.id].by)
    assert settings is not None  # try_again is called on tours only
    if last_day > done_s // DAY_S or one.attempts >= settings.attempts:
        return False
    rest = tour.parcels[tour.at :]
    hours = tuple(_later(chain, settings, *door) for door in zip(rest, tour.hours[tour.at :], strict=True))
    usual_s = _onward(chain, tour, rest, hours, done_s).begins_s[tour.at :]
    opens, closes = _later(chain, settings, one.id, tour.hours[tour.at - 1])
    here = (max(opens, int(done_s + _AWAY_S)), closes)
    for place in range(len(rest), -1, -1):
        way = [*rest[:place], one.id, *rest[place:]]
        times = (*hours[:place], here, *hours[place:])
        route = _onward(chain, tour, way, times, done_s)
        if _lawful(tour, route, times, [*usual_s[:place], 0, *usual_s[place:]]):
            _change(site, chain, tour, route, times)
            advance(PARCEL, one, "go_again")
            return True
    return False


def _later(chain: SupplyChain, settings: LastMile, parcel: int, hours: Hours) -> Hours:
    promise = chain.promises.given[parcel]
    return later_hours(settings, promise, chain.calendar.seconds(promise.by), hours)


def _onward(chain: SupplyChain, tour: Tour, parcels: Sequence[int], hours: Sequence[Hours], done_s: float) -> Route:
    """Return the tour's route with other doors ahead of it. done_s: when the vehicle leaves its last door so far."""
    way, at = tour.route, tour.at
    points = [_door(chain, tour.parcels[at - 1]), *(_door(chain, parcel) for parcel in parcels), DEPOT]
    metres, seconds = roads(chain.settings, chain.lanes).matrices(points)
    legs = list(pairwise(range(len(points))))
    arrivals, begins, leaves, now = list[int](), list[int](), list[int](), round(done_s)
    service = way.leaves_s[at - 1] - way.begins_s[at - 1]
    for (here, there), (opens, _) in zip(legs, hours, strict=False):
        arrivals.append(now + int(seconds[here, there]))
        begins.append(max(arrivals[-1], opens))
        now = begins[-1] + service
        leaves.append(now)
    back = now + int(seconds[-2, -1])
    length = way.metres - _ahead_m(chain, tour) + sum(int(metres[leg]) for leg in legs)
    return replace(
        way,
        stops=(*way.stops[:at], *map(str, parcels)),
        arrivals_s=(*way.arrivals_s[:at], *arrivals),
        begins_s=(*way.begins_s[:at], *begins),
        leaves_s=(*way.leaves_s[: at - 1], round(done_s), *leaves),
        back_s=back,
        metres=length,
        seconds=back - way.depart_s,
        cents=way.kind.cents(length, back - way.depart_s),
        energy=way.kind.energy_used(length),
        co2e_g=way.kind.co2e_g(length),
    )


def _ahead_m(chain: SupplyChain, tour: Tour) -> int:
    """Return the metres from the last door to the doors ahead and back to the depot."""
    points = [*(_door(chain, parcel) for parcel in tour.parcels[tour.at - 1 :]), DEPOT]
    metres, _ = roads(chain.settings, chain.lanes).matrices(points)
    return sum(int(metres[leg]) for leg in pairwise(range(len(points))))


def _lawful(tour: Tour, route: Route, hours: Sequence[Hours], usual_s: Sequence[int]) -> bool:
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
    old, at = tour.route, tour.at
    tour.route, tour.hours = route, (*tour.hours[:at], *hours)
    energy = energy_wh(route.kind, route.metres - old.metres)
    trip = Trip(route.cents - old.cents, energy, route.co2e_g - old.co2e_g)
    pay(site, chain, trip, LAST_MILE, f"{route.kind.name}s")
    reason = f"{tour.vehicle} tries a door again where nobody was at home"
    for parcel, begin_s in zip(tour.parcels[at:], route.begins_s[at:], strict=True):
        one, eta = chain.parcels.under_way[parcel], chain.calendar.tick(begin_s)
        if abs(eta - one.eta) * site.scenario.run.tick_s > _TOLD_S:
            one.eta = eta
            site.tell(EtaChanged(site.tick, parcel, eta, reason))


def _door(chain: SupplyChain, parcel: int) -> Point:
    customer = chain.promises.given[parcel].customer
    return customer.x, customer.y
