"""Stops to be served, and the times and constraints of a vehicle that serves some of them in an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from controller.routing.vehicles import VehicleKind


@dataclass(frozen=True, slots=True)
class Stop:
    """A door. x, y: km. parcels, weight_g, volume_ml: its total, 0 or more. service_s: from stopping to leaving.

    earliest_s, latest_s: bounds of the start of service, on the clock that begins at 0. priority: a stop of priority 2
    is left out only where otherwise two of priority 1 would be.
    """

    id: str
    x: float
    y: float
    parcels: int
    weight_g: int
    volume_ml: int
    service_s: int
    earliest_s: int
    latest_s: int
    priority: int = 1


class Constraint(Enum):
    """Constraints of a route, in the order in which they are checked."""

    ROOM = "too little room"
    RANGE = "out of range"
    WINDOW = "a time window is missed"
    SHIFT = "the shift is too short"


@dataclass(frozen=True, slots=True)
class Round:
    """A delivery problem from begin_s on. Stops are numbered from 1; 0 is the depot in metres[a][b], seconds[a][b]."""

    stops: tuple[Stop, ...]
    metres: list[list[int]]
    seconds: list[list[int]]
    begin_s: int

    def stop(self, number: int) -> Stop:
        return self.stops[number - 1]


@dataclass(frozen=True, slots=True)
class Timetable:
    """Times by stop, in order: arrival, start of service, departure."""

    arrivals_s: tuple[int, ...]
    begins_s: tuple[int, ...]
    leaves_s: tuple[int, ...]
    depart_s: int
    back_s: int


def length_m(day: Round, order: Sequence[int]) -> int:
    """Return the metres from the depot through the stops and back."""
    round_trip = [0, *order, 0]
    return sum(day.metres[a][b] for a, b in pairwise(round_trip))


def timetable(day: Round, order: Sequence[int]) -> Timetable:
    """Return the times of an order of stops: return as early as possible, departure as late as that allows (Savelsbergh
    1992).
    """
    first = _drive(day, order, day.begin_s)
    waited, slack = 0, first.back_s
    for number, arrival, begin in zip(order, first.arrivals_s, first.begins_s, strict=True):
        waited += begin - arrival
        slack = min(slack, waited + day.stop(number).latest_s - begin)
    spare = min(waited, slack)
    return _drive(day, order, day.begin_s + spare) if spare > 0 else first


def violated(day: Round, kind: VehicleKind, order: Sequence[int]) -> Constraint | None:
    """Return the first constraint that a vehicle violates with an order of stops, or None."""
    stops = [day.stop(number) for number in order]
    if not _holds(kind, stops):
        return Constraint.ROOM
    if length_m(day, order) > kind.range_m:
        return Constraint.RANGE
    times = timetable(day, order)
    if any(begin > stop.latest_s for begin, stop in zip(times.begins_s, stops, strict=True)):
        return Constraint.WINDOW
    return Constraint.SHIFT if times.back_s - times.depart_s > kind.shift_s else None


def _drive(day: Round, order: Sequence[int], depart_s: int) -> Timetable:
    arrivals, begins, leaves = [], [], []
    clock, place = depart_s, 0
    for number in order:
        stop = day.stop(number)
        arrivals.append(clock + day.seconds[place][number])
        begins.append(max(arrivals[-1], stop.earliest_s))
        clock, place = begins[-1] + stop.service_s, number
        leaves.append(clock)
    return Timetable(tuple(arrivals), tuple(begins), tuple(leaves), depart_s, clock + day.seconds[place][0])


def _holds(kind: VehicleKind, stops: Sequence[Stop]) -> bool:
    return (
        sum(stop.parcels for stop in stops) <= kind.parcels
        and sum(stop.weight_g for stop in stops) <= kind.weight_g
        and sum(stop.volume_ml for stop in stops) <= kind.volume_ml
    )
