"""A floor with nothing around it: a truck takes what is packed, and nobody hears of anything else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from controller.site.site import Site
from controller.warehouse.orders import Order, OrderLine
from controller.warehouse.stock import TRUCK, parcel
from robots.recording.event import Event
from robots.recording.events import StockMoved


@dataclass(slots=True, eq=False, repr=False)
class FloorAlone:
    """The `Surroundings` of a site whose scenario has no supply chain."""

    site: Site

    def advance(self) -> None:
        """Nothing is due."""

    def disrupted(self, kinds: Collection[str]) -> None:
        """Nothing changes but the floor."""

    def order_received(self, order: Order) -> None:
        """Orders are due as they say."""

    def order_cancelled(self, order: Order) -> None:
        """Nobody was promised anything."""

    def out_of_stock(self, line: OrderLine) -> None:
        """The order waits."""

    def docked(self, sku: int, units: int, since: int) -> None:
        """Nobody measures how long units lie on the dock."""

    def stowed(self, sku: int, units: int) -> None:
        """Nobody measures how long units have lain on the dock."""

    def packed(self, order: Order) -> None:
        """Put the order's parcel on the truck."""
        self.site.ledger.move_all(self.site.tick, parcel(order.id), TRUCK)

    def no_slack_until(self) -> int:
        """Return -1: nothing is promised."""
        return -1

    def money_moved(self, moves: Sequence[StockMoved]) -> Sequence[Event]:  # noqa: ARG002 - money moves in a chain only
        """Return nothing: no books are kept."""
        return ()

    def beyond(self) -> Sequence[str]:
        """Return nothing: the floor is all there is."""
        return ()
