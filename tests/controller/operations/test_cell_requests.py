"""Cells that an operator closes and opens."""

import numpy as np
import pytest

from controller.checking.checker import Checker
from controller.floor.failures.robot_faults import CLOSE_AFTER
from controller.operations.requests import CancelThrough
from controller.scenario.scenario import InjectedFault
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.pods import PodState
from layout.grid import CellKind
from robots.recording.events import (
    CellClosed,
    CellOpened,
    OrderShipped,
    PodAvailable,
    PodQuarantined,
    RobotFault,
    StationState,
)
from robots.requests import requests
from robots.requests.requests import Result
from robots.units.lifecycle import RobotState
from robots.wording.formatting import cell_at
from tests.support.floor.requests import ME, aisle, ask, checked, close, reopen, stocked, told
from tests.support.floor.tiny_site import DEMO, of_kind, run, tiny_site


def test_a_closed_cell_is_not_entered_until_it_is_opened() -> None:
    """On the demo floor, under way: the independent checker sees nobody drive in, and the floor works on."""
    site = tiny_site(DEMO, orders={"backlog": 60})
    checker = Checker(site)
    closed_at, opened_at = 100, 400
    cell = site.grid.cell(11, 15)
    shipped = 0
    for now in range(700):
        if now == closed_at:
            assert told(site, requests.Close(*ME, "11,15")) == [CancelThrough(cell)]
        if now == opened_at:
            assert reopen(site, cell) == Result(*ME, True, "cell (11, 15) is open again", {})
        frame, events = tick(site)
        assert checker.look(frame, events) == []
        if now == closed_at:
            assert CellClosed(now, cell, "closed by an operator") in events
        if now == opened_at:
            assert CellOpened(now, cell, "opened by an operator") in events
        shipped += len(of_kind(events, OrderShipped))
    assert site.closed == set()
    assert shipped > 5
    assert site.watch.stuck == set()


def test_who_stands_in_a_closed_cell_drives_out() -> None:
    """It may leave, and nobody comes after it."""
    site = tiny_site(orders={"backlog": 30})

    def driving(site: Site) -> list[int]:
        aisles = site.grid.kind[site.robots.cell] == CellKind.AISLE
        return np.flatnonzero(aisles & (site.robots.state == RobotState.CARRYING)).tolist()

    while not (robots := driving(site)):
        tick(site)
    cell = int(site.fleet.cell[robots[0]])  # type: ignore[attr-defined]
    assert close(site, cell).ok
    checked(site, 60)
    assert cell not in site.fleet.cell.tolist()  # type: ignore[attr-defined]


def test_a_closed_queue_lane_closes_its_station_and_keeps_what_is_begun() -> None:
    """The answer names the station; nothing is quarantined for good, and opened again the station works as before."""
    site = tiny_site(orders={"backlog": 30, "per_station_hour": 0})
    run(site, 100)
    station = site.pick_stations[0]
    result = close(site, station.info.cell)
    assert (result.ok, result.data["stations_closed"]) == (True, [station.info.id])
    events = checked(site, 600)
    assert [event.state for event in of_kind(events, StationState)] == ["closed"]
    assert of_kind(events, RobotFault) == []
    assert [task for task in site.tasks.values() if task.station == station.index] == []
    assert reopen(site, station.info.cell).ok
    events = checked(site, 1500)
    assert [event.state for event in of_kind(events, StationState)] == ["open"]
    assert of_kind(events, OrderShipped)
    assert site.watch.stuck == set()


def test_pods_on_a_closed_place_can_be_fetched_again_afterwards() -> None:
    """The pod is out of reach while its place is closed."""
    site = tiny_site(orders={"per_station_hour": 0})
    pod = next(pod for pod in range(len(site.pods)) if site.pods.cell[pod] not in site.robots.cell)
    cell = int(site.pods.cell[pod])
    assert close(site, cell).data["pods"] == 1
    assert site.pods.state[pod] == PodState.QUARANTINED
    assert reopen(site, cell).ok
    assert site.pods.state[pod] == PodState.STORED
    events = tick(site)[1]
    assert (len(of_kind(events, PodQuarantined)), len(of_kind(events, PodAvailable))) == (1, 1)


def test_what_must_not_be_closed_or_opened_is_refused_with_the_reason() -> None:
    """Walls, cells beyond the floor, what is closed or open already, and what a robot keeps closed."""
    site = stocked()
    cell = aisle(site)
    here = cell_at(cell, site.grid.width)
    assert ask(site, requests.Close(*ME, "0,0")).text == "cell (0, 0) is a wall; no robot enters it anyway"
    assert ask(site, requests.Close(*ME, "99,0")).text == "there is no cell (99, 0); rows are 0 to 10, columns 0 to 11"
    assert reopen(site, cell).text == f"cell {here} can't be opened: it is open"
    assert close(site, cell).ok
    assert close(site, cell).text == f"cell {here} is already closed: by an operator"
    assert reopen(site, cell).ok
    assert reopen(site, cell).text == f"cell {here} can't be opened: it is open"


def test_a_dead_robots_cell_is_not_opened() -> None:
    """This holds whether or not an operator had closed it before."""
    site = tiny_site(faults=(InjectedFault(0, 5, "die"), InjectedFault(1, 5, "die")))
    cells = [int(cell) for cell in site.robots.cell[:2]]
    assert close(site, cells[0]).ok
    run(site, 10)
    stays = reopen(site, cells[0])
    assert (stays.ok, "stays closed" in stays.text) == (True, True)
    assert reopen(site, cells[1]).text.endswith("a robot died there, not by an operator")
    assert set(cells) <= site.closed


@pytest.mark.parametrize("operator_first", [True, False])
def test_a_cell_closed_twice_opens_when_both_have_opened_it(operator_first: bool) -> None:
    """By an operator and by a robot that stands there: whoever is the last."""
    stop = CLOSE_AFTER + 50
    site = tiny_site(faults=(InjectedFault(0, 5, "stop", stop),), orders={"per_station_hour": 0})
    cell = int(site.robots.cell[0])
    assert close(site, cell).ok
    run(site, CLOSE_AFTER + 10)
    assert site.standstills == {0: [cell]}
    if operator_first:
        assert "stays closed: robot 0 stands there, stopped by a fault" in reopen(site, cell).text
        assert cell in site.closed
        run(site, stop)
    else:
        run(site, stop)
        assert (site.standstills, site.closed) == ({}, {cell})
        assert reopen(site, cell).ok
    assert site.closed == set()


def test_robots_walled_in_by_closed_cells_wait_and_are_not_given_up() -> None:
    """A slip of an operator is mended by opening the cell again."""
    site = tiny_site(orders={"backlog": 30})
    run(site, 80)
    shut = site.grid.of_kind(CellKind.AISLE).tolist()
    for cell in shut:
        assert close(site, cell).ok
    events = checked(site, 400)
    assert of_kind(events, RobotFault) == []
    for cell in shut:
        assert reopen(site, cell).ok
    before = site.book.shipped
    checked(site, 900)
    assert site.closed == set()
    assert site.book.shipped > before
    assert site.watch.stuck == set()
