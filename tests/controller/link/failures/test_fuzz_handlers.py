"""Whatever valid messages come, in whatever order: who takes them in goes on, and the book of visits stays sound."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.link.cell_reservations import CellReservations
from controller.link.link import Link
from controller.link.sessions import LinkParams, Sender
from controller.tick import tick
from robots.agents.drive import DriveUnit, UnitBody
from robots.agents.pilot import Pilot
from robots.link.messages import Done, ToRobot, Welcome, encode, read_controller, read_robot
from robots.units.fleet import Action, Grants, Reports
from tests.support.floor.tiny_site import tiny_site
from tests.support.link.arbitrary import from_robot, to_robot
from tests.support.link.link_rig import WIDTH, grants, log_in, paper_link, position, sent_messages

_SENDERS = [Sender(b"a"), Sender(b"b", "robot-1", {1}), Sender(b"c", "", frozenset()), Sender(b"d", "many", range(4))]


def assert_sound(reservations: CellReservations) -> None:
    """The book's own rules: granted visits head their queues, and each visit of a way is in its cell's queue once."""
    granted: dict[int, int] = {}
    count = 0
    for robot, route in reservations.routes.items():
        assert route.idx <= route.granted_to <= route.end
        count += len(route.cells)
        for cell in reservations.held(robot):
            assert granted.setdefault(cell, robot) == robot, f"robots {granted[cell]} and {robot} may be in {cell}"
            assert reservations.owner(cell) == robot
    assert count == sum(len(queue) for queue in reservations._queues.values())


_ACTS = st.lists(
    st.tuples(st.sampled_from(_SENDERS), from_robot)
    | st.tuples(
        st.sampled_from(["tick", "beat", "take", "cancel", "pause", "resume", "remove", "revoke"]), st.integers(0, 99)
    ),
    max_size=60,
)


@given(_ACTS, st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_a_link_takes_in_anything_from_anybody(acts: list[tuple[object, object]], seed: int) -> None:
    """Messages with absurd numbers in any order, between ticks, logins and an operator's words: nothing raises, the book of
    visits stays sound, and all that is said can be read.
    """
    dice = random.Random(seed)
    link = paper_link([0, 11, 22, 33])
    link.claims.passable[:] = True
    for number, (who, what) in enumerate(acts):
        _act(link, who, what, number * 0.4, dice)
        assert_sound(link.reservations)
        for _, message in sent_messages(link):
            assert read_controller(encode(message)) == message


def _act(link: Link, who: object, what: object, now: float, dice: random.Random) -> None:
    if isinstance(who, Sender):
        link.handle(who, what, now)  # type: ignore[arg-type]
        return
    assert isinstance(what, int)
    robot = what % 4
    match who:
        case "tick":
            seen = link.collect()
            if link.reservations.routes.get(robot) is not None and not link.sessions[robot].dead:
                cell, heading = int(seen.cell[robot]), int(seen.heading[robot])
                to = cell + (1, WIDTH, -1, -WIDTH)[heading]
                inside = 0 <= to < WIDTH * WIDTH and (heading in (1, 3) or to // WIDTH == cell // WIDTH)
                taken = to in seen.cell.tolist()
                action = (
                    Action.FORWARD
                    if inside and not taken
                    else dice.choice([Action.TURN_LEFT, Action.LIFT, Action.CHARGE])
                )
                link.commit(grants(link, {robot: action}))
        case "beat":
            link.beat(now + what)
        case "cancel":
            link.cancel_through({what})
        case "pause":
            link.pause(robot)
        case "resume":
            link.resume(None if what > 50 else robot)
        case "remove" if what > 95:
            link.remove(robot)
        case "revoke" if what > 80:
            link.revoke({"robot-1"})


class _Liars:
    """A fleet whose robots say whatever comes to mind of load, battery, heading and faults."""

    def __init__(self, link: Link, seed: int) -> None:
        self.link, self._dice, self._now, self._said = link, random.Random(seed), 0.0, 0
        self._sess = {session.robot: log_in(link, session.robot).sess for session in link.sessions}

    def receive(self) -> Reports:
        for robot, sess in self._sess.items():
            self._lie(robot, sess)
        self._now += 0.3
        self.link.beat(self._now)
        self.link.take(self._now)
        self.link.alarms.clear()
        return self.link.collect()

    def send(self, wanted: Grants) -> None:
        self.link.commit(wanted)

    def _lie(self, robot: int, sess: int) -> None:
        dice, session, sender = self._dice, self.link.sessions[robot], Sender(b"r%d" % robot)
        route = self.link.reservations.routes[robot]
        self._said += 1
        load = session.doing.what if session.doing is not None else session.load
        if dice.random() < 0.2:
            load = dice.choice([-2, -1, 0, 3, 12, 13, 10**6, 2**31 - 1])
        heading = session.face if dice.random() < 0.8 else dice.randrange(4)
        battery, flags = dice.choice([400.0, 300.0, 1e6, 1e-9]), dice.choice([0] * 6 + [1, 2, 4, 8, 65535])
        pos = position(sess, route.granted_to, route.granted_to, self._said, session.plan)
        lie = {"heading": heading, "load": load, "battery": battery, "flags": flags, "moving": dice.random() < 0.1}
        self.link.handle(
            sender, type(pos)(**{name: getattr(pos, name) for name in pos.__struct_fields__} | lie), self._now
        )
        if session.doing is not None and dice.random() < 0.7:
            state = dice.choice(["done", "failed", "running"])
            self.link.handle(sender, Done(1, sess, session.doing.act, state), self._now)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(5))
def test_robots_that_lie_of_all_they_may_do_not_stop_the_tick(seed: int) -> None:
    """A pod that isn't there, a battery of a megawatt hour, an action that never was: the floor's ticks go on."""
    site = tiny_site(robots={"count": 6})
    link = Link(site.robots.reports, site.grid.width, np.ones(site.grid.cells, bool), 1, LinkParams(lost_s=5.0))
    site.fleet = _Liars(link, seed)
    for _ in range(150):
        frame, _ = tick(site)
    assert frame.tick == 149
    assert (frame.robots["battery"] <= 100).all()


# --- the robot's side


@pytest.mark.parametrize("kind", [UnitBody, DriveUnit])
@given(st.lists(to_robot, max_size=40))
@settings(max_examples=300, deadline=None)
def test_a_pilot_hears_anything(kind: type[UnitBody | DriveUnit], heard: list[ToRobot]) -> None:
    """Between steps: nothing but a ValueError of the body, which agents count; its way has no gap, nothing is taken back."""
    clock = [0.0]
    pilot = Pilot(0, kind(lambda: clock[0]), boot=1)
    before = (0, 0, 0, 0)
    for message in heard:
        clock[0] += 0.3
        try:
            pilot.receive(message, clock[0])
        except ValueError:
            assert not isinstance(message, Welcome)
        pilot.step(clock[0])
        for sent in pilot.outbox:
            assert read_robot(encode(sent)) == sent
        pilot.outbox.clear()
        if pilot.connected:
            assert pilot.idx <= pilot.limit
            assert {*range(pilot.idx, pilot.limit + 1)} <= pilot._cells.keys()
            now = (pilot.term, pilot.sess, pilot.plan, pilot.idx)
            assert now >= before
            before = now
