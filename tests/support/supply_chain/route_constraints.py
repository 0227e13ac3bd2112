"""An independent check of plans: recomputes every constraint, time and cost from the raw stops, in other code than the
planner's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil, hypot

from controller.routing.plane import Point, Roads
from controller.routing.routes import Plan, Route, Stop
from controller.routing.vehicles import VehicleKind


def faults(
    plan: Plan, stops: Sequence[Stop], depot: Point, fleet: Mapping[VehicleKind, int], begin_s: int, roads: Roads
) -> list[str]:
    """List the faults of a plan; the list is empty if there are none."""
    by_id = {stop.id: stop for stop in stops}
    seen = Counter(id_ for route in plan.routes for id_ in route.stops) + Counter(plan.left.keys())
    found = [f"{id_} is in {seen[id_]} places" for id_ in by_id if seen[id_] != 1]
    found += [f"{id_} is nobody's stop" for id_ in seen if id_ not in by_id]
    found += [f"{id_} is left without a reason" for id_, reason in plan.left.items() if not reason]
    if set(plan.why) != {id_ for route in plan.routes for id_ in route.stops}:
        found.append("not each stop's route has a reason")
    names = Counter(route.name for route in plan.routes)
    found += [f"{name} drives twice" for name, count in names.items() if count > 1]
    for route in plan.routes:
        if not 1 <= route.number <= fleet.get(route.kind, 0):
            found.append(f"{route.name} isn't in the fleet")
        found += [f"{route.name}: {fault}" for fault in _route_faults(route, by_id, depot, begin_s, roads)]
    return found


def _route_faults(route: Route, by_id: Mapping[str, Stop], depot: Point, begin_s: int, roads: Roads) -> list[str]:
    kind, stops = route.kind, [by_id[id_] for id_ in route.stops]
    metres, seconds = 0, 0
    now, position = route.depart_s, depot
    rows = []
    for stop in stops:
        metres += road_m(position, (stop.x, stop.y), roads)
        arrive = now + drive_s(position, (stop.x, stop.y), roads)
        begin = max(arrive, stop.earliest_s)
        now, position = begin + stop.service_s, (stop.x, stop.y)
        rows.append((arrive, begin, now))
    metres += road_m(position, depot, roads)
    return_s = now + drive_s(position, depot, roads)
    seconds = return_s - route.depart_s
    constraints = {
        "has no stops": not stops,
        "leaves too early": route.depart_s < begin_s,
        "has other times": rows != list(zip(route.arrivals_s, route.begins_s, route.leaves_s, strict=True)),
        "is back at another time": return_s != route.back_s,
        "carries too many parcels": sum(stop.parcels for stop in stops) > kind.parcels,
        "is too heavy": sum(stop.weight_g for stop in stops) > 1000 * kind.weight_kg,
        "is too full": sum(stop.volume_ml for stop in stops) > 1000 * kind.volume_l,
        "drives too far": metres > 1000 * kind.range_km,
        "works too long": seconds > 3600 * kind.shift_h,
        "is late": any(row[1] > stop.latest_s for row, stop in zip(rows, stops, strict=True)),
        "has other metres": metres != route.metres,
        "has other seconds": seconds != route.seconds,
        "costs otherwise": abs(route.cents - _cents(kind, metres, seconds)) > 0.51,
        "uses other energy": abs(route.energy - kind.per_100km * metres / 1e5) > 1e-9,
        "emits otherwise": abs(route.co2e_g - kind.co2e_g_per_km * metres / 1e3) > 1e-6,
    }
    return [words for words, is_so in constraints.items() if is_so]


def _cents(kind: VehicleKind, metres: int, seconds: int) -> float:
    return kind.fixed_cents + kind.cents_per_km * metres / 1000 + kind.cents_per_hour * seconds / 3600


def road_m(a: Point, b: Point, roads: Roads) -> int:
    return ceil(hypot(a[0] - b[0], a[1] - b[1]) * roads.detour * 1000)


def drive_s(a: Point, b: Point, roads: Roads) -> int:
    homes = [_home(point, roads) for point in (a, b)]
    speed = roads.areas[homes[0]].speed_kmh if homes[0] == homes[1] >= 0 else roads.speed_kmh
    return ceil(road_m(a, b, roads) * 3.6 / speed)


def _home(point: Point, roads: Roads) -> int:
    inside = (
        number
        for number, area in enumerate(roads.areas)
        if hypot(point[0] - area.centre[0], point[1] - area.centre[1]) <= area.radius_km
    )
    return next(inside, -1)
