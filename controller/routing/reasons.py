"""Why a stop is on the route it is on, and why another one is on none, in words for people."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from controller.routing.stops import Law, Round, broken
from controller.routing.vehicles import VehicleKind


def alone(day: Round, fleet: Mapping[VehicleKind, int], number: int) -> str:
    """Why no vehicle could serve a stop even if it served nothing else; empty if one could."""
    kinds = [kind for kind, count in fleet.items() if count > 0]
    if not kinds:
        return "there is no vehicle"
    laws = {kind.name: broken(day, kind, [number]) for kind in kinds}
    if None in laws.values():
        return ""
    return "no vehicle can serve it: " + "; ".join(f"{name} – {law.value}" for name, law in laws.items() if law)


def left_out(day: Round, routes: Iterable[tuple[VehicleKind, Sequence[int]]], number: int) -> str:
    """Why no route takes a stop in: for each vehicle the law that is in the way at the best place."""
    nearest = Counter(max(_laws(day, kind, order, number), key=list(Law).index) for kind, order in routes)
    words = [f"{law.value} in {nearest[law]}" for law in Law if law in nearest]
    return f"no vehicle has a place for it: {', '.join(words)} of {nearest.total()}"


def passing(day: Round, name: str, order: Sequence[int], place: int) -> str:
    """Why a route serves the stop at a place in its order: how far it is from the neighbour on the route."""
    here = order[place]
    others = [order[at] for at in (place - 1, place + 1) if 0 <= at < len(order)]
    if not others:
        return f"{name} serves it alone, {day.metres[0][here] / 1000:.1f} km from the depot"
    near = min(others, key=lambda other: day.metres[other][here])
    return f"{name} stops {day.metres[near][here] / 1000:.1f} km away at {day.stop(near).id}"


def _laws(day: Round, kind: VehicleKind, order: Sequence[int], number: int) -> list[Law]:
    """The law that stands against a stop at each place of a route; a place without any isn't listed."""
    laws = (broken(day, kind, [*order[:at], number, *order[at:]]) for at in range(len(order) + 1))
    return [law for law in laws if law is not None]
