"""Figures derived once from the roads: distances between stations and cells, reachable places, classes, queue lanes."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from controller.planning.fields import roads_of
from controller.planning.kernels import pibt
from layout.arrays import checked
from layout.floor import Floor
from layout.roads import EMPTY, LOADED, Roads, main_component

CLASS_BORDERS = (0.2, 0.5)
"""Turnover classes of pods and places: A the first fifth, B up to half, C the rest."""


@dataclass(slots=True)
class Distances:
    """Loaded distances, constant while the roads do not change: uint16[stations, cells].

    to_station: from a cell to the station. from_station: from the station to a cell. rank: float64[cells], cells of a
    round trip between a storage place and the nearest pick station. reachable: bool[cells], places that robots can
    drive to and leave. usable, chargers: int32[…], reachable storage places and chargers. place_class: int8[cells], 0
    to 2 for A, B and C places by rank.
    lane_station, lane_place: int32[cells], the station whose service cell or queue lane a cell is part of, -1 for none,
    and the cell's place there, 0 for the service cell. lane_heading: int8[cells], direction in which the lane
    continues. lanes: int32[stations, places], the cells by place, the last repeated.
    to_nearest_charger: uint16[cells], cells an empty robot drives to the nearest charger. longest_trip: cells of the
    longest route between a station and a usable place, in either direction. longest_to_charger: cells of the longest
    route from a usable place or a station to its nearest charger; 0 without chargers.
    """

    to_station: NDArray[np.uint16]
    from_station: NDArray[np.uint16]
    rank: NDArray[np.float64]
    reachable: NDArray[np.bool_]
    usable: NDArray[np.int32]
    chargers: NDArray[np.int32]
    place_class: NDArray[np.int8]
    lane_station: NDArray[np.int32]
    lane_place: NDArray[np.int32]
    lane_heading: NDArray[np.int8]
    lanes: NDArray[np.int32]
    to_nearest_charger: NDArray[np.uint16]
    longest_trip: int
    longest_to_charger: int


def station_distances(floor: Floor, roads: Roads) -> Distances:
    """Return the distances on a floor's roads."""
    cells = floor.grid.cells
    queue = np.empty(cells, np.int32)
    to_station = np.empty((len(floor.stations), cells), np.uint16)
    from_station = np.empty_like(to_station)
    driven = checked(roads_of(roads))
    for index, station in enumerate(floor.stations):
        pibt.distance_field(station.cell, LOADED, driven, to_station[index], queue)
        pibt.reach_field(station.cell, LOADED, driven, from_station[index], queue)
    picks = [index for index, station in enumerate(floor.stations) if station.kind == "pick"]
    round_trip = to_station[picks].astype(np.float64) + from_station[picks]
    rank = round_trip.min(axis=0) if picks else np.zeros(cells)
    reachable = reachable_places(floor, roads)
    usable, chargers = (places[reachable[places]] for places in (floor.storage, floor.chargers))
    classes = _place_classes(floor, rank)
    to_charger = np.empty(cells, np.uint16)
    pibt.nearest_field(chargers, EMPTY, driven, to_charger, queue)
    longest = max(_longest(to_station[:, usable]), _longest(from_station[:, usable]))
    stops = np.append(usable, [station.cell for station in floor.stations]).astype(np.int32)
    lanes = _lanes(floor)
    return Distances(
        to_station,
        from_station,
        rank,
        reachable,
        usable,
        chargers,
        classes,
        *lanes,
        to_charger,
        longest,
        _longest(to_charger[stops]),
    )


def _longest(lengths: NDArray[np.uint16]) -> int:
    """Return the longest existing distance, 0 if there is none."""
    return int(lengths[lengths != pibt.FAR].max(initial=0))


def _lanes(floor: Floor) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8], NDArray[np.int32]]:
    station_at = np.full(floor.grid.cells, -1, np.int32)
    place_at = np.full(floor.grid.cells, -1, np.int32)
    heading = np.full(floor.grid.cells, -1, np.int8)
    longest = max((len(station.places) for station in floor.stations), default=0)
    lanes = np.zeros((len(floor.stations), longest), np.int32)
    for index, station in enumerate(floor.stations):
        places = list(station.places)
        station_at[places] = index
        place_at[places] = np.arange(len(places))
        for ahead, behind in pairwise(places):
            heading[behind] = floor.grid.heading_to(behind, ahead)
        lanes[index] = places + places[-1:] * (longest - len(places))
    return station_at, place_at, heading, lanes


def classes_of(rank: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return class 0, 1 or 2 of each item by rank, smallest first: a fifth are A, up to half B, the rest C."""
    position = np.empty(len(rank))
    position[np.argsort(rank, kind="stable")] = (np.arange(len(rank)) + 0.5) / max(1, len(rank))
    return np.searchsorted(CLASS_BORDERS, position, side="right").astype(np.int8)


def _place_classes(floor: Floor, rank: NDArray[np.float64]) -> NDArray[np.int8]:
    classes = np.full(floor.grid.cells, len(CLASS_BORDERS), np.int8)
    classes[floor.storage] = classes_of(rank[floor.storage])
    return classes


def reachable_places(floor: Floor, roads: Roads) -> NDArray[np.bool_]:
    """Return bool[cells]: storage places, chargers and outfeeds that robots can drive to and leave again."""
    main = main_component(floor.grid, roads)
    into = np.zeros(floor.grid.cells, bool)
    out = np.zeros(floor.grid.cells, bool)
    for heading in range(4):
        source = np.flatnonzero(roads.exits >> heading & 1)
        target = source + int(roads.step[heading])
        into[target[main[source]]] = True
        out[source[main[target]]] = True
    blocked = np.zeros(floor.grid.cells, bool)
    blocked[list(roads.closed)] = True
    return (into & out & ~blocked) | main
