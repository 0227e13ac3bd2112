"""The desk at work on sites in process: orders that come in, a floor that is drained, cells and robots taken off it."""

import pickle
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.checking.checker import Checker
from controller.floor.failures.robot_faults import CLOSE_AFTER
from controller.operations import order_requests
from controller.operations.requests import (
    CancelThrough,
    LinkOrder,
    PauseRobot,
    RemoveRobot,
    RequestHandler,
    ResumeRobot,
    StopServe,
)
from controller.scenario.scenario import InjectedFault
from controller.site.operator_state import FIRST_SUBMITTED
from controller.site.out_of_service import Kind, Thing
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.pods import PodState
from layout.grid import CellKind
from robots.link.messages import encode
from robots.recording.events import (
    CellClosed,
    CellOpened,
    Event,
    OrderReceived,
    OrderReleased,
    OrderShipped,
    PodAvailable,
    PodQuarantined,
    RobotFault,
    StationState,
    TaskAssigned,
    encode_events,
)
from robots.requests import requests
from robots.requests.requests import MOST_LINES, Request, Result, WantedLine, WantedOrder
from robots.units.fleet import Reports
from robots.units.lifecycle import RobotState
from robots.wording.formatting import cell_at
from tests.support.floor.tiny_site import DEMO, of_kind, quiet_site, run, run_until, tiny_site
from tests.support.supply_chain.accounts import faults_in_the_books

ME = ("tester", "1")


def ask(site: Site, request: Request, role: str = "") -> Result:
    return RequestHandler(site).apply(request, role)[0]


def told(site: Site, request: Request) -> list[LinkOrder]:
    """What the link has to do for a request that is granted."""
    result, orders = RequestHandler(site).apply(request, "")
    assert result.ok, result.text
    return orders


def wanted(name: str, *lines: tuple[str, int], due_s: float | None = None) -> WantedOrder:
    return WantedOrder(name, [WantedLine(sku, units) for sku, units in lines], due_s)


def submit(site: Site, *orders: WantedOrder) -> Result:
    return ask(site, requests.Submit(*ME, list(orders)))


def place(site: Site, cell: int) -> str:
    row, col = site.grid.at(cell)
    return f"{row},{col}"


def close(site: Site, cell: int) -> Result:
    return ask(site, requests.Close(*ME, place(site, cell)))


def reopen(site: Site, cell: int) -> Result:
    return ask(site, requests.Open(*ME, place(site, cell)))


def stocked() -> Site:
    """The tiny floor without demand of its own, and ten units of three SKUs in each of four pods."""
    return quiet_site(stock={pod: {0: 10, 1: 10, 2: 10} for pod in range(4)})


def sku(site: Site, number: int) -> str:
    return site.demand.catalogue.names[number]


def checked(site: Site, ticks: int) -> list[Event]:
    """Run so long; the books are right in every tick."""
    events: list[Event] = []
    for _ in range(ticks):
        events += tick(site)[1]
        assert faults_in_the_books(site) == []
    return events


# --- orders


def test_submitted_orders_are_shipped() -> None:
    """They are orders like any other: received, released, picked, packed, shipped."""
    site = stocked()
    run(site, 3)
    result = submit(
        site, wanted("A1", (sku(site, 0), 2), (sku(site, 1), 1)), wanted("A2", (sku(site, 2), 3), due_s=600)
    )
    assert result == Result(*ME, True, "2 orders taken", {"taken": 2, "there": [], "refused": []})
    events = checked(site, 500)
    came = of_kind(events, OrderReceived)
    assert [(e.t, e.order, e.name, e.due) for e in came] == [
        (3, FIRST_SUBMITTED, "A1", 3 + 7200),
        (3, FIRST_SUBMITTED + 1, "A2", 3 + 600),
    ]
    assert {event.order for event in of_kind(events, OrderShipped)} == {FIRST_SUBMITTED, FIRST_SUBMITTED + 1}
    assert ask(site, requests.Status(*ME, "A1")).data["state"] == "shipped"


def test_submitted_orders_among_generated_ones_pass_the_checker() -> None:
    """On the demo floor, with its own demand going on: no number is given twice and nothing is lost."""
    site = tiny_site(DEMO, orders={"backlog": 30})
    checker = Checker(site)
    events: list[Event] = []
    for now in range(900):
        if now % 100 == 50 and now < 400:
            assert submit(site, wanted(f"shop-{now}", (sku(site, now), 1), (sku(site, 3), 2))).ok
        frame, happened = tick(site)
        events += happened
        assert checker.look(frame, happened) == []
    assert checker.finish() == []
    assert faults_in_the_books(site) == []
    shipped = {event.order for event in of_kind(events, OrderShipped)}
    assert {FIRST_SUBMITTED + number for number in range(4)} <= shipped
    assert min(shipped) < 1000


def test_a_name_is_ordered_once() -> None:
    """The same order again is there already, open or shipped; with other lines it is another order, and refused."""
    site = stocked()
    order = wanted("A1", (sku(site, 0), 2))
    assert submit(site, order, order).data == {"taken": 1, "there": ["A1"], "refused": []}
    assert submit(site, wanted("A1", (sku(site, 0), 1), (sku(site, 0), 1))).text == "1 already there"
    run_until(site, lambda events: bool(of_kind(events, OrderShipped)))
    assert submit(site, order).text == "1 already there"
    other = submit(site, wanted("A1", (sku(site, 0), 3)))
    assert (other.ok, other.data["refused"]) == (False, ["order A1: is there already, with other lines"])
    assert site.book.received == 1


def test_open_orders_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over it is refused with the reason; what is there already stays there."""
    site = stocked()
    monkeypatch.setattr(order_requests, "MOST_OPEN", len(site.book.open) + 1)
    orders = [wanted(name, (sku(site, 0), 1)) for name in ("first", "second")]
    answer = submit(site, *orders)
    assert answer.data["taken"] == 1
    assert "orders are open already" in str(answer.data["refused"])
    assert submit(site, orders[0]).data["there"] == ["first"]


def test_the_scenarios_own_open_orders_are_known_by_name() -> None:
    """They can be asked for, and their names aren't given to others."""
    site = tiny_site(orders={"backlog": 3})
    tick(site)
    own = next(iter(site.book.open.values()))
    assert ask(site, requests.Status(*ME, own.name)).data["order"] == own.name
    lines = [(sku(site, line.sku), line.units) for line in own.lines]
    assert submit(site, wanted(own.name, *lines)).text == "1 already there"


def test_each_refused_order_says_which_line_and_why() -> None:
    """The others of the same message are taken."""
    site = stocked()
    bolt = sku(site, 0)
    result = submit(
        site,
        wanted("good", (bolt, 1)),
        wanted("unknown", (bolt, 1), ("bolt-9", 1)),
        wanted("none", (bolt, 0)),
        wanted("many", (bolt, 1001)),
        wanted("long", *[(bolt, 1)] * (MOST_LINES + 1)),
        wanted("empty"),
        wanted("a\nb", (bolt, 1)),
    )
    assert not result.ok
    assert result.text == "1 order taken, 6 refused: order unknown: line 2 (bolt-9): this floor has no such SKU"
    assert result.data["taken"] == 1
    assert result.data["refused"] == [
        "order unknown: line 2 (bolt-9): this floor has no such SKU",
        f"order none: line 1 ({bolt}): 0 units; a line asks for 1 or more",
        f"order many: line 1 ({bolt}): 1001 units; 1000 are the most in a line",
        "order long: has 1001 lines, 1000 are the most",
        "order empty: has no lines",
        "order a\nb: its name can't be written out; a customer's number is text",
    ]
    assert [order.name for order in site.book.open.values()] == ["good"]


def test_what_is_too_long_or_negative_is_refused_alone() -> None:
    """A client's own frame may have it; the other orders of the frame are taken."""
    site = stocked()
    bolt = sku(site, 0)
    frame = requests.Submit(
        *ME,
        [wanted("A" * 101, (bolt, 1)), wanted("x", ("b" * 101, 1)), wanted("y", (bolt, -1)), wanted("B", (bolt, 1))],
    )
    request = requests.read_request(encode(frame))
    assert isinstance(request, requests.Submit)
    result = ask(site, request)
    assert result.data["taken"] == 1
    assert result.data["refused"] == [
        f"order {'A' * 100}: its number has 101 signs, 100 are the most",
        f"order x: line 1 ({'b' * 100}): this floor has no such SKU",
        f"order y: line 1 ({bolt}): -1 units; a line asks for 1 or more",
    ]


def test_names_are_as_in_files_without_signs_that_nobody_sees() -> None:
    """A byte order mark and a zero-width space make no second order, and every request finds it."""
    site = stocked()
    bolt = sku(site, 0)
    assert submit(site, wanted("\ufeffGru\u0308n", (f"{bolt[:3]}\u200b{bolt[3:]}", 1))).data["taken"] == 1
    assert submit(site, wanted("Gr\u00fcn\u00a0", (bolt, 1))).data["there"] == ["Gr\u00fcn"]
    assert ask(site, requests.Status(*ME, "Gr\u200b\u00fcn")).text.startswith("order Gr\u00fcn waits")
    assert ask(site, requests.Cancel(*ME, "Gru\u0308n")).ok


def test_a_cancelled_order_is_not_there_already() -> None:
    """Handed in again it is refused with that reason, whether it came over the desk or by itself."""
    site = tiny_site(orders={"per_station_hour": 0, "backlog": 1})
    tick(site)
    (own,) = site.book.open.values()
    lines = [(sku(site, line.sku), line.units) for line in own.lines]
    submit(site, wanted("A1", (sku(site, 0), 1)))
    assert ask(site, requests.Cancel(*ME, "A1")).ok
    assert ask(site, requests.Cancel(*ME, own.name)).ok
    for again in (wanted("A1", (sku(site, 0), 1)), wanted(own.name, *lines)):
        (fault,) = submit(site, again).data["refused"]  # type: ignore[misc,union-attr]
        assert str(fault).startswith(f"order {again.name}: was cancelled")
    assert ask(site, requests.Prioritise(*ME, own.name)).text == f"order {own.name} was cancelled"


def test_an_order_is_due_at_the_next_cut_off_where_there_are_any() -> None:
    """And when the request says so, then."""
    site = tiny_site(orders={"cut_offs": ["12:00"], "per_station_hour": 0})
    submit(site, wanted("A1", (sku(site, 0), 1)), wanted("A2", (sku(site, 0), 1), due_s=60))
    assert [order.due for order in site.book.open.values()] == [4 * 3600, 60]


def test_an_orders_status_follows_it() -> None:
    """From the backlog to the parcel; an order that nobody knows is said to be unknown."""
    site = stocked()
    assert ask(site, requests.Status(*ME, "A1")).text == "there is no order A1"
    submit(site, wanted("A1", (sku(site, 0), 2)))
    assert (
        ask(site, requests.Status(*ME, "A1")).text
        == "order A1 waits in the backlog, 0 of 2 units picked, due in 120 min"
    )
    states = []
    for _ in range(500):
        tick(site)
        states.append(str(ask(site, requests.Status(*ME, "A1")).data["state"]))
    assert list(dict.fromkeys(states)) == ["released", "picked", "packing", "shipped"]
    assert ask(site, requests.Status(*ME, "A1")).text.startswith("order A1 has shipped at ")


def test_an_order_for_what_is_not_there_waits_for_stock() -> None:
    """The floor has the SKU in its catalogue, and none of it in its pods."""
    site = stocked()
    submit(site, wanted("A1", (sku(site, 7), 1)))
    run(site, 5)
    assert ask(site, requests.Status(*ME, "A1")).text.startswith("order A1 waits for stock")


# --- roles


@pytest.mark.parametrize("role", ["orders", "operator", "robot", "viewer"])
def test_a_role_may_do_what_is_its_own(role: str) -> None:
    """Order systems submit, operators steer, both ask for orders, and robots and viewers have no business here."""
    site = stocked()
    order = requests.Submit(*ME, [wanted("A1", (sku(site, 0), 1))])
    assert ask(site, order, role).ok == (role == "orders")
    submit(site, wanted("A1", (sku(site, 0), 1)))
    assert ask(site, requests.Status(*ME, "A1"), role).ok == (role in ("orders", "operator"))
    for request in (
        requests.Drain(*ME),
        requests.Resume(*ME),
        requests.Pause(*ME, 1),
        requests.Status(*ME),
        requests.Remove(*ME, 1),
        requests.Close(*ME, "1,2"),
        requests.Open(*ME, "1,2"),
        requests.Restore(*ME, "pod", "1"),
        requests.Stop(*ME),
    ):
        site.out_of_service.reasons[Thing(Kind.POD, 1)] = "it could not be lifted"
        result, orders = RequestHandler(site).apply(request, role)
        assert result.ok == (role == "operator"), request
        assert role == "operator" or (not orders and "needs the one of an operator" in result.text)


# --- pause, drain, stop


def test_pause_and_resume_are_the_links_matter() -> None:
    """The desk keeps in mind who is paused: who was by number stays so when the floor is resumed."""
    site = stocked()
    assert told(site, requests.Pause(*ME, 3)) == [PauseRobot(3)]
    assert told(site, requests.Pause(*ME)) == [PauseRobot(None)]
    assert "paused" in str(ask(site, requests.Status(*ME)).data["mode"])
    assert told(site, requests.Resume(*ME)) == [ResumeRobot(None), PauseRobot(3)]
    assert told(site, requests.Resume(*ME, 3)) == [ResumeRobot(3)]
    assert not ask(site, requests.Resume(*ME, 3)).ok
    told(site, requests.Pause(*ME))
    told(site, requests.Pause(*ME, 3))
    assert told(site, requests.Resume(*ME, 3)) == []  # the floor still stands
    assert "the floor is: resume that" in ask(site, requests.Resume(*ME, 3)).text


def test_stop_ends_the_controller() -> None:
    """Nothing of the floor changes."""
    assert told(stocked(), requests.Stop(*ME)) == [StopServe()]


def test_a_drained_floor_finishes_its_orders_and_releases_none() -> None:
    """New ones are taken and wait; resumed, they are served."""
    site = tiny_site(orders={"backlog": 30, "per_station_hour": 0})
    run(site, 60)
    in_work = int(str(ask(site, requests.Status(*ME)).data["in_work"]))
    assert in_work > 0
    assert ask(site, requests.Drain(*ME)).ok
    assert ask(site, requests.Status(*ME)).data["mode"] == "running, being drained"
    assert "nothing is released" in submit(site, wanted("A1", (sku(site, 0), 1))).text
    waiting = len(site.book.open) - in_work
    events = checked(site, 1500)
    assert of_kind(events, OrderReleased) == []
    assert len(site.book.open) == waiting > 0
    status = ask(site, requests.Status(*ME))
    assert (status.data["mode"], status.data["in_work"]) == ("running, drained", 0)
    assert ask(site, requests.Resume(*ME)).ok
    assert of_kind(checked(site, 50), OrderReleased)


def test_a_drained_robot_finishes_its_task_and_gets_no_other() -> None:
    """The others work on; resumed, it works again."""
    site = tiny_site(orders={"backlog": 30}, policies={"release": "fcfs", "pods": "random"}, robots={"count": 3})
    run(site, 60)
    robot = next(robot for robot, task in enumerate(site.robots.task) if task is not None)
    undrained: Site = pickle.loads(pickle.dumps(site))
    assert robot in {event.robot for event in of_kind(run(undrained, 600), TaskAssigned)}
    assert "finishes its pick task" in ask(site, requests.Drain(*ME, robot)).text
    assert {event.robot for event in of_kind(checked(site, 600), TaskAssigned)} == {0, 1, 2} - {robot}
    assert site.robots.task[robot] is None
    assert ask(site, requests.Resume(*ME, robot)).ok
    assert robot in {event.robot for event in of_kind(checked(site, 600), TaskAssigned)}


@pytest.mark.parametrize("kind", [requests.Pause, requests.Drain, requests.Resume, requests.Remove])
def test_a_robot_that_is_not_there_is_refused(kind: type[requests.Pause]) -> None:
    """With the numbers that there are."""
    assert ask(stocked(), kind(*ME, 99)).text == "there is no robot 99; they are numbered 0 to 8"


# --- cells


def aisle(site: Site) -> int:
    """A cell of an aisle where nobody stands."""
    free = set(site.grid.of_kind(CellKind.AISLE).tolist()) - set(site.robots.cell.tolist())
    return max(free, key=lambda cell: (site.grid.at(cell)[0] == 1, cell))


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
    assert ask(site, requests.Close(*ME, "0,0")).text == "cell (0, 0) is a wall; nobody enters it anyway"
    assert ask(site, requests.Close(*ME, "99,0")).text == "there is no cell (99, 0); rows are 0 to 10, columns 0 to 11"
    assert reopen(site, cell).text == f"cell {here} can't be opened: it is open"
    assert close(site, cell).ok
    assert close(site, cell).text == f"cell {here} is closed already: by an operator"
    assert reopen(site, cell).ok
    assert reopen(site, cell).text == f"cell {here} can't be opened: it is open"


def test_a_dead_robots_cell_is_not_opened() -> None:
    """Whether an operator had closed it before or not."""
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


# --- robots


def busy(site: Site) -> int:
    """A robot on its way with a pod."""
    run_until(site, lambda _: bool(site.robots.in_state(RobotState.CARRYING).size))
    return int(site.robots.in_state(RobotState.CARRYING)[0])


def test_removing_a_robot_takes_two_steps() -> None:
    """First what it would do and a code; with another's or a wrong code nothing; with the code it is done."""
    site = tiny_site(orders={"backlog": 30})
    robot = busy(site)
    pod = int(site.robots.load[robot])
    first, orders = RequestHandler(site).apply(requests.Remove(*ME, robot), "operator")
    assert (first.ok, orders) == (True, [])
    assert f"pod {pod} quarantined" in first.text
    code = str(first.data["confirm"])
    assert code in first.text
    assert (
        ask(site, requests.Remove(*ME, robot, "wrong")).text
        == f"this is not the code for robot {robot}; nothing was done"
    )
    assert not ask(site, requests.Remove(*ME, (robot + 1) % 9, code)).ok
    assert site.robots.state[robot] != RobotState.DEAD
    assert told(site, requests.Remove(*ME, robot, code)) == [RemoveRobot(robot)]
    events = checked(site, 300)
    assert RobotFault(events[0].t, robot, int(site.robots.cell[robot]), "removed") in events
    assert site.robots.state[robot] == RobotState.DEAD
    assert site.pods.state[pod] == PodState.QUARANTINED
    assert of_kind(events, OrderShipped) or site.tasks
    again, orders = RequestHandler(site).apply(requests.Remove(*ME, robot, code), "operator")
    assert (again.ok, again.text, orders) == (True, f"robot {robot} is removed already", [])


@pytest.mark.parametrize("kind", ["die", "stop"])
def test_removing_a_robot_opens_the_cells_in_which_it_might_have_been(kind: Literal["die", "stop"]) -> None:
    """A robot on the network is lost somewhere on its way; off the floor, it keeps only the cell the floor has it in."""
    site = tiny_site(faults=(InjectedFault(0, 5, kind, 500),), orders={"per_station_hour": 0})
    cell, other = int(site.robots.cell[0]), aisle(site)
    receive = site.fleet.receive

    def trailing() -> Reports:
        return replace(receive(), trailing=np.array([0, other], np.int32))

    site.fleet.receive = trailing  # type: ignore[method-assign]
    run(site, 6 + CLOSE_AFTER)
    assert site.closed == {cell, other}
    code = str(ask(site, requests.Remove(*ME, 0)).data["confirm"])
    assert told(site, requests.Remove(*ME, 0, code)) == [RemoveRobot(0)]
    assert site.closed == {cell}
    assert CellOpened(site.tick, other, "robot 0 was removed") in tick(site)[1]


def test_a_code_is_good_for_ten_minutes_and_for_one_removal() -> None:
    """Afterwards, and when a newer one was given, it is asked for again."""
    site = stocked()
    code = str(ask(site, requests.Remove(*ME, 2)).data["confirm"])
    run(site, 5)
    newer = str(ask(site, requests.Remove(*ME, 2)).data["confirm"])
    assert newer != code
    assert not ask(site, requests.Remove(*ME, 2, code)).ok
    run(site, 601)
    assert "ask without a code" in ask(site, requests.Remove(*ME, 2, newer)).text
    assert site.robots.state[2] != RobotState.DEAD


def test_a_dead_robot_can_be_removed_for_the_links_sake() -> None:
    """The floor has lost it already; what the link keeps for it comes free."""
    site = tiny_site(faults=(InjectedFault(0, 5, "die"),))
    run(site, 10)
    code = str(ask(site, requests.Remove(*ME, 0)).data["confirm"])
    assert told(site, requests.Remove(*ME, 0, code)) == [RemoveRobot(0)]
    assert of_kind(tick(site)[1], RobotFault) == []
    assert ask(site, requests.Pause(*ME, 0)).text == "robot 0 is dead"


# --- all of it


def mixed_requests(site: Site) -> list[Request]:
    return [
        requests.Submit(*ME, [wanted("A1", (sku(site, 0), 2)), wanted("A2", (sku(site, 1), 1), ("none", 1))]),
        requests.Close(*ME, place(site, aisle(site))),
        requests.Drain(*ME, 2),
        requests.Remove(*ME, 3),
        requests.Drain(*ME),
    ]


@pytest.mark.parametrize("number", range(5))
def test_a_request_is_a_function_of_the_site(number: int) -> None:
    """A stored copy that is asked the same gives the same answer and the same next 200 ticks."""
    site = tiny_site(orders={"backlog": 20})
    run(site, 70)
    copy = pickle.loads(pickle.dumps(site))
    results, digests = [], []
    for one in (site, copy):
        request = mixed_requests(one)[number]
        results.append(RequestHandler(one).apply(request, ""))
        digests.append([encode_events(tick(one)[1]) for _ in range(200)])
    assert results[0] == results[1]
    assert digests[0] == digests[1]


def test_what_was_asked_for_survives_a_restart() -> None:
    """Names, codes, drains and closed cells are part of the stored site."""
    site = stocked()
    submit(site, wanted("A1", (sku(site, 0), 2)))
    cell = aisle(site)
    close(site, cell)
    ask(site, requests.Drain(*ME))
    code = str(ask(site, requests.Remove(*ME, 2)).data["confirm"])
    copy: Site = pickle.loads(pickle.dumps(site))
    assert submit(copy, wanted("A1", (sku(site, 0), 2))).text == "1 already there"
    assert ask(copy, requests.Status(*ME)).data["mode"] == "running, drained"
    assert reopen(copy, cell).ok
    assert told(copy, requests.Remove(*ME, 2, code)) == [RemoveRobot(2)]


numbers = st.none() | st.integers(0, 10)
places = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda at: f"{at[0]},{at[1]}")
skus = st.sampled_from(["SKU-00001", "SKU-00002", "none"])
some_orders = st.builds(
    WantedOrder, st.sampled_from("ABC"), st.lists(st.builds(WantedLine, skus, st.integers(0, 3)), max_size=3)
)
some_requests = st.one_of(
    st.builds(requests.Submit, st.just("t"), st.just("1"), st.lists(some_orders, min_size=1, max_size=3)),
    st.builds(requests.Status, st.just("t"), st.just("1"), st.sampled_from(["", "A", "B"])),
    *(
        st.builds(kind, st.just("t"), st.just("1"), st.sampled_from(["A", "B", "000001", "000002", "000003"]))
        for kind in (requests.Cancel, requests.Track)
    ),
    st.builds(requests.Stock, st.just("t"), st.just("1"), st.sampled_from(["house", "seller-1", "C"])),
    *(
        st.builds(kind, st.just("t"), st.just("1"), numbers)
        for kind in (requests.Pause, requests.Resume, requests.Drain)
    ),
    *(st.builds(kind, st.just("t"), st.just("1"), places) for kind in (requests.Close, requests.Open)),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(some_requests, st.integers(0, 15)), max_size=25))
def test_no_row_of_requests_breaks_the_floor(asked: list[tuple[Request, int]]) -> None:
    """Whatever is asked for and in whatever order, each gets its answer and the books stay right."""
    site = tiny_site(orders={"backlog": 10})
    for request, ticks in asked:
        result, _ = RequestHandler(site).apply(request, "")
        assert requests.read_result(encode(result)) == result
        for _ in range(ticks):
            tick(site)
    tick(site)
    assert faults_in_the_books(site) == []
