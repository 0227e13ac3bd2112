"""Laws of motion: where robots and pods are, and how they got there.

Everything is read from the bodies: a pod leaves its cell when a robot's load becomes that pod, and is at the robot's
cell when the load ends. The controller's own view of the pods is a tick behind, and must agree.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from layout.grid import HEADING_NAMES, CellKind, Grid
from robots.recording.events import STOPS, Alarm, CellClosed, CellOpened, Event, RobotFault, RobotRecovered
from robots.recording.frames import NO_LOAD, TOTES, Frame
from robots.units.lifecycle import RobotState

_DOWN = np.array([0, 1, 0, -1])
_RIGHT = np.array([1, 0, -1, 0])
"""Rows down and columns right of one cell ahead, by heading."""
_AT_WORK = {
    int(RobotState.LIFTING): "lifts",
    int(RobotState.PRESENTING): "presents",
    int(RobotState.SETTING_DOWN): "sets down",
    int(RobotState.CHARGING): "charges",
}
"""Actions for which a robot stands still."""
_Cell = int | np.integer
Findings = Iterator[tuple[int, str]]
"""Faults: (robot or -1, text)."""


@runtime_checkable
class Bodies(Protocol):
    """Real robots as columns: cell, heading, load (pod, NO_LOAD or TOTES)."""

    cell: NDArray[np.int32]
    heading: NDArray[np.int8]
    load: NDArray[np.int32]


class MotionLaws:
    """Laws of motion, with the state of the previous tick.

    pods: int32[pods], the pods' cells at the start. lift_ticks: ticks of a lift and of a set-down.
    """

    def __init__(self, grid: Grid, bodies: Bodies, pods: NDArray[np.int32], lift_ticks: int) -> None:
        self._grid, self._bodies, self._lift_ticks = grid, bodies, lift_ticks
        self._cell, self._heading, self._load = bodies.cell.copy(), bodies.heading.copy(), bodies.load.copy()
        self._pod_cell = pods.copy()
        self._pod_at = np.full(grid.cells, -1, np.int32)
        self._pod_at[pods] = np.arange(len(pods), dtype=np.int32)
        self._robot_at = np.full(grid.cells, -1, np.int32)
        self._still = np.full(len(bodies.cell), lift_ticks, np.int64)
        self._dead = np.zeros(len(bodies.cell), bool)
        self._closed = np.zeros(grid.cells, bool)
        self._any_closed = False
        self._state = np.full(len(bodies.cell), int(RobotState.IDLE), np.uint8)

    def look(self, frame: Frame, events: Sequence[Event]) -> Iterator[Alarm]:
        """Yield the faults of the tick of frame and events; of the frame, the controller's view of pods and robots is
        used.
        """
        self._hear(events)
        for robot, text in self._findings(frame):
            cell = int(self._bodies.cell[robot]) if robot >= 0 else -1
            yield Alarm(frame.tick, "collision", text, cell, robot)

    def _findings(self, frame: Frame) -> Findings:
        yield from self._pods_as_believed(frame.pods)
        bodies = self._bodies
        cell, heading, load = bodies.cell.copy(), bodies.heading.copy(), bodies.load.copy()
        yield from self._nowhere(cell, load)
        moved, turned = cell != self._cell, heading != self._heading
        yield from self._steps(cell, heading)
        yield from self._disturbed(frame.robots, moved | turned)
        yield from self._ground(cell, moved)
        yield from self._changed_places(cell, moved)
        yield from self._shared_cells(cell)
        self._still = np.where(moved | turned, 0, self._still + 1)
        yield from self._loads(cell, load)
        yield from self._under_pods(cell, load)
        self._cell, self._heading, self._load = cell, heading, load

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, RobotFault) and event.kind not in STOPS:
                self._dead[event.robot] = True
            elif isinstance(event, RobotRecovered):
                self._dead[event.robot] = False
            elif isinstance(event, CellClosed):
                self._closed[event.cell] = self._any_closed = True
            elif isinstance(event, CellOpened):
                self._closed[event.cell] = False
                self._any_closed = bool(self._closed.any())

    def _pods_as_believed(self, believed: NDArray[np.int32]) -> Findings:
        for pod in np.flatnonzero(believed != self._pod_cell).tolist():
            real, view = self._stands(self._pod_cell[pod]), self._stands(believed[pod])
            yield -1, f"pod {pod} {real}, but the controller's book says it {view}"

    def _nowhere(self, cell: NDArray[np.int32], load: NDArray[np.int32]) -> Findings:
        """Yield cells and pods that do not exist; such a robot counts as unchanged."""
        for robot in np.flatnonzero((cell < 0) | (cell >= self._grid.cells)).tolist():
            yield robot, f"robot {robot} is off the grid, in cell {cell[robot]}"
            cell[robot] = self._cell[robot]
        for robot in np.flatnonzero((load < TOTES) | (load >= len(self._pod_cell))).tolist():
            yield robot, f"robot {robot} carries {load[robot]}, which is no pod"
            load[robot] = self._load[robot]

    def _steps(self, cell: NDArray[np.int32], heading: NDArray[np.int8]) -> Findings:
        """Check that robots move at most one cell ahead or a quarter turn, and dead ones not at all."""
        was, facing, width = self._cell, self._heading, self._grid.width
        moved, turn = cell != was, (heading - facing) % 4
        down, right = cell // width - was // width, cell % width - was % width
        astray = moved & ((down != _DOWN[facing]) | (right != _RIGHT[facing]))
        for robot in np.flatnonzero(astray).tolist():
            name = f"robot {robot}, heading {HEADING_NAMES[facing[robot]]},"
            yield robot, f"{name} went {self._way(was[robot], cell[robot])}"
        for robot in np.flatnonzero(moved & (turn != 0)).tolist():
            yield robot, f"robot {robot} turned and went {self._way(was[robot], cell[robot])} in one tick"
        for robot in np.flatnonzero(turn == 2).tolist():
            yield robot, f"robot {robot} turned right round in one tick at {self._at(cell[robot])}"
        for robot in np.flatnonzero(self._dead & (moved | (turn != 0))).tolist():
            yield robot, f"robot {robot} is dead, but moved at {self._at(was[robot])}"

    def _disturbed(self, believed: NDArray[np.void], acted: NDArray[np.bool_]) -> Findings:
        """Check that robots at work, or with a fault, neither drive nor turn.

        A set-down may begin at the end of a tick, after its robot has driven; other work begins before.
        """
        state, began = believed["state"], self._state != believed["state"]
        late = (state == RobotState.SETTING_DOWN) & began
        for robot in np.flatnonzero(acted & np.isin(state, list(_AT_WORK)) & ~late).tolist():
            yield (
                robot,
                f"robot {robot} {_AT_WORK[int(state[robot])]}, but drove or turned at {self._at(self._cell[robot])}",
            )
        for robot in np.flatnonzero(acted & believed["stopped"].astype(bool) & ~self._dead).tolist():
            yield robot, f"robot {robot} has a fault, but drove or turned at {self._at(self._cell[robot])}"
        self._state = state.copy()

    def _ground(self, cell: NDArray[np.int32], moved: NDArray[np.bool_]) -> Findings:
        """Check that robots enter no walls, closed cells or lanes against their heading, unless closed cells have
        turned lanes.
        """
        grid = self._grid
        for robot in np.flatnonzero(grid.kind[cell] == CellKind.WALL).tolist():
            yield robot, f"robot {robot} is in the wall at {self._at(cell[robot])}"
        for robot in np.flatnonzero(moved & self._closed[cell]).tolist():
            yield robot, f"robot {robot} drove into the closed cell {self._at(cell[robot])}"
        if self._any_closed:
            return
        against = (self._heading + 2) % 4
        wrong = moved & ((grid.lane[self._cell] == against) | (grid.lane[cell] == against))
        for robot in np.flatnonzero(wrong).tolist():
            yield robot, f"robot {robot} went {self._way(self._cell[robot], cell[robot])}, against the lane"

    def _changed_places(self, cell: NDArray[np.int32], moved: NDArray[np.bool_]) -> Findings:
        self._robot_at[self._cell] = np.arange(len(cell), dtype=np.int32)
        movers = np.flatnonzero(moved)
        other = self._robot_at[cell[movers]]
        swapped = (other > movers) & (cell[other] == self._cell[movers])
        self._robot_at[self._cell] = -1
        for first, second in zip(movers[swapped].tolist(), other[swapped].tolist(), strict=True):
            between = f"{self._at(self._cell[first])} and {self._at(cell[first])}"
            yield first, f"robots {first} and {second} changed places between {between}"

    def _shared_cells(self, cell: NDArray[np.int32]) -> Findings:
        for first, second in _twins(cell):
            yield first, f"robots {first} and {second} are both in {self._at(cell[first])}"

    def _loads(self, cell: NDArray[np.int32], load: NDArray[np.int32]) -> Findings:
        """Book set-downs, then lifts: two robots may pass a pod on."""
        changed = np.flatnonzero(load != self._load).tolist()
        for robot in changed:
            if self._still[robot] < self._lift_ticks:
                stood = f"after {self._still[robot]} ticks of standing at {self._at(cell[robot])}"
                yield robot, f"robot {robot} changed its load {stood}, that takes {self._lift_ticks}"
            self._still[robot] = 0
            yield from self._set_down(robot, int(self._load[robot]), int(cell[robot]))
        for robot in changed:
            yield from self._take_up(robot, int(load[robot]), int(cell[robot]))
        carriers = np.flatnonzero(load >= 0)
        for one, two in _twins(load[carriers]):
            first, second = int(carriers[one]), int(carriers[two])
            yield first, f"pod {load[first]} is carried by robots {first} and {second}"

    def _set_down(self, robot: int, load: int, cell: int) -> Findings:
        kind, place, pod_there = self._grid.kind[cell], self._at(cell), self._pod_at[cell]
        if load == TOTES and kind != CellKind.SERVICE:
            yield robot, f"robot {robot} handed totes over at {place}, where nobody works"
        if load < 0:
            return
        if kind != CellKind.STORAGE:
            yield robot, f"robot {robot} set pod {load} down at {place}, which is no storage place"
        if pod_there >= 0:
            yield robot, f"robot {robot} set pod {load} down at {place}, where pod {pod_there} stands"
        self._pod_at[cell] = load
        self._pod_cell[load] = cell

    def _take_up(self, robot: int, load: int, cell: int) -> Findings:
        spot = self._at(cell)
        if load == TOTES and self._grid.kind[cell] != CellKind.OUTFEED:
            yield robot, f"robot {robot} took up totes at {spot}, which is no outfeed"
        if load < 0:
            return
        place = int(self._pod_cell[load])
        if place != cell:
            yield robot, f"robot {robot} took up pod {load} at {spot}, but it {self._stands(place)}"
        if place >= 0 and self._pod_at[place] == load:
            self._pod_at[place] = -1
        self._pod_cell[load] = -1

    def _under_pods(self, cell: NDArray[np.int32], load: NDArray[np.int32]) -> Findings:
        for robot in np.flatnonzero((load != NO_LOAD) & (self._pod_at[cell] >= 0)).tolist():
            carried = "totes" if load[robot] == TOTES else f"pod {load[robot]}"
            stored = f"pod {self._pod_at[cell[robot]]}, which stands at {self._at(cell[robot])}"
            yield robot, f"robot {robot} with {carried} is under {stored}"

    def _stands(self, cell: _Cell) -> str:
        return f"stands at {self._at(cell)}" if cell >= 0 else "is carried"

    def _at(self, cell: _Cell) -> str:
        return str(self._grid.at(int(cell)))

    def _way(self, a: _Cell, b: _Cell) -> str:
        return f"from {self._at(a)} to {self._at(b)}"


def _twins(values: NDArray[np.generic]) -> Iterator[tuple[int, int]]:
    """Yield pairs of indices, the smaller first, with equal values."""
    order = np.argsort(values, kind="stable")
    same = np.flatnonzero(values[order][1:] == values[order][:-1])
    yield from zip(order[same].tolist(), order[same + 1].tolist(), strict=True)
