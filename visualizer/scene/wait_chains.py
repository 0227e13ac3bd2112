"""Intended routes of robots, and wait chains.

Frames contain a robot's cell and its goal, not its route. The intended route is the shortest one on the roads for the
robot's load (breadth first from the goal, our own arithmetic), going straight on where routes are equally long. A robot
holds the cell that it stands in, and waits for the next cell of its route while another robot is in it.
"""

from collections import OrderedDict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layout.floor import Floor
from layout.grid import HEADINGS
from layout.roads import EMPTY, LOADED, Roads, build_roads
from robots.recording.frames import NO_LOAD, Frame
from robots.units.lifecycle import DRIVING, RobotState

_FIELDS_KEPT = 48
_UNKNOWN, _CLOSED = -1, -2
_LONGEST = 64
"""Longest wait chain that is followed, in robots."""


class Wait(NamedTuple):
    """A robot, the next cell of its route, -1 for none, and the robot in that cell, -1 for none."""

    robot: int
    cell: int
    holder: int


class IntendedRoutes:
    """Intended routes on a floor. Dead robots close their cells.

    Places that they cut off have no route here, although the controller then lets robots drive against lanes.
    """

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._closed: frozenset[int] = frozenset()
        self._roads: Roads | None = None
        self._before: dict[int, _Before] = {}
        self._fields: OrderedDict[tuple[int, int], _Field] = OrderedDict()

    def route(self, frame: Frame, robot: int) -> list[int]:
        """Return the cells from the robot's own to its goal; only its own if it has no goal, or if no route leads
        there.
        """
        start, field = self._field(frame, robot)
        return [start] if field is None else field.route(start, int(frame.robots["heading"][robot]) & 3)

    def next_cell(self, frame: Frame, robot: int) -> int:
        """Return the next cell of a robot's route, -1 for none."""
        start, field = self._field(frame, robot)
        return -1 if field is None else field.next(start, int(frame.robots["heading"][robot]) & 3)[0]

    def chain(self, frame: Frame, robot: int) -> list[Wait]:
        """Return the wait chain: the robot, the robot in its next cell, the robot in that one's …. The last one has a
        free route or none, or closes a ring.
        """
        waits: list[Wait] = []
        seen: set[int] = set()
        while robot >= 0 and robot not in seen and len(waits) < _LONGEST:
            seen.add(robot)
            ahead = self.next_cell(frame, robot) if drives(frame, robot) else -1
            waits.append(Wait(robot, ahead, robot_in(frame, ahead)))
            robot = waits[-1].holder
        return waits

    def _field(self, frame: Frame, robot: int) -> "tuple[int, _Field | None]":
        row = frame.robots[robot]
        start, goal, cells = int(row["cell"]), int(row["goal"]), self._floor.grid.cells
        if not (0 <= start < cells and 0 <= goal < cells) or start == goal:
            return start, None
        return start, self._to(frame, goal, EMPTY if row["load"] == NO_LOAD else LOADED)

    def _to(self, frame: Frame, goal: int, load: int) -> "_Field":
        closed = frozenset(frame.robots["cell"][frame.robots["state"] == RobotState.DEAD].tolist())
        if closed != self._closed:
            self._closed = closed
            self._fields.clear()
        self._roads = self._roads or build_roads(self._floor)
        key = goal, load
        if key not in self._fields:
            if load not in self._before:
                self._before[load] = _Before(self._roads, load)
            self._fields[key] = _Field(self._roads, self._before[load], goal, closed)
            if len(self._fields) > _FIELDS_KEPT:
                self._fields.popitem(last=False)
        self._fields.move_to_end(key)
        return self._fields[key]


def drives(frame: Frame, robot: int) -> bool:
    """Return whether a robot is driving, rather than busy, idle, or out of order."""
    row = frame.robots[robot]
    return int(row["state"]) in DRIVING and not row["stopped"]


def robot_in(frame: Frame, cell: int) -> int:
    """Return the robot in a cell, -1 if there is none."""
    if cell < 0:
        return -1
    robots = np.flatnonzero(frame.robots["cell"] == cell)
    return int(robots[0]) if len(robots) else -1


class _Before:
    """Cells before each cell, by the heading from there: int32[cells + 1, 4]; row and value `cells` mean none.

    shared: without moves into private ground. every: with them.
    """

    def __init__(self, roads: Roads, load: int) -> None:
        cells, self.area = len(roads.exits), roads.area[load]
        self.every = np.full((cells + 1, len(HEADINGS)), cells, np.int32)
        self.shared = self.every.copy()
        for heading in HEADINGS:
            before = np.flatnonzero(roads.exits >> heading & 1)
            into = before + int(roads.step[heading])
            self.every[into, heading] = before
            free = (self.area[into] == 0) | (self.area[into] == self.area[before])
            self.shared[into[free], heading] = before[free]

    def to(self, goal: int) -> NDArray[np.int32]:
        """Return the table for a robot with a goal: it may enter the goal's private ground; see `Roads.may_drive`."""
        inside = self.area[goal]
        if not inside:
            return self.shared
        table = self.shared.copy()
        own = np.flatnonzero(self.area == inside)
        table[own] = self.every[own]
        return table


class _Field:
    """Steps to a goal by cell, computed outwards from the goal as far as requested."""

    def __init__(self, roads: Roads, before: _Before, goal: int, closed: frozenset[int]) -> None:
        cells = len(roads.exits)
        self._roads, self._before = roads, before.to(goal)
        self._steps = np.full(cells + 1, _UNKNOWN, np.int32)
        self._steps[[cell for cell in closed if 0 <= cell < cells] + [cells]] = _CLOSED
        self._steps[goal] = 0
        self._finder = np.empty(cells + 1, np.int32)
        self._edge, self._grown = np.array([goal], np.int32), 0

    def route(self, start: int, heading: int) -> list[int]:
        """Return the cells from `start` to the goal, both included; only `start` if no route leads there."""
        cells = [start]
        while (step := self.next(cells[-1], heading))[0] >= 0:
            cells.append(step[0])
            heading = step[1]
        return cells

    def next(self, cell: int, heading: int) -> tuple[int, int]:
        """Return the next cell and the heading to it; (-1, heading) at the goal or without a route."""
        steps_left = self._reach(cell)
        for turn in (heading, (heading + 1) % 4, (heading + 3) % 4, (heading + 2) % 4) if steps_left > 0 else ():
            if self._roads.may_leave(cell, turn):
                ahead = cell + int(self._roads.step[turn])
                if self._steps[ahead] == steps_left - 1 and self._before[ahead, turn] == cell:
                    return ahead, turn
        return -1, heading

    def _reach(self, cell: int) -> int:
        """Return the steps from a cell to the goal, negative if no route leads there."""
        while self._steps[cell] == _UNKNOWN and len(self._edge):
            self._grow()
        return int(self._steps[cell])

    def _grow(self) -> None:
        """Grow the field by one step against the roads. Of a cell found twice, only the last entry counts."""
        cells = self._before[self._edge].ravel()
        cells = cells[self._steps[cells] == _UNKNOWN]
        own = np.arange(len(cells), dtype=np.int32)
        self._finder[cells] = own
        self._edge = cells[self._finder[cells] == own]
        self._grown += 1
        self._steps[self._edge] = self._grown
