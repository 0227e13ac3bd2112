"""Surroundings of the floor, as the floor sees them: the source of goods, and what is notified about orders and stock."""

from collections.abc import Collection, Sequence
from typing import Protocol

from controller.warehouse.orders import Order, OrderLine
from controller.warehouse.stock import Place
from robots.recording.event import Event
from robots.recording.events import StockMoved


class Supply(Protocol):
    """Source of the units to be stowed.

    demand[sku]: units of open order lines to which no pod is allocated. inbound[sku]: units on their way or on the
    dock, not yet stowed.
    """

    demand: list[int]
    inbound: list[int]

    @property
    def source(self) -> Place:
        """Return the place from which `arrivals` come."""

    def coming(self, sku: int) -> int:
        """Return the units that are expected and not yet stowed."""

    def review(self, sku: int, tick: int) -> None:
        """Order more of a SKU if it runs low."""

    def arrivals(self, tick: int) -> list[tuple[int, int]]:
        """Return (sku, units) that reach the dock by this tick."""


class Surroundings(Protocol):
    """Surroundings of the floor: the supply chain, or only a truck."""

    def advance(self) -> None:
        """Run what is due around the floor by now."""

    def disrupted(self, kinds: Collection[str]) -> None:
        """Apply the disruptions of these kinds that begin or end in this tick."""

    def order_received(self, order: Order) -> None:
        """Handle an order before it enters the backlog; may set its due tick."""

    def order_cancelled(self, order: Order) -> None:
        """Handle the end of an order before it was packed."""

    def out_of_stock(self, line: OrderLine) -> None:
        """Handle an order that waits for stock of a line's SKU."""

    def docked(self, sku: int, units: int, since: int) -> None:
        """Handle units queued for put-away. since: tick from which their time is measured, -1 to measure none."""

    def stowed(self, sku: int, units: int) -> None:
        """Handle units from the dock that were stowed into a pod."""

    def packed(self, order: Order) -> None:
        """Take over an order's parcel."""

    def no_slack_until(self) -> int:
        """Return the tick by which orders without slack are due, -1 if nothing is promised."""

    def money_moved(self, moves: Sequence[StockMoved]) -> Sequence[Event]:
        """Return the money events of the tick, including those for these stock movements."""

    def beyond(self) -> Sequence[str]:
        """Return what would be lost if the floor were taken over without its surroundings, in words."""
