"""The controller's place for one agent that is to be examined: what is said to it, what it answers, and what may be believed.

It keeps no floor: only a short strip of free cells, on which the robot is led to and fro.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import zmq

from controller.link.authentication import Authenticator
from controller.link.conformance.session import STRIP, Broken, ConformOptions, Session, faults_of
from layout.errors import InputError
from layout.escaping import in_a_line
from layout.grid import steps
from robots.link import curve_security
from robots.link.keys import Key, Registry
from robots.link.messages import (
    VERSIONS,
    Ack,
    Cancel,
    Done,
    FromRobot,
    Grant,
    Hello,
    Pos,
    Refused,
    Reject,
    Stopped,
    ToRobot,
    Welcome,
    encode,
    read_robot,
)
from robots.recording.frames import NO_LOAD

_POLL_MS = 10
_LONGEST = 300
"""Characters shown of a frame that is no message."""
_BACKOFF_S = 6.0
"""Longest time in s until an agent opens a dead connection again."""
_BATTERY_WH = 400.0
_ASK_S = 2.0
"""Time in s within which an unanswered agent sends two HELLOs."""
_Kind = TypeVar("_Kind")


class Examiner:
    """Use as a context manager: bound within. Everything that is heard passes through `listen`, which has to be called.

    faults: what the robot did since they were last cleared that no rule allows. deaf: answer nothing. malformed: why the last
    frame that is no message was refused. InputError if the address can't be bound or is open without keys.
    """

    def __init__(self, address: str, options: ConformOptions, key: Key | None = None, registry: Registry | None = None):
        curve_security.check_bind(address, key)
        self.options = options
        self.hb_s = options.hb_ms / 1000.0
        self.robot = options.robot
        # Agents take no lower term than they have seen, and the same one may be examined again; nothing else reads the clock.
        self.term = int(time.time())
        self.session: Session | None = None
        self.strip: list[int] = []
        self.home_heading = 0
        self.hello: tuple[bytes, Hello] | None = None
        self.hellos = 0
        self.heard: list[FromRobot] = []
        self.faults: list[str] = []
        self.malformed = ""
        self.deaf = False
        self.acts = self.cancels = 0
        self._next_sess = 10
        self._context = zmq.Context()
        self._authenticator = Authenticator(self._context, registry) if registry is not None else None
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.set(zmq.LINGER, 0)
        self._socket.set(zmq.ROUTER_MANDATORY, 1)
        self._socket.set(zmq.MAXMSGSIZE, 1 << 16)
        curve_security.server(self._socket, key, "robots")
        self._poller = zmq.Poller()
        for socket in [self._socket] + ([self._authenticator.socket] if self._authenticator is not None else []):
            self._poller.register(socket, zmq.POLLIN)
        try:
            self._socket.bind(address)
        except zmq.ZMQError as error:
            self.close()
            raise InputError.single(address, "", f"can't be bound: {error}", "a free port of this machine") from error
        self.address = str(self._socket.getsockopt_string(zmq.LAST_ENDPOINT))

    def __enter__(self) -> "Examiner":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()
        if self._authenticator is not None:
            self._authenticator.close()
        self._context.destroy(linger=0)

    # --- hearing

    def listen(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Receive messages for some seconds or until a condition is true; return whether it became true."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() >= end:
                return False
            self._take_in()
        return True

    def expect(self, what: str, true: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait for a condition; raise Broken if it doesn't become true in time or the robot breaks a rule."""
        seconds = self.options.patience_s if seconds is None else seconds
        if not self.listen(seconds, lambda: bool(self.faults) or true()):
            raise Broken(f"{what} within {seconds:.3g} s; {self.last_word}")
        self.check()

    def check(self) -> None:
        if self.faults:
            raise Broken(self.faults[0])

    @property
    def last_word(self) -> str:
        """Return the latest POS as text."""
        pos = self.live.pos if self.session is not None else None
        if pos is None:
            return "no POS was heard"
        how = "moving" if pos.moving else "at rest"
        return f"last heard: {how} in idx {pos.idx}, limit {pos.limit}, plan {pos.plan}, load {pos.load}"

    @property
    def live(self) -> Session:
        assert self.session is not None
        return self.session

    @property
    def pos(self) -> Pos:
        """Return the latest POS of the live session, which has one from its login on."""
        assert self.live.pos is not None
        return self.live.pos

    @property
    def reply_s(self) -> float:
        """Return the time in s within which an answer must come."""
        return self.hb_s + self.options.slack_s

    @property
    def quiet_s(self) -> float:
        """Return the time in s in which a robot would begin something it should not do."""
        return max(1.5 * self.hb_s, 0.3)

    def _take_in(self) -> None:
        ready = dict(self._poller.poll(_POLL_MS))
        if self._authenticator is not None and self._authenticator.socket in ready:
            self._authenticator.answer()
        with suppress(zmq.Again):
            while True:
                parts = self._socket.recv_multipart(zmq.NOBLOCK, copy=False)
                try:
                    message = read_robot(parts[1].bytes if len(parts) == 2 else b"")
                except Refused as error:
                    self.malformed = in_a_line(str(error), _LONGEST)
                    self.faults.append(f"a frame that is no message: {self.malformed}")
                    continue
                self._hear(parts, message)

    def _hear(self, parts: list[zmq.Frame], message: FromRobot) -> None:
        routing_id, session = parts[0].bytes, self.session
        if isinstance(message, Hello):
            self._take_hello(routing_id, message, self._owner_fault(parts, message.robot))
        elif session is not None and (message.term, message.sess) == (session.term, session.sess):
            self.heard.append(message)
            if isinstance(message, Pos):
                self._take_pos(session, message)
            elif isinstance(message, Stopped):
                self._take_stopped(session, message)

    def _owner_fault(self, parts: list[zmq.Frame], robot: int) -> str:
        if self._authenticator is None:
            return ""
        entry = self._authenticator.entry(parts[-1])
        return "" if entry is not None and robot in entry.robots else f"its key is not that of robot {robot}"

    def _take_hello(self, routing_id: bytes, hello: Hello, fault: str) -> None:
        if self.robot is None:
            self.robot = hello.robot
        if hello.robot != self.robot:
            return
        session = self.session
        if fault:
            self.faults.append(fault)
        if hello.v not in VERSIONS:
            self.faults.append(
                f"HELLO of version {hello.v}; versions {' and '.join(map(str, VERSIONS))} are understood"
            )
        if session is not None and session.pos is not None and not session.ended:
            session.ended = True
            self.faults.append("HELLO though its session was live and nobody had asked WHO")
        if session is not None and hello.boot != session.hello.boot:
            self.faults.append("HELLO with another boot: its program has started anew, or there are two of this number")
        self.hello = (routing_id, hello)
        self.hellos += 1

    def _take_pos(self, session: Session, pos: Pos) -> None:
        self.faults += faults_of(session, pos)
        session.pos = pos
        session.positions.append(pos)
        if not self.deaf:
            self.say(Ack(session.term, session.sess, 0, pos.n))

    def _take_stopped(self, session: Session, stopped: Stopped) -> None:
        cancel = session.cancel
        if cancel is None or (stopped.plan, stopped.cancel) != (cancel.plan, cancel.cancel):
            self.faults.append(f"STOPPED for plan {stopped.plan}, cancel {stopped.cancel}, which was not asked for")
        elif stopped.idx > session.granted_to or session.route[stopped.idx] != stopped.cell:
            self.faults.append(f"STOPPED in idx {stopped.idx}, cell {stopped.cell}, which is not on what was granted")
        else:
            session.granted_to = stopped.idx
            del session.route[stopped.idx + 1 :]

    # --- saying

    def say(self, message: ToRobot) -> None:
        self.send(encode(message))

    def send(self, *frames: bytes) -> None:
        """Send to the robot, if it is connected."""
        routing_id = self.hello[0] if self.hello is not None else b""
        with suppress(zmq.ZMQError):
            self._socket.send_multipart([routing_id, *frames], zmq.NOBLOCK)

    def lead(self, to: int, only: int | None = None) -> Grant:
        """GRANT the route to cell `to` of the strip; `only` limits the cells that may be entered yet."""
        session = self.live
        here = self.strip.index(session.route[session.granted_to])
        step = 1 if to > here else -1
        if len(session.route) > session.granted_to + 1 or session.cut:  # what was announced is dead
            session.plan += 1
            session.cut = False
        session.route[session.granted_to + 1 :] = self.strip[here + step :: step][: abs(to - here)]
        session.granted_to = len(session.route) - 1 if only is None else session.granted_to + only
        session.face = self._facing(session)
        grant = session.grant()
        self.say(grant)
        return grant

    def turn(self, heading: int) -> None:
        """Have the robot turn where it stands."""
        self.live.face = heading
        self.say(self.live.grant())

    def _facing(self, session: Session) -> int:
        route, width = session.route, self.options.width
        last = min(session.granted_to + 1, len(route) - 1)
        return steps(width).index(route[last] - route[last - 1]) if last else session.heading

    def do(self, message: ToRobot) -> None:
        """Say something and have the robot do nothing because of it."""
        self.say(message)
        self.stays(f"after {type(message).__name__.upper()}")

    # --- what is looked for again and again

    def arrives(self) -> None:
        """Drive to the end of the grant, with each cell reported on the way."""
        session = self.live
        first = len(session.positions)
        began = self.pos.idx
        self.expect("did not come to rest at the end of its grant", lambda: self._arrived(session))
        told = {pos.idx for pos in session.positions[first:]} | {began}
        if missing := set(range(began, session.granted_to + 1)) - told:
            raise Broken(f"no POS for idx {min(missing)}: each cell fully entered has to be told")

    def _arrived(self, session: Session) -> bool:
        pos = self.pos
        there = pos.idx == session.granted_to == pos.limit and pos.plan == session.plan
        return there and not pos.moving and pos.heading == session.face

    def stays(self, when: str) -> None:
        """Check that its route doesn't change for a while."""
        before = self.pos
        self.listen(self.quiet_s)
        self.check()
        if (self.pos.idx, self.pos.limit) != (before.idx, before.limit) or self.pos.moving:
            raise Broken(f"{when}: it went from idx {before.idx}, limit {before.limit} on; {self.last_word}")

    def sets_off(self) -> None:
        """Drive towards the farther end of the strip, until it is seen moving."""
        here = self.strip.index(self.live.route[self.live.granted_to])
        began = self.pos.idx
        self.lead(0 if here > STRIP // 2 else STRIP)
        self.expect("did not set off", lambda: self.pos.moving or self.pos.idx > began)

    def cancels_plan(self) -> Stopped:
        """CANCEL the plan it is driving, and wait for its STOPPED."""
        session = self.live
        self.cancels += 1
        session.cancel, session.cut = Cancel(session.term, session.sess, session.plan, self.cancels), True
        first = len(self.heard)
        self.say(session.cancel)
        self.expect("no STOPPED", lambda: bool(self.of(Stopped, first)))
        stopped = self.of(Stopped, first)[0]
        self.expect(
            "no POS at rest with idx and limit of STOPPED",
            lambda: self.pos.idx == stopped.idx == self.pos.limit and not self.pos.moving,
            self.reply_s,
        )
        return stopped

    def of(self, kind: type[_Kind], first: int = 0) -> list[_Kind]:
        """Return the messages of a kind, from number `first` on."""
        return [message for message in self.heard[first:] if isinstance(message, kind)]

    # --- logins

    def hears_hello(self, seconds: float | None = None) -> Hello:
        """Wait for a new HELLO at rest; a moving robot is told to come to rest first."""
        end = self.hellos

        def came() -> bool:
            nonlocal end
            if self.hello is None or self.hellos == end:
                return False
            end = self.hellos
            if not self.hello[1].at_rest and not self.deaf:
                self.reject("moving")
            return self.hello[1].at_rest

        self.expect("no HELLO at rest", came, seconds)
        assert self.hello is not None
        return self.hello[1]

    def reject(self, code: str) -> None:
        assert self.hello is not None
        self.say(Reject(self.hello[1].robot, self.hello[1].boot, code, "as a trial"))  # type: ignore[arg-type]

    def welcome(self, hello: Hello, **other: int) -> Welcome:
        """Return the WELCOME for a HELLO, with the given fields changed."""
        options, placed = self.options, hello.cell >= 0
        known = {"term": self.term, "sess": self._next_sess, "boot": hello.boot, **other}
        return Welcome(
            v=hello.v,
            term=known["term"],
            sess=known["sess"],
            robot=hello.robot,
            boot=known["boot"],
            hb_ms=options.hb_ms,
            tick_ms=1000.0 / options.speed,
            tick_s=1.0,
            lift_s=3.0,
            width=options.width,
            cell=hello.cell if placed else self.strip[0],
            heading=hello.heading if placed else 0,
            load=hello.load if placed else NO_LOAD,
            battery=hello.battery if placed else _BATTERY_WH,
        )

    def enters(self, hello: Hello) -> None:
        """Send WELCOME; the session is live once a POS confirms it."""
        assert self.hello is not None
        welcome = self.welcome(hello)
        if welcome.cell not in self.strip:
            raise Broken(f"it logs in at cell {hello.cell}, where it was never led")
        self._next_sess += 1
        session = Session(welcome.term, welcome.sess, hello, [welcome.cell], welcome.heading, face=welcome.heading)
        self.session = session
        self.say(welcome)
        self.expect("no POS in answer to WELCOME", lambda: session.pos is not None, 2 * self.reply_s)
        if self.pos.idx or self.pos.limit or self.pos.moving:
            raise Broken(f"a new session begins at rest with idx 0 and limit 0; {self.last_word}")

    def no_login(self, what: str) -> None:
        """Check that the robot still sends HELLO after a WELCOME that is not for it."""
        before = self.hellos
        if not self.listen(_ASK_S + self.options.slack_s, lambda: self.hellos >= before + 2):
            raise Broken(f"it took up {what}, or fell silent: it asks no more by HELLO")

    def renew_term(self) -> None:
        """Act like a controller that was started again."""
        self.term += 1
        self._next_sess = 1

    def ends_session(self) -> None:
        """Allow a HELLO from now on."""
        self.live.ended = True

    def lost_s(self) -> float:
        """Return the time in s within which an agent must notice silence and send HELLO again."""
        return 3 * self.hb_s + _BACKOFF_S + self.options.slack_s

    def done(self, act: int, first: int) -> list[Done]:
        """Return the final states of an action, from message number `first` on."""
        return [done for done in self.of(Done, first) if done.act == act and done.state != "running"]
