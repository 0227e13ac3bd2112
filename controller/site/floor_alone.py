"""A floor without surroundings: a truck takes packed parcels, and nothing else is notified."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from controller.site.site import Site
from controller.warehouse.orders import Order, OrderLine
from controller.warehouse.stock import TRUCK, parcel
from robots.recording.event import Event
from robots.recording.events import StockMoved


@dataclass(slots=True, eq=False, repr=False)
class FloorAlone:
    """`Surroundings` of a site whose scenario has no supply chain."""

    site: Site

    def advance(self) -> None:
        """Do nothing: nothing is due."""

    def disrupted(self, kinds: Collection[str]) -> None:
        """Do nothing: only the floor changes."""

    def order_received(self, order: Order) -> None:
        """Keep the order's own due time."""

    def order_cancelled(self, order: Order) -> None:
        """Do nothing: there is no promise to a customer."""

    def out_of_stock(self, line: OrderLine) -> None:
        """Do nothing: the order waits."""

    def docked(self, sku: int, units: int, since: int) -> None:
        """Do nothing: the time on the dock is not measured."""

    def stowed(self, sku: int, units: int) -> None:
        """Do nothing: the time on the dock is not measured."""

    def packed(self, order: Order) -> None:
        """Put the order's parcel on the truck."""
        self.site.ledger.move_all(self.site.tick, parcel(order.id), TRUCK)

    def no_slack_until(self) -> int:
        """Return -1: nothing is promised."""
        return -1

    def money_moved(self, moves: Sequence[StockMoved]) -> Sequence[Event]:  # noqa: ARG002 - money moves in a chain only
        """Return nothing: no accounts are kept."""
        return ()

    def beyond(self) -> Sequence[str]:
        """Return nothing: there is nothing around the floor."""
        return ()
