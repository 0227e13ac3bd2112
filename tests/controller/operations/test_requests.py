"""The desk at work on sites in process: orders that come in, a floor that is drained, cells and robots taken off it."""

import pickle
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.floor.failures.robot_faults import CLOSE_AFTER
from controller.operations.requests import PauseRobot, RemoveRobot, RequestHandler, ResumeRobot, StopServe
from controller.scenario.scenario import InjectedFault
from controller.site.out_of_service import Kind, Thing
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.pods import PodState
from robots.link.messages import encode
from robots.recording.events import CellOpened, OrderReleased, OrderShipped, RobotFault, TaskAssigned, encode_events
from robots.requests import requests
from robots.requests.requests import Request, WantedLine, WantedOrder
from robots.units.fleet import Reports
from robots.units.lifecycle import RobotState
from tests.support.floor.requests import (
    ME,
    aisle,
    ask,
    busy,
    checked,
    close,
    place,
    reopen,
    sku,
    stocked,
    submit,
    told,
    wanted,
)
from tests.support.floor.tiny_site import of_kind, run, tiny_site
from tests.support.supply_chain.audit import audit_faults


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
    assert "the floor is: resume the floor" in ask(site, requests.Resume(*ME, 3)).text


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
    assert (again.ok, again.text, orders) == (True, f"robot {robot} is already removed", [])


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
    assert "without a code" in ask(site, requests.Remove(*ME, 2, newer)).text
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
    assert audit_faults(site) == []
