"""Messages to robots: some are sent at once; those that lead robots into cells only once they are durable."""

from controller.link.cell_reservations import CellReservations
from controller.link.sessions import RobotSession
from layout.grid import steps
from robots.link.messages import FLAG_CHARGING, FLAG_PAUSED, HORIZON, Do, Grant, Message, Pause, Resume, ToRobot
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Action

ACTIONS = {"lift": Action.LIFT, "set_down": Action.SET_DOWN, "charge": Action.CHARGE}
_KINDS = {action: kind for kind, action in ACTIONS.items()}


class Outbox:
    """Outgoing messages. dirty: robots whose rows must be made durable. renewed: robots that get a new GRANT.

    step: offset to the next cell, by heading.
    """

    def __init__(self, term: int, width: int, reservations: CellReservations) -> None:
        self.dirty: set[int] = set()
        self.step = steps(width)
        self._term, self._reservations = term, reservations
        self._renewed: set[int] = set()
        self._immediate: list[tuple[bytes, Message]] = []
        self._after_commit: list[tuple[bytes, Message]] = []

    def answer(self, routing_id: bytes, message: Message) -> None:
        """Answer a sender, whether it has a session or not."""
        self._immediate.append((routing_id, message))

    def send(self, session: RobotSession, message: ToRobot, now: float | None = None) -> None:
        """Send at once to a robot that has a session. now: given if the message must have an effect."""
        if now is not None:
            session.sent_at = now
        if session.sess:
            self._immediate.append((session.sender.routing_id, message))

    def renew_grant(self, session: RobotSession) -> None:
        """Have a new GRANT sent to a robot whose route or granted cells have changed."""
        self.dirty.add(session.robot)
        self._renewed.add(session.robot)

    def order_action(self, session: RobotSession, action: Action, what: int) -> None:
        """Order a robot to lift, set down or charge, unless it is doing so or has done so."""
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
        self._after_commit.append((session.sender.routing_id, session.doing))

    def resend(self, session: RobotSession, now: float, *, paused: bool) -> None:
        """Resend the latest messages whose effect the robot's reports don't show."""
        route = self._reservations.routes[session.robot]
        turns = session.heading != session.face and not session.moving
        if session.limit < route.granted_to or session.reported_plan < session.plan or turns:
            self._renewed.add(session.robot)
        if session.doing is not None:  # only after the tick that ordered it is durable
            session.sent_at = now
            self._after_commit.append((session.sender.routing_id, session.doing))
        if session.cancel is not None:
            self.send(session, session.cancel, now)
        if paused != bool(session.flags & FLAG_PAUSED):
            self.send(session, (Pause if paused else Resume)(self._term, session.sess), now)

    def take_immediate(self) -> list[tuple[bytes, Message]]:
        """Return the messages to send at once."""
        messages, self._immediate = self._immediate, []
        return messages

    def take_after_commit(
        self, sessions: list[RobotSession], now: float
    ) -> tuple[list[int], list[tuple[bytes, Message]]]:
        """Return (robots whose rows must be durable first, messages).

        While a CANCEL is open nothing is granted: a grant that reached the robot after its STOPPED would belong to a plan
        newer than the cancelled one, and lead it into cells that are no longer its own.
        """
        for robot in sorted(self._renewed):
            if sessions[robot].online and sessions[robot].cancel is None:
                self._send_grant(sessions[robot], now)
        robots, messages = sorted(self.dirty), self._after_commit
        self._after_commit, self.dirty, self._renewed = [], set(), set()
        return robots, messages

    def _send_grant(self, session: RobotSession, now: float) -> None:
        route = self._reservations.routes[session.robot]
        cells = [cell for cell, _ in route.cells][:HORIZON]
        face = session.face
        if route.granted_to < route.end:
            face = self.step.index(route.cell(route.granted_to + 1) - route.cell(route.granted_to))
        session.sent_at = now
        self._after_commit.append(
            (
                session.sender.routing_id,
                Grant(self._term, session.sess, session.plan, route.idx, cells, route.granted_to, face),
            )
        )
