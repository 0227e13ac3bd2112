"""The agent's side of the link, word by word: logins and grants, and what a robot believes of its way."""

from typing import Any

import pytest
from msgspec.structs import replace
from statemachine.exceptions import TransitionNotAllowed

from robots.agents.pilot import Pilot
from robots.agents.session_state import SessionLifecycle, SessionState
from robots.link.messages import (
    FAULT_SIGNS,
    FLAG_FAULT,
    FLAG_OFF_ROUTE,
    VERSION,
    Cancel,
    Do,
    Grant,
    Hello,
    Pause,
    Pos,
    Reject,
    Stopped,
    Welcome,
    Who,
    encode,
    read_robot,
)
from robots.recording.frames import NO_LOAD
from tests.support.link.paper_robot import Listed, Robot, grant, welcome

# --- login


def test_it_asks_until_it_is_answered() -> None:
    robot = Robot(7, logged_in=False)
    assert robot.sent() == [Hello(VERSION, 4, 9, 7, 0, True, NO_LOAD, 300.0)]
    assert robot.sent(after=0.2) == []
    assert len(robot.sent(Hello, after=0.3)) == 1


def test_before_a_login_it_knows_of_no_session_and_no_way() -> None:
    """And says so to whoever asks."""
    pilot = Robot(logged_in=False).pilot
    assert (pilot.term, pilot.sess, pilot.plan, pilot.idx, pilot.limit, pilot.hb_s) == (0, 0, 0, 0, 0, 1.0)
    assert (pilot.connected, pilot.rejected, pilot.given_up, pilot.body_faults) == (False, None, "", {})
    assert pilot.heard_at < -1e17


def test_a_welcome_begins_a_session_and_a_position_confirms_it() -> None:
    robot = Robot(7)
    assert robot.pilot.connected
    (pos,) = robot.sent()
    assert isinstance(pos, Pos)
    assert (pos.term, pos.sess, pos.n, pos.idx, pos.limit) == (1, 1, 1, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [welcome(7, boot=8), welcome(7, robot=3), welcome(8)],
    ids=["another start", "another robot", "another place"],
)
def test_a_welcome_that_is_not_for_it_as_it_stands_is_refused(wrong: Welcome) -> None:
    robot = Robot(7, logged_in=False)
    robot.receive(wrong)
    assert not robot.pilot.connected
    assert robot.pilot.refused == 1


def test_no_login_while_it_moves() -> None:
    robot = Robot(7, logged_in=False)
    robot.at(7, moving=True)
    robot.receive(welcome(7))
    assert not robot.pilot.connected


def test_an_old_or_lower_welcome_changes_nothing() -> None:
    """Doubled, of an earlier session, of a lower term: fencing."""
    robot = Robot()
    robot.receive(welcome(), welcome(sess=2))
    assert (robot.pilot.sess, robot.pilot.refused) == (1, 2)
    robot.pilot.lost()
    for old in (welcome(), welcome(term=0, sess=99)):
        robot.receive(old)
        assert not robot.pilot.connected
    robot.receive(welcome(sess=1, term=2))
    assert (robot.pilot.term, robot.pilot.sess) == (2, 1)


@pytest.mark.parametrize(
    ("code", "final"), [("removed", True), ("unknown", True), ("version", True), ("double", False)]
)
def test_it_gives_up_only_when_asking_again_is_of_no_use(code: Any, final: bool) -> None:
    robot = Robot(logged_in=False)
    robot.receive(Reject(4, 9, code, "because"))
    assert bool(robot.pilot.given_up) == final
    assert bool(robot.sent(Hello, after=1.0)) != final


def test_a_robot_that_was_refused_for_good_enters_no_session() -> None:
    """A WELCOME that comes after the refusal is counted as refused, and the reason stays the first one."""
    robot = Robot(7, logged_in=False)
    robot.receive(Reject(4, 9, "removed", "by the operator"), Reject(4, 9, "version", "too old"), welcome(7))
    assert (robot.pilot.state, robot.pilot.connected) == (SessionState.GIVEN_UP, False)
    assert (robot.pilot.given_up, robot.pilot.refused) == ("removed: by the operator", 1)


@pytest.mark.parametrize("event", ["log_in", "give_up"])
def test_an_open_session_is_neither_opened_nor_given_up(event: str) -> None:
    """The state machine refuses the event, and the session stays open."""
    pilot = Robot(7).pilot
    with pytest.raises(TransitionNotAllowed):
        SessionLifecycle(pilot).send(event)
    assert pilot.state is SessionState.LOGGED_IN


@pytest.mark.parametrize("reject", [Reject(5, 9, "removed", ""), Reject(4, 8, "removed", "")])
def test_another_ones_refusal_is_not_its_own(reject: Reject) -> None:
    robot = Robot(logged_in=False)
    robot.receive(reject)
    assert not robot.pilot.given_up
    assert robot.pilot.refused == 1


def test_a_live_session_is_ended_by_a_withdrawn_key_and_by_no_other_refusal() -> None:
    robot = Robot()
    robot.receive(Reject(4, 9, "removed", ""))
    assert robot.pilot.connected
    robot.receive(Reject(4, 9, "key", "withdrawn"))
    assert (robot.pilot.connected, robot.body.stops) == (False, 1)


def test_who_ends_the_session_it_names_and_no_other() -> None:
    robot = Robot()
    robot.receive(Who(1, 2), Who(0, 1))
    assert robot.pilot.connected
    robot.receive(Who(1, 1))
    assert not robot.pilot.connected
    assert robot.sent(Hello)


def test_after_it_was_lost_old_grants_are_dead() -> None:
    robot = Robot()
    robot.receive(grant([0, 1, 2], 2))
    robot.pilot.lost()
    assert robot.body.stops == 1
    before = len(robot.body.driven)
    robot.receive(grant([0, 1, 2, 3], 3))
    robot.receive(welcome(sess=2))
    robot.receive(grant([0, 1, 2, 3], 3))
    assert len(robot.body.driven) == before
    assert robot.pilot.refused == 2


def test_a_new_session_begins_with_nothing_of_the_old_one() -> None:
    """Neither its plans nor a stop that was asked for, a pause, an action, words that weren't sent, or a refusal."""
    robot = Robot()
    robot.receive(grant([0, 1], 1, plan=5), Cancel(1, 1, 5, 76))
    robot.sent()
    robot.receive(grant([0, 1, 2], 2, plan=6))
    robot.at(1, moving=True)
    robot.receive(Do(1, 1, 5, "lift", 1, 33), Pause(1, 1), Cancel(1, 1, 6, 77))
    robot.pilot.step(robot.now)
    robot.pilot.lost()
    assert (robot.pilot.sess, robot.pilot.outbox) == (0, [])
    robot.at(1)
    robot.receive(Reject(4, 9, "double", ""))
    robot.now = 50.0
    robot.receive(replace(welcome(1, sess=2), hb_ms=200))
    assert (robot.pilot.rejected, robot.pilot.heard_at) == (None, 50.0)
    (pos,) = robot.sent()
    assert (pos.sess, pos.n, pos.plan, pos.idx, pos.limit, pos.flags) == (2, 1, 0, 0, 0, 0)
    assert len(robot.sent(Pos, after=0.25)) == 1
    robot.receive(grant([1, 2], 1, sess=2))
    assert robot.body.driven[-1] == ([2], 0)
    assert robot.body.lifted == []
    assert robot.pilot.heard_at == robot.now


def test_the_first_plan_of_a_session_can_be_cancelled() -> None:
    """Plan 0: that it stands where it is."""
    robot = Robot()
    robot.receive(Cancel(1, 1, 0, 5))
    assert robot.sent(Stopped) == [Stopped(1, 1, 0, 5, 0, 0)]


@pytest.mark.parametrize(("cell", "placed"), [(-1, 1), (0, 0)])
def test_only_a_body_that_stands_nowhere_is_placed(cell: int, placed: int) -> None:
    """Cell 0 is somewhere."""

    class Placed(Listed):
        count = 0

        def place(self, told: Welcome) -> None:
            self.count, self.cell = self.count + 1, told.cell

    body = Placed(cell)
    pilot = Pilot(4, body, boot=9)
    pilot.receive(welcome(0), 0.0)
    assert (pilot.connected, body.count) == (True, placed)


# --- grants


def test_it_drives_what_is_granted_and_only_knows_of_the_rest() -> None:
    robot = Robot()
    robot.receive(grant([0, 1, 2, 3], 2, face=1))
    assert robot.body.driven == [([1, 2], 1)]
    assert robot.body.charging == []
    assert robot.pilot.limit == 2


def test_a_grant_grows_on_the_way_from_where_the_robot_is() -> None:
    robot = Robot()
    robot.receive(grant([0, 1, 2], 2))
    robot.at(1, moving=True)
    robot.receive(grant([0, 1, 2, 3, 4], 4))
    assert robot.body.driven[-1] == ([2, 3, 4], 0)
    (pos,) = robot.sent(Pos)
    assert (pos.idx, pos.limit, pos.moving) == (1, 4, True)


def test_doubled_and_reordered_grants_change_nothing() -> None:
    robot = Robot()
    robot.receive(grant([0, 1, 2, 3], 3), grant([0, 1], 1), grant([0, 1, 2, 3], 3), grant([0, 1, 2], 2))
    assert robot.pilot.limit == 3
    assert robot.body.driven[-1][0] == [1, 2, 3]


@pytest.mark.parametrize(
    "bad",
    [
        grant([5, 6], 3, first=2),
        grant([0, 1], 2),
        grant([], 0),
        grant([0, 2, 3], 2),
        grant([0, 1, 2], 2, sess=2),
        grant([0, 1, 2], 2, term=2),
        grant([8, 9], 1),
        grant([12], 1, first=1),
    ],
    ids=["gap", "too short", "empty", "jump", "session", "term", "another place", "not beside it"],
)
def test_a_grant_that_makes_no_sense_is_refused(bad: Grant) -> None:
    robot = Robot()
    robot.receive(bad)
    assert (robot.pilot.refused, robot.pilot.limit, robot.body.driven) == (1, 0, [])


def test_a_grant_may_begin_right_after_the_last_one() -> None:
    """And there only with a cell beside it."""
    robot = Robot()
    robot.receive(grant([0, 1], 1), grant([2, 3], 3, first=2))
    assert (robot.pilot.limit, robot.pilot.refused) == (3, 0)
    robot.receive(grant([5, 6], 5, first=4))
    assert (robot.pilot.limit, robot.pilot.refused) == (3, 1)


def test_a_grant_that_says_otherwise_of_cells_already_granted_is_refused() -> None:
    robot = Robot()
    robot.receive(grant([0, 1, 2], 2), grant([0, 1, 11, 12], 3, plan=2))
    assert (robot.pilot.refused, robot.pilot.limit) == (1, 2)


def test_a_new_plan_replaces_what_was_only_announced_and_an_old_one_is_dead() -> None:
    robot = Robot()
    robot.receive(grant([0, 1, 2, 3], 1), grant([0, 1, 11, 12], 1, plan=2), grant([0, 1, 2, 3], 3))
    assert (robot.pilot.limit, robot.pilot.refused) == (1, 1)
    robot.receive(grant([0, 1, 11, 12], 3, plan=2))
    assert robot.body.driven[-1][0] == [1, 11, 12]


def test_a_body_that_is_off_its_way_says_so() -> None:
    robot = Robot()
    robot.at(55)
    (pos,) = robot.sent(Pos)
    assert pos.flags == FLAG_OFF_ROUTE
    assert pos.idx == 0


def test_a_fault_is_reported() -> None:
    robot = Robot()
    robot.body.fault = "wheel"
    pos = robot.sent(Pos)[0]
    assert (pos.flags, pos.fault) == (FLAG_FAULT, "wheel")
    robot.body.fault = ""
    assert robot.sent(Pos)[0].fault == ""


def test_words_of_a_fault_are_bounded_and_change_with_the_heartbeat() -> None:
    """However long they are, whatever is in them, and however often the body changes them."""
    robot = Robot()
    robot.body.fault = "motor\n2 \x1b[31m too hot " + "!" * 500
    pos = robot.sent(Pos)[0]
    assert pos.fault.startswith(r"motor 2 \x1b[31m too hot !!!")
    assert len(pos.fault) == FAULT_SIGNS
    assert isinstance(read_robot(encode(pos)), Pos)
    robot.body.fault = "motor 3 too"
    assert robot.sent(Pos, after=0.1) == []
    assert robot.sent(Pos, after=1.0)[0].fault == "motor 3 too"


def test_a_well_robot_says_what_it_said_in_version_1() -> None:
    """Without a fault nothing is added to its words."""
    assert b"fault" not in encode(Robot().sent(Pos)[0])


def test_news_are_said_at_once_and_nothing_new_once_a_heartbeat() -> None:
    robot = Robot()
    assert len(robot.sent(Pos)) == 1
    assert robot.sent(Pos, after=0.5) == []
    robot.body.heading = 1
    assert len(robot.sent(Pos, after=0.1)) == 1
    assert len(robot.sent(Pos, after=1.0)) == 1
    robot.now = 100.0
    robot.sent()
    assert robot.sent(Pos, after=0.5) == []
