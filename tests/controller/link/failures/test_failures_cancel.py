"""Failure case 22 of the link: CANCEL and GRANT cross each other, and plans change while a tick is worked out."""

from typing import Any

import pytest

from controller.link.sessions import Sender
from robots.agents.drive import UnitBody
from robots.agents.pilot import Pilot
from robots.link.messages import Cancel, Grant, Stopped, Who
from robots.units.fleet import Action, Grants
from tests.support.link.link_rig import WIDTH, grants, log_in, paper_link, position, sent_messages
from tests.support.link.model import Chances, World


class Crossing:
    """A link and a pilot with words under way, which the test delivers in the order it likes."""

    def __init__(self) -> None:
        self.now = 0.0
        self.link = paper_link([0, 50])
        log_in(self.link, 1)
        self.body = UnitBody(lambda: self.now)
        self.pilot = Pilot(0, self.body, boot=7)
        self.down: list[Any] = []
        self.up: list[Any] = []
        while not self.link.sessions[0].online:
            self.say()
            self.arrive_up()
            self.receive()
            self.arrive_down()

    def receive(self) -> None:
        """Send the link's pending messages."""
        sent = self.link.take_immediate() + self.link.take(self.now)[1]
        self.down += [message for routing_id, message in sent if routing_id == b"p"]

    def say(self) -> None:
        self.now += 0.1
        self.pilot.step(self.now)
        self.up += self.pilot.outbox
        self.pilot.outbox.clear()

    def arrive_up(self) -> None:
        up, self.up = self.up, []
        for message in up:
            self.link.handle(Sender(b"p"), message, self.now)

    def arrive_down(self) -> None:
        down, self.down = self.down, []
        for message in down:
            self.pilot.receive(message, self.now)

    def plan(self, action: Action = Action.FORWARD, *, cancel: int = -1) -> None:
        """A tick; with `cancel` a cell is closed in it, as the fleet does it: after the plan was made, before it is kept."""
        self.link.collect()
        if cancel >= 0:
            self.link.cancel_through({cancel})
        self.link.commit(grants(self.link, {0: action}))
        self.receive()

    def spin(self, times: int) -> None:
        for _ in range(times):
            self.say()
            self.arrive_up()
            self.receive()
            self.arrive_down()


def test_case_22_a_grant_that_crosses_stopped_is_dead() -> None:
    """CANCEL, and ticks go on: nothing is granted until STOPPED has come, whatever it crosses, so the robot never enters a cell
    that its STOPPED gave back.
    """
    floor = Crossing()
    for _ in range(3):
        floor.plan()
    floor.arrive_down()
    floor.plan(cancel=3)
    assert [type(message) for message in floor.down][-1] is Cancel
    floor.arrive_down()
    while not any(isinstance(message, Stopped) for message in floor.up):
        floor.say()
    for _ in range(3):  # STOPPED is under way, and the link doesn't know
        floor.plan()
    crossed, floor.down = floor.down, []
    assert not any(isinstance(message, Grant) for message in crossed)
    floor.arrive_up()
    given = floor.link.reservations.held(0)
    assert len(given) == 1
    for message in crossed:
        floor.pilot.receive(message, floor.now)
    for _ in range(30):
        floor.say()
        assert floor.body.pose().cell in given
    floor.arrive_up()
    floor.spin(20)
    floor.plan()
    floor.spin(30)
    assert floor.link.reservations.routes[0].idx > 0 or floor.link.sessions[0].cancel is None


def test_case_22_only_stopped_counts() -> None:
    """POS at rest after a CANCEL frees nothing; nor does a STOPPED of another cancel."""
    floor = Crossing()
    for _ in range(3):
        floor.plan()
    sess = floor.link.sessions[0].sess
    floor.plan(cancel=2)
    held = floor.link.reservations.held(0)
    assert held == [0, 1, 2, 3]
    cancel = floor.link.sessions[0].cancel
    assert cancel is not None
    robot = Sender(b"p")
    floor.link.handle(robot, position(sess, n=99, plan=0), floor.now)
    for wrong in (
        Stopped(1, sess, cancel.plan, cancel.cancel + 1, 0, 0),
        Stopped(1, sess, cancel.plan + 1, cancel.cancel, 0, 0),
    ):
        floor.link.handle(robot, wrong, floor.now)
        assert floor.link.reservations.held(0) == held
    floor.link.handle(robot, Stopped(1, sess, cancel.plan, cancel.cancel, 1, 1), floor.now)
    assert floor.link.reservations.held(0) == [1]


def test_case_22_nothing_is_granted_under_an_open_cancel_though_others_make_the_plan_a_new_one() -> None:
    """Robot 1 queues behind robot 0 in cell 2 and logs in anew, which makes robot 0's plan a newer one than its CANCEL names:
    a GRANT of that would outlive its STOPPED.
    """
    link = paper_link([0, 12])
    for robot in (0, 1):
        log_in(link, robot)
    for action in (Action.TURN_LEFT, Action.FORWARD):
        link.collect()
        link.commit(grants(link, {0: Action.FORWARD, 1: action}))
    link.collect()
    link.commit(grants(link, {0: Action.FORWARD, 1: Action.FORWARD}))
    assert link.reservations.waits_for(1) == 0
    link.cancel_through({3})
    cancel = link.sessions[0].cancel
    assert cancel is not None
    sent_messages(link)
    log_in(link, 1, cell=12)
    assert link.sessions[0].plan > cancel.plan
    for _ in range(2):
        sent = [message for routing_id, message in sent_messages(link) if routing_id == b"r0"]
        assert not any(isinstance(message, Grant) for message in sent)
        link.beat(2.0)
        link.collect()
        link.commit(grants(link, {0: Action.FORWARD}))


@pytest.mark.parametrize("wrong", [(0, 1), (9, 9)])
def test_case_22_who_stopped_where_it_can_not_be_is_asked_anew(wrong: tuple[int, int]) -> None:
    """Nothing is freed by it: the session ends, and the robot says in a HELLO where it stands."""
    floor = Crossing()
    for _ in range(3):
        floor.plan()
    floor.plan(cancel=2)
    floor.receive()
    cancel = floor.link.sessions[0].cancel
    assert cancel is not None
    sess = floor.link.sessions[0].sess
    floor.link.handle(Sender(b"p"), Stopped(1, sess, cancel.plan, cancel.cancel, *wrong), floor.now)
    assert floor.link.reservations.held(0) == [0, 1, 2, 3]
    assert not floor.link.sessions[0].online
    assert [message for _, message in sent_messages(floor.link) if isinstance(message, Who)] == [Who(1, sess)]


class ClosesInMidTick(World):
    """Cells are closed as the served floor does it: when the plan is made already, and not yet kept."""

    def _plan(self) -> None:
        link, closing = self.link, list[set[int]]()
        real_cancel, real_commit = link.cancel_through, link.commit

        def commit(wanted: Grants) -> None:
            for cells in closing:
                real_cancel(cells)
            real_commit(wanted)

        link.cancel_through, link.commit = closing.append, commit  # type: ignore[method-assign, assignment]
        try:
            super()._plan()
        finally:
            del link.cancel_through, link.commit  # type: ignore[attr-defined]


@pytest.mark.parametrize("loss", [0.0, 0.3, 0.6])
def test_case_22_cells_closed_in_mid_tick_collide_nobody(loss: float) -> None:
    """The model check, with plans that change between their making and their keeping."""
    for seed in range(25):
        chances = Chances(loss=loss, double=loss, crash=loss / 30, replan=0.3)
        assert ClosesInMidTick(seed, chances).run(500).collisions == 0, f"seed {seed}"


def test_case_22_a_plan_for_a_robot_that_was_cut_short_since_is_dropped() -> None:
    """Robot 0 logs in anew while the tick is worked out: what was planned from the end of its old way is not done."""
    link = paper_link([0, WIDTH])
    log_in(link, 0)
    link.sessions[0].face = 0
    for _ in range(2):
        link.collect()
        link.commit(grants(link, {0: Action.FORWARD}))
    seen = link.collect()
    assert int(seen.cell[0]) == 2
    log_in(link, 0, cell=0)
    link.commit(grants(link, {0: Action.FORWARD}))
    assert link.reservations.routes[0].last == 0
