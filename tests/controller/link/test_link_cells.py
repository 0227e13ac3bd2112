"""Logins on paper: what is believed of a robot that comes (again), and cell 0 and robot 0 are as good as others."""

import pytest
from msgspec.structs import replace

from controller.link.link import Link
from controller.link.reports import OFFLINE_S
from controller.link.sessions import Sender
from robots.link.messages import Pause, Reject, Welcome, Who
from tests.support.link.link_messages import ELSEWHERE, OTHER, ROBOT, carried, floor, forward, kinds_of, lift, sent
from tests.support.link.link_rig import FAST, WIDTH, hello, log_in, paper_link, position, reports, sent_messages


def test_after_a_crash_a_robot_is_believed_to_face_as_it_did() -> None:
    link = paper_link([0])
    link.handle(ROBOT, hello(0, 0, heading=1), 0.0)
    link.handle(ROBOT, position(max(link.sessions[0].pending), heading=1), 0.0)
    again = Link(reports([0]), WIDTH, link.claims.passable, 2, FAST, link.take(0.0)[0])
    assert int(again.collect().heading[0]) == 1


def test_a_robot_that_was_stuck_logs_in_and_is_not() -> None:
    link = floor(0)
    link.sessions[0].stuck, link.sessions[0].online = True, False
    log_in(link, 0, cell=0, boot=2)
    assert not link.collect().stopped[0]


def test_a_load_that_is_gone_right_after_the_login_is_not_believed() -> None:
    """It logged in with the pod that it was to lift; it can't be without it now."""
    link = floor(0)
    lift(link)
    link.sessions[0].online = False
    sent_messages(link)
    link.handle(ROBOT, hello(0, 0, boot=2, load=7), 5.0)
    link.handle(ROBOT, position(max(link.sessions[0].pending)), 5.1)
    assert link.troubles() == {0: "it reports that it carries nothing, but should carry pod 7"}


@pytest.mark.parametrize(("version", "code"), [(1, "place"), (2, "load")])
def test_a_wrong_load_is_refused_by_a_word_that_the_robot_knows(version: int, code: str) -> None:
    """A body without a place of its own carries what the controller says."""
    link = paper_link([0])
    link.handle(ROBOT, replace(hello(0, 0, load=9), v=version), 0.0)
    assert [message.code for message in sent(link, Reject)] == [code]  # type: ignore[attr-defined]
    link.handle(ROBOT, replace(hello(0, load=9), v=version), 0.0)
    assert len(sent(link, Welcome)) == 1


def test_a_robot_that_is_carried_is_told_of_three_of_its_cells() -> None:
    link = floor(0)
    for _ in range(4):
        forward(link)
    sent_messages(link)
    carried(link)
    (reject,) = sent(link, Reject)
    assert reject.text.count(", cell ") == 3  # type: ignore[attr-defined]


def test_an_unknown_session_of_this_term_says_nothing_of_the_store() -> None:
    """Only a later term does; robot 1 hasn't come yet."""
    link = paper_link([0, 5])
    link.handle(ROBOT, position(77), 0.0)
    assert kinds_of(link) == []
    link.handle(ROBOT, position(77, term=2), 0.0)
    assert kinds_of(link) == ["store"]


def test_a_robot_that_logs_in_while_it_is_paused_is_told_so() -> None:
    """By an operator, itself or the floor."""
    link = paper_link([0])
    link.pause(0)
    welcome = log_in(link, 0)
    assert sent(link, Pause) == [Pause(1, welcome.sess)]


def test_what_it_carries_and_its_charge_are_as_it_logs_in() -> None:
    """The controller died while the lift was under way: the pod may be on the robot or not."""
    link = floor(0)
    lift(link)
    link.sessions[0].online = False
    sent_messages(link)
    link.handle(ROBOT, hello(0, 0, boot=2, load=7, battery=123.0), 5.0)
    sess = max(link.sessions[0].pending)
    link.handle(ROBOT, position(sess, load=7, battery=123.0, n=0), 5.1)
    assert (link.sessions[0].loads, link.sessions[0].battery, link.troubles()) == ((7, 7), 123.0, {})


def test_a_login_that_another_robot_has_overtaken_does_not_hold() -> None:
    """Both came to cell 42, and robot 1 was the first to confirm it. Of many logins the oldest are forgotten."""
    link = paper_link([0, 1])
    for _ in range(6):
        link.handle(ROBOT, hello(0, 42), 0.0)
    assert sorted(link.sessions[0].pending) == [3, 4, 5, 6]
    sent_messages(link)
    log_in(link, 1, cell=42)
    sent_messages(link)
    link.handle(ROBOT, position(6), 0.1)
    assert (link.sessions[0].online, sent(link, Who)) == (False, [Who(1, 6)])
    assert (link.reservations.held(0), link.reservations.held(1)) == ([0], [42])


def test_a_key_that_is_not_the_robots_is_refused_as_that() -> None:
    link = paper_link([0])
    link.handle(Sender(b"r0", "robot-9", {9}), hello(0), 0.0)
    assert [message.code for message in sent(link)] == ["key"]  # type: ignore[attr-defined]


def test_a_withdrawn_key_is_an_alarm_and_leaves_no_session() -> None:
    link = paper_link([0])
    log_in(link, 0, name="robot-0")
    link.revoke({"robot-0"})
    assert (kinds_of(link), link.sessions[0].sess) == (["offline"], 0)


def test_a_confirmed_robot_has_no_session_of_before_and_others_go_on() -> None:
    """Its old session says nothing any more; robot 1, which waited for its cell, comes in at once."""
    link = floor(0, 10)
    link.sessions[1].face = link.sessions[1].heading = 3
    old = link.sessions[0].sess
    link.sessions[0].stuck = True
    link.reservations.extend({0: 1})
    link.reservations.extend({1: 0})
    carried(link)
    sent_messages(link)
    link.now += 2.0
    link.confirm_place(0, 50)
    assert "no longer reports the cell" in link.alarms[-1][1]
    link.confirm_place(0, ELSEWHERE)
    assert (link.reservations.held(0), link.sessions[0].stuck) == ([ELSEWHERE], False)
    link.handle(ROBOT, position(old, n=5), 11.0)
    assert sent(link, Who) == [Who(1, old)]
    assert link.reservations.routes[1].granted_to == 1


# --- cell 0 and robot 0


def test_cell_0_is_closed_like_any_other() -> None:
    """To grants and to the planner, after a crash too, until it is settled; planning into it is no ring."""
    link = floor(5, 1)
    link.sessions[1].face = link.sessions[1].heading = 2
    link.handle(ROBOT, hello(0, 0, boot=2), 10.0)
    assert link.reservations.claims == {}  # a second robot of its number
    carried(link, 0)
    assert (link.reservations.claims, link.reservations.free(0)) == ({0: 0}, False)
    assert [message.code for message in sent(link, Reject)] == ["double", "place"]  # type: ignore[attr-defined]
    forward(link, 1)
    assert (link.reservations.routes[1].end, link.counts["rings"]) == (0, 0)
    carried(link, 60, 10.1)
    assert link.reservations.claims == {0: 0}
    link.beat(10.5)
    link.beat(11.5)
    seen = link.collect()
    assert (seen.elsewhere.tolist(), bool(seen.stopped[0])) == ([0, 0], True)
    link.sessions[0].online = True
    assert link.collect().stopped[0]
    forward(link)
    assert link.reservations.routes[0].granted_to == 0
    link.outbox.dirty = {0, 1}
    again = Link(reports([5, 1]), WIDTH, link.claims.passable, 2, FAST, link.take(0.0)[0])
    assert again.reservations.claims == {0: 0}


def test_no_robot_stands_beside_the_floor() -> None:
    """One cell after its last, by a robot that is known and by one that was never here."""
    for link in (floor(5), paper_link([5])):
        carried(link, WIDTH * WIDTH)
        assert (link.reservations.claims, kinds_of(link)) == ({}, ["held"])
        link.claims.take(link.sessions[0], -1, "it says so", 20.0)
        assert link.reservations.claims == {}


def test_a_robot_that_was_given_up_says_that_it_stands_in_cell_0() -> None:
    link = floor(5)
    link.sessions[0].dead = True
    carried(link, 0)
    assert link.reservations.claims == {0: 0}


def test_an_old_word_of_cell_0_is_forgotten_when_the_robot_is_heard_on() -> None:
    """Some seconds later, not before."""
    link = floor(5)
    sess = link.sessions[0].sess
    link.handle(ROBOT, hello(0, 0), 101.0)
    for number, (now, claims) in enumerate(((102.0, {0: 0}), (101.5 + OFFLINE_S, {})), 2):
        link.handle(ROBOT, position(sess, n=number), now)
        assert link.reservations.claims == claims
        assert bool(link.collect().stopped[0]) == bool(claims)
        forward(link)
        assert (link.reservations.routes[0].granted_to > 0) == (not claims)


def test_claims_are_shown_to_the_planner_at_most_once_a_second() -> None:
    """Each change of them costs it new roads."""
    link = floor(5, 20)
    carried(link, 44, 10.0)
    link.sessions[1].online = False
    link.handle(OTHER, hello(1, 60, boot=2), 10.25)
    shown = []
    for now in (10.0, 11.0, 11.75, 12.0):
        link.beat(now)
        shown.append(link.collect().elsewhere.tolist())
    assert shown == [[], [0, 44], [0, 44], [0, 44, 1, 60]]


def test_nobody_is_planned_into_the_way_of_robot_0() -> None:
    """It was granted cells 6 and 7, and is silent."""
    link = floor(5, 16)
    link.sessions[1].face = link.sessions[1].heading = 3
    forward(link)
    forward(link)
    link.sessions[0].online = False
    forward(link, 1)
    assert (link.reservations.held(0), link.reservations.routes[1].end) == ([5, 6, 7], 0)
