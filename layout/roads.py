"""Roads: the moves allowed between cells, for empty and for loaded robots.

An empty robot passes under stored pods, a loaded one does not; so there are two graphs. Both have the same exits and
differ in their private ground (`area`): a cell of area k > 0 can be entered from outside only by a robot whose goal
lies in area k. Queue lanes with their service cell, outfeeds and chargers are private in both; a storage place is
private for loaded robots, which therefore stay in the aisles whatever pods are stored. Thus the loaded graph is the
same all day, and `layout check` can prove that no robot can be walled in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layout.floor import Floor
from layout.grid import HEADINGS, NO_LANE, CellKind, Grid, steps

EMPTY, LOADED = 0, 1
"""Rows of `Roads.area`: cells that a robot carrying nothing, or a pod or totes, may enter."""


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Allowed moves. exits: uint8[cells], bit h set if a cell may be left by heading h. area: int32[2, cells], rows
    EMPTY, LOADED.

    step: int32[4], offset to the cell ahead by heading. closed: cells that no robot may enter (e.g. with a dead robot).
    """

    exits: NDArray[np.uint8]
    area: NDArray[np.int32]
    step: NDArray[np.int32]
    closed: frozenset[int] = frozenset()

    def may_leave(self, cell: int, heading: int) -> bool:
        return bool(self.exits[cell] >> heading & 1)

    def may_drive(self, a: int, heading: int, goal: int, load: int) -> bool:
        """Return whether a robot with that load and goal may go from cell a one ahead by heading."""
        if not self.may_leave(a, heading):
            return False
        area = self.area[load]
        into = area[a + self.step[heading]]
        return bool(into == 0 or into == area[a] or (goal >= 0 and into == area[goal]))


def build_roads(floor: Floor, closed: Iterable[int] = ()) -> Roads:
    """Return the roads of a floor. If closed cells cut off a part of it, the lanes of that part may be driven both
    ways.
    """
    shut = frozenset(int(cell) for cell in closed)
    step = np.array(steps(floor.grid.width), np.int32)
    area = _areas(floor)
    roads = Roads(_exits(floor, shut, frozenset()), area, step, shut)
    if shut and (cut := _cut_off(floor, roads)):
        roads = Roads(_exits(floor, shut, cut), area, step, shut)
    return roads


def open_ground(grid: Grid, roads: Roads) -> NDArray[np.bool_]:
    """Return the cells that loaded robots drive through on their way to any goal: bool[cells]."""
    return np.asarray((grid.kind != CellKind.WALL) & (roads.area[LOADED] == 0))


def edges(roads: Roads, cells: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all (from, to) pairs of the roads with both ends in `cells` (bool[cells])."""
    sources, targets = [], []
    for heading in HEADINGS:
        source = np.flatnonzero((roads.exits >> heading & 1).astype(bool) & cells)
        target = source + int(roads.step[heading])
        keep = cells[target]
        sources.append(source[keep])
        targets.append(target[keep])
    return np.concatenate(sources), np.concatenate(targets)


def main_component(grid: Grid, roads: Roads) -> NDArray[np.bool_]:
    """Return the largest part of the open ground in which every cell can be reached from every other: bool[cells]."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ground = open_ground(grid, roads)
    source, target = edges(roads, ground)
    graph = csr_array((np.ones(len(source), np.int8), (source, target)), shape=(grid.cells, grid.cells))
    _, label = connected_components(graph, directed=True, connection="strong")
    if not ground.any():
        return ground
    largest = np.bincount(label[ground]).argmax()
    return np.asarray(ground & (label == largest))


def _areas(floor: Floor) -> NDArray[np.int32]:
    area = np.zeros((2, floor.grid.cells), np.int32)
    number = 0
    for station in floor.stations:
        number += 1
        area[:, list(station.places)] = number
    for kind in (CellKind.OUTFEED, CellKind.CHARGER):
        cells = floor.grid.of_kind(kind)
        area[:, cells] = number + 1 + np.arange(len(cells))
        number += len(cells)
    area[LOADED, floor.storage] = number + 1 + np.arange(len(floor.storage))
    return area


def _exits(floor: Floor, closed: frozenset[int], two_way: frozenset[int]) -> NDArray[np.uint8]:
    """Return the exits by walls, lanes and queue lanes. `closed` cells may be left but not entered; `two_way` cells
    have no lane.
    """
    grid = floor.grid
    free = (grid.kind != CellKind.WALL).reshape(grid.height, grid.width)
    enterable = free.copy()
    enterable.flat[list(closed)] = False
    lane = np.where(np.isin(np.arange(grid.cells), list(two_way)), NO_LANE, grid.lane)
    lane = lane.reshape(grid.height, grid.width)
    exits = np.zeros((grid.height, grid.width), np.uint8)
    for heading in HEADINGS:
        cells_from, ahead = _shifted(heading)
        against = (heading + 2) % 4
        open_edge = free[cells_from] & enterable[ahead] & (lane[cells_from] != against) & (lane[ahead] != against)
        exits[cells_from] |= open_edge.astype(np.uint8) << heading
    flat = exits.reshape(-1)
    for station in floor.stations:
        _lane_rules(grid, flat, station.places)
    return flat


def _shifted(heading: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return slices of all cells that have a neighbour ahead, and of these neighbours."""
    whole, front, back = slice(None), slice(None, -1), slice(1, None)
    here = ((whole, front), (front, whole), (whole, back), (back, whole))[heading]
    ahead = ((whole, back), (back, whole), (whole, front), (front, whole))[heading]
    return here, ahead


def _lane_rules(grid: Grid, exits: NDArray[np.uint8], places: tuple[int, ...]) -> None:
    """Apply the rules of a queue lane: it is entered only at its tail and driven forward; the service cell is left
    straight ahead if possible.

    A waiting robot may leave the lane sideways, so that it can get away when the station or the lane ahead is closed.
    """
    lane = set(places)
    for index, cell in enumerate(places):
        allowed_from = {places[index + 1]} if index + 1 < len(places) else None
        for heading in HEADINGS:
            before = grid.neighbour(cell, (heading + 2) % 4)
            if before < 0:
                continue
            wrong = before not in allowed_from if allowed_from else before in lane
            if wrong:
                exits[before] &= ~np.uint8(1 << heading)
    if len(places) > 1:
        ahead = grid.heading_to(places[1], places[0])
        if exits[places[0]] >> ahead & 1:
            exits[places[0]] = np.uint8(1 << ahead)


def _cut_off(floor: Floor, roads: Roads) -> frozenset[int]:
    """Return the cells of the main component that closed cells have cut off from it.

    Exit lanes of stations were never in it: they are reached through their station, and stay one-way.
    """
    undisturbed = Roads(_exits(floor, frozenset(), frozenset()), roads.area, roads.step)
    lost = main_component(floor.grid, undisturbed) & ~main_component(floor.grid, roads)
    lost[list(roads.closed)] = False
    return frozenset(np.flatnonzero(lost).tolist())
