"""People at work: what a pick, a stow and a parcel take, what they move, and when people are there."""

from pathlib import Path

import pytest

from controller.floor import release, storing
from controller.scenario.scenario import clock_seconds, in_hours
from controller.site.frame import frame_of
from controller.site.site import Site
from controller.warehouse.orders import Order
from controller.warehouse.stock import DOCK, SUPPLIER, TRUCK, tote
from controller.warehouse.tasks import Job
from robots.recording.events import (
    OrderPacking,
    OrderPicked,
    OrderReceived,
    OrderReleased,
    OrderShipped,
    Picked,
    StationState,
    StockMoved,
    Stowed,
    VisitEnded,
    VisitStarted,
)
from robots.recording.kinds import StationState as State
from tests.support.floor.tiny_site import (
    DEMO,
    FLOOR,
    TINY,
    Orders,
    Stock,
    of_kind,
    quiet_site,
    run,
    run_until,
    stand_pods,
    stand_robots,
)
from tests.support.supply_chain.audit import audit_faults

STOCK: Stock = {0: {0: 3, 1: 5}}
ONE: Orders = {0: [(7200, {0: 1, 1: 3})]}
"""An order of one unit of SKU 0 and three of SKU 1."""


def one_pod_site(path: Path = TINY, orders: Orders = ONE, stock: Stock = STOCK, **sections: dict[str, object]) -> Site:
    """The pod in (4, 2), seven cells from the pick station, with a robot under it; another robot is far off."""
    site = quiet_site(path, stock=stock, orders=orders, **{"robots": {"count": 2}, **sections})
    stand_pods(site, (4, 2))
    stand_robots(site, (4, 2), (2, 8))
    return site


def test_an_order_becomes_a_parcel_step_by_step() -> None:
    """Lift 3, drive and turn 12; 10 s for a unit, 10 + 2 × 3 for three; totes wait 90 s; hand over 3, pack 25."""
    site = one_pod_site()
    events = run(site, 300)
    times = {
        kind: [event.t for event in of_kind(events, kind)]
        for kind in (OrderReceived, OrderReleased, VisitStarted, Picked, OrderPicked, OrderPacking, OrderShipped)
    }
    assert times[OrderReceived] == times[OrderReleased] == [0]
    arrived, at_pack = times[VisitStarted]
    assert arrived == 15
    assert times[Picked] == [arrived + 10, arrived + 26]
    assert times[OrderPicked] == [arrived + 26]
    assert times[OrderPacking] == [at_pack + 3]
    assert times[OrderShipped] == [at_pack + 3 + 25]
    assert at_pack > times[OrderPicked][0] + 90
    assert [event.late for event in of_kind(events, OrderShipped)] == [at_pack + 28 - 7200]


def test_units_go_from_bin_to_tote_to_parcel_to_truck() -> None:
    """Every movement is in the ledger, owner included, and the pod has what is left."""
    site = one_pod_site()
    moves = of_kind(run(site, 300), StockMoved)
    assert [(move.sku, move.quantity, move.source, move.target) for move in moves] == [
        (0, 1, "bin 0.0", "tote 0"),
        (1, 3, "bin 0.1", "tote 0"),
        (0, 1, "tote 0", "parcel 0"),
        (1, 3, "tote 0", "parcel 0"),
        (0, 1, "parcel 0", "truck"),
        (1, 3, "parcel 0", "truck"),
    ]
    owners = site.demand.catalogue.owners
    assert [move.owner for move in moves] == [owners[move.sku] for move in moves]
    assert site.ledger.held(TRUCK) == {0: 1, 1: 3}
    assert site.pods.free_in[0] == {0: 2, 1: 2}
    assert (site.book.lines_picked, site.book.units_picked, site.book.shipped) == (2, 4, 1)


def test_a_station_may_have_times_and_people_of_its_own(tmp_path: Path) -> None:
    """Two people pick two lines at once, in four seconds for the first unit and three for the second."""
    path = tmp_path / "a.toml"
    path.write_text(FLOOR + "[[station]]\nat = [9, 2]\npeople = 2\nservice_s = 4\n")
    site = one_pod_site(path, orders={0: [(7200, {0: 1, 1: 2})]})
    events = run(site, 60)
    arrived = of_kind(events, VisitStarted)[0].t
    assert [event.t for event in of_kind(events, Picked)] == [arrived + 4, arrived + 7]


def test_times_spread_around_their_mean() -> None:
    """Lognormal with a coefficient of variation of 0.3: a thousand picks of 10 s last 10 s in the mean."""
    site = one_pod_site(stations={"spread": 0.3, "pick_s": 100.0})
    station = site.pick_stations[0]
    for number in range(1000):
        site.begin_job(station, None, Job(1, order=Order(number, "", 0, 0)), 100.0)
    taken = [until for until, *_ in site.busy_until]
    mean = sum(taken) / len(taken)
    deviation = (sum((each - mean) ** 2 for each in taken) / len(taken)) ** 0.5
    assert mean == pytest.approx(100, rel=0.03)
    assert deviation == pytest.approx(30, rel=0.1)


def test_a_pod_with_nothing_left_to_do_goes_home() -> None:
    """The visit ends in the tick of the last pick, with what it brought."""
    site = one_pod_site()
    events = run(site, 60)
    ended = of_kind(events, VisitEnded)[0]
    assert (ended.t, ended.units, ended.station, ended.robot) == (of_kind(events, OrderPicked)[0].t, 4, 0, 0)
    assert site.pick_stations[0].visit is None


def test_a_pod_at_work_stays_for_an_order_that_comes_meanwhile() -> None:
    """The second order's line is allocated by the pod at the station: one trip, both picked."""
    site = one_pod_site(orders={**ONE, 20: [(7200, {0: 1})]})
    events = run(site, 70)
    assert len(of_kind(events, VisitStarted)) == 1
    assert [event.order for event in of_kind(events, Picked)] == [0, 0, 1]
    assert of_kind(events, VisitEnded)[0].units == 5


def test_a_tote_leaves_at_once_when_there_are_enough() -> None:
    """With totes = 1 a robot is sent for the first one, without the wait of 90 s."""
    site = one_pod_site(stations={"totes": 1})
    events = run_until(site, lambda events: bool(of_kind(events, OrderPacking)))
    assert of_kind(events, OrderPacking)[0].t < of_kind(events, OrderPicked)[0].t + 70


def test_packers_work_side_by_side() -> None:
    """Two orders in one trip: two of the six packers have them done together, a single packer one after the other."""
    for packers, between in ((6, 0), (1, 25)):
        site = one_pod_site(orders={0: [(7200, {0: 1}), (7200, {1: 1})]}, stations={"packers": packers})
        shipped = [event.t for event in of_kind(run(site, 300), OrderShipped)]
        assert shipped[1] - shipped[0] == between


@pytest.mark.parametrize("packers", [6, 1])
def test_totes_in_hand_are_still_to_be_packed(packers: int) -> None:
    """Both orders count at the pack station until they are parcels, in hands or on the table."""
    site = one_pod_site(orders={0: [(7200, {0: 1}), (7200, {1: 1})]}, stations={"packers": packers})
    run_until(site, lambda events: bool(of_kind(events, OrderPacking)))
    (station,) = site.pack_stations
    assert (station.working, frame_of(site).stations["orders"][station.index]) == (min(packers, 2), 2)


def test_receipts_are_stowed_into_the_pod_that_comes() -> None:
    """20 units from the dock: a bin takes 16, the rest goes into another; 11 s for the first unit, 2 for each further."""
    site = one_pod_site(orders={}, stock={})
    site.ledger.move(0, 4, 20, SUPPLIER, DOCK)
    site.supply.inbound[4] = 20
    site.stow_stations[0].take_in(4, 20, 0)
    events = run(site, 200)
    stowed = of_kind(events, Stowed)
    arrived = of_kind(events, VisitStarted)[0].t
    assert [(event.t - arrived, event.quantity) for event in stowed] == [(11 + 15 * 2, 16), (41 + 11 + 3 * 2, 4)]
    pod = stowed[0].pod
    assert site.ledger.bin_units[pod, :2].tolist() == [16, 4]
    assert site.pods.free_in[pod] == {4: 20}
    assert (site.supply.inbound[4], site.ledger.held(DOCK)) == (0, {})
    assert audit_faults(site) == []


def test_orders_that_waited_for_stock_go_on_when_some_is_stowed() -> None:
    """The order is set aside at first, and in the backlog again from the stow on."""
    site = one_pod_site(orders={0: [(7200, {4: 2})]}, stock={})
    run(site, 3)
    assert list(site.book.backordered) == [4]
    site.ledger.move(3, 4, 20, SUPPLIER, DOCK)
    site.supply.inbound[4] += 20
    site.stow_stations[0].take_in(4, 20, 0)
    events = run_until(site, lambda events: bool(of_kind(events, OrderShipped)))
    assert of_kind(events, OrderReleased)[0].t == of_kind(events, Stowed)[0].t
    assert of_kind(events, Picked)[0].t > of_kind(events, Stowed)[0].t


@pytest.mark.parametrize(
    ("shift", "inside", "outside"),
    [
        (("06:00", "14:00"), ["06:00", "13:59"], ["05:59", "14:00", "00:00"]),
        (("22:00", "06:00"), ["22:00", "23:59", "00:00", "05:59"], ["06:00", "12:00", "21:59"]),
        (("22:00", "00:00"), ["22:00", "23:59"], ["00:00", "21:59"]),
    ],
)
def test_a_shift_has_a_beginning_and_an_end(shift: tuple[str, str], inside: list[str], outside: list[str]) -> None:
    """The first minute belongs to it, the last doesn't; one that ends before it begins goes over midnight."""
    assert all(in_hours(clock_seconds(clock), *shift) for clock in inside)
    assert not any(in_hours(clock_seconds(clock), *shift) for clock in outside)


def test_stations_pause_and_resume_with_the_shifts() -> None:
    """At 05:58 the night shift has two minutes left; the day shift begins at 06:05. Each station reports both."""
    shifts = [["22:00", "06:00"], ["06:05", "14:00"]]
    site = one_pod_site(orders={}, stations={"shifts": shifts}, run={"start": "05:58"})
    site.demand.start_s = clock_seconds("05:58")
    changes = of_kind(run(site, 500), StationState)
    assert [(event.t, event.station, event.state, event.reason) for event in changes] == [
        *((120, station, "paused", "nobody on shift") for station in range(3)),
        *((420, station, "open", "shift begins") for station in range(3)),
    ]


def test_a_paused_station_finishes_what_it_has_and_takes_nothing_new() -> None:
    """The first order is picked after the shift's end, the second waits for the next shift."""
    orders: Orders = {0: [(7200, {0: 1, 1: 3})], 30: [(7200, {0: 1})]}
    shifts = [["07:00", "08:00"], ["08:02", "09:00"]]
    site = one_pod_site(orders=orders, stations={"shifts": shifts}, run={"start": "07:59"})
    site.demand.start_s = clock_seconds("07:59") + 50  # ten seconds before the end
    events = run(site, 200)
    released = {event.order: event.t for event in of_kind(events, OrderReleased)}
    picked = {event.order: event.t for event in of_kind(events, OrderPicked)}
    assert released == {0: 0, 1: 10 + 120}
    assert 10 < picked[0] < 130
    assert picked[1] > 130


def test_a_closed_station_never_opens_again() -> None:
    """Shifts don't bring back what robots can't reach."""
    site = one_pod_site(orders={}, stations={"shifts": [["08:00", "09:00"]]})
    site.pick_stations[0].advance("close")
    assert of_kind(run(site, 10), StationState) == []
    assert site.pick_stations[0].state == State.CLOSED


def test_a_pod_is_carried_on_to_the_station_that_wants_it_next() -> None:
    """It goes from one pick station of the demo straight to another, without being stored in between."""
    site = quiet_site(DEMO, stock={0: {0: 5, 1: 5}}, robots={"count": 3})
    first, second, _ = site.pick_stations
    for number, station in enumerate((first, second)):
        order = Order(number, "", 0, 7200)
        order.add(number, 1)
        site.book.receive(order)
        release._release(site, station, order, "a test")
    events = run_until(site, lambda events: len(of_kind(events, Picked)) > 0 and site.book.lines_picked == 2)
    visits = of_kind(events, VisitStarted)
    assert len(visits) == 2
    assert visits[0].task == visits[1].task
    assert storing.carry_on(site, site.tasks[visits[0].task]) is False


def test_totes_hold_an_order_each() -> None:
    """Between picking and packing the order's units are in its tote and nowhere else."""
    site = one_pod_site()
    run_until(site, lambda events: bool(of_kind(events, OrderPicked)))
    assert site.ledger.held(tote(0)) == {0: 1, 1: 3}
    assert [order.id for order, _ in site.pick_stations[0].outfeed] == [0]
    assert audit_faults(site) == []
