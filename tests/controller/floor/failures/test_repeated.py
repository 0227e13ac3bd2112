"""Actions that fail again and again: one alarm, a few tries, and then others do the work and people have to look."""

import numpy as np
import pytest

from controller.floor.failures import repeated
from controller.scenario.scenario import InjectedFault
from controller.site.out_of_service import Kind, Thing
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.pods import PodState
from robots.recording.events import (
    Alarm,
    BackInService,
    Event,
    OrderShipped,
    OutOfService,
    PodAvailable,
    PodQuarantined,
    RobotRecovered,
    TaskAssigned,
    TaskFailed,
    VisitStarted,
)
from robots.units.lifecycle import RobotState
from tests.support.floor.tiny_site import E, of_kind, quiet_site, run, run_until, tiny_site
from tests.support.supply_chain.audit import audit_faults

LONG = 10_000
STOCK = {0: {3: 5}, 1: {3: 5}, 2: {4: 5}, 3: {3: 5}}
"""SKU 3 lies in three pods, SKU 4 in one."""


def site_with(*faults: InjectedFault, orders: dict[int, list[tuple[int, dict[int, int]]]], robots: int = 3) -> Site:
    site = quiet_site(stock=STOCK, orders=orders, robots={"count": robots})
    return with_faults_of(site, *faults)


def with_faults_of(site: Site, *faults: InjectedFault) -> Site:
    """Return the floor with these faults in its fleet."""
    other = tiny_site(faults=faults, robots={"count": len(site.robots)})
    site.fleet = other.fleet
    site.fleet.cell[:] = site.robots.cell  # type: ignore[attr-defined]
    return site


def live(site: Site, ticks: int) -> list[Event]:
    """Run this many ticks, and check the books in each."""
    events: list[Event] = []
    for _ in range(ticks):
        events += tick(site)[1]
        assert audit_faults(site) == []
    return events


def alarms(events: list[Event], kind: str = "action") -> list[Alarm]:
    return [event for event in of_kind(events, Alarm) if event.kind == kind]


def taken(events: list[Event]) -> list[tuple[str, int]]:
    return [(event.kind, number_of(event)) for event in of_kind(events, OutOfService)]


def back(events: list[Event]) -> list[tuple[str, int]]:
    return [(event.kind, number_of(event)) for event in of_kind(events, BackInService)]


def number_of(event: OutOfService | BackInService) -> int:
    return {"pod": event.pod, "robot": event.robot, "outfeed": event.station}.get(event.kind, event.cell)


def first(events: list[Event], kind: type[E]) -> E:
    return of_kind(events, kind)[0]


def first_pod(site: Site) -> int:
    """The pod that is fetched first."""
    events = run_until(site, lambda events: any(isinstance(event, TaskAssigned) for event in events))
    task = site.tasks[first(events, TaskAssigned).task]
    return task.pod


ONE_ORDER = {0: [(900, {3: 2})]}


def test_a_pod_that_cannot_be_lifted_is_taken_out_and_its_order_is_served_from_another() -> None:
    """One alarm, three tries; then the pod waits for people, with its stock counted, and another pod is fetched."""
    pod = first_pod(site_with(orders=ONE_ORDER))
    site = site_with(InjectedFault("any", 0, "lift", LONG, pod=pod), orders=ONE_ORDER)
    events = live(site, 400)
    assert [(alarm.robot, alarm.text) for alarm in alarms(events)] == [
        (first(events, TaskAssigned).robot, f"robot {first(events, TaskAssigned).robot} could not lift pod {pod}")
    ]
    assert taken(events) == [("pod", pod)]
    assert [event.pod for event in of_kind(events, PodQuarantined)] == [pod]
    assert len(of_kind(events, TaskFailed)) == 1
    assert len(of_kind(events, OrderShipped)) == 1
    assert site.ledger.bin_units[pod].sum() == 5
    assert site.pods.free_in[pod] == {}
    assert "in 3 tries" in first(events, OutOfService).reason


def test_the_number_of_tries_is_a_setting() -> None:
    """With one try the first failure is the last."""
    pod = first_pod(site_with(orders=ONE_ORDER))
    site = quiet_site(stock=STOCK, orders=ONE_ORDER, robots={"count": 3, "action_tries": 1})
    with_faults_of(site, InjectedFault("any", 0, "lift", 6, pod=pod))
    assert taken(live(site, 120)) == [("pod", pod)]


def test_a_lift_that_succeeds_at_the_second_try_costs_an_alarm_and_nothing_else() -> None:
    """Nothing is taken out of service, and the same robot brings the same pod."""
    site = site_with(orders=ONE_ORDER)
    pod = first_pod(site)
    run_until(site, lambda _: bool(len(site.robots.in_state(RobotState.LIFTING))))
    begun = site.tick
    site = site_with(InjectedFault("any", 0, "lift", begun + 3, pod=pod), orders=ONE_ORDER)
    events = live(site, 300)
    assert len(alarms(events)) == 1
    assert taken(events) == []
    assert len(of_kind(events, VisitStarted)) >= 1
    assert site.out_of_service.tries == {}


def test_a_robot_that_fails_with_two_pods_is_to_blame_itself() -> None:
    """The first pod is suspected; with the second the robot is taken out, and the pod comes back."""
    site = site_with(InjectedFault(0, 0, "lift", LONG), orders={0: [(900, {3: 2})], 5: [(900, {3: 1})]}, robots=1)
    events = live(site, 500)
    kinds = [kind for kind, _ in taken(events)]
    assert kinds == ["pod", "robot"]
    assert back(events) == [taken(events)[0]]
    assert len(alarms(events)) == 2
    assert site.out_of_service.numbers(Kind.POD) == []
    assert site.out_of_service.numbers(Kind.ROBOT) == [0]
    assert (site.pods.state == PodState.STORED).all()
    assert site.robots.task[0] is None


def test_the_work_of_a_robot_that_cannot_lift_is_done_by_the_others() -> None:
    """All orders ship, and the robot gets nothing more to do until an operator says so."""
    orders = {5 * number: [(2_000, {3: 1})] for number in range(8)}
    site = site_with(InjectedFault(0, 0, "lift", LONG), orders=orders, robots=2)
    events = live(site, 900)
    assert len(of_kind(events, OrderShipped)) == 8
    assert taken(events)[-1] == ("robot", 0)
    given = of_kind(events, TaskAssigned)
    out_at = of_kind(events, OutOfService)[-1].t
    assert all(event.robot == 1 for event in given if event.t > out_at)


def test_a_robot_that_cannot_set_down_stands_with_its_pod_until_an_operator_has_looked() -> None:
    """One alarm: the robot is taken out and its pod's stock is unavailable, until an operator has checked it."""
    site = site_with(InjectedFault(0, 0, "set-down", 300), orders=ONE_ORDER, robots=1)
    events = run_until(site, lambda events: any(isinstance(event, OutOfService) for event in events))
    pod = int(site.robots.load[0])
    assert taken(events) == [("robot", 0)]
    assert len(alarms(events)) == 1
    assert len(alarms(live(site, 200))) == 0
    assert (site.pods.state[pod], site.pods.free_in[pod]) == (PodState.QUARANTINED, {})
    run(site, max(0, 301 - site.tick))
    repeated.restore(site, Thing(Kind.ROBOT, 0), "repaired")
    events = live(site, 60)
    assert [event.robot for event in of_kind(events, RobotRecovered)] == [0]
    assert [event.pod for event in of_kind(events, PodAvailable)] == [pod]
    assert (int(site.robots.load[0]), site.pods.state[pod]) == (-1, PodState.STORED)
    assert sum(site.pods.free_in[pod].values()) == site.ledger.bin_units[pod].sum()


def test_a_charger_that_gives_nothing_is_closed_for_charging() -> None:
    """One alarm; without another charger the robot continues with its charge, and none is sent there again."""
    charging = {
        "robots": {"count": 2, "battery_wh": 100.0, "battery_start": 0.41, "charge_at": 0.5, "charge_until": 0.9}
    }
    site = tiny_site(
        faults=(InjectedFault("any", 0, "charge", LONG, charger=charger_of(tiny_site())),),
        orders={"per_station_hour": 0},
        robots=charging["robots"] | {"charge_must": 0.1},
    )
    events = live(site, 300)
    charger = int(site.floor.chargers[0])
    assert taken(events) == [("charger", charger)]
    assert len(alarms(events)) == 1
    assert site.charging.users == {}
    repeated.restore(site, Thing(Kind.CHARGER, charger), "repaired")
    assert site.out_of_service.numbers(Kind.CHARGER) == []
    assert any(site.tasks[event.task].place == charger for event in of_kind(live(site, 2), TaskAssigned))


def charger_of(site: Site) -> str:
    row, col = site.grid.at(int(site.floor.chargers[0]))
    return f"{row},{col}"


def test_a_robot_that_does_not_drive_is_led_round_and_its_task_goes_to_another() -> None:
    """It is taken out, its pod is fetched by another robot, and it is back as soon as it drives."""
    probe = site_with(orders=ONE_ORDER)
    robot = first(run_until(probe, lambda events: bool(of_kind(events, TaskAssigned))), TaskAssigned).robot
    site = site_with(InjectedFault(robot, 2, "drive", 200), orders=ONE_ORDER)
    events = live(site, 400)
    assert taken(events) == [("robot", robot)]
    assert back(events) == [("robot", robot)]
    assert len(alarms(events)) == 1
    assert len(of_kind(events, OrderShipped)) == 1
    assert of_kind(events, TaskAssigned)[1].robot != robot


def test_totes_that_cannot_be_lifted_wait_for_people_with_their_orders_kept() -> None:
    """The outfeed is taken out of service; once an operator has said so its totes are fetched, and the orders ship."""
    site = quiet_site(stock=STOCK, orders=ONE_ORDER, stations={"tote_wait_s": 5})
    run_until(site, lambda _: any(station.outfeed for station in site.pick_stations))
    probe = site.tick
    site = quiet_site(stock=STOCK, orders=ONE_ORDER, stations={"tote_wait_s": 5})
    count = len(site.robots)
    with_faults_of(site, *(InjectedFault(robot, probe - 1, "lift", LONG) for robot in range(count)))
    events = live(site, probe + 200)
    assert taken(events) == [("outfeed", site.pick_stations[0].index)]
    assert len(alarms(events)) == 1
    assert len(site.book.open) == 1
    site.fleet._action_faults = type(site.fleet._action_faults)(())  # type: ignore[attr-defined]
    repeated.restore(site, Thing(Kind.OUTFEED, site.pick_stations[0].index), "repaired")
    assert len(of_kind(live(site, 300), OrderShipped)) == 1


def test_a_pod_that_is_back_in_service_can_be_allocated_again() -> None:
    """An order that only it can serve waits for an operator's word, and is served then."""
    orders = {0: [(900, {4: 2})]}
    site = site_with(InjectedFault("any", 0, "lift", 100, pod=2), orders=orders)
    events = live(site, 200)
    assert taken(events) == [("pod", 2)]
    assert len(site.book.open) == 1
    repeated.restore(site, Thing(Kind.POD, 2), "an operator has looked")
    assert len(of_kind(live(site, 300), OrderShipped)) == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_a_busy_floor_with_failing_actions_keeps_its_books(seed: int) -> None:
    """Whatever fails, stock is conserved, every order is somewhere, and the same seed gives the same run."""

    def events() -> list[Event]:
        chance = np.random.default_rng(seed)
        kinds = ("lift", "set-down", "charge", "drive")
        faults = tuple(
            InjectedFault(robot, int(chance.integers(0, 300)), kinds[robot % 4], int(chance.integers(20, 200)))
            for robot in range(8)
        )
        site = tiny_site(
            faults=faults,
            stock={"skus": 60},
            orders={"per_station_hour": 240, "backlog": 8},
            run={"seed": seed},
            robots={"battery_wh": 40.0},
        )
        return live(site, 600)

    assert events() == events()
