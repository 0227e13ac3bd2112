"""Agents over real sockets: login, grants, reports, and how they find back to a controller that was away."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import zmq

from layout.errors import InputError
from robots.agents.agent import Agents, run_agents
from robots.agents.drive import UnitBody
from robots.agents.fault_injection import FaultInjection
from robots.agents.pilot import Pose
from robots.agents.position_trace import Trace
from robots.agents.sessions import SHARED_FROM, robots_by_key
from robots.agents.simulated_body import SimulatedBody
from robots.link.messages import FLAG_FAULT, Do, Done, Reject
from tests.support.link.fake_controller import WIDTH, FakeController
from tests.support.processes.patience import wait_until


def bodies(*robots: int) -> Mapping[int, SimulatedBody]:
    return {robot: UnitBody() for robot in robots}


def test_a_robot_logs_in_drives_and_tells_each_cell() -> None:
    """Two cells east: POS for each, in order, the last one at rest with idx at the limit."""
    with FakeController() as controller, Agents(controller.address, bodies(3)) as agents:
        wait_until(lambda: agents.connected == 1, agents.turn)
        controller.grant(3, 1, [3 * WIDTH + 1, 3 * WIDTH + 2])
        wait_until(lambda: controller.positions(3) and controller.positions(3)[-1].idx == 2, agents.turn)
        wait_until(lambda: not controller.positions(3)[-1].moving, agents.turn)
        told = controller.positions(3)
        assert [pos.n for pos in told] == list(range(1, len(told) + 1))
        assert sorted({pos.idx for pos in told}) == [0, 1, 2]
        assert [pos.idx for pos in told] == sorted(pos.idx for pos in told)
        assert told[-1].limit == 2


def test_an_idle_robot_sends_a_position_each_heartbeat() -> None:
    with FakeController(hb_ms=50) as controller, Agents(controller.address, bodies(0)) as agents:
        wait_until(lambda: len(controller.positions(0)) >= 5, agents.turn)
        assert len(controller.hellos(0)) == 1


def test_two_robots_are_two_logins_with_their_own_grants() -> None:
    with FakeController() as controller, Agents(controller.address, bodies(1, 2)) as agents:
        wait_until(lambda: agents.connected == 2, agents.turn)
        assert controller.routes[1] != controller.routes[2]
        controller.grant(2, 1, [2 * WIDTH + 1])
        wait_until(lambda: controller_idx(controller, 2) == 1, agents.turn)
        assert controller_idx(controller, 1) == 0


def controller_idx(controller: FakeController, robot: int) -> int:
    told = controller.positions(robot)
    return told[-1].idx if told else -1


def test_a_socket_shared_by_many_leads_each_word_to_its_robot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robots.agents.sessions.SHARED_FROM", 1)
    with FakeController() as controller, Agents(controller.address, bodies(*range(20))) as agents:
        wait_until(lambda: agents.connected == 20, agents.turn)
        assert len(set(controller.routes.values())) == 1
        for robot in (7, 11):
            controller.grant(robot, 1, [robot * WIDTH + 1])
        wait_until(lambda: [controller_idx(controller, robot) for robot in (7, 8, 11)] == [1, 0, 1], agents.turn)


def test_robots_are_grouped_by_key_and_shared_when_many() -> None:
    assert robots_by_key([1, 2], None) == [(None, [1]), (None, [2])]
    many = list(range(SHARED_FROM + 1))
    assert robots_by_key(many, None) == [(None, many)]


def test_a_robot_that_is_not_known_any_more_logs_in_again_where_it_stands() -> None:
    """WHO: a new HELLO with the cell where it is."""
    with FakeController() as controller, Agents(controller.address, bodies(0)) as agents:
        wait_until(lambda: agents.connected, agents.turn)
        controller.grant(0, 1, [1])
        wait_until(lambda: controller_idx(controller, 0) == 1, agents.turn)
        controller.who(0)
        wait_until(lambda: len(controller.logins[0]) == 2, agents.turn)
        assert controller.hellos(0)[-1].cell == 1


def test_a_silent_controller_is_lost_and_found_again() -> None:
    """After three heartbeats without a word the login is over; tried anew until the controller answers."""
    with FakeController(hb_ms=50) as controller, Agents(controller.address, bodies(0, 1)) as agents:
        wait_until(lambda: agents.connected == 2, agents.turn)
        routes = dict(controller.routes)
        controller.deaf = True
        wait_until(lambda: agents.connected == 0, agents.turn)
        controller.deaf = False
        wait_until(lambda: agents.connected == 2, agents.turn)
        assert controller.routes[0] != routes[0], "the socket was made anew"


def test_a_controller_that_is_started_again_at_its_address_is_found() -> None:
    with FakeController(hb_ms=50) as first, Agents(first.address, bodies(0)) as agents:
        wait_until(lambda: agents.connected, agents.turn)
        first.close()
        wait_until(lambda: not agents.connected, agents.turn)
        with FakeController(first.address, hb_ms=50, term=2) as second:
            wait_until(lambda: agents.connected, agents.turn)
            assert second.hellos(0)[-1].cell == 0


def test_waits_between_tries_grow_to_some_seconds_and_are_jittered() -> None:
    from robots.agents.controller_socket import ControllerSocket

    sockets = [ControllerSocket(zmq.Context.instance(), "tcp://127.0.0.1:1", None, 1) for _ in range(50)]
    waits: list[list[float]] = []
    for socket in sockets:
        waits.append([])
        for _ in range(8):
            socket.close(100.0)
            waits[-1].append(socket.open_at - 100.0)
    assert all(0.1 <= row[0] <= 0.2 for row in waits)
    assert all(2.5 <= row[-1] <= 5.0 for row in waits)
    assert len({row[0] for row in waits}) > 40


def test_a_final_refusal_ends_the_asking_and_is_told_once() -> None:
    lines: list[str] = []
    with FakeController() as controller:
        controller.reject = Reject(0, 0, "unknown", "this floor has robots 0 to 3")
        agents = Agents(controller.address, bodies(9), tell=lines.append)
        controller.reject = Reject(9, agents.pilots[0].boot, "unknown", "this floor has robots 0 to 3")
        with agents:
            agents.run(seconds=10.0)
            assert agents.given_up
    assert lines == ["robot 9 refused: unknown: this floor has robots 0 to 3"]


def test_nobody_at_the_address_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robots.agents.status_lines._SILENT_S", 0.3)
    lines: list[str] = []
    with Agents("tcp://127.0.0.1:9", bodies(0, 1), tell=lines.append) as agents:
        agents.run(seconds=1.0)
    assert lines == [
        "no answer from tcp://127.0.0.1:9: is podfleet serve there and done preparing, "
        "or is the address, port or key wrong? Still trying."
    ]


def test_an_address_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match=r"tcp://HOST:PORT"):
        run_agents("nonsense", bodies(0))


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:99999", "tcp://no.such.host.invalid:5600", "udp://127.0.0.1:5600"]
)
def test_an_address_that_nobody_can_answer_at_is_refused_before_anything_waits(address: str) -> None:
    """At construction, as one line names it."""
    with pytest.raises(InputError, match=address):
        Agents(address, bodies(0))


def test_a_robot_without_a_key_is_refused() -> None:
    """By its number."""
    with pytest.raises(InputError, match="there is none for robot 1"):
        Agents("tcp://127.0.0.1:9", bodies(1), {})


def test_an_action_is_done_and_told_until_it_is_acknowledged() -> None:
    with FakeController(hb_ms=50) as controller, Agents(controller.address, bodies(0)) as agents:
        wait_until(lambda: agents.connected, agents.turn)
        controller.say(0, Do(1, controller.logins[0][-1].sess, 1, "lift", 0, 17))
        wait_until(lambda: Done(1, 1, 1, "done") in controller.heard, agents.turn)
        assert controller.positions(0)[-1].load == 17


def test_with_a_bad_network_a_robot_still_gets_there() -> None:
    """A third of the messages lost both ways: the grant is said until it is known, and the robot arrives."""
    faults = FaultInjection(drop=0.3, duplicate=0.3, delay_s=0.05, reorder=0.3)
    with FakeController(hb_ms=50) as controller, Agents(controller.address, bodies(0), faults=faults) as agents:

        def arrived() -> bool:
            if controller.positions(0) and controller.positions(0)[-1].limit < 3:
                controller.grant(0, 1, [1, 2, 3])
            return controller_idx(controller, 0) == 3

        wait_until(arrived, agents.turn)


def test_a_robot_that_hears_nothing_any_more_ends_its_login_though_it_is_heard() -> None:
    """Cut off one way, by the agents' own bad network: it asks again and again, and no answer reaches it."""
    faults = FaultInjection(partition=(1.0, 3600.0, "down"))
    with FakeController(hb_ms=50) as controller, Agents(controller.address, bodies(0), faults=faults) as agents:
        wait_until(lambda: agents.connected == 1, agents.turn)
        wait_until(lambda: agents.connected == 0, agents.turn)
        wait_until(lambda: len(controller.hellos(0)) >= 2, agents.turn)
        assert agents.connected == 0


def test_a_body_that_cannot_obey_does_not_end_the_process() -> None:
    """Cell 99 and 100 follow each other by number, and lie at two ends of the grid."""
    with FakeController() as controller, Agents(controller.address, bodies(0, 1)) as agents:
        wait_until(lambda: agents.connected == 2, agents.turn)
        controller.grant(1, 1, [99, 98])
        wait_until(lambda: any(pos.flags & FLAG_FAULT for pos in controller.positions(1)), agents.turn)
        controller.grant(0, 1, [1])
        wait_until(lambda: controller_idx(controller, 0) == 1, agents.turn)


class PlainBody:
    """A body as someone may write it, without `due`: it is where it was told to go at the next look."""

    def __init__(self) -> None:
        self.cell = 5
        self.way: list[int] = []

    def drive(self, cells: list[int], face: int) -> None:
        self.way = list(cells)

    def stop(self) -> None:
        self.way = []

    def pose(self) -> Pose:
        if self.way:
            self.cell = self.way.pop(0)
        return Pose(self.cell, 0, moving=bool(self.way), load=-1)

    def lift(self, what: int) -> None: ...

    def battery(self) -> float:
        return 100.0


def test_a_body_of_five_methods_is_enough() -> None:
    with FakeController() as controller, Agents(controller.address, {0: PlainBody()}) as agents:  # type: ignore[dict-item]
        wait_until(lambda: agents.connected, agents.turn)
        controller.grant(0, 1, [6, 7, 8])
        wait_until(lambda: controller_idx(controller, 0) == 3, agents.turn)
        assert controller.logins[0][0].cell == 5


def test_the_trace_is_written_before_the_report_leaves(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    with FakeController() as controller, Trace(path) as trace:
        with Agents(controller.address, {0: UnitBody(occupied=trace.of(0))}, trace=trace) as agents:
            wait_until(lambda: agents.connected, agents.turn)
            controller.grant(0, 1, [1])
            wait_until(lambda: controller_idx(controller, 0) == 1, agents.turn)
        cells = [line.split(",", 1)[1] for line in path.read_text().splitlines()]
    assert cells == ["0,0,", "0,0,1", "0,1,"]
