"""Logins: which key may log in which robot, in which cell and with what load, and the session each message belongs to."""

import logging

from controller.link.link_state import LinkState
from controller.link.sessions import Login, RobotSession, Sender
from robots.link.messages import VERSION, VERSIONS, Done, Hello, Pause, Pos, Reject, Stopped, Welcome, Who
from robots.recording.frames import NO_LOAD, TOTES
from robots.wording.formatting import cell_at

_log = logging.getLogger(__name__)

_LOGINS = 4
"""Logins of a robot that may be open at a time."""
_PLACES = 3
"""Cells named to a misplaced robot as places to be put back."""
_LOAD, _LOAD_SINCE = "load", 2
"""REJECT code unknown to robots of earlier versions; they get the code for a wrong place."""
_Refusal = tuple[str, str]
"""Code and text of a REJECT."""


class Logins:
    """Sessions of a link: live ones, and those waiting for their first POS."""

    def __init__(self, link: LinkState, width: int) -> None:
        self._link, self._width = link, width
        self.by_sess: dict[int, RobotSession] = {}
        self._next_sess = 1

    def take(self, sender: Sender, hello: Hello, now: float) -> None:
        """Answer a HELLO. The session changes only when a POS confirms it: this HELLO may be old and late."""
        link = self._link
        if refusal := self._refusal(sender, hello, now):
            link.counts["refused"] += 1
            link.outbox.answer(sender.routing_id, Reject(hello.robot, hello.boot, *refusal))  # type: ignore[arg-type]
            return
        session = link.sessions[hello.robot]
        route = link.reservations.routes[session.robot]
        placed = hello.cell >= 0
        cell = hello.cell if placed else route.cell(route.idx)
        heading, load = (hello.heading, hello.load) if placed else (session.heading, session.load)
        battery = min(hello.battery, link.params.battery_wh) if placed else session.battery
        while len(session.pending) >= _LOGINS:
            old = min(session.pending)
            del session.pending[old], self.by_sess[old]
        sess = self._next_sess
        self._next_sess += 1
        session.pending[sess] = Login(sender, hello.boot, cell, heading, load, battery)
        self.by_sess[sess] = session
        params = link.params
        link.outbox.answer(
            sender.routing_id,
            Welcome(
                v=hello.v,
                term=link.term,
                sess=sess,
                robot=session.robot,
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

    def session_of(self, sender: Sender, message: Pos | Done | Stopped, now: float) -> RobotSession | None:
        """Return the session a message belongs to; the first POS of a login makes it live."""
        link = self._link
        session = self.by_sess.get(message.sess) if message.term == link.term else None
        if session is None:
            if message.term > link.term:
                link.doubt_store(message.term, sender.name)
            link.outbox.answer(sender.routing_id, Who(link.term, message.sess))
            return None
        login = session.pending.get(message.sess)
        known = login.sender if login is not None else session.sender
        if (known.routing_id, known.name) != (sender.routing_id, sender.name):
            link.counts["security"] += 1
            return None
        if login is not None and not (isinstance(message, Pos) and self._confirm(session, message.sess, login, now)):
            return None
        return session

    def end(self, session: RobotSession) -> None:
        """End a robot's session and its pending logins. Its granted cells stay its own."""
        for sess in (session.sess, *session.pending):
            self.by_sess.pop(sess, None)
        session.pending.clear()
        session.sess, session.online = 0, False

    def request_login(self, session: RobotSession) -> None:
        """Ask a robot that is off its route for a HELLO with its position."""
        self._link.outbox.send(session, Who(self._link.term, session.sess))
        self.end(session)

    # --- who may log in

    def _refusal(self, sender: Sender, hello: Hello, now: float) -> _Refusal | None:
        """Return why a login is refused, None if it isn't. The reported position counts either way."""
        link = self._link
        if hello.v not in VERSIONS:
            return "version", f"the controller speaks version {VERSION}"
        if hello.robot >= len(link.sessions):
            return "unknown", f"this floor has robots 0 to {len(link.sessions) - 1}"
        if sender.robots is not None and hello.robot not in sender.robots:
            link.counts["security"] += 1
            link.alarm("security", f"key {sender.name} tried to log in as robot {hello.robot}", sender.name)
            return "key", f"key {sender.name} is not robot {hello.robot}'s"
        session = link.sessions[hello.robot]
        if session.online and session.boot != hello.boot:
            link.alarm("security", f"a second robot {session.robot} tries to log in", session.robot)
            return "double", "a robot with this number is already logged in"
        misplaced = self._given_up(session, hello, now) if session.dead else self._misplaced(session, hello, now)
        if not hello.at_rest:
            return "moving", "log in at rest"
        return misplaced or self._misloaded(session, hello)

    def _given_up(self, session: RobotSession, hello: Hello, now: float) -> _Refusal:
        """Refuse a robot that was removed or lost; it may return only where an operator confirms it."""
        link = self._link
        cell = hello.cell if hello.cell >= 0 else link.place(session)
        what = f"it was given up and reports itself in {cell_at(cell, self._width)}"
        link.claims.take(session, cell, what, now)
        if session.robot in link.reservations.routes:
            return "place", "given up as lost; an operator has to confirm where it stands"
        return "removed", "this robot was taken off the floor"

    def _misplaced(self, session: RobotSession, hello: Hello, now: float) -> _Refusal | None:
        """Refuse a robot in a cell it was never granted; a robot new to the floor may stand in any free cell."""
        link, cell = self._link, hello.cell
        if cell < 0 or cell in link.reservations.held(session.robot):
            return None
        on_floor = cell < len(link.claims.passable) and bool(link.claims.passable[cell])
        if not session.known and on_floor and link.reservations.free(cell, session.robot):
            return None
        session.held = f"it reports itself in {cell_at(cell, self._width)}, where it can't be"
        link.claims.take(session, cell, session.held, now)
        mine = link.reservations.held(session.robot)[:_PLACES]
        places = " or ".join(f"{cell_at(place, self._width)}, cell {place}" for place in mine)
        if session.known:
            return "place", f"cell {cell} isn't its: put it back in {places}, or have an operator confirm it"
        return "place", f"cell {cell} is a wall or another's: put it in a free one, as its start, {places}"

    def _misloaded(self, session: RobotSession, hello: Hello) -> _Refusal | None:
        """Refuse a robot whose load is neither its last one nor the one it was ordered to take."""
        if hello.cell < 0 or hello.load in session.loads:
            return None
        text = f"robot {session.robot}: {wrong_load(session, hello.load)}"
        self._link.alarm("held", f"{text}. Correct that, or remove it", session.robot)
        return _LOAD if hello.v >= _LOAD_SINCE else "place", f"{wrong_load(session, hello.load)}; correct that"

    # --- a login that is taken up

    def _confirm(self, session: RobotSession, sess: int, login: Login, now: float) -> bool:
        """Make a login live: the robot stands in its cell, and earlier grants are void."""
        link = self._link
        if session.dead or login.load not in session.loads or not self._settle(session, login.cell):
            link.outbox.answer(login.sender.routing_id, Who(link.term, sess))
            return False
        self.end(session)
        session.sess, session.sender, session.boot = sess, login.sender, login.boot
        self.by_sess[sess] = session
        again = session.known
        session.online = session.known = True
        session.heading = session.face = login.heading
        session.load = session.load_to = login.load
        session.battery = login.battery
        session.number, session.plan, session.reported_plan, session.limit = -1, 1, 0, 0
        session.moving, session.aligned, session.held, session.misloaded = False, True, "", ""
        session.doing, session.cancel = None, None
        session.heard = session.moved_at = now
        session.stuck = False
        link.outbox.dirty.add(session.robot)
        if link.is_paused(session):
            link.outbox.send(session, Pause(link.term, sess))
        if link.limiter.passes(("login", session.robot), now):
            about = {"event": "back" if again else "login", "robot": session.robot}
            _log.info("robot %d logged in at cell %d", session.robot, login.cell, extra={"about": about})
        return True

    def _settle(self, session: RobotSession, cell: int) -> bool:
        """Cut a robot's route to the cell where it stands; return False if that cell is not its own."""
        reservations = self._link.reservations
        route = reservations.routes[session.robot]
        held = reservations.held(session.robot)
        if cell in held:
            turn = reservations.cut(session.robot, route.idx + held.index(cell))
        elif not session.known and reservations.free(cell, session.robot):
            turn = reservations.remove(session.robot)
            reservations.place(session.robot, cell)
        else:
            return False
        reservations.restart_indices(session.robot)
        self._link.claims.drop(session)
        self._link.replan(turn)
        return True


def wrong_load(session: RobotSession, load: int) -> str:
    """Return the text for a robot that reports an impossible load."""
    fine = " or ".join(dict.fromkeys(map(_load_words, session.loads)))
    return f"it reports that it carries {_load_words(load)}, but should carry {fine}"


def _load_words(load: int) -> str:
    return {NO_LOAD: "nothing", TOTES: "totes"}.get(load, f"pod {load}")
