"""Rigs for tests of the link: a floor without planner on real sockets, whole served floors, and clients of all kinds."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zmq

from controller.link.link import Link
from controller.link.sessions import LinkParams, Sender
from controller.link.sockets import LinkServer
from controller.persistence.store import Store
from controller.serving.serve import Serve, ServeOptions
from robots.agents.agent import Agents
from robots.agents.drive import UnitBody
from robots.agents.position_trace import Trace
from robots.link import curve_security
from robots.link.keys import Key, find_robot_keys, server_keys
from robots.link.messages import VERSION, Hello, Message, Pos, ToRobot, Welcome, encode, read_controller
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Action, Grants, Reports
from tests.support.floor.tiny_site import tiny
from tests.support.processes.patience import PATIENCE_MS, wait_until

WIDTH = 10
LOOPBACK = "tcp://127.0.0.1:*"
_AT_ONCE_MS = 20
_SEND_MS = 100
FAST = LinkParams(ahead=4, lost_s=1e9, hb_ms=200, tick_ms=50.0, tick_s=1.0, lift_s=0.5)


def reports(cells: Sequence[int], heading: int = 0, battery_wh: float = 400.0) -> Reports:
    """Robots at rest in these cells."""
    count = len(cells)
    no = np.zeros(count, bool)
    return Reports(
        cell=np.array(cells, np.int32),
        heading=np.full(count, heading, np.int8),
        load=np.full(count, NO_LOAD, np.int32),
        battery_wh=np.full(count, battery_wh),
        stopped=no,
        dead=no,
        behind=no,
        busy=no,
        trailing=np.empty(0, np.int32),
        failed=np.zeros(count, np.int8),
        offline=no,
        misloaded=no,
        elsewhere=np.empty(0, np.int32),
    )


def paper_link(cells: Sequence[int], params: LinkParams = FAST, term: int = 1, height: int = WIDTH) -> Link:
    """A link for robots in these cells of a floor without walls, WIDTH wide."""
    return Link(reports(cells), WIDTH, np.ones(WIDTH * height, bool), term, params)


def grants(link: Link, actions: Mapping[int, Action], what: int = NO_LOAD) -> Grants:
    count = len(link.sessions)
    column = np.zeros(count, np.int8)
    for robot, action in actions.items():
        column[robot] = action
    return Grants(column, np.full(count, what, np.int32))


def hello(robot: int, cell: int = -1, boot: int = 1, **changes: Any) -> Hello:
    fields = {"heading": 0, "at_rest": True, "load": NO_LOAD, "battery": 400.0} | changes
    return Hello(v=VERSION, robot=robot, boot=boot, cell=cell, **fields)


def position(sess: int, idx: int = 0, limit: int = 0, n: int = 1, plan: int = 0, term: int = 1, **changes: Any) -> Pos:
    fields = {"moving": False, "heading": 0, "battery": 400.0, "load": NO_LOAD, "flags": 0} | changes
    return Pos(term=term, sess=sess, n=n, plan=plan, idx=idx, limit=limit, **fields)


def sent_messages(link: Link) -> list[tuple[bytes, Message]]:
    """All that a link has to say."""
    sent = link.take_immediate()
    return sent + link.take(0.0)[1]


def log_in(link: Link, robot: int, cell: int = -1, boot: int = 1, now: float = 0.0, name: str = "") -> Welcome:
    """A robot with a live session, over a route of its own."""
    sender = Sender(b"r%d" % robot, name)
    link.handle(sender, hello(robot, cell, boot), now)
    welcome = next(message for _, message in link.take_immediate() if isinstance(message, Welcome))
    link.handle(sender, position(welcome.sess, term=welcome.term), now)
    return welcome


class Client:
    """A raw DEALER."""

    def __init__(self, address: str, key: Key | None = None, context: "zmq.Context[Any] | None" = None) -> None:
        self._own = context is None
        self._context = context or zmq.Context()
        self.socket = self._context.socket(zmq.DEALER)
        self.socket.set(zmq.LINGER, 0)
        self.socket.set(zmq.SNDHWM, 0)
        self.socket.set(zmq.SNDTIMEO, _SEND_MS)
        curve_security.client(self.socket, key)
        self.socket.connect(address)

    def say(self, *parts: Message | bytes) -> None:
        """Into the air, if the floor has hung up."""
        with suppress(zmq.Again):
            self.socket.send_multipart([part if isinstance(part, bytes) else encode(part) for part in parts])

    def receive(self, wait_ms: int = PATIENCE_MS) -> bytes | None:
        return self.socket.recv() if self.socket.poll(wait_ms) else None

    def received(self, wait_ms: int = 0) -> list[ToRobot]:
        """Return the messages for a robot, after waiting for the first; those that follow at once are included."""
        heard = []
        while (data := self.receive(wait_ms if not heard else _AT_ONCE_MS)) is not None:
            heard.append(read_controller(data))
        return heard

    def welcome(self, message: Hello) -> Welcome:
        """The answer to a HELLO; what comes before it is passed over."""
        self.say(message)
        found: list[Welcome] = []
        wait_until(
            lambda: found,
            lambda: found.extend(message for message in self.received(100) if isinstance(message, Welcome)),
        )
        return found[0]

    def close(self) -> None:
        self.socket.close()
        if self._own:
            self._context.term()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class OpenFloor:
    """A LinkServer without a planner: each robot named in `patrol` drives along its row to the wall, turns, and comes back."""

    def __init__(
        self,
        cells: Sequence[int],
        ring: Path | None = None,
        store: Store | None = None,
        params: LinkParams = FAST,
        height: int = WIDTH,
    ) -> None:
        key, registry = server_keys(ring) if ring is not None else (None, None)
        self.link = paper_link(cells, params, store.term if store is not None else 1, height)
        self.server = LinkServer(store, (LOOPBACK, LOOPBACK), key, registry)
        self.server.begin(self.link)
        self.address, self.requests_address = self.server.addresses

    def __enter__(self) -> "OpenFloor":
        self.server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.__exit__()
        assert self.server.failed is None

    def patrol(self, robots: Iterable[int]) -> None:
        """Plan one action for each."""
        with self.server.lock:
            seen = self.link.collect()
            actions = {}
            for robot in robots:
                col, heading = int(seen.cell[robot]) % WIDTH, int(seen.heading[robot])
                wall = (heading == 0 and col == WIDTH - 1) or (heading == 2 and col == 0) or heading in (1, 3)
                if not (seen.busy[robot] or seen.stopped[robot]):
                    actions[robot] = Action.TURN_RIGHT if wall else Action.FORWARD
            self.link.commit(grants(self.link, actions))

    def plan(self, actions: Mapping[int, Action]) -> None:
        with self.server.lock:
            self.link.collect()
            self.link.commit(grants(self.link, actions))


@contextmanager
def driving(
    address: str, robots: Iterable[int], ring: Path | None = None, trace: Trace | None = None
) -> Iterator[Agents]:
    """Real agents with simulated bodies, in a thread of their own."""
    robots = list(robots)
    keys = find_robot_keys(ring, robots) if ring is not None else None
    bodies = {robot: UnitBody(occupied=trace.of(robot) if trace is not None else None) for robot in robots}
    with running(Agents(address, bodies, keys, trace=trace)) as agents:
        yield agents


@contextmanager
def running(agents: Agents) -> Iterator[Agents]:
    """Agents in a thread of their own."""
    over = threading.Event()
    with agents:
        thread = threading.Thread(target=agents.run, kwargs={"stop": over.is_set})
        thread.start()
        try:
            yield agents
        finally:
            over.set()
            thread.join()


@dataclass
class Served:
    """A whole floor that is being served."""

    serve: Serve
    ring: Path | None

    @property
    def robots(self) -> str:
        return self.serve.addresses[0]

    @property
    def requests_address(self) -> str:
        return self.serve.addresses[1]

    @property
    def view(self) -> str:
        return self.serve.addresses[2]

    @property
    def link(self) -> Link:
        return self.serve.server.link


@contextmanager
def served(
    ring: Path | None = None,
    robots: int = 3,
    speed: float = 20.0,
    store: Path | None = None,
    **sections: dict[str, Any],
) -> Iterator[Served]:
    """maps/tiny.toml on free ports of loopback, its ticks in a thread, no robot on it yet."""
    key, registry = server_keys(ring) if ring is not None else (None, None)
    scenario = tiny(**({"robots": {"count": robots}} | sections))
    options = ServeOptions((LOOPBACK,) * 3, store=store, speed=speed)
    with Serve(scenario, options, key, registry) as serve:
        failed: list[BaseException] = []
        over = threading.Event()

        def run() -> None:
            try:
                serve.run(lambda _: None if not over.is_set() else _raise())
            except _Over:
                pass
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield Served(serve, ring)
        finally:
            over.set()
            thread.join()
        if failed:
            raise failed[0]


class _Over(Exception):
    pass


def _raise() -> None:
    raise _Over
