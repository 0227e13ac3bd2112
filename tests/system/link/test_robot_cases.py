"""Failure cases of robots and of their messages, on real sockets where possible."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from controller.scenario.read import load_scenario
from controller.scenario.scenario import Scenario
from controller.serving.serve import Serve
from controller.warehouse.pods import PodState
from robots.agents.drive import UnitBody
from robots.agents.fault_injection import FaultInjection
from robots.agents.pilot import Pilot
from robots.link.messages import Ack, Cancel, Do, Grant, Hello, Reject, Stopped, ToRobot, Welcome, Who
from robots.recording.frames import TOTES
from robots.requests.requests import ConfirmPlace
from robots.units.lifecycle import RobotState
from tests.support.link.trace_checker import driven_m, find_collisions, read_traces
from tests.support.processes.patience import PATIENCE_S, wait_until
from tests.support.processes.proxy import Proxy
from tests.support.processes.served import DEMO, TINY, Crew, Program, RawRobot, ask, served

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
TINY_ROBOTS = 4
CREW = 15


def busy(path: Path = TINY, robots: int = TINY_ROBOTS) -> Scenario:
    """Return a floor with more orders than the robots can serve, so that all drive."""
    return load_scenario(path, {"robots.count": f"{robots}", "orders.per_station_hour": "3000"})


def held(serve: Serve, robot: int) -> list[int]:
    with serve.server.lock:
        return serve.server.link.reservations.held(robot)


@contextmanager
def behind_proxy(folder: Path) -> Iterator[tuple[Serve, Proxy, Crew]]:
    """Return the tiny floor with robots that all drive."""
    with (
        served(busy(), speed=5.0) as serve,
        Proxy(serve.addresses[0], FaultInjection()) as proxy,
        Crew(proxy.address, range(TINY_ROBOTS), folder / "trace.csv") as crew,
    ):
        wait_until(lambda: serve.run_.site.tick >= 5)
        yield serve, proxy, crew


def goes_on(trace: Path, robots: int) -> None:
    """Check that each robot enters a cell from now on."""
    since = time.monotonic_ns()
    wait_until(lambda: sum(rows[-1][0] > since for rows in read_traces([trace]).values()) == robots, look_s=0.1)


def test_case_1_grants_that_are_lost_let_robots_wait_at_their_end(tmp_path: Path) -> None:
    """While nothing reaches the robots, they stop where their grants end; they continue when something does."""
    with behind_proxy(tmp_path) as (serve, proxy, crew):
        proxy.faults = FaultInjection(partition=(proxy.now, proxy.now + PATIENCE_S, "down"))
        wait_until(
            lambda: all(pilot.idx == pilot.limit and not pilot.body.pose().moving for pilot in crew.agents.pilots)
        )
        proxy.faults = FaultInjection()
        goes_on(tmp_path / "trace.csv", TINY_ROBOTS)
        wait_until(lambda: serve.server.link.connected == TINY_ROBOTS)
    assert find_collisions([tmp_path / "trace.csv"]) == []


def test_case_1_messages_lost_doubled_or_out_of_order_change_nothing(tmp_path: Path) -> None:
    with behind_proxy(tmp_path) as (serve, proxy, _):
        for faults in (
            FaultInjection(drop=0.4),
            FaultInjection(duplicate=1.0),
            FaultInjection(reorder=0.5, delay_s=0.1),
        ):
            proxy.faults = faults
            goes_on(tmp_path / "trace.csv", TINY_ROBOTS)
        assert serve.server.link.counts["security"] == 0
    assert find_collisions([tmp_path / "trace.csv"]) == []


def test_case_2_the_controller_refuses_words_of_old_terms_sessions_and_plans() -> None:
    """Each is counted, those of unknown sessions are answered WHO, and the robot's position stays what it was."""
    with served(busy(), wait_s=0.0) as serve, RawRobot(serve.addresses[0]) as robot:
        cell = int(serve.run_.site.robots.cell[0])
        first = robot.login(0, cell)
        second = robot.login(0, cell)
        assert second.sess > first.sess
        wait_until(lambda: serve.server.link.sessions[0].sess == second.sess)
        before = serve.server.refused
        old = [
            robot.pos(replace(second, term=second.term - 1)),
            robot.pos(replace(second, term=second.term + 1)),
            robot.pos(first, 2),
        ]
        for number, message in enumerate(old, 1):
            robot.say(message)
            assert robot.receive(Who).sess == message.sess
            assert serve.server.refused == before + number
        robot.say(Stopped(second.term, second.sess, 0, 1, 0, cell))
        wait_until(lambda: serve.server.refused == before + len(old) + 1)
        assert serve.server.link.sessions[0].sess == second.sess
        assert serve.server.link.reservations.routes[0].cell(0) == cell


def test_case_2_a_robot_refuses_words_of_old_terms_sessions_and_plans() -> None:
    """The robot drives by none of them."""
    body = UnitBody()
    pilot = Pilot(7, body, boot=3)
    pilot.receive(Welcome(1, 5, 9, 7, 3, 1000, 1000.0, 1.0, 3.0, 100, 40, 0, -1, 100.0), 0.0)
    pilot.receive(Grant(5, 9, 4, 0, [40, 41, 42], 0, 0), 0.1)
    old: list[ToRobot] = [
        Grant(4, 9, 5, 0, [40, 41], 1, 0),
        Grant(5, 8, 5, 0, [40, 41], 1, 0),
        Grant(6, 9, 5, 0, [40, 41], 1, 0),
        Grant(5, 9, 3, 0, [40, 41], 1, 0),
        Do(4, 9, 1, "lift", 0, 3),
        Cancel(4, 9, 4, 1),
        Welcome(1, 4, 99, 7, 3, 1000, 1000.0, 1.0, 3.0, 100, 40, 0, -1, 100.0),
        Ack(4, 9, 1, 1),
    ]
    for number, message in enumerate(old, 1):
        pilot.receive(message, 0.2)
        assert pilot.refused == number, message
    assert (pilot.term, pilot.sess, pilot.plan, pilot.limit, pilot.idx) == (5, 9, 4, 0, 0)
    assert not body.pose().moving


@contextmanager
def one_apart(folder: Path, lost_s: float, speed: float = 60.0) -> Iterator[tuple[Serve, Program, list[Path]]]:
    """A part of the demo floor, with robot 0 in a program of its own."""
    traces = [folder / "one.csv", folder / "others.csv"]
    with served(busy(DEMO, CREW), speed, lost_s=lost_s) as serve:
        words = ("robots", "--connect", serve.addresses[0], "--bodies", "unit", "--trace")
        with (
            Program(folder / "one.log", *words, traces[0], "--ids", "0") as one,
            Program(folder / "others.log", *words, traces[1], "--ids", f"1-{CREW - 1}"),
        ):
            yield serve, one, traces


def wait_for_drive(serve: Serve, *, state: RobotState) -> None:
    """Wait until robot 0 is driving with cells granted ahead of it; if it carries something, a pod rather than totes."""
    robots, link = serve.run_.site.robots, serve.server.link
    wait_until(
        lambda: (
            robots.state[0] == state and robots.load[0] != TOTES and link.sessions[0].moving and len(held(serve, 0)) > 2
        ),
        look_s=0.002,
    )


def wait_for_ticks(serve: Serve, ticks: int) -> None:
    """Wait for two ticks: the site may only be read between ticks, and after two, what was seen in one is done."""
    tick = serve.run_.site.tick
    wait_until(lambda: serve.run_.site.tick >= tick + ticks)


def cells_driven(trace: Path) -> int:
    return sum(driven_m([trace]).values())


@posix
def test_case_3_a_frozen_robot_keeps_its_cells_and_goes_on_when_it_thaws(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The robot is offline after 3 s; its cells stay its own and are closed to others, which continue. When it thaws it
    drives, in the old session or a new one.
    """
    with one_apart(tmp_path, lost_s=300.0) as (serve, one, traces):
        session, site = serve.server.link.sessions[0], serve.run_.site
        wait_for_drive(serve, state=RobotState.CARRYING)
        one.send(signal.SIGSTOP)
        began, driven = time.monotonic(), cells_driven(traces[1])
        wait_until(lambda: not session.online)
        assert time.monotonic() - began > 2.0
        mine = held(serve, 0)
        wait_until(lambda: 0 in site.standstills)
        wait_for_ticks(serve, 2)
        assert held(serve, 0) == mine
        assert set(mine) <= site.closed
        assert cells_driven(traces[1]) > driven + 20
        one.send(signal.SIGCONT)
        thawed = time.monotonic_ns()
        wait_until(lambda: session.online)
        wait_until(lambda: len([ns for ns, _ in read_traces(traces[:1])[0] if ns > thawed]) > 4, look_s=0.1)
        assert 0 not in site.standstills
    assert find_collisions(traces) == []
    assert "offline: robot 0 is silent" in caplog.text


@posix
def test_case_4_a_robot_dead_in_mid_cell_blocks_its_way_and_others_do_its_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its cells stay closed, its pod is quarantined, its task goes to another robot, and orders are still served."""
    monkeypatch.setattr("controller.link.link.OFFLINE_S", 2.0)
    with one_apart(tmp_path, lost_s=2.0) as (serve, one, traces):
        link, site = serve.server.link, serve.run_.site
        wait_for_drive(serve, state=RobotState.CARRYING)
        pod, task = int(site.robots.load[0]), site.robots.task[0]
        assert task is not None
        one.kill()
        wait_until(lambda: link.sessions[0].dead and site.robots.state[0] == RobotState.DEAD)
        wait_for_ticks(serve, 2)
        mine = held(serve, 0)
        (last,) = (rows[-1][1] for rows in read_traces(traces[:1]).values())
        assert set(last) <= set(mine) <= site.closed
        assert site.robots.task[0] is None
        assert site.pods.state[pod] == PodState.QUARANTINED
        picked = serve.run_.kpis.summary().units_picked
        wait_until(lambda: serve.run_.kpis.summary().units_picked > picked + 5, look_s=0.2)
        assert held(serve, 0) == mine
        wait_until(lambda: serve.finish().stock_errors == 0)  # not in the middle of a tick
    assert find_collisions(traces) == []
    assert "lost: robot 0 has not been heard" in caplog.text


def test_case_5_a_robot_back_at_another_cell_is_held_and_told(caplog: pytest.LogCaptureFixture) -> None:
    """It gets no grant and its cell stays its own; back in its cell it is let in."""
    with served(busy(), wait_s=0.0) as serve, RawRobot(serve.addresses[0]) as robot:
        cells = serve.run_.site.robots.cell.tolist()
        robot.login(0, cells[0])
        robot.receive(Grant)
        mine = held(serve, 0)
        wrong = next(cell for cell in serve.run_.site.floor.storage.tolist() if cell not in {*cells, *mine})
        robot.say(Hello(1, 0, 1, wrong, 0, at_rest=True, load=-1, battery=100.0))
        assert robot.receive(Reject).code == "place"
        wait_until(lambda: "held: robot 0: it reports itself in" in caplog.text)
        wait_for_ticks(serve, 3)
        assert serve.run_.site.robots.stopped[0]
        assert set(mine) <= set(held(serve, 0))
        assert robot.login(0, cells[0]).cell == cells[0]
        wait_until(lambda: not serve.run_.site.robots.stopped[0])


def test_case_5_a_robot_that_was_carried_goes_on_where_an_operator_confirms_it() -> None:
    """Its cell is closed on the floor until then, and its former cell is free afterwards."""
    with served(busy(), wait_s=0.0) as serve, RawRobot(serve.addresses[0]) as robot:
        site = serve.run_.site
        cells = site.robots.cell.tolist()
        robot.login(0, cells[0])
        robot.receive(Grant)
        with serve.server.lock:
            serve.server.link.sessions[0].online = False
        wrong = next(cell for cell in site.floor.storage.tolist() if cell not in {*cells, *held(serve, 0)})
        hello = Hello(1, 0, 2, wrong, 0, at_rest=True, load=-1, battery=100.0)
        robot.say(hello)
        assert robot.receive(Reject).code == "place"
        wait_until(lambda: wrong in site.closed)
        row, col = site.grid.at(wrong)
        first = ask(serve.addresses[1], ConfirmPlace("tester", "1", 0, f"{row},{col}"))
        second = ask(serve.addresses[1], ConfirmPlace("tester", "2", 0, f"{row},{col}", str(first.data["confirm"])))
        assert second.ok, second.text
        wait_until(lambda: held(serve, 0) == [wrong])
        assert robot.login(0, wrong, boot=2).cell == wrong
        wait_until(lambda: wrong not in site.closed and not site.robots.stopped[0])


def test_case_10_of_two_robots_with_one_id_only_one_ever_drives(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The second is rejected as long as the first lives, and the first doesn't notice."""
    paths = [tmp_path / "first.csv", tmp_path / "second.csv"]
    with served(busy(), speed=10.0) as serve, Crew(serve.addresses[0], range(TINY_ROBOTS), paths[0]) as first:
        wait_until(lambda: serve.run_.site.tick >= 5)
        sessions = [pilot.sess for pilot in first.agents.pilots]
        with Crew(serve.addresses[0], range(TINY_ROBOTS), paths[1]) as second:
            wait_until(lambda: all(pilot.rejected for pilot in second.agents.pilots))
            goes_on(paths[0], TINY_ROBOTS)
            assert {pilot.rejected.code for pilot in second.agents.pilots if pilot.rejected} == {"double"}
            assert second.agents.connected == 0
        assert [pilot.sess for pilot in first.agents.pilots] == sessions
    assert paths[1].read_text() == ""
    assert "security: a second robot 0 tries to log in" in caplog.text


def test_case_10_a_second_login_ends_the_first_session() -> None:
    """Only the last of one robot's two connections whose login was accepted gets grants."""
    with (
        served(busy(), wait_s=0.0) as serve,
        RawRobot(serve.addresses[0]) as first,
        RawRobot(serve.addresses[0]) as second,
    ):
        cell = int(serve.run_.site.robots.cell[0])
        old = first.login(0, cell)
        wait_until(lambda: serve.server.link.sessions[0].sess == old.sess)
        new = second.login(0, cell)
        assert second.receive(Grant).sess == new.sess
        first.say(first.pos(old, 2))
        assert first.receive(Who).sess == old.sess
        assert serve.server.link.sessions[0].sess == new.sess
