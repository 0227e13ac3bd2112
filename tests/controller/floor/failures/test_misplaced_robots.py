"""Robots that are elsewhere than believed, and those that come back, on the floor: cells, tasks, pods and the desk's word."""

from dataclasses import replace

import numpy as np
import pytest

from controller.checking.checker import Checker
from controller.operations.requests import ConfirmPlace, LinkOrder, RemoveRobot, RequestHandler
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.pods import PodState
from layout.grid import CellKind
from robots.recording.events import CellClosed, CellOpened, Picked, RobotRecovered, VisitStarted
from robots.requests import requests
from robots.requests.requests import Request, Result
from robots.units.fleet import Grants, Reports
from robots.units.lifecycle import RobotState
from tests.support.floor.tiny_site import of_kind, run, run_until, tiny_site
from tests.support.supply_chain.audit import audit_faults

ME = ("tester", "1")


class Told:
    """A fleet that adds to what its robots report what the link would."""

    def __init__(self, site: Site) -> None:
        self.fleet = site.fleet
        self.elsewhere: dict[int, int] = {}
        self.misloaded: set[int] = set()
        site.fleet = self

    def send(self, grants: Grants) -> None:
        self.fleet.send(grants)

    def receive(self) -> Reports:
        reports = self.fleet.receive()
        doubted = np.isin(np.arange(len(reports.cell)), list(self.misloaded))
        said = np.array(list(self.elsewhere.items()), np.int32).reshape(-1)
        away = np.isin(np.arange(len(reports.cell)), [*self.elsewhere])
        return replace(
            reports,
            misloaded=doubted,
            stopped=reports.stopped | doubted | away,
            behind=reports.behind | doubted,
            elsewhere=said,
        )

    def carry(self, robot: int, cell: int) -> None:
        """The link has let a robot in there."""
        self.elsewhere.pop(robot, None)
        self.fleet._dead[robot] = False  # type: ignore[attr-defined]
        self.fleet.cell[robot] = cell  # type: ignore[attr-defined]

    def kill(self, robot: int) -> None:
        self.fleet._dead[robot] = True  # type: ignore[attr-defined]


def asked(site: Site, request: Request) -> tuple[Result, list[LinkOrder]]:
    return RequestHandler(site).apply(request, "operator")


def confirm(site: Site, robot: int, cell: int, code: str = "") -> tuple[Result, list[LinkOrder]]:
    row, col = site.grid.at(cell)
    return asked(site, requests.ConfirmPlace(*ME, robot, f"{row},{col}", code))


def confirmed(site: Site, robot: int, cell: int) -> list[LinkOrder]:
    """Return the link's orders after both steps."""
    first, orders = confirm(site, robot, cell)
    assert (first.ok, orders) == (True, []), first.text
    second, orders = confirm(site, robot, cell, str(first.data["confirm"]))
    assert second.ok, second.text
    return orders


def aisle(site: Site, robot_free: bool = True) -> int:
    """A cell of the open floor in which nobody is."""
    cells = np.flatnonzero(site.grid.kind == CellKind.AISLE)
    return int(next(cell for cell in cells if not robot_free or cell not in site.robots.cell))


def test_the_cell_is_closed_while_the_robot_says_so() -> None:
    """Told once, and led round; another one's cell stays closed."""
    site = tiny_site(orders={"per_station_hour": 0})
    fleet, cell = Told(site), aisle(site)
    run(site, 2)
    fleet.elsewhere[0] = cell
    events = tick(site)[1]
    assert of_kind(events, CellClosed) == [CellClosed(2, cell, "robot 0 reports that it is here")]
    assert site.roads.closed == {cell}
    assert of_kind(run(site, 3), CellClosed) == []
    assert asked(site, requests.Status(*ME))[0].data["closed"] != []
    fleet.elsewhere.clear()
    assert of_kind(tick(site)[1], CellOpened) == [CellOpened(6, cell, "robot 0 stands elsewhere")]
    assert site.roads.closed == set()


def test_confirming_takes_two_steps_and_the_robots_own_word() -> None:
    """It fails without that, elsewhere, with another code, or where a second robot may be."""
    site = tiny_site(orders={"per_station_hour": 0})
    fleet, cell = Told(site), aisle(site)
    run(site, 2)
    assert "where it is believed to be" in confirm(site, 0, cell)[0].text
    fleet.elsewhere[0] = cell
    run(site, 2)
    assert "reports itself in" in confirm(site, 0, int(site.robots.cell[0]))[0].text
    assert not confirm(site, 0, int(np.flatnonzero(site.grid.kind == CellKind.WALL)[0]))[0].ok
    removal = str(asked(site, requests.Remove(*ME, 0))[0].data["confirm"])
    assert not confirm(site, 0, cell, removal)[0].ok
    assert not confirm(site, 0, cell, "no")[0].ok
    fleet.elsewhere[1] = cell
    run(site, 1)
    assert "robot 1 may also be in" in confirm(site, 0, cell)[0].text
    del fleet.elsewhere[1]
    run(site, 1)
    assert confirmed(site, 0, cell) == [ConfirmPlace(0, cell)]
    assert not confirm(site, 0, cell, "again")[0].ok


def test_a_confirmed_robot_goes_on_with_its_trip_from_there() -> None:
    """It was carried with its pod; the books are right."""
    site = tiny_site(orders={"backlog": 30})
    run_until(site, lambda _: bool(site.robots.in_state(RobotState.CARRYING).size))
    robot = int(site.robots.in_state(RobotState.CARRYING)[0])
    task, fleet, cell = site.robots.task[robot], Told(site), aisle(site)
    fleet.elsewhere[robot] = cell
    run(site, 2)
    confirmed(site, robot, cell)
    fleet.carry(robot, cell)
    events = run(site, 150)
    assert site.robots.task[robot] is not task
    assert any(visit.task == task.id for visit in of_kind(events, VisitStarted))  # type: ignore[union-attr]
    assert audit_faults(site) == []
    assert site.operator_state.confirmed == {}


def test_what_a_robot_was_at_elsewhere_is_given_to_others() -> None:
    """It lifted, was carried off before the pod was up, and has work again once it is in."""
    site = tiny_site(orders={"backlog": 30})
    run_until(site, lambda _: bool(site.robots.in_state(RobotState.LIFTING).size))
    robot = int(site.robots.in_state(RobotState.LIFTING)[0])
    fleet, cell = Told(site), aisle(site)
    fleet.elsewhere[robot] = cell
    fleet.fleet._lifting[robot] = 0  # type: ignore[attr-defined]
    confirm_first, _ = confirm(site, robot, cell)
    assert not confirm_first.ok
    fleet.fleet._stopped_for[robot] = 2  # type: ignore[attr-defined]
    run(site, 1)
    assert confirmed(site, robot, cell) == [ConfirmPlace(robot, cell)]
    assert site.robots.state[robot] == RobotState.DEAD
    fleet.carry(robot, cell)
    events = run(site, 1)
    assert RobotRecovered(events[0].t, robot, cell) in of_kind(events, RobotRecovered)
    assert site.robots.state[robot] != RobotState.DEAD
    assert site.closed == set()
    run_until(site, lambda _: site.robots.task[robot] is not None)
    run(site, 100)
    assert audit_faults(site) == []


@pytest.mark.parametrize("removed", [False, True])
def test_a_robot_that_was_given_up_comes_back_with_its_pod_and_carries_it_home(removed: bool) -> None:
    """Its cell is open again, its pod is no longer quarantined, and the checker finds nothing wrong."""
    site = tiny_site(orders={"backlog": 30})
    checker = Checker(site)
    alarms = []

    def checked(ticks: int) -> None:
        for _ in range(ticks):
            frame, events = tick(site)
            alarms.extend(checker.look(frame, events))

    while not site.robots.in_state(RobotState.CARRYING).size:
        checked(1)
    robot = int(site.robots.in_state(RobotState.CARRYING)[0])
    pod, cell, fleet = int(site.robots.load[robot]), int(site.robots.cell[robot]), Told(site)
    fleet.kill(robot)
    checked(3)
    if removed:
        code = str(asked(site, requests.Remove(*ME, robot))[0].data["confirm"])
        assert asked(site, requests.Remove(*ME, robot, code))[1] == [RemoveRobot(robot)]
    assert (site.pods.state[pod], site.closed) == (PodState.QUARANTINED, {cell})
    fleet.elsewhere[robot] = cell
    checked(2)
    assert asked(site, requests.Remove(*ME, robot))[0].data.get("confirm") is not None
    assert confirmed(site, robot, cell) == [ConfirmPlace(robot, cell)]
    fleet.carry(robot, cell)
    checked(1)
    assert site.closed == set()
    assert site.operator_state.removed == set()
    assert site.robots.state[robot] == RobotState.STORING
    for _ in range(120):
        checked(1)
        if site.pods.state[pod] != PodState.QUARANTINED:
            break
    assert site.pods.state[pod] != PodState.QUARANTINED
    checked(100)
    assert alarms == []
    assert audit_faults(site) == []


def test_what_the_link_did_not_do_is_forgotten() -> None:
    """The robot says something else by now: it stays dead, and has to be confirmed again."""
    site = tiny_site(orders={"per_station_hour": 0})
    fleet, cell = Told(site), aisle(site)
    run(site, 2)
    fleet.kill(0)
    fleet.elsewhere[0] = cell
    run(site, 2)
    confirmed(site, 0, cell)
    run(site, 5)
    fleet.elsewhere.clear()
    fleet.carry(0, cell)
    run(site, 5)
    assert site.robots.state[0] == RobotState.DEAD


def test_a_pod_is_presented_only_by_a_robot_that_says_it_has_it() -> None:
    """No visit begins or continues while the robot reports something else."""
    site = tiny_site(orders={"backlog": 30})
    run_until(site, lambda _: bool(site.robots.in_state(RobotState.PRESENTING).size))
    fleet = Told(site)
    fleet.misloaded = set(range(len(site.robots)))
    run(site, 40)  # what people have in hand is finished
    events = run(site, 40)
    assert of_kind(events, VisitStarted) == []
    assert of_kind(events, Picked) == []
    assert site.robots.in_state(RobotState.PRESENTING).size
    fleet.misloaded.clear()
    events = run(site, 100)
    assert of_kind(events, Picked)
    assert of_kind(events, VisitStarted)
    assert audit_faults(site) == []
