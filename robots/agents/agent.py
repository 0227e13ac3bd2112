"""Agents of many drive units in one process: sockets, clock and turns around their pilots.

A turn takes in what has come, steps the pilots that heard something or are due, and sends what they say. Sockets are
waited on by their descriptors, so that a turn costs what happened in it and not how many robots there are.
"""

import heapq
import itertools
import logging
import math
import random
import secrets
import selectors
import time
from collections.abc import Callable, Mapping

import zmq

from layout.errors import InputError
from robots.agents.controller_socket import ControllerSocket
from robots.agents.fault_injection import Faults
from robots.agents.pilot import Body, Pilot
from robots.agents.position_trace import Trace
from robots.agents.sessions import RobotSession, SharedSocket, allow_descriptors, robots_by_key
from robots.agents.status_lines import Words
from robots.link.address import check_address
from robots.link.keys import Key
from robots.link.messages import Ack, FromRobot, Refused, Reject, ToRobot, encode, read_controller

_log = logging.getLogger(__name__)

_TURN_S = 0.005
"""A turn at the most so often: what comes meanwhile is taken together."""
_LOOK_S = 0.2
"""Between two looks at which links are silent."""
_AGAIN_S = 0.5
"""Between two HELLOs."""
_UNASKED_S = 0.02
"""Between two looks at a body that doesn't say when it is due."""
_IDLE_S = 0.1
_LOGINS_PER_S = 2000
"""All at once would be more than the controller can answer before they ask again."""


class Agents:
    """Drive `bodies` (by robot) for the controller at `address`; a context manager. Call `turn` again and again, or `run`.

    keys: by robot; those with the same key share a socket. read_key: reads a robot's key anew, for a link that is made anew:
    so a key file may be replaced while the agent runs. faults: a bad network to pretend. tell: is given lines for the
    user; without it what bodies raise or report goes to the log. sent, received, refused: counts of messages.
    InputError for an address that nobody can answer at, as with an unknown host, and for a robot without a key.
    """

    def __init__(
        self,
        address: str,
        bodies: Mapping[int, Body],
        keys: Mapping[int, Key] | None = None,
        *,
        read_key: Callable[[int], Key] | None = None,
        faults: Faults | None = None,
        fault_seed: int = 0,
        trace: Trace | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        check_address(address)
        groups = robots_by_key(bodies, keys)
        self.sent = self.received = self.refused = 0
        self.ever_connected = False
        self._trace, self._read_key = trace, read_key
        self._clock = time.monotonic
        self._began = self._clock()
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._selector = selectors.DefaultSelector()
        self._numbers = itertools.count()
        self._agenda: list[tuple[float, int, RobotSession]] = []
        self._late: list[tuple[float, int, RobotSession, FromRobot | ToRobot, bool]] = []
        self._out: list[tuple[SharedSocket, bytes]] = []
        self._dirty: dict[RobotSession, None] = {}
        self._ready: set[SharedSocket] = set()
        self._turned_at = self._look_at = -1e18
        self._news = tell if tell is not None else _log.warning
        self._words = Words(address, len(bodies), self._began, tell if tell is not None else _say_nothing)
        self._context.set(zmq.MAX_SOCKETS, len(groups) + 8)
        allow_descriptors(4 * len(groups) + 64)
        self._shared_sockets = [
            SharedSocket(ControllerSocket(self._context, address, key, len(robots))) for key, robots in groups
        ]
        channel = faults.channel if faults is not None else None
        for shared, (_, robots) in zip(self._shared_sockets, groups, strict=True):
            for robot in robots:
                pilot = Pilot(robot, bodies[robot], secrets.randbits(53))
                shared.sessions[robot] = RobotSession(
                    pilot, shared, channel(f"{fault_seed}/{robot}") if channel else None
                )
        self._sessions = [session for shared in self._shared_sockets for session in shared.sessions.values()]
        try:
            for shared in self._shared_sockets:
                self._open(shared, self._began)
        except InputError:
            self.close()
            raise

    @property
    def connected(self) -> int:
        """Robots with a login that holds."""
        return sum(session.pilot.connected for session in self._sessions)

    @property
    def pilots(self) -> list[Pilot]:
        return [session.pilot for session in self._sessions]

    @property
    def given_up(self) -> bool:
        """Whether no robot will ask again."""
        return all(session.pilot.given_up for session in self._sessions)

    def run(self, seconds: float | None = None, stop: Callable[[], bool] = lambda: False) -> None:
        """Turn until `seconds` are over, `stop()` says so, or all robots have given up."""
        end = self._clock() + seconds if seconds is not None else math.inf
        while self._clock() < end and not stop() and not self.given_up:
            self.turn()
        self._look(self._clock())

    def turn(self) -> None:
        """Wait for something to happen, at most 0.2 s, and do what is due."""
        self._wait()
        now = self._turned_at = self._clock()
        ready, self._ready = self._ready, set()
        for shared in ready:
            self._receive(shared, now)
        self._deliver_late(now)
        while self._agenda and self._agenda[0][0] <= now:
            due, _, session = heapq.heappop(self._agenda)
            if due == session.due:
                session.due = math.inf
                self._dirty[session] = None
        sessions, self._dirty = self._dirty, {}
        for session in sessions:
            self._step(session, now)
        self._send()
        if now >= self._look_at:
            self._look(now)

    def close(self) -> None:
        for shared in self._shared_sockets:
            self._close(shared, self._began)
        self._selector.close()
        self._context.term()

    def __enter__(self) -> "Agents":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What a turn is made of

    def _wait(self) -> None:
        now = self._clock()
        if (rest := self._turned_at + _TURN_S - now) > 0.0:
            time.sleep(rest)
            now += rest
        until = self._look_at
        if self._agenda:
            until = min(until, self._agenda[0][0])
        if self._late:
            until = min(until, self._late[0][0])
        wait = 0.0 if self._ready else max(until - now, 0.0)
        self._ready |= {key.data for key, _ in self._selector.select(wait)}

    def _receive(self, shared: SharedSocket, now: float) -> None:
        was_writable = shared.socket.writable
        for data in shared.socket.receive():
            self.received += 1
            try:
                message = read_controller(data)
            except Refused:
                self.refused += 1
                continue
            session = shared.session_of(message)
            if session is None:
                self.refused += 1
            elif session.channel is None:
                self._hear(session, message, now)
            else:
                self._put_off(session, message, now, up=False)
        if shared.socket.writable and not was_writable:
            self._spread(shared, now)

    def _hear(self, session: RobotSession, message: ToRobot, now: float) -> None:
        pilot = session.pilot
        session.shared.socket.heard(now)
        try:
            pilot.hear(message, now)
        except ValueError as error:  # a body that can't do it; the others must live on
            self.refused += 1
            _log.warning("robot %d can't obey %s: %s", pilot.robot, type(message).__name__, error)
        if pilot.connected and (pilot.term, pilot.sess) != session.login:
            self.ever_connected = True
            session.shared.enter(session)
            session.shared.socket.hb_s = pilot.hb_s
            session.refusal = ""
        elif isinstance(message, Reject) and session.refusal != message.code:
            session.refusal = message.code
            self._words.refused(pilot.robot, f"{message.code}: {message.text}")
        if not isinstance(message, Ack):  # which changes nothing there is to tell
            self._dirty[session] = None

    def _step(self, session: RobotSession, now: float) -> None:
        pilot = session.pilot
        if pilot.given_up:
            return
        if pilot.connected or session.shared.socket.writable:
            pilot.step(now)
            for message in pilot.outbox:
                self._say(session, message, now)
            if pilot.outbox:
                session.said_at = now
                pilot.outbox.clear()
            due = session.said_at + (pilot.hb_s if pilot.connected else _AGAIN_S)
        else:
            pilot.look()  # it lives on
            due = now + _AGAIN_S
        for line in pilot.take_news():
            self._news(f"robot {pilot.robot}: {line}")
        if due <= now:  # by less than the clock's rounding
            due = now + _IDLE_S
        body_due = getattr(pilot.body, "due", now + _UNASKED_S)
        self._set_due(session, max(min(due, body_due), now))

    def _set_due(self, session: RobotSession, due: float) -> None:
        if due != session.due:
            session.due = due
            heapq.heappush(self._agenda, (due, next(self._numbers), session))

    def _say(self, session: RobotSession, message: FromRobot, now: float) -> None:
        if session.channel is None:
            self._out.append((session.shared, encode(message)))
        else:
            self._put_off(session, message, now, up=True)

    def _send(self) -> None:
        """All that was said in this turn; what bodies did is written down before."""
        if self._trace is not None:
            self._trace.flush()
        out, self._out = self._out, []
        for shared, data in out:
            shared.socket.send(data)
        self.sent += len(out)
        self._ready |= {shared for shared in {shared for shared, _ in out} if shared.socket.waiting()}

    def _put_off(self, session: RobotSession, message: FromRobot | ToRobot, now: float, *, up: bool) -> None:
        if session.channel is not None:
            for delay in session.channel.deliveries(now - self._began, "up" if up else "down"):
                heapq.heappush(self._late, (now + delay, next(self._numbers), session, message, up))

    def _deliver_late(self, now: float) -> None:
        while self._late and self._late[0][0] <= now:
            _, _, session, message, up = heapq.heappop(self._late)
            if up:
                self._out.append((session.shared, encode(message)))
            else:
                self._hear(session, message, now)  # type: ignore[arg-type]

    # Links

    def _open(self, shared: SharedSocket, now: float) -> None:
        shared.descriptor = shared.socket.open(now)
        self._selector.register(shared.descriptor, selectors.EVENT_READ, shared)
        self._ready.add(shared)
        for session in shared.sessions.values():
            self._set_due(session, now)

    def _has_another_key(self, shared: SharedSocket) -> bool:
        """Whether a link whose key is refused would have another one by now."""
        refused = any(session.refusal == "key" for session in shared.sessions.values())
        return refused and shared.socket.is_open and self._key_of(shared) != shared.socket.key

    def _key_of(self, shared: SharedSocket) -> Key | None:
        """As its file says now."""
        if self._read_key is None:
            return shared.socket.key
        try:
            return self._read_key(next(iter(shared.sessions)))
        except InputError as error:  # being replaced just now, or spoilt: the one of before, till it can be read
            _log.debug("the key of before is used: %s", error)
            return shared.socket.key

    def _close(self, shared: SharedSocket, now: float) -> None:
        if shared.socket.is_open:
            self._selector.unregister(shared.descriptor)
        self._ready.discard(shared)
        shared.socket.close(now)

    def _spread(self, shared: SharedSocket, now: float) -> None:
        """The controller is there: log in, the many of a shared socket one after the other."""
        for session in shared.sessions.values():
            if not session.pilot.connected:
                self._set_due(session, now + random.uniform(0.0, (len(shared.sessions) - 1) / _LOGINS_PER_S))

    def _look(self, now: float) -> None:
        self._look_at = now + _LOOK_S
        for shared in self._shared_sockets:
            if shared.socket.silent(now) or self._has_another_key(shared):
                self._close(shared, now)
                for session in shared.sessions.values():
                    session.pilot.lost()
                    shared.leave(session)
            elif not shared.socket.is_open and now >= shared.socket.open_at and shared.wanted:
                shared.socket.key = self._key_of(shared)
                self._open(shared, now)
        if self._words.asks_for_silent:
            silent = [
                robot for shared in self._shared_sockets if not shared.socket.ever_heard for robot in shared.sessions
            ]
            self._words.silent(silent, now)
        self._words.status(lambda: self.connected, now)


def _say_nothing(line: str) -> None:
    """For who gives no `tell`."""


def run_agents(
    address: str,
    bodies: Mapping[int, Body],
    keys: Mapping[int, Key] | None = None,
    seconds: float | None = None,
    tell: Callable[[str], None] = print,
) -> None:
    """Drive bodies, by robot, until interrupted, `seconds` are over or the controller wants none of them.

    InputError as of `Agents`, before anything is driven.
    """
    with Agents(address, bodies, keys, tell=tell) as agents:
        agents.run(seconds)
