"""Path planners: from the robots' goals to each robot's action in the coming tick."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from controller.planning.fields import DistanceFields, roads_of
from controller.planning.kernels import bundles, epibt, pibt
from controller.planning.operations import WAIT, Operations, operations
from layout.arrays import checked
from layout.roads import Roads


@dataclass(frozen=True, slots=True, eq=False)
class PlanInput:
    """Everything a planner may use, all arrays over robots.

    cell, heading, goal (cell or -1). face: heading a robot should wait with at its goal, -1 for any. load: 0 empty, 1
    loaded. standing: bool, cannot be moved in this tick (lifting, at work, charging, faulted). urgency: larger goes
    first. stalled: bool, has come no nearer for a while. tick: for the fields' book-keeping. A planner gets read-only
    copies, because its plan is judged by the floor's own arrays.
    """

    tick: int
    cell: NDArray[np.int32]
    heading: NDArray[np.int8]
    load: NDArray[np.int8]
    goal: NDArray[np.int32]
    face: NDArray[np.int8]
    standing: NDArray[np.bool_]
    urgency: NDArray[np.int32]
    stalled: NDArray[np.bool_]

    def shown(self) -> "PlanInput":
        """Return a read-only copy for a planner."""
        return PlanInput(
            self.tick,
            read_only(self.cell),
            read_only(self.heading),
            read_only(self.load),
            read_only(self.goal),
            read_only(self.face),
            read_only(self.standing),
            read_only(self.urgency),
            read_only(self.stalled),
        )


_Array = TypeVar("_Array", bound=NDArray[np.generic])


def read_only(array: _Array) -> _Array:
    """Return a read-only copy."""
    copy = array.copy()
    copy.setflags(write=False)
    return copy


class Planner(Protocol):
    """Planner of int8[robots] of robots.units.fleet.Action: WAIT, FORWARD, TURN_RIGHT or TURN_LEFT.

    A wrong plan makes all robots wait.
    """

    def plan(self, view: PlanInput) -> NDArray[np.int8]: ...

    def use(self, roads: Roads) -> None:
        """Use new roads, after cells were closed or opened."""

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return int32[robots]: cells each has to drive from `cell` to the goal last planned for, 0 without one."""


def warm_up(planner: Planner, cell: NDArray[np.int32]) -> None:
    """Plan for robots that all stand, so that a planner compiles what it needs before the first tick.

    Raises whatever a planner raises, and ValueError for unusable answers.
    """
    nothing = np.zeros(len(cell), np.int32)
    standing = np.ones(len(cell), bool)
    heading = load = nothing.astype(np.int8)
    view = PlanInput(0, cell, heading, load, nothing - 1, heading, standing, nothing, ~standing).shown()
    action = planner.plan(view)
    left = planner.distance_left(view.cell)
    for method, answer in (("plan", action), ("distance_left", left)):
        if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "iu" or answer.shape != cell.shape:
            raise ValueError(f"{method} returned {_kind(answer)}, not whole numbers of shape {cell.shape}")


def _kind(answer: object) -> str:
    if isinstance(answer, np.ndarray):
        return f"{answer.dtype} of shape {answer.shape}"
    return type(answer).__name__


class FieldRows:
    """Row of the distance fields by which each robot drives, updated only when its goal or load changes."""

    def __init__(self, fields: DistanceFields, robots: int) -> None:
        self._fields = fields
        self.row = np.full(robots, -1, np.int32)
        self._goal = np.full(robots, -1, np.int32)
        self._load = np.zeros(robots, np.int8)

    def forget(self) -> None:
        self._goal[:] = -1
        self.row[:] = -1

    def update(self, view: PlanInput) -> None:
        changed = np.flatnonzero((view.goal != self._goal) | (view.load != self._load))
        self._goal[changed] = view.goal[changed]
        self._load[changed] = view.load[changed]
        kept = self.row >= 0
        kept[changed] = False
        self._fields.touch(self.row[kept], view.tick)
        for robot in changed.tolist():
            goal = int(view.goal[robot])
            self.row[robot] = self._fields.row(goal, int(view.load[robot]), view.tick) if goal >= 0 else -1

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the cells each robot drives from `cell` to the goal it was last planned for, 0 without a goal."""
        left = self._fields.pool[np.maximum(self.row, 0), cell].astype(np.int32)
        return np.where(self.row >= 0, left, 0)


class Pibt:
    """Priority inheritance with backtracking, one step ahead, with headings."""

    def __init__(self, roads: Roads, fields: DistanceFields, robots: int) -> None:
        cells = len(roads.exits)
        self._fields = fields
        self._rows = FieldRows(fields, robots)
        self._at = np.full(cells, -1, np.int32)
        self._taken = np.full(cells, -1, np.int32)
        self._target = np.empty(robots, np.int32)
        self.use(roads)

    def use(self, roads: Roads) -> None:
        self._roads = roads
        self._rows.forget()
        _check(self._bundles(), roads, len(self._target))

    def _bundles(self) -> tuple[bundles.Fields, bundles.Roads, bundles.Cells]:
        """Return what the kernel takes besides the fleet."""
        fields = bundles.Fields(self._fields.pool, self._rows.row)
        return fields, roads_of(self._roads), bundles.Cells(self._at, self._taken, self._target)

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        self._rows.update(view)
        fleet, (fields, roads, cells) = _fleet_of(view), self._bundles()
        urgent, action = _urgent_first(view), np.zeros(len(view.cell), np.int8)
        cells.at[view.cell] = np.arange(len(view.cell), dtype=np.int32)
        pibt.pibt_step(urgent, fleet, view.stalled, fields, roads, view.tick % 4, cells, action)
        cells.at[view.cell] = -1
        return action

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        return self._rows.distance_left(cell)


class Epibt:
    """Operations of several actions with inheritance and displacement; see controller/planning/kernels/epibt.py."""

    def __init__(
        self,
        roads: Roads,
        fields: DistanceFields,
        robots: int,
        depth: int = 3,
        limit: int = 100,
        patience: int = 2000,
    ) -> None:
        self._fields = fields
        self._rows = FieldRows(fields, robots)
        self._operations = operations(depth)
        self._limit = limit
        self._patience = patience
        self._held = np.zeros(robots, np.int16)
        self._used = np.full(len(roads.exits) * (depth + 1), -1, np.int32)
        self._cost = np.empty((robots, self._operations.count), np.int32)
        self._order = np.empty((robots, self._operations.count), np.int16)
        self.use(roads)

    def use(self, roads: Roads) -> None:
        self._roads = roads
        self._rows.forget()
        self._held[:] = WAIT
        _check(self._bundles(), roads, len(self._held), ops=self._operations.count)

    def _bundles(self) -> tuple[bundles.Fields, bundles.Roads, bundles.Operations, bundles.Plan, bundles.Ranking]:
        """Return what the kernel takes besides the fleet."""
        fields, roads = bundles.Fields(self._fields.pool, self._rows.row), roads_of(self._roads)
        moves, plan = moves_of(self._operations, roads.step), bundles.Plan(self._held, self._used)
        return fields, roads, moves, plan, bundles.Ranking(self._cost, self._order)

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        self._rows.update(view)
        fleet, (fields, roads, moves, plan, ranking) = _fleet_of(view), self._bundles()
        urgent, limits = _urgent_first(view), (self._limit, self._patience)
        epibt.epibt_step(urgent, fleet, view.face, view.stalled, fields, roads, moves, limits, plan, ranking)
        action = self._operations.first[self._held]
        self._held = self._operations.after[self._held]
        return action

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        return self._rows.distance_left(cell)


def moves_of(operations: Operations, step: NDArray[np.int32]) -> bundles.Operations:
    """Return operations as kernels take them."""
    return bundles.Operations(operations.go, operations.turned, step)


def _check(own: Iterable[tuple[object, ...]], roads: Roads, robots: int, **sizes: int) -> None:
    """Check a planner's own bundles when its roads change: a tick takes the same arrays. ValueError if one is wrong."""
    for bundle in own:
        checked(bundle, cells=len(roads.exits), robots=robots, **sizes)


def _fleet_of(view: PlanInput) -> bundles.FleetState:
    """Return the fleet as kernels take it. ValueError for arrays of another type or shape."""
    return checked(bundles.FleetState(view.cell, view.heading, view.load, view.goal, view.standing))


def _urgent_first(view: PlanInput) -> NDArray[np.int32]:
    return np.argsort(-view.urgency, kind="stable").astype(np.int32)


PLANNERS: dict[str, Callable[[Roads, DistanceFields, int], Planner]] = {"pibt": Pibt, "epibt": Epibt}
