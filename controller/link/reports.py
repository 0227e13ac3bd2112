"""What robots report of themselves, and what of it is believed: nothing that can't be, and of two words the newer one."""

import logging

from controller.link.commands import ACTIONS
from controller.link.link_state import LinkState
from controller.link.logins import Logins, wrong_load
from controller.link.sessions import RobotSession
from layout.escaping import in_a_line
from robots.link.messages import FAULT_SIGNS, FLAG_FAULT, FLAG_OFF_ROUTE, Ack, Done, Pos, Stopped
from robots.units.fleet import Action

_log = logging.getLogger(__name__)

OFFLINE_S = 3.0
"""Without a word for so long a robot is offline: its cells stay its own, and others are led round it."""
STUCK_S = 30.0
"""Without coming on for so long a robot that has leave to drive is stuck, and others are led round it."""
_WELL_S = 30.0
"""A robot that has reported no fault for so long has an alarm again when it reports the next one."""
_OTHER_S = 1.0
"""The same where the next one has other words."""
_OVERFULL = 1.2
"""A battery that says so many times more than it holds is wrong; below, it is newer than its type."""


class Hearing:
    """POS, ACTION and STOPPED of live sessions, for a link."""

    def __init__(self, link: LinkState, logins: Logins) -> None:
        self._link, self._logins = link, logins

    def take_pos(self, session: RobotSession, pos: Pos, now: float) -> None:
        route = self._link.reservations.routes.get(session.robot)
        if route is None or pos.idx > route.granted_to or pos.plan > session.plan or pos.limit > route.granted_to:
            self._link.alarm("security", f"robot {session.robot} reports what it was never granted", session.robot)
            self._link.counts["refused"] += 1
            return
        if not session.online:
            session.online = True
            about = {"event": "back", "robot": session.robot}
            if self._link.limiter.passes(("back", session.robot), now):
                _log.info("back: robot %d is heard again", session.robot, extra={"about": about})
        if pos.idx > route.idx or (session.stuck and pos.moving):
            session.moved_at, session.stuck = now, False
        self._link.grant(self._link.reservations.report(session.robot, pos.idx))
        if pos.n <= session.number:
            return
        session.number = pos.n
        session.moving, session.heading = pos.moving, pos.heading
        self._take_load(session, pos.load)
        self._take_battery(session, pos.battery)
        if session.claim >= 0 and now - session.claimed_at > OFFLINE_S:  # it was an old HELLO that said so
            self._link.claims.drop(session)
        session.plan_told, session.limit, session.flags = pos.plan, pos.limit, pos.flags
        if not session.aligned and not pos.moving and session.cancel is None:
            session.face, session.aligned = pos.heading, True
            self._link.words.renew(session)
        self._take_faults(session, pos, now)
        if pos.flags & FLAG_OFF_ROUTE and not pos.moving:
            self._logins.ask_anew(session)
            return
        if now - max(session.sent_at, session.acked_at) > self._link.params.hb_ms / 2000.0:
            session.acked_at = now
            self._link.words.say(session, Ack(self._link.term, session.sess, 0, pos.n))

    def _take_load(self, session: RobotSession, load: int) -> None:
        """What it says that it carries is believed if it can be; if not, it stands until that is so again."""
        if load in session.loads:
            session.load, session.misloaded = load, ""
            return
        if not session.misloaded:
            text = f"robot {session.robot}: {wrong_load(session, load)}"
            self._link.alarm("held", f"{text}. It stands until that is put right", session.robot)
        session.misloaded = wrong_load(session, load)

    def _take_battery(self, session: RobotSession, battery: float) -> None:
        """No battery has more in it than it holds."""
        full = self._link.params.battery_wh
        overfull = battery > _OVERFULL * full
        if overfull and not session.overfull:
            text = f"robot {session.robot} says that its battery has {battery:.0f} Wh, and it holds {full:.0f}"
            self._link.alarm("battery", f"{text}: it is taken to be full", session.robot)
        session.overfull, session.battery = overfull, min(battery, full)

    def _take_faults(self, session: RobotSession, pos: Pos, now: float) -> None:
        """A fault that comes and goes is one alarm, and so is one whose words change; another one after it has its own."""
        held, session.held = session.held, _trouble(pos)
        if not session.held:
            return
        if not held and now - session.held_at > (_WELL_S if session.held == session.told else _OTHER_S):
            session.told = session.held
            self._link.alarm("held", f"robot {session.robot}: {session.held}", session.robot)
        session.held_at = now

    def look_for_stuck(self, session: RobotSession, now: float) -> None:
        """Whoever may drive on and doesn't reports so, again and again while it lasts."""
        route = self._link.reservations.routes.get(session.robot)
        held_back = session.dead or self._link.is_paused(session) or bool(session.held) or session.cancel is not None
        if route is None or route.granted_to == route.idx or held_back or now < self._link.silent:
            session.moved_at, session.stuck = now, False
        elif now - session.moved_at > STUCK_S * max(1.0, self._link.params.tick_ms / 1000.0 / self._link.params.tick_s):
            session.moved_at, session.stuck = now, True
            session.failed = Action.FORWARD

    def take_done(self, session: RobotSession, done: Done) -> None:
        doing = session.doing
        if done.state != "running":
            self._link.words.say(session, Ack(self._link.term, session.sess, done.act, 0))
        if doing is None or done.act != doing.act:
            return
        if done.state == "failed":
            session.failed = ACTIONS[doing.kind]
            session.load_to = session.load
            self._link.words.dirty.add(session.robot)
            if done.result and self._link.limiter.passes(("failed", session.robot), self._link.now):
                _log.info("robot %d: %s failed: %s", session.robot, doing.kind, done.result)
        if done.state != "running":
            session.doing = None

    def take_stopped(self, session: RobotSession, stopped: Stopped) -> None:
        """The robot's word that it stands, and that the rest of its plan is dead: only now are those cells free."""
        cancel = session.cancel
        route = self._link.reservations.routes[session.robot]
        if cancel is None or (stopped.cancel, stopped.plan) != (cancel.cancel, cancel.plan):
            self._link.counts["refused"] += 1
            return
        if not route.idx <= stopped.idx <= route.granted_to or route.cell(stopped.idx) != stopped.cell:
            self._link.alarm("security", f"robot {session.robot} says it stopped where it can't be", session.robot)
            self._logins.ask_anew(session)
            return
        session.cancel, session.aligned = None, False
        self._link.replan(self._link.reservations.cut(session.robot, stopped.idx) | {session.robot})
        session.limit = stopped.idx


def _trouble(pos: Pos) -> str:
    """What keeps a robot from driving on, in its own words where it has told them."""
    words = []
    if pos.flags & FLAG_FAULT:
        words.append(in_a_line(pos.fault, FAULT_SIGNS) or "its unit has a fault")
    if pos.flags & FLAG_OFF_ROUTE:
        words.append("it is off its way")
    return "; ".join(words)
