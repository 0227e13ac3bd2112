"""What robots report of themselves, and what of it is believed: nothing that can't be, and of two words the newer one."""

import logging

from controller.link.commands import ACTIONS
from controller.link.link_state import LinkState
from controller.link.logins import Logins, wrong_load
from controller.link.sessions import Seat
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

    def take_pos(self, seat: Seat, pos: Pos, now: float) -> None:
        way = self._link.visits.ways.get(seat.robot)
        if way is None or pos.idx > way.upto or pos.plan > seat.plan or pos.limit > way.upto:
            self._link.alarm("security", f"robot {seat.robot} reports what it was never granted", seat.robot)
            self._link.counts["refused"] += 1
            return
        if not seat.online:
            seat.online = True
            about = {"event": "back", "robot": seat.robot}
            if self._link.limiter.passes(("back", seat.robot), now):
                _log.info("back: robot %d is heard again", seat.robot, extra={"about": about})
        if pos.idx > way.idx or (seat.stuck and pos.moving):
            seat.moved_at, seat.stuck = now, False
        self._link.grant(self._link.visits.report(seat.robot, pos.idx))
        if pos.n <= seat.number:
            return
        seat.number = pos.n
        seat.moving, seat.heading = pos.moving, pos.heading
        self._take_load(seat, pos.load)
        self._take_battery(seat, pos.battery)
        if seat.claim >= 0 and now - seat.claimed_at > OFFLINE_S:  # it was an old HELLO that said so
            self._link.claims.drop(seat)
        seat.plan_told, seat.limit, seat.flags = pos.plan, pos.limit, pos.flags
        if not seat.aligned and not pos.moving and seat.cancel is None:
            seat.face, seat.aligned = pos.heading, True
            self._link.words.renew(seat)
        self._take_faults(seat, pos, now)
        if pos.flags & FLAG_OFF_ROUTE and not pos.moving:
            self._logins.ask_anew(seat)
            return
        if now - max(seat.sent_at, seat.acked_at) > self._link.params.hb_ms / 2000.0:
            seat.acked_at = now
            self._link.words.say(seat, Ack(self._link.term, seat.sess, 0, pos.n))

    def _take_load(self, seat: Seat, load: int) -> None:
        """What it says that it carries is believed if it can be; if not, it stands until that is so again."""
        if load in seat.loads:
            seat.load, seat.misloaded = load, ""
            return
        if not seat.misloaded:
            text = f"robot {seat.robot}: {wrong_load(seat, load)}"
            self._link.alarm("held", f"{text}. It stands until that is put right", seat.robot)
        seat.misloaded = wrong_load(seat, load)

    def _take_battery(self, seat: Seat, battery: float) -> None:
        """No battery has more in it than it holds."""
        full = self._link.params.battery_wh
        overfull = battery > _OVERFULL * full
        if overfull and not seat.overfull:
            text = f"robot {seat.robot} says that its battery has {battery:.0f} Wh, and it holds {full:.0f}"
            self._link.alarm("battery", f"{text}: it is taken to be full", seat.robot)
        seat.overfull, seat.battery = overfull, min(battery, full)

    def _take_faults(self, seat: Seat, pos: Pos, now: float) -> None:
        """A fault that comes and goes is one alarm, and so is one whose words change; another one after it has its own."""
        held, seat.held = seat.held, _trouble(pos)
        if not seat.held:
            return
        if not held and now - seat.held_at > (_WELL_S if seat.held == seat.told else _OTHER_S):
            seat.told = seat.held
            self._link.alarm("held", f"robot {seat.robot}: {seat.held}", seat.robot)
        seat.held_at = now

    def look_for_stuck(self, seat: Seat, now: float) -> None:
        """Whoever may drive on and doesn't reports so, again and again while it lasts."""
        way = self._link.visits.ways.get(seat.robot)
        held_back = seat.dead or self._link.is_paused(seat) or bool(seat.held) or seat.cancel is not None
        if way is None or way.upto == way.idx or held_back or now < self._link.silent:
            seat.moved_at, seat.stuck = now, False
        elif now - seat.moved_at > STUCK_S * max(1.0, self._link.params.tick_ms / 1000.0 / self._link.params.tick_s):
            seat.moved_at, seat.stuck = now, True
            seat.failed = Action.FORWARD

    def take_done(self, seat: Seat, done: Done) -> None:
        doing = seat.doing
        if done.state != "running":
            self._link.words.say(seat, Ack(self._link.term, seat.sess, done.act, 0))
        if doing is None or done.act != doing.act:
            return
        if done.state == "failed":
            seat.failed = ACTIONS[doing.kind]
            seat.load_to = seat.load
            self._link.words.dirty.add(seat.robot)
            if done.result and self._link.limiter.passes(("failed", seat.robot), self._link.now):
                _log.info("robot %d: %s failed: %s", seat.robot, doing.kind, done.result)
        if done.state != "running":
            seat.doing = None

    def take_stopped(self, seat: Seat, stopped: Stopped) -> None:
        """The robot's word that it stands, and that the rest of its plan is dead: only now are those cells free."""
        cancel = seat.cancel
        way = self._link.visits.ways[seat.robot]
        if cancel is None or (stopped.cancel, stopped.plan) != (cancel.cancel, cancel.plan):
            self._link.counts["refused"] += 1
            return
        if not way.idx <= stopped.idx <= way.upto or way.cell(stopped.idx) != stopped.cell:
            self._link.alarm("security", f"robot {seat.robot} says it stopped where it can't be", seat.robot)
            self._logins.ask_anew(seat)
            return
        seat.cancel, seat.aligned = None, False
        self._link.replan(self._link.visits.cut(seat.robot, stopped.idx) | {seat.robot})
        seat.limit = stopped.idx


def _trouble(pos: Pos) -> str:
    """What keeps a robot from driving on, in its own words where it has told them."""
    words = []
    if pos.flags & FLAG_FAULT:
        words.append(in_a_line(pos.fault, FAULT_SIGNS) or "its unit has a fault")
    if pos.flags & FLAG_OFF_ROUTE:
        words.append("it is off its way")
    return "; ".join(words)
