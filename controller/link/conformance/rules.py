"""The rules that an agent is put through, one after the other. Each begins with a live session and a robot at rest.

Numbers are those of the eight rules in docs/reference/link.md that a trial belongs to; 0 where it is about the language.
"""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec import msgpack

from controller.link.conformance.examiner import Examiner
from controller.link.conformance.session import STRIP, Broken, Untried
from robots.link.messages import (
    FLAG_PAUSED,
    HORIZON,
    MOST_BYTES,
    Ack,
    Cancel,
    Do,
    Grant,
    Hello,
    Pause,
    Resume,
    Stopped,
    Who,
    encode,
)
from robots.recording.frames import NO_LOAD


@dataclass(frozen=True, slots=True)
class Rule:
    """Rule. name: short, for tables, --only and --skip. did: action of the controller. expected: of the agent. trial: raises
    Broken.
    """

    name: str
    of: int
    did: str
    expected: str
    trial: Callable[[Examiner], None]


def _login(exam: Examiner) -> None:
    """Log in; afterwards there is a session."""
    hello = exam.hears_hello()
    exam.say(exam.welcome(hello, boot=hello.boot ^ 1))
    exam.no_login("a WELCOME for another boot")
    exam.enters(exam.hears_hello(exam.reply_s + 2.0))
    if exam.live.hello.load != NO_LOAD:
        raise Broken("it carries something; the trials begin with an empty robot")


def _heartbeat(exam: Examiner) -> None:
    first = len(exam.live.positions)
    exam.listen(2.0 * exam.reply_s)
    exam.check()
    if len(exam.live.positions) - first < 2:
        raise Broken(f"{len(exam.live.positions) - first} POS in {2.0 * exam.reply_s:.3g} s; {exam.last_word}")


def _steps(exam: Examiner) -> None:
    here, far = _here(exam), _far(exam)
    away = _away(exam)
    for cell in range(here + away, far + away, away):
        exam.lead(cell)
        exam.arrives()
        exam.stays(f"granted was idx {exam.live.granted_to}")


def _end(exam: Examiner) -> None:
    exam.lead(_far(exam))
    exam.arrives()
    exam.stays("at the end of its grant")


def _horizon(exam: Examiner) -> None:
    here, far = _here(exam), _far(exam)
    exam.lead(far, only=abs(far - here) // 2)
    exam.arrives()
    exam.stays("beyond were announced cells only")
    exam.lead(here)  # a newer plan, other than announced
    exam.arrives()


def _doubled(exam: Examiner) -> None:
    here, away = _here(exam), _away(exam)
    old = exam.lead(here + away)
    for _ in range(3):
        exam.say(old)
    new = exam.lead(here + 2 * away)
    for grant in (old, new, old):
        exam.say(grant)
    exam.arrives()
    for grant in (old, new, old, new):
        exam.say(grant)
    exam.stays("doubled and old GRANTs came")


def _impossible(exam: Examiner) -> None:
    session, idx = exam.live, exam.live.granted_to
    cell, ahead, beyond = (exam.strip[_here(exam) + number * _away(exam)] for number in range(3))
    wrong = {
        "its cells jump": (idx, [cell, beyond], idx + 1),
        "it leaves out a cell": (idx + 2, [ahead], idx + 2),
        "it begins in another cell": (idx, [ahead, cell], idx + 1),
        "it grants more than it names": (idx, [cell, ahead], idx + 3),
        "it has no cells": (idx + 1, [], idx + 1),
    }
    for why, (first, cells, granted_to) in wrong.items():
        exam.say(Grant(exam.term, session.sess, session.plan, first, cells, granted_to, session.face))
        exam.stays(f"a GRANT that can't be: {why}")


def _old_plan(exam: Examiner) -> None:
    session = exam.live
    exam.lead(_here(exam) + _away(exam))
    exam.arrives()
    old = exam.lead(_far(exam), only=0)
    session.plan += 1
    del session.route[session.granted_to + 1 :]
    exam.say(session.grant())
    exam.arrives()
    exam.do(Grant(old.term, old.sess, old.plan, old.first, old.cells, old.first + len(old.cells) - 1, old.face))


def _lower_term(exam: Examiner) -> None:
    hello = _ask_who(exam)
    exam.say(exam.welcome(hello, term=exam.term - 1, sess=1_000_000))
    exam.no_login("a WELCOME of a lower term")
    exam.enters(exam.hears_hello(exam.reply_s + 2.0))
    session = exam.live
    exam.do(_onwards(exam, session.term - 1, session.sess))
    for message in (
        Pause(session.term - 1, session.sess),
        Cancel(session.term - 1, session.sess, session.plan, 999),
        Do(session.term - 1, session.sess, 999, "lift", session.granted_to, exam.options.pod),
        Who(session.term - 1, session.sess),
    ):
        exam.do(message)
    if exam.pos.flags & FLAG_PAUSED or exam.pos.load != NO_LOAD:
        raise Broken(f"it obeyed a lower term; {exam.last_word}")


def _other_session(exam: Examiner) -> None:
    old = exam.live.sess
    exam.enters(_ask_who(exam))
    session = exam.live
    exam.do(_onwards(exam, session.term, old))
    exam.do(_onwards(exam, session.term, session.sess + 1))
    exam.do(Cancel(session.term, old, session.plan + 1, 999))
    exam.do(Pause(session.term, old))
    if exam.pos.flags & FLAG_PAUSED:
        raise Broken("it obeyed a PAUSE of an earlier session")


def _pause(exam: Examiner) -> None:
    session = exam.live
    exam.sets_off()
    for _ in range(2):
        exam.say(Pause(session.term, session.sess))
    exam.expect("did not stand and say so after PAUSE", lambda: _is_paused(exam) and not exam.pos.moving)
    exam.listen(exam.hb_s)
    exam.stays("paused")
    exam.say(session.grant())
    exam.stays("a GRANT came while it was paused")
    exam.say(Resume(session.term, session.sess))
    exam.say(Resume(session.term, session.sess))
    exam.arrives()
    exam.expect("still says that it is paused", lambda: not _is_paused(exam), exam.reply_s)


def _cancel(exam: Examiner) -> None:
    exam.sets_off()
    exam.cancels_plan()
    exam.stays("after its STOPPED")


def _cancelled(exam: Examiner) -> None:
    exam.sets_off()
    grant = exam.live.grant()
    exam.cancels_plan()
    exam.do(grant)
    exam.lead(_far(exam))
    exam.arrives()


def _cancel_again(exam: Examiner) -> None:
    exam.sets_off()
    stopped = exam.cancels_plan()
    first = len(exam.heard)
    assert exam.live.cancel is not None
    exam.say(exam.live.cancel)
    exam.say(exam.live.cancel)
    what = "no STOPPED in answer to each doubled CANCEL"
    exam.expect(what, lambda: len(exam.of(Stopped, first)) >= 2, exam.reply_s)
    if any(again != stopped for again in exam.of(Stopped, first)):
        raise Broken(f"the answers differ: {stopped}, then {exam.of(Stopped, first)[-1]}")


def _lift(exam: Examiner) -> None:
    _acts(exam, "lift", exam.options.pod)


def _set_down(exam: Examiner) -> None:
    _acts(exam, "set_down", NO_LOAD)


def _acts(exam: Examiner, kind: str, what: int) -> None:
    """Try an action in the next cell, ordered before the drive."""
    session = exam.live
    if kind == "set_down" and exam.pos.load == NO_LOAD:
        raise Untried("it has lifted nothing")
    exam.acts += 1
    first, seen = len(exam.heard), len(session.positions)
    do = Do(session.term, session.sess, exam.acts, kind, session.granted_to + 1, what)  # type: ignore[arg-type]
    exam.do(do)
    exam.lead(_here(exam) + _away(exam))
    exam.say(do)
    exam.expect(f"no last word on {kind}", lambda: bool(exam.done(do.act, first)))
    if exam.done(do.act, first)[0].state == "failed":
        raise Broken(f"it says that {kind} failed: {exam.done(do.act, first)[0].result or 'without a reason'}")
    exam.expect(f"{kind} is done, but its load is not {what}", lambda: exam.pos.load == what, exam.reply_s)
    if any(pos.load == what and pos.idx < do.at_idx for pos in session.positions[seen:]):
        raise Broken(f"{kind} was for idx {do.at_idx}, and it did it before")
    exam.expect("its last word is not said again", lambda: len(exam.done(do.act, first)) >= 3, 3 * exam.reply_s)
    exam.say(Ack(session.term, session.sess, do.act, 0))
    exam.listen(exam.hb_s)
    first = len(exam.heard)
    exam.listen(exam.quiet_s)
    if exam.done(do.act, first):
        raise Broken("it says its last word again after ACK")
    exam.say(do)
    exam.expect("no answer to a doubled DO", lambda: bool(exam.done(do.act, first)), exam.reply_s)
    exam.say(Ack(session.term, session.sess, do.act, 0))
    exam.stays("after a doubled DO")


def _garbage(exam: Examiner) -> None:
    session = exam.live
    grant = _onwards(exam, session.term, session.sess)
    fields = msgpack.decode(encode(grant))
    frames = [
        b"",
        b"\x00",
        b"\xc1" * 40,
        bytes(range(256)),
        b"\x91" * 2000,
        encode(grant)[:-3],
        b"x" * (MOST_BYTES + 1),
        *map(
            msgpack.encode,
            (
                [1, 2],
                {"type": "HURRY"},
                {**fields, "and": 1},
                {**fields, "plan": -1},
                {**fields, "upto": 1 << 60},
                {**fields, "cells": "far"},
                {**fields, "cells": list(range(HORIZON + 1))},
            ),
        ),
    ]
    for frame in frames:
        exam.send(frame)
    exam.send(b"two", b"parts")
    first = len(session.positions)
    exam.expect("no POS any more", lambda: len(session.positions) >= first + 2, 2 * exam.reply_s)
    exam.stays("after garbage")


def _who(exam: Examiner) -> None:
    session, cell = exam.live, exam.live.route[exam.pos.idx]
    exam.do(Who(session.term, session.sess + 5))
    hello = _ask_who(exam)
    if hello.cell != cell:
        raise Broken(f"its HELLO names cell {hello.cell}; by its POS it is in {cell}")
    exam.enters(hello)


def _rejected(exam: Examiner) -> None:
    _ask_who(exam)
    for code in ("place", "double"):
        exam.reject(code)
        hello = exam.hears_hello(exam.reply_s + 2.0)
    exam.enters(hello)


def _silence(exam: Examiner) -> None:
    session = exam.live
    exam.sets_off()
    exam.deaf = True
    exam.ends_session()
    hellos = exam.hellos
    exam.expect("no HELLO though nothing was said to it", lambda: exam.hellos > hellos, exam.lost_s())
    exam.deaf = False
    assert exam.hello is not None
    hello = exam.hello[1] if exam.hello[1].at_rest else exam.hears_hello()
    if hello.cell not in session.route[exam.pos.idx : session.granted_to + 1]:
        raise Broken(f"it logs in at cell {hello.cell}, which is not on what it may still have driven")
    exam.renew_term()
    again = exam.hears_hello(exam.lost_s())
    if again.cell != hello.cell:
        raise Broken(f"said to be at rest in cell {hello.cell}, then in {again.cell}")
    exam.enters(again)
    exam.stays("what was granted before the new login is dead")


def _ask_who(exam: Examiner) -> Hello:
    exam.ends_session()
    exam.say(Who(exam.live.term, exam.live.sess))
    return exam.hears_hello(exam.reply_s + 2.0)


def _onwards(exam: Examiner, term: int, sess: int) -> Grant:
    """Return a GRANT that would lead it on if it were of this term and session."""
    session = exam.live
    cells = [session.route[session.granted_to], exam.strip[_here(exam) + _away(exam)]]
    return Grant(term, sess, session.plan, session.granted_to, cells, session.granted_to + 1, session.face)


def _here(exam: Examiner) -> int:
    return exam.strip.index(exam.live.route[exam.live.granted_to])


def _far(exam: Examiner) -> int:
    """Return the farther end of the strip: 0 or STRIP."""
    return 0 if _here(exam) > STRIP // 2 else STRIP


def _away(exam: Examiner) -> int:
    """Return the step towards the farther end."""
    return 1 if _far(exam) else -1


def _is_paused(exam: Examiner) -> bool:
    return bool(exam.pos.flags & FLAG_PAUSED)


LOGIN = Rule(
    "login",
    8,
    "answered HELLO late, then by a WELCOME for another boot, then by the right one",
    "HELLO of a version that is known, at rest, said again; a POS with idx 0 in answer to the right WELCOME only",
    _login,
)
RULES = (
    LOGIN,
    Rule("heartbeat", 0, "gave it nothing to do", "a POS at least each hb_ms, numbered upwards by n", _heartbeat),
    Rule(
        "grants-in-steps",
        3,
        "granted cell after cell",
        "each cell entered after its GRANT and told by a POS, none before",
        _steps,
    ),
    Rule("stops-at-the-end", 3, "granted a stretch", "at rest in the last cell, turned to `face`", _end),
    Rule("horizon", 3, "announced a stretch, granted half of it", "at rest where the grant ends", _horizon),
    Rule("doubled-grants", 4, "doubled GRANTs and sent old ones late", "limit and idx only grow", _doubled),
    Rule("impossible-grants", 5, "sent GRANTs with a gap, a jump, other cells", "nothing changes", _impossible),
    Rule("old-plan", 4, "sent a GRANT of an older plan", "nothing changes", _old_plan),
    Rule("pause", 5, "PAUSE as it drove, a GRANT, then RESUME", "it stands, says so, and then drives on", _pause),
    Rule("cancel", 5, "CANCEL as it drove", "STOPPED with the cell where it is, and it stays there", _cancel),
    Rule(
        "cancelled-plan", 5, "sent a GRANT of the cancelled plan", "nothing of it; a newer plan is driven", _cancelled
    ),
    Rule("cancel-again", 4, "said the same CANCEL again", "the same STOPPED again", _cancel_again),
    Rule("lift", 0, "DO lift for the next cell, ACK late", "done there; told until ACK, then no more", _lift),
    Rule(
        "set-down", 0, "DO set_down for the next cell, ACK late", "done there; told until ACK, then no more", _set_down
    ),
    Rule("garbage", 0, "sent frames that are no messages", "nothing changes, POS go on", _garbage),
    Rule("who", 8, "WHO for another session, then for its own", "HELLO to the second, with the cell where it is", _who),
    Rule("other-session", 8, "GRANT, CANCEL, PAUSE of other sessions", "nothing changes", _other_session),
    Rule("lower-term", 7, "WELCOME and orders of a lower term", "nothing changes", _lower_term),
    Rule("rejected", 8, "REJECT place and double", "it asks again by HELLO", _rejected),
    Rule(
        "silence", 8, "fell silent as it drove", "it stops, and logs in at rest; then its old grants are dead", _silence
    ),
)
