"""Variants of a floor: other layouts and fleets for the same scenario, each simulated on the same seeds."""

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace
from itertools import groupby, product
from types import MappingProxyType

from msgspec import structs

from controller.experiments.arms import CHECKED, crash
from controller.experiments.staff_sweep import with_people
from controller.kpis import Kpis
from controller.run import SimulatedRun, broken
from controller.scenario.checks import cross_checks
from controller.scenario.scenario import Scenario, fleet_size, sku_count
from controller.site.distances import station_distances
from layout.checks import check_floor
from layout.drawing.generate import GeneratorParams, generate
from layout.drawing.sweep import Value, Values, combinations, in_words, params_of, with_values
from layout.errors import InputError, Problem
from layout.floor import Floor, StationKind
from layout.roads import build_roads

WARM_UP = 0.2
"""Share of a run before counting begins: robots start without pods, stations without work."""
_BUSY = 1.25
"""Ratio of full demand to the largest output of the pick stations' people."""
AS_IT_IS = "as it is"


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """Floor with a fleet. values: of the generator that distinguish its floor. name: of the floor, in words."""

    values: Values
    robots: int
    scenario: Scenario

    @property
    def name(self) -> str:
        return in_words(self.values) or AS_IT_IS


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Variant that does not count, and why: its floor cannot be built, or a run on it failed."""

    name: str
    robots: int | None
    why: str
    broken: bool = False
    """True if a run on it failed, which must never happen."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Results of a variant on one seed, after warm-up. units: picked per hour, on the whole floor. distance_m: driven per line.

    fault: why the run does not count.
    """

    units: float = math.nan
    units_per_station: float = math.nan
    units_per_robot: float = math.nan
    distance_m: float = math.nan
    station_utilisation: float = math.nan
    fault: str = ""
    parcels: float = math.nan
    """Parcels shipped per hour."""
    pack_utilisation: float = math.nan
    """People at work ÷ people present, at pack stations with work; over the whole run, as `station_utilisation`."""
    seed: int = 0


Tell = Callable[[int, int], None]
"""Called with the number of finished runs, and of all runs."""


def variants_of(
    base: Scenario,
    sweep: Mapping[str, Sequence[Value]],
    fleets: Sequence[int],
    *,
    full: bool,
    people: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> tuple[list[Variant], list[LeftOut]]:
    """Return every floor of the sweep with every fleet, and those that are impossible. All get the same SKUs and order rate.

    people: headcounts to try, as `read_people` gives them. fleets: numbers of robots; none for the scenario's. full:
    enough orders that no station ever waits for them. InputError if the base's floor has no parameters to sweep.
    """
    variants, left_out = [], []
    params = _params(base) if sweep else None
    for values in combinations(sweep):
        try:
            floor = base.floor if params is None else _built(with_values(params, values), base)
        except InputError as error:
            left_out.append(LeftOut(in_words(values), None, _whys(error.problems)))
            continue
        for staff, robots in product(combinations(people), fleets or [0]):
            variant = _variant(base, values | staff, with_people(floor, staff), robots)
            problems = cross_checks(variant.scenario)
            variants += [] if problems else [variant]
            left_out += [LeftOut(variant.name, variant.robots, _whys(problems))] if problems else []
    return _on_equal_terms(variants, full), left_out


def least_ticks(variants: Sequence[Variant]) -> int:
    """Return the fewest ticks of a useful run of any of these variants.

    The first fifth, which is not counted, has to hold a whole trip of the farthest pod, from its place through the
    queue to the station and back, because until then the floor is only filling. The rest then holds four such trips.
    Rounded up to minutes.
    """
    return max(60 * math.ceil(_trip_ticks(variant.scenario) / WARM_UP / 60) for variant in variants)


def _trip_ticks(scenario: Scenario) -> float:
    """Return the ticks of the farthest pod's trip: a cell per tick, lift and set-down, and the work of pods before it
    in the lane.
    """
    floor, stations = scenario.floor, scenario.stations
    distances = station_distances(floor, build_roads(floor))
    farthest = float(distances.rank[distances.usable].max()) if len(distances.usable) else 0.0
    queue = max((len(station.places) for station in floor.of_kind(StationKind.PICK)), default=0)
    return farthest + 2 * scenario.ticks(scenario.robots.lift_s) + queue * scenario.ticks(stations.pick_s)


def measure(
    variants: Sequence[Variant], seeds: Sequence[int], pool: Executor, tell: Tell, into: list[list[Sample | None]]
) -> None:
    """Run every variant on every seed. into: filled as runs end, [variant][seed]; None for a run that has not ended.

    Runs seed by seed, so that all variants have the same seeds at an interrupt.
    """
    into[:] = [[None] * len(seeds) for _ in variants]
    jobs = {
        pool.submit(simulate, _with_seed(variant.scenario, seed)): (row, column)
        for column, seed in enumerate(seeds)
        for row, variant in enumerate(variants)
    }
    for done, future in enumerate(as_completed(jobs), 1):
        row, column = jobs[future]
        into[row][column] = future.result()
        tell(done, len(jobs))


def simulate(scenario: Scenario) -> Sample:
    """Return the results of one run of the real floor, checked at every tick."""
    try:
        with SimulatedRun(scenario, CHECKED) as run:
            warm = _advanced(run, round(WARM_UP * scenario.run.ticks))
            end = _advanced(run, scenario.run.ticks)
            faults = broken(run.finish())
    except InputError as error:
        return Sample(fault=_whys(error.problems), seed=scenario.run.seed)
    except Exception as error:  # a planner may be a user's own, and the other runs survive it
        return Sample(fault=f"seed {scenario.run.seed}: {crash(error)}", seed=scenario.run.seed)
    if faults:
        return Sample(fault=f"seed {scenario.run.seed}: {', '.join(faults)}", seed=scenario.run.seed)
    units, lines, distance, open_h, hours, parcels = (b - a for a, b in zip(warm, end, strict=True))
    return Sample(
        units=units / hours,
        units_per_station=units / open_h if open_h else 0.0,
        units_per_robot=units / hours / len(run.site.robots),
        distance_m=distance / lines if lines else math.nan,
        station_utilisation=run.kpis.stations.utilisation() or 0.0,
        parcels=parcels / hours,
        pack_utilisation=run.kpis.stations.utilisation_of(StationKind.PACK) or 0.0,
        seed=scenario.run.seed,
    )


def floors(variants: Sequence[Variant]) -> list[tuple[str, list[int]]]:
    """Return (name of a floor, positions of its variants by growing fleet), in the order of the variants."""
    numbered = groupby(range(len(variants)), lambda at: variants[at].name)
    return [(name, sorted(group, key=lambda at: variants[at].robots)) for name, group in numbered]


def _params(base: Scenario) -> GeneratorParams:
    if base.stock.slotting:
        fault = "is a plan for this floor's places"
        raise InputError.single(
            base.file, "[stock] slotting", fault, "leave it out to sweep floors, or sweep --robots alone"
        )
    params = params_of(base.floor)
    if params is None:
        fault = "is drawn by hand: it has no parameters to sweep"
        raise InputError.single(base.file, "[floor]", fault, "sweep a floor with [floor.generate], or --robots alone")
    return params


def _built(params: GeneratorParams, base: Scenario) -> Floor:
    """Return a floor on which robots can work. Raises InputError."""
    floor = generate(params, base.floor.name, base.floor.cell_m, base.file)
    if problems := check_floor(floor, base.file):
        raise InputError(problems)
    return floor


def _variant(base: Scenario, values: Values, floor: Floor, robots: int) -> Variant:
    fleet = structs.replace(base.robots, count=robots or base.robots.count)
    scenario = structs.replace(base, floor=floor, robots=fleet)
    return Variant(values, fleet_size(scenario), scenario)


def _on_equal_terms(variants: Sequence[Variant], full: bool) -> list[Variant]:
    """Return the variants with the SKUs that fit the smallest of them, and the requested orders."""
    least = min((sku_count(variant.scenario) for variant in variants), default=0)
    return [
        Variant(variant.values, variant.robots, _with_demand(variant.scenario, least, full)) for variant in variants
    ]


def _with_demand(scenario: Scenario, skus: int, full: bool) -> Scenario:
    if scenario.orders.csv:
        return scenario
    if scenario.stock.slotting:
        skus = scenario.stock.skus  # given by the plan
    stock, orders = structs.replace(scenario.stock, skus=skus), scenario.orders
    if full:
        most = _BUSY * 3600 / scenario.stations.pick_s / orders.mean_units
        waiting = scenario.stations.open_orders * len(scenario.floor.of_kind(StationKind.PICK))
        orders = structs.replace(
            orders,
            per_station_hour=max(orders.per_station_hour, most),
            profile=(1.0,) * 24,
            backlog=max(orders.backlog, 2 * waiting),
        )
    return structs.replace(scenario, stock=stock, orders=orders)


def _with_seed(scenario: Scenario, seed: int) -> Scenario:
    return structs.replace(scenario, run=structs.replace(scenario.run, seed=seed))


def _advanced(run: SimulatedRun, until: int) -> tuple[float, float, float, float, float, float]:
    """Return (units picked, lines picked, metres driven, open hours of pick stations, hours, parcels shipped) up to a
    tick.
    """
    while run.site.tick < until:
        run.step()
    return _counted(run.kpis)


def _counted(kpis: Kpis) -> tuple[float, float, float, float, float, float]:
    units = kpis.stations.units_picked - kpis.orders.units_withdrawn
    lines = kpis.stations.lines_picked - kpis.orders.lines_withdrawn
    distance = kpis.robots.cells_driven * kpis.floor.cell_m
    return units, lines, distance, kpis.stations.pick_hours(), kpis.hours, kpis.orders.shipped


def _whys(problems: Sequence[Problem]) -> str:
    """Return what is wrong, without the file, which is the same for all."""
    return "; ".join(str(replace(problem, file=problem.where or "floor", where="")) for problem in problems)
