"""What a wave of vans is made up of: how many doors, in which sectors, with which of the vehicles, for how long."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from controller.chain.lanes import HOUSE, departures
from controller.chain.parcels import Parcel
from controller.chain.supply_chain import SupplyChain
from controller.chain.van_time import free_s, way_s, work_s
from controller.routing.routes import Stop
from controller.routing.vehicles import VehicleKind

if TYPE_CHECKING:
    from controller.site import Site

_MOST_STOPS = 150
"""In one plan: more are cut into sectors around the house, and planned in ticks that follow each other."""
_BLOCK_S = 14_400.0
"""The shortest that a round is cut to, the ways to and from the area beside: a driver's block of four hours."""
_OPTIMISM = 1.2
"""Doors that are put to the plan, over those that vans are likely to reach: which ones suit is for the routes to say."""
_FEW = 32
"""Doors that are put to a plan in any case."""


def short_rounds(
    site: "Site", chain: SupplyChain, names: Mapping[VehicleKind, list[str]], ready: Sequence[Parcel]
) -> Mapping[VehicleKind, list[str]]:
    """With more doors than the vehicles here reach in a round, and another departure today, no route is longer than a round:
    else all are out until the evening with what is promised for tomorrow, while today's parcels wait.
    """
    vans = [lane for lane in chain.lanes if lane.service == "van"]
    today = chain.calendar.at(chain.calendar.day(site.tick) + 1, "00:00") - 1
    rounds_s = max(_BLOCK_S, *(lane.rounds_s for lane in vans))
    last = not any(any(departures(chain.calendar, lane, site.tick + 1, today)) for lane in vans)
    vehicles_here = sum(map(len, names.values()))
    if last or _work_s(chain, Counter(one.lane for one in ready)) <= vehicles_here * rounds_s:
        return names
    most_h = (rounds_s + 2.0 * max(way_s([lane], lane.radius_km) for lane in vans)) / 3600.0
    return {replace(kind, shift_h=min(kind.shift_h, most_h)): there for kind, there in names.items()}


def stops_at_most(
    site: "Site",
    chain: SupplyChain,
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
        if place >= _FEW and place % 8 == 0 and _work_s(chain, doors) > free:
            return place
    return len(ready)


def sectors_of(stops: Sequence[Stop]) -> list[list[Stop]]:
    """Stops as they lie around the house (Gillett, Miller 1974), so many at once that a plan takes seconds."""
    around = sorted(stops, key=lambda stop: (math.atan2(stop.y - HOUSE[1], stop.x - HOUSE[0]), stop.id))
    count = math.ceil(len(around) / _MOST_STOPS)
    size = math.ceil(len(around) / max(1, count))
    parts = (around[begin : begin + size] for begin in range(0, len(around), max(1, size)))
    return [sorted(part, key=lambda stop: -stop.priority) for part in parts]


def share_of(names: Mapping[VehicleKind, Sequence[str]], share: float) -> dict[VehicleKind, Sequence[str]]:
    """A sector's vehicles: its share of each kind, rounded so that the sum over the kinds is right."""
    here: dict[VehicleKind, Sequence[str]] = {}
    due = 0.0
    for kind, there in names.items():
        due += share * len(there)
        here[kind] = there[: min(len(there), max(0, round(due)))]
        due -= len(here[kind])
    return here


def _work_s(chain: SupplyChain, doors: Mapping[str, int]) -> float:
    settings = chain.settings.last_mile
    assert settings is not None  # there are no waves without
    return sum(work_s(settings, chain.lane(lane), count) for lane, count in doors.items())
