"""`podfleet robots conform`: test an agent against the rules of the robot link, and report the broken ones."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from controller.link.conformance.durations import SECONDS, TOGETHER
from controller.link.conformance.examiner import Examiner
from controller.link.conformance.rules import LOGIN, RULES, Rule
from controller.link.conformance.session import STRIP, Broken, ConformOptions, Session, Untried
from layout.errors import InputError
from robots.link.messages import Who
from robots.wording.formatting import cell_at, count, span

_FLOOR_ROW = 10
"""Cell in which a simulated body is placed."""
_NO_SESSION = "no session to try it in"


State = Literal["kept", "broken", "not tried", "skipped"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict on a rule. found: observed behaviour, or why it was not tried; "" for a rule that is kept."""

    rule: Rule
    state: State
    found: str
    seconds: float


def names() -> list[str]:
    return [rule.name for rule in RULES]


def check_options(options: ConformOptions) -> None:
    """Check the options. InputError if they make no sense."""
    if options.skip and options.only:
        raise InputError.single("--skip, --only", "", "can't be given together", "leave out one of them")
    if wrong := sorted(name for name in options.skip if name not in names() or name == LOGIN.name):
        raise InputError.single(f"--skip {wrong[0]}", "", "can't be skipped", ", ".join(names()[1:]))
    if wrong := sorted(options.only - set(names())):
        raise InputError.single(f"--only {wrong[0]}", "", "is no rule", ", ".join(names()))
    if options.width <= STRIP:
        raise InputError.single(f"--width {options.width}", "", f"has no room for {STRIP + 1} cells in a line")


def skipped(options: ConformOptions) -> frozenset[str]:
    """Return the names of rules to skip. A login precedes all others, and a lifted pod is set down again."""
    if not options.only:
        return options.skip | ({"set-down"} if "lift" in options.skip else set())
    wanted = {LOGIN.name, *options.only, *(TOGETHER[name] for name in options.only if name in TOGETHER)}
    return frozenset(names()) - wanted


def length(options: ConformOptions) -> str:
    """Return the number of rules to try, and the time needed if none is broken."""
    tried = [SECONDS[name] for name in names() if name not in skipped(options)]
    seconds = sum(waiting + driving / options.speed for waiting, driving in tried)
    words = f"{count(len(tried), 'rule')}, about {span(seconds)} with a unit as quick as the simulated one"
    return f"{words}; each drive or lift that doesn't succeed takes {span(options.patience_s)} more"


def examine(exam: Examiner, tell: Callable[[str], None] = lambda _: None) -> list[Verdict]:
    """Return a verdict on each rule, in order. tell: receives lines for the user. InputError if no agent logs in."""
    skip = skipped(exam.options)
    tell(length(exam.options))
    _wait_for_agent(exam, tell)
    verdicts: list[Verdict] = []
    lost = ""
    for rule in RULES:
        began = time.monotonic()
        state: State
        if rule.name in skip:
            state, found = "skipped", ""
        elif lost:
            state, found = "not tried", lost
        else:
            state, found = _try(exam, rule)
        if state == "not tried" and found.startswith(_NO_SESSION):
            lost = found  # it was called in each way there is
        verdicts.append(Verdict(rule, state, found, time.monotonic() - began))
        tell(f"{state:9} {rule.name}" + (f": {found}" if found else ""))
    if not lost:
        _go_home(exam)
    return verdicts


def named(verdicts: Sequence[Verdict], state: State) -> list[str]:
    """Return the names of rules with this verdict."""
    return [verdict.rule.name for verdict in verdicts if verdict.state == state]


def _wait_for_agent(exam: Examiner, tell: Callable[[str], None]) -> None:
    """Wait for the first HELLO with a position."""
    who = "an agent" if exam.robot is None else f"robot {exam.robot}"
    tell(f"waiting at {exam.address} for {who}")
    if not exam.listen(exam.options.wait_s, lambda: exam.hello is not None):
        what = f"{who} did not log in within {exam.options.wait_s:g} s"
        if exam.malformed:
            what += f"; what came last was no message: {exam.malformed}"
        raise InputError.single(exam.address, "", what, "is it running, and has it this address and its own key?")
    assert exam.hello is not None
    hello, width = exam.hello[1], exam.options.width
    exam.strip = strip_of(hello.cell, hello.heading, width)
    exam.home_heading = hello.heading if hello.cell >= 0 else 0
    first, last = (cell_at(exam.strip[number], width) for number in (0, STRIP))
    tell(f"robot {exam.robot}: the cells from its own, {first}, to {last} must be free")


def strip_of(cell: int, heading: int, width: int) -> list[int]:
    """Return the robot's cell and those ahead of it, or in another direction if they aren't on a grid of this width."""
    if cell < 0:
        cell, heading = _FLOOR_ROW * width + (width - STRIP) // 2, 0
    for turned in (0, 2, 1, 3):
        towards = (heading + turned) % 4
        rows, cols = ((0, 1), (1, 0), (0, -1), (-1, 0))[towards]
        row, col = cell // width + STRIP * rows, cell % width + STRIP * cols
        if row >= 0 and 0 <= col < width:
            return [cell + number * (rows * width + cols) for number in range(STRIP + 1)]
    raise InputError.single(f"--width {width}", "", f"has no room for {STRIP + 1} cells in a line")


def _try(exam: Examiner, rule: Rule) -> tuple[State, str]:
    """Return the state of a rule after its trial, and the reason."""
    if rule is not LOGIN:
        try:
            _recover(exam)
        except Broken as why:
            return "not tried", f"{_NO_SESSION}: {why}"
        exam.faults.clear()
    try:
        rule.trial(exam)
        exam.check()
    except Untried as why:
        return "not tried", str(why)
    except Broken as why:
        exam.deaf = False
        if exam.session is not None:
            exam.ends_session()  # begin anew
        return "broken", str(why)
    return "kept", ""


def _recover(exam: Examiner) -> None:
    """Restore a live session with the robot at rest at the end of its grant; after a broken rule, a new one."""
    session = exam.session
    if session is not None and session.pos is not None and not session.ended:
        pos = session.pos
        if pos.idx == pos.limit == session.granted_to and not pos.moving:
            return
    exam.faults.clear()
    if session is not None:
        with suppress(Broken):
            _ask_and_enter(exam, session)
            return
    exam.faults.clear()
    exam.deaf = True
    hellos = exam.hellos
    exam.listen(exam.lost_s(), lambda: exam.hellos > hellos)
    exam.deaf = False
    exam.faults.clear()
    exam.enters(exam.hears_hello(exam.reply_s + 2.0))


def _ask_and_enter(exam: Examiner, session: Session) -> None:
    session.ended = True
    exam.say(Who(session.term, session.sess))
    exam.enters(exam.hears_hello(exam.reply_s + 2.0))


def _go_home(exam: Examiner) -> None:
    """Lead the robot back to its first cell and heading, if it still obeys."""
    with suppress(Broken):
        _recover(exam)
        exam.lead(0)
        exam.arrives()
        exam.turn(exam.home_heading)
        exam.arrives()
