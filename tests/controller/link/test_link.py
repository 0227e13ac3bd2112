"""The controller's side of the link, word by word: reports, what is said again, and what operators want."""

import re

import numpy as np
import pytest

from controller.link.link import Link
from controller.link.sessions import LinkParams, Sender
from robots.link.messages import FLAG_FAULT, FLAG_PAUSED, Ack, Cancel, Do, Done, Grant, Pause, Reject, Resume, Stopped
from robots.units.fleet import Action
from tests.support.link.link_messages import ROBOT, forward, kinds_of, sent
from tests.support.link.link_rig import FAST, WIDTH, grants, hello, log_in, paper_link, position, reports, sent_messages

# --- reports


def test_a_position_releases_what_lies_behind_and_is_acknowledged_now_and_then() -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    forward(link)
    sent(link)
    link.handle(ROBOT, position(welcome.sess, 1, 1, n=2, plan=1), 5.0)
    assert sent(link, Ack) == [Ack(1, welcome.sess, 0, 2)]
    link.handle(ROBOT, position(welcome.sess, 1, 1, n=3, plan=1), 5.01)
    assert sent(link, Ack) == []
    assert link.reservations.held(0) == [1]


@pytest.mark.parametrize("beyond", [{"idx": 1}, {"limit": 1}, {"plan": 2}])
def test_a_position_beyond_what_was_granted_is_an_alarm_and_changes_nothing(beyond: dict[str, int]) -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    link.handle(ROBOT, position(welcome.sess, n=2, battery=1.0, **beyond), 1.0)
    assert (kinds_of(link), link.sessions[0].battery) == (["security"], 400.0)
    assert link.reservations.held(0) == [0]


def test_a_late_position_does_not_overwrite_a_newer_one() -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    link.handle(ROBOT, position(welcome.sess, n=5, battery=50.0), 1.0)
    link.handle(ROBOT, position(welcome.sess, n=4, battery=60.0), 1.1)
    assert link.sessions[0].battery == 50.0


def test_a_fault_holds_a_robot_until_it_is_gone() -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    link.handle(ROBOT, position(welcome.sess, n=2, flags=FLAG_FAULT), 1.0)
    assert kinds_of(link) == ["held"]
    assert link.collect().stopped[0]
    link.handle(ROBOT, position(welcome.sess, n=3), 1.1)
    assert not link.collect().stopped[0]


def test_the_words_of_a_fault_reach_alarm_and_troubles() -> None:
    """Without what a stranger's words could do to a terminal; a robot that has none is named all the same."""
    link = paper_link([0, 5, 9])
    for robot, fault in ((0, "motor 2 too hot"), (1, "\x1b[2J\nall is well"), (2, "")):
        sess = log_in(link, robot).sess
        link.handle(Sender(b"r%d" % robot), position(sess, n=2, flags=FLAG_FAULT, fault=fault), 1.0)
    assert link.alarms == [
        ("held", f"robot {robot}: {sent_messages}") for robot, sent_messages in link.troubles().items()
    ]
    assert link.troubles() == {0: "motor 2 too hot", 1: r"\x1b[2J\nall is well", 2: "its unit has a fault"}


def test_silence_is_offline_and_long_silence_death_but_frees_nothing() -> None:
    link = paper_link([0], LinkParams(lost_s=60.0))
    link.begin(0.0)
    log_in(link, 0)
    forward(link)
    link.beat(2.9)
    assert link.connected == 1
    link.beat(3.1)
    assert link.connected == 0
    seen = link.collect()
    assert (seen.stopped[0], seen.dead[0], seen.trailing.tolist()) == (True, False, [0, 0])
    link.beat(60.2)
    assert link.collect().dead[0]
    assert link.reservations.held(0) == [0, 1]
    assert kinds_of(link) == ["offline", "lost"]
    link.handle(ROBOT, hello(0, 0, boot=2), 70.0)
    assert [message.code for message in sent(link, Reject)] == ["place"]  # type: ignore[attr-defined]


def test_a_floor_that_nobody_came_to_counts_silence_from_its_begin() -> None:
    link = paper_link([0], LinkParams(lost_s=60.0))
    log_in(link, 0, now=0.0)
    link.beat(1000.0)
    link.begin(1000.0)
    link.beat(1059.0)
    assert not link.sessions[0].dead
    link.beat(1061.0)
    assert link.sessions[0].dead


# --- grants


def test_plans_run_ahead_as_far_as_they_may_and_are_granted_as_cells_come_free() -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    for _ in range(FAST.ahead):
        assert not link.collect().busy[0]
        forward(link)
    seen = link.collect()
    assert (seen.busy[0], seen.behind[0], seen.cell[0]) == (True, True, FAST.ahead)
    (grant,) = sent(link, Grant)
    assert isinstance(grant, Grant)
    assert (grant.sess, grant.first, grant.cells, grant.upto) == (welcome.sess, 0, [0, 1, 2, 3, 4], 4)


def test_nobody_is_planned_into_the_way_of_one_who_is_silent() -> None:
    """Robot 1 was granted cells 6 and 7 and is heard no more: robot 0, which stands beside 6, makes no plan through it."""
    link = paper_link([16, 5])
    welcome = log_in(link, 0)
    log_in(link, 1)
    for action in (Action.TURN_LEFT, Action.WAIT):
        link.collect()
        link.commit(grants(link, {0: action, 1: Action.FORWARD}))
    link.handle(ROBOT, position(welcome.sess, n=2, heading=3), 3.0)
    link.beat(3.1)
    assert link.reservations.held(1) == [5, 6, 7]
    forward(link, 0)
    assert (link.reservations.routes[0].end, link.collect().cell[0]) == (0, 16)


def test_what_has_no_effect_is_said_again_each_second_and_no_more_when_it_has() -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    forward(link)
    first = sent(link, Grant)
    link.beat(0.5)
    assert sent(link, Grant) == []
    link.handle(ROBOT, position(welcome.sess, n=2), 1.9)
    link.beat(2.0)
    assert sent(link, Grant) == first
    link.handle(ROBOT, position(welcome.sess, 0, 1, n=3, plan=1), 3.9)
    link.beat(4.0)
    assert sent(link, Grant) == []


def test_a_grant_is_kept_before_it_is_said_and_made_again_if_it_can_not_be() -> None:
    link = paper_link([0])
    log_in(link, 0)
    sent_messages(link)
    forward(link)
    rows, messages = link.take(0.0)
    assert [robot for robot, _ in rows] == [0]
    assert len(messages) == 1
    assert link.take(0.0) == ([], [])
    link.put_back(rows)
    assert link.take(0.0) == (rows, messages)


def test_a_restart_begins_with_what_was_granted_and_forgets_what_was_only_planned() -> None:
    """Robot 1's next cells wait for robot 0, which has gone nowhere yet."""
    link = paper_link([2, 0])
    for robot in (0, 1):
        log_in(link, robot)
    for _ in range(2):
        forward(link, 0, 1)
    link.collect()
    rows, _ = link.take(0.0)
    kept = dict(rows)
    again = Link(reports([2, 0]), WIDTH, np.ones(100, bool), 2, FAST, kept.items())
    assert again.reservations.held(0) == link.reservations.held(0) == [2, 3, 4]
    assert again.reservations.held(1) == [0, 1]
    assert again.reservations.routes[1].end == again.reservations.routes[1].granted_to
    assert again.connected == 0
    assert again.sessions[0].known


def test_an_action_is_said_again_until_its_last_word() -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    link.collect()
    link.commit(grants(link, {0: Action.LIFT}, what=7))
    (do,) = sent(link, Do)
    assert isinstance(do, Do)
    assert (do.kind, do.what, do.at_idx) == ("lift", 7, 0)
    assert link.collect().behind[0]
    link.handle(ROBOT, position(welcome.sess, n=2), 1.0)
    link.beat(2.1)
    assert sent(link, Do) == [do]
    link.handle(ROBOT, Done(1, welcome.sess, do.act, "running"), 2.2)
    link.handle(ROBOT, Done(1, welcome.sess, do.act + 1, "done"), 2.2)
    assert link.sessions[0].doing is not None
    link.handle(ROBOT, Done(1, welcome.sess, do.act, "failed"), 2.3)
    assert link.sessions[0].doing is None
    assert link.collect().failed[0] == Action.LIFT
    assert link.collect().failed[0] == 0


def test_a_robot_that_does_not_come_on_is_stuck_until_it_does() -> None:
    """After half a minute it counts as stopped and as failed in driving, again and again; a cell further it is neither."""
    link = paper_link([0])
    welcome = log_in(link, 0)
    link.begin(0.0)
    forward(link)
    granted = link.reservations.routes[0].granted_to
    assert granted >= 1
    for number, now in enumerate((10.0, 25.0, 31.0, 45.0, 62.0), 2):
        link.handle(ROBOT, position(welcome.sess, n=number), now)
        link.beat(now)
        found = link.collect()
        late = now > 30.0
        assert bool(found.stopped[0]) == late, now
        assert found.failed[0] == (Action.FORWARD if now in (31.0, 62.0) else 0)
    link.handle(ROBOT, position(welcome.sess, n=9, idx=1), 63.0)
    assert not link.collect().stopped[0]


def test_a_fault_that_comes_and_goes_is_one_alarm() -> None:
    """It is told again only when the robot was well for half a minute."""
    link = paper_link([0])
    welcome = log_in(link, 0)
    for number in range(2, 12):
        link.handle(ROBOT, position(welcome.sess, n=number, flags=FLAG_FAULT * (number % 2)), float(number))
    assert kinds_of(link).count("held") == 1
    link.handle(ROBOT, position(welcome.sess, n=20, flags=FLAG_FAULT), 60.0)
    assert kinds_of(link).count("held") == 1
    link.alarms.clear()
    link.handle(ROBOT, position(welcome.sess, n=21), 61.0)
    link.handle(ROBOT, position(welcome.sess, n=22, flags=FLAG_FAULT, fault="motor 2 too hot"), 63.0)
    assert link.alarms == [("held", "robot 0: motor 2 too hot")]


def test_an_action_is_not_said_again_before_the_tick_that_wants_it_is_kept() -> None:
    """While a full disk holds the tick, only words that need nothing kept may go out."""
    link = paper_link([0])
    welcome = log_in(link, 0)
    link.collect()
    link.commit(grants(link, {0: Action.LIFT}, what=7))
    link.handle(ROBOT, position(welcome.sess, n=2), 1.0)
    link.beat(2.1)
    assert not any(isinstance(message, Do) for _, message in link.take_immediate())
    assert any(isinstance(message, Do) for _, message in link.take(2.2)[1])


# --- what operators want


def test_a_paused_robot_is_told_until_it_says_so_and_granted_nothing() -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    link.pause(0)
    assert sent(link, Pause) == [Pause(1, welcome.sess)]
    link.handle(ROBOT, position(welcome.sess, n=2), 1.0)
    link.beat(1.1)
    assert sent(link, Pause) == [Pause(1, welcome.sess)]
    link.handle(ROBOT, position(welcome.sess, n=3, flags=FLAG_PAUSED), 2.0)
    link.beat(2.5)
    assert sent(link, Pause) == []
    forward(link)
    assert link.reservations.routes[0].granted_to == 0
    link.resume(0)
    assert sent(link, Resume) == [Resume(1, welcome.sess)]
    forward(link)
    assert link.reservations.routes[0].granted_to >= 1


def test_the_floor_and_a_robot_are_paused_apart() -> None:
    link = paper_link([0, 50])
    log_in(link, 0)
    link.pause(0)
    link.pause(None)
    sent_messages(link)
    link.resume(None)
    assert sent(link, Resume) == []
    assert not link.floor_paused
    assert link.sessions[0].paused


def test_a_robot_on_whose_way_a_cell_was_closed_is_to_stop() -> None:
    link = paper_link([0, 50])
    welcome = log_in(link, 0)
    log_in(link, 1)
    forward(link)
    forward(link)
    link.cancel_through({2})
    (cancel,) = sent(link, Cancel)
    assert isinstance(cancel, Cancel)
    assert link.collect().busy.tolist() == [True, False]
    link.handle(ROBOT, Stopped(1, welcome.sess, cancel.plan, cancel.cancel, 1, 1), 0.5)
    assert (link.reservations.held(0), link.sessions[0].cancel) == ([1], None)


def test_a_removed_robots_cells_are_free_and_it_cannot_come_back() -> None:
    link = paper_link([0])
    log_in(link, 0)
    forward(link)
    link.remove(0)
    assert all(link.reservations.free(cell) for cell in (0, 1))
    seen = link.collect()
    assert (seen.dead[0], seen.cell[0]) == (True, 1)
    sent_messages(link)
    link.handle(ROBOT, hello(0, 0), 1.0)
    assert [message.code for message in sent(link, Reject)] == ["removed"]  # type: ignore[attr-defined]


def test_a_withdrawn_key_ends_its_session_and_frees_nothing() -> None:
    link = paper_link([0, 5])
    welcome = log_in(link, 0, name="robot-0")
    log_in(link, 1, name="robot-1")
    forward(link)
    sent_messages(link)
    link.revoke({"robot-0"})
    assert [message.code for message in sent(link, Reject)] == ["key"]  # type: ignore[attr-defined]
    assert (link.connected, link.reservations.held(0)) == (1, [0, 1])
    link.handle(Sender(b"r0", "robot-0"), position(welcome.sess, 1, 1, n=9, plan=1), 1.0)
    assert link.reservations.held(0) == [0, 1]


def test_an_alarm_is_said_once_a_second_of_each_kind_and_source_and_then_counted() -> None:
    """21,000 in three seconds by one key are a line and a count a second; another key's is said beside them."""
    link = paper_link([0])
    thief, other = Sender(b"t", "robot-9", {9}), Sender(b"o", "robot-8", {8})
    lines = []
    for number in range(21_000):
        now = number / 7000
        link.handle(thief, hello(0), now)
        if number == 500:
            link.handle(other, hello(0), now)
        if number % 700 == 0:
            link.beat(now)
        link.take_immediate()
    lines, link.alarms = link.alarms, []
    assert link.counts["security"] == 21_001
    assert len(lines) <= 7
    assert ("security", "key robot-8 tried to log in as robot 0") in lines
    assert lines[0] == ("security", "key robot-9 tried to log in as robot 0")
    told = sum(int(re.findall(r"and (\d+) more", text)[0]) for _, text in lines if "more" in text)
    assert 21_000 - 7001 <= told + 3 <= 21_000


def test_alarms_that_nobody_takes_are_kept_in_bounds() -> None:
    link = paper_link([0])
    for number in range(5000):
        link.handle(Sender(b"t", f"robot-{number}", {9}), hello(0), 0.0)
        link.take_immediate()
    assert len(link.alarms) == 1000
