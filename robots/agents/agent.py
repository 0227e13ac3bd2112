"""Agents of many drive units in one process: sockets, clock and turns around their pilots.

A turn receives what has come, steps the pilots that received a message or are due, and sends their messages. Sockets are
polled by their descriptors, so a turn costs as much as what happened in it, however many robots there are.
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
from robots.agents.fault_injection import FaultInjection
from robots.agents.pilot import Body, Pilot
from robots.agents.position_trace import Trace
from robots.agents.sessions import RobotSession, SharedSocket, allow_descriptors, robots_by_key
from robots.agents.status_lines import StatusLines
from robots.link.address import check_address
from robots.link.keys import Key
from robots.link.messages import Ack, FromRobot, Refused, Reject, ToRobot, encode, read_controller

_log = logging.getLogger(__name__)

_TURN_S = 0.005
"""Shortest time in s between two turns; messages arriving meanwhile are handled together."""
_LOOK_S = 0.2
"""Seconds between two checks for silent sockets."""
_AGAIN_S = 0.5
"""Seconds between two HELLOs."""
_UNASKED_S = 0.02
"""Seconds between two steps of a body without a due time."""
_IDLE_S = 0.1
_LOGINS_PER_S = 2000
"""Logins a second of a shared socket: all at once would be more than the controller can answer before they are repeated."""


class Agents:
    """Drive `bodies` (by robot) for the controller at `address`; a context manager. Call `turn` repeatedly, or `run`.

    keys: by robot; robots with the same key share a socket. read_key: reads a robot's key again when a socket is opened
    again, so a key file may be replaced while the agent runs. faults: a bad network to simulate. tell: receives lines for the
    user; without it, errors and reports of bodies are logged. sent, received, refused: message counts. InputError for an
    address that can't be reached, such as an unknown host, and for a robot without a key.
    """

    def __init__(
        self,
        address: str,
        bodies: Mapping[int, Body],
        keys: Mapping[int, Key] | None = None,
        *,
        read_key: Callable[[int], Key] | None = None,
        faults: FaultInjection | None = None,
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
        self._schedule: list[tuple[float, int, RobotSession]] = []
        self._delayed: list[tuple[float, int, RobotSession, FromRobot | ToRobot, bool]] = []
        self._outgoing: list[tuple[SharedSocket, bytes]] = []
        self._dirty: dict[RobotSession, None] = {}
        self._ready: set[SharedSocket] = set()
        self._turned_at = self._check_at = -1e18
        self._report = tell if tell is not None else _log.warning
        self._status_lines = StatusLines(address, len(bodies), self._began, tell if tell is not None else _say_nothing)
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
        """Return the number of robots with a live login."""
        return sum(session.pilot.connected for session in self._sessions)

    @property
    def pilots(self) -> list[Pilot]:
        return [session.pilot for session in self._sessions]

    @property
    def given_up(self) -> bool:
        """Tell whether no robot will try to log in again."""
        return all(session.pilot.given_up for session in self._sessions)

    def run(self, seconds: float | None = None, stop: Callable[[], bool] = lambda: False) -> None:
        """Turn until `seconds` are over, `stop()` returns true, or all robots have given up."""
        end = self._clock() + seconds if seconds is not None else math.inf
        while self._clock() < end and not stop() and not self.given_up:
            self.turn()
        self._check_sockets(self._clock())

    def turn(self) -> None:
        """Wait for an event, at most 0.2 s, and do what is due."""
        self._wait()
        now = self._turned_at = self._clock()
        ready, self._ready = self._ready, set()
        for shared in ready:
            self._receive(shared, now)
        self._deliver_delayed(now)
        while self._schedule and self._schedule[0][0] <= now:
            due, _, session = heapq.heappop(self._schedule)
            if due == session.due:
                session.due = math.inf
                self._dirty[session] = None
        sessions, self._dirty = self._dirty, {}
        for session in sessions:
            self._step(session, now)
        self._send()
        if now >= self._check_at:
            self._check_sockets(now)

    def close(self) -> None:
        for shared in self._shared_sockets:
            self._close(shared, self._began)
        self._selector.close()
        self._context.term()

    def __enter__(self) -> "Agents":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Steps of a turn

    def _wait(self) -> None:
        now = self._clock()
        if (rest := self._turned_at + _TURN_S - now) > 0.0:
            time.sleep(rest)
            now += rest
        until = self._check_at
        if self._schedule:
            until = min(until, self._schedule[0][0])
        if self._delayed:
            until = min(until, self._delayed[0][0])
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
                self._handle(session, message, now)
            else:
                self._delay(session, message, now, up=False)
        if shared.socket.writable and not was_writable:
            self._spread_logins(shared, now)

    def _handle(self, session: RobotSession, message: ToRobot, now: float) -> None:
        pilot = session.pilot
        session.shared.socket.heard(now)
        try:
            pilot.receive(message, now)
        except ValueError as error:  # a body that can't do it; the others must continue
            self.refused += 1
            _log.warning("robot %d can't obey %s: %s", pilot.robot, type(message).__name__, error)
        if pilot.connected and (pilot.term, pilot.sess) != session.login:
            self.ever_connected = True
            session.shared.enter(session)
            session.shared.socket.hb_s = pilot.hb_s
            session.refusal = ""
        elif isinstance(message, Reject) and session.refusal != message.code:
            session.refusal = message.code
            self._status_lines.refused(pilot.robot, f"{message.code}: {message.text}")
        if not isinstance(message, Ack):  # an ACK changes nothing to report
            self._dirty[session] = None

    def _step(self, session: RobotSession, now: float) -> None:
        pilot = session.pilot
        if pilot.given_up:
            return
        if pilot.connected or session.shared.socket.writable:
            pilot.step(now)
            for message in pilot.outbox:
                self._queue(session, message, now)
            if pilot.outbox:
                session.said_at = now
                pilot.outbox.clear()
            due = session.said_at + (pilot.hb_s if pilot.connected else _AGAIN_S)
        else:
            pilot.check_body()  # the body continues
            due = now + _AGAIN_S
        for line in pilot.take_news():
            self._report(f"robot {pilot.robot}: {line}")
        if due <= now:  # by less than the clock's resolution
            due = now + _IDLE_S
        body_due = getattr(pilot.body, "due", now + _UNASKED_S)
        self._set_due(session, max(min(due, body_due), now))

    def _set_due(self, session: RobotSession, due: float) -> None:
        if due != session.due:
            session.due = due
            heapq.heappush(self._schedule, (due, next(self._numbers), session))

    def _queue(self, session: RobotSession, message: FromRobot, now: float) -> None:
        if session.channel is None:
            self._outgoing.append((session.shared, encode(message)))
        else:
            self._delay(session, message, now, up=True)

    def _send(self) -> None:
        """Send the messages of this turn; the bodies' trace is written before."""
        if self._trace is not None:
            self._trace.flush()
        out, self._outgoing = self._outgoing, []
        for shared, data in out:
            shared.socket.send(data)
        self.sent += len(out)
        self._ready |= {shared for shared in {shared for shared, _ in out} if shared.socket.waiting()}

    def _delay(self, session: RobotSession, message: FromRobot | ToRobot, now: float, *, up: bool) -> None:
        if session.channel is not None:
            for delay in session.channel.deliveries(now - self._began, "up" if up else "down"):
                heapq.heappush(self._delayed, (now + delay, next(self._numbers), session, message, up))

    def _deliver_delayed(self, now: float) -> None:
        while self._delayed and self._delayed[0][0] <= now:
            _, _, session, message, up = heapq.heappop(self._delayed)
            if up:
                self._outgoing.append((session.shared, encode(message)))
            else:
                self._handle(session, message, now)  # type: ignore[arg-type]

    # Links

    def _open(self, shared: SharedSocket, now: float) -> None:
        shared.descriptor = shared.socket.open(now)
        self._selector.register(shared.descriptor, selectors.EVENT_READ, shared)
        self._ready.add(shared)
        for session in shared.sessions.values():
            self._set_due(session, now)

    def _has_another_key(self, shared: SharedSocket) -> bool:
        """Tell whether the key of a refused socket has been replaced by now."""
        refused = any(session.refusal == "key" for session in shared.sessions.values())
        return refused and shared.socket.is_open and self._key_of(shared) != shared.socket.key

    def _key_of(self, shared: SharedSocket) -> Key | None:
        """Return the key in its file now."""
        if self._read_key is None:
            return shared.socket.key
        try:
            return self._read_key(next(iter(shared.sessions)))
        except InputError as error:  # being replaced, or damaged: the previous key is used until it can be read
            _log.debug("the previous key is used: %s", error)
            return shared.socket.key

    def _close(self, shared: SharedSocket, now: float) -> None:
        if shared.socket.is_open:
            self._selector.unregister(shared.descriptor)
        self._ready.discard(shared)
        shared.socket.close(now)

    def _spread_logins(self, shared: SharedSocket, now: float) -> None:
        """Let the robots of a socket log in, spread over time if they are many."""
        for session in shared.sessions.values():
            if not session.pilot.connected:
                self._set_due(session, now + random.uniform(0.0, (len(shared.sessions) - 1) / _LOGINS_PER_S))

    def _check_sockets(self, now: float) -> None:
        self._check_at = now + _LOOK_S
        for shared in self._shared_sockets:
            if shared.socket.silent(now) or self._has_another_key(shared):
                self._close(shared, now)
                for session in shared.sessions.values():
                    session.pilot.lost()
                    shared.leave(session)
            elif not shared.socket.is_open and now >= shared.socket.open_at and shared.wanted:
                shared.socket.key = self._key_of(shared)
                self._open(shared, now)
        if self._status_lines.asks_for_silent:
            silent = [
                robot for shared in self._shared_sockets if not shared.socket.ever_heard for robot in shared.sessions
            ]
            self._status_lines.silent(silent, now)
        self._status_lines.status(lambda: self.connected, now)


def _say_nothing(line: str) -> None:
    """Discard a line; used when no `tell` is given."""


def run_agents(
    address: str,
    bodies: Mapping[int, Body],
    keys: Mapping[int, Key] | None = None,
    seconds: float | None = None,
    tell: Callable[[str], None] = print,
) -> None:
    """Drive bodies, by robot, until interrupted, `seconds` are over, or the controller has refused all of them for good.

    InputError as from `Agents`, before anything is driven.
    """
    with Agents(address, bodies, keys, tell=tell) as agents:
        agents.run(seconds)
