"""Served floors for tests, on real sockets: controller and robots as programs or as threads of this process."""

import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import zmq

from controller.scenario.scenario import Scenario
from controller.serving.serve import Serve, ServeOptions
from robots.agents.agent import Agents
from robots.agents.drive import UnitBody
from robots.agents.pilot import Body
from robots.agents.position_trace import Trace
from robots.link.messages import VERSION, Hello, Message, Pos, Welcome, encode, read_controller
from robots.recording.frames import NO_LOAD
from robots.requests.client import RequestClient
from robots.requests.requests import Request, Result
from tests.support.processes.commands import ROOT, Command, Main, podfleet_main
from tests.support.processes.patience import PATIENCE_S, wait_until

DEMO, TINY = ROOT / "maps" / "demo.toml", ROOT / "maps" / "tiny.toml"
LOOPBACK = "tcp://127.0.0.1:*"
M = TypeVar("M", bound=Message)


def free_port() -> int:
    """One of which the next two are free, too: for robots, desk and viewers."""
    for _ in range(100):
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            with suppress(OSError, OverflowError), socket.socket() as second, socket.socket() as third:
                second.bind(("127.0.0.1", port + 1))
                third.bind(("127.0.0.1", port + 2))
                return port
    raise AssertionError("no three ports in a row are free")


class Program:
    """A program of ours with its words in a file. Killed at the latest at the end of the context."""

    def __init__(self, log: Path, *words: object, main: Main = podfleet_main) -> None:
        self.log = log
        log.touch()
        self._process = Command(tuple(map(str, words)), log, log, main=main)

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        return self.log.read_text()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def receive(self, words: str) -> None:
        """Wait until it has said them."""
        wait_until(lambda: words in self.said or not self.running)
        assert words in self.said, self.said

    def send(self, number: int) -> None:
        self._process.send_signal(number)

    def end(self) -> int:
        """Its exit status, after SIGTERM if it is still running."""
        if self.running:
            self.send(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        return self._process.wait()

    def kill(self) -> None:
        self._process.kill()


@contextmanager
def served(scenario: Scenario, speed: float = 10.0, **options: object) -> Iterator[Serve]:
    """A controller in a thread, on free ports; it begins when all robots have logged in, or after wait_s."""
    settings = {"wait_s": PATIENCE_S, **options}
    with Serve(scenario, ServeOptions((LOOPBACK,) * 3, speed=speed, **settings)) as serve:  # type: ignore[arg-type]
        failed: list[BaseException] = []

        def work() -> None:
            try:
                serve.wait_for_robots(lambda waiting: None)
                serve.run(lambda tick: None)
            except BaseException as error:  # told by the test's thread
                failed.append(error)

        thread = threading.Thread(target=work, name="serve")
        thread.start()
        try:
            yield serve
        finally:
            serve.stop()
            thread.join()
        assert not failed, failed


class Crew:
    """Agents in a thread. robots: their numbers, or bodies by number. trace: where to write where simulated ones truly were."""

    def __init__(self, address: str, robots: range | Mapping[int, Body], trace: Path | None = None) -> None:
        self._trace = Trace(trace) if trace is not None else None
        bodies = robots if isinstance(robots, Mapping) else dict(map(self._body, robots))
        self.agents = Agents(address, bodies, trace=self._trace)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._turn, name="crew")
        self._thread.start()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self.agents.close()
        if self._trace is not None:
            self._trace.close()

    def _body(self, robot: int) -> tuple[int, Body]:
        return robot, UnitBody(occupied=self._trace.of(robot) if self._trace is not None else None)

    def _turn(self) -> None:
        while not self._end.is_set():
            self.agents.turn()


def ask(address: str, request: Request) -> Result:
    """At the desk, again until it answers, also over a crash of the controller."""
    with RequestClient(address, wait_s=1.0, tries=round(PATIENCE_S)) as client:
        return client.ask(request)


class RawRobot:
    """A DEALER that says what a test wants, in whatever robot's name."""

    def __init__(self, address: str) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.set(zmq.LINGER, 0)
        self._socket.connect(address)

    def __enter__(self) -> "RawRobot":
        return self

    def __exit__(self, *_: object) -> None:
        self._context.destroy(linger=0)

    def say(self, message: Message) -> None:
        self._socket.send(encode(message))

    def receive(self, kind: type[M]) -> M:
        """The next message of that kind; others are passed over."""
        end = time.monotonic() + PATIENCE_S
        while self._socket.poll(max(0, round(1000 * (end - time.monotonic())))):
            message = read_controller(self._socket.recv())
            if isinstance(message, kind):
                return message
        raise AssertionError(f"no {kind.__name__} came")

    def login(self, robot: int, cell: int, boot: int = 1, heading: int = 0) -> Welcome:
        """HELLO, WELCOME, and the POS that takes it up."""
        self.say(Hello(VERSION, robot, boot, cell, heading, at_rest=True, load=NO_LOAD, battery=100.0))
        welcome = self.receive(Welcome)
        self.say(self.pos(welcome))
        return welcome

    @staticmethod
    def pos(welcome: Welcome, number: int = 1, idx: int = 0) -> Pos:
        """Standing where it logged in, or where a test says."""
        at = (welcome.term, welcome.sess, number, 0, idx, idx)
        return Pos(*at, moving=False, heading=welcome.heading, battery=welcome.battery, load=welcome.load, flags=0)
