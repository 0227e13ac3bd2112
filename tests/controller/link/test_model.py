"""The safety claim by random testing, and that the test would notice: each known way to break a rule makes robots collide."""

import msgspec
import pytest

from controller.link.link import Link
from controller.link.sessions import RobotSession, decode_row, encode_row
from robots.agents.pilot import Pilot, Pose
from robots.link.messages import Grant, ToRobot
from tests.support.link.model import ROBOTS, Chances, CrudeBody, World
from tests.support.seeds import seeds

_RUNS = 500
_QUICK_RUNS = 100
"""Each broken rule below makes robots collide within the first twenty."""
_SEEDS_A_TEST = 50


def chances(seed: int) -> Chances:
    """Loss of 30 to 80 %, doubling of 20 to 50 %."""
    return Chances(loss=0.3 + 0.5 * (seed % 5) / 4, double=0.2 + 0.3 * (seed % 3) / 2)


@pytest.mark.parametrize("first", seeds(_QUICK_RUNS, _RUNS, _SEEDS_A_TEST))
def test_no_two_robots_ever_share_a_cell(first: int) -> None:
    for seed in range(first, first + _SEEDS_A_TEST):
        assert World(seed, chances(seed)).run(700).collisions == 0, f"seed {seed}"


@pytest.mark.parametrize("seed", range(10))
def test_all_drive_again_when_the_faults_are_over(seed: int) -> None:
    world = World(seed, chances(seed)).run(700)
    world.calm()
    world.run(100)
    world.moved.clear()
    world.run(900)
    assert world.collisions == 0
    assert all(world.moved[robot] for robot in range(ROBOTS)), world.moved


class FreesByTimeOut(Link):
    """A silent robot keeps only the cell it was last seen in."""

    def _offline(self, session: RobotSession, why: str) -> None:
        super()._offline(session, why)
        route = self.reservations.routes[session.robot]
        self.replan(self.reservations.cut(session.robot, route.idx))


class SaysDeparture(CrudeBody):
    """Says that it is in the next cell when it sets out for it."""

    def pose(self) -> Pose:
        pose = super().pose()
        return Pose(self.cells[-1], pose.heading, pose.moving, pose.load)


def forgets_grants(_: dict[int, bytes], rows: dict[int, bytes]) -> dict[int, bytes]:
    """Recovery without the durable grants: a robot is where it was last seen."""
    kept = {}
    for robot, data in rows.items():
        row = decode_row(data)
        kept[robot] = encode_row(msgspec.structs.replace(row, granted_to=row.idx))
    return kept


def limit_without_its_plan(tick_rows: dict[int, bytes], rows: dict[int, bytes]) -> dict[int, bytes]:
    """How far a robot may drive is kept at once, but of which way only with the next tick."""
    kept = {}
    for robot, data in rows.items():
        old, new = decode_row(tick_rows.get(robot, data)), decode_row(data)
        granted_to = min(max(new.granted_to, old.idx), old.idx + len(old.cells) - 1)
        kept[robot] = encode_row(msgspec.structs.replace(old, granted_to=granted_to))
    return kept


class BelievesOldPlans(Pilot):
    """Grants are not bound to a plan."""

    def _accept(self, grant: Grant) -> bool:
        return super()._accept(msgspec.structs.replace(grant, plan=max(grant.plan, self.plan, self._dead_plan + 1)))


class BelievesOldSessions(Pilot):
    """Messages are not bound to a session, and what a grant says of known cells isn't compared."""

    def receive(self, message: ToRobot, now: float) -> None:
        if isinstance(message, Grant) and self.connected and (message.term, message.sess) != (self.term, self.sess):
            message = msgspec.structs.replace(message, term=self.term, sess=self.sess)
        super().receive(message, now)

    def _fits(self, grant: Grant) -> bool:
        return True


MUTANTS = {
    "a time-out frees cells": {"link": FreesByTimeOut},
    "release on departure": {"body": SaysDeparture},
    "recovery without the durable grants": {"recover": forgets_grants},
    "grants not bound to a plan": {"pilot": BelievesOldPlans},
    "grants not bound to a session": {"pilot": BelievesOldSessions},
    "a durable limit without its plan": {"recover": limit_without_its_plan},
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_rule_is_noticed(name: str) -> None:
    assert any(_collides(seed, MUTANTS[name]) for seed in range(_QUICK_RUNS)), (
        f"{name}: no collision in {_QUICK_RUNS} runs"
    )


def _collides(seed: int, mutant: dict[str, object]) -> bool:
    """Return whether robots collide, or the mutant's link itself detects that its reservations are inconsistent."""
    world = World(seed, chances(seed % 3), **mutant)  # type: ignore[arg-type]
    try:
        return world.run(700).collisions > 0
    except (AssertionError, KeyError, ValueError):
        return world.collisions > 0
