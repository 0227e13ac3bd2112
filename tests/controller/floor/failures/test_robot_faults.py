"""Robots that stop and robots that die: whatever they are doing, the floor continues and its books stay right."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from controller.floor.failures.robot_faults import CLOSE_AFTER
from controller.run import SimulatedRun
from controller.scenario.read import load_scenario
from controller.scenario.scenario import InjectedFault, with_faults
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse import lifecycles
from controller.warehouse.orders import OrderState
from controller.warehouse.pods import PodState
from controller.warehouse.stock import Place
from layout.grid import CellKind
from robots.recording.events import (
    CellClosed,
    CellOpened,
    Event,
    OrderReleased,
    OrderWithdrawn,
    PodAvailable,
    PodQuarantined,
    RobotFault,
    RobotRecovered,
    StationState,
    TaskCreated,
    TaskFailed,
)
from robots.recording.frames import TOTES
from robots.recording.kinds import TaskKind
from robots.units.lifecycle import RobotState
from tests.support.floor.tiny_site import DEMO, E, befall, of_kind, tiny_site
from tests.support.supply_chain.audit import audit_faults

BUSY = {
    "run": {"seed": 2},
    "stock": {"skus": 150, "lead_s": 200, "reorder_at": 0.9},
    "orders": {"per_station_hour": 240, "backlog": 8},
    "robots": {"battery_wh": 40.0},
    "stations": {"tote_wait_s": 20},
    "policies": {"release": "fcfs", "pods": "random"},
}
"""The tiny floor with everything going on at once: picking, stowing, packing and charging.

Plain policies fetch more pods than the queue lane holds, so that some robots have to wait under theirs.
"""
AFTER = 180
"""Ticks for which a run continues after a fault."""
Situation = Callable[[Site, int], bool]
"""Test whether a robot of a site is in a situation."""


@dataclass
class Story:
    """A run in which something befell a robot at a tick. cell, load, kind (of its task): what it was at just before."""

    site: Site
    robot: int
    tick: int
    cell: int
    load: int
    kind: TaskKind | None
    events: list[Event]

    def of(self, kind: type[E]) -> list[E]:
        return of_kind(self.events, kind)


def busy_site(*faults: InjectedFault) -> Site:
    return tiny_site(faults=faults, **BUSY)


def busy_demo(*faults: InjectedFault) -> Site:
    return tiny_site(DEMO, faults, orders={"backlog": 60}, stations={"tote_wait_s": 20})


def cell_of(site: Site, robot: int) -> int:
    """Return the robot's cell after the tick; the controller learns of it in the next."""
    return int(site.fleet.cell[robot])  # type: ignore[attr-defined]


def get_into(of_interest: Situation, site: Site, events: list[Event], ticks: int = 900) -> int:
    """Run a site until a robot is in a situation, and return the robot. events: receives what happens."""
    for _ in range(ticks):
        events += tick(site)[1]
        for robot in range(len(site.robots)):
            if of_interest(site, robot):
                return robot
    pytest.fail(f"nobody gets there in {ticks} ticks")


def find(of_interest: Situation, floor: Callable[..., Site]) -> tuple[int, int]:
    """(robot, tick) of the first robot of a run without faults that is in a situation."""
    site = floor()
    robot = get_into(of_interest, site, [])
    return robot, site.tick


def story_of(of_interest: Situation, kind: str = "die", floor: Callable[..., Site] = busy_site) -> Story:
    """A run with a fault for the first robot that is in that situation. The books are looked at in every tick after it."""
    site, events = floor(), list[Event]()
    robot = get_into(of_interest, site, events)
    befall(site, InjectedFault(robot, site.tick, kind, 40))  # type: ignore[arg-type]
    task = site.robots.task[robot]
    story = Story(site, robot, site.tick, cell_of(site, robot), int(site.fleet.load[robot]), task and task.kind, events)  # type: ignore[attr-defined]
    for _ in range(AFTER):
        events += tick(site)[1]
        assert audit_faults(site) == []
    return story


def is_at(*states: RobotState) -> Situation:
    return lambda site, robot: RobotState(int(site.robots.state[robot])) in states


def carrying(kind: CellKind, load: TaskKind = TaskKind.PICK) -> Situation:
    """Return whether a robot carries a pod or totes, in a cell of some kind."""

    def found(site: Site, robot: int) -> bool:
        task = site.robots.task[robot]
        here = site.grid.kind[cell_of(site, robot)] == kind
        return bool(here) and task is not None and task.kind == load and is_at(RobotState.CARRYING)(site, robot)

    return found


SITUATIONS: dict[str, Situation] = {
    "idle": is_at(RobotState.IDLE),
    "parking": is_at(RobotState.PARKING),
    "fetching": is_at(RobotState.FETCHING),
    "holding": is_at(RobotState.HOLDING),
    "lifting": is_at(RobotState.LIFTING),
    "carrying a pod in an aisle": carrying(CellKind.AISLE),
    "carrying a pod in a queue lane": carrying(CellKind.QUEUE),
    "carrying totes": carrying(CellKind.AISLE, TaskKind.PACK),
    "presenting": is_at(RobotState.PRESENTING),
    "storing": is_at(RobotState.STORING),
    "setting down": is_at(RobotState.SETTING_DOWN),
    "on its way to charge": is_at(RobotState.TO_CHARGER),
    "charging": is_at(RobotState.CHARGING),
}


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_a_robot_dies_and_the_floor_goes_on(situation: Situation) -> None:
    """Its cell is closed, its task fails, its pod is out of reach or another's, and every order is accounted for."""
    story = story_of(situation)
    site, robot = story.site, story.robot
    assert site.robots.state[robot] == RobotState.DEAD
    assert (int(site.robots.cell[robot]), site.robots.task[robot]) == (story.cell, None)
    assert [event for event in story.of(RobotFault) if event.kind == "die"] == [
        RobotFault(story.tick, robot, story.cell, "die")
    ]
    assert CellClosed(story.tick, story.cell, f"robot {robot} is dead here") in story.events
    failed = [event for event in story.of(TaskFailed) if event.reason == f"robot {robot} died"]
    assert len(failed) == (story.kind is not None)
    assert site.book.received == site.book.shipped + len(site.book.open)
    assert all(order.state != OrderState.CANCELLED for order in site.book.open.values())
    if story.load >= 0:
        assert site.pods.state[story.load] == PodState.QUARANTINED
        assert site.pods.free_in[story.load] == {}
    if site.pods.pod_at[story.cell] >= 0:
        assert site.pods.state[site.pods.pod_at[story.cell]] == PodState.QUARANTINED


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_a_robot_stops_for_a_while_and_goes_on(situation: Situation) -> None:
    """It stands for forty ticks, keeps its task, and nothing is closed, lost or withdrawn."""
    story = story_of(situation, "stop")
    assert [(event.t, event.robot) for event in story.of(RobotRecovered)] == [(story.tick + 40, story.robot)]
    for kind in (CellClosed, PodQuarantined, OrderWithdrawn, TaskFailed):
        assert story.of(kind) == []
    assert story.site.watch.stuck == set()
    assert story.site.book.shipped > 0


def test_what_a_dead_robot_was_to_fetch_is_fetched_by_another() -> None:
    """Its pod is free again, and its lines are allocated again."""
    story = story_of(is_at(RobotState.FETCHING))
    again = [event for event in story.of(TaskCreated) if event.t >= story.tick]
    assert again[0].t <= story.tick + 5
    picks = [event for event in story.site.tasks.values() if event.kind == TaskKind.PICK]
    assert picks or story.site.book.shipped > 0


def test_a_dead_robot_in_a_queue_lane_closes_its_station() -> None:
    """No robot can pass: the station is closed, its orders go back to the backlog, its pods are stored."""
    story = story_of(carrying(CellKind.QUEUE))
    site = story.site
    station = site.pick_stations[0]
    assert station.state == lifecycles.StationState.CLOSED
    assert (station.orders, station.open_lines, station.trips) == ({}, {}, {})
    withdrawn = {event.order for event in story.of(OrderWithdrawn)}
    assert withdrawn
    assert withdrawn <= site.book.backlog.keys() | {
        order.id for orders in site.book.backordered.values() for order in orders
    }
    assert not [event for event in story.of(OrderReleased) if event.t > story.tick]
    assert [task for task in site.tasks.values() if task.kind == TaskKind.PICK] == []


def test_a_dead_robot_at_the_station_closes_it_and_the_unit_in_hand_stays_in_the_pod() -> None:
    """The interrupted pick does not count, and the pod is quarantined with all it holds."""
    story = story_of(is_at(RobotState.PRESENTING))
    site = story.site
    assert site.stations[0].state == lifecycles.StationState.CLOSED
    assert site.pods.state[story.load] == PodState.QUARANTINED
    assert all(line.allocated == 0 for order in site.book.open.values() for line in order.lines)


def test_the_orders_of_lost_totes_are_picked_again() -> None:
    """Their units are in quarantine with the robot; the orders go back to the backlog and are picked again."""
    story = story_of(carrying(CellKind.AISLE, TaskKind.PACK), floor=busy_demo)
    assert story.load == TOTES
    lost = [event for event in story.of(OrderWithdrawn) if event.reason.startswith("its tote is out of reach")]
    withdrawn = [event.order for event in lost]
    assert withdrawn
    for order in withdrawn:
        assert sum(story.site.ledger.held(Place("quarantine", order)).values()) > 0
    released = {event.order for event in story.of(OrderReleased) if event.t > story.tick}
    assert released & set(withdrawn)


def test_a_dead_robot_at_the_outfeed_closes_the_pick_station() -> None:
    """Without its outfeed a pick station can't finish orders; full totes there are picked elsewhere."""

    def at_outfeed(site: Site, robot: int) -> bool:
        return bool(is_at(RobotState.LIFTING)(site, robot) and site.robots.cell[robot] == site.stations[0].info.outfeed)

    story = story_of(at_outfeed)
    station = story.site.pick_stations[0]
    assert station.state == lifecycles.StationState.CLOSED
    assert len(station.outfeed) == 0
    totes = [event for event in story.of(OrderWithdrawn) if event.reason == "its tote at pick-1 is out of reach"]
    assert totes
    assert not [event for event in story.of(TaskCreated) if event.kind == "pack" and event.t > story.tick]


def test_units_in_hand_at_a_dead_robots_pod_go_back_to_the_dock() -> None:
    """A robot dies while a person stows into its pod: when the person is done, the units are receipts again."""

    def stowing(site: Site, robot: int) -> bool:
        task = site.robots.task[robot]
        return task is not None and task.kind == TaskKind.STOW and task.working > 0

    story = story_of(stowing)
    stow = story.site.stow_stations[0]
    assert stow.state == lifecycles.StationState.CLOSED
    assert story.site.pods.state[story.load] == PodState.QUARANTINED
    assert stow.put_away  # nobody can stow them any more, but they are in the books


def test_the_charger_of_a_dead_robot_is_given_up() -> None:
    """The only charger is closed with it: nobody is sent there any more, and nobody waits for it."""
    story = story_of(is_at(RobotState.CHARGING))
    assert story.site.charging.users == {}
    later = [event for event in story.of(TaskCreated) if event.t > story.tick]
    assert [event for event in later if event.kind == "charge"] == []


def test_half_the_demos_robots_die_one_after_the_other() -> None:
    """Every 30 ticks one more; at the end the others still work and all orders and units are accounted for."""
    deaths = tuple(InjectedFault(robot, 60 + 30 * robot, "die") for robot in range(15))
    site = tiny_site(DEMO, faults=deaths, orders={"backlog": 60}, robots={"count": 30})
    events: list[Event] = []
    for now in range(620):
        events += tick(site)[1]
        if now % 20 == 0:
            assert audit_faults(site) == []
    assert len(of_kind(events, RobotFault)) >= 15
    assert site.robots.dead[:15].all()
    assert site.book.shipped > 15
    assert audit_faults(site) == []
    assert site.watch.stuck == set()


def test_all_robots_die_and_the_run_still_ends() -> None:
    """No robot is left to work; orders keep arriving and are kept."""
    site = busy_site(*(InjectedFault(robot, 50, "die") for robot in range(9)))
    for _ in range(120):
        tick(site)
        assert audit_faults(site) == []
    assert len(site.book.open) == site.book.received - site.book.shipped >= 8


def test_the_cell_of_a_robot_that_stands_for_long_is_closed_until_it_drives_on() -> None:
    """It keeps its task; nobody is led round it for a short stop."""
    robot, when = find(carrying(CellKind.AISLE), busy_site)
    site = busy_site(InjectedFault(robot, when, "stop", 200))
    events = [event for _ in range(when + 260) for event in tick(site)[1]]
    cell = next(event.cell for event in of_kind(events, RobotFault))
    closed, opened = of_kind(events, CellClosed), of_kind(events, CellOpened)
    assert closed == [
        CellClosed(when + CLOSE_AFTER - 1, cell, f"robot {robot} is stopped here, stopped by a fault"),
    ]
    assert opened == [CellOpened(when + 200, cell, f"robot {robot} drives again")]
    assert (site.closed, site.standstills) == (set(), {})
    assert f"robot {robot} died" not in {event.reason for event in of_kind(events, TaskFailed)}


def test_a_robot_that_stands_in_a_queue_lane_closes_its_station_until_it_drives_on() -> None:
    """Orders that are begun wait there with what they have; afterwards the station works as before."""
    robot, when = find(carrying(CellKind.QUEUE), busy_site)
    site = busy_site(InjectedFault(robot, when, "stop", 250))
    states, shipped = [], 0
    for _ in range(when + 800):
        states += [event.state for event in of_kind(tick(site)[1], StationState)]
        assert audit_faults(site) == []
        shipped = shipped or (site.book.shipped if "open" in states else 0)
    assert states[:2] == ["closed", "open"]
    assert site.book.shipped > shipped
    assert site.ledger.places().keys() & {Place("quarantine", order) for order in range(site.book.received)} == set()
    assert site.watch.stuck == set()


def test_pods_behind_a_robot_that_stands_can_be_fetched_again_afterwards() -> None:
    """Idle under a pod: what is in it is nobody's while the robot stands there, and free again when it drives on."""
    robot, when = find(is_at(RobotState.IDLE), busy_site)
    site = busy_site(InjectedFault(robot, when, "stop", 200))
    events = [event for _ in range(when + 260) for event in tick(site)[1]]
    out, back = of_kind(events, PodQuarantined), of_kind(events, PodAvailable)
    assert [event.pod for event in out] == [event.pod for event in back]
    assert out
    assert (site.pods.state != PodState.QUARANTINED).all()
    assert audit_faults(site) == []


def test_all_robots_stop_for_long_and_go_on() -> None:
    """The network is down for ten minutes: everything is closed, and everything opens again."""
    site = busy_site(*(InjectedFault(robot, 120, "stop", 600) for robot in range(9)))
    for _ in range(1_400):
        tick(site)
        assert audit_faults(site) == []
    assert site.closed == set()
    assert {str(station.state) for station in site.stations} == {"open"}
    assert site.watch.stuck == set()
    assert site.book.shipped > 20


def test_a_robot_that_dies_where_it_stood_for_long_leaves_its_cell_closed() -> None:
    """It never drives on."""
    robot, when = find(carrying(CellKind.AISLE), busy_site)
    site = busy_site(InjectedFault(robot, when, "stop", 300), InjectedFault(robot, when + 150, "die"))
    for _ in range(when + 400):
        tick(site)
        assert audit_faults(site) == []
    assert int(site.robots.cell[robot]) in site.closed
    assert site.standstills == {}


def digest_of(seed: int, faults: tuple[InjectedFault, ...] = ()) -> str:
    scenario = with_faults(load_scenario(DEMO, {"run.seed": str(seed), "orders.backlog": "30"}), faults)
    with SimulatedRun(scenario) as running:
        for _ in range(300):
            running.step()
        return str(running.summary().digest)


def test_the_same_seed_gives_the_same_run_and_another_another() -> None:
    """300 ticks of the demo, event by event and robot by robot: a function of scenario and seed, faults included."""
    faults = (InjectedFault(3, 100, "die"), InjectedFault(5, 50, "stop"))
    once = digest_of(1)
    assert digest_of(1) == once
    assert digest_of(2) != once
    assert digest_of(1, faults) == digest_of(1, faults) != once
