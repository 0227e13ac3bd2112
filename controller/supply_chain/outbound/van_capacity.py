"""Van capacity: estimate the doors that vans can serve, for promises and waves, before routes are planned.

A round through n doors scattered over an area A is 0.71 √(A n) long (Beardwood, Halton, Hammersley 1959), a third
longer where some customers have hours (Figliozzi 2009 measures how much), and each vehicle drives to the area and back
once a route (Daganzo 1984). Vehicles that are out, or committed to an earlier wave, are not counted. Customers who
cannot be served by the end of the day get a later promise date.
"""

import math
from collections.abc import Iterable, Iterator, Mapping

from controller.routing.plane import DETOUR, Roads
from controller.routing.vehicles import VehicleKind
from controller.scenario.scenario import end_seconds
from controller.scenario.supply_chain import Lane, LastMile
from controller.scenario.vehicles import vehicles
from controller.supply_chain.outbound.carriers import turnaround_s
from controller.supply_chain.outbound.lanes import departures
from controller.supply_chain.state.supply_chain import SupplyChain
from layout.time_units import DAY_S

LOAD_S = 900
"""Time from the plan until the first van leaves [our own arithmetic]."""
_ROUND = 0.7124
"""Length of the shortest round over √(area × doors), for many doors."""
_HOURS = 1.0
"""Extra length due to customers' hours and to plans for few vehicles at a time, for each share of customers who have
hours: with three in ten, rounds of days with too few vans were 1.3 times as long [maps/order-to-door.toml].
"""


def work_s(settings: LastMile, lane: Lane, doors: float) -> float:
    """Return the seconds that doors of a lane take on routes, without the trips there and back."""
    area_km2 = math.pi * lane.radius_km**2
    km = (1.0 + _HOURS * settings.window_share) * _ROUND * DETOUR * math.sqrt(area_km2 * max(0.0, doors))
    return doors * settings.stop_s + 3600.0 * km / settings.speed_kmh


def travel_s(lanes: Iterable[Lane], farther_km: float = 0.0) -> float:
    """Return the seconds from the depot to the middle of a lane's area, or farther, weighted by share of the customers."""
    vans = [(lane.share, math.hypot(*lane.center_km) + farther_km) for lane in lanes if lane.service == "van"]
    share = sum(part for part, _ in vans)
    km = sum((part if share else 1.0) * distance for part, distance in vans) / (share or max(1, len(vans)))
    return 3600.0 * DETOUR * km / Roads().speed_kmh


def doors_left(chain: SupplyChain, lane: Lane, cpt: int, tick: int) -> int:
    """Return how many more doors of a lane can be promised for a departure, given everything promised for its day.

    The work of each departure and of those after it has to fit into the vehicles' time from that departure on
    (scheduling with release times and one due time).
    """
    settings = chain.settings.vans
    waves = _waves(chain, settings, cpt, tick)
    waves.setdefault(cpt, {}).setdefault(lane.name, 0)
    doors = math.inf
    for begin in sorted(waves):
        if begin > cpt:
            break
        remaining = [by_lane for departure, by_lane in waves.items() if departure >= begin]
        earlier = {departure: by_lane for departure, by_lane in waves.items() if departure < begin}
        work = sum(wave_s(chain, settings, by_lane) for by_lane in remaining)
        parcels = sum(sum(by_lane.values()) for by_lane in remaining)
        a_door_s = work / parcels if parcels else work_s(settings, lane, 1)
        can_s = chain.settings.promise.use * free_s(chain, begin, a_door_s)
        can_s -= _still_out_s(chain, settings, earlier, begin)
        doors = min(doors, _more(settings, lane, waves[cpt][lane.name], can_s - work))
    return int(doors)


def free_s(chain: SupplyChain, tick: int, a_door_s: float = 0.0) -> float:
    """Return the seconds that vehicles have for doors from a tick to the end of its day; vehicles count from their
    return.

    a_door_s: seconds a door; a vehicle's hold is full after its number of parcels times this. 0 for no such limit.
    """
    settings = chain.settings.vans
    trip_s = travel_s(chain.lanes)
    begin = chain.calendar.seconds(tick) + LOAD_S
    ends = begin - begin % DAY_S + end_seconds(chain.settings.promise.day_ends)
    total = 0.0
    for kind, starts in _starts_s(chain, settings, begin):
        limit_s = kind.parcels * a_door_s if a_door_s else math.inf
        total += sum(_productive_s(kind, ends - start, trip_s, limit_s) for start in starts)
    return total


def _starts_s(chain: SupplyChain, settings: LastMile, begin_s: float) -> Iterator[tuple[VehicleKind, list[float]]]:
    """Yield (kind, seconds from which each of its vehicles is present)."""
    away = chain.last_mile.away
    for kind, count in vehicles(settings, chain.settings.costs, chain.effects.fuel_price).items():
        names = (f"{kind.name} {number}" for number in range(1, count + 1))
        yield kind, [max(begin_s, chain.calendar.seconds(away[name]) if name in away else begin_s) for name in names]


def _productive_s(kind: VehicleKind, span_s: float, trip_s: float, limit_s: float) -> float:
    """Return the part of the time until the day ends that is left for doors: route after route, the last drive home
    after the end.
    """
    total, pause = 0.0, turnaround_s(kind, round(kind.range_m / 2))
    while span_s > trip_s:
        route = min(span_s, kind.shift_s)
        home = trip_s if route < span_s or route == kind.shift_s else 0.0
        total += max(0.0, min(limit_s, route - trip_s - home))
        span_s -= route + pause
    return total


def _waves(chain: SupplyChain, settings: LastMile, cpt: int, tick: int) -> dict[int, dict[str, int]]:
    """Return {departure: {lane: parcels}} of a day's departures that have not left, with the parcels promised for them
    or ready; parcels at the delivery station go with the next one.
    """
    day = chain.calendar.day(cpt)
    begin, end = max(tick, chain.calendar.at(day, "00:00")), chain.calendar.at(day + 1, "00:00") - 1
    waves: dict[int, dict[str, int]] = {}
    for lane in chain.lanes:
        if lane.service != "van":
            continue
        for departure in departures(chain.calendar, lane, begin, end):
            ready = chain.shipping.departures.get((lane.name, departure))
            parcels = len(chain.promises.awaited.get((lane.name, departure), ())) + (ready.parcels if ready else 0)
            waves.setdefault(departure, {})[lane.name] = parcels
    if waves and chain.calendar.day(tick) == day:
        first = waves[min(waves)]
        for parcel in chain.last_mile.waiting:
            name = chain.parcels.under_way[parcel].lane
            first[name] = first.get(name, 0) + 1
    return waves


def _still_out_s(chain: SupplyChain, settings: LastMile, earlier: Mapping[int, Mapping[str, int]], begin: int) -> float:
    """Return the vehicle seconds that the day's coming waves take beyond the start of a later one: each vehicle is out
    for a round.
    """
    trip_s, lost = travel_s(chain.lanes), 0.0
    vehicle_count = settings.diesel_vans + settings.electric_vans + settings.flex
    for departure, by_lane in earlier.items():
        rounds = max((chain.lane(name).rounds_s for name in by_lane), default=0.0)
        work = wave_s(chain, settings, by_lane)
        vehicles_out = min(vehicle_count, math.ceil(work / rounds)) if rounds else 0
        back_s = (departure - begin) * chain.calendar.tick_s + LOAD_S + rounds + 2.0 * trip_s
        lost += vehicles_out * max(0.0, back_s)
    return lost


def wave_s(chain: SupplyChain, settings: LastMile, by_lane: Mapping[str, int]) -> float:
    """Return the seconds that the doors of a wave take. Doors of another wave do not make its rounds denser."""
    return sum(work_s(settings, chain.lane(name), doors) for name, doors in by_lane.items())


def _more(settings: LastMile, lane: Lane, doors: int, spare_s: float) -> float:
    """Return the doors of a lane that fit into a wave beside those it has: the largest n with work(here + n) ≤
    work(here) + spare_s.
    """
    if spare_s <= 0:
        return -1.0
    most_s = work_s(settings, lane, doors) + spare_s
    root_s = work_s(settings, lane, 1) - settings.stop_s  # coefficient of √n, beside stop_s of n
    root = (math.sqrt(root_s**2 + 4.0 * settings.stop_s * most_s) - root_s) / (2.0 * settings.stop_s or 1.0)
    return root**2 - doors
