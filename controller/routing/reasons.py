"""Reasons, for people, why a stop is on its route or on none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from controller.routing.stops import Law, Round, broken
from controller.routing.vehicles import VehicleKind


def alone(day: Round, fleet: Mapping[VehicleKind, int], number: int) -> str:
    """Return the reason why no vehicle could serve a stop even on its own; empty if one could."""
    kinds = [kind for kind, count in fleet.items() if count > 0]
    if not kinds:
        return "there is no vehicle"
    laws = {kind.name: broken(day, kind, [number]) for kind in kinds}
    if None in laws.values():
        return ""
    return "no vehicle can serve it: " + "; ".join(f"{name} – {law.value}" for name, law in laws.items() if law)


def left_out(day: Round, routes: Iterable[tuple[VehicleKind, Sequence[int]]], number: int) -> str:
    """Return the reason why no route includes a stop: for each vehicle the constraint violated at the best position."""
    nearest = Counter(max(_laws(day, kind, order, number), key=list(Law).index) for kind, order in routes)
    words = [f"{law.value} in {nearest[law]}" for law in Law if law in nearest]
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


def _laws(day: Round, kind: VehicleKind, order: Sequence[int], number: int) -> list[Law]:
    """Return the constraint violated by a stop at each position of a route; positions without a violation are left out."""
    laws = (broken(day, kind, [*order[:index], number, *order[index:]]) for index in range(len(order) + 1))
    return [law for law in laws if law is not None]
