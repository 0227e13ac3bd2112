"""The vehicle routing problem with kinds of vehicles, windows, shifts and ranges, as formulated for PyVRP.

All stops are optional, at a prize above the cost of any route: so there is always a solution, and an overload leaves
some stops out.

Local search moves stops well and vehicles badly: once six cars share the work, no small step leads to the three vans
that would do it cheaper. So each kind of vehicle leads once: it gets all it can do, the next kind what remains, and so
on; the main search starts with the cheapest of these solutions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from controller.routing.search import search
from controller.routing.stops import Round, Stop
from controller.routing.vehicles import VehicleKind

if TYPE_CHECKING:
    from pyvrp import Client, ProblemData, Solution, VehicleType

_UNITS = 1000
"""Units of cost a cent, so that metres and seconds have whole costs."""
_START_SHARE = 10
"""Divisor of the iterations for each stage of a start."""

Orders = list[tuple[VehicleKind, list[int]]]


@dataclass(frozen=True, slots=True)
class _Problem:
    """A problem for PyVRP. kinds: in the order of the vehicle types of data. prize: the highest in data, in units."""

    data: "ProblemData"
    kinds: tuple[VehicleKind, ...]
    prize: int

    def only(self, places: Sequence[int]) -> "ProblemData":
        """Return the same problem with some of the kinds."""
        types = self.data.vehicle_types()
        return self.data.replace(vehicle_types=[types[place] for place in places])


def orders(day: Round, fleet: Mapping[VehicleKind, int], seed: int, iterations: int) -> Orders:
    """Return (kind, numbers of the stops in order) of each proposed route; after few iterations it may violate a
    constraint.
    """
    kinds = tuple(kind for kind, count in fleet.items() if count > 0)
    if not kinds or not day.stops:
        return []
    problem = _problem(day, fleet, kinds)
    starts = [_led_by(problem, lead, seed, iterations // _START_SHARE) for lead in range(len(kinds))]
    start = min(starts, key=lambda solution: _loss(problem, solution))
    best = search(problem.data, seed, iterations, problem.prize, start)
    routes = min(start, best, key=lambda solution: _loss(problem, solution)).routes()
    return [(kinds[route.vehicle_type()], [visit.idx + 1 for visit in route if visit.is_client()]) for route in routes]


def _led_by(problem: _Problem, lead: int, seed: int, iterations: int) -> "Solution":
    """Return a solution in which one kind of vehicle takes all it can, then the others, the cheapest for a parcel
    first.
    """
    from pyvrp import Solution

    followers = [place for place in range(len(problem.kinds)) if place != lead]
    followers.sort(
        key=lambda place: problem.kinds[place].cents(0, problem.kinds[place].shift_s) / problem.kinds[place].parcels
    )
    places: list[int] = []
    solution = Solution(problem.only([lead]), [])
    for place in (lead, *followers):
        places.append(place)
        part = problem.only(places)
        solution = search(part, seed, iterations, problem.prize, _moved(solution, part, range(len(places))))
        if solution.is_feasible() and not solution.num_missing_clients():
            break
    return _moved(solution, problem.data, places)


def _moved(solution: "Solution", data: "ProblemData", places: Sequence[int]) -> "Solution":
    """Return the same routes for other vehicle types. places: index of each old type among the new ones."""
    from pyvrp import Activity, ActivityType, Route, Solution

    routes = [
        Route(data, [Activity(ActivityType.CLIENT, visit.idx) for visit in old if visit.is_client()], place)
        for old in solution.routes()
        for place in (places[old.vehicle_type()],)
    ]
    return Solution(data, routes)


def _loss(problem: _Problem, solution: "Solution") -> tuple[bool, int]:
    """Return the value to minimise: violated constraints first, then cost and prizes missed."""
    cost = solution.fixed_vehicle_cost() + solution.distance_cost() + solution.duration_cost()
    return not solution.is_feasible(), cost + solution.uncollected_prizes()


def _problem(day: Round, fleet: Mapping[VehicleKind, int], kinds: tuple[VehicleKind, ...]) -> _Problem:
    """Build the problem. A stop of priority 1 is worth the most expensive feasible route, others a multiple of that."""
    import numpy as np
    from pyvrp import Depot, Location, ProblemData

    worth = (1 + max(kind.cents(kind.range_m, kind.shift_s) for kind in kinds)) * _UNITS
    points = [Location(0, 0), *(Location(stop.x, stop.y) for stop in day.stops)]
    clients = [_client(number, stop, worth * stop.priority) for number, stop in enumerate(day.stops, 1)]
    types = [_type(kind, fleet[kind], day.begin_s) for kind in kinds]
    matrices: list[Any] = [np.asarray(day.metres), np.asarray(day.seconds)]  # PyVRP's stubs have another ndarray
    data = ProblemData(points, clients, [Depot(0)], types, matrices[:1], matrices[1:])
    return _Problem(data, kinds, worth * max(stop.priority for stop in day.stops))


def _client(number: int, stop: Stop, prize: int) -> "Client":
    from pyvrp import Client

    return Client(
        number,
        [stop.parcels, stop.weight_g, stop.volume_ml],
        service_duration=stop.service_s,
        tw_early=stop.earliest_s,
        tw_late=stop.latest_s,
        prize=prize,
        required=False,
    )


def _type(kind: VehicleKind, count: int, begin_s: int) -> "VehicleType":
    from pyvrp import VehicleType

    return VehicleType(
        count,
        [kind.parcels, kind.weight_g, kind.volume_ml],
        fixed_cost=kind.fixed_cents * _UNITS,
        tw_early=begin_s,
        shift_duration=kind.shift_s,
        max_distance=kind.range_m,
        unit_distance_cost=round(kind.cents_per_km * _UNITS / 1000),
        unit_duration_cost=round(kind.cents_per_hour * _UNITS / 3600),
    )
