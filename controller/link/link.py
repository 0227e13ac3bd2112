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

from controller.link.cell_reservations import Way
from controller.link.link_state import LinkState
from controller.link.logins import Logins
from controller.link.rate_limit import and_more
from controller.link.reports import OFFLINE_S, Hearing
from controller.link.sessions import LinkParams, Row, Seat, Sender, decode_row, encode_row
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
        for seat in self.seats:
            if seat.robot not in kept:
                self.visits.place(seat.robot, int(reports.cell[seat.robot]))
        if kept:
            self._restore(kept)
        self.words.dirty = set(range(len(self.seats)))
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
                seat = self.logins.seat_of(sender, message, now)
                if seat is None:
                    self.counts["refused"] += 1
                    return
                seat.heard = now
                match message:
                    case Pos():
                        self._hearing.take_pos(seat, message, now)
                    case Done():
                        self._hearing.take_done(seat, message)
                    case Stopped():
                        self._hearing.take_stopped(seat, message)

    def beat(self, now: float) -> None:
        """Who is silent goes offline; what was said and has had no effect is said again. Call it a few times a second."""
        self.now = now
        for seat in self.seats:
            if not seat.online:
                if seat.known and not seat.dead and now - max(seat.heard, self.silent) > self.params.lost_s:
                    self._give_up(seat)
                continue
            self._hearing.look_for_stuck(seat, now)
            if now - seat.heard > OFFLINE_S:
                self._offline(seat, f"robot {seat.robot} is silent")
            elif now - seat.sent_at > _AGAIN_S:
                self.words.say_again(seat, now, paused=self.is_paused(seat))
        if self._doubted_by and all(seat.dead or seat.heard >= 0 for seat in self.seats):
            self._end_doubts(self._doubted_by)
        self.claims.look(self.seats, now)
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
        stalled = {robot for robot in self.visits.ways if self._stalls(self.seats[robot])}
        waiting = {robot for robot in self.visits.ways if self.visits.waits_for(robot) in stalled}
        self.replan(self.visits.retract(stalled | waiting))
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
            waits = waits or bool(seat.misloaded)
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
            np.fromiter((bool(seat.misloaded) for seat in self.seats), bool, count),
            np.array(self.claims.shown(), np.int32).reshape(-1),
        )

    def troubles(self) -> dict[int, str]:
        """{robot: words}: why robots that nobody has given up don't drive on, also while they stand paused."""
        stuck = "it has leave to drive and doesn't come on"
        found = (
            (seat.robot, seat.held or seat.misloaded or stuck * seat.stuck) for seat in self.seats if not seat.dead
        )
        return {robot: words for robot, words in found if words}

    def commit(self, grants: Grants) -> None:
        """Plan one action more for each robot, and grant what can be granted at once.

        An action for a robot whose plan has changed since `collect` was meant for another place, and is dropped.
        """
        moves: dict[int, int] = {}
        for robot in np.flatnonzero(grants.action).tolist():
            seat, action = self.seats[robot], Action(int(grants.action[robot]))
            if seat.cancel is not None or self._seen[robot] != (self.place(seat), seat.face):
                continue
            if action == Action.FORWARD:
                cell = self.visits.ways[robot].last + self.words.step[seat.face]
                if not self._blocked(cell):
                    moves[robot] = cell
            elif action in (Action.TURN_RIGHT, Action.TURN_LEFT):
                seat.face = (seat.face + (1 if action == Action.TURN_RIGHT else 3)) % 4
                self.words.renew(seat)
            else:
                self.words.do(seat, action, int(grants.what[robot]))
        refused = self.visits.extend(moves)
        self.counts["rings"] += len(refused)
        self._yielding = {robot for robot in refused if self._lots.random() < _YIELD}
        for robot in moves.keys() - refused:
            self.words.renew(self.seats[robot])
        self.grant(moves.keys())

    def take_words(self) -> list[tuple[bytes, Message]]:
        """What may be sent at once."""
        return self.words.take_at_once()

    def take(self, now: float) -> tuple[list[tuple[int, bytes]], list[tuple[bytes, Message]]]:
        """(rows, messages): the rows by robot have to be durable before the messages may be sent. Nothing after the end."""
        if self._ended:
            return [], []
        robots, messages = self.words.take_after(self.seats, now)
        return [(robot, self._row(self.seats[robot])) for robot in robots], messages

    def put_back(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Rows that could not be made durable: their robots' grants were dropped and are made again."""
        for robot, _ in rows:
            self.words.renew(self.seats[robot])

    # --- what operators want

    def pause(self, robot: int | None) -> None:
        """Have a robot stand still, None: all. What is granted stays granted."""
        if robot is None:
            self.floor_paused = True
        else:
            self.seats[robot].paused = True
        for seat in self.seats if robot is None else [self.seats[robot]]:
            self.words.say(seat, Pause(self.term, seat.sess))

    def resume(self, robot: int | None) -> None:
        if robot is None:
            self.floor_paused = False
        else:
            self.seats[robot].paused = False
        for seat in self.seats if robot is None else [self.seats[robot]]:
            if not self.is_paused(seat):
                self.words.say(seat, Resume(self.term, seat.sess))
                self.grant([seat.robot])

    def confirm_place(self, robot: int, cell: int) -> None:
        """An operator has seen that a robot stands where it says: it may log in there, and what was its own before is free."""
        seat = self.seats[robot]
        there = [other for other in self.visits.led_to(cell) if other != robot]
        if seat.claim != cell:
            self.alarm("held", f"robot {robot} does not say any more that it stands where it was confirmed", robot)
        elif there or self.visits.is_shut(cell, robot):
            self.alarm("danger", f"robot {robot} can't be let in where another robot may be", robot)
        else:
            self.logins.end(seat)
            turn = self.visits.remove(robot) if robot in self.visits.ways else set()
            self.claims.drop(seat)
            self.visits.place(robot, cell)
            if seat.dead:  # what it carried was given up, and may have been taken off
                seat.load = NO_LOAD if seat.load == TOTES else seat.load
                seat.load_to = NO_LOAD
            seat.dead, seat.gone_from, seat.held, seat.cancel, seat.doing = False, -1, "", None, None
            seat.heard, seat.face, seat.stuck = seat.claimed_at, seat.heading, False
            self.words.dirty.add(robot)
            self.grant(turn)

    def remove(self, robot: int) -> None:
        """An operator has said that a robot is off the floor: its cells are free."""
        seat = self.seats[robot]
        self.logins.end(seat)
        seat.dead = True
        self.claims.drop(seat)
        self.words.dirty.add(robot)
        if robot in self.visits.ways:
            seat.gone_from = self.visits.ways[robot].last
            self.grant(self.visits.remove(robot))

    def revoke(self, names: Container[str]) -> None:
        """Keys were withdrawn: their sessions end at once."""
        for seat in self.seats:
            if seat.sess and seat.sender.name in names:
                self.words.say(seat, Reject(seat.robot, seat.boot, "key", "this key was withdrawn"))
                self._offline(seat, f"the key of robot {seat.robot} was withdrawn")
                self.logins.end(seat)
        self._end_doubts(names)

    @property
    def connected(self) -> int:
        return sum(seat.online for seat in self.seats)

    # --- silence

    def _offline(self, seat: Seat, why: str) -> None:
        """What it was granted stays its own."""
        seat.online = False
        self.alarm("offline", why, seat.robot)

    def _give_up(self, seat: Seat) -> None:
        seat.dead = True
        self.words.dirty.add(seat.robot)
        self.alarm("lost", f"robot {seat.robot} has not been heard for {self.params.lost_s:.0f} s", seat.robot)

    # --- small words

    def _blocked(self, cell: int) -> bool:
        """Whether a robot that doesn't drive may be in a cell, or says so."""
        owner = self.visits.owner(cell)
        if cell in self.visits.claims.values():
            return True
        return owner >= 0 and self._stalls(self.seats[owner])

    def _stopped(self, seat: Seat) -> bool:
        return not seat.online or seat.paused or seat.stuck or seat.at_odds

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
        return [(self.place(seat), seat.face) for seat in self.seats]

    # --- what survives a crash

    def _row(self, seat: Seat) -> bytes:
        way = self.visits.ways.get(seat.robot, _GONE)
        return encode_row(
            Row(
                plan=seat.plan,
                idx=way.idx,
                upto=way.upto,
                cells=list(way.cells),
                heading=seat.heading,
                face=seat.face,
                load=seat.load,
                battery=seat.battery,
                known=seat.known,
                dead=seat.dead,
                gone_from=seat.gone_from,
                load_to=seat.load_to,
                claim=seat.claim,
            )
        )

    def _restore(self, kept: dict[int, Row]) -> None:
        """After a crash: what was granted is its robot's until that robot says where it is; the rest was never said."""
        ways = {}
        for robot, row in kept.items():
            seat = self.seats[robot]
            seat.plan, seat.heading, seat.load, seat.battery = row.plan, row.heading, row.load, row.battery
            seat.known, seat.dead, seat.gone_from = row.known, row.dead, row.gone_from
            seat.load_to, seat.claim = row.load_to, row.claim
            if row.claim >= 0:
                self.visits.claims[robot] = row.claim
            if row.cells:
                ways[robot] = Way(row.idx, row.upto, deque(row.cells))
        self.visits.restore(ways)
        self.visits.retract(ways)
        for robot in ways:
            self.seats[robot].face = self._facing(self.seats[robot])


_GONE = Way()
