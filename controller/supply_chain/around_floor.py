"""Connect the floor to the supply chain: pass what the floor reports to the chain's parts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from controller.site.site import Site
from controller.supply_chain import disruptions, steps
from controller.supply_chain.outbound import promise
from controller.supply_chain.purchasing import backorders, stockouts
from controller.supply_chain.receiving import receiving
from controller.supply_chain.shipping import packing
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.orders import Order, OrderLine
from robots.recording.event import Event
from robots.recording.events import StockMoved


@dataclass(slots=True, eq=False, repr=False)
class AroundFloor:
    """The `Surroundings` of a site whose scenario has a supply chain."""

    site: Site
    chain: SupplyChain

    def advance(self) -> None:
        """Run every event of the chain that is due by now."""
        steps.advance(self.site, self.chain)

    def disrupted(self, kinds: Collection[str]) -> None:
        """Recompute the effects of disruptions around the floor."""
        steps.begin(self.site, self.chain)
        disruptions.apply(self.site, self.chain, kinds)

    def order_received(self, order: Order) -> None:
        """Count the order's demand and promise the customer a delivery day."""
        backorders.count_demand(self.chain, order)
        promise.promise(self.site, self.chain, order)

    def order_cancelled(self, order: Order) -> None:
        """Withdraw the promise."""
        self.chain.promises.withdraw(order.id)
        self.chain.last_mile.forget(order.id)

    def out_of_stock(self, line: OrderLine) -> None:
        """Report an order line that waits for stock; depending on the rule it is cancelled after a while."""
        stockouts.report_stockout(self.site, self.chain, line)

    def docked(self, sku: int, units: int, since: int) -> None:
        """Note when units arrived at the dock."""
        self.chain.receiving.note_docked(sku, units, since)

    def stowed(self, sku: int, units: int) -> None:
        """Report the time that units took from the dock door to a pod."""
        receiving.stowed(self.site, self.chain, sku, units)

    def packed(self, order: Order) -> None:
        """Send the parcel to SLAM or, if it is a removal order, hand it to the seller's carrier."""
        packing.packed(self.site, self.chain, order)

    def no_slack_until(self) -> int:
        """Return the tick up to which due orders have no slack. The value is computed once a tick."""
        state, tick = self.chain.promises, self.site.tick
        if state.tight[0] != tick:
            state.tight = tick, max(tick, promise.tight_until(self.site, self.chain))
        return state.tight[1]

    def money_moved(self, moves: Sequence[StockMoved]) -> Sequence[Event]:
        """Return the journal entries of this tick."""
        return steps.money_moved(self.chain, moves)

    def beyond(self) -> Sequence[str]:
        """Describe the chain's state: parcels under way, purchase orders, accounts and returns."""
        parcels, orders = len(self.chain.parcels.under_way), len(self.chain.sourcing.orders)
        return (f"a supply chain, with {parcels} parcels under way, {orders} purchase orders, accounts and returns",)


def chain_around(site: Site) -> SupplyChain | None:
    """Return the supply chain around a site, or None if it has none."""
    return site.surroundings.chain if isinstance(site.surroundings, AroundFloor) else None
