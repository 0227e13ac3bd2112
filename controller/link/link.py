"""The controller's side of the robot link, without sockets and clocks: sessions, grants, and what the fleet is believed to do.

Plans run ahead of the robots: a robot's place for the planner is the end of its plan, and what it has been granted so far
follows as the visits before it are released (cell_reservations.py). `behind` robots can't begin work yet, and `busy` ones
are planned no further until they have caught up.
"""

import logging
import random
from collections import deque
from collections.abc import Container, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from controller.link.cell_reservations import Route
from controller.link.link_state import LinkState
from controller.link.logins import Logins
from controller.link.rate_limit import and_more
from controller.link.reports import OFFLINE_S, Hearing
from controller.link.sessions import LinkParams, RobotSession, Row, Sender, decode_row, encode_row
from robots.link.messages import Done, FromRobot, Hello, Message, Pause, Pos, Reject, Resume, Stopped
from robots.recording.frames import NO_LOAD, TOTES
from robots.units.fleet import Action, Grants, Reports

_log = logging.getLogger(__name__)

_AGAIN_S = 1.0
"""After which the latest word is sent again where its effect is not reported."""
_YIELD = 0.3
"""Chance that a robot of a ring, which can't be granted, is to stand for a tick, so that the planner finds another way."""


class Link(LinkState):
    """All robots of a floor. Not thread-safe: its caller has the lock."""

    def __init__(
        self,
        reports: Reports,
        width: int,
        passable: NDArray[np.bool_],
        term: int,
        params: LinkParams | None = None,
        rows: Iterable[tuple[int, bytes]] = (),
    ) -> None:
        super().__init__(reports, width, passable, term, params or LinkParams())
        self.logins = Logins(self, width)
        self._hearing = Hearing(self, self.logins)
        self._yielding: set[int] = set()
        self._lots = random.Random(term)
        self._ended = False
        kept = {robot: decode_row(row) for robot, row in rows}
        for session in self.sessions:
            if session.robot not in kept:
                self.reservations.place(session.robot, int(reports.cell[session.robot]))
        if kept:
            self._restore(kept)
        self.words.dirty = set(range(len(self.sessions)))
        self._seen = self._believed()
        """(cell, heading) by robot, as the tick under way was told."""

    # --- what robots say

    def handle(self, sender: Sender, message: FromRobot, now: float) -> None:
        """Take in a message. now: monotonic seconds."""
        self.now = now
        match message:
            case Hello():
                self.logins.take(sender, message, now)
            case _:
                session = self.logins.session_of(sender, message, now)
                if session is None:
                    self.counts["refused"] += 1
                    return
                session.heard = now
                match message:
                    case Pos():
                        self._hearing.take_pos(session, message, now)
                    case Done():
                        self._hearing.take_done(session, message)
                    case Stopped():
                        self._hearing.take_stopped(session, message)

    def beat(self, now: float) -> None:
        """Who is silent goes offline; what was said and has had no effect is said again. Call it a few times a second."""
        self.now = now
        for session in self.sessions:
            if not session.online:
                if session.known and not session.dead and now - max(session.heard, self.silent) > self.params.lost_s:
                    self._give_up(session)
                continue
            self._hearing.look_for_stuck(session, now)
            if now - session.heard > OFFLINE_S:
                self._offline(session, f"robot {session.robot} is silent")
            elif now - session.sent_at > _AGAIN_S:
                self.words.say_again(session, now, paused=self.is_paused(session))
        if self._doubted_by and all(session.dead or session.heard >= 0 for session in self.sessions):
            self._end_doubts(self._doubted_by)
        self.claims.look(self.sessions, now)
        for (kind, _), count in self.limiter.left_out(now):
            self._tell(kind, and_more(count))

    def begin(self, now: float) -> None:
        """The clock starts: silence before it doesn't count."""
        self.silent = now

    def end(self) -> None:
        """Grant nothing more."""
        self._ended = True

    # --- what the tick sees and says

    def collect(self) -> Reports:
        """Robots as the tick is to see them: at the end of their plans. Plans that wait for who doesn't drive are cut short."""
        stalled = {robot for robot in self.reservations.routes if self._stalls(self.sessions[robot])}
        waiting = {robot for robot in self.reservations.routes if self.reservations.waits_for(robot) in stalled}
        self.replan(self.reservations.release_ungranted(stalled | waiting))
        count = len(self.sessions)
        routes = self.reservations.routes
        self._seen = self._believed()
        failed = np.fromiter((session.failed for session in self.sessions), np.int8, count)
        behind = np.zeros(count, bool)
        busy = np.zeros(count, bool)
        for session in self.sessions:
            session.failed = 0
            route = routes.get(session.robot)
            if route is None:
                continue
            lag = route.end - route.idx
            waits = (
                session.moving or session.heading != session.face or session.doing is not None or not session.aligned
            )
            waits = waits or bool(session.misloaded)
            behind[session.robot] = lag > 0 or waits or self.floor_paused
            full = lag >= self.params.ahead or session.cancel is not None or not session.aligned
            busy[session.robot] = full or self.floor_paused or session.robot in self._yielding
        return Reports(
            np.fromiter((cell for cell, _ in self._seen), np.int32, count),
            np.fromiter((face for _, face in self._seen), np.int8, count),
            np.fromiter((session.load for session in self.sessions), np.int32, count),
            np.fromiter((session.battery for session in self.sessions), np.float64, count),
            np.fromiter((self._stopped(session) for session in self.sessions), bool, count),
            np.fromiter((session.dead for session in self.sessions), bool, count),
            behind,
            busy,
            np.array(self._trailing(), np.int32).reshape(-1),
            failed,
            np.fromiter((not session.online for session in self.sessions), bool, count),
            np.fromiter((bool(session.misloaded) for session in self.sessions), bool, count),
            np.array(self.claims.shown(), np.int32).reshape(-1),
        )

    def troubles(self) -> dict[int, str]:
        """{robot: words}: why robots that nobody has given up don't drive on, also while they stand paused."""
        stuck = "it has leave to drive and doesn't come on"
        found = (
            (session.robot, session.held or session.misloaded or stuck * session.stuck)
            for session in self.sessions
            if not session.dead
        )
        return {robot: words for robot, words in found if words}

    def commit(self, grants: Grants) -> None:
        """Plan one action more for each robot, and grant what can be granted at once.

        An action for a robot whose plan has changed since `collect` was meant for another place, and is dropped.
        """
        moves: dict[int, int] = {}
        for robot in np.flatnonzero(grants.action).tolist():
            session, action = self.sessions[robot], Action(int(grants.action[robot]))
            if session.cancel is not None or self._seen[robot] != (self.place(session), session.face):
                continue
            if action == Action.FORWARD:
                cell = self.reservations.routes[robot].last + self.words.step[session.face]
                if not self._blocked(cell):
                    moves[robot] = cell
            elif action in (Action.TURN_RIGHT, Action.TURN_LEFT):
                session.face = (session.face + (1 if action == Action.TURN_RIGHT else 3)) % 4
                self.words.renew(session)
            else:
                self.words.do(session, action, int(grants.what[robot]))
        refused = self.reservations.extend(moves)
        self.counts["rings"] += len(refused)
        self._yielding = {robot for robot in refused if self._lots.random() < _YIELD}
        for robot in moves.keys() - refused:
            self.words.renew(self.sessions[robot])
        self.grant(moves.keys())

    def take_words(self) -> list[tuple[bytes, Message]]:
        """What may be sent at once."""
        return self.words.take_at_once()

    def take(self, now: float) -> tuple[list[tuple[int, bytes]], list[tuple[bytes, Message]]]:
        """(rows, messages): the rows by robot have to be durable before the messages may be sent. Nothing after the end."""
        if self._ended:
            return [], []
        robots, messages = self.words.take_after(self.sessions, now)
        return [(robot, self._row(self.sessions[robot])) for robot in robots], messages

    def put_back(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Rows that could not be made durable: their robots' grants were dropped and are made again."""
        for robot, _ in rows:
            self.words.renew(self.sessions[robot])

    # --- what operators want

    def pause(self, robot: int | None) -> None:
        """Have a robot stand still, None: all. What is granted stays granted."""
        if robot is None:
            self.floor_paused = True
        else:
            self.sessions[robot].paused = True
        for session in self.sessions if robot is None else [self.sessions[robot]]:
            self.words.say(session, Pause(self.term, session.sess))

    def resume(self, robot: int | None) -> None:
        if robot is None:
            self.floor_paused = False
        else:
            self.sessions[robot].paused = False
        for session in self.sessions if robot is None else [self.sessions[robot]]:
            if not self.is_paused(session):
                self.words.say(session, Resume(self.term, session.sess))
                self.grant([session.robot])

    def confirm_place(self, robot: int, cell: int) -> None:
        """An operator has seen that a robot stands where it says: it may log in there, and what was its own before is free."""
        session = self.sessions[robot]
        there = [other for other in self.reservations.robots_granted(cell) if other != robot]
        if session.claim != cell:
            self.alarm("held", f"robot {robot} does not say any more that it stands where it was confirmed", robot)
        elif there or self.reservations.is_claimed_by_other(cell, robot):
            self.alarm("danger", f"robot {robot} can't be let in where another robot may be", robot)
        else:
            self.logins.end(session)
            turn = self.reservations.remove(robot) if robot in self.reservations.routes else set()
            self.claims.drop(session)
            self.reservations.place(robot, cell)
            if session.dead:  # what it carried was given up, and may have been taken off
                session.load = NO_LOAD if session.load == TOTES else session.load
                session.load_to = NO_LOAD
            session.dead, session.gone_from, session.held, session.cancel, session.doing = False, -1, "", None, None
            session.heard, session.face, session.stuck = session.claimed_at, session.heading, False
            self.words.dirty.add(robot)
            self.grant(turn)

    def remove(self, robot: int) -> None:
        """An operator has said that a robot is off the floor: its cells are free."""
        session = self.sessions[robot]
        self.logins.end(session)
        session.dead = True
        self.claims.drop(session)
        self.words.dirty.add(robot)
        if robot in self.reservations.routes:
            session.gone_from = self.reservations.routes[robot].last
            self.grant(self.reservations.remove(robot))

    def revoke(self, names: Container[str]) -> None:
        """Keys were withdrawn: their sessions end at once."""
        for session in self.sessions:
            if session.sess and session.sender.name in names:
                self.words.say(session, Reject(session.robot, session.boot, "key", "this key was withdrawn"))
                self._offline(session, f"the key of robot {session.robot} was withdrawn")
                self.logins.end(session)
        self._end_doubts(names)

    @property
    def connected(self) -> int:
        return sum(session.online for session in self.sessions)

    # --- silence

    def _offline(self, session: RobotSession, why: str) -> None:
        """What it was granted stays its own."""
        session.online = False
        self.alarm("offline", why, session.robot)

    def _give_up(self, session: RobotSession) -> None:
        session.dead = True
        self.words.dirty.add(session.robot)
        self.alarm("lost", f"robot {session.robot} has not been heard for {self.params.lost_s:.0f} s", session.robot)

    # --- small words

    def _blocked(self, cell: int) -> bool:
        """Whether a robot that doesn't drive may be in a cell, or says so."""
        owner = self.reservations.owner(cell)
        if cell in self.reservations.claims.values():
            return True
        return owner >= 0 and self._stalls(self.sessions[owner])

    def _stopped(self, session: RobotSession) -> bool:
        return not session.online or session.paused or session.stuck or session.at_odds

    def _trailing(self) -> list[tuple[int, int]]:
        """(robot, cell) of cells before the end of their plan where robots that are stopped may still be."""
        return [
            (session.robot, cell)
            for session in self.sessions
            if self._stopped(session) and session.robot in self.reservations.routes
            for cell in self.reservations.held(session.robot)[:-1]
        ]

    def _believed(self) -> list[tuple[int, int]]:
        """(cell, heading) by robot at the end of its plan."""
        return [(self.place(session), session.face) for session in self.sessions]

    # --- what survives a crash

    def _row(self, session: RobotSession) -> bytes:
        route = self.reservations.routes.get(session.robot, _GONE)
        return encode_row(
            Row(
                plan=session.plan,
                idx=route.idx,
                granted_to=route.granted_to,
                cells=list(route.cells),
                heading=session.heading,
                face=session.face,
                load=session.load,
                battery=session.battery,
                known=session.known,
                dead=session.dead,
                gone_from=session.gone_from,
                load_to=session.load_to,
                claim=session.claim,
            )
        )

    def _restore(self, kept: dict[int, Row]) -> None:
        """After a crash: what was granted is its robot's until that robot says where it is; the rest was never said."""
        routes = {}
        for robot, row in kept.items():
            session = self.sessions[robot]
            session.plan, session.heading, session.load, session.battery = row.plan, row.heading, row.load, row.battery
            session.known, session.dead, session.gone_from = row.known, row.dead, row.gone_from
            session.load_to, session.claim = row.load_to, row.claim
            if row.claim >= 0:
                self.reservations.claims[robot] = row.claim
            if row.cells:
                routes[robot] = Route(row.idx, row.granted_to, deque(row.cells))
        self.reservations.restore(routes)
        self.reservations.release_ungranted(routes)
        for robot in routes:
            self.sessions[robot].face = self._facing(self.sessions[robot])


_GONE = Route()
