"""Why a line has no pod yet and why a robot is idle, reported in events for record, explain, track and window."""

from pathlib import Path

import pytest

from controller.floor import dispatch, idle_reasons, line_waits, order_waits
from controller.site import trip_energy
from controller.site.out_of_service import Kind, Thing
from controller.site.site import Site
from controller.warehouse.pods import PodState
from robots.recording.events import LineWaits, OrderWaits, RobotIdle
from robots.recording.kinds import StationState
from robots.units.lifecycle import RobotState
from tests.support.floor.corridor import CORRIDOR, corridor_site, waiting, with_orders
from tests.support.floor.tiny_site import of_kind, quiet_site, run, tiny_site


@pytest.fixture
def corridor(tmp_path: Path) -> Path:
    path = tmp_path / "corridor.toml"
    path.write_text(CORRIDOR)
    return path


def told_at(site: Site, tick: int) -> list[LineWaits]:
    site.tick, site.events = tick, []
    line_waits.report(site)
    return of_kind(site.events, LineWaits)


def reason(site: Site) -> str:
    """Return the reported reason of the only waiting line after its first minute."""
    (told,) = told_at(site, 60)
    return told.reason


def one_line(corridor: Path, **sections: object) -> Site:
    """A line that waits from tick 0 on for pod 0, six cells from the station."""
    site = corridor_site(corridor, {0: {0: 9}, 1: {1: 9}}, 2, 9, **sections)
    with_orders(site, {0: 1})
    return site


def test_a_wait_is_told_after_one_two_four_and_eight_minutes(corridor: Path) -> None:
    """So a long wait costs few events; by when the pod is fetched is in each."""
    site = one_line(corridor)
    told = [event for tick in range(1000) for event in told_at(site, tick)]
    assert [event.t for event in told] == [60, 120, 240, 480, 960]
    assert {(event.order, event.line, event.sku, event.pod, event.station, event.by) for event in told} == {
        (0, 0, 0, 0, 0, 1200)
    }


def test_a_line_that_is_passed_over_names_the_pod_that_went_instead(corridor: Path) -> None:
    """The reason also names its robot, and the policy's reason for it."""
    site = one_line(corridor)
    with_orders(site, {1: 1})
    site.tick = 50
    task = dispatch._pick_task(site, site.pick_stations[0], 1, "2 open lines here")
    task.robot = 1
    words = "pod 0 has it and is free; robot 1 was sent for pod 1 instead: 2 open lines here"
    assert reason(site) == words


def test_what_keeps_a_line_waiting_is_told_as_it_is(corridor: Path) -> None:
    """The reasons are no robot, no place at the station, a pod on the move or out of reach, a closed station."""
    assert reason(one_line(corridor)) == "pod 0 has it and is free; no robot was free for it"
    full = one_line(corridor, robots={"count": 2, "per_station": 1})
    dispatch._pick_task(full, full.pick_stations[0], 1, "a test")
    assert reason(full) == "pod 0 has it and is free; 1 pod on the way to pick-1, its limit"
    taken = one_line(corridor)
    taken.pods.state[0] = PodState.CLAIMED
    (told,) = told_at(taken, 60)
    assert (told.reason, told.by) == ("pod 0 has it and is on the move", -1)
    lost = one_line(corridor)
    lost.pods.quarantine(0)
    assert reason(lost) == "no reachable pod has unallocated units of it"
    closed = one_line(corridor)
    closed.pick_stations[0].state = StationState.CLOSED
    assert reason(closed) == "pick-1 is out of reach"


# ------------------------------------------------------------------ orders in the backlog


def five_orders(**policies: object) -> Site:
    """Two places, which the first two of five orders for SKU 3 have; the last to come is due first."""
    orders = {0: [(90_000 - number, {3: 1}) for number in range(5)]}
    site = quiet_site(
        stock={0: {3: 20}}, orders=orders, stations={"open_orders": 2}, policies={"release": "fcfs"} | policies
    )
    run(site, 1)
    return site


def not_released(site: Site, tick: int = 300) -> dict[int, str]:
    site.tick, site.events = tick, []
    order_waits.report(site)
    return {event.order: event.reason for event in of_kind(site.events, OrderWaits)}


def test_an_order_that_waits_is_told_after_five_ten_and_twenty_minutes() -> None:
    """Those at stations aren't, and one that leaves the backlog isn't any more."""
    site = five_orders()
    told = {tick: set(not_released(site, tick)) for tick in range(0, 1300, 50)}
    assert {tick: orders for tick, orders in told.items() if orders} == {tick: {2, 3, 4} for tick in (300, 600, 1200)}
    order = site.book.backlog[3]
    site.book.from_backlog(order)
    order.station = 0
    assert set(not_released(site, 2400)) == {2, 4}


def test_what_is_ahead_of_an_order_is_told_with_the_rule() -> None:
    """The rule is by arrival or due time, depending on the policy, with prioritised orders before both."""
    site = five_orders()
    rule = "came before it; first come, first served"
    assert not_released(site)[4] == f"all 2 places at stations are taken; 2 orders {rule}"
    site.book.prioritised[3] = site.book.backlog[3]
    reasons = not_released(site, 600)
    assert reasons[2] == f"all 2 places at stations are taken; 1 order prioritised, 0 orders {rule}"
    assert reasons[3] == "all 2 places at stations are taken; it is prioritised, with 0 orders before it"
    matched = five_orders(release="podmatch")
    assert not_released(matched)[1] == (
        "1 of 2 places at stations is free; 2 orders due before it; "
        "orders that pods on their way fill best go first, then the earliest due"
    )


def test_what_keeps_an_order_from_every_station_is_told_as_it_is() -> None:
    """The reasons are too little stock, no open station, a drained floor."""
    site = five_orders()
    site.book.backorder(site.book.backlog[2], 3)
    site.pick_stations[0].state = StationState.CLOSED
    name = site.demand.catalogue.names[3]
    assert not_released(site) == {
        2: f"there is too little free stock of {name} for it",
        3: "no pick station is open",
        4: "no pick station is open",
    }
    site.operator_state.draining = True
    assert not_released(site, 600)[4] == "the floor is being drained, and no order is released"


# ------------------------------------------------------------------ idle robots


def reasons_by_robot(site: Site) -> dict[int, str]:
    site.events, site.idle = [], {}
    robots = dispatch._free_robots(site)
    able = robots[trip_energy.fit(site, robots)]
    kept_back = [*site.operator_state.drained, *site.out_of_service.numbers(Kind.ROBOT)]
    able = able[[robot not in kept_back for robot in able.tolist()]]
    idle_reasons.report(site, able)
    return {event.robot: event.reason for event in of_kind(site.events, RobotIdle)}


def test_a_robot_is_told_idle_once_while_its_reason_stays() -> None:
    """At tick 0 all are, and nothing changes for five minutes."""
    site = quiet_site(robots={"count": 3})
    events = of_kind(run(site, 300), RobotIdle)
    assert [(event.t, event.robot, event.reason) for event in events] == [
        (0, robot, "there is no open order") for robot in range(3)
    ]


def test_each_robot_has_its_own_reason() -> None:
    """Drained, too low for work, out of service, or nothing to do."""
    site = quiet_site(robots={"count": 4})
    site.operator_state.drained.add(0)
    site.robots.battery_wh[1] = 0.0
    site.out_of_service.reasons[Thing(Kind.ROBOT, 3)] = "its lift fails"
    reasons = reasons_by_robot(site)
    assert reasons[0] == "an operator is draining it, so it gets no work"
    assert reasons[1] == "its battery is too low to work; 0 of 1 charger taken"
    assert reasons[2] == "there is no open order"
    assert reasons[3] == "it is out of service: its lift fails"


def test_why_there_is_no_work_is_told_as_it_is(corridor: Path) -> None:
    """Stations that have enough on their way, pods that are under way, orders that wait for places, a floor that is drained."""
    full = one_line(corridor, robots={"count": 2, "per_station": 1})
    dispatch._pick_task(full, full.pick_stations[0], 1, "a test")
    assert set(reasons_by_robot(full).values()) == {"each station with open lines has 1 pod on their way, its limit"}
    taken = one_line(corridor)
    taken.pods.state[0] = PodState.CLAIMED
    assert set(reasons_by_robot(taken).values()) == {"all pods that open lines need are on the move"}
    some = one_line(corridor)
    assert set(reasons_by_robot(some).values()) == {
        "each station requests one pod per tick, and other robots were sent for them in this tick"
    }
    dispatch._pick_task(some, some.pick_stations[0], 0, "a test")
    assert set(reasons_by_robot(some).values()) == {
        "no order is waiting, and each line at the stations has its pod on its way"
    }
    waiting(some, (9000, {1: 1}))
    some.operator_state.draining = True
    assert set(reasons_by_robot(some).values()) == {"the floor is being drained, and no order is released"}


def test_a_robot_that_gets_work_and_is_idle_again_says_so_again() -> None:
    """The reason before its task is not why it is idle now."""
    site = tiny_site(robots={"count": 2}, orders={"backlog": 3, "per_station_hour": 0})
    events = run(site, 400)
    last = {event.robot: event for event in of_kind(events, RobotIdle)}
    assert set(last) == set(site.robots.in_state(RobotState.IDLE).tolist())
    assert len(of_kind(events, RobotIdle)) > 2
