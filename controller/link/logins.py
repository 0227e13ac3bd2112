"""Logins: which robot may come in by which key, in which cell and with what load, and whose words a session's are."""

import logging

from controller.link.link_state import LinkState
from controller.link.sessions import Login, Seat, Sender
from robots.link.messages import VERSION, VERSIONS, Done, Hello, Pause, Pos, Reject, Stopped, Welcome, Who
from robots.recording.frames import NO_LOAD, TOTES
from robots.wording.formatting import cell_at

_log = logging.getLogger(__name__)

_LOGINS = 4
"""Logins of a robot that may be open at a time."""
_PLACES = 3
"""Cells that a misplaced robot is told to be put back in."""
_LOAD, _LOAD_SINCE = "load", 2
"""A code that robots of earlier versions don't know; to them it is a matter of the place."""
_Refusal = tuple[str, str]
"""Code and text of a REJECT."""


class Logins:
    """The sessions of a link, live ones and those that wait for their POS."""

    def __init__(self, link: LinkState, width: int) -> None:
        self._link, self._width = link, width
        self.by_sess: dict[int, Seat] = {}
        self._next_sess = 1

    def take(self, sender: Sender, hello: Hello, now: float) -> None:
        """Answer a HELLO. Nothing of a session changes before a POS confirms it: this HELLO may be an old one, come late."""
        link = self._link
        if refusal := self._refusal(sender, hello, now):
            link.counts["refused"] += 1
            link.words.answer(sender.route, Reject(hello.robot, hello.boot, *refusal))  # type: ignore[arg-type]
            return
        seat = link.seats[hello.robot]
        way = link.visits.ways[seat.robot]
        placed = hello.cell >= 0
        cell = hello.cell if placed else way.cell(way.idx)
        heading, load = (hello.heading, hello.load) if placed else (seat.heading, seat.load)
        battery = min(hello.battery, link.params.battery_wh) if placed else seat.battery
        while len(seat.pending) >= _LOGINS:
            old = min(seat.pending)
            del seat.pending[old], self.by_sess[old]
        sess = self._next_sess
        self._next_sess += 1
        seat.pending[sess] = Login(sender, hello.boot, cell, heading, load, battery)
        self.by_sess[sess] = seat
        params = link.params
        link.words.answer(
            sender.route,
            Welcome(
                v=hello.v,
                term=link.term,
                sess=sess,
                robot=seat.robot,
                boot=hello.boot,
                hb_ms=params.hb_ms,
                tick_ms=params.tick_ms,
                tick_s=params.tick_s,
                lift_s=params.lift_s,
                width=self._width,
                cell=cell,
                heading=heading,
                load=load,
                battery=battery,
            ),
        )

    def seat_of(self, sender: Sender, message: Pos | Done | Stopped, now: float) -> Seat | None:
        """The robot whose live session a message belongs to; the first POS of a login makes it live."""
        link = self._link
        seat = self.by_sess.get(message.sess) if message.term == link.term else None
        if seat is None:
            if message.term > link.term:
                link.doubt_store(message.term, sender.name)
            link.words.answer(sender.route, Who(link.term, message.sess))
            return None
        login = seat.pending.get(message.sess)
        known = login.sender if login is not None else seat.sender
        if (known.route, known.name) != (sender.route, sender.name):
            link.counts["security"] += 1
            return None
        if login is not None and not (isinstance(message, Pos) and self._confirm(seat, message.sess, login, now)):
            return None
        return seat

    def end(self, seat: Seat) -> None:
        """A robot has no session any more, nor a login that could become one. What it was granted stays its own."""
        for sess in (seat.sess, *seat.pending):
            self.by_sess.pop(sess, None)
        seat.pending.clear()
        seat.sess, seat.online = 0, False

    def ask_anew(self, seat: Seat) -> None:
        """Have a robot that is off its way say in a HELLO where it stands."""
        self._link.words.say(seat, Who(self._link.term, seat.sess))
        self.end(seat)

    # --- who may log in

    def _refusal(self, sender: Sender, hello: Hello, now: float) -> _Refusal | None:
        """Why a login doesn't hold, None if it does. Where it says that it stands counts either way."""
        link = self._link
        if hello.v not in VERSIONS:
            return "version", f"the controller speaks version {VERSION}"
        if hello.robot >= len(link.seats):
            return "unknown", f"this floor has robots 0 to {len(link.seats) - 1}"
        if sender.robots is not None and hello.robot not in sender.robots:
            link.counts["security"] += 1
            link.alarm("security", f"key {sender.name} asked to be robot {hello.robot}", sender.name)
            return "key", f"key {sender.name} is not robot {hello.robot}'s"
        seat = link.seats[hello.robot]
        if seat.online and seat.boot != hello.boot:
            link.alarm("security", f"a second robot {seat.robot} asks for its place", seat.robot)
            return "double", "a robot of this number is at work"
        misplaced = self._given_up(seat, hello, now) if seat.dead else self._misplaced(seat, hello, now)
        if not hello.at_rest:
            return "moving", "log in at rest"
        return misplaced or self._misloaded(seat, hello)

    def _given_up(self, seat: Seat, hello: Hello, now: float) -> _Refusal:
        """One that was removed or lost comes back where an operator confirms it, and nowhere else."""
        link = self._link
        cell = hello.cell if hello.cell >= 0 else link.place(seat)
        what = f"it was given up and says that it stands in {cell_at(cell, self._width)}"
        link.claims.take(seat, cell, what, now)
        if seat.robot in link.visits.ways:
            return "place", "given up for lost; an operator has to confirm where it stands"
        return "removed", "this robot was taken off the floor"

    def _misplaced(self, seat: Seat, hello: Hello, now: float) -> _Refusal | None:
        """A robot can only be where it was allowed to go; one that was never here may stand in any free cell."""
        link, cell = self._link, hello.cell
        if cell < 0 or cell in link.visits.held(seat.robot):
            return None
        on_floor = cell < len(link.claims.passable) and bool(link.claims.passable[cell])
        if not seat.known and on_floor and link.visits.free(cell, seat.robot):
            return None
        seat.held = f"it says that it stands in {cell_at(cell, self._width)}, where it can't be"
        link.claims.take(seat, cell, seat.held, now)
        mine = link.visits.held(seat.robot)[:_PLACES]
        places = " or ".join(f"{cell_at(place, self._width)}, cell {place}" for place in mine)
        if seat.known:
            return "place", f"cell {cell} isn't its: put it back in {places}, or have an operator confirm it"
        return "place", f"cell {cell} is a wall or another's: put it in a free one, as its start, {places}"

    def _misloaded(self, seat: Seat, hello: Hello) -> _Refusal | None:
        """It carries what it last did, or what it was last told to: nothing else is believed."""
        if hello.cell < 0 or hello.load in seat.loads:
            return None
        text = f"robot {seat.robot}: {wrong_load(seat, hello.load)}"
        self._link.alarm("held", f"{text}. Put that right, or remove it", seat.robot)
        return _LOAD if hello.v >= _LOAD_SINCE else "place", f"{wrong_load(seat, hello.load)}; put that right"

    # --- a login that is taken up

    def _confirm(self, seat: Seat, sess: int, login: Login, now: float) -> bool:
        """The robot has taken its login up: it stands in that cell, and all it was granted before is dead."""
        link = self._link
        if seat.dead or login.load not in seat.loads or not self._settle(seat, login.cell):
            link.words.answer(login.sender.route, Who(link.term, sess))
            return False
        self.end(seat)
        seat.sess, seat.sender, seat.boot = sess, login.sender, login.boot
        self.by_sess[sess] = seat
        again = seat.known
        seat.online = seat.known = True
        seat.heading = seat.face = login.heading
        seat.load = seat.load_to = login.load
        seat.battery = login.battery
        seat.number, seat.plan, seat.plan_told, seat.limit = -1, 1, 0, 0
        seat.moving, seat.aligned, seat.held, seat.misloaded = False, True, "", ""
        seat.doing, seat.cancel = None, None
        seat.heard = seat.moved_at = now
        seat.stuck = False
        link.words.dirty.add(seat.robot)
        if link.is_paused(seat):
            link.words.say(seat, Pause(link.term, sess))
        if link.limiter.passes(("login", seat.robot), now):
            about = {"event": "back" if again else "login", "robot": seat.robot}
            _log.info("robot %d logged in at cell %d", seat.robot, login.cell, extra={"about": about})
        return True

    def _settle(self, seat: Seat, cell: int) -> bool:
        """Cut a robot's way to the cell where it stands; False if that is not its to stand in."""
        visits = self._link.visits
        way = visits.ways[seat.robot]
        held = visits.held(seat.robot)
        if cell in held:
            turn = visits.cut(seat.robot, way.idx + held.index(cell))
        elif not seat.known and visits.free(cell, seat.robot):
            turn = visits.remove(seat.robot)
            visits.place(seat.robot, cell)
        else:
            return False
        visits.rebase(seat.robot)
        self._link.claims.drop(seat)
        self._link.replan(turn)
        return True


def wrong_load(seat: Seat, load: int) -> str:
    """That a robot says it carries what it can't."""
    fine = " or ".join(dict.fromkeys(map(_load_words, seat.loads)))
    return f"it says that it carries {_load_words(load)}, and should carry {fine}"


def _load_words(load: int) -> str:
    return {NO_LOAD: "nothing", TOTES: "totes"}.get(load, f"pod {load}")
