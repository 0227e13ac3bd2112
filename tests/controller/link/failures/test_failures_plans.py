"""Failure cases 18 to 20 of the link: what is said twice, and plans that are wrong, on real sockets where it can be."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.link.sessions import Sender
from controller.run import broken
from robots.agents.fault_injection import FaultInjection
from robots.agents.position_trace import Trace
from robots.link.messages import Ack, Do, Done, encode
from robots.requests import requests
from robots.units.fleet import Action
from tests.support.link.link_rig import Client, OpenFloor, Served, driving, grants, log_in, paper_link, position, served
from tests.support.link.trace_checker import driven_m, find_collisions, find_jumps
from tests.support.processes.patience import wait_until
from tests.support.processes.proxy import Proxy


def ask(floor: Served, client: Client, request: requests.Request) -> requests.Result:
    client.say(request)
    data = client.receive()
    assert data is not None
    return requests.read_result(data)


@pytest.mark.parametrize("kept", [True, False], ids=["store", "memory"])
def test_case_18_an_order_sent_twice_is_one_order(kept: bool, tmp_path: Path) -> None:
    """At once, while its tick is under way, and much later: the same answer each time, word for word, and one order."""
    with served(store=tmp_path / "site.db" if kept else None) as floor, Client(floor.requests_address) as client:
        order = requests.Submit("c", "m", [requests.WantedOrder("o", [requests.WantedLine(_sku(floor), 1)])])
        for _ in range(20):
            client.say(order)
        answers = {client.receive() for _ in range(20)}
        time.sleep(0.3)
        answers.add(encode(ask(floor, client, order)))
        assert len(answers) == 1
        assert [*floor.serve.run_.site.operator_state.submitted] == ["o"]


@pytest.mark.parametrize("kept", [True, False], ids=["store", "memory"])
def test_case_18_an_old_request_that_comes_late_is_not_done_again(kept: bool, tmp_path: Path) -> None:
    """PAUSE, RESUME, and the first PAUSE once more from a slow network: the floor continues."""
    with served(store=tmp_path / "site.db" if kept else None) as floor, Client(floor.requests_address) as client:
        for request in (
            requests.Pause("c", "1"),
            requests.Resume("c", "2"),
            requests.Pause("c", "1"),
            requests.Pause("c", "1"),
        ):
            assert ask(floor, client, request).ok
        assert not floor.link.floor_paused


def test_case_18_an_answer_outlives_the_controller(tmp_path: Path) -> None:
    """Repeating the request to the next controller of the store gives the same answer, and still one order."""
    answers = []
    for _ in range(2):
        with served(store=tmp_path / "site.db") as floor, Client(floor.requests_address) as client:
            order = requests.Submit("c", "m", [requests.WantedOrder("o", [requests.WantedLine(_sku(floor), 1)])])
            answers.append(ask(floor, client, order))
            assert [*floor.serve.run_.site.operator_state.submitted] == ["o"]
    assert answers[0] == answers[1]


def _sku(floor: Served) -> str:
    return str(floor.serve.run_.site.demand.catalogue.names[0])


def test_case_18_what_a_robot_reports_twice_counts_once() -> None:
    """Each of its words doubled on the way: one lift, one step, one cell released, and each last word is acknowledged."""
    link = paper_link([0])
    welcome = log_in(link, 0)
    robot = Sender(b"r0")
    link.collect()
    link.commit(grants(link, {0: Action.LIFT}, what=3))
    do = next(message for _, message in link.take(0.0)[1] if isinstance(message, Do))
    for _ in range(2):
        link.handle(robot, Done(1, welcome.sess, do.act, "done"), 1.0)
        link.handle(robot, position(welcome.sess, n=2, load=3), 1.0)
    assert [message for _, message in link.take_immediate() if isinstance(message, Ack) and message.act] == [
        Ack(1, welcome.sess, 1, 0)
    ] * 2
    assert (link.sessions[0].doing, link.sessions[0].load) == (None, 3)
    link.collect()
    link.commit(grants(link, {0: Action.FORWARD}))
    for _ in range(2):
        link.handle(robot, position(welcome.sess, 1, 1, n=3, plan=1, load=3), 1.1)
    link.handle(robot, position(welcome.sess, 0, 1, n=2, plan=1, load=3), 1.2)
    assert (link.reservations.routes[0].idx, link.reservations.held(0)) == (1, [1])


def test_case_18_the_stock_of_a_floor_that_hears_all_twice_adds_up() -> None:
    """A whole floor, each message of its robots doubled and some late: no unit is moved twice, no order shipped twice."""
    with (
        served(robots=3, speed=50.0) as floor,
        Proxy(floor.robots, FaultInjection(duplicate=1.0, delay_s=0.01)) as proxy,
    ):
        with driving(proxy.address, [0, 1, 2]):
            wait_until(lambda: floor.serve.run_.site.book.units_picked >= 1)
        site = floor.serve.run_.site
        units = site.book.units_picked
        assert floor.link.counts["security"] == 0
    summary = floor.serve.finish()
    assert broken(summary) == []
    assert summary.units_picked >= units > 0


def test_case_19_a_ring_is_refused_and_the_others_go() -> None:
    """Four robots that would each enter the next one's cell could never start: none is granted, a fifth one drives."""
    link = paper_link([0, 1, 11, 10, 55])
    for robot in range(5):
        log_in(link, robot)
        link.sessions[robot].face = (0, 1, 2, 3, 0)[robot]
    link.collect()
    link.commit(grants(link, dict.fromkeys(range(5), Action.FORWARD)))
    assert link.counts["rings"] == 4
    assert [link.reservations.routes[robot].end for robot in range(5)] == [0, 0, 0, 0, 1]
    assert [link.reservations.waits_for(robot) for robot in range(5)] == [-1] * 5


class Absurd:
    """A planner that drives everybody forward, in mid-air if need be; or says nothing for long, or nonsense."""

    def __init__(self, real: Any, how: str) -> None:
        self._real, self._how = real, how

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def plan(self, view: Any) -> Any:
        if self._how == "raises":
            raise RuntimeError("no plan today")
        if self._how == "nonsense":
            return np.full(len(view.cell), 77)
        if self._how == "late":
            time.sleep(0.5)
            return self._real.plan(view)
        return np.full(len(view.cell), Action.FORWARD, np.int8)


_PLANNERS = [*(pytest.param(how, marks=pytest.mark.slow) for how in ("raises", "nonsense")), "forward", "late"]


@pytest.mark.parametrize("how", _PLANNERS)
def test_case_20_a_planner_that_is_late_or_wrong_collides_nobody(how: str, tmp_path: Path) -> None:
    """While it is, nobody moves far; when it is well again all go on. By their true positions no two were ever in one cell."""
    path = tmp_path / "trace.csv"
    with (
        served(robots=6, speed=50.0) as floor,
        Trace(path) as trace,
        driving(floor.robots, range(6), trace=trace) as agents,
    ):
        recorder, site = floor.serve.run_.site.planner, floor.serve.run_.site
        wait_until(lambda: agents.connected == 6)
        wait_until(lambda: _driven(floor) >= 10)
        real, recorder.planner = recorder.planner, Absurd(recorder.planner, how)
        tick = site.tick
        wait_until(lambda: site.tick >= tick + (4 if how == "late" else 40))
        driven = _driven(floor)
        recorder.planner = real
        wait_until(lambda: _driven(floor) >= driven + 10)
        wait_until(lambda: floor.link.connected == 6)
    assert find_collisions([path]) == []
    assert find_jumps([path], floor.serve.run_.site.grid.width) == []
    assert sum(driven_m([path]).values()) > 10


def _driven(floor: Served) -> int:
    """Cells that robots have entered by their own word."""
    return sum(route.idx for route in floor.link.reservations.routes.values())


def test_case_20_robots_stop_at_the_end_of_their_grants() -> None:
    """No plan any more, on real sockets: each stands in the last cell that it was granted, and stays there."""
    with OpenFloor([0, 10, 20]) as floor, driving(floor.address, [0, 1, 2]) as agents:
        wait_until(lambda: agents.connected == 3)
        wait_until(
            lambda: floor.link.reservations.routes[0].idx >= 2, lambda: (floor.patrol([0, 1, 2]), time.sleep(0.01))
        )
        wait_until(
            lambda: all(route.idx == route.granted_to == route.end for route in floor.link.reservations.routes.values())
        )
        wait_until(lambda: not any(pilot.body.pose().moving for pilot in agents.pilots))
        time.sleep(0.3)
        for robot, pilot in enumerate(agents.pilots):
            assert pilot.body.pose().cell == floor.link.reservations.routes[robot].last
            assert not pilot.body.pose().moving


def test_a_controller_without_a_store_has_a_higher_term_than_any_before_it() -> None:
    """Else a robot of an earlier run, whose number of a session another one has now, would speak for that one."""
    terms = []
    for _ in range(2):
        with served(robots=1) as floor:
            terms.append(floor.link.term)
    assert 0 < terms[0] < terms[1] < 1 << 53
