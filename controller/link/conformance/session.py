"""Options of a conformance test, and one login of the agent: its grants, its messages, and impossible reports."""

from dataclasses import dataclass, field

from layout.escaping import in_a_line
from robots.link.messages import FAULT_SIGNS, FLAG_FAULT, FLAG_OFF_ROUTE, Cancel, Grant, Hello, Pos

STRIP = 4
"""Free cells that the robot needs beside its own, in a line."""


class Broken(Exception):
    """Exception for a broken rule; its text is the observed behaviour."""


class Untried(Exception):
    """Exception for a rule that can't be tried; its text is the reason."""


@dataclass(frozen=True, slots=True)
class ConformOptions:
    """robot: whom to examine, None: the first that logs in. width: of the grid. pod: what to lift. skip: rules not to try.
    only: those to try, empty for all.

    speed: floor time for real time, for simulated bodies. wait_s: for the first HELLO. patience_s: for a drive or a lift.
    slack_s: what a message may be late by.
    """

    robot: int | None = None
    width: int = 1000
    pod: int = 1
    speed: float = 1.0
    hb_ms: int = 1000
    wait_s: float = 60.0
    patience_s: float = 30.0
    slack_s: float = 1.5
    skip: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Session:
    """Login and its grants. route: cells by idx, announced ones included. cut: CANCEL was sent since the last GRANT."""

    term: int
    sess: int
    hello: Hello
    route: list[int]
    heading: int
    plan: int = 1
    granted_to: int = 0
    face: int = 0
    pos: Pos | None = None
    cancel: Cancel | None = None
    cut: bool = False
    ended: bool = False
    positions: list[Pos] = field(default_factory=list)

    def grant(self, plan: int | None = None, granted_to: int | None = None) -> Grant:
        """Return a GRANT of the route from its last reported cell on."""
        first = self.pos.idx if self.pos is not None else 0
        plan, granted_to = (
            (self.plan if plan is None else plan),
            (self.granted_to if granted_to is None else granted_to),
        )
        return Grant(self.term, self.sess, plan, first, self.route[first:], granted_to, self.face)


def faults_of(session: Session, pos: Pos) -> list[str]:
    """Return the impossible parts of a POS, given those before it and the grants."""
    before = session.pos
    found = []
    if pos.idx > session.granted_to:
        found.append(f"it is in idx {pos.idx} of its way, and may enter {session.granted_to} at the most")
    if pos.limit > session.granted_to:
        found.append(f"it takes idx {pos.limit} for granted, and {session.granted_to} is")
    if pos.plan > session.plan:
        found.append(f"it speaks of plan {pos.plan}, which nobody gave")
    if pos.flags & FLAG_OFF_ROUTE:
        found.append("it reports that it is off its route")
    if pos.flags & FLAG_FAULT:
        found.append(f"it reports a fault{': ' * bool(pos.fault)}{in_a_line(pos.fault, FAULT_SIGNS)}")
    elif pos.fault:
        found.append("it has words for a fault, and no flag 8")
    if not pos.fault.isprintable():
        found.append("the words of its fault have signs that can't be printed")
    if before is None:
        return found
    if pos.n <= before.n:
        found.append(f"n of its POS went from {before.n} to {pos.n}")
    if pos.idx < before.idx:
        found.append(f"idx went back from {before.idx} to {pos.idx}")
    if pos.limit < before.limit and not session.cut:
        found.append(f"limit went back from {before.limit} to {pos.limit}: a grant is never taken back")
    return found
