"""The controller's side of the robot link, without sockets and clocks: sessions, grants, and the believed state of the fleet.

Plans run ahead of the robots: the planner sees a robot at the end of its plan, and its grants follow as earlier reservations
are released (cell_reservations.py). Robots that are `behind` can't begin work yet, and `busy` ones get no further plan until
they have caught up.
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
from controller.link.reports import OFFLINE_S, ReportHandler
from controller.link.sessions import LinkParams, RobotSession, Row, Sender, decode_row, encode_row
from robots.link.messages import Done, FromRobot, Hello, Message, Pause, Pos, Reject, Resume, Stopped
from robots.recording.frames import NO_LOAD, TOTES
from robots.units.fleet import Action, Grants, Reports

_log = logging.getLogger(__name__)

_AGAIN_S = 1.0
"""Time in s after which the latest message is resent if its effect is not reported."""
_YIELD = 0.3
"""Probability that a robot in a ring of moves, which can't be granted, waits for a tick so that the planner finds another
route.
"""


class Link(LinkState):
    """All robots of a floor. Not thread-safe: the caller holds the lock."""

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
        self._report_handler = ReportHandler(self, self.logins)
        self._yielding: set[int] = set()
        self._lots = random.Random(term)
        self._ended = False
        kept = {robot: decode_row(row) for robot, row in rows}
        for session in self.sessions:
            if session.robot not in kept:
                self.reservations.place(session.robot, int(reports.cell[session.robot]))
        if kept:
            self._restore(kept)
        self.outbox.dirty = set(range(len(self.sessions)))
        self._seen = self._believed()
        """(cell, heading) by robot, as given to the current tick."""

    # --- what robots say

    def handle(self, sender: Sender, message: FromRobot, now: float) -> None:
        """Handle a message. now: monotonic seconds."""
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
                        self._report_handler.take_pos(session, message, now)
                    case Done():
                        self._report_handler.take_done(session, message)
                    case Stopped():
                        self._report_handler.take_stopped(session, message)

    def beat(self, now: float) -> None:
        """Mark silent robots offline and resend messages whose effect has not been reported. Call it a few times a second."""
        self.now = now
        for session in self.sessions:
            if not session.online:
                if session.known and not session.dead and now - max(session.heard, self.silent) > self.params.lost_s:
                    self._give_up(session)
                continue
            self._report_handler.look_for_stuck(session, now)
            if now - session.heard > OFFLINE_S:
                self._offline(session, f"robot {session.robot} is silent")
            elif now - session.sent_at > _AGAIN_S:
                self.outbox.resend(session, now, paused=self.is_paused(session))
        if self._doubted_by and all(session.dead or session.heard >= 0 for session in self.sessions):
            self._end_doubts(self._doubted_by)
        self.claims.look(self.sessions, now)
        for (kind, _), count in self.limiter.left_out(now):
            self._add_alarm(kind, and_more(count))

    def begin(self, now: float) -> None:
        """Start the clock: silence before `now` doesn't count."""
        self.silent = now

    def end(self) -> None:
        """Grant nothing more."""
        self._ended = True

    # --- what the tick sees and says

    def collect(self) -> Reports:
        """Return the robots as the tick sees them: at the end of their plans. Plans waiting for a robot that doesn't drive
        are cut short.
        """
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
        """Return {robot: reason} of robots that don't drive on and are not given up, paused ones included."""
        stuck = "it has leave to drive and doesn't come on"
        found = (
            (session.robot, session.held or session.misloaded or stuck * session.stuck)
            for session in self.sessions
            if not session.dead
        )
        return {robot: words for robot, words in found if words}

    def commit(self, grants: Grants) -> None:
        """Plan one more action for each robot, and grant what can be granted at once.

        An action for a robot whose plan has changed since `collect` was meant for another position and is dropped.
        """
        moves: dict[int, int] = {}
        for robot in np.flatnonzero(grants.action).tolist():
            session, action = self.sessions[robot], Action(int(grants.action[robot]))
            if session.cancel is not None or self._seen[robot] != (self.place(session), session.face):
                continue
            if action == Action.FORWARD:
                cell = self.reservations.routes[robot].last + self.outbox.step[session.face]
                if not self._blocked(cell):
                    moves[robot] = cell
            elif action in (Action.TURN_RIGHT, Action.TURN_LEFT):
                session.face = (session.face + (1 if action == Action.TURN_RIGHT else 3)) % 4
                self.outbox.renew_grant(session)
            else:
                self.outbox.order_action(session, action, int(grants.what[robot]))
        refused = self.reservations.extend(moves)
        self.counts["rings"] += len(refused)
        self._yielding = {robot for robot in refused if self._lots.random() < _YIELD}
        for robot in moves.keys() - refused:
            self.outbox.renew_grant(self.sessions[robot])
        self.grant(moves.keys())

    def take_immediate(self) -> list[tuple[bytes, Message]]:
        """Return the messages that may be sent at once."""
        return self.outbox.take_immediate()

    def take(self, now: float) -> tuple[list[tuple[int, bytes]], list[tuple[bytes, Message]]]:
        """Return (rows, messages): the rows must be durable before the messages are sent. Empty after `end`."""
        if self._ended:
            return [], []
        robots, messages = self.outbox.take_after_commit(self.sessions, now)
        return [(robot, self._row(self.sessions[robot])) for robot in robots], messages

    def put_back(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Take back rows that could not be stored: their robots' grants were dropped and are made again."""
        for robot, _ in rows:
            self.outbox.renew_grant(self.sessions[robot])

    # --- what operators want

    def pause(self, robot: int | None) -> None:
        """Pause a robot, None: all. Granted cells stay granted."""
        if robot is None:
            self.floor_paused = True
        else:
            self.sessions[robot].paused = True
        for session in self.sessions if robot is None else [self.sessions[robot]]:
            self.outbox.send(session, Pause(self.term, session.sess))

    def resume(self, robot: int | None) -> None:
        if robot is None:
            self.floor_paused = False
        else:
            self.sessions[robot].paused = False
        for session in self.sessions if robot is None else [self.sessions[robot]]:
            if not self.is_paused(session):
                self.outbox.send(session, Resume(self.term, session.sess))
                self.grant([session.robot])

    def confirm_place(self, robot: int, cell: int) -> None:
        """Place a robot where an operator has confirmed that it stands: it may log in there, and its earlier cells are
        released.
        """
        session = self.sessions[robot]
        granted = [other for other in self.reservations.robots_granted(cell) if other != robot]
        if session.claim != cell:
            self.alarm("held", f"robot {robot} no longer reports the cell in which it was confirmed", robot)
        elif granted or self.reservations.is_claimed_by_other(cell, robot):
            self.alarm("danger", f"robot {robot} can't be let in where another robot may be", robot)
        else:
            self.logins.end(session)
            turn = self.reservations.remove(robot) if robot in self.reservations.routes else set()
            self.claims.drop(session)
            self.reservations.place(robot, cell)
            if session.dead:  # its load was given up, and may have been taken off
                session.load = NO_LOAD if session.load == TOTES else session.load
                session.load_to = NO_LOAD
            session.dead, session.gone_from, session.held, session.cancel, session.doing = False, -1, "", None, None
            session.heard, session.face, session.stuck = session.claimed_at, session.heading, False
            self.outbox.dirty.add(robot)
            self.grant(turn)

    def remove(self, robot: int) -> None:
        """Remove a robot that an operator has taken off the floor, and release its cells."""
        session = self.sessions[robot]
        self.logins.end(session)
        session.dead = True
        self.claims.drop(session)
        self.outbox.dirty.add(robot)
        if robot in self.reservations.routes:
            session.gone_from = self.reservations.routes[robot].last
            self.grant(self.reservations.remove(robot))

    def revoke(self, names: Container[str]) -> None:
        """End the sessions of revoked keys at once."""
        for session in self.sessions:
            if session.sess and session.sender.name in names:
                self.outbox.send(session, Reject(session.robot, session.boot, "key", "this key was revoked"))
                self._offline(session, f"the key of robot {session.robot} was revoked")
                self.logins.end(session)
        self._end_doubts(names)

    @property
    def connected(self) -> int:
        return sum(session.online for session in self.sessions)

    # --- silence

    def _offline(self, session: RobotSession, why: str) -> None:
        """Mark a robot offline. Its granted cells stay its own."""
        session.online = False
        self.alarm("offline", why, session.robot)

    def _give_up(self, session: RobotSession) -> None:
        session.dead = True
        self.outbox.dirty.add(session.robot)
        self.alarm("lost", f"robot {session.robot} has not been heard for {self.params.lost_s:.0f} s", session.robot)

    # --- small words

    def _blocked(self, cell: int) -> bool:
        """Tell whether a robot that doesn't drive may be in a cell, or reports itself there."""
        owner = self.reservations.owner(cell)
        if cell in self.reservations.claims.values():
            return True
        return owner >= 0 and self._stalls(self.sessions[owner])

    def _stopped(self, session: RobotSession) -> bool:
        return not session.online or session.paused or session.stuck or session.at_odds

    def _trailing(self) -> list[tuple[int, int]]:
        """Return (robot, cell) of cells before the end of their plan in which stopped robots may still be."""
        return [
            (session.robot, cell)
            for session in self.sessions
            if self._stopped(session) and session.robot in self.reservations.routes
            for cell in self.reservations.held(session.robot)[:-1]
        ]

    def _believed(self) -> list[tuple[int, int]]:
        """Return (cell, heading) by robot at the end of its plan."""
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
        """Restore the link after a crash: granted cells stay a robot's until it reports where it is; anything else was never
        sent.
        """
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
