"""Orders into the backlog and onto stations, lines onto pods: what is allocated, to whom, and what is given back."""

from controller.floor import allocation, dispatch, release
from controller.site.site import Site
from controller.warehouse.orders import OrderLine, OrderState
from controller.warehouse.stations import PickStation
from controller.warehouse.tasks import Task
from robots.recording.events import OrderReceived, OrderReleased
from robots.recording.kinds import TaskKind
from tests.support.floor.tiny_site import DEMO, Orders, Stock, of_kind, quiet_site

STOCK: Stock = {0: {0: 4, 1: 2}, 1: {0: 3}}
"""Pod 0 has four units of SKU 0 and two of SKU 1, pod 1 three of SKU 0."""


def site_with(orders: list[dict[int, int]], stock: Stock = STOCK, **sections: dict[str, object]) -> Site:
    """A site in whose first tick these orders have come in, of which none is released."""
    listed: Orders = {0: [(7200 + number, lines) for number, lines in enumerate(orders)]}
    site = quiet_site(stock=stock, orders=listed, robots={"count": 2}, policies={"release": "fcfs"}, **sections)
    release.take_orders(site)
    return site


def pick_station(site: Site) -> PickStation:
    return site.pick_stations[0]


def send_pod(site: Site, pod: int) -> Task:
    """A task that brings a pod to the pick station, as `dispatch` makes it."""
    return dispatch._new_task(site, TaskKind.PICK, pod, int(site.pods.cell[pod]), pick_station(site).index, "a test")


def lines_of(site: Site) -> list[OrderLine]:
    return [line for order in site.book.open.values() for line in order.lines]


def test_orders_come_into_the_backlog_and_are_told() -> None:
    """Their lines are demand for the suppliers to know of."""
    site = site_with([{0: 2, 1: 1}, {0: 1}])
    received = of_kind(site.events, OrderReceived)
    assert [(event.order, event.lines, event.due) for event in received] == [
        (0, [(0, 2), (1, 1)], 7200),
        (1, [(0, 1)], 7201),
    ]
    assert list(site.book.backlog) == [0, 1]
    assert site.supply.demand[:2] == [3, 1]


def test_a_station_takes_orders_up_to_its_limit() -> None:
    """With room for two orders the third waits; each release is reported with its reason."""
    site = site_with([{0: 1}] * 3, stations={"open_orders": 2})
    release.release_orders(site)
    assert list(pick_station(site).orders) == [0, 1]
    assert list(site.book.backlog) == [2]
    assert [(event.order, event.reason) for event in of_kind(site.events, OrderReleased)] == [
        (0, "first of the backlog"),
        (1, "first of the backlog"),
    ]
    assert site.book.open[0].state == OrderState.RELEASED


def test_a_station_that_isnt_open_takes_none() -> None:
    """It takes none while nobody is on shift, or while robots cannot reach it."""
    site = site_with([{0: 1}])
    pick_station(site).advance("pause")
    release.release_orders(site)
    assert pick_station(site).orders == {}
    pick_station(site).advance("close")
    release.release_orders(site)
    assert list(site.book.backlog) == [0]


def test_released_lines_need_a_pod() -> None:
    """They are open at the station, by line and by SKU."""
    site = site_with([{0: 2, 1: 1}])
    release.release_orders(site)
    first, second = lines_of(site)
    assert list(pick_station(site).open_lines) == [first, second]
    assert list(site.open_by_sku[0]) == [first]
    assert list(site.open_by_sku[1]) == [second]


def test_a_line_goes_onto_a_pod_that_comes_anyway() -> None:
    """It is allocated its units, becomes a job of the pod's task, and is open no more."""
    site = site_with([{0: 2, 1: 1}])
    task = send_pod(site, 1)
    release.release_orders(site)
    first, second = lines_of(site)
    assert [(job.line, job.units) for job in task.jobs] == [(first, 2)]
    assert (first.allocated, first.open_units) == (2, 0)
    assert list(pick_station(site).open_lines) == [second]
    assert site.pods.free_in[1] == {0: 1}
    assert site.supply.demand[:2] == [0, 1]


def test_a_line_may_be_filled_from_two_pods() -> None:
    """Five units: three in the pod that comes first, two in the next."""
    site = site_with([{0: 5}])
    tasks = send_pod(site, 1), send_pod(site, 0)
    release.release_orders(site)
    assert [[job.units for job in task.jobs] for task in tasks] == [[3], [2]]
    assert list(pick_station(site).open_lines) == []
    assert site.open_by_sku.keys() == set()


def test_the_pod_at_work_comes_before_those_in_the_lane_and_on_the_way() -> None:
    """Whoever is nearest to the picker gives first, whatever its number."""
    site = site_with([{0: 1}], stock={0: {0: 1}, 1: {0: 1}, 2: {0: 1}})
    on_the_way, in_the_lane, at_work = (send_pod(site, pod) for pod in (0, 1, 2))
    station = pick_station(site)
    station.visit = at_work
    station.inbound = {task.id: task for task in (in_the_lane, at_work)}
    release.release_orders(site)
    assert [len(task.jobs) for task in (on_the_way, in_the_lane, at_work)] == [0, 0, 1]


def test_a_pod_promises_no_more_than_it_has() -> None:
    """Three units for four that are wanted: one stays open."""
    site = site_with([{0: 4}])
    release.release_orders(site)
    (line,) = lines_of(site)
    assert allocation.allocate(site, send_pod(site, 1), line) == 3
    assert line.open_units == 1
    assert line in pick_station(site).open_lines
    assert 0 not in site.pods.free_in[1]
    assert allocation.allocate(site, send_pod(site, 1), line) == 0


def test_a_promise_that_is_taken_back_opens_the_line_again() -> None:
    """Stock, line and suppliers are as they were."""
    site = site_with([{0: 2}])
    task = send_pod(site, 1)
    release.release_orders(site)
    (line,) = lines_of(site)
    allocation.deallocate(site, 1, task.jobs.popleft())
    assert (line.allocated, line.open_units) == (0, 2)
    assert list(pick_station(site).open_lines) == list(site.open_by_sku[0]) == [line]
    assert site.pods.free_in[1] == {0: 3}
    assert site.supply.demand[0] == 2


def test_the_emptiest_station_is_served_first() -> None:
    """The demo's pick station with the fewest orders takes the next."""
    listed: Orders = {0: [(7200, {0: 1})]}
    site = quiet_site(DEMO, stock={0: {0: 9}}, orders=listed)
    release.take_orders(site)
    first, second, third = site.pick_stations
    first.orders[99] = second.orders[98] = site.book.open[0]
    release.release_orders(site)
    assert list(third.orders) == [0]
