"""What surrounds the floor, as the floor sees it: where goods come from, and who hears what happens to orders and stock."""

from collections.abc import Collection, Sequence
from typing import Protocol

from controller.warehouse.orders import Order, OrderLine
from controller.warehouse.stock import Place
from robots.recording.event import Event
from robots.recording.events import StockMoved


class Supply(Protocol):
    """The source of what is stowed.

    demand[sku]: units of open order lines to which no pod is allocated. inbound[sku]: units on their way or on the dock,
    not yet stowed.
    """

    demand: list[int]
    inbound: list[int]

    @property
    def source(self) -> Place:
        """Where `arrivals` come from."""

    def coming(self, sku: int) -> int:
        """Return the units that are expected and not yet stowed."""

    def review(self, sku: int, tick: int) -> None:
        """Ask for more of a SKU if it runs low."""

    def arrivals(self, tick: int) -> list[tuple[int, int]]:
        """Return (sku, units) of what reaches the dock by this tick."""


class Surroundings(Protocol):
    """Whatever is around the floor: the supply chain, or nothing but a truck."""

    def advance(self) -> None:
        """Do what is due around the floor by now."""

    def disrupted(self, kinds: Collection[str]) -> None:
        """Hear that disruptions of these kinds begin or end with this tick."""

    def order_received(self, order: Order) -> None:
        """Hear of an order before it is in the backlog; its due tick may be set."""

    def order_cancelled(self, order: Order) -> None:
        """Hear that an order ends before it was packed."""

    def out_of_stock(self, line: OrderLine) -> None:
        """Hear that an order waits for stock of a line's SKU."""

    def docked(self, sku: int, units: int, since: int) -> None:
        """Hear that units on the dock are to be stowed. since: tick from which on their way is measured, -1 for not at all."""

    def stowed(self, sku: int, units: int) -> None:
        """Hear that units from the dock lie in a pod."""

    def packed(self, order: Order) -> None:
        """Take over an order's parcel."""

    def no_slack_until(self) -> int:
        """Return the tick by which orders are due that have no slack, -1 where nothing is promised."""

    def money_moved(self, moves: Sequence[StockMoved]) -> Sequence[Event]:
        """Return what the tick came to in money, these movements of stock included."""

    def beyond(self) -> Sequence[str]:
        """Return in words what would be lost if the floor were taken over without its surroundings."""
