"""State of operator and order-system requests: part of the site, so that it is stored and restored with it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from controller.warehouse.orders import Order
from robots.requests.requests import Figures

FIRST_SUBMITTED = 1_000_000_000
"""Number of the first submitted order. A scenario's demand counts from 0 and never gets that far."""


class RemovalAsked(NamedTuple):
    """Request to remove a robot, or to confirm that it is in `cell`, to be repeated with this code.

    tick: of the first request. cell: -1 for a removal.
    """

    code: str
    tick: int
    cell: int = -1


@dataclass(slots=True)
class OperatorState:
    """Requests that still hold.

    submitted: {name: order} of all orders ever submitted, so that none is taken twice. advised: {(owner, its number):
    {sku: units}} of announced shipments, for the same reason. draining: no order is released. drained: robots that get
    no new work. floor_paused, paused: what has to stand still, as the link enforces. closed: cells that an operator
    closed and may open again. removals: {robot: RemovalAsked} not yet confirmed. removed: robots that were.
    """

    submitted: dict[str, Order] = field(default_factory=dict)
    """Orders by name, of all ever submitted, so that none is taken twice."""
    cancelled: set[str] = field(default_factory=set)
    """Names of all cancelled orders, so that none is submitted again under its old name."""
    advised: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)
    draining: bool = False
    drained: set[int] = field(default_factory=set)
    floor_paused: bool = False
    paused: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    removals: dict[int, RemovalAsked] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    confirmed: dict[int, int] = field(default_factory=dict)
    """{robot: tick} of robots that may come back where they report to be, until the link has admitted them."""

    def next_order(self) -> int:
        """Return the number for the next submitted order."""
        return FIRST_SUBMITTED + len(self.submitted)

    def forget(self, robot: int) -> None:
        """Drop all requests for a robot that is gone for good."""
        self.drained.discard(robot)
        self.paused.discard(robot)
        self.removals.pop(robot, None)
        self.removed.add(robot)


class Answer(NamedTuple):
    """Result of a request, in words and in figures."""

    text: str
    data: Figures
    ok: bool = True


class Refusal(Exception):
    """Refusal of a request; its text gives the reason, and what would be accepted."""
