"""Failure cases 13 to 17 of the link: what comes from outside, on real sockets. The numbers are those of docs/explanation."""

import ast
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import zmq

from controller.link.key_folder import make_keys
from robots.agents.fault_injection import FaultInjection
from robots.link.keys import find_robot_keys
from robots.link.messages import Grant, Welcome, encode, read_controller
from tests.support.link.link_rig import FAST, WIDTH, Client, OpenFloor, driving, hello, position, served
from tests.support.processes.patience import PATIENCE_S, wait_until
from tests.support.processes.proxy import Proxy

ROOT = Path(__file__).parents[4]


def rss_mb() -> float:
    """Return the memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.parametrize(
    "parts",
    [
        [b"\x00garbage\xff" * 9],
        [b""],
        [b"\x81" * 4000],
        [b"\xdf\xff\xff\xff\xff"],
        [bytes(5000)],
        [encode(hello(0)), encode(hello(0))],
        [b"\x82\xa4type\xa5HELLO\xa1v\xa1x"],
        [encode(Grant(1, 1, 1, 0, [1], 0, 0))],
    ],
    ids=["garbage", "empty", "nested", "boastful", "oversize", "two parts", "wrong type", "the controller's own word"],
)
def test_case_13_what_is_no_message_is_refused_and_the_loop_goes_on(parts: list[bytes]) -> None:
    """Counted, on both sockets; who sent it can log in all the same."""
    with OpenFloor([0]) as floor:
        with Client(floor.address) as robot, Client(floor.requests_address) as asker:
            robot.say(*parts)
            asker.say(*parts)
            wait_until(lambda: floor.server.malformed == 2)
            assert robot.welcome(hello(0)).cell == 0
        assert floor.server.refused == 2


def test_case_13_who_sends_far_too_much_is_cut_off() -> None:
    """A megabyte never gets to the loop, and the one who sends it loses his connection, nobody else."""
    with OpenFloor([0, 10]) as floor, driving(floor.address, [0]), Client(floor.address) as huge:
        wait_until(lambda: floor.link.sessions[0].online)
        huge.say(hello(1))
        assert huge.receive() is not None
        huge.say(bytes(1 << 20))
        time.sleep(0.3)
        huge.say(hello(1, boot=2))
        wait_until(lambda: huge.received(500))
        wait_until(lambda: floor.link.sessions[0].online)


_FROZEN = """
import sys, zmq
socket = zmq.Context().socket(zmq.DEALER)
socket.connect(sys.argv[1])
socket.send(b"W")
socket.recv()
print("seen", flush=True)
while True:
    socket.recv()
"""


@linux_only
def test_case_14_a_frozen_viewer_neither_slows_the_tick_nor_fills_memory() -> None:
    """SIGSTOP for a viewer of a whole floor: ticks that waited for it would never end; memory grows by little."""
    with (
        served(robots=3, speed=50.0) as floor,
        subprocess.Popen([sys.executable, "-c", _FROZEN, floor.view], stdout=subprocess.PIPE) as viewer,
    ):
        try:
            assert viewer.stdout is not None
            assert viewer.stdout.readline() == b"seen\n"
            os.kill(viewer.pid, signal.SIGSTOP)
            tick, before = floor.serve.run_.site.tick, rss_mb()
            wait_until(lambda: floor.serve.run_.site.tick >= tick + 100)
            assert rss_mb() - before < 40
        finally:
            viewer.kill()


def test_case_14_viewer_queues_are_full_at_some_megabytes() -> None:
    """Frames of a large floor into a viewer that never reads: what is kept for it has an end, and publishing never waits."""
    import numpy as np

    from robots.recording.frames import ROBOT_DTYPE, Frame, Header
    from robots.recording.live_stream import FramePublisher

    robots = 10_000
    header = Header(1, "x", 1, 1.0, 0.0, robots, 0, "", [], [], {})
    picture = Frame(0, np.zeros(robots, ROBOT_DTYPE), np.zeros(0, "u1"), np.zeros(0, np.int32), {})
    with zmq.Context() as context, FramePublisher(header) as publisher, context.socket(zmq.DEALER) as viewer:
        viewer.set(zmq.LINGER, 0)
        viewer.set(zmq.RCVHWM, 8)
        viewer.connect(publisher.address)
        viewer.send(b"W")
        wait_until(lambda: (publisher.publish(picture, []), viewer.poll(10))[1])
        before = rss_mb()
        for _ in range(1000):  # 180 MB
            publisher.publish(picture, [])
        assert rss_mb() - before < 80


def test_case_15_a_slow_robot_gets_the_latest_word_and_nothing_piles_up() -> None:
    """It logs in, and then neither reads nor moves while others patrol: what waits for it is bounded, and the newest GRANT it
    finds afterwards is the whole of what it may do.
    """
    with OpenFloor([0, 10]) as floor, driving(floor.address, [1]), Client(floor.address) as slow:
        slow.socket.set(zmq.RCVHWM, 5)
        welcome = slow.welcome(hello(0))
        number = 0

        def beat() -> None:
            nonlocal number
            number += 1
            slow.say(position(welcome.sess, n=number, term=welcome.term))
            floor.patrol([0, 1])
            time.sleep(0.02)

        end = time.monotonic() + 2.5
        wait_until(lambda: time.monotonic() > end and floor.link.reservations.routes[1].idx > 3, beat)
        assert floor.link.reservations.routes[0].granted_to == FAST.ahead
        assert len(floor.server._outgoing) < 50
        heard = slow.received(100)
        grants = [message for message in heard if isinstance(message, Grant)]
        assert 2 <= len(grants) < number / 2, "said again once a second, not at each position"
        last = grants[-1]
        assert (last.first, last.cells, last.upto) == (0, [0, 1, 2, 3, 4], FAST.ahead)


@pytest.fixture
def many_files() -> object:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 10_000
    if hard != resource.RLIM_INFINITY and hard < needed:
        pytest.skip(f"needs {needed} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@linux_only
@pytest.mark.parametrize(
    ("count", "secure"),
    [
        pytest.param(200, True, id="CURVE"),
        pytest.param(1000, True, id="a thousand, CURVE", marks=pytest.mark.slow),
        pytest.param(1000, False, id="a thousand, plain", marks=pytest.mark.slow),
    ],
)
def test_case_16_many_robots_that_reconnect_at_once_are_served(
    many_files: None, monkeypatch: pytest.MonkeyPatch, count: int, secure: bool, tmp_path: Path
) -> None:
    """Each over a socket of its own, and again after all have gone: all get in, and the second time costs no memory."""
    ring = tmp_path / "keys" if secure else None
    if ring is not None:
        make_keys(ring, robots=count, groups=1)
    keys = find_robot_keys(ring, range(count)) if ring is not None else {}
    with OpenFloor(range(count), ring, height=count // WIDTH) as floor, zmq.Context() as context:
        context.set(zmq.MAX_SOCKETS, 4 * count)
        memory = []
        for boot in (1, 2):
            monkeypatch.setattr("controller.link.link.OFFLINE_S", PATIENCE_S)  # the first wait for the last
            _storm(floor, context, keys, count, boot)
            memory.append(rss_mb())
            if boot == 1:
                monkeypatch.undo()
                wait_until(lambda: floor.link.connected == 0)
        assert memory[1] - memory[0] < 60
        assert len(floor.link.logins.by_sess) <= 5 * count


def _storm(floor: OpenFloor, context: "zmq.Context[object]", keys: dict[int, object], count: int, boot: int) -> None:
    with ExitStack() as stack:
        robots = [stack.enter_context(Client(floor.address, keys.get(robot), context)) for robot in range(count)]  # type: ignore[arg-type]
        for number, robot in enumerate(robots):
            robot.say(hello(number, boot=boot))
        poller = zmq.Poller()
        for robot in robots:
            poller.register(robot.socket, zmq.POLLIN)
        of = {robot.socket: robot for robot in robots}

        def answer() -> None:
            for socket, _ in poller.poll(100):
                message = read_controller(socket.recv())
                if isinstance(message, Welcome):
                    of[socket].say(position(message.sess, term=message.term))

        wait_until(lambda: floor.link.connected == len(robots), answer)


LINK_MODULES = [
    path
    for folder in ("controller/link", "controller/operations", "controller/serving", "robots")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.stem not in ("__init__", "logs") and path.parent.name != "conformance"
]
_WALL = {
    ("time", name) for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "clock_gettime")
} | {(owner, name) for owner in ("datetime", "date") for name in ("now", "utcnow", "today")}


@pytest.mark.parametrize("module", LINK_MODULES, ids=lambda path: path.stem)
def test_case_17_no_module_of_the_link_reads_the_wall_clock(module: Path) -> None:
    """Neither by its module nor by a name imported from it. Logs may: their lines are for people."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in _WALL, f"line {node.lineno}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            assert not {("time", alias.name) for alias in node.names} & _WALL, f"line {node.lineno}"
        if isinstance(node, ast.ImportFrom):
            assert node.module != "datetime", f"line {node.lineno}"


def test_case_17_a_clock_that_jumps_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall clock goes a year ahead, then back before 1970, at each look: robots stay online and drive."""
    jumps = iter(range(10**9))
    monkeypatch.setattr(time, "time", lambda: 1e9 + (-1) ** next(jumps) * 3.15e7 * (next(jumps) % 90))
    monkeypatch.setattr(time, "time_ns", lambda: int(time.time() * 1e9))
    monkeypatch.setattr("controller.link.link.OFFLINE_S", PATIENCE_S)  # a year is more, and a busy machine takes less
    with OpenFloor([0, 10], params=replace(FAST, hb_ms=10_000)) as floor, driving(floor.address, [0, 1]) as agents:
        wait_until(lambda: agents.connected == 2)
        wait_until(
            lambda: floor.link.reservations.routes[0].idx >= 12, lambda: (floor.patrol([0, 1]), time.sleep(0.02))
        )
        wait_until(lambda: floor.link.connected == agents.connected == 2)
        assert floor.link.alarms == []


def test_case_21_a_partition_one_way_releases_nothing() -> None:
    """Words get down but not up: the robot drives to the end of its grants, and all cells behind it stay its own, also when it
    is offline; when words get up again they are released, and it goes on.
    """
    with (
        OpenFloor([0, 10]) as floor,
        Proxy(floor.address, FaultInjection(latency_s=0.05)) as proxy,
        driving(proxy.address, [0]),
    ):
        wait_until(lambda: floor.link.sessions[0].online)
        wait_until(lambda: floor.link.reservations.routes[0].idx >= 2, lambda: (floor.patrol([0]), time.sleep(0.02)))
        proxy.faults = FaultInjection(partition=(0.0, 1e9, "up"))
        time.sleep(0.2)  # what was under way
        idx, held = floor.link.reservations.routes[0].idx, floor.link.reservations.held(0)
        wait_until(lambda: not floor.link.sessions[0].online, lambda: (floor.patrol([0]), time.sleep(0.02)))
        assert floor.link.reservations.routes[0].idx == idx
        assert floor.link.reservations.held(0)[: len(held)] == held
        proxy.faults = FaultInjection()
        wait_until(lambda: floor.link.sessions[0].online)
        cell = floor.link.reservations.routes[0].cell(floor.link.reservations.routes[0].idx)
        assert cell in [*range(WIDTH)]
        wait_until(lambda: floor.link.reservations.routes[0].idx >= 3, lambda: (floor.patrol([0]), time.sleep(0.02)))
