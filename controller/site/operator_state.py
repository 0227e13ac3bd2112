"""What the desk has been told and has to remember: part of the site, so that it is stored and restored with it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from controller.warehouse.orders import Order
from robots.requests.requests import Figures

FIRST_SUBMITTED = 1_000_000_000
"""Number of the first order that comes in at the desk. The demand of a scenario counts from 0 and never gets so far."""


class RemovalAsked(NamedTuple):
    """Somebody wants to remove a robot, or to confirm that it stands in `cell`, and may say so once more with this code.

    tick: of the first request. cell: -1 for a removal.
    """

    code: str
    tick: int
    cell: int = -1


@dataclass(slots=True)
class DeskBook:
    """What was asked for and still holds.

    submitted: {name: order} of all orders that ever came in here, so that none comes in twice. advised: {(owner, his
    number): {sku: units}} of shipments that were announced here, for the same reason. draining: no order is released.
    drained: robots that get no new work. floor_paused, paused: who has to stand still, the link's matter. closed: cells
    that an operator closed and may open again. removals: {robot: RemovalAsked} not yet confirmed. removed: robots that were.
    """

    submitted: dict[str, Order] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    """Names of all orders that were cancelled, so that none comes in again under its old name."""
    advised: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)
    draining: bool = False
    drained: set[int] = field(default_factory=set)
    floor_paused: bool = False
    paused: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    removals: dict[int, RemovalAsked] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    confirmed: dict[int, int] = field(default_factory=dict)
    """{robot: tick} of who may come back where it says that it stands, until the link has let it in."""

    def next_order(self) -> int:
        """The number that the next submitted order gets."""
        return FIRST_SUBMITTED + len(self.submitted)

    def forget(self, robot: int) -> None:
        """The robot is gone for good: nothing is wanted of it any more."""
        self.drained.discard(robot)
        self.paused.discard(robot)
        self.removals.pop(robot, None)
        self.removed.add(robot)


class Answer(NamedTuple):
    """What a request came to, in words and in figures."""

    text: str
    data: Figures
    ok: bool = True


class Refusal(Exception):
    """What was asked for isn't done; its text says why, and what would be right."""
