"""Creation of a site from a scenario at tick 0: stock stowed, robots under pods, no task begun."""

import numpy as np
from numpy.typing import NDArray

from controller.demand.demand import Demand, demand_of
from controller.demand.look_ahead import look_ahead_of
from controller.demand.order_rows import OrderRows
from controller.planning import plugins
from controller.planning.fields import DistanceFields
from controller.planning.planner import Planner
from controller.random_streams import Streams
from controller.scenario import injected_faults
from controller.scenario.scenario import Scenario, fleet_size
from controller.site.distances import station_distances
from controller.site.energy_levels import levels_of
from controller.site.floor_alone import FloorAlone
from controller.site.power_draw import body_params, draws_of
from controller.site.progress import Watch
from controller.site.site import Site
from controller.site.slotting_start import check_skus, moves_of, plan_of_scenario, stow_plan
from controller.supply_chain.around_floor import AroundFloor
from controller.supply_chain.build import supply_chain_of
from controller.warehouse.orders import OrderBook
from controller.warehouse.pods import Pods, Stowed
from controller.warehouse.replenishment import Replenishment
from controller.warehouse.robots import Robots
from controller.warehouse.slot_assignments import Slots
from controller.warehouse.stations import work_station
from controller.warehouse.stock import SUPPLIER, Catalogue, Ledger
from layout.roads import Roads, build_roads
from layout.slotting.plan import Plan
from robots.units.simulated_fleet import SimFleet


def demand_at_start(scenario: Scenario, rows: OrderRows | None = None) -> Demand:
    """Return the demand from which `build_site` starts. rows: of the scenario's CSV, if already read."""
    return demand_of(scenario, Streams(scenario.run.seed), rows)


def build_site(scenario: Scenario, demand: Demand | None = None, plan: Plan | None = None) -> Site:
    """Return the site at tick 0: stock stowed, robots under pods, no task begun.

    demand: the scenario's, unused, and plan: to start from, if they exist already. Raises InputError for a bad order
    file or plan.
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
    site = Site(
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
        look_ahead=look_ahead_of(scenario, demand),
    )
    site.surroundings = AroundFloor(site, chain) if chain else FloorAlone(site)
    return site


def _planner(scenario: Scenario, roads: Roads, fields: DistanceFields) -> Planner:
    """Return a built-in planner, or a user's as module:Class. InputError if it cannot be created."""
    name = scenario.policies.planner
    with plugins.usable(scenario.file, name, "its constructor"):
        return plugins.planner_of(name, scenario.folder, roads, fields, fleet_size(scenario))


def _stowed(
    scenario: Scenario, demand: Demand, streams: Streams, plan: Plan | None
) -> tuple[Ledger, Pods, Slots | None, list[Stowed]]:
    """Return ledger, pods, slotting and the bins stocked at random; with a plan there are none of the latter."""
    if plan is None:
        ledger, pods, opening = _random_stow(scenario, demand.catalogue, streams)
        return ledger, pods, None, opening
    check_skus(plan, scenario.stock.slotting, demand.catalogue)
    demand.catalogue = demand.catalogue.with_more(plan.names)
    return *stow_plan(scenario, plan, demand.catalogue, moves_of(scenario)), []


def _random_stow(scenario: Scenario, catalogue: Catalogue, streams: Streams) -> tuple[Ledger, Pods, list[Stowed]]:
    """Stow the initial stock at random: every SKU has a bin, and fast movers are spread over many.

    A supply chain leaves out units above a SKU's level (controller.supply_chain.purchasing.warm_start).
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
    """Return the number of bins for each SKU: one, and the rest by its share of demand."""
    spare = max(0, bins - len(catalogue))
    return 1 + np.floor(catalogue.share * spare).astype(np.int64)


def start_cells(scenario: Scenario) -> NDArray[np.int32]:
    """Return int32[robots], ascending: cells of the robots at tick 0, spread evenly over the storage places."""
    drawn = Streams(scenario.run.seed).of("robots' places").permutation(scenario.floor.storage)
    return np.asarray(np.sort(drawn[: fleet_size(scenario)]), np.int32)


def _sim_fleet(scenario: Scenario, pods: Pods, streams: Streams) -> SimFleet:
    """Return robots under evenly spread pods, with charges spread so that they do not all go to charge at once."""
    robots, count = scenario.robots, fleet_size(scenario)
    starts = start_cells(scenario)
    low = min(0.4, robots.battery_start)
    charge = streams.sequence("charge at the start").uniform(low, robots.battery_start, count) * robots.battery_wh
    width, params = scenario.floor.grid.width, body_params(scenario)
    return SimFleet(
        params, starts, width, charge, injected_faults.standing(scenario), injected_faults.failing(scenario)
    )
