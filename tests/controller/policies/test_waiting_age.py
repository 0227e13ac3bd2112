"""Age before worth: what has waited for most of the bound goes first, whatever a policy prefers, and a checker sees to it."""

from collections import deque
from pathlib import Path

import numpy as np
import pytest

from controller.floor import dispatch, dock, storing
from controller.floor.failures.recovery import fail_task
from controller.policies import dispatch as dispatch_policies
from controller.policies import pods, release, waiting_age
from controller.policies.eligible import candidates
from controller.policies.pods import PodChoice
from controller.site.site import Site
from controller.warehouse.orders import Order
from controller.warehouse.pods import PodState
from controller.warehouse.slot_assignments import Slots
from controller.warehouse.stations import PickStation
from controller.warehouse.stock import DOCK, SUPPLIER
from robots.recording.events import NextStop, TaskCreated
from robots.recording.kinds import TaskKind
from robots.units.lifecycle import RobotState
from tests.support.floor.corridor import CORRIDOR, corridor_site, fills, with_orders
from tests.support.floor.tiny_site import DEMO, Orders, faults_of, of_kind, quiet_site, run, run_until, tiny, tiny_site
from tests.support.floor.watched import Watched

BOUND_S = 200.0
"""Bound of these tests: after 150 s a line is overdue."""
SHORT: dict[str, object] = {"max_wait_s": BOUND_S}


@pytest.fixture
def corridor(tmp_path: Path) -> Path:
    path = tmp_path / "corridor.toml"
    path.write_text(CORRIDOR)
    return path


def contested(corridor: Path, **sections: object) -> tuple[Site, PickStation]:
    """An order has waited from tick 0 on for the further pod 1, two from tick 100 on for pod 0; nothing was fetched by now."""
    site = corridor_site(corridor, {0: {0: 9}, 1: {1: 9}}, 2, 9, policies=SHORT, **sections)
    with_orders(site, {1: 1})
    site.tick = 100
    return site, with_orders(site, {0: 1}, {0: 1})


def picks(site: Site, ticks: int = 1) -> list[tuple[int, str]]:
    """Return (pod, reason) of the pods fetched in this many ticks."""
    return [(task.pod, task.reason) for task in of_kind(run(site, ticks), TaskCreated) if task.kind == "pick"]


def test_worth_decides_for_three_quarters_of_the_bound(corridor: Path) -> None:
    """A second before that the pod with two lines is fetched; from then on the one for the line that has waited longest."""
    for tick, first in ((149, 0), (150, 1)):
        site, _ = contested(corridor)
        site.tick = tick
        assert picks(site)[0][0] == first


def test_the_reason_says_that_age_went_before_worth(corridor: Path) -> None:
    """It names the order and its waiting time."""
    site, _ = contested(corridor)
    site.tick = 160
    (_, reason), *_ = picks(site)
    assert reason == "order  has waited 3 min for it, so age goes before worth; 1 open line here, 13 cells away"


def test_of_the_pods_for_an_overdue_line_the_one_with_most_open_lines_goes(corridor: Path) -> None:
    """Age chooses the line; among its pods worth still decides."""
    site = corridor_site(corridor, {0: {0: 9}, 1: {0: 9, 1: 9}, 2: {0: 9}}, 2, 9, 3, policies=SHORT)
    station = with_orders(site, {0: 1}, {1: 1})
    site.tick = 150
    (overdue, *_) = waiting_age.overdue(site)
    assert isinstance(overdue, waiting_age.OverdueLine)
    assert waiting_age.pod_for(site, overdue)[0] == 1  # type: ignore[index]
    site.pods.state[1] = PodState.CLAIMED
    assert waiting_age.pod_for(site, overdue)[0] == 0  # type: ignore[index]
    assert station.open_lines


def test_a_pod_that_was_sent_in_vain_makes_its_line_no_younger(corridor: Path) -> None:
    """The task fails, the line is open again, and as old as it was."""
    site, station = contested(corridor)
    line = next(iter(station.open_lines))
    run_until(site, lambda events: any(task.pod == 1 for task in of_kind(events, TaskCreated)))
    (task,) = [task for task in site.tasks.values() if task.pod == 1]
    assert line not in station.open_lines
    fail_task(site, task, "a test", lost=False)
    assert line in station.open_lines
    assert line.opened == 0


def test_an_overdue_line_goes_before_goods_that_come_all_the_time() -> None:
    """One robot, and receipts without an end, which are stowed before anything is picked: the line's turn comes."""
    site = quiet_site(stock={0: {0: 5}}, orders={0: [(7200, {0: 1})]}, robots={"count": 1}, policies=SHORT)
    kinds: list[str] = []
    for _ in range(60):
        site.ledger.move(site.tick, 3, 1, SUPPLIER, DOCK)
        dock.queue_put_away(site, 3, 1)
        kinds += [task.kind for task in of_kind(run(site, 5), TaskCreated)]
        if "pick" in kinds:
            break
    assert kinds[:2] == ["stow", "stow"]
    assert kinds[-1] == "pick"


def test_the_oldest_tote_is_taken_first() -> None:
    """There are two outfeeds and one robot, whatever their stations' numbers."""
    site = tiny_site(DEMO, robots={"count": 1}, orders={"per_station_hour": 0})
    first, second, *_ = site.pick_stations
    site.tick = 200
    order = Order(0, "1", 0, 7200)
    first.outfeed, second.outfeed = deque([(order, 50)]), deque([(order, 20)])
    (task,) = dispatch._pack_trips(site, 1)
    assert second.collector is task


def test_the_robot_that_has_waited_longest_gets_the_next_place(corridor: Path) -> None:
    """Serving the lowest number instead would pass others over repeatedly."""
    site, _ = contested(corridor)
    site.robots.state[:] = RobotState.HOLDING
    site.robots.since[:] = [9, 4]
    assert site.robots.longest_in(RobotState.HOLDING) == [1, 0]
    assert site.robots.longest_in(RobotState.STORING) == []


def test_no_pod_is_carried_on_to_a_station_where_a_line_is_overdue_for_another(corridor: Path) -> None:
    """It would take the place that the overdue line's pod needs; one that brings the line itself goes there."""
    site, station = contested(corridor)
    assert waiting_age.takes_more(site, station)
    site.tick = 150
    assert not waiting_age.takes_more(site, station)
    for pod, goes in ((0, False), (1, True)):
        task = dispatch._new_task(site, TaskKind.PICK, pod, int(site.pods.cell[pod]), -1, "a test")
        task.robot = pod
        site.robots.state[pod] = RobotState.PRESENTING
        assert storing.carry_on(site, task) is goes
    assert [event.task for event in of_kind(site.events, NextStop)] == [1]


def never_done(corridor: Path) -> tuple[Site, PickStation]:
    """A station that may have one pod, and sixty orders that the first pod can fill; an order of tick 5 wants pod 1."""
    first, other, more = (7200, {0: 1}), (800, {1: 1}), (7200, {0: 1})
    orders: Orders = {0: [first], 5: [other], 6: [more] * 60}
    robots, stations = {"count": 2, "per_station": 1}, {"open_orders": 4}
    site = corridor_site(corridor, {}, 2, 9, orders=orders, policies=SHORT, robots=robots, stations=stations)
    for pod, units in enumerate((90, 9)):
        site.pods.put(0, pod, 0, pod, units, SUPPLIER)  # a movement that the checker hears of
    return site, site.pick_stations[0]


def test_orders_that_a_pod_at_the_station_fills_dont_keep_an_overdue_line_waiting(corridor: Path) -> None:
    """They take the people's time, and so the place of the next pod; none comes while the line has nearly waited for 200 s."""
    site, station = never_done(corridor)
    assert told_late(Watched(site), 320) == []
    assert site.book.units_picked > 20
    assert not any(line.sku == 1 for line in station.open_lines)


def test_the_checker_names_a_line_that_new_orders_are_put_before(
    corridor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders come to the station although a line waits there."""
    monkeypatch.setattr(waiting_age, "takes_orders", lambda site, station: True)
    site, _ = never_done(corridor)
    (first, *_) = told_late(Watched(site), 320)
    assert "order 1 line 0 waits at pick-1" in first


def test_an_order_that_somebody_wants_before_all_others_comes_to_a_station_all_the_same(corridor: Path) -> None:
    """So do all orders if an old line waits not for the station, but for a robot or its pod."""
    site, station = never_done(corridor)
    run(site, 10)
    for tick, pods_there, takes in ((170, 1, True), (180, 1, False), (180, 0, True)):
        site.tick = tick
        if not pods_there:
            station.trips.clear()
        assert waiting_age.takes_orders(site, station) is takes
    site, station = never_done(corridor)
    run(site, 10)
    site.tick = 180
    assert release.choose(site, station, fills(site)) is None
    wanted = next(iter(site.book.backlog.values()))
    site.book.prioritised[wanted.id] = wanted
    assert release.choose(site, station, fills(site)) == (wanted, "prioritised, before all others")
    site.pods.state[1] = PodState.CLAIMED
    assert waiting_age.takes_orders(site, station)


def test_a_robot_that_waits_too_long_for_a_place_keeps_others_from_it(corridor: Path) -> None:
    """Pods that are carried on take places before those that wait to be lifted, but not for ever."""
    site = corridor_site(corridor, {0: {0: 9}}, 2, policies=SHORT)
    station = with_orders(site, {0: 1})
    (task,) = dispatch._pick_trips(site, 1)
    dispatch._assign(site, [task], dispatch._free_robots(site))
    site.robots.state[task.robot], site.robots.since[task.robot] = RobotState.HOLDING, 10
    for tick, more in ((159, True), (160, False)):
        site.tick = tick
        assert waiting_age.takes_more(site, station) is more


def test_an_overdue_receipt_goes_before_one_that_orders_wait_for() -> None:
    """This holds with a slotting, where put-away is ranked by demand."""
    site = quiet_site(policies=SHORT)
    sku = np.full_like(site.ledger.bin_sku, -1)
    sku[0, 0], sku[1, 0] = 3, 4
    site.slots = Slots(site.pods.cell.copy(), sku, 16)
    station = site.stow_stations[0]
    station.take_in(3, 1, 0)
    station.take_in(4, 1, 100)
    site.supply.demand[4] = 1
    for tick, pod in ((149, 1), (150, 0)):
        site.tick = tick
        assert pods.for_stow(site, station)[0] == pod  # type: ignore[index]


def test_receipts_that_come_back_from_a_trip_are_as_old_as_before() -> None:
    """Their trip is abandoned: units waiting since tick 0 keep their age."""
    site = quiet_site(stock={0: {4: 1}}, policies=SHORT)
    station = site.stow_stations[0]
    site.ledger.move(0, 3, 1, SUPPLIER, DOCK)
    station.take_in(3, 1, 0)
    site.tick = 120
    (task,) = dispatch._stow_trips(site, 1)
    assert not station.put_away
    site.tick = 180
    fail_task(site, task, "its robot is lost", lost=False)
    assert (station.put_away, station.since) == ({3: 1}, {3: 0})


def test_moves_for_the_slotting_get_a_robot_now_and_then_on_a_busy_floor() -> None:
    """There is at least one move within the bound, though no robot is ever left over."""
    site = quiet_site(robots={"count": 1}, policies=SHORT)
    site.slots = Slots(site.pods.cell[::-1].copy(), site.ledger.bin_sku.copy(), 16)
    assert dispatch._overdue_trips(site, 1) == []
    site.tick = 150
    (task,) = dispatch._overdue_trips(site, 1)
    assert task.kind == TaskKind.MOVE
    assert dispatch._overdue_trips(site, 1) == []


# ------------------------------------------------------------------ the checker


def never_for_long(site: Site, station: PickStation) -> PodChoice:
    """A policy that starves whichever line came first, as long as there are others."""
    lines = candidates(site, station)
    oldest = next(iter(station.open_lines))
    rest = sorted(pod for pod, found in lines.items() if oldest not in found)
    return (rest[0], "not the oldest") if rest else None


@pytest.fixture
def starving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pods.POLICIES, "demand", never_for_long)


def busy() -> Watched:
    """Orders of many lines for the tiny floor's four robots, with a short bound."""
    orders: dict[str, object] = {"backlog": 30, "per_station_hour": 0}
    return Watched(tiny_site(robots={"count": 4}, orders=orders, policies=SHORT))


def told_late(watched: Watched, ticks: int = 330) -> list[str]:
    """Return the texts of the first alarms within this many ticks; without age before worth they come at tick 313."""
    for _ in range(ticks):
        if watched.tick():
            break
    return [alarm.text for alarm in watched.alarms]


@pytest.mark.usefixtures("starving")
def test_a_policy_that_starves_lines_keeps_the_bound_all_the_same() -> None:
    """Overdue work precedes every choice of a policy."""
    assert told_late(busy()) == []


@pytest.mark.usefixtures("starving")
def test_the_checker_names_a_line_that_waits_beyond_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a floor without age before worth, order, line, SKU, pod and ticks are reported."""
    monkeypatch.setattr(dispatch, "_overdue_trips", lambda site, budget: [])
    watched = busy()
    first, *_ = told_late(watched)
    assert "waits at pick-1 for SKU" in first
    assert "has it, and a pod with it has been free since tick" in first
    assert "it is to be fetched in 200 ticks, and a robot or the station's people were free at" in first
    assert watched.checker.order_errors == len(watched.alarms)


def test_the_checker_names_a_line_whose_task_no_robot_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dispatch that leaves the first task lying for ever, with the pod that it would fetch."""
    assign = dispatch_policies.assignment
    monkeypatch.setitem(
        dispatch_policies.POLICIES,
        "assignment",
        lambda site, tasks, robots: assign(site, [task for task in tasks if task.id != 0], robots),
    )
    orders: dict[str, object] = {"backlog": 30, "per_station_hour": 0}
    asked: dict[str, object] = {"max_wait_s": 60.0}
    (first, *_) = told_late(Watched(tiny_site(robots={"count": 4}, orders=orders, policies=asked)))
    assert "it is to be fetched in 60 ticks" in first


@pytest.mark.parametrize("policy", pods.POLICIES)
def test_every_pod_policy_keeps_the_bound(policy: str) -> None:
    """The bound is short enough that worth alone would break it."""
    orders: dict[str, object] = {"backlog": 30, "per_station_hour": 0}
    asked: dict[str, object] = {"max_wait_s": 80.0, "pods": policy}
    assert told_late(Watched(tiny_site(robots={"count": 4}, orders=orders, policies=asked)), 180) == []


# ------------------------------------------------------------------ the setting


def test_the_bound_is_twenty_minutes_if_nobody_says_otherwise() -> None:
    """The default is given in the scenario's ticks."""
    assert waiting_age.bound(tiny_site()) == 1200
    assert waiting_age.bound(tiny_site(run={"tick_s": 0.5})) == 2400


@pytest.mark.parametrize("value", [0, -5, "soon", 1e9])
def test_a_bound_that_is_no_time_is_refused(value: object) -> None:
    """The message names the key."""
    (fault,) = faults_of(lambda: tiny(policies={"max_wait_s": value}))
    assert "max_wait_s" in fault
