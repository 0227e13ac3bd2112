"""The agent's side of the robot link, without sockets and clocks: messages received, actions taken and answers of one drive
unit.

The safety of the floor rests on four rules that this class keeps, whatever messages are lost, duplicated, late or reordered:
the body gets only cells up to `limit`; `limit` and `idx` only grow within a session; a message of another term, another
session or an older plan changes nothing; after a start, or when the controller is silent, there is no session until the robot
has logged in at rest. Hönig et al., "Persistent and Robust Execution of MAPF Schedules in Warehouses", 2019.
"""

from robots.agents.guarded_body import GuardedBody
from robots.agents.pose import Body, Pose
from robots.agents.session_state import SessionLifecycle, SessionState
from robots.link.messages import (
    FLAG_CHARGING,
    FLAG_FAULT,
    FLAG_OFF_ROUTE,
    FLAG_PAUSED,
    VERSION,
    Ack,
    Cancel,
    Do,
    Done,
    FromRobot,
    Grant,
    Hello,
    Pause,
    Pos,
    Reject,
    Resume,
    Stopped,
    ToRobot,
    Welcome,
    Who,
)

__all__ = ["Body", "Pilot", "Pose"]

_ASK_S = 0.5
"""Seconds between two HELLOs, and between two final reports on an action, that are not answered."""
_DRIVE_AGAIN_S = 1.0
"""Seconds between two tries of a drive or a stop at which the body raised."""
_BEFORE_LOGIN_HB_S = 1.0
_FINAL = ("unknown", "removed", "version")


class Pilot:
    """Agent of one drive unit. Pass it received messages, step it often, and send the messages in `outbox`.

    given_up: why it will not log in again, "" otherwise. refused: messages of another session or plan.
    """

    def __init__(self, robot: int, body: Body, boot: int) -> None:
        self.robot, self.body, self.boot = robot, body, boot
        self.state = SessionState.LOGGED_OUT
        self._session = SessionLifecycle(self)
        self._guarded = GuardedBody(body)
        self._driven_at = -1e18
        self._halted = False
        self.outbox: list[FromRobot] = []
        self.given_up = ""
        self.rejected: Reject | None = None
        self.refused = 0
        self.term = self.sess = self._last_sess = 0
        self.plan = self.idx = self.limit = 0
        self.hb_s = _BEFORE_LOGIN_HB_S
        self._cells: dict[int, int] = {}
        """Cells of the route by idx: the current one and those granted."""
        self._face = 0
        self._width = 0
        self._dead_plan = -1
        self._cancel: Cancel | None = None
        self._stopped: Stopped | None = None
        self._paused = False
        self._act: Do | None = None
        self._act_state = self._act_result = ""
        self._charging = False
        self._reported: tuple[object, ...] = ()
        self._sent_at = -1e18
        self._number = 0
        self.heard_at = -1e18

    @property
    def connected(self) -> bool:
        return self.state is SessionState.LOGGED_IN

    @property
    def body_faults(self) -> dict[str, str]:
        """Return {method: what it raised} of the body's methods whose last call raised."""
        return self._guarded.faults

    def check_body(self) -> None:
        """Check the body while nothing can be sent."""
        self._guarded.pose()

    def take_news(self) -> list[str]:
        """Return new lines for the user about errors of the body."""
        news, self._guarded.news = self._guarded.news, []
        return news

    def receive(self, message: ToRobot, now: float) -> None:
        """Handle a message of the controller. now: monotonic seconds."""
        match message:
            case Welcome():
                self._enter(message, now)
            case Reject():
                self._turned_away(message, now)
            case Who():
                if message.term >= self.term and message.sess == self.sess:
                    self.lost()
                    self._sent_at = -1e18
            case _ if not self.connected or (message.term, message.sess) != (self.term, self.sess):
                self.refused += 1
            case _:
                self.heard_at = now
                self._obey(message)

    def step(self, now: float) -> None:
        """Check the body, do what is due, and report what has changed."""
        self._drive_again(now)
        pose = self._guarded.pose()
        if not self.connected:
            where = self._guarded.seen and "pose" not in self._guarded.faults
            if where and not self.given_up and now - self._sent_at >= _ASK_S:
                self._sent_at = now
                at_rest = not pose.moving
                self.outbox.append(
                    Hello(
                        VERSION,
                        self.robot,
                        self.boot,
                        pose.cell,
                        pose.heading,
                        at_rest,
                        pose.load,
                        self._guarded.battery(),
                    )
                )
            return
        off_route = not self._advance(pose)
        self._drive_on(pose)
        if self._cancel is not None and not pose.moving:
            self._send_stopped(self._cancel)
        self._work(pose)
        flags = (
            FLAG_PAUSED * self._paused
            | FLAG_CHARGING * self._charging
            | FLAG_OFF_ROUTE * off_route
            | FLAG_FAULT * bool(pose.fault)
        )
        news = (self.plan, self.idx, self.limit, pose.moving, pose.heading, pose.load, flags)
        if news != self._reported or now - self._sent_at >= self.hb_s:
            self._reported, self._sent_at = news, now
            self._number += 1
            self.outbox.append(
                Pos(
                    term=self.term,
                    sess=self.sess,
                    n=self._number,
                    plan=self.plan,
                    idx=self.idx,
                    limit=self.limit,
                    moving=pose.moving,
                    heading=pose.heading,
                    battery=self._guarded.battery(),
                    load=pose.load,
                    flags=flags,
                    fault=pose.fault,
                )
            )
            self._repeat_result()

    def lost(self) -> None:
        """End the session because the controller is silent or doesn't know it: stop, and log in again at rest."""
        if self.connected:
            self._guarded.stop()
            self._session.send("lose")
        self.sess = 0
        self._cells.clear()
        self._cancel = self._stopped = self._act = None
        self.outbox.clear()

    def _enter(self, welcome: Welcome, now: float) -> None:
        """Start a session. An old or duplicated WELCOME changes nothing."""
        if welcome.robot != self.robot or welcome.boot != self.boot:
            self.refused += 1
            return
        asks = self.state is SessionState.LOGGED_OUT
        if not asks or (welcome.term, welcome.sess) <= (self.term, self._last_sess):
            self.refused += 1
            return
        if self._guarded.places and self._guarded.pose().cell < 0:
            self._guarded.place(welcome)
        pose = self._guarded.pose()
        if pose.moving or pose.cell != welcome.cell:
            self.refused += 1  # an answer to an earlier HELLO
            return
        self._session.send("log_in")
        self.term, self.sess = welcome.term, welcome.sess
        self._last_sess = welcome.sess
        self.plan = self.idx = self.limit = self._number = 0
        self._cells = {0: welcome.cell}
        self._face, self._width = pose.heading, welcome.width
        self._dead_plan = -1
        self._paused = self._halted = False
        self._act, self._act_state, self._reported = None, "", ()
        self.rejected = None
        self.hb_s = welcome.hb_ms / 1000.0
        self.heard_at = now

    def _turned_away(self, reject: Reject, now: float) -> None:
        if reject.code == "key" and reject.robot == self.robot and reject.boot == self.boot:
            self.lost()  # the key was revoked
        if self.connected or reject.robot != self.robot or reject.boot != self.boot:
            self.refused += 1
            return
        self.rejected, self.heard_at = reject, now
        if reject.code in _FINAL and self.state is SessionState.LOGGED_OUT:
            self._session.send("give_up")
            self.given_up = f"{reject.code}: {reject.text}"

    def _obey(self, message: ToRobot) -> None:
        match message:
            case Grant():
                if self._accept(message):
                    self._drive()
            case Cancel() if self._stopped is not None and message.cancel == self._stopped.cancel:
                self.outbox.append(self._stopped)  # the first one was lost
            case Cancel() if message.plan >= self.plan and message.plan > self._dead_plan:
                self._cancel = message
                self._guarded.stop()
            case Do():
                self._accept_action(message)
            case Ack() if self._act is not None and message.act == self._act.act and self._act_state in _FINAL_STATES:
                self._act_state = "known"
            case Ack():
                pass  # of a POS: it has arrived, nothing else
            case Pause():
                self._paused = True
                self._guarded.stop()
            case Resume():
                self._paused = False
                self._drive()
            case _:
                self.refused += 1

    def _accept(self, grant: Grant) -> bool:
        """Add a grant to the route; return False if it is old, has a gap, or contradicts cells already granted."""
        last = grant.first + len(grant.cells) - 1
        if grant.plan < self.plan or grant.plan <= self._dead_plan or not grant.cells or last < grant.upto:
            self.refused += 1
            return False
        if grant.first > self.limit + 1 or not self._fits(grant):
            self.refused += 1
            return False
        self.plan = grant.plan
        cells = dict(enumerate(grant.cells, grant.first))
        self._cells |= {number: cells[number] for number in range(self.limit + 1, grant.upto + 1)}
        self.limit = max(self.limit, grant.upto)
        self._face = grant.face
        return True

    def _fits(self, grant: Grant) -> bool:
        """Tell whether the cells agree with those already granted, and each is next to the one before."""
        before = self._cells.get(grant.first - 1)
        for number, cell in enumerate(grant.cells, grant.first):
            if self.idx <= number <= self.limit and self._cells.get(number) != cell:
                return False
            if before is not None and abs(cell - before) not in (1, self._width):
                return False
            before = cell
        return True

    def _drive(self) -> None:
        if self._paused or self._cancel is not None:
            return
        pose = self._guarded.pose()
        self._halted = self._guarded.halted
        if self._halted:
            return
        self._advance(pose)
        cells = [self._cells[number] for number in range(self.idx + 1, self.limit + 1)]
        if cells and self._charging:
            self._charge(on=False)
        self._guarded.drive(cells, self._face)

    def _drive_on(self, pose: Pose) -> None:
        """Order the remaining route again when a fault that stopped the unit is over."""
        if self._guarded.halted:
            self._halted = True
        elif self._halted:
            self._halted = False
            if self.limit > self.idx or pose.heading != self._face:
                self._drive()

    def _drive_again(self, now: float) -> None:
        """Repeat a stop or a drive that raised, now and then, because nobody else repeats it."""
        faults = self._guarded.faults
        if not self.connected or not faults.keys() & {"drive", "stop"} or now - self._driven_at < _DRIVE_AGAIN_S:
            return
        self._driven_at = now
        if "stop" in faults:
            self._guarded.stop()
        if "drive" in faults and "pose" not in faults:
            self._drive()

    def _advance(self, pose: Pose) -> bool:
        """Advance to the body's cell; return False if that cell is not granted."""
        number = self.idx
        while number <= self.limit and self._cells[number] != pose.cell:
            number += 1
        if number > self.limit:
            return False
        for passed in range(self.idx, number):
            del self._cells[passed]
        self.idx = number
        return True

    def _send_stopped(self, cancel: Cancel) -> None:
        """Report the stop: the rest of the plan is dropped, and only a newer plan counts from now on."""
        self._dead_plan = max(self._dead_plan, cancel.plan)
        self.limit = self.idx
        self._cells = {self.idx: self._cells[self.idx]}
        self._cancel = None
        self._stopped = Stopped(self.term, self.sess, cancel.plan, cancel.cancel, self.idx, self._cells[self.idx])
        self.outbox.append(self._stopped)

    def _accept_action(self, do: Do) -> None:
        """Accept a new action; answer a repeated one again."""
        if self._act is not None and do.act <= self._act.act:
            if do.act == self._act.act and self._act_state == "known":
                self._act_state = "failed" if self._act_result else "done"
            self._reported = ()
            return
        self._act, self._act_state, self._act_result = do, "waiting", ""

    def _work(self, pose: Pose) -> None:
        """Begin the action once the robot stands at its place, and check whether it is done."""
        do = self._act
        if do is None or self._paused:
            return
        if self._act_state == "waiting" and self.idx >= do.at_idx and not pose.moving:
            self._begin(do, pose)
        elif self._act_state == "running" and pose.load == do.what:
            self._act_state = "done"
            self._reported = ()
        elif self._act_state == "running" and pose.fault:
            self._act_state, self._act_result, self._reported = "failed", pose.fault, ()

    def _begin(self, do: Do, pose: Pose) -> None:
        self._reported = ()
        if self.idx > do.at_idx or pose.fault:
            self._act_state, self._act_result = "failed", pose.fault or "it has passed the action's cell"
        elif do.kind == "charge":
            self._end_begin(self._charge(on=True), "done")
        elif pose.load == do.what:
            self._act_state = "done"
        else:
            self._end_begin(self._guarded.lift(do.what), "running")

    def _end_begin(self, failure: str, state: str) -> None:
        self._act_state, self._act_result = ("failed", failure) if failure else (state, "")

    def _charge(self, *, on: bool) -> str:
        """Start or end charging; return the error text, "" if there is none."""
        failure = self._guarded.charge(on=on)
        self._charging = on and not failure
        return failure

    def _repeat_result(self) -> None:
        if self._act is not None and self._act_state in ("running", "done", "failed"):
            self.outbox.append(Done(self.term, self.sess, self._act.act, self._act_state, self._act_result))  # type: ignore[arg-type]


_FINAL_STATES = ("done", "failed")
