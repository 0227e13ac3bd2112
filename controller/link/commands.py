"""What robots are told: some of it at once, and what leads them into cells only once it is durable."""

from controller.link.cell_reservations import CellReservations
from controller.link.sessions import RobotSession
from layout.grid import steps
from robots.link.messages import FLAG_CHARGING, FLAG_PAUSED, HORIZON, Do, Grant, Message, Pause, Resume, ToRobot
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Action

ACTIONS = {"lift": Action.LIFT, "set_down": Action.SET_DOWN, "charge": Action.CHARGE}
_KINDS = {action: kind for kind, action in ACTIONS.items()}


class Words:
    """Words that wait to be sent. dirty: robots whose rows are to be made durable. renewed: those who get a new GRANT.

    step: what to add to a cell to go one ahead, by heading.
    """

    def __init__(self, term: int, width: int, reservations: CellReservations) -> None:
        self.dirty: set[int] = set()
        self.step = steps(width)
        self._term, self._reservations = term, reservations
        self._renewed: set[int] = set()
        self._at_once: list[tuple[bytes, Message]] = []
        self._after: list[tuple[bytes, Message]] = []

    def answer(self, routing_id: bytes, message: Message) -> None:
        """To whoever speaks, whether he is let in or not."""
        self._at_once.append((routing_id, message))

    def say(self, session: RobotSession, message: ToRobot, now: float | None = None) -> None:
        """At once, to a robot that has a session. now: if it has to have an effect."""
        if now is not None:
            session.sent_at = now
        if session.sess:
            self._at_once.append((session.sender.routing_id, message))

    def renew(self, session: RobotSession) -> None:
        """The way of a robot, or what is granted of it, is another one."""
        self.dirty.add(session.robot)
        self._renewed.add(session.robot)

    def do(self, session: RobotSession, action: Action, what: int) -> None:
        """Have a robot lift, set down or charge, unless it does or has."""
        kind, what = _KINDS[action], what if action == Action.LIFT else NO_LOAD
        done = bool(session.flags & FLAG_CHARGING) if action == Action.CHARGE else session.load == what
        if done or session.doing is not None or not session.online:
            return
        session.act += 1
        if action != Action.CHARGE:
            session.load_to = what
            self.dirty.add(session.robot)
        route = self._reservations.routes[session.robot]
        session.doing = Do(self._term, session.sess, session.act, kind, route.end, what)  # type: ignore[arg-type]
        self._after.append((session.sender.routing_id, session.doing))

    def say_again(self, session: RobotSession, now: float, *, paused: bool) -> None:
        """The latest of what the robot's reports don't show yet."""
        route = self._reservations.routes[session.robot]
        turns = session.heading != session.face and not session.moving
        if session.limit < route.granted_to or session.plan_told < session.plan or turns:
            self._renewed.add(session.robot)
        if session.doing is not None:  # not before the tick that wants it is durable
            session.sent_at = now
            self._after.append((session.sender.routing_id, session.doing))
        if session.cancel is not None:
            self.say(session, session.cancel, now)
        if paused != bool(session.flags & FLAG_PAUSED):
            self.say(session, (Pause if paused else Resume)(self._term, session.sess), now)

    def take_at_once(self) -> list[tuple[bytes, Message]]:
        """What may be sent now."""
        words, self._at_once = self._at_once, []
        return words

    def take_after(self, sessions: list[RobotSession], now: float) -> tuple[list[int], list[tuple[bytes, Message]]]:
        """(robots whose rows have to be durable before, messages).

        While a CANCEL is open nothing is granted: a grant that reached the robot after its STOPPED would be of a plan newer
        than the one that died, and lead it into cells that are no longer its own.
        """
        for robot in sorted(self._renewed):
            if sessions[robot].online and sessions[robot].cancel is None:
                self._say_grant(sessions[robot], now)
        robots, messages = sorted(self.dirty), self._after
        self._after, self.dirty, self._renewed = [], set(), set()
        return robots, messages

    def _say_grant(self, session: RobotSession, now: float) -> None:
        route = self._reservations.routes[session.robot]
        cells = [cell for cell, _ in route.cells][:HORIZON]
        face = session.face
        if route.granted_to < route.end:
            face = self.step.index(route.cell(route.granted_to + 1) - route.cell(route.granted_to))
        session.sent_at = now
        self._after.append(
            (
                session.sender.routing_id,
                Grant(self._term, session.sess, session.plan, route.idx, cells, route.granted_to, face),
            )
        )
