"""A delay moves all later stops, less the waiting time it absorbs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.routing.eta import delayed
from controller.routing.routes import Route
from tests.support.supply_chain.small_town import NINE, VAN


def a_route(travel_s: list[int], wait_s: list[int], service_s: int = 60) -> Route:
    """A route from nine o'clock with these travel times to its stops, waits before them, and 100 s back to the depot."""
    now, times = NINE, []
    for travel, wait in zip(travel_s, wait_s, strict=True):
        times.append((now + travel, now + travel + wait, now + travel + wait + service_s))
        now = times[-1][2]
    columns = zip(*times, strict=True)
    arrivals, begins, leaves = (tuple(column) for column in columns)
    stops = tuple("ABCDEFGH"[: len(times)])
    return Route(VAN, 1, stops, arrivals, begins, leaves, NINE, now + 100, 5000, now + 100 - NINE, 0, 0.0, 0.0)


def test_a_delay_moves_all_that_follows() -> None:
    """Without waiting, every stop from the late one on is equally late."""
    route = a_route([300, 300, 300], [0, 0, 0])
    assert delayed(route, 1, 120).arrivals_s == (NINE + 300, NINE + 780, NINE + 1140)
    assert delayed(route, 1, 120).back_s == route.back_s + 120
    assert delayed(route, 1, 120).leaves_s[0] == route.leaves_s[0]


def test_waiting_takes_up_a_delay() -> None:
    """The wait of 100 s before B reduces 120 s to 20."""
    route = a_route([300, 300, 300], [0, 100, 0])
    late = delayed(route, 0, 120)
    assert [new - old for new, old in zip(late.arrivals_s, route.arrivals_s, strict=True)] == [120, 120, 20]
    assert [new - old for new, old in zip(late.begins_s, route.begins_s, strict=True)] == [120, 20, 20]
    assert late.seconds - route.seconds == late.back_s - route.back_s == 20


def test_a_delay_on_the_way_home_concerns_no_stop() -> None:
    """Only the vehicle's return is later."""
    route = a_route([300, 300], [0, 0])
    assert delayed(route, 2, 60).arrivals_s == route.arrivals_s
    assert delayed(route, 2, 60).back_s == route.back_s + 60


def test_longer_time_costs_more() -> None:
    """The driver of ten minutes more is paid for them."""
    route = delayed(a_route([300], [0]), 0, 0)
    assert delayed(route, 0, 600).cents - route.cents == 100


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=8),
    st.data(),
    st.integers(0, 2000),
)
def test_a_delay_only_shrinks_on_its_way(legs: list[tuple[int, int]], data: st.DataObject, delay_s: int) -> None:
    """No stop is earlier than planned, none later than the delay, and service never begins before the vehicle arrives."""
    route = a_route([leg[0] for leg in legs], [leg[1] for leg in legs])
    at = data.draw(st.integers(0, len(legs) - 1))
    late = delayed(route, at, delay_s)
    delays = [new - old for new, old in zip(late.arrivals_s, route.arrivals_s, strict=True)]
    assert delays[:at] == [0] * at
    assert delays[at] == delay_s
    assert delays[at:] == sorted(delays[at:], reverse=True)
    assert all(begin >= arrival for begin, arrival in zip(late.begins_s, late.arrivals_s, strict=True))
    assert 0 <= late.back_s - route.back_s <= delay_s


def test_no_delay_changes_nothing_but_the_cost_it_reckons() -> None:
    """A delay of nothing gives the same times."""
    route = a_route([300, 300], [50, 0])
    assert delayed(route, 0, 0).arrivals_s == pytest.approx(route.arrivals_s)
