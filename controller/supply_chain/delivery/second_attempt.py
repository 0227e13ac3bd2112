"""A driver who found nobody in tries again before he drives home, as late on his round as the day still allows.

Only what is promised for today: everything else goes out again with another wave.
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
"""Who wasn't in is given so long to come home [our own arithmetic]."""
_TOLD_S = 600.0
"""An ETA that moves by less is not told."""


def try_again(site: Site, chain: SupplyChain, tour: Tour, one: Parcel, done_s: float) -> bool:
    """Put a parcel that nobody took a moment ago on the rest of the round; False if the day doesn't allow it.

    done_s: when the driver is done at the door. The law is that of the plan: hours of all doors, shift, range.
    """
    settings, last_day = chain.settings.last_mile, chain.calendar.last_day(chain.promises.given[one.id].by)
    assert settings is not None  # there are no tours without
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
    """The tour's route with other doors ahead of it. Its last door so far is left at done_s."""
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
    """Metres from the last door to those ahead and home."""
    points = [*(_door(chain, parcel) for parcel in tour.parcels[tour.at - 1 :]), DEPOT]
    metres, _ = roads(chain.settings, chain.lanes).matrices(points)
    return sum(int(metres[leg]) for leg in pairwise(range(len(points))))


def _lawful(tour: Tour, route: Route, hours: Sequence[Hours], usual_s: Sequence[int]) -> bool:
    """Whether all doors ahead are reached in their hours, or no later than without the second try.

    usual_s: by door ahead, when it would be served then.
    """
    kind = route.kind
    in_time = zip(route.begins_s[tour.at :], hours, usual_s, strict=True)
    return (
        route.metres <= kind.range_m
        and route.seconds <= kind.shift_s
        and all(begin <= max(latest, before) for begin, (_, latest), before in in_time)
    )


def _change(site: Site, chain: SupplyChain, tour: Tour, route: Route, hours: Sequence[Hours]) -> None:
    """Drive on by the new route; what it costs more is paid, and customers are told."""
    old, at = tour.route, tour.at
    tour.route, tour.hours = route, (*tour.hours[:at], *hours)
    energy = energy_wh(route.kind, route.metres - old.metres)
    trip = Trip(route.cents - old.cents, energy, route.co2e_g - old.co2e_g)
    pay(site, chain, trip, LAST_MILE, f"{route.kind.name}s")
    reason = f"{tour.vehicle} tries again at a door where nobody was in"
    for parcel, begin_s in zip(tour.parcels[at:], route.begins_s[at:], strict=True):
        one, eta = chain.parcels.under_way[parcel], chain.calendar.tick(begin_s)
        if abs(eta - one.eta) * site.scenario.run.tick_s > _TOLD_S:
            one.eta = eta
            site.tell(EtaChanged(site.tick, parcel, eta, reason))


def _door(chain: SupplyChain, parcel: int) -> Point:
    customer = chain.promises.given[parcel].customer
    return customer.x, customer.y
