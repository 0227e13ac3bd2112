"""The site: all state of one running floor. build_site.py creates it from a scenario."""

import heapq
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from controller.demand.demand import Demand
from controller.demand.look_ahead import LookAhead
from controller.planning import guard
from controller.planning.fields import DistanceFields
from controller.planning.planner import Planner
from controller.planning.planner_faults import PlannerFaults
from controller.random_streams import Streams
from controller.scenario.scenario import Scenario
from controller.site.charger_queue import ChargerClaims
from controller.site.distances import Distances, classes_of, station_distances
from controller.site.energy_levels import Levels, levels_of
from controller.site.operator_state import OperatorState
from controller.site.out_of_service import OutOfService
from controller.site.own_policies import OwnPolicies
from controller.site.power_draw import Draws
from controller.site.progress import Watch
from controller.site.surroundings import Supply, Surroundings
from controller.warehouse.order_events import OrderEventLog
from controller.warehouse.orders import OrderBook, OrderLine
from controller.warehouse.pods import Pods
from controller.warehouse.robots import Robots
from controller.warehouse.slot_assignments import Slots
from controller.warehouse.stations import PackStation, PickStation, StowStation, WorkStation
from controller.warehouse.stock import Ledger
from controller.warehouse.tasks import Job, Task
from layout.floor import Floor
from layout.grid import Grid
from layout.roads import Roads
from robots.recording.events import Alarm, Event, TaskCreated
from robots.recording.kinds import TaskKind
from robots.units.fleet import Fleet
from robots.units.lifecycle import RobotState

_CLASSES_EVERY = 300
"""Ticks after which the pods' turnover classes are computed again."""


@dataclass(slots=True, eq=False)
class Site:
    """State of a running floor; everything below the shell reads and writes this, and nothing else.

    tick: the tick being computed. streams: random generators by source. busy_until: heap of (tick, number, station,
    task or None, job) of people's work. open_by_sku: lines at any pick station that still need a pod. reserved: storage
    cells to which a pod is on its way. closed: cells no robot may enter. standstills: {robot: cells} of those closed by
    a robot stopped there by a fault that may drive on some day; cells closed by an operator are in `operator_state`; the others
    are closed for good.
    """

    scenario: Scenario
    floor: Floor
    roads: Roads
    fleet: Fleet
    robots: Robots
    ledger: Ledger
    pods: Pods
    book: OrderBook
    demand: Demand
    supply: Supply
    stations: list[WorkStation]
    fields: DistanceFields
    planner: Planner
    distances: Distances
    watch: Watch
    streams: Streams
    draws: Draws
    levels: Levels
    tick: int = 0
    tasks: dict[int, Task] = field(default_factory=dict)
    next_task: int = 0
    events: list[Event] = field(default_factory=list)
    busy_until: list[tuple[int, int, int, Task | None, Job]] = field(default_factory=list)
    jobs_begun: int = 0
    open_by_sku: defaultdict[int, dict[OrderLine, None]] = field(default_factory=lambda: defaultdict(dict))
    reserved: set[int] = field(default_factory=set)
    charging: ChargerClaims = field(default_factory=ChargerClaims)
    idle: dict[int, tuple[int, str]] = field(default_factory=dict)
    """{idle robot: (tick of the last check, why it has nothing to do)}."""
    closed: set[int] = field(default_factory=set)
    standstills: dict[int, list[int]] = field(default_factory=dict)
    operator_state: OperatorState = field(default_factory=OperatorState)
    out_of_service: OutOfService = field(default_factory=OutOfService)
    """Things that people have to check before they are used again."""
    slots: Slots | None = None
    """Slotting that the floor keeps to, if it started from one."""
    surroundings: Surroundings = field(init=False)
    """Supply chain around the floor, if the scenario has one; `build_site` sets it."""
    look_ahead: LookAhead | None = None
    """Expected demand of the next hours, if a policy uses it."""
    order_log: OrderEventLog | None = None
    """Event log of the orders, kept on a served floor, where they can be requested."""
    orders_stranded: int = 0
    """Open orders that cannot be served, as last counted; see trouble."""
    planner_ms: float = 0.0
    planner_faults: PlannerFaults = field(default_factory=PlannerFaults)
    own_policies: OwnPolicies = field(default_factory=OwnPolicies)
    """The user's own policies."""
    _pod_classes: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    _classes_until: int = 0

    @property
    def grid(self) -> Grid:
        return self.floor.grid

    def emit(self, event: Event) -> None:
        """Add an event to those of the tick."""
        self.events.append(event)

    def clock(self, ticks: int) -> str:
        """Return a span of ticks in words: "12 min"."""
        seconds = ticks * self.scenario.run.tick_s
        return f"{seconds / 60:.0f} min" if abs(seconds) >= 90 else f"{seconds:.0f} s"

    def new_task(self, kind: TaskKind, pod: int, source: int, station: int, reason: str) -> Task:
        """Create an unassigned task. pod, station: -1 for none. source: the cell where it begins."""
        task = Task(self.next_task, kind, pod, source, station, self.tick, reason=reason)
        self.next_task += 1
        self.tasks[task.id] = task
        self.emit(TaskCreated(self.tick, task.id, kind, pod, station, reason))
        return task

    def begin_job(self, station: WorkStation, task: Task | None, job: Job, mean_s: float) -> None:
        """Begin a job of a person; its time is lognormal around mean_s."""
        spread = self.scenario.stations.spread
        sigma = float(np.sqrt(np.log1p(spread**2)))
        seconds = mean_s * float(self._rng_of(job).lognormal(-sigma * sigma / 2, sigma))
        self.jobs_begun += 1
        station.working += 1
        until = self.tick + self.scenario.ticks(seconds)
        heapq.heappush(self.busy_until, (until, self.jobs_begun, station.index, task, job))

    def _rng_of(self, job: Job) -> np.random.Generator:
        """Return a job's own random generator: that of its order line and the picked units, of its order, or of its
        SKU.
        """
        if job.line is not None:
            return self.streams.of("pick", job.line.order.id, job.line.number, job.line.picked)
        if job.order is not None:
            return self.streams.of("pack", job.order.id)
        return self.streams.next_of("take out" if job.out else "stow", job.sku)

    @property
    def pick_stations(self) -> list[PickStation]:
        return [station for station in self.stations if isinstance(station, PickStation)]

    @property
    def stow_stations(self) -> list[StowStation]:
        return [station for station in self.stations if isinstance(station, StowStation)]

    @property
    def pack_stations(self) -> list[PackStation]:
        return [station for station in self.stations if isinstance(station, PackStation)]

    def place_free(self, cell: int) -> bool:
        """Return whether a pod can be carried to a storage cell: it is empty, not reserved and reachable."""
        return bool(self.pods.pod_at[cell] < 0 and cell not in self.reserved and self.distances.reachable[cell])

    def pod_class(self, pod: int) -> int:
        """Return 0, 1 or 2 for an A, B or C pod, by the demand for the SKUs in it."""
        if self.tick >= self._classes_until:
            bins = self.ledger.bin_sku
            share = np.append(self.demand.catalogue.share, 0.0)  # an empty bin's -1 indexes the 0 at the end
            self._pod_classes = classes_of(-share[bins].sum(axis=1))
            self._classes_until = self.tick + _CLASSES_EVERY
        return int(self._pod_classes[pod])

    def use_roads(self, roads: Roads) -> None:
        """Use new roads after cells were closed or opened, and recompute everything derived from them."""
        self.roads = roads
        self.fields.use(roads)
        try:
            self.planner.use(roads)
        except Exception as error:  # the planner may be a user's own, and the floor survives its faults
            self._planner_failed(f"use failed with {type(error).__name__}: {error}")
        self.distances = station_distances(self.floor, roads)
        alive = int(np.count_nonzero(self.robots.state != RobotState.DEAD))
        self.levels = levels_of(self.scenario, self.distances, self.draws, alive)
        self.watch.ways_changed()

    def distance_left(self) -> NDArray[np.int32]:
        """Return int32[robots]: cells left to the goal last planned for; 0 for all if the planner does not report it."""
        left, fault = guard.distance_left(self.planner, self.robots.cell)
        if fault:
            self._planner_failed(fault)
        return left

    def _planner_failed(self, text: str) -> None:
        """Record a planner fault outside planning; only the first one raises an alarm."""
        if self.planner_faults.fail(self.tick, text):
            self.emit(Alarm(self.tick, "planner", f"the planner's {text}"))
