"""What a wave of vans is made up of: how many doors, in which sectors, with which of the vehicles, for how long."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from controller.routing.routes import Stop
from controller.routing.vehicles import VehicleKind
from controller.scenario.supply_chain import Lane, LastMile
from controller.site.site import Site
from controller.supply_chain.outbound.lanes import DEPOT, departures
from controller.supply_chain.outbound.van_capacity import free_s, wave_s, way_s
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.supply_chain import SupplyChain

_MOST_STOPS = 150
"""In one plan: more are cut into sectors around the house, and planned in ticks that follow each other. A plan gets as many in
any case, for few vehicles find a dense round among many doors only.
"""
_BLOCK_S = 14_400.0
"""The shortest that a round is cut to, the ways to and from the area beside: a driver's block of four hours."""
_OPTIMISM = 1.2
"""Doors that are put to the plan, over those that vans are likely to reach: which ones suit is for the routes to say."""
Crew = list[tuple[VehicleKind, str]]
"""Vehicles by name."""
Sector = tuple[list[Stop], Crew]
"""Doors, those promised first to the fore, and the vehicles that are for them."""


def short_rounds(
    site: Site,
    chain: SupplyChain,
    settings: LastMile,
    names: Mapping[VehicleKind, list[str]],
    ready: Sequence[Parcel],
) -> Mapping[VehicleKind, list[str]]:
    """With more doors than the vehicles here reach in a round, and another departure today, no route is longer than a round:
    else all are out until the evening with what is promised for tomorrow, while today's parcels wait.
    """
    vans = [lane for lane in chain.lanes if lane.service == "van"]
    today = chain.calendar.at(chain.calendar.day(site.tick) + 1, "00:00") - 1
    rounds_s = max(_BLOCK_S, *(lane.rounds_s for lane in vans))
    last = not any(any(departures(chain.calendar, lane, site.tick + 1, today)) for lane in vans)
    vehicles_here = sum(map(len, names.values()))
    if last or wave_s(chain, settings, Counter(one.lane for one in ready)) <= vehicles_here * rounds_s:
        return names
    most_h = (rounds_s + 2.0 * max(way_s([lane], lane.radius_km) for lane in vans)) / 3600.0
    return {replace(kind, shift_h=min(kind.shift_h, most_h)): there for kind, there in names.items()}


def stops_at_most(
    site: Site,
    chain: SupplyChain,
    settings: LastMile,
    names: Mapping[VehicleKind, Sequence[str]],
    ready: Sequence[Parcel],
) -> int:
    """So many of the parcels, those promised first to the fore, as the vehicles are likely to get done, and some more."""
    way = way_s(chain.lanes)
    free = _OPTIMISM * min(
        free_s(chain, site.tick), sum(len(there) * max(0.0, kind.shift_s - 2.0 * way) for kind, there in names.items())
    )
    doors: Counter[str] = Counter()
    for place, one in enumerate(ready):
        doors[one.lane] += 1
        if place >= _MOST_STOPS and place % 8 == 0 and wave_s(chain, settings, doors) > free:
            return place
    return len(ready)


def sectors_of(
    lanes: Iterable[Lane], stops: Sequence[Stop], names: Mapping[VehicleKind, Sequence[str]]
) -> list[Sector]:
    """Stops as they lie around the house (Gillett, Miller 1974), so many at once that a plan takes seconds, each with vehicles
    that have time for them. One vehicle is there at least.
    """
    way = 2.0 * way_s(lanes)
    crews = _crews(names, math.ceil(len(stops) / _MOST_STOPS), way)
    times = [_for_doors_s(crew, way) for crew in crews]
    around = sorted(stops, key=lambda stop: (math.atan2(stop.y - DEPOT[1], stop.x - DEPOT[0]), stop.id))
    ends = [round(len(around) * done / sum(times)) for done in accumulate(times)]
    parts = [around[begin:end] for begin, end in pairwise([0, *ends])]
    return [
        (sorted(part, key=lambda stop: -stop.priority), crew) for part, crew in zip(parts, crews, strict=True) if part
    ]


def _crews(names: Mapping[VehicleKind, Sequence[str]], count: int, way: float) -> list[Crew]:
    """The vehicles in at most so many groups that have about the same time."""
    every = sorted(((kind, name) for kind, there in names.items() for name in there), key=lambda one: -one[0].shift_s)
    crews: list[Crew] = [[] for _ in range(min(count, len(every)))]
    for one in every:
        min(crews, key=lambda crew: _for_doors_s(crew, way)).append(one)
    return crews


def _for_doors_s(crew: Crew, way: float) -> float:
    """Time of a round of each, less the ways there and back."""
    return sum(max(1.0, kind.shift_s - way) for kind, _ in crew)
