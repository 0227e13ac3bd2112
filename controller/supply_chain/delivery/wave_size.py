"""Size of a van wave: number of doors, sectors, and vehicles with their longest round."""

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
from controller.supply_chain.outbound.van_capacity import free_s, travel_s, wave_s
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.supply_chain import SupplyChain

_MOST_STOPS = 150
"""Doors in one plan. More are cut into sectors around the depot and planned in consecutive ticks. A plan gets this many
in any case, because few vehicles find a dense round only among many doors.
"""
_BLOCK_S = 14_400.0
"""Shortest length to which a round is cut, without the trips to and from the area: a driver's block of four hours."""
_OPTIMISM = 1.2
"""Doors given to the planner over those that the vans can probably reach; the routes decide which of them fit."""
Crew = list[tuple[VehicleKind, str]]
"""Vehicles by kind and name."""
Sector = tuple[list[Stop], Crew]
"""Doors, earliest promises first, and the vehicles assigned to them."""


def short_rounds(
    site: Site,
    chain: SupplyChain,
    settings: LastMile,
    names: Mapping[VehicleKind, list[str]],
    ready: Sequence[Parcel],
) -> Mapping[VehicleKind, list[str]]:
    """Limit routes to one round if there are more doors than the present vehicles reach in a round and another
    departure follows today.

    Otherwise all vehicles would be out until the evening with parcels promised for tomorrow, while today's parcels
    wait.
    """
    vans = [lane for lane in chain.lanes if lane.service == "van"]
    today = chain.calendar.at(chain.calendar.day(site.tick) + 1, "00:00") - 1
    rounds_s = max(_BLOCK_S, *(lane.rounds_s for lane in vans))
    last = not any(any(departures(chain.calendar, lane, site.tick + 1, today)) for lane in vans)
    vehicles_here = sum(map(len, names.values()))
    if last or wave_s(chain, settings, Counter(parcel.lane for parcel in ready)) <= vehicles_here * rounds_s:
        return names
    most_h = (rounds_s + 2.0 * max(travel_s([lane], lane.radius_km) for lane in vans)) / 3600.0
    return {replace(kind, shift_h=min(kind.shift_h, most_h)): vehicles for kind, vehicles in names.items()}


def stops_at_most(
    site: Site,
    chain: SupplyChain,
    settings: LastMile,
    names: Mapping[VehicleKind, Sequence[str]],
    ready: Sequence[Parcel],
) -> int:
    """Return the number of parcels that the vehicles can probably deliver, plus a margin; earliest promises first."""
    trip_s = travel_s(chain.lanes)
    free = _OPTIMISM * min(
        free_s(chain, site.tick),
        sum(len(vehicles) * max(0.0, kind.shift_s - 2.0 * trip_s) for kind, vehicles in names.items()),
    )
    doors: Counter[str] = Counter()
    for place, parcel in enumerate(ready):
        doors[parcel.lane] += 1
        if place >= _MOST_STOPS and place % 8 == 0 and wave_s(chain, settings, doors) > free:
            return place
    return len(ready)


def sectors_of(
    lanes: Iterable[Lane], stops: Sequence[Stop], names: Mapping[VehicleKind, Sequence[str]]
) -> list[Sector]:
    """Cut stops into sectors around the depot (sweep, Gillett and Miller 1974), small enough for a plan to take
    seconds, each with vehicles that have time for it. There must be at least one vehicle.
    """
    trips_s = 2.0 * travel_s(lanes)
    crews = _crews(names, math.ceil(len(stops) / _MOST_STOPS), trips_s)
    times = [_for_doors_s(crew, trips_s) for crew in crews]
    around = sorted(stops, key=lambda stop: (math.atan2(stop.y - DEPOT[1], stop.x - DEPOT[0]), stop.id))
    ends = [round(len(around) * share / sum(times)) for share in accumulate(times)]
    parts = [around[begin:end] for begin, end in pairwise([0, *ends])]
    return [
        (sorted(part, key=lambda stop: -stop.priority), crew) for part, crew in zip(parts, crews, strict=True) if part
    ]


def _crews(names: Mapping[VehicleKind, Sequence[str]], count: int, trips_s: float) -> list[Crew]:
    """Split the vehicles into at most `count` groups with about the same time for doors."""
    vehicles = sorted(
        ((kind, name) for kind, vehicle_names in names.items() for name in vehicle_names),
        key=lambda vehicle: -vehicle[0].shift_s,
    )
    crews: list[Crew] = [[] for _ in range(min(count, len(vehicles)))]
    for vehicle in vehicles:
        min(crews, key=lambda crew: _for_doors_s(crew, trips_s)).append(vehicle)
    return crews


def _for_doors_s(crew: Crew, trips_s: float) -> float:
    """Return the seconds of a round of each vehicle, less the trips there and back."""
    return sum(max(1.0, kind.shift_s - trips_s) for kind, _ in crew)
