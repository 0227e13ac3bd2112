"""Reasons, for people, why a stop is on its route or on none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from controller.routing.stops import Constraint, Round, violated
from controller.routing.vehicles import VehicleKind


def alone(day: Round, fleet: Mapping[VehicleKind, int], number: int) -> str:
    """Return the reason why no vehicle could serve a stop even on its own; empty if one could."""
    kinds = [kind for kind, count in fleet.items() if count > 0]
    if not kinds:
        return "there is no vehicle"
    constraints = {kind.name: violated(day, kind, [number]) for kind in kinds}
    if None in constraints.values():
        return ""
    return "no vehicle can serve it: " + "; ".join(
        f"{name} – {constraint.value}" for name, constraint in constraints.items() if constraint
    )


def left_out(day: Round, routes: Iterable[tuple[VehicleKind, Sequence[int]]], number: int) -> str:
    """Return the reason why no route includes a stop: for each vehicle the constraint violated at the best position."""
    nearest = Counter(max(_constraints(day, kind, order, number), key=list(Constraint).index) for kind, order in routes)
    words = [f"{constraint.value} in {nearest[constraint]}" for constraint in Constraint if constraint in nearest]
    return f"no vehicle has a place for it: {', '.join(words)} of {nearest.total()}"


def passing(day: Round, name: str, order: Sequence[int], place: int) -> str:
    """Return the reason why a route serves the stop at a position in its order: the distance to its neighbour on the
    route.
    """
    number = order[place]
    neighbours = [order[index] for index in (place - 1, place + 1) if 0 <= index < len(order)]
    if not neighbours:
        return f"{name} serves it alone, {day.metres[0][number] / 1000:.1f} km from the depot"
    near = min(neighbours, key=lambda neighbour: day.metres[neighbour][number])
    return f"{name} stops {day.metres[near][number] / 1000:.1f} km away at {day.stop(near).id}"


def _constraints(day: Round, kind: VehicleKind, order: Sequence[int], number: int) -> list[Constraint]:
    """Return the constraint violated by a stop at each position of a route; positions without a violation are left out."""
    constraints = (violated(day, kind, [*order[:index], number, *order[index:]]) for index in range(len(order) + 1))
    return [constraint for constraint in constraints if constraint is not None]
