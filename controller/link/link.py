"""The controller's side of the robot link, without sockets and clocks: sessions, grants, and what the fleet is believed to do.

Plans run ahead of the robots: a robot's place for the planner is the end of its plan, and what it has been granted so far
follows as the visits before it are released (controller/link/visits.py). `behind` robots can't begin work yet, and `busy` ones
are planned no further until they have caught up.
"""

import logging
import math
import random
from collections import deque
from collections.abc import Container, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from controller.link.seat import LinkParams, Login, Row, Seat, Sender, decode_row, encode_row
from controller.link.visits import Visits, Way
from controller.wording import cell_at
from layout.escaping import in_a_line
from robots.fleet import Action, Grants, Reports
from robots.frames import NO_LOAD
from robots.messages import (
    FAULT_SIGNS,
    FLAG_CHARGING,
    FLAG_FAULT,
    FLAG_OFF_ROUTE,
    FLAG_PAUSED,
    HORIZON,
    VERSION,
    VERSIONS,
    Ack,
    Cancel,
    Do,
    Done,
    FromRobot,
    Grant,
    Hello,
    Message,
    Pause,
    Pos,
    Reject,
    Resume,
    Stopped,
    ToRobot,
    Welcome,
    Who,
)

_log = logging.getLogger(__name__)

OFFLINE_S = 3.0
"""Without a word for so long a robot is offline: its cells stay its own, and others are led round it."""
_AGAIN_S = 1.0
"""After which the latest word is sent again where its effect is not reported."""
_LOGINS = 4
"""Logins of a robot that may be open at a time."""
STUCK_S = 30.0
"""Without coming on for so long a robot that has leave to drive is stuck, and others are led round it."""
_WELL_S = 30.0
"""A robot that has reported no fault for so long has an alarm again when it reports the next one."""
_ALARMS = 1000
_YIELD = 0.3
"""Chance that a robot of a ring, which can't be granted, is to stand for a tick, so that the planner finds another way."""


class Link:
    """All robots of a floor. Not thread-safe: its caller has the lock.

    counts: refused (messages of dead sessions, plans or terms), security (keys used for other robots), rings (moves that would
    have waited for each other). alarms: (kind, text) since they were last taken.
    """

    def __init__(
        self,
        reports: Reports,
        width: int,
        passable: NDArray[np.bool_],
        term: int,
        params: LinkParams | None = None,
        rows: Iterable[tuple[int, bytes]] = (),
    ) -> None:
        self.params = params or LinkParams()
        self.term = term
        self.counts = {"refused": 0, "security": 0, "rings": 0}
        self.alarms: list[tuple[str, str]] = []
        self.visits = Visits()
        self._width, self._passable = width, passable
        self._step = (1, width, -1, -width)
        self._by_sess: dict[int, Seat] = {}
        self._next_sess = 1
        self._cancels = 0
        self._dirty: set[int] = set()
        self._renewed: set[int] = set()
        self._out: list[tuple[bytes, Message]] = []
        self._after: list[tuple[bytes, Message]] = []
        self._yielding: set[int] = set()
        self._lots = random.Random(term)
        self._silent = math.inf
        """Since when silence counts."""
        self.floor_paused = False
        self.seats = [
            Seat(
                n, int(reports.heading[n]), int(reports.load[n]), float(reports.battery_wh[n]), int(reports.heading[n])
            )
            for n in range(len(reports.cell))
        ]
        kept = {robot: decode_row(row) for robot, row in rows}
        for seat in self.seats:
            if seat.robot not in kept:
                self.visits.place(seat.robot, int(reports.cell[seat.robot]))
        if kept:
            self._restore(kept)
        self._dirty = set(range(len(self.seats)))
        self._seen = self._believed()
        """(cell, heading) by robot, as the tick under way was told."""

    # --- what robots say

    def handle(self, sender: Sender, message: FromRobot, now: float) -> None:
        """Take in a message. now: monotonic seconds."""
        match message:
            case Hello():
                self._login(sender, message)
            case _:
                seat = self._seat_of(sender, message, now)
                if seat is None:
                    self.counts["refused"] += 1
                    return
                seat.heard = now
                match message:
                    case Pos():
                        self._take_pos(seat, message, now)
                    case Done():
                        self._take_done(seat, message)
                    case Stopped():
                        self._take_stopped(seat, message)

    def beat(self, now: float) -> None:
        """Who is silent goes offline; what was said and has had no effect is said again. Call it a few times a second."""
        for seat in self.seats:
            if not seat.online:
                if seat.known and not seat.dead and now - max(seat.heard, self._silent) > self.params.lost_s:
                    self._give_up(seat)
                continue
            self._look_for_stuck(seat, now)
            if now - seat.heard > OFFLINE_S:
                self._offline(seat, f"robot {seat.robot} is silent")
            elif now - seat.sent_at > _AGAIN_S:
                self._say_again(seat, now)

    def begin(self, now: float) -> None:
        """The clock starts: silence before it doesn't count."""
        self._silent = now

    # --- what the tick sees and says

    def collect(self) -> Reports:
        """Robots as the tick is to see them: at the end of their plans. Plans that wait for who doesn't drive are cut short."""
        stalled = {robot for robot in self.visits.ways if self._stalls(self.seats[robot])}
        waiting = {robot for robot in self.visits.ways if self.visits.waits_for(robot) in stalled}
        self._replan(self.visits.retract(stalled | waiting))
        count = len(self.seats)
        ways = self.visits.ways
        self._seen = self._believed()
        failed = np.fromiter((seat.failed for seat in self.seats), np.int8, count)
        behind = np.zeros(count, bool)
        busy = np.zeros(count, bool)
        for seat in self.seats:
            seat.failed = 0
            way = ways.get(seat.robot)
            if way is None:
                continue
            lag = way.end - way.idx
            waits = seat.moving or seat.heading != seat.face or seat.doing is not None or not seat.aligned
            behind[seat.robot] = lag > 0 or waits or self.floor_paused
            full = lag >= self.params.ahead or seat.cancel is not None or not seat.aligned
            busy[seat.robot] = full or self.floor_paused or seat.robot in self._yielding
        return Reports(
            np.fromiter((cell for cell, _ in self._seen), np.int32, count),
            np.fromiter((face for _, face in self._seen), np.int8, count),
            np.fromiter((seat.load for seat in self.seats), np.int32, count),
            np.fromiter((seat.battery for seat in self.seats), np.float64, count),
            np.fromiter((self._stopped(seat) for seat in self.seats), bool, count),
            np.fromiter((seat.dead for seat in self.seats), bool, count),
            behind,
            busy,
            np.array(self._trailing(), np.int32).reshape(-1),
            failed,
            np.fromiter((not seat.online for seat in self.seats), bool, count),
        )

    def troubles(self) -> dict[int, str]:
        """{robot: words}: why robots that nobody has given up don't drive on, also while they stand paused."""
        stuck = "it has leave to drive and doesn't come on"
        found = ((seat.robot, seat.held or stuck * seat.stuck) for seat in self.seats if not seat.dead)
        return {robot: words for robot, words in found if words}

    def commit(self, grants: Grants) -> None:
        """Plan one action more for each robot, and grant what can be granted at once.

        An action for a robot whose plan has changed since `collect` was meant for another place, and is dropped.
        """
        moves: dict[int, int] = {}
        for robot in np.flatnonzero(grants.action).tolist():
            seat, action = self.seats[robot], Action(int(grants.action[robot]))
            if seat.cancel is not None or self._seen[robot] != (self._place(seat), seat.face):
                continue
            if action == Action.FORWARD:
                cell = self.visits.ways[robot].last + self._step[seat.face]
                if not self._blocked(cell):
                    moves[robot] = cell
            elif action in (Action.TURN_RIGHT, Action.TURN_LEFT):
                seat.face = (seat.face + (1 if action == Action.TURN_RIGHT else 3)) % 4
                self._renew(seat)
            else:
                self._do(seat, action, int(grants.what[robot]))
        refused = self.visits.extend(moves)
        self.counts["rings"] += len(refused)
        self._yielding = {robot for robot in refused if self._lots.random() < _YIELD}
        for robot in moves.keys() - refused:
            self._renew(self.seats[robot])
        self._grant(moves.keys())

    def take_words(self) -> list[tuple[bytes, Message]]:
        """What may be sent at once."""
        words, self._out = self._out, []
        return words

    def take(self, now: float) -> tuple[list[tuple[int, bytes]], list[tuple[bytes, Message]]]:
        """(rows, messages): the rows by robot have to be durable before the messages may be sent.

        While a CANCEL is open nothing is granted: a grant that reached the robot after its STOPPED would be of a plan newer
        than the one that died, and lead it into cells that are no longer its own.
        """
        rows = [(robot, self._row(self.seats[robot])) for robot in sorted(self._dirty)]
        for robot in sorted(self._renewed):
            if self.seats[robot].online and self.seats[robot].cancel is None:
                self._say_grant(self.seats[robot], now)
        messages = self._after
        self._after, self._dirty, self._renewed = [], set(), set()
        return rows, messages

    def put_back(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Rows that could not be made durable: their robots' grants were dropped and are made again."""
        for robot, _ in rows:
            self._dirty.add(robot)
            self._renewed.add(robot)

    # --- what operators want

    def pause(self, robot: int | None) -> None:
        """Have a robot stand still, None: all. What is granted stays granted."""
        if robot is None:
            self.floor_paused = True
        else:
            self.seats[robot].paused = True
        for seat in self.seats if robot is None else [self.seats[robot]]:
            self._say(seat, Pause(self.term, seat.sess))

    def resume(self, robot: int | None) -> None:
        if robot is None:
            self.floor_paused = False
        else:
            self.seats[robot].paused = False
        for seat in self.seats if robot is None else [self.seats[robot]]:
            if not self._paused(seat):
                self._say(seat, Resume(self.term, seat.sess))
                self._grant([seat.robot])

    def cancel_through(self, cells: Container[int]) -> None:
        """Robots on whose way these cells lie are to stop and plan anew."""
        for seat in self.seats:
            way = self.visits.ways.get(seat.robot)
            if way is None or not any(cell in cells for cell, _ in list(way.cells)[1:]):
                continue
            self._replan(self.visits.retract([seat.robot]))
            if way.upto > way.idx and seat.online and seat.cancel is None:
                self._cancels += 1
                seat.cancel = Cancel(self.term, seat.sess, seat.plan, self._cancels)
                self._say(seat, seat.cancel)

    def remove(self, robot: int) -> None:
        """An operator has said that a robot is off the floor: its cells are free."""
        seat = self.seats[robot]
        self._end_session(seat)
        seat.dead = True
        if robot in self.visits.ways:
            seat.gone_from = self.visits.ways[robot].last
            self._dirty.add(robot)
            self._grant(self.visits.remove(robot))

    def revoke(self, names: Container[str]) -> None:
        """Keys were withdrawn: their sessions end at once."""
        for seat in self.seats:
            if seat.sess and seat.sender.name in names:
                self._say(seat, Reject(seat.robot, seat.boot, "key", "this key was withdrawn"))
                self._offline(seat, f"the key of robot {seat.robot} was withdrawn")
                self._end_session(seat)

    @property
    def connected(self) -> int:
        return sum(seat.online for seat in self.seats)

    # --- logins

    def _login(self, sender: Sender, hello: Hello) -> None:
        """Answer a HELLO. Nothing changes before a POS confirms the login: this HELLO may be an old one, come late."""
        if refusal := self._refusal(sender, hello):
            self.counts["refused"] += 1
            self._out.append((sender.route, Reject(hello.robot, hello.boot, *refusal)))  # type: ignore[arg-type]
            return
        seat = self.seats[hello.robot]
        way = self.visits.ways[seat.robot]
        placed = hello.cell >= 0
        cell = hello.cell if placed else way.cell(way.idx)
        heading, load, battery = (
            (hello.heading, hello.load, hello.battery) if placed else (seat.heading, seat.load, seat.battery)
        )
        while len(seat.pending) >= _LOGINS:
            old = min(seat.pending)
            del seat.pending[old], self._by_sess[old]
        sess = self._next_sess
        self._next_sess += 1
        seat.pending[sess] = Login(sender, hello.boot, cell, heading, load, battery)
        self._by_sess[sess] = seat
        params = self.params
        self._out.append(
            (
                sender.route,
                Welcome(
                    *(hello.v, self.term, sess, seat.robot, hello.boot),
                    *(params.hb_ms, params.tick_ms, params.tick_s, params.lift_s, self._width),
                    *(cell, heading, load, battery),
                ),
            )
        )

    def _refusal(self, sender: Sender, hello: Hello) -> tuple[str, str] | None:
        """(code, text) of why a login doesn't hold, None if it does."""
        if hello.v not in VERSIONS:
            return "version", f"the controller speaks version {VERSION}"
        if hello.robot >= len(self.seats):
            return "unknown", f"this floor has robots 0 to {len(self.seats) - 1}"
        if sender.robots is not None and hello.robot not in sender.robots:
            self.counts["security"] += 1
            self._alarm("security", f"key {sender.name} asked to be robot {hello.robot}")
            return "key", f"key {sender.name} is not robot {hello.robot}'s"
        seat = self.seats[hello.robot]
        if seat.dead:
            self._alarm("held", f"robot {seat.robot} is back, but was given up")
            return "removed", "this robot was taken off the floor"
        if seat.online and seat.boot != hello.boot:
            self._alarm("security", f"a second robot {seat.robot} asks for its place")
            return "double", "a robot of this number is at work"
        if not hello.at_rest:
            return "moving", "log in at rest"
        return self._misplaced(seat, hello.cell)

    def _misplaced(self, seat: Seat, cell: int) -> tuple[str, str] | None:
        """A robot can only be where it was allowed to go; one that was never here may stand in any free cell."""
        if cell < 0 or cell in self.visits.held(seat.robot):
            seat.held = ""
            return None
        on_floor = cell < len(self._passable) and bool(self._passable[cell])
        if not seat.known and on_floor and self.visits.free(cell):
            return None
        trouble = f"it says it is in cell {cell_at(cell, self._width)}, where it can't be"
        if seat.held != trouble:
            seat.held = trouble
            self._alarm("held", f"robot {seat.robot}: {trouble}")
        return "place", "not in a cell that this robot was granted; an operator has to remove it, or put it back"

    def _seat_of(self, sender: Sender, message: Pos | Done | Stopped, now: float) -> Seat | None:
        """The robot whose live session a message belongs to; the first POS of a login makes it live."""
        seat = self._by_sess.get(message.sess) if message.term == self.term else None
        if seat is None:
            self._out.append((sender.route, Who(self.term, message.sess)))
            return None
        login = seat.pending.get(message.sess)
        known = login.sender if login is not None else seat.sender
        if (known.route, known.name) != (sender.route, sender.name):
            self.counts["security"] += 1
            return None
        if login is not None and not (isinstance(message, Pos) and self._confirm(seat, message.sess, login, now)):
            return None
        return seat

    def _confirm(self, seat: Seat, sess: int, login: Login, now: float) -> bool:
        """The robot has taken its login up: it stands in that cell, and all it was granted before is dead."""
        if seat.dead or not self._settle(seat, login.cell):
            self._out.append((login.sender.route, Who(self.term, sess)))
            return False
        self._end_session(seat)
        seat.sess, seat.sender, seat.boot = sess, login.sender, login.boot
        self._by_sess[sess] = seat
        again = seat.known
        seat.online = seat.known = True
        seat.heading = seat.face = login.heading
        seat.load, seat.battery = login.load, login.battery
        seat.number, seat.plan, seat.plan_told, seat.limit = -1, 1, 0, 0
        seat.moving, seat.aligned, seat.held = False, True, ""
        seat.doing, seat.cancel = None, None
        seat.heard = seat.moved_at = now
        seat.stuck = False
        self._dirty.add(seat.robot)
        if self._paused(seat):
            self._say(seat, Pause(self.term, sess))
        about = {"event": "back" if again else "login", "robot": seat.robot}
        _log.info("robot %d logged in at cell %d", seat.robot, login.cell, extra={"about": about})
        return True

    def _settle(self, seat: Seat, cell: int) -> bool:
        """Cut a robot's way to the cell where it stands; False if that is not its to stand in."""
        way = self.visits.ways[seat.robot]
        held = self.visits.held(seat.robot)
        if cell in held:
            turn = self.visits.cut(seat.robot, way.idx + held.index(cell))
        elif not seat.known and self.visits.free(cell):
            turn = self.visits.remove(seat.robot)
            self.visits.place(seat.robot, cell)
        else:
            return False
        self.visits.rebase(seat.robot)
        self._replan(turn)
        return True

    def _end_session(self, seat: Seat) -> None:
        for sess in (seat.sess, *seat.pending):
            self._by_sess.pop(sess, None)
        seat.pending.clear()
        seat.sess, seat.online = 0, False

    def _offline(self, seat: Seat, why: str) -> None:
        """What it was granted stays its own."""
        seat.online = False
        self._alarm("offline", why)

    def _give_up(self, seat: Seat) -> None:
        seat.dead = True
        self._dirty.add(seat.robot)
        self._alarm("lost", f"robot {seat.robot} has not been heard for {self.params.lost_s:.0f} s")

    # --- what robots report

    def _take_pos(self, seat: Seat, pos: Pos, now: float) -> None:
        way = self.visits.ways.get(seat.robot)
        if way is None or pos.idx > way.upto or pos.plan > seat.plan or pos.limit > way.upto:
            self._alarm("security", f"robot {seat.robot} reports what it was never granted")
            self.counts["refused"] += 1
            return
        if not seat.online:
            seat.online = True
            about = {"event": "back", "robot": seat.robot}
            _log.info("back: robot %d is heard again", seat.robot, extra={"about": about})
        if pos.idx > way.idx or (seat.stuck and pos.moving):
            seat.moved_at, seat.stuck = now, False
        self._grant(self.visits.report(seat.robot, pos.idx))
        if pos.n <= seat.number:
            return
        seat.number = pos.n
        seat.moving, seat.heading, seat.battery, seat.load = pos.moving, pos.heading, pos.battery, pos.load
        seat.plan_told, seat.limit, seat.flags = pos.plan, pos.limit, pos.flags
        if not seat.aligned and not pos.moving and seat.cancel is None:
            seat.face, seat.aligned = pos.heading, True
            self._renew(seat)
        self._take_faults(seat, pos, now)
        if now - max(seat.sent_at, seat.acked_at) > self.params.hb_ms / 2000.0:
            seat.acked_at = now
            self._say(seat, Ack(self.term, seat.sess, 0, pos.n))

    def _take_faults(self, seat: Seat, pos: Pos, now: float) -> None:
        """A fault that comes and goes is one alarm, and so are words that change."""
        held, seat.held = seat.held, _trouble(pos)
        if not seat.held:
            return
        if not held and now - seat.held_at > _WELL_S:
            self._alarm("held", f"robot {seat.robot}: {seat.held}")
        seat.held_at = now

    def _look_for_stuck(self, seat: Seat, now: float) -> None:
        """Whoever may drive on and doesn't reports so, again and again while it lasts."""
        way = self.visits.ways.get(seat.robot)
        held_back = seat.dead or self._paused(seat) or bool(seat.held) or seat.cancel is not None
        if way is None or way.upto == way.idx or held_back or now < self._silent:
            seat.moved_at, seat.stuck = now, False
        elif now - seat.moved_at > STUCK_S * max(1.0, self.params.tick_ms / 1000.0 / self.params.tick_s):
            seat.moved_at, seat.stuck = now, True
            seat.failed = Action.FORWARD

    def _take_done(self, seat: Seat, done: Done) -> None:
        doing = seat.doing
        if done.state != "running":
            self._say(seat, Ack(self.term, seat.sess, done.act, 0))
        if doing is None or done.act != doing.act:
            return
        if done.state == "failed":
            seat.failed = _ACTIONS[doing.kind]
            if done.result:
                _log.info("robot %d: %s failed: %s", seat.robot, doing.kind, done.result)
        if done.state != "running":
            seat.doing = None

    def _take_stopped(self, seat: Seat, stopped: Stopped) -> None:
        """The robot's word that it stands, and that the rest of its plan is dead: only now are those cells free."""
        cancel = seat.cancel
        way = self.visits.ways[seat.robot]
        if cancel is None or (stopped.cancel, stopped.plan) != (cancel.cancel, cancel.plan):
            self.counts["refused"] += 1
            return
        if not way.idx <= stopped.idx <= way.upto or way.cell(stopped.idx) != stopped.cell:
            self._alarm("security", f"robot {seat.robot} says it stopped where it can't be")
            return
        seat.cancel, seat.aligned = None, False
        self._replan(self.visits.cut(seat.robot, stopped.idx) | {seat.robot})
        seat.limit = stopped.idx

    # --- what robots are told

    def _grant(self, robots: Iterable[int]) -> None:
        """Grant to those of `robots` who can be granted more."""
        for robot in robots:
            seat = self.seats[robot]
            if not self._stalls(seat) and robot in self.visits.ways and self.visits.grant(robot):
                self._renew(seat)

    def _renew(self, seat: Seat) -> None:
        self._dirty.add(seat.robot)
        self._renewed.add(seat.robot)

    def _replan(self, robots: Iterable[int]) -> None:
        """Ways were cut short: what was announced of them is dead, and those whose turn it is may go."""
        robots = set(robots)
        for robot in robots:
            seat = self.seats[robot]
            if robot in self.visits.ways and seat.sess:
                seat.plan += 1
                seat.face = self._facing(seat)
                self._renew(seat)
        self._grant(robots)

    def _facing(self, seat: Seat) -> int:
        """Heading in which a robot comes to the end of what is left of its plan."""
        way = self.visits.ways[seat.robot]
        if way.end == way.idx:
            return seat.heading
        return self._step.index(way.cell(way.end) - way.cell(way.end - 1))

    def _say_grant(self, seat: Seat, now: float) -> None:
        way = self.visits.ways[seat.robot]
        cells = [cell for cell, _ in way.cells][:HORIZON]
        face = seat.face
        if way.upto < way.end:
            face = self._step.index(way.cell(way.upto + 1) - way.cell(way.upto))
        seat.sent_at = now
        self._after.append((seat.sender.route, Grant(self.term, seat.sess, seat.plan, way.idx, cells, way.upto, face)))

    def _do(self, seat: Seat, action: Action, what: int) -> None:
        """Have a robot lift, set down or charge, unless it does or has."""
        kind, what = {
            Action.LIFT: ("lift", what),
            Action.SET_DOWN: ("set_down", NO_LOAD),
            Action.CHARGE: ("charge", NO_LOAD),
        }[action]
        done = bool(seat.flags & FLAG_CHARGING) if action == Action.CHARGE else seat.load == what
        if done or seat.doing is not None or not seat.online:
            return
        seat.act += 1
        way = self.visits.ways[seat.robot]
        seat.doing = Do(self.term, seat.sess, seat.act, kind, way.end, what)  # type: ignore[arg-type]
        self._after.append((seat.sender.route, seat.doing))

    def _say_again(self, seat: Seat, now: float) -> None:
        """The latest of what the robot's reports don't show yet."""
        way = self.visits.ways[seat.robot]
        if seat.limit < way.upto or seat.plan_told < seat.plan or (seat.heading != seat.face and not seat.moving):
            self._renewed.add(seat.robot)
        if seat.doing is not None:  # not before the tick that wants it is durable
            seat.sent_at = now
            self._after.append((seat.sender.route, seat.doing))
        if seat.cancel is not None:
            self._say(seat, seat.cancel, now)
        paused = self._paused(seat)
        if paused != bool(seat.flags & FLAG_PAUSED):
            self._say(seat, (Pause if paused else Resume)(self.term, seat.sess), now)

    def _say(self, seat: Seat, message: ToRobot, now: float | None = None) -> None:
        if now is not None:
            seat.sent_at = now
        if seat.sess:
            self._out.append((seat.sender.route, message))

    # --- small words

    def _blocked(self, cell: int) -> bool:
        """Whether a robot that doesn't drive may be in a cell."""
        owner = self.visits.owner(cell)
        return owner >= 0 and self._stalls(self.seats[owner])

    def _stalls(self, seat: Seat) -> bool:
        """Can't be granted more now."""
        standing = seat.stuck or self._paused(seat) or bool(seat.held)
        return not seat.online or seat.dead or standing or seat.cancel is not None

    def _paused(self, seat: Seat) -> bool:
        return seat.paused or self.floor_paused

    def _stopped(self, seat: Seat) -> bool:
        return not seat.online or seat.paused or seat.stuck or bool(seat.held)

    def _trailing(self) -> list[tuple[int, int]]:
        """(robot, cell) of cells before the end of their plan where robots that are stopped may still be."""
        return [
            (seat.robot, cell)
            for seat in self.seats
            if self._stopped(seat) and seat.robot in self.visits.ways
            for cell in self.visits.held(seat.robot)[:-1]
        ]

    def _believed(self) -> list[tuple[int, int]]:
        """(cell, heading) by robot at the end of its plan."""
        return [(self._place(seat), seat.face) for seat in self.seats]

    def _place(self, seat: Seat) -> int:
        way = self.visits.ways.get(seat.robot)
        return seat.gone_from if way is None else way.last

    def _alarm(self, kind: str, text: str) -> None:
        if len(self.alarms) < _ALARMS:
            self.alarms.append((kind, text))

    # --- what survives a crash

    def _row(self, seat: Seat) -> bytes:
        way = self.visits.ways.get(seat.robot, _GONE)
        return encode_row(
            Row(
                *(seat.plan, way.idx, way.upto, list(way.cells), seat.heading, seat.face, seat.load, seat.battery),
                *(seat.known, seat.dead, seat.gone_from),
            )
        )

    def _restore(self, kept: dict[int, Row]) -> None:
        """After a crash: what was granted is its robot's until that robot says where it is; the rest was never said."""
        ways = {}
        for robot, row in kept.items():
            seat = self.seats[robot]
            seat.plan, seat.heading, seat.load, seat.battery = row.plan, row.heading, row.load, row.battery
            seat.known, seat.dead, seat.gone_from = row.known, row.dead, row.gone_from
            if row.cells:
                ways[robot] = Way(row.idx, row.upto, deque(row.cells))
        self.visits.restore(ways)
        self.visits.retract(ways)
        for robot in ways:
            self.seats[robot].face = self._facing(self.seats[robot])


def _trouble(pos: Pos) -> str:
    """What keeps a robot from driving on, in its own words where it has told them."""
    words = []
    if pos.flags & FLAG_FAULT:
        words.append(in_a_line(pos.fault, FAULT_SIGNS) or "its unit has a fault")
    if pos.flags & FLAG_OFF_ROUTE:
        words.append("it is off its way")
    return "; ".join(words)


_GONE = Way()
_ACTIONS = {"lift": Action.LIFT, "set_down": Action.SET_DOWN, "charge": Action.CHARGE}
