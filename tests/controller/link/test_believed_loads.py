"""A robot's report of its load and its battery at login."""

import pytest

from controller.link.link import Link
from robots.link.messages import Do, Done
from robots.units.fleet import Action
from tests.support.link.link_messages import ROBOT, forward, kinds_of
from tests.support.link.link_rig import FAST, WIDTH, grants, log_in, paper_link, position, reports
from tests.support.link.returning_robots import carried, silent


@pytest.mark.parametrize("load", [7, 10**9, -2])
def test_a_load_that_it_can_not_have_keeps_a_robot_out(load: int) -> None:
    link = silent([0, 47])
    assert carried(link, cell=0, load=load) == ["load"]
    assert kinds_of(link) == ["held"]
    assert carried(link, 12.0, cell=0) == []


def test_what_it_was_last_told_to_lift_is_believed_also_after_a_crash() -> None:
    """Only the robot knows whether it lifted the pod before its agent and the controller died."""
    link = paper_link([0])
    log_in(link, 0)
    link.collect()
    link.commit(grants(link, {0: Action.LIFT}, what=7))
    rows, messages = link.take(0.0)
    assert [type(message) for _, message in messages][-1] is Do
    assert [robot for robot, _ in rows] == [0]
    again = Link(reports([0]), WIDTH, link.claims.passable, 2, FAST, rows)
    for load, codes in ((8, ["load"]), (7, []), (-1, [])):
        assert carried(again, load=load, cell=0) == codes


def test_a_robot_that_says_it_carries_something_else_stands_until_it_does_not() -> None:
    """It isn't believed, and what it presents isn't worked on."""
    link = paper_link([0])
    welcome = log_in(link, 0)
    forward(link)
    for number, load in enumerate((10**9, 5, 10**9), 2):
        link.handle(ROBOT, position(welcome.sess, 0, 1, n=number, plan=1, load=load), 1.0)
    seen = link.collect()
    assert int(seen.load[0]) == -1
    assert bool(seen.misloaded[0] & seen.stopped[0] & seen.behind[0])
    text = "robot 0: it reports that it carries pod 1000000000, but should carry nothing. It stands until that is corrected"
    assert link.alarms == [("held", text)]
    forward(link)
    assert link.reservations.held(0) == [0, 1]
    link.handle(ROBOT, position(welcome.sess, 0, 1, n=9, plan=1), 2.0)
    assert not link.collect().misloaded[0]


def test_a_lift_ends_with_the_load_that_was_asked_for_and_one_that_failed_without() -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    for act, (state, load) in enumerate((("failed", -1), ("done", 7)), 1):
        link.collect()
        link.commit(grants(link, {0: Action.LIFT}, what=7))
        assert link.sessions[0].loads == (-1, 7)
        link.handle(ROBOT, position(welcome.sess, n=2 * act, load=load), 1.0)
        link.handle(ROBOT, Done(1, welcome.sess, act, state), 1.1)  # type: ignore[arg-type]
        assert link.sessions[0].loads == (load, load)
    link.handle(ROBOT, position(welcome.sess, n=9, load=-1), 1.2)
    assert link.collect().misloaded[0]


def test_a_robot_that_was_given_up_may_have_been_unloaded() -> None:
    """And totes, whose orders are picked anew, must have been."""
    for load, fine in ((7, (7, -1)), (-2, (-1, -1))):
        link = silent([0, 47])
        link.sessions[0].load = link.sessions[0].load_to = load
        link.sessions[0].dead = True
        carried(link, cell=0)
        link.confirm_place(0, 0)
        assert link.sessions[0].loads == fine
