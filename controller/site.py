"""The site: all state of one running floor, and how a scenario becomes one."""

import heapq
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from controller import injected
from controller.chain.inventory_book import Inventory
from controller.chain.supply_chain import SupplyChain, supply_chain_of
from controller.charger_claims import ChargerClaims
from controller.demand import Demand, demand_of
from controller.desk_book import DeskBook
from controller.distances import Distances, classes_of, station_distances
from controller.draws import Draws, body_params, draws_of
from controller.energy_levels import Levels, levels_of
from controller.expectation import Expectation, expectation_of
from controller.order_rows import OrderRows
from controller.orders import Line, OrderBook
from controller.out_of_service import OutOfService
from controller.planning import guard, plugins
from controller.planning.fields import DistanceFields
from controller.planning.planner import Planner
from controller.planning.planner_faults import PlannerFaults
from controller.planning.progress import Watch
from controller.pods import Pods, Stowed
from controller.replenishment import Replenishment
from controller.robots import Robots
from controller.scenario import Scenario, fleet_size
from controller.slots import Slots
from controller.slotting_start import check_skus, moves_of, plan_of_scenario, stow_plan
from controller.stations import PackStation, PickStation, StowStation, WorkStation, work_station
from controller.stock import SUPPLIER, Catalogue, Ledger
from controller.stories import Stories
from controller.streams import Streams
from controller.tasks import Job, Task, TaskKind
from layout.floor import Floor
from layout.grid import Grid
from layout.roads import Roads, build_roads
from layout.slotting.plan import Plan
from robots.events import Alarm, Event, TaskCreated
from robots.fleet import Fleet
from robots.lifecycle import RobotState
from robots.simulator import SimFleet

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
    supply: Replenishment | Inventory
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
    open_by_sku: defaultdict[int, dict[Line, None]] = field(default_factory=lambda: defaultdict(dict))
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
    chain: SupplyChain | None = None
    """The supply chain around the floor, where the scenario has one."""
    expectation: Expectation | None = None
    """What will be asked for soon, where a policy wants to know."""
    stories: Stories | None = None
    """What happened to each order, where somebody may ask for it: on a served floor."""
    orders_stranded: int = 0
    """Orders that can't be served as things are, as they were counted last; see trouble."""
    planner_ms: float = 0.0
    planner_faults: PlannerFaults = field(default_factory=PlannerFaults)
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
        seconds = mean_s * float(self._chance_of(job).lognormal(-sigma * sigma / 2, sigma))
        self.jobs_begun += 1
        station.working += 1
        until = self.tick + self.scenario.ticks(seconds)
        heapq.heappush(self.busy_until, (until, self.jobs_begun, station.index, task, job))

    def _chance_of(self, job: Job) -> np.random.Generator:
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
        return bool(self.pods.home[cell] < 0 and cell not in self.reserved and self.distances.reachable[cell])

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


def demand_at_start(scenario: Scenario, rows: OrderRows | None = None) -> Demand:
    """What `build_site` makes of the scenario's orders. rows: of its CSV, where they have been read already."""
    return demand_of(scenario, Streams(scenario.run.seed), rows)


def build_site(scenario: Scenario, demand: Demand | None = None, plan: Plan | None = None) -> Site:
    """A site at tick 0: stock stowed, robots under pods, nothing under way. Raises InputError for a bad order file or plan.

    demand: the scenario's, unused, and plan: to start from, where they are there already.
    """
    floor = scenario.floor
    streams = Streams(scenario.run.seed)
    demand = demand or demand_at_start(scenario)
    roads = build_roads(floor)
    distances = station_distances(floor, roads)
    ledger, pods, slots, opening = _stowed(scenario, demand, streams, plan or plan_of_scenario(scenario))
    fleet = _sim_fleet(scenario, pods, streams)
    chain = supply_chain_of(scenario, demand, streams.part("chain"), pods, slots)
    if chain is not None:
        chain.inventory.opening = opening
    count = fleet_size(scenario)
    fields, draws = DistanceFields(roads, count), draws_of(body_params(scenario))
    return Site(
        scenario=scenario,
        floor=floor,
        roads=roads,
        fleet=fleet,
        robots=Robots(fleet.receive()),
        ledger=ledger,
        pods=pods,
        book=OrderBook(),
        demand=demand,
        supply=chain.inventory if chain else Replenishment(scenario, pods, streams.sequence("stock levels"), slots),
        stations=[work_station(index, info, scenario.stations.packers) for index, info in enumerate(floor.stations)],
        fields=fields,
        planner=_planner(scenario, roads, fields),
        distances=distances,
        watch=Watch(count),
        streams=streams,
        draws=draws,
        levels=levels_of(scenario, distances, draws, count),
        slots=slots,
        chain=chain,
        expectation=expectation_of(scenario, demand),
    )


def _planner(scenario: Scenario, roads: Roads, fields: DistanceFields) -> Planner:
    """One of ours, or a user's as module:Class. InputError if that can't be made."""
    name = scenario.policies.planner
    with plugins.usable(scenario.file, name, "its constructor"):
        return plugins.planner_of(name, roads, fields, fleet_size(scenario))


def _stowed(
    scenario: Scenario, demand: Demand, streams: Streams, plan: Plan | None
) -> tuple[Ledger, Pods, Slots | None, list[Stowed]]:
    """The last: bins that were stowed by chance, none with a plan."""
    if plan is None:
        ledger, pods, opening = _random_stow(scenario, demand.catalogue, streams)
        return ledger, pods, None, opening
    check_skus(plan, scenario.stock.slotting, demand.catalogue)
    demand.catalogue = demand.catalogue.with_more(plan.names)
    return *stow_plan(scenario, plan, demand.catalogue, moves_of(scenario)), []


def _random_stow(scenario: Scenario, catalogue: Catalogue, streams: Streams) -> tuple[Ledger, Pods, list[Stowed]]:
    """Stock at the start: random stow, with bins by demand so that every SKU has one and fast movers are spread wide.

    A supply chain leaves out what a SKU's level doesn't ask for (controller.chain.warm_start).
    """
    floor, settings = scenario.floor, scenario.pods
    count = round(settings.fill * len(floor.storage))
    ledger = Ledger(catalogue, count, settings.bins)
    cells = streams.sequence("pods' places").permutation(floor.storage)[:count]
    pods = Pods(ledger, np.sort(cells), floor.grid.cells)
    slots = streams.sequence("stocked bins").permutation(count * settings.bins)
    copies = _copies(catalogue, int(scenario.stock.fill * len(slots)))
    skus = np.repeat(np.arange(len(catalogue)), copies)[: len(slots)]
    least, most = max(1, settings.bin_units // 2), settings.bin_units
    units = streams.sequence("stocked units").integers(least, most, size=len(skus), endpoint=True)
    places = (divmod(slot, settings.bins) for slot in slots.tolist())
    rows = zip(places, skus.tolist(), units.tolist(), strict=False)
    opening = [(pod, number, sku, amount) for (pod, number), sku, amount in rows]
    for pod, number, sku, amount in opening:
        pods.put(0, pod, number, sku, amount, SUPPLIER)
    return ledger, pods, opening


def _copies(catalogue: Catalogue, bins: int) -> NDArray[np.int64]:
    """Bins for each SKU: one, and the rest by its share of demand."""
    spare = max(0, bins - len(catalogue))
    return 1 + np.floor(catalogue.share * spare).astype(np.int64)


def start_cells(scenario: Scenario) -> NDArray[np.int32]:
    """int32[robots], ascending: the cells in which the robots stand at tick 0, spread evenly over the storage places."""
    drawn = Streams(scenario.run.seed).of("robots' places").permutation(scenario.floor.storage)
    return np.asarray(np.sort(drawn[: fleet_size(scenario)]), np.int32)


def _sim_fleet(scenario: Scenario, pods: Pods, streams: Streams) -> SimFleet:
    """Robots under pods that stand evenly over the floor, with charges spread so that they don't all go to charge at once."""
    robots, count = scenario.robots, fleet_size(scenario)
    starts = start_cells(scenario)
    low = min(0.4, robots.battery_start)
    charge = streams.sequence("charge at the start").uniform(low, robots.battery_start, count) * robots.battery_wh
    width, params = scenario.floor.grid.width, body_params(scenario)
    return SimFleet(params, starts, width, charge, injected.standing(scenario), injected.failing(scenario))
