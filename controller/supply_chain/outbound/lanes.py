"""Lanes: routes to customers with their departures (CPTs, critical pull times), and the customers at their end.

Without lanes in the scenario there are two for nearby vans and one by air: half of the customers in the city, three in
ten around it, two in ten far away (our own arithmetic; chosen so that each promise is made and kept for some).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from controller.routing.plane import Area, Roads
from controller.scenario.scenario import clock_seconds, end_seconds
from controller.scenario.supply_chain import DEFAULT_LANES, Chain, Lane, LastMile
from controller.supply_chain.state.calendar import Calendar
from controller.supply_chain.state.outbound.promises import Customer
from layout.time_units import DAY_S

DEPOT = (0.0, 0.0)
"""Start of all van routes: the delivery station beside the warehouse, in the middle of the plane."""
_LEAST_OVERLAP_S = 3_600.0
"""Time for which a departure's vans must be in the area during a customer's hours, or all of the vans' time if that is
less.
"""
_WINDOW_S = 14_400.0
"""Customers who are not at home all day are at home for four hours (a usual delivery slot)."""


def lanes_of(settings: Chain) -> tuple[Lane, ...]:
    """Return the scenario's lanes, or the default ones."""
    return settings.lanes or DEFAULT_LANES


def doors(settings: Chain, lane: Lane) -> tuple[float, float]:
    """Return the seconds from a departure to the first and to the last customer's door. Vans on routes start at the
    depot.
    """
    first = 0.0 if lane.service == "van" and settings.last_mile is not None else lane.transit_s
    return first, first + lane.rounds_s


def departures(calendar: Calendar, lane: Lane, begin: int, end: int) -> Iterator[int]:
    """Yield the ticks of a lane's CPTs from `begin` to `end`, both included, in order."""
    clocks = sorted(set(lane.departures), key=clock_seconds)
    for day in range(calendar.day(begin), calendar.day(end) + 1):
        for clock in clocks:
            if begin <= (tick := calendar.at(day, clock)) <= end:
                yield tick


def drawn_customer(settings: Chain, lanes: Sequence[Lane], rng: np.random.Generator) -> Customer:
    """Draw a customer: a lane by its share, a place anywhere in its area, and for some customers of van lanes hours at
    home.
    """
    share = np.array([lane.share for lane in lanes])
    share = np.full(len(lanes), 1.0) if not share.any() else share
    lane = lanes[int(rng.choice(len(lanes), p=share / share.sum()))]
    angle, distance, picky, slot = rng.random(4).tolist()
    x, y = (round(km, 3) for km in _area(lane).point(distance, angle))
    if settings.last_mile is None or lane.service != "van" or picky >= settings.last_mile.window_share:
        return Customer(lane.name, x, y)
    return Customer(lane.name, x, y, *_hours(settings, lane, slot))


def serves(settings: Chain, calendar: Calendar, lane: Lane, cpt: int, customer: Customer) -> bool:
    """Return whether a departure's vans are in the area while the customer is at home."""
    departure_s = calendar.seconds(cpt)
    first, last = (departure_s + door for door in doors(settings, lane))
    if customer.latest_s - customer.earliest_s >= DAY_S:
        return True
    midnight, least = first - first % DAY_S, min(_LEAST_OVERLAP_S, last - first)
    return any(
        min(last, day + customer.latest_s) - max(first, day + customer.earliest_s) >= least
        for day in (midnight, midnight + DAY_S)
    )


def vans_of(settings: Chain, lane: Lane) -> bool:
    """Return whether a lane's parcels go out with vans on routes."""
    return lane.service == "van" and settings.last_mile is not None


def roads(settings: Chain, lanes: Sequence[Lane]) -> Roads:
    """Return the road speeds for vans: each lane's area has its own speed."""
    vans = (lane for lane in lanes if lane.service == "van")
    return Roads(tuple(_area(lane, settings.vans.speed_kmh) for lane in vans))


def _area(lane: Lane, speed_kmh: float = LastMile().speed_kmh) -> Area:
    return Area(lane.name, lane.center_km, lane.radius_km, speed_kmh)


def _hours(settings: Chain, lane: Lane, slot: float) -> tuple[float, float]:
    """Return four hours, in seconds of the day, starting when one of the lane's waves reaches the area, like the slots
    that shops offer.

    slot: random number, 0 to 1. No slot ends after the day does.
    """
    clock = lane.departures[int(slot * len(lane.departures))]
    day_ends = end_seconds(settings.promise.day_ends)
    begin = (clock_seconds(clock) + doors(settings, lane)[0]) % DAY_S
    begin = max(0.0, min(begin, day_ends - _WINDOW_S))
    return begin, begin + _WINDOW_S
