"""Content of a picture as arrays: the ground cell by cell, the robots with their places between ticks, the pods.

This module is independent of pixels and of pygame.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layout.errors import InputError
from layout.floor import Floor, Station
from layout.grid import CellKind
from robots.recording.frames import NO_LOAD, TOTES, Frame, Header
from robots.units.lifecycle import RobotState
from robots.wording.event_words import EventWords
from robots.wording.formatting import cell_at
from visualizer.style.palette import LANES, SERVICES, Ground

_GROUND = {
    CellKind.WALL: Ground.WALL,
    CellKind.AISLE: Ground.AISLE,
    CellKind.STORAGE: Ground.PLACE,
    CellKind.CHARGER: Ground.CHARGER,
    CellKind.OUTFEED: Ground.OUTFEED,
    CellKind.QUEUE: Ground.AISLE,
    CellKind.SERVICE: Ground.AISLE,
}
_HIDDEN = -1000.0
"""Row and column of a robot whose cell isn't on the floor: never in view."""


class Load(StrEnum):
    NONE = "none"
    POD = "pod"
    TOTES = "totes"


LOADS = tuple(Load)


class Thing(StrEnum):
    """Kinds of things that can be selected."""

    ROBOT = "robot"
    STATION = "station"
    POD = "pod"
    CELL = "cell"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Selection:
    """A selected thing. number: of the robot, pod or order, index of the station in the header, or the cell."""

    thing: Thing
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class ShownRobots:
    """Robots as columns. row, col: float32, top left corner of their cells. load: index into LOADS."""

    number: NDArray[np.intp]
    row: NDArray[np.float32]
    col: NDArray[np.float32]
    state: NDArray[np.uint8]
    heading: NDArray[np.uint8]
    load: NDArray[np.uint8]
    stopped: NDArray[np.bool_]

    @property
    def faulty(self) -> NDArray[np.bool_]:
        """Robots with a cross: stopped or dead."""
        return np.asarray(self.stopped | (self.state == RobotState.DEAD))

    def only(self, selected: NDArray[np.bool_] | NDArray[np.intp]) -> "ShownRobots":
        """Return the robots that a mask or an order selects."""
        return ShownRobots(*(getattr(self, name)[selected] for name in self.__slots__))


class Scene:
    """The constant part of a picture. ground: uint8[cells], a Ground each. stations: by their index in the header.

    station_at: int16[cells], index of the station that a service, queue or outfeed cell belongs to, or -1.
    lane_headings: int8[cells], heading of lanes and queue lanes, or NO_LANE. InputError if the header names a station
    that the floor doesn't have.
    """

    def __init__(self, header: Header, floor: Floor) -> None:
        self.header, self.floor, self.grid = header, floor, floor.grid
        self.shape = floor.grid.height, floor.grid.width
        self.stations = tuple(_station(floor, info.id) for info in header.stations)
        table = np.zeros(256, np.uint8)
        table[list(_GROUND)] = list(_GROUND.values())
        self.ground = table[self.grid.kind]
        self.station_at = np.full(self.grid.cells, -1, np.int16)
        self.lane_headings = self.grid.lane.copy()
        for index, station in enumerate(self.stations):
            self._mark(index, station)

    @cached_property
    def words(self) -> EventWords:
        """Words for things and events of this floor."""
        return EventWords(self.header, self.floor)

    def ground_with(self, frame: Frame, levels: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
        """Return uint8[cells]: the ground with the pods standing on it. levels: uint8[pods], numbered after the last
        Ground.
        """
        ground = self.ground.copy()
        ground[self.standing(frame)] = Ground.POD if levels is None else levels[self.stands(frame)] + len(Ground)
        return ground

    def standing(self, frame: Frame) -> NDArray[np.int32]:
        """Return the cells with a pod on the ground."""
        return frame.pods[self.stands(frame)]

    def stands(self, frame: Frame) -> NDArray[np.bool_]:
        """Return bool[pods]: whether each pod is on the ground."""
        return self._inside(frame.pods)

    def robots(self, frame: Frame, after: Frame | None = None, fraction: float = 0.0) -> ShownRobots:
        """Return all robots, `fraction` of the way from their cells in `frame` to those in the next frame `after`."""
        table = frame.robots
        row, col = self._place(table["cell"])
        if after is not None and fraction > 0.0 and len(after.robots) == len(table):
            next_row, next_col = self._place(after.robots["cell"])
            one_step = np.abs(next_row - row) + np.abs(next_col - col) <= 1.0
            row += np.where(one_step, (next_row - row) * np.float32(fraction), 0)
            col += np.where(one_step, (next_col - col) * np.float32(fraction), 0)
        return ShownRobots(
            np.arange(len(table)),
            row,
            col,
            np.minimum(table["state"], np.uint8(RobotState.DEAD)),
            table["heading"] & np.uint8(3),
            np.where(table["load"] == NO_LOAD, 0, np.where(table["load"] == TOTES, 2, 1)).astype(np.uint8),
            table["stopped"] != 0,
        )

    def in_view(self, robots: ShownRobots, seen: tuple[int, int, int, int]) -> ShownRobots:
        """Return the robots that touch the rows and columns first … end, as given by Camera.visible."""
        row, end_row, col, end_col = seen
        rows = (robots.row > row - 1) & (robots.row < end_row)
        return robots.only(rows & (robots.col > col - 1) & (robots.col < end_col))

    def under(self, frame: Frame, robots: ShownRobots, point: tuple[float, float], reach: float) -> list[Selection]:
        """Return the things at (row, column), topmost first; robots count within `reach` cells."""
        row, col = point
        things = []
        if len(robots.number):
            away = np.hypot(robots.row + 0.5 - row, robots.col + 0.5 - col)
            nearest = int(np.argmin(away))
            if away[nearest] <= reach:
                things.append(Selection(Thing.ROBOT, int(robots.number[nearest])))
        if 0 <= row < self.shape[0] and 0 <= col < self.shape[1]:
            things += self._in_cell(frame, self.grid.cell(int(row), int(col)))
        return things

    def cell_of(self, frame: Frame, selection: Selection) -> int:
        """Return the cell of a selected thing in a frame, -1 if it is nowhere. Orders have no cell in a frame."""
        return self._cells_of()[selection.thing](frame, selection.number)

    def carrier(self, frame: Frame, pod: int) -> int:
        """Return the robot that carries a pod, -1 if none does."""
        carriers = np.flatnonzero(frame.robots["load"] == pod)
        return int(carriers[0]) if len(carriers) else -1

    def on_floor(self, cell: int) -> bool:
        return 0 <= cell < self.grid.cells

    def cell_words(self, cell: int) -> str:
        """Return (row, column) of a cell, "nowhere" off the floor."""
        return cell_at(cell, self.grid.width) if self.on_floor(cell) else "nowhere"

    def _in_cell(self, frame: Frame, cell: int) -> list[Selection]:
        things = [Selection(Thing.POD, int(pod)) for pod in np.flatnonzero(frame.pods == cell)]
        if self.station_at[cell] >= 0:
            things.append(Selection(Thing.STATION, int(self.station_at[cell])))
        return [*things, Selection(Thing.CELL, cell)]

    def _cells_of(self) -> dict[Thing, Callable[[Frame, int], int]]:
        return {
            Thing.ROBOT: lambda frame, robot: int(frame.robots["cell"][robot]),
            Thing.POD: self._cell_of_pod,
            Thing.STATION: lambda _, station: self.stations[station].cell,
            Thing.CELL: lambda _, cell: cell,
            Thing.ORDER: lambda _frame, _order: -1,
        }

    def _cell_of_pod(self, frame: Frame, pod: int) -> int:
        if frame.pods[pod] >= 0:
            return int(frame.pods[pod])
        robot = self.carrier(frame, pod)
        return int(frame.robots["cell"][robot]) if robot >= 0 else -1

    def _mark(self, index: int, station: Station) -> None:
        queue = list(station.queue)
        self.ground[queue] = LANES[station.kind]
        self.ground[station.cell] = SERVICES[station.kind]
        outfeed = [] if station.outfeed is None else [station.outfeed]
        self.station_at[[station.cell, *queue, *outfeed]] = index
        for ahead, cell in zip(station.places, queue, strict=False):
            self.lane_headings[cell] = self.grid.heading_to(cell, ahead)

    def _inside(self, cells: NDArray[np.int32]) -> NDArray[np.bool_]:
        return np.asarray((cells >= 0) & (cells < self.grid.cells))

    def _place(self, cells: NDArray[np.int32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        row, col = np.divmod(cells, self.grid.width)
        inside = self._inside(cells)
        return (
            np.where(inside, row, _HIDDEN).astype(np.float32),
            np.where(inside, col, _HIDDEN).astype(np.float32),
        )


def _station(floor: Floor, station_id: str) -> Station:
    try:
        return floor.station(station_id)
    except KeyError:
        raise InputError.single("header", f'station "{station_id}"', f"is not on the floor {floor.name}") from None
