"""The floor as a user's policy sees it: read-only copies, so that a mistake in it changes nothing."""

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from controller.planning.planner import read_only
from controller.policies.eligible import candidates, unclaimed_places
from controller.site.site import Site
from controller.warehouse.orders import Order
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation, WorkStation
from controller.warehouse.tasks import Task
from layout.roads import EMPTY


@dataclass(frozen=True, slots=True)
class LineView:
    """Order line. sku: its number. units: those for which no pod has been chosen yet."""

    order: int
    sku: int
    units: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """Order. id: its number in the run. name: the customer's. created, due: ticks."""

    id: int
    name: str
    created: int
    due: int
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class StationView:
    """Station.

    cell: where a pod is presented. lines: those that need a pod. pods: those on their way here or at work.
    """

    index: int
    name: str
    kind: str
    cell: int
    orders: tuple[OrderView, ...]
    lines: tuple[LineView, ...]
    pods: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TaskView:
    """Task that needs a robot. pod: -1 for totes. source: the cell of the load. station: index, -1 for none."""

    id: int
    kind: str
    pod: int
    source: int
    station: int
    created: int
    reason: str


class FloorView:
    """The floor in one tick. A cell is `row * width + col`. Arrays are copies and cannot be written to.

    tick, tick_s: the current tick, and its length in seconds. width, height: of the floor, in cells. low_wh, full_wh:
    charge below which the default policy sends a robot to charge, and at which a robot leaves the charger. random: a
    generator of this kind of policy's own, by the seed of the run.
    """

    def __init__(self, site: Site, kind: str) -> None:
        self._site, self._kind = site, kind
        self.tick, self.tick_s = site.tick, site.scenario.run.tick_s
        self.width, self.height = site.grid.width, site.grid.height
        self.low_wh, self.full_wh = site.levels.low, site.levels.full

    @property
    def random(self) -> np.random.Generator:
        return self._site.streams.sequence(f"own {self._kind} policy")

    @cached_property
    def robot_cells(self) -> NDArray[np.int32]:
        """Return int32[robots]: cell of each robot."""
        return read_only(self._site.robots.cell)

    @cached_property
    def battery_wh(self) -> NDArray[np.float64]:
        """Return float64[robots]: charge of each robot in Wh."""
        return read_only(self._site.robots.battery_wh)

    @cached_property
    def pod_cells(self) -> NDArray[np.int32]:
        """Return int32[pods]: cell of each pod, -1 while it is carried."""
        return read_only(self._site.pods.cell)

    @cached_property
    def stored(self) -> NDArray[np.bool_]:
        """Return bool[pods]: stored and not claimed by a task."""
        return read_only(self._site.pods.state == PodState.STORED)

    @cached_property
    def free_places(self) -> NDArray[np.int32]:
        """Return int32[any]: storage places to which a pod may be carried."""
        return read_only(unclaimed_places(self._site))

    @cached_property
    def chargers(self) -> NDArray[np.int32]:
        """Return int32[any]: cells of the reachable chargers."""
        return read_only(self._site.distances.chargers)

    @cached_property
    def backlog(self) -> tuple[OrderView, ...]:
        """Return the orders that wait for a place at a pick station, in order of arrival."""
        return tuple(order_view(order) for order in self._site.book.backlog.values())

    @cached_property
    def stations(self) -> tuple[StationView, ...]:
        """Return all stations by index."""
        return tuple(station_view(station) for station in self._site.stations)

    def free_units(self, pod: int) -> MappingProxyType[int, int]:
        """Return {SKU: units} of a pod's stock that is not allocated to an order line."""
        return MappingProxyType(dict(self._site.pods.free_in[pod]))

    def pods_for(self, station: StationView) -> dict[int, int]:
        """Return {stored pod: number of open lines of a pick station that its free stock can fill}."""
        target = self._site.stations[station.index]
        lines_of = candidates(self._site, target) if isinstance(target, PickStation) else {}
        return {pod: len(lines) for pod, lines in lines_of.items()}

    def to_station(self, station: StationView) -> NDArray[np.uint16]:
        """Return uint16[cells]: cells a robot with a pod drives from each cell to a station; 65535 if there is no
        route.
        """
        return read_only(self._site.distances.to_station[station.index])

    def from_station(self, station: StationView) -> NDArray[np.uint16]:
        """Return uint16[cells]: cells that a robot with a pod drives from a station to each cell."""
        return read_only(self._site.distances.from_station[station.index])

    def to_cell(self, cell: int) -> NDArray[np.uint16]:
        """Return uint16[cells]: cells that an empty robot drives from each cell to this one."""
        return read_only(np.asarray(self._site.fields.to(cell, EMPTY, self.tick)))


def order_view(order: Order) -> OrderView:
    """Return an order as a policy sees it."""
    lines = tuple(LineView(order.id, line.sku, line.open_units) for line in order.lines)
    return OrderView(order.id, order.name, order.created, order.due, lines)


def station_view(station: WorkStation) -> StationView:
    """Return a station as a policy sees it."""
    pods = tuple(task.pod for task in station.trips.values() if task.pod >= 0)
    orders: tuple[OrderView, ...] = ()
    lines: tuple[LineView, ...] = ()
    if isinstance(station, PickStation):
        orders = tuple(order_view(order) for order in station.orders.values())
        lines = tuple(LineView(line.order.id, line.sku, line.open_units) for line in station.open_lines)
    return StationView(station.index, station.info.id, str(station.kind), station.info.cell, orders, lines, pods)


def task_view(task: Task) -> TaskView:
    """Return a task as a policy sees it."""
    return TaskView(task.id, str(task.kind), task.pod, task.source, task.station, task.created, task.reason)
