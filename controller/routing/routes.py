"""Plan delivery routes: stops and vehicles in, routes with times, cost and energy out.

PyVRP proposes the orders of stops; times, constraints and costs are computed here, so the result meets every constraint
whatever was proposed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from controller.routing.plane import Point, Roads
from controller.routing.reasons import alone, left_out, passing
from controller.routing.solver import orders
from controller.routing.stops import Round, Stop, length_m, timetable, violated
from controller.routing.vehicles import VehicleKind

__all__ = ["ITERATIONS", "Plan", "Route", "Stop", "plan"]

ITERATIONS = 40
"""Iterations of the search: 150 stops in 1.4 s of a core. In two days' waves 150 iterations took over twice as long for
0.5 % of the cost, less than seeds differ by [docs/explanation/last-mile.md].
"""
Fleet = Mapping[VehicleKind, int]
Orders = list[tuple[VehicleKind, list[int]]]


@dataclass(frozen=True, slots=True)
class Route:
    """A vehicle's route. number: of the vehicle among those of its kind, from 1. stops: ids in order.

    Times by stop: arrivals_s, of the vehicle; begins_s, of the service, later if it waits for a window; leaves_s, of
    the departure. seconds: from depart_s to back_s. energy: litres or kWh, by the kind of vehicle.
    """

    kind: VehicleKind
    number: int
    stops: tuple[str, ...]
    arrivals_s: tuple[int, ...]
    begins_s: tuple[int, ...]
    leaves_s: tuple[int, ...]
    depart_s: int
    back_s: int
    metres: int
    seconds: int
    cents: int
    energy: float
    co2e_g: float

    @property
    def name(self) -> str:
        return f"{self.kind.name} {self.number}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. routes: of the vehicles that leave. left: reason for each stop on no route. why: reason for each other
    stop's route.
    """

    routes: tuple[Route, ...]
    left: Mapping[str, str]
    why: Mapping[str, str]


def plan(
    stops: Sequence[Stop],
    depot: Point,
    fleet: Fleet,
    begin_s: int,
    seed: int,
    iterations: int = ITERATIONS,
    roads: Roads | None = None,
) -> Plan:
    """Plan routes for stops with distinct ids, at most one for each vehicle; deterministic in its arguments.

    depot: km. fleet: number of vehicles of each kind. begin_s: earliest departure. Too much work for the fleet is no
    error: stops that do not fit are left, with a reason. A stop's parcels are not divided. Needs PyVRP (see
    controller.routing.extra).
    """
    points = [depot, *((stop.x, stop.y) for stop in stops)]
    metres, seconds = (roads or Roads()).matrices(points)
    day = Round(tuple(stops), metres.tolist(), seconds.tolist(), begin_s)
    left = {number: reason for number in range(1, len(points)) if (reason := alone(day, fleet, number))}
    orders_by_vehicle = _proposed(day, fleet, seed, iterations, left)
    served = {number for _, order in orders_by_vehicle for number in order}
    for number in range(1, len(points)):
        if number not in served and number not in left and not _insert(day, fleet, orders_by_vehicle, number):
            left[number] = left_out(day, orders_by_vehicle, number)
    return _plan(day, orders_by_vehicle, left)


def _proposed(day: Round, fleet: Fleet, seed: int, iterations: int, left: Mapping[int, str]) -> Orders:
    """Return PyVRP's routes over the stops that can be served at all, reduced to feasible ones."""
    numbers = [number for number in range(1, len(day.stops) + 1) if number not in left]
    numbers_with_depot = [0, *numbers]
    part = Round(
        tuple(day.stop(number) for number in numbers),
        [[day.metres[a][b] for b in numbers_with_depot] for a in numbers_with_depot],
        [[day.seconds[a][b] for b in numbers_with_depot] for a in numbers_with_depot],
        day.begin_s,
    )
    proposed = orders(part, fleet, seed, iterations)
    feasible = [
        (kind, _feasible(day, kind, [numbers_with_depot[number] for number in order])) for kind, order in proposed
    ]
    return [(kind, order) for kind, order in feasible if order]


def _feasible(day: Round, kind: VehicleKind, order: list[int]) -> list[int]:
    """Return an order of stops without those that violate a constraint after the ones before them."""
    if violated(day, kind, order) is None:
        return order
    kept: list[int] = []
    for number in order:
        if violated(day, kind, [*kept, number]) is None:
            kept.append(number)
    return kept


def _insert(day: Round, fleet: Fleet, orders_by_vehicle: Orders, number: int) -> bool:
    """Insert a stop where it lengthens a route least, else into an unused vehicle, and return whether that was
    possible.
    """
    places = [
        (length_m(day, longer) - length_m(day, order), route_index, longer)
        for route_index, (kind, order) in enumerate(orders_by_vehicle)
        for longer in ([*order[:index], number, *order[index:]] for index in range(len(order) + 1))
        if violated(day, kind, longer) is None
    ]
    if places:
        _, route_index, longer = min(places)
        orders_by_vehicle[route_index] = (orders_by_vehicle[route_index][0], longer)
        return True
    for kind, count in fleet.items():
        if sum(used == kind for used, _ in orders_by_vehicle) < count and violated(day, kind, [number]) is None:
            orders_by_vehicle.append((kind, [number]))
            return True
    return False


def _plan(day: Round, orders_by_vehicle: Orders, left: Mapping[int, str]) -> Plan:
    routes: list[Route] = []
    why: dict[str, str] = {}
    used: dict[VehicleKind, int] = {}
    for kind, order in orders_by_vehicle:
        used[kind] = used.get(kind, 0) + 1
        route = _route(day, kind, used[kind], order)
        routes.append(route)
        why |= {id_: passing(day, route.name, order, place) for place, id_ in enumerate(route.stops)}
    return Plan(tuple(routes), {day.stop(number).id: left[number] for number in sorted(left)}, why)


def _route(day: Round, kind: VehicleKind, number: int, order: Sequence[int]) -> Route:
    times, metres = timetable(day, order), length_m(day, order)
    seconds = times.back_s - times.depart_s
    return Route(
        kind,
        number,
        tuple(day.stop(stop).id for stop in order),
        times.arrivals_s,
        times.begins_s,
        times.leaves_s,
        times.depart_s,
        times.back_s,
        metres,
        seconds,
        kind.cents(metres, seconds),
        kind.energy_used(metres),
        kind.co2e_g(metres),
    )
