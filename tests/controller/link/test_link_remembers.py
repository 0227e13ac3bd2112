"""State that the link keeps of its robots, without sockets: what is stored, sent once or again, counted, and withdrawn."""

from collections.abc import Callable

import pytest

from controller.link.link import Link
from controller.link.sessions import LinkParams, Sender
from robots.link.messages import (
    FLAG_CHARGING,
    FLAG_OFF_ROUTE,
    Ack,
    Cancel,
    Do,
    Done,
    Grant,
    Message,
    Pause,
    Stopped,
    Who,
)
from robots.units.fleet import Action
from tests.support.link.link_messages import ELSEWHERE, OTHER, ROBOT, act, carried, floor, forward, kinds_of, lift, sent
from tests.support.link.link_rig import FAST, grants, log_in, paper_link, position, sent_messages

# --- what is durable


def _fail(link: Link) -> None:
    lift(link)
    sent_messages(link)
    link.handle(ROBOT, Done(1, link.sessions[0].sess, 1, "failed"), 1.0)


def _lose(link: Link) -> None:
    link.begin(0.0)
    link.sessions[0].online = False
    link.beat(2 * FAST.lost_s)


def _confirm(link: Link) -> None:
    carried(link)
    sent_messages(link)
    link.confirm_place(0, ELSEWHERE)


@pytest.mark.parametrize("change", [lift, _fail, lambda link: link.remove(0), _lose, carried, _confirm])
def test_what_has_to_survive_a_crash_is_kept_when_it_changes(change: Callable[[Link], None]) -> None:
    """It remembers the possible load, removals, and the reported position."""
    link = floor(0, 47)
    change(link)
    assert [robot for robot, _ in link.take(20.0)[0]] == [0]


# --- actions


def test_an_action_is_asked_for_only_where_it_is_still_to_be_done() -> None:
    """An action is allowed if the robot is heard, does nothing else, and neither carries that pod nor charges already."""
    link = floor(0)
    sess = link.sessions[0].sess
    lift(link)
    assert len(sent(link, Do)) == 1
    act(link, Action.CHARGE)
    assert sent(link, Do) == []
    link.handle(ROBOT, Done(1, sess, 1, "done"), 1.0)
    link.handle(ROBOT, position(sess, n=2, load=7, flags=FLAG_CHARGING), 1.1)
    lift(link)
    act(link, Action.CHARGE)
    assert sent(link, Do) == []
    link.handle(ROBOT, position(sess, n=3, load=7), 1.2)
    link.sessions[0].online = False
    act(link, Action.CHARGE)
    assert sent(link, Do) == []
    link.sessions[0].online = True
    act(link, Action.CHARGE)
    assert [message.kind for message in sent(link, Do)] == ["charge"]  # type: ignore[attr-defined]


def test_the_last_word_on_an_action_is_acknowledged() -> None:
    """Also that on one which is over; not that it runs."""
    link = floor(0)
    sess = link.sessions[0].sess
    lift(link)
    sent_messages(link)
    link.handle(ROBOT, Done(1, sess, 1, "running"), 1.0)
    assert sent(link, Ack) == []
    for _ in range(2):
        link.handle(ROBOT, Done(1, sess, 1, "done"), 1.0)
        assert sent(link, Ack) == [Ack(1, sess, 1, 0)]


# --- stopping


def stopping(link: Link, *cells: int) -> Cancel:
    """Robot 0, which was granted two cells, is to stop."""
    forward(link)
    forward(link)
    sent_messages(link)
    link.cancel_through(set(cells) or {1})
    (cancel,) = sent(link, Cancel)
    assert isinstance(cancel, Cancel)
    return cancel


@pytest.mark.parametrize("idx", [0, 1, 2])
def test_where_a_robot_says_it_stopped_is_believed_all_along_its_way(idx: int) -> None:
    """It turns to where it faces before anything else is planned, and who waits for its cells goes at once."""
    link = floor(0, 12)
    link.sessions[1].face = link.sessions[1].heading = 3
    cancel = stopping(link)
    sess = link.sessions[0].sess
    link.collect()
    act(link, Action.FORWARD, robot=1)
    link.handle(ROBOT, Stopped(1, sess, cancel.plan, cancel.cancel, idx, idx), 1.0)
    assert (link.reservations.held(0), link.sessions[0].limit) == ([idx], idx)
    assert link.reservations.routes[1].granted_to == 0
    seen = link.collect()
    assert (bool(seen.behind[0]), bool(seen.busy[0])) == (True, True)
    sent_messages(link)
    link.handle(ROBOT, position(sess, idx, idx, n=2, moving=True, heading=1), 1.1)
    assert link.collect().busy[0]
    link.handle(ROBOT, position(sess, idx, idx, n=3, heading=1), 1.2)
    seen = link.collect()
    assert (bool(seen.behind[0]), bool(seen.busy[0]), int(seen.heading[0])) == (False, False, 1)
    (grant,) = sent(link, Grant)
    assert isinstance(grant, Grant)
    assert (grant.plan, grant.cells) == (cancel.plan + 1, [idx])


def test_who_waits_for_the_cells_of_one_that_stopped_goes_at_once() -> None:
    """Robot 1 is to come through cell 1 after robot 0."""
    link = floor(0, 11)
    link.sessions[1].face = link.sessions[1].heading = 3
    forward(link)
    forward(link)
    act(link, Action.FORWARD, robot=1)
    assert (link.reservations.routes[1].end, link.reservations.routes[1].granted_to) == (1, 0)
    link.cancel_through({2})
    (cancel,) = sent(link, Cancel)
    assert isinstance(cancel, Cancel)
    link.handle(ROBOT, Stopped(1, link.sessions[0].sess, cancel.plan, cancel.cancel, 0, 0), 1.0)
    assert link.reservations.routes[1].granted_to == 1


def test_a_stop_that_nobody_asked_for_or_somewhere_else_is_not_believed() -> None:
    """It is counted; where it can't be, it is an alarm, and the robot is asked who it is."""
    link = floor(0)
    cancel = stopping(link)
    sess = link.sessions[0].sess
    link.handle(ROBOT, Stopped(1, sess, cancel.plan, cancel.cancel + 1, 0, 0), 1.0)
    assert (link.counts["refused"], kinds_of(link), link.reservations.held(0)) == (1, [], [0, 1, 2])
    link.handle(ROBOT, Stopped(1, sess, cancel.plan, cancel.cancel, 1, 2), 1.0)
    assert (kinds_of(link), sent(link, Who)) == (["security"], [Who(1, sess)])
    assert (link.reservations.held(0), link.sessions[0].sess) == ([0, 1, 2], 0)


def test_only_robots_that_were_let_into_a_cell_are_to_stop_once_each() -> None:
    """Not who stands in it, whose plan is only a plan, or who is to stop already; each time by another number."""
    link = floor(0, 10)
    link.sessions[1].face = link.sessions[1].heading = 3
    forward(link)
    forward(link)
    act(link, Action.FORWARD, robot=1)  # to cell 0, when robot 0 has left it
    sent_messages(link)
    link.cancel_through({0})
    assert [message for _, message in sent_messages(link) if isinstance(message, Cancel)] == []
    link.cancel_through({1})
    link.cancel_through({2})
    (first,) = sent(link, Cancel)
    sess = link.sessions[0].sess
    link.handle(ROBOT, Stopped(1, sess, first.plan, first.cancel, 0, 0), 1.0)  # type: ignore[attr-defined]
    link.handle(ROBOT, position(sess, n=2), 1.1)
    second = stopping(link)
    assert second.cancel != first.cancel  # type: ignore[attr-defined]


# --- reports and plans


def test_reports_of_no_session_are_counted_and_those_beyond_a_grant_too() -> None:
    link = floor(0)
    link.handle(ROBOT, position(link.sessions[0].sess, idx=1, n=2), 1.0)
    assert link.counts["refused"] == 1


def test_the_same_report_twice_is_once() -> None:
    """A doubled one that came in with other figures is not believed."""
    link = floor(0)
    sess = link.sessions[0].sess
    link.handle(ROBOT, position(sess, n=2, battery=50.0), 1.0)
    link.handle(ROBOT, position(sess, n=2, battery=60.0), 1.1)
    assert link.sessions[0].battery == 50.0


def test_a_robot_that_is_heard_again_is_back() -> None:
    link = floor(0)
    link.beat(100.0)
    assert (link.connected, link.collect().offline.tolist()) == (0, [True])
    link.handle(ROBOT, position(link.sessions[0].sess, n=2), 101.0)
    assert (link.connected, link.collect().offline.tolist()) == (1, [False])


def test_a_robot_off_its_way_says_so_while_it_moves() -> None:
    """At rest it is asked to log in again."""
    link = floor(0)
    sess = link.sessions[0].sess
    link.handle(ROBOT, position(sess, n=2, flags=FLAG_OFF_ROUTE, moving=True), 1.0)
    assert (link.troubles(), sent(link, Who)) == ({0: "it is off its route"}, [])
    link.handle(ROBOT, position(sess, n=3, flags=FLAG_OFF_ROUTE), 1.1)
    assert sent(link) == [Who(1, sess)]


def test_a_robot_that_has_come_to_the_end_of_its_plan_can_begin_work() -> None:
    """However far it has driven; with one cell to go it can't."""
    link = floor(0)
    forward(link)
    assert link.collect().behind[0]
    link.handle(ROBOT, position(link.sessions[0].sess, 1, 1, n=2, plan=1), 1.0)
    assert not link.collect().behind[0]


def test_turns_are_planned_and_said() -> None:
    link = floor(0)
    for action, face in ((Action.TURN_RIGHT, 1), (Action.TURN_RIGHT, 2), (Action.TURN_LEFT, 1)):
        act(link, action)
        assert int(link.collect().heading[0]) == face
        assert [message.face for message in sent(link, Grant)] == [face]  # type: ignore[attr-defined]


def test_robots_that_want_to_change_places_are_counted_and_now_and_then_one_waits() -> None:
    """Three ticks of ten, so that the planner finds another way."""
    link = floor(0, 1)
    link.sessions[1].face = link.sessions[1].heading = 2
    waits = 0
    for _ in range(50):
        forward(link, 0, 1)
        waits += int(link.collect().busy.sum())
    assert link.counts["rings"] == 100
    assert 15 < waits < 45


def test_a_plan_that_waits_for_a_silent_robot_is_taken_back() -> None:
    """Robot 1 was to come through cell 0 after robot 0, and to turn after it; what it faces is what it comes to face."""
    link = floor(0, 20)
    link.sessions[1].face = link.sessions[1].heading = 3
    forward(link)
    for action in (Action.FORWARD, Action.FORWARD, Action.TURN_RIGHT):
        act(link, action, robot=1)
    assert (link.reservations.routes[1].end, link.reservations.routes[1].granted_to) == (2, 1)
    link.sessions[0].online = False
    seen = link.collect()
    assert (link.reservations.routes[1].end, int(seen.cell[1]), int(seen.heading[1])) == (1, 10, 3)
    assert sent(link) == []


def test_a_plan_taken_back_lets_others_go_at_once() -> None:
    """Robot 1 is to pass cell 11 behind robot 0, whose plan is only a plan, for robot 2 stands before it."""
    link = floor(10, 1, 12)
    link.sessions[1].face = link.sessions[1].heading = 1
    link.sessions[2].face = link.sessions[2].heading = 0
    link.pause(0)
    link.commit(grants(link, {0: Action.FORWARD, 2: Action.FORWARD}))
    link.reservations.extend({0: 12})
    link.reservations.extend({1: 11})
    assert link.reservations.routes[1].granted_to == 0
    link.replan(link.reservations.release_ungranted([0]))
    assert link.reservations.routes[1].granted_to == 1


def test_a_paused_floor_plans_nothing_and_what_was_planned_is_granted_when_it_goes_on() -> None:
    link = floor(0, 50)
    link.pause(None)
    seen = link.collect()
    assert (seen.busy.tolist(), seen.behind.tolist()) == ([True, True], [True, True])
    forward(link)
    assert link.reservations.routes[0].granted_to == 0
    link.reservations.extend({0: 1})
    link.resume(None)
    assert link.reservations.routes[0].granted_to == 1


def test_whose_turn_has_come_is_told_at_once_and_before_that_where_it_is_to_go() -> None:
    """Robot 1 follows into cell 0, which robot 0 leaves."""
    link = floor(0, 10)
    link.sessions[1].face = link.sessions[1].heading = 3
    forward(link, 0, 1)
    heard = [message for routing_id, message in sent_messages(link) if routing_id == OTHER.routing_id]
    assert [(message.cells, message.upto) for message in heard] == [([10, 0], 0)]  # type: ignore[attr-defined]
    link.handle(ROBOT, position(link.sessions[0].sess, 1, 1, n=2, plan=1), 1.0)
    heard = [message for routing_id, message in sent_messages(link) if routing_id == OTHER.routing_id]
    assert [(message.cells, message.upto) for message in heard] == [([10, 0], 1)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (lambda link: link.pause(0), Pause),
        (lift, Do),
        (lambda link: act(link, Action.TURN_RIGHT), Grant),
        (stopping, Cancel),
    ],
    ids=["pause", "action", "turn", "cancel"],
)
def test_what_has_no_effect_is_said_again_once_a_second(ask: Callable[[Link], object], kind: type[Message]) -> None:
    """As long as the robot is heard, and doesn't report what it was told."""
    link = floor(0)
    ask(link)
    sent_messages(link)
    plan, limit = link.sessions[0].plan, link.reservations.routes[0].granted_to
    told = []
    for number, now in enumerate((1.5, 2.0, 2.75), 2):
        link.handle(ROBOT, position(link.sessions[0].sess, 0, limit, n=number, plan=plan), now)
        link.beat(now)
        heard = [message for _, message in link.take_immediate() + link.take(now)[1]]
        told.append(len([message for message in heard if isinstance(message, kind)]))
    assert told == [1, 0, 1]


def test_a_robot_that_turns_is_not_told_to_again() -> None:
    link = floor(0)
    act(link, Action.TURN_RIGHT)
    sent_messages(link)
    link.handle(ROBOT, position(link.sessions[0].sess, n=2, plan=1, moving=True), 1.9)
    link.beat(2.0)
    assert sent(link, Grant) == []


def test_who_has_nowhere_to_drive_or_no_leave_is_not_stuck() -> None:
    """Robot 0 has no way, robot 1 is paused; half a minute after it goes on it would be."""
    link = floor(0, 20)
    link.begin(0.0)
    forward(link, 1)
    link.pause(1)
    for number in range(2, 6):
        now = 20.0 * number
        for robot in (0, 1):
            link.handle(Sender(b"r%d" % robot), position(link.sessions[robot].sess, n=number), now)
        link.beat(now)
        assert link.troubles() == {}
    link.resume(1)
    link.handle(OTHER, position(link.sessions[1].sess, n=9), 109.0)
    link.beat(109.0)
    assert link.troubles() == {}


def test_a_battery_with_more_than_it_holds_is_one_alarm() -> None:
    link = paper_link([0], LinkParams(battery_wh=100.0))
    sess = log_in(link, 0).sess
    link.alarms.clear()
    link.handle(ROBOT, position(sess, n=2, battery=90.0), 1.0)
    for number in (3, 4, 5):
        link.handle(ROBOT, position(sess, n=number, battery=300.0), 5.0 * number)
    assert (kinds_of(link), link.sessions[0].battery) == (["battery"], 100.0)


def test_the_time_is_that_of_the_last_message_or_beat_and_alarms_need_none() -> None:
    link = paper_link([0])
    link.confirm_place(0, 5)
    assert kinds_of(link) == ["held"]
    link.beat(100.0)
    assert link.now == 100.0
