"""A pilot with a simulated body and a clock of its own, for tests of pilots."""

from collections.abc import Sequence
from typing import Any

from robots.agents.pilot import Pilot, Pose
from robots.link.messages import VERSION, Grant, Welcome
from robots.recording.frames import NO_LOAD

_WIDTH = 10


class Listed:
    """A body that notes what it is told and is where the test says."""

    def __init__(self, cell: int = 0) -> None:
        self.cell, self.heading, self.moving, self.load, self.fault = cell, 0, False, NO_LOAD, ""
        self.driven: list[tuple[list[int], int]] = []
        self.stops = 0
        self.lifted: list[int] = []
        self.charging: list[bool] = []

    def drive(self, cells: Sequence[int], face: int) -> None:
        self.driven.append((list(cells), face))

    def stop(self) -> None:
        self.stops += 1

    def pose(self) -> Pose:
        return Pose(self.cell, self.heading, self.moving, self.load, self.fault)

    def lift(self, what: int) -> None:
        self.lifted.append(what)

    def battery(self) -> float:
        return 300.0

    def charge(self, on: bool) -> None:
        self.charging.append(on)


class Robot:
    """A pilot with its body, and a clock of its own."""

    def __init__(self, cell: int = 0, *, logged_in: bool = True) -> None:
        self.body = Listed(cell)
        self.pilot = Pilot(4, self.body, boot=9)
        self.now = 0.0
        if logged_in:
            self.sent()
            self.receive(welcome(cell))

    def sent(self, *kinds: type, after: float = 0.0) -> list[Any]:
        """Return its next messages of some kinds."""
        self.now += after
        self.pilot.step(self.now)
        sent_messages = [*self.pilot.outbox]
        self.pilot.outbox.clear()
        return [message for message in sent_messages if not kinds or isinstance(message, kinds)]

    def receive(self, *messages: Any) -> None:
        for message in messages:
            self.pilot.receive(message, self.now)

    def at(self, cell: int, *, moving: bool = False) -> None:
        self.body.cell, self.body.moving = cell, moving


def welcome(cell: int = 0, sess: int = 1, term: int = 1, boot: int = 9, robot: int = 4) -> Welcome:
    return Welcome(VERSION, term, sess, robot, boot, 1000, 1000.0, 1.0, 3.0, _WIDTH, cell, 0, NO_LOAD, 300.0)


def grant(
    cells: list[int], upto: int, first: int = 0, plan: int = 1, face: int = 0, sess: int = 1, term: int = 1
) -> Grant:
    return Grant(term, sess, plan, first, cells, upto, face)
