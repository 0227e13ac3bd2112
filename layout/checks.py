"""Check whether a readable floor is fit to run, and report all faults at once, each with its cell.

The rules are those of `Roads`: every goal of a robot (storage place, charger, outfeed, station) is entered from the
open ground and left to it, and any two cells of the open ground are connected both ways. This is proved for loaded
robots, which cross no storage place; it then holds for empty ones, which may drive wherever a loaded one may, and under
the pods as well. Exit lanes are the one exception: their station leads to them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from layout.errors import Problem
from layout.floor import Floor, Station, StationKind
from layout.grid import HEADING_NAMES, HEADINGS, CellKind
from layout.roads import Roads, build_roads, edges, main_component, open_ground

Cells = NDArray[np.bool_]
"""Mask of cells: bool[cells]."""


_Found = tuple[str, str, str, list[int]]
"""(place, fault, remedy, cells)."""


@dataclass(frozen=True, slots=True)
class LayoutFault:
    """A reason why robots cannot work on a floor. cells: all cells affected, the first of them named in the problem."""

    problem: Problem
    cells: tuple[int, ...] = ()


def check_floor(floor: Floor, file: str) -> list[Problem]:
    """Return every reason why robots cannot work on this floor; empty if they can."""
    return [fault.problem for fault in find_faults(floor, file)]


def find_faults(floor: Floor, file: str) -> list[LayoutFault]:
    """Return the same problems with the cells of each."""
    reach = _ways(floor)
    faults = [*_missing(floor), *_ground(reach), *_places(floor, reach), *_stations(floor, reach)]
    return [LayoutFault(Problem(file, where, what, instead), tuple(cells)) for where, what, instead, cells in faults]


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Reachability of cells. near: open cells reached from the main component. home: cells from which it can be
    reached.

    ground: all open cells. visited: open cells reached from the main component or out of a station.
    """

    floor: Floor
    roads: Roads
    ground: Cells
    near: Cells
    home: Cells
    visited: Cells

    def entered(self, cell: int) -> bool:
        """Return whether a robot on its way to this cell can enter it from the open ground."""
        return any(
            self.near[before] and self.roads.may_leave(before, heading)
            for heading in HEADINGS
            if (before := self.floor.grid.neighbour(cell, (heading + 2) % 4)) >= 0
        )

    def left(self, cell: int) -> bool:
        """Return whether a robot can leave this cell to open ground that is connected to all goals."""
        return any(
            self.roads.may_leave(cell, heading) and self.home[self.floor.grid.neighbour(cell, heading)]
            for heading in HEADINGS
        )


def _ways(floor: Floor) -> _Ways:
    grid, roads = floor.grid, build_roads(floor)
    ground, main = open_ground(grid, roads), main_component(grid, roads)
    source, target = edges(roads, ground)
    out_of_stations = main.copy()
    for station in floor.stations:
        for heading in HEADINGS:
            if roads.may_leave(station.cell, heading):
                out_of_stations[grid.neighbour(station.cell, heading)] = True
    return _Ways(
        floor,
        roads,
        ground,
        _reached(source, target, main),
        _reached(target, source, main),
        _reached(source, target, out_of_stations & ground),
    )


def _reached(source: NDArray[np.int64], target: NDArray[np.int64], start: Cells) -> Cells:
    """Return the cells reached from `start` along the edges, including `start`."""
    root, first = len(start), np.flatnonzero(start)
    source = np.concatenate([source, np.full(len(first), root)])
    target = np.concatenate([target, first])
    graph = csr_array((np.ones(len(source), np.int8), (source, target)), shape=(root + 1, root + 1))
    reached = np.zeros(root + 1, np.bool_)
    reached[breadth_first_order(graph, root, return_predecessors=False)] = True
    return reached[:root]


def _missing(floor: Floor) -> Iterator[_Found]:
    """Yield a fault for each kind of cell that every floor needs. A floor may lack stow and pack stations."""
    if not floor.of_kind(StationKind.PICK):
        yield "", "has no pick station", "draw a K cell with a queue lane", []
    if not len(floor.storage):
        yield "", "has no storage place", "draw P cells beside an aisle", []
    if not len(floor.chargers):
        yield "", "has no charger", "draw a C cell beside an aisle", []


def _ground(reach: _Ways) -> Iterator[_Found]:
    """Yield a fault for each connected group of open cells that cannot be reached, or from which there is no way back."""
    lost, idle = reach.ground & ~reach.home, reach.ground & ~reach.visited
    for cells, what in (
        (lost & idle, "cut off from the other aisles"),
        (lost & ~idle, "a trap: no path leads back to the other aisles"),
        (idle & ~lost, "of no use: no path leads there from the other aisles"),
    ):
        for group in _groups(reach.floor, cells):
            size = f"{len(group)} cells from here are" if len(group) > 1 else "is"
            yield f"aisle {reach.floor.grid.at(group[0])}", f"{size} {what}", "turn a lane or open a wall", group


def _places(floor: Floor, reach: _Ways) -> Iterator[_Found]:
    """Yield faults of storage places, chargers and outfeeds that cannot be reached or left."""
    names = {CellKind.STORAGE: "storage place", CellKind.CHARGER: "charger", CellKind.OUTFEED: "outfeed"}
    for kind, name in names.items():
        cells = floor.grid.of_kind(kind).tolist()
        shut = _mask(floor, [cell for cell in cells if not reach.entered(cell)])
        stuck = _mask(floor, [cell for cell in cells if not reach.left(cell)])
        for bad, what in (
            (shut & stuck, "can be neither reached nor left"),
            (shut & ~stuck, "can't be reached"),
            (stuck & ~shut, "can't be left"),
        ):
            for group in _groups(floor, bad):
                size = f"{len(group)} places from here " if len(group) > 1 else ""
                where = f"{name} {floor.grid.at(group[0])}"
                yield where, f"{size}{what} by a loaded robot", "put it beside an aisle", group


def _stations(floor: Floor, reach: _Ways) -> Iterator[_Found]:
    packed = bool(floor.of_kind(StationKind.PACK))
    for station in floor.stations:
        where, here = f'station "{station.id}" at {floor.grid.at(station.cell)}', [station.cell]
        if not station.queue:
            yield where, "has no queue lane", "lead r, l, u or d cells to it", here
        if not reach.entered(station.places[-1]):
            tail = floor.grid.at(station.places[-1])
            what = f"no aisle leads to its queue's tail at {tail}"
            yield where, what, "start the queue at an aisle", [*here, station.places[-1]]
        if not reach.left(station.cell):
            yield where, f"can't be left{_straight(floor, station)}", "give its service cell an aisle ahead", here
        if packed and station.kind == StationKind.PICK and station.outfeed is None:
            yield where, "has no outfeed for the totes to the pack stations", "draw an o beside it", here


def _straight(floor: Floor, station: Station) -> str:
    if not station.queue:
        return ""
    heading = floor.grid.heading_to(station.queue[0], station.cell)
    ahead = floor.grid.neighbour(station.cell, heading)
    to = f" to {floor.grid.at(ahead)}" if ahead >= 0 else ""
    return f" straight ahead, {HEADING_NAMES[heading]}{to}"


def _mask(floor: Floor, cells: list[int]) -> Cells:
    mask = np.zeros(floor.grid.cells, np.bool_)
    mask[cells] = True
    return mask


def _groups(floor: Floor, cells: Cells) -> Iterator[list[int]]:
    """Yield the cells of each group of neighbours, in reading order; groups are ordered by their first cells."""
    members = np.flatnonzero(cells)
    if not len(members):
        return
    width = floor.grid.width
    index = np.full(floor.grid.cells + width + 1, -1)
    index[members] = np.arange(len(members))
    right = np.where((members + 1) % width == 0, -1, index[members + 1])
    below = index[members + width]
    sources = np.concatenate([np.flatnonzero(right >= 0), np.flatnonzero(below >= 0)])
    targets = np.concatenate([right[right >= 0], below[below >= 0]])
    graph = csr_array((np.ones(len(sources), np.int8), (sources, targets)), shape=(len(members), len(members)))
    _, label = connected_components(graph, directed=False)
    _, first, count = np.unique(label, return_index=True, return_counts=True)
    groups = np.split(members[np.argsort(label, kind="stable")], np.cumsum(count)[:-1])
    for position in np.argsort(first).tolist():
        yield groups[position].tolist()
