"""A robot's response to stop, pause and lift: each is carried out once, and acknowledged until the controller has heard
it.
"""

from robots.link.messages import FLAG_CHARGING, FLAG_PAUSED, Ack, Cancel, Do, Done, Pause, Pos, Resume, Stopped
from robots.recording.frames import NO_LOAD
from tests.support.link.paper_robot import Robot, grant

# --- cancel, pause


def test_cancel_is_answered_at_rest_and_its_plan_is_dead() -> None:
    robot = Robot()
    robot.receive(grant([0, 1, 2, 3], 3))
    robot.at(1, moving=True)
    robot.receive(Cancel(1, 1, 1, 77))
    assert robot.body.stops == 1
    assert robot.sent(Stopped) == []
    robot.at(2)
    assert robot.sent(Stopped) == [Stopped(1, 1, 1, 77, 2, 2)]
    assert robot.pilot.limit == 2
    driven = len(robot.body.driven)
    robot.receive(grant([0, 1, 2, 3], 3))
    assert len(robot.body.driven) == driven
    robot.receive(grant([2, 12], 3, first=2, plan=2))
    assert robot.body.driven[-1][0] == [12]


def test_the_same_cancel_again_is_answered_again_and_an_older_one_not() -> None:
    robot = Robot()
    robot.receive(grant([0, 1], 1), Cancel(1, 1, 1, 77))
    (stopped,) = robot.sent(Stopped)
    robot.receive(Cancel(1, 1, 1, 77))
    assert robot.pilot.outbox == [stopped]
    robot.pilot.outbox.clear()
    robot.receive(Cancel(1, 1, 0, 76))
    assert robot.sent(Stopped) == []


def test_what_is_cancelled_already_or_replaced_is_not_cancelled_again() -> None:
    """Another word for a dead plan, and one for a plan before the current one."""
    robot = Robot()
    robot.receive(grant([0, 1], 1), Cancel(1, 1, 1, 77))
    robot.sent()
    robot.receive(Cancel(1, 1, 1, 78))
    assert (robot.sent(Stopped), robot.body.stops, robot.pilot.refused) == ([], 1, 1)
    robot.receive(grant([0, 1], 1, plan=3), Cancel(1, 1, 2, 79))
    assert (robot.sent(Stopped), robot.body.stops, robot.pilot.refused) == ([], 1, 2)


def test_no_grant_drives_it_while_it_is_to_stop() -> None:
    robot = Robot()
    robot.receive(grant([0, 1, 2], 2), Cancel(1, 1, 1, 77))
    robot.at(1, moving=True)
    driven = len(robot.body.driven)
    robot.receive(grant([0, 1, 2, 3], 3))
    assert len(robot.body.driven) == driven


def test_a_paused_robot_stands_and_what_is_granted_stays_so() -> None:
    robot = Robot()
    robot.receive(grant([0, 1, 2], 2), Pause(1, 1))
    assert robot.body.stops == 1
    assert robot.sent(Pos)[0].flags == FLAG_PAUSED
    robot.receive(grant([0, 1, 2, 3], 3))
    assert robot.body.driven == [([1, 2], 0)]
    assert robot.pilot.limit == 3
    robot.receive(Resume(1, 1))
    assert robot.body.driven[-1] == ([1, 2, 3], 0)


# --- actions


def test_a_lift_waits_for_its_place_and_is_reported_until_acknowledged() -> None:
    robot = Robot()
    robot.receive(grant([0, 1], 1), Do(1, 1, 5, "lift", 1, 33))
    robot.sent()
    assert robot.body.lifted == []
    robot.at(1)
    robot.sent()
    assert robot.body.lifted == [33]
    robot.body.load = 33
    assert robot.sent(Done) == [Done(1, 1, 5, "done", "")]
    assert robot.sent(Done, after=1.0) == [Done(1, 1, 5, "done", "")]
    robot.receive(Ack(1, 1, 5, 0))
    assert robot.sent(Done, after=1.0) == []


def test_the_same_action_again_is_answered_and_not_done_twice() -> None:
    robot = Robot()
    do = Do(1, 1, 5, "lift", 0, 33)
    robot.receive(do)
    robot.sent()
    robot.body.load = 33
    robot.sent()
    robot.receive(Ack(1, 1, 5, 0), do, do, Do(1, 1, 4, "set_down", 0, NO_LOAD))
    assert robot.sent(Done) == [Done(1, 1, 5, "done", "")]
    assert robot.body.lifted == [33]


def test_what_was_asked_for_before_is_not_answered_by_what_was_asked_for_last() -> None:
    """An older action changes nothing; the same again while it runs isn't done for it; and it is begun once."""
    robot = Robot()
    robot.receive(Do(1, 1, 5, "lift", 0, 33))
    assert robot.sent(Done) == [Done(1, 1, 5, "running", "")]
    robot.receive(Do(1, 1, 5, "lift", 0, 33))
    assert robot.sent(Done) == [Done(1, 1, 5, "running", "")]
    assert robot.body.lifted == [33]
    robot.body.load = 33
    robot.sent()
    robot.receive(Ack(1, 1, 5, 0), Do(1, 1, 4, "lift", 0, 33))
    assert robot.sent(Done, after=1.0) == []
    robot.receive(Do(1, 1, 5, "lift", 0, 33))
    assert robot.sent(Done) == [Done(1, 1, 5, "done", "")]


def test_a_load_that_it_has_already_is_not_lifted() -> None:
    """It is done at once."""
    robot = Robot()
    robot.body.load = 33
    robot.receive(Do(1, 1, 5, "lift", 0, 33))
    assert (robot.sent(Done), robot.body.lifted) == ([Done(1, 1, 5, "done", "")], [])


def test_what_is_done_stays_so_whatever_befalls_it_then() -> None:
    """A fault after the lift; and one before it isn't the action's until its place is reached."""
    robot = Robot()
    robot.receive(Do(1, 1, 5, "lift", 0, 33))
    robot.sent()
    robot.body.load = 33
    robot.sent()
    robot.body.fault = "jammed"
    assert robot.sent(Done) == [Done(1, 1, 5, "done", "")]


def test_a_paused_robot_begins_nothing() -> None:
    """Until it may go on."""
    robot = Robot()
    robot.receive(Pause(1, 1), Do(1, 1, 5, "lift", 0, 33))
    robot.sent()
    assert robot.body.lifted == []
    robot.receive(Resume(1, 1))
    robot.sent()
    assert robot.body.lifted == [33]


def test_an_action_whose_place_is_passed_or_a_body_at_fault_fails() -> None:
    robot = Robot()
    robot.receive(grant([0, 1], 1))
    robot.at(1)
    robot.sent()
    robot.receive(Do(1, 1, 5, "lift", 0, 33))
    assert robot.sent(Done) == [Done(1, 1, 5, "failed", "it has passed the action's cell")]
    robot.receive(Do(1, 1, 6, "lift", 1, 33))
    robot.sent()
    robot.body.fault = "jammed"
    assert robot.sent(Done) == [Done(1, 1, 6, "failed", "jammed")]


def test_charging_ends_when_it_drives_on() -> None:
    robot = Robot()
    robot.receive(Do(1, 1, 5, "charge", 0, NO_LOAD))
    robot.sent()
    assert robot.sent(Pos, after=1.0)[0].flags == FLAG_CHARGING
    robot.receive(grant([0, 1], 1))
    assert robot.body.charging == [True, False]
