"""Reports of robots, and what of them is believed: nothing impossible, and of two reports the newer one."""

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
"""Silence in s after which a robot is offline: its cells stay its own, and others are led round it."""
STUCK_S = 30.0
"""Time in s without progress after which a robot with granted cells is stuck, and others are led round it."""
_WELL_S = 30.0
"""Time in s without a fault after which the same fault raises an alarm again."""
_OTHER_S = 1.0
"""Time in s without a fault after which a fault with other words raises an alarm."""
_OVERFULL = 1.2
"""Ratio of reported to possible energy from which a battery report is wrong; below, the battery is newer than its type."""


class ReportHandler:
    """Handler of POS, ACTION and STOPPED messages of live sessions."""

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
        if session.claim >= 0 and now - session.claimed_at > OFFLINE_S:  # an old HELLO claimed the cell
            self._link.claims.drop(session)
        session.reported_plan, session.limit, session.flags = pos.plan, pos.limit, pos.flags
        if not session.aligned and not pos.moving and session.cancel is None:
            session.face, session.aligned = pos.heading, True
            self._link.outbox.renew_grant(session)
        self._take_faults(session, pos, now)
        if pos.flags & FLAG_OFF_ROUTE and not pos.moving:
            self._logins.request_login(session)
            return
        if now - max(session.sent_at, session.acked_at) > self._link.params.hb_ms / 2000.0:
            session.acked_at = now
            self._link.outbox.send(session, Ack(self._link.term, session.sess, 0, pos.n))

    def _take_load(self, session: RobotSession, load: int) -> None:
        """Accept a reported load if it is possible; otherwise the robot stands until it is."""
        if load in session.loads:
            session.load, session.misloaded = load, ""
            return
        if not session.misloaded:
            text = f"robot {session.robot}: {wrong_load(session, load)}"
            self._link.alarm("held", f"{text}. It stands until that is corrected", session.robot)
        session.misloaded = wrong_load(session, load)

    def _take_battery(self, session: RobotSession, battery: float) -> None:
        """Accept a battery report, limited to the battery's capacity."""
        full = self._link.params.battery_wh
        overfull = battery > _OVERFULL * full
        if overfull and not session.overfull:
            text = f"robot {session.robot} says that its battery has {battery:.0f} Wh, and it holds {full:.0f}"
            self._link.alarm("battery", f"{text}: it is taken to be full", session.robot)
        session.overfull, session.battery = overfull, min(battery, full)

    def _take_faults(self, session: RobotSession, pos: Pos, now: float) -> None:
        """Raise an alarm for a reported fault. A fault that comes and goes, or changes its words, is one alarm; a new one
        after it has its own.
        """
        held, session.held = session.held, _trouble(pos)
        if not session.held:
            return
        if not held and now - session.held_at > (_WELL_S if session.held == session.alarmed_fault else _OTHER_S):
            session.alarmed_fault = session.held
            self._link.alarm("held", f"robot {session.robot}: {session.held}", session.robot)
        session.held_at = now

    def look_for_stuck(self, session: RobotSession, now: float) -> None:
        """Report a robot that could drive and doesn't, repeatedly while it lasts."""
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
            self._link.outbox.send(session, Ack(self._link.term, session.sess, done.act, 0))
        if doing is None or done.act != doing.act:
            return
        if done.state == "failed":
            session.failed = ACTIONS[doing.kind]
            session.load_to = session.load
            self._link.outbox.dirty.add(session.robot)
            if done.result and self._link.limiter.passes(("failed", session.robot), self._link.now):
                _log.info("robot %d: %s failed: %s", session.robot, doing.kind, done.result)
        if done.state != "running":
            session.doing = None

    def take_stopped(self, session: RobotSession, stopped: Stopped) -> None:
        """Handle STOPPED: the robot stands and has dropped the rest of its plan; only now are those cells free."""
        cancel = session.cancel
        route = self._link.reservations.routes[session.robot]
        if cancel is None or (stopped.cancel, stopped.plan) != (cancel.cancel, cancel.plan):
            self._link.counts["refused"] += 1
            return
        if not route.idx <= stopped.idx <= route.granted_to or route.cell(stopped.idx) != stopped.cell:
            self._link.alarm("security", f"robot {session.robot} says it stopped where it can't be", session.robot)
            self._logins.request_login(session)
            return
        session.cancel, session.aligned = None, False
        self._link.replan(self._link.reservations.cut(session.robot, stopped.idx) | {session.robot})
        session.limit = stopped.idx


def _trouble(pos: Pos) -> str:
    """Return what keeps a robot from driving, in its own words if it has sent any."""
    words = []
    if pos.flags & FLAG_FAULT:
        words.append(in_a_line(pos.fault, FAULT_SIGNS) or "its unit has a fault")
    if pos.flags & FLAG_OFF_ROUTE:
        words.append("it is off its route")
    return "; ".join(words)
