"""The examiner of agents: our own agent keeps all rules, and each wrong one is named by the rule it breaks."""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
import zmq

from controller.link.conformance.durations import SECONDS
from controller.link.conformance.examiner import Examiner
from controller.link.conformance.run import examine, length, named, names, skipped, strip_of
from controller.link.conformance.session import ConformOptions
from controller.link.key_folder import make_keys
from layout.errors import InputError
from robots.agents.agent import Agents
from robots.agents.drive import UnitBody
from robots.agents.pilot import Pilot
from robots.link.keys import Key, find_robot_keys, server_keys
from robots.link.messages import VERSION, Hello, Refused, encode
from tests.support.link.wrong_agents import (
    AnyLogin,
    AnyPlan,
    AnySession,
    AnyTerm,
    CountsTwice,
    DeafToWho,
    DiesOfGarbage,
    DrivesAlways,
    DrivesTheHorizon,
    ForgetsCancel,
    FromMemory,
    GivesUpSoon,
    GoesOnAfterSilence,
    LiftsAtOnce,
    LimitGoesBack,
    NeverPauses,
    NeverStops,
    NoHeartbeat,
    NoSecondStopped,
    Overshoots,
    SaysDoneOnce,
    TakesGaps,
    session_of,
    with_fields,
)
from tests.support.processes.commands import Command, podfleet
from tests.support.processes.patience import PATIENCE_S

QUICK = ConformOptions(speed=20.0, hb_ms=500, wait_s=PATIENCE_S)
PATIENT = ConformOptions(speed=20.0, hb_ms=250, wait_s=PATIENCE_S, patience_s=60.0, slack_s=20.0)
"""For agents that do what they must not: that is seen as soon as they do it, on however slow a machine."""
WAITING = replace(PATIENT, patience_s=10.0, slack_s=2.0)
"""For agents that leave out what they must do, which is seen by waiting in vain."""
LEFT_OUT = {"login", "heartbeat", "pause", "cancel-again", "lift", "garbage", "who", "rejected"}
"""Rules that agents break by leaving something out."""
SLOW = {"heartbeat", "lift", "set-down", "garbage", "who", "other-session", "lower-term", "rejected", "silence"}
"""Rules that take seconds: a wrong agent that breaks one is put through that one and plain driving, others through the rest."""


@contextmanager
def agent(
    address: str, pilot: type[Pilot] = Pilot, body: Callable[[], UnitBody] = UnitBody, key: Key | None = None
) -> Iterator[Agents]:
    """An agent of robot 3 that runs until the end."""
    end = threading.Event()
    with (
        patch("robots.agents.agent.Pilot", pilot),
        patch("robots.agents.sessions.SharedSocket.session_of", session_of),
        patch("robots.agents.agent.Refused", getattr(pilot, "catches", Refused)),
        Agents(address, {3: body()}, {3: key} if key else None) as agents,
    ):
        thread = threading.Thread(target=agents.run, args=(None, end.is_set))
        thread.start()
        try:
            yield agents
        finally:
            end.set()
            thread.join()


@pytest.mark.slow
def test_our_own_agent_keeps_all_rules_and_goes_home() -> None:
    """It ends where it began, so that it can be examined again: the same agent, a second time."""
    with Examiner("tcp://127.0.0.1:*", QUICK) as exam, agent(exam.address) as agents:
        first = examine(exam)
        assert named(first, "kept") == [verdict.rule.name for verdict in first], [v.found for v in first if v.found]
        home, pose = exam.strip[0], agents.pilots[0].body.pose()
        assert (pose.cell, pose.heading, pose.moving) == (home, exam.home_heading, False)


@pytest.mark.parametrize(
    ("pilot", "rule"),
    [
        pytest.param(AnyLogin, "login", marks=pytest.mark.slow),
        (NoHeartbeat, "heartbeat"),
        (DrivesAlways, "grants-in-steps"),
        pytest.param(DrivesTheHorizon, "horizon", marks=pytest.mark.slow),
        pytest.param(LimitGoesBack, "doubled-grants", marks=pytest.mark.slow),
        pytest.param(CountsTwice, "doubled-grants", marks=pytest.mark.slow),
        (TakesGaps, "impossible-grants"),
        pytest.param(AnyPlan, "old-plan", marks=pytest.mark.slow),
        pytest.param(NeverPauses, "pause", marks=pytest.mark.slow),
        pytest.param(NeverStops, "cancel", marks=pytest.mark.slow),
        pytest.param(ForgetsCancel, "cancelled-plan", marks=pytest.mark.slow),
        pytest.param(NoSecondStopped, "cancel-again", marks=pytest.mark.slow),
        (SaysDoneOnce, "lift"),
        (LiftsAtOnce, "lift"),
        pytest.param(DiesOfGarbage, "garbage", marks=pytest.mark.slow),
        pytest.param(DeafToWho, "who", marks=pytest.mark.slow),
        (FromMemory, "who"),
        (AnySession, "other-session"),
        (AnyTerm, "lower-term"),
        pytest.param(GivesUpSoon, "rejected", marks=pytest.mark.slow),
        pytest.param(GoesOnAfterSilence, "silence", marks=pytest.mark.slow),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else value,
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # some wrong agents die of it
def test_a_wrong_agent_is_named_by_the_rule_it_breaks(pilot: type[Pilot], rule: str) -> None:
    """The first rule that it breaks is that one; others may follow from it."""
    tried = {rule, "stops-at-the-end"} if rule in SLOW else set(names()) - SLOW
    options = replace(WAITING if rule in LEFT_OUT else PATIENT, skip=frozenset(set(names()) - tried - {"login"}))
    with Examiner("tcp://127.0.0.1:*", options) as exam, agent(exam.address, pilot):
        found = examine(exam)
    assert [*named(found, "broken"), None][0] == rule, [(v.rule.name, v.state, v.found) for v in found if v.found]


def test_a_body_that_overshoots_is_named() -> None:
    """It drives a cell farther than it may, and its agent says so."""
    options = replace(PATIENT, skip=frozenset(SLOW))
    with Examiner("tcp://127.0.0.1:*", options) as exam, agent(exam.address, body=Overshoots):
        found = examine(exam)
    first = next(verdict for verdict in found if verdict.state == "broken")
    assert (first.rule.name, first.found) == ("grants-in-steps", "it reports that it is off its route")


@pytest.mark.parametrize("changed", [{"v": VERSION + 1}, {"load": 7}])
def test_a_login_that_cant_be_right_is_named(changed: dict[str, int]) -> None:
    """An agent of another version, or with a load on its back, is not examined further."""
    hello = with_fields(Hello(1, 3, 5, 2000, 0, at_rest=True, load=-1, battery=9.0), **changed)
    with Examiner("tcp://127.0.0.1:*", WAITING) as exam, says(exam.address, encode(hello)):
        found = examine(exam)
    assert named(found, "broken") == ["login"]
    assert len(named(found, "not tried")) == len(found) - 1


def test_what_is_no_message_is_named_and_nobody_is_waited_for_too_long() -> None:
    with (
        Examiner("tcp://127.0.0.1:*", replace(WAITING, wait_s=3.0)) as exam,
        says(exam.address, b"hello"),
        pytest.raises(InputError, match="what came last was no message"),
    ):
        examine(exam)


@contextmanager
def says(address: str, frame: bytes) -> Iterator[None]:
    """A client that says one thing again and again."""
    end = threading.Event()

    def run() -> None:
        with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
            dealer.set(zmq.LINGER, 0)
            dealer.connect(address)
            while not end.wait(0.05):
                dealer.send(frame, zmq.NOBLOCK)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def test_only_its_own_key_lets_an_agent_in(tmp_path: Path) -> None:
    """Robot 3 with its key is examined; with robot 2's it breaks the first rule."""
    make_keys(tmp_path / "keys", robots=4)
    keys = find_robot_keys(tmp_path / "keys", [2, 3])
    options = replace(WAITING, robot=3, skip=frozenset(set(names()) - {"login"}))
    for number, state in ((3, "kept"), (2, "broken")):
        with (
            Examiner("tcp://127.0.0.1:*", options, *server_keys(tmp_path / "keys")) as exam,
            agent(exam.address, key=keys[number]),
        ):
            login = examine(exam)[0]
        assert login.state == state
        assert ("its key is not that of robot 3" in login.found) == (number == 2)


def test_the_length_is_that_of_the_rules_which_are_tried() -> None:
    """All of them at the floor's own pace, or the one that is wanted with what belongs to it."""
    assert set(SECONDS) == set(names())
    assert length(ConformOptions()).startswith("20 rules, about 2 min 1")
    assert skipped(ConformOptions(only=frozenset({"who"}))) == set(names()) - {"login", "who"}
    assert skipped(ConformOptions(only=frozenset({"lift"}))) == set(names()) - {"login", "lift", "set-down"}
    assert length(ConformOptions(only=frozenset({"lift"}), speed=2.0)).startswith("3 rules, about 24 s")


def test_the_strip_is_ahead_or_where_there_is_room() -> None:
    """On a grid of 10 columns: ahead, behind, or across."""
    assert strip_of(33, 0, 10) == [33, 34, 35, 36, 37]
    assert strip_of(37, 0, 10) == [37, 36, 35, 34, 33]
    assert strip_of(33, 3, 10) == [33, 43, 53, 63, 73]
    assert strip_of(2, 0, 5) == [2, 7, 12, 17, 22]


# From the command line


def conform(*words: str) -> "subprocess.CompletedProcess[str]":
    return podfleet("robots", "conform", *words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--bind", "tcp://0.0.0.0:0"), "podfleet keys make"),
        (("--bind", "x"), "x"),
        (("--connect", "tcp://127.0.0.1:*", "--wait", "0.1"), "did not log in within 0.1 s"),
        (("--bind", "tcp://127.0.0.1:*", "--skip", "sleep"), "heartbeat, grants-in-steps"),
        (("--bind", "tcp://127.0.0.1:*", "--skip", "login"), "can't be skipped"),
        (("--bind", "tcp://127.0.0.1:*", "--only", "sleep"), "is no rule"),
        (("--bind", "tcp://127.0.0.1:*", "--only", "who", "--skip", "lift"), "can't be given together"),
        (("--bind", "tcp://127.0.0.1:*", "--width", "3"), "has no room"),
        (("--bind", "tcp://127.0.0.1:*", "--keys", "/nowhere"), "podfleet keys make"),
    ],
)
def test_bad_input_is_told_and_exit_2(words: tuple[str, ...], told: str) -> None:
    done = conform(*words)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("form", ["--json", ""])
def test_verdicts_as_table_and_as_json(form: str) -> None:
    """`podfleet robots` against one rule of `podfleet robots conform`, which says before how long it takes; exit 0."""
    address = free_address()
    agents = Command(("robots", "--connect", address, "--ids", "0"), Path(os.devnull), Path(os.devnull))
    try:
        done = conform("--bind", address, "--speed", "20", "--only", "stops-at-the-end", *([form] if form else []))
    finally:
        agents.kill()
    assert done.returncode == 0, done.stderr
    assert "kept      login" in done.stderr
    assert done.stderr.startswith("2 rules, about 4 s with a unit as quick as the simulated one")
    if form:
        told = json.loads(done.stdout)
        assert (told["robot"], told["kept"], told["broken"]) == (0, ["login", "stops-at-the-end"], [])
        assert {rule["name"] for rule in told["rules"]} == set(names())
    else:
        assert "what was done" in done.stdout


def free_address() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{found.getsockname()[1]}"
