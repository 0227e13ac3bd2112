"""Lanes: the ways to customers, their departures (CPTs, critical pull times), and who lives at their end.

Without any in the scenario there are two for vans near by and one by air: half of the customers in the city, three in ten
around it, two in ten far away (our own arithmetic; so that each promise is made and kept by some).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from controller.routing.plane import Area, Roads
from controller.scenario.scenario import clock_seconds, end_seconds
from controller.scenario.supply_chain import Chain, Lane, LastMile
from controller.supply_chain.state.calendar import Calendar
from controller.supply_chain.state.outbound.promises import Customer
from layout.time_units import DAY_S

USUAL = (
    Lane("city", center_km=(5.0, 2.0), radius_km=9.0, share=0.5),
    Lane("suburbs", departures=("09:00", "17:00"), center_km=(-14.0, 6.0), radius_km=12.0, share=0.3),
    Lane("far", "air", ("14:00", "22:00"), center_km=(600.0, 150.0), radius_km=40.0, share=0.2, transit_s=36_000.0),
)
DEPOT = (0.0, 0.0)
"""Vans begin here: the delivery station is beside the house, in the middle of the plane."""
_LEAST_OVERLAP_S = 3_600.0
"""A departure serves a customer's hours if its vans are in the area for so much of them, or all of their time."""
_WINDOW_S = 14_400.0
"""Customers who are not in all day are in for four hours (a usual delivery slot)."""


def lanes_of(settings: Chain) -> tuple[Lane, ...]:
    """The scenario's lanes, or the usual ones."""
    return settings.lanes or USUAL


def doors(settings: Chain, lane: Lane) -> tuple[float, float]:
    """Seconds from a departure to the first and to the last customer's door. Vans on routes begin at the house."""
    first = 0.0 if lane.service == "van" and settings.last_mile is not None else lane.transit_s
    return first, first + lane.rounds_s


def departures(calendar: Calendar, lane: Lane, begin: int, end: int) -> Iterator[int]:
    """Ticks of its CPTs from `begin` to `end`, both included, in order."""
    clocks = sorted(set(lane.departures), key=clock_seconds)
    for day in range(calendar.day(begin), calendar.day(end) + 1):
        for clock in clocks:
            if begin <= (tick := calendar.at(day, clock)) <= end:
                yield tick


def drawn_customer(settings: Chain, lanes: Sequence[Lane], rng: np.random.Generator) -> Customer:
    """Somebody who orders: a lane by share, a place anywhere in its area, and hours at home for some where vans go."""
    share = np.array([lane.share for lane in lanes])
    share = np.full(len(lanes), 1.0) if not share.any() else share
    lane = lanes[int(rng.choice(len(lanes), p=share / share.sum()))]
    angle, far, picky, slot = rng.random(4).tolist()
    x, y = (round(km, 3) for km in _area(lane).point(far, angle))
    if settings.last_mile is None or lane.service != "van" or picky >= settings.last_mile.window_share:
        return Customer(lane.name, x, y)
    return Customer(lane.name, x, y, *_hours(settings, lane, slot))


def serves(settings: Chain, calendar: Calendar, lane: Lane, cpt: int, customer: Customer) -> bool:
    """Whether a departure's vans are in the area while the customer is in."""
    left = calendar.seconds(cpt)
    first, last = (left + door for door in doors(settings, lane))
    if customer.latest_s - customer.earliest_s >= DAY_S:
        return True
    midnight, least = first - first % DAY_S, min(_LEAST_OVERLAP_S, last - first)
    return any(
        min(last, day + customer.latest_s) - max(first, day + customer.earliest_s) >= least
        for day in (midnight, midnight + DAY_S)
    )


def vans_of(settings: Chain, lane: Lane) -> bool:
    """Whether a lane's parcels go out with vans on routes."""
    return lane.service == "van" and settings.last_mile is not None


def roads(settings: Chain, lanes: Sequence[Lane]) -> Roads:
    """How vans drive: each lane's area has its own speed."""
    speed = settings.last_mile.speed_kmh if settings.last_mile is not None else LastMile().speed_kmh
    vans = (lane for lane in lanes if lane.service == "van")
    return Roads(tuple(_area(lane, speed) for lane in vans))


def _area(lane: Lane, speed_kmh: float = LastMile().speed_kmh) -> Area:
    return Area(lane.name, lane.center_km, lane.radius_km, speed_kmh)


def _hours(settings: Chain, lane: Lane, slot: float) -> tuple[float, float]:
    """The four hours, seconds of the day, that begin when one of the lane's waves reaches the area: slots that a shop offers.

    slot: chance, 0 to 1. No slot ends after the day does.
    """
    clock = lane.departures[int(slot * len(lane.departures))]
    day_ends = end_seconds(settings.promise.day_ends)
    begin = (clock_seconds(clock) + doors(settings, lane)[0]) % DAY_S
    begin = max(0.0, min(begin, day_ends - _WINDOW_S))
    return begin, begin + _WINDOW_S
