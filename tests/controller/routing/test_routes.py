"""Plans keep every constraint for any stops and fleet, and give the reason for each stop's place."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.routing.plane import Area, Roads
from controller.routing.routes import Plan, Stop, plan
from controller.routing.vehicles import VehicleKind
from tests.support.supply_chain.route_constraints import faults
from tests.support.supply_chain.small_town import BIKE, DEPOT, NINE, ROADS, VAN, stop

pytest.importorskip("pyvrp", reason="routes are planned by PyVRP, which isn't installed")

TWO_AREAS = Roads((Area("old town", (2.0, 2.0), 3.0, 20.0), Area("hill", (-4.0, 0.0), 3.0, 35.0)))

some_stops = st.lists(
    st.builds(
        lambda x, y, parcels, weight, service, early, width, priority: Stop(
            "", x, y, parcels, weight, 20_000 * parcels, service, early, early + width, priority
        ),
        st.floats(-12, 12),
        st.floats(-12, 12),
        st.integers(0, 5),
        st.integers(0, 40_000),
        st.integers(0, 900),
        st.integers(NINE - 3600, NINE + 7200),
        st.integers(-60, 14_400),
        st.integers(1, 3),
    ),
    max_size=12,
).map(lambda stops: [replace(one, id=f"S{number}") for number, one in enumerate(stops)])
a_fleet = st.fixed_dictionaries({VAN: st.integers(0, 2), BIKE: st.integers(0, 2)})


def planned(stops: list[Stop], fleet: dict[VehicleKind, int], iterations: int = 20) -> Plan:
    """A plan for the small town, in which the checker finds no fault."""
    found = plan(stops, DEPOT, fleet, NINE, 1, iterations, ROADS)
    assert faults(found, stops, DEPOT, fleet, NINE, ROADS) == []
    return found


@settings(max_examples=60)
@given(some_stops, a_fleet, st.integers(0, 30), st.integers(0, 5))
def test_no_plan_breaks_a_law(stops: list[Stop], fleet: dict[VehicleKind, int], iterations: int, seed: int) -> None:
    """Every stop is on exactly one route or left with a reason, and each route keeps load, windows, shift and range."""
    found = plan(stops, DEPOT, fleet, NINE, seed, iterations, TWO_AREAS)
    assert faults(found, stops, DEPOT, fleet, NINE, TWO_AREAS) == []


def test_one_stop_by_eye() -> None:
    """Six km out, a minute at the address, six km back: 13 minutes, 10 for the van, 1.20 for the road and 1.30 for the
    driver.
    """
    route = planned([stop("A", 6.0)], {VAN: 1}).routes[0]
    assert (route.name, route.stops, route.metres, route.seconds) == ("van 1", ("A",), 12_000, 780)
    assert (route.depart_s, route.arrivals_s, route.back_s) == (NINE, (NINE + 360,), NINE + 780)
    assert (route.cents, route.energy, route.co2e_g) == (1000 + 120 + 130, pytest.approx(1.2), pytest.approx(3120))


def test_a_vehicle_leaves_as_late_as_its_first_window_allows() -> None:
    """Nobody is paid for waiting at an address that opens at ten."""
    route = planned([stop("A", 6.0, earliest_s=NINE + 3600)], {VAN: 1}).routes[0]
    assert route.depart_s == NINE + 3600 - 360
    assert route.arrivals_s == route.begins_s == (NINE + 3600,)


def test_waiting_between_two_windows_is_separate_from_service() -> None:
    """The van is at B after 3 minutes and begins when B opens."""
    stops = [stop("A", 1.0, latest_s=NINE + 300), stop("B", 3.0, earliest_s=NINE + 3600)]
    route = planned(stops, {VAN: 1}).routes[0]
    assert route.stops == ("A", "B")
    assert route.depart_s == NINE + 240  # A at its last moment
    assert route.begins_s[1] == NINE + 3600 > route.arrivals_s[1]


def test_the_same_question_has_the_same_answer() -> None:
    """One seed gives one plan."""
    stops = [stop(f"S{n}", n % 5 - 2.0, n // 5 - 2.0) for n in range(20)]
    assert planned(stops, {VAN: 3, BIKE: 2}) == planned(stops, {VAN: 3, BIKE: 2})


def test_the_cheaper_kind_drives_where_it_can() -> None:
    """Two parcels nearby fit a bike, and three are more than it holds."""
    two, three = [stop("A", 1.0), stop("B", 1.1)], [stop("A", 1.0, parcels=3)]
    assert [route.kind for route in planned(two, {VAN: 1, BIKE: 1}).routes] == [BIKE]
    assert [route.kind for route in planned(three, {VAN: 1, BIKE: 1}).routes] == [VAN]


def test_an_overload_leaves_stops_with_a_reason() -> None:
    """A van of ten parcels serves ten of twelve stops."""
    found = planned([stop(f"S{n}", 1.0 + 0.1 * n) for n in range(12)], {VAN: 1})
    assert len(found.left) == 2
    assert set(found.left.values()) == {"no vehicle has a place for it: too little room in 1 of 1"}


def test_urgent_stops_are_not_those_left_out() -> None:
    """With twelve stops for a van of ten, the two far ones of higher priority are served."""
    stops = [stop(f"S{n}", 1.0, priority=1) for n in range(10)] + [stop(f"P{n}", 9.0, priority=2) for n in range(2)]
    left = planned(stops, {VAN: 1}).left
    assert len(left) == 2
    assert all(id_.startswith("S") for id_ in left)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (stop("A", 1.0, parcels=11), "van – too little room; bike – too little room"),
        (stop("A", 1.0, weight_g=100_001), "van – too little room; bike – too little room"),
        (stop("A", 60.0), "van – out of range; bike – out of range"),
        (stop("A", 12.0), ""),
        (stop("A", 6.0, latest_s=NINE + 300), "van – a time window is missed; bike – a time window is missed"),
        (stop("A", 6.0, earliest_s=NINE + 60, latest_s=NINE), "van – a time window is missed"),
        (stop("A", 15.0, service_s=8 * 3600), "van – the shift is too short; bike – out of range"),
    ],
)
def test_a_stop_that_nobody_can_serve_says_why(one: Stop, reason: str) -> None:
    """The reason gives the violated constraint kind by kind; a stop for one of the kinds is served."""
    left = planned([one], {VAN: 1, BIKE: 1}).left
    assert reason in left["A"] if reason else left == {}


def test_without_vehicles_everything_is_left() -> None:
    """An empty yard is no error."""
    assert planned([stop("A", 1.0)], {VAN: 0}).left == {"A": "there is no vehicle"}
    assert planned([stop("A", 1.0)], {}).left == {"A": "there is no vehicle"}


def test_without_stops_nobody_drives() -> None:
    """An empty dock is no error either."""
    assert planned([], {VAN: 1}) == Plan((), {}, {})


def test_a_stop_knows_why_it_is_on_its_route() -> None:
    """The reason gives the neighbour on the route and its distance, or that there is none."""
    reasons = planned([stop("A", 5.0), stop("B", 5.8)], {VAN: 1}).why
    assert reasons == {"A": "van 1 stops 0.8 km away at B", "B": "van 1 stops 0.8 km away at A"}
    assert planned([stop("A", 5.0)], {VAN: 1}).why == {"A": "van 1 serves it alone, 5.0 km from the depot"}


def test_stops_that_the_search_drops_are_inserted_afterwards() -> None:
    """Even a search of no iterations leaves no stop behind that fits somewhere."""
    stops = [stop(f"S{n}", n - 5.0, 1.0) for n in range(10)]
    assert planned(stops, {VAN: 2, BIKE: 1}, iterations=0).left == {}


def test_a_plan_is_near_the_best_order_of_few_stops() -> None:
    """Stops on a ring are served in ring order: no other order is shorter."""
    ring = [stop("E", 3.0, 0.0), stop("N", 0.0, 3.0), stop("W", -3.0, 0.0), stop("S", 0.0, -3.0)]
    route = planned(ring, {VAN: 1}).routes[0]
    assert route.stops in (("E", "N", "W", "S"), ("E", "S", "W", "N")) or route.metres <= 18_731


def test_the_checker_sees_faults() -> None:
    """The checker finds a route that was changed by hand."""
    stops = [stop("A", 5.0), stop("B", 5.8)]
    found = planned(stops, {VAN: 1})
    route = found.routes[0]
    for wrong in (
        replace(route, stops=route.stops[::-1]),
        replace(route, metres=route.metres + 1),
        replace(route, stops=("A",), arrivals_s=route.arrivals_s[:1]),
        replace(route, number=2),
        replace(route, cents=route.cents + 1),
    ):
        try:
            seen = faults(replace(found, routes=(wrong,)), stops, DEPOT, {VAN: 1}, NINE, ROADS)
        except ValueError:
            continue
        assert seen
