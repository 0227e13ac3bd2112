"""The site: all state of one running floor. How a scenario becomes one is in build_site.py."""

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
from controller.policies.own.own_policies import OwnPolicies
from controller.random_streams import Streams
from controller.scenario.scenario import Scenario
from controller.site.charger_queue import ChargerClaims
from controller.site.distances import Distances, classes_of, station_distances
from controller.site.energy_levels import Levels, levels_of
from controller.site.operator_state import DeskBook
from controller.site.out_of_service import OutOfService
from controller.site.power_draw import Draws
from controller.site.progress import Watch
from controller.site.surroundings import Supply, Surroundings
from controller.warehouse.order_events import Stories
from controller.warehouse.orders import OrderBook, OrderLine
from controller.warehouse.pods import Pods
from controller.warehouse.robots import Robots
from controller.warehouse.slot_assignments import Slots
from controller.warehouse.stations import PackStation, PickStation, StowStation, WorkStation
from controller.warehouse.stock import Ledger
from controller.warehouse.tasks import Job, Task, TaskKind
from layout.floor import Floor
from layout.grid import Grid
from layout.roads import Roads
from robots.recording.events import Alarm, Event, TaskCreated
from robots.units.fleet import Fleet
from robots.units.lifecycle import RobotState

_CLASSES_EVERY = 300
"""Ticks after which the pods' turnover classes are worked out anew."""


@dataclass(slots=True, eq=False)
class Site:
    """Everything below the shell reads and writes this, and nothing else.

    tick: the tick being worked out. streams: all chance, by source. busy_until: heap of (tick, number, station,
    task or None, job) of people's work. open_by_sku: lines at any pick station that still need a pod.
    reserved: storage cells that a pod is on its way to. closed: cells nobody may enter. standstills: {robot: cells} of
    those closed by a robot that stands there by a fault and may drive on some day; those closed by an operator are the
    desk's; the others are closed for good.
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
    """{idle robot: (tick at which it was asked last, why it has nothing to do)}."""
    closed: set[int] = field(default_factory=set)
    standstills: dict[int, list[int]] = field(default_factory=dict)
    desk: DeskBook = field(default_factory=DeskBook)
    out_of_service: OutOfService = field(default_factory=OutOfService)
    """What people have to look at before it is used again."""
    slots: Slots | None = None
    """The slotting that the floor keeps to, if it started from one."""
    surroundings: Surroundings = field(init=False)
    """The supply chain around the floor, where the scenario has one; `build_site` sets it."""
    look_ahead: LookAhead | None = None
    """What will be asked for soon, where a policy wants to know."""
    stories: Stories | None = None
    """What happened to each order, where somebody may ask for it: on a served floor."""
    orders_stranded: int = 0
    """Orders that can't be served as things are, as they were counted last; see trouble."""
    planner_ms: float = 0.0
    planner_faults: PlannerFaults = field(default_factory=PlannerFaults)
    own_policies: OwnPolicies = field(default_factory=OwnPolicies)
    """The user's own policies."""
    _pod_classes: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    _classes_until: int = 0

    @property
    def grid(self) -> Grid:
        return self.floor.grid

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def clock(self, ticks: int) -> str:
        """A span of ticks in words: "12 min"."""
        seconds = ticks * self.scenario.run.tick_s
        return f"{seconds / 60:.0f} min" if abs(seconds) >= 90 else f"{seconds:.0f} s"

    def new_task(self, kind: TaskKind, pod: int, source: int, station: int, reason: str) -> Task:
        """A task that nobody has yet. pod, station: -1 for none. source: the cell where it begins."""
        task = Task(self.next_task, kind, pod, source, station, self.tick, reason=reason)
        self.next_task += 1
        self.tasks[task.id] = task
        self.tell(TaskCreated(self.tick, task.id, str(kind), pod, station, reason))
        return task

    def begin_job(self, station: WorkStation, task: Task | None, job: Job, mean_s: float) -> None:
        """A pair of hands takes up a job; its time is lognormal around mean_s."""
        spread = self.scenario.stations.spread
        sigma = float(np.sqrt(np.log1p(spread**2)))
        seconds = mean_s * float(self._rng_of(job).lognormal(-sigma * sigma / 2, sigma))
        self.jobs_begun += 1
        station.working += 1
        until = self.tick + self.scenario.ticks(seconds)
        heapq.heappush(self.busy_until, (until, self.jobs_begun, station.index, task, job))

    def _rng_of(self, job: Job) -> np.random.Generator:
        """A job's own draws: those of its order line and of how much of it is picked, of its order, or of its SKU."""
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
        """Whether a pod can be carried to a storage cell: none stands there, none is on its way there, it is in reach."""
        return bool(self.pods.pod_at[cell] < 0 and cell not in self.reserved and self.distances.reachable[cell])

    def pod_class(self, pod: int) -> int:
        """0, 1 or 2 for an A, B or C pod, by the demand for the SKUs in it."""
        if self.tick >= self._classes_until:
            bins = self.ledger.bin_sku
            share = np.append(self.demand.catalogue.share, 0.0)  # an empty bin's -1 finds the 0 at the end
            self._pod_classes = classes_of(-share[bins].sum(axis=1))
            self._classes_until = self.tick + _CLASSES_EVERY
        return int(self._pod_classes[pod])

    def use_roads(self, roads: Roads) -> None:
        """Cells were closed or opened: everything that was worked out from the roads is worked out again."""
        self.roads = roads
        self.fields.use(roads)
        try:
            self.planner.use(roads)
        except Exception as error:  # a planner may be anybody's, and the floor outlives it
            self._planner_failed(f"use failed with {type(error).__name__}: {error}")
        self.distances = station_distances(self.floor, roads)
        alive = int(np.count_nonzero(self.robots.state != RobotState.DEAD))
        self.levels = levels_of(self.scenario, self.distances, self.draws, alive)
        self.watch.ways_changed()

    def distance_left(self) -> NDArray[np.int32]:
        """int32[robots]: cells that each has to drive to the goal last planned for; 0 for all if the planner can't say."""
        left, fault = guard.distance_left(self.planner, self.robots.cell)
        if fault:
            self._planner_failed(fault)
        return left

    def _planner_failed(self, text: str) -> None:
        """Note what the planner did wrong besides planning; only the first time is it an alarm."""
        if self.planner_faults.fail(self.tick, text):
            self.tell(Alarm(self.tick, "planner", f"the planner's {text}"))
