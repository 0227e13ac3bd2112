"""What a customer is promised at the moment of his order: a day, and with it the trailer that his parcel has to make."""

from typing import TYPE_CHECKING

from controller.chain.promise_book import Customer, Promise
from controller.chain.supply_chain import SupplyChain
from controller.orders import Order
from robots.chain_events import OrderPromised

if TYPE_CHECKING:
    from controller.site import Site


def promise(site: "Site", chain: SupplyChain, order: Order) -> None:
    """Draw the customer of an order that has just come, promise him a day, and set the order's due tick by it."""
    settings = chain.settings.promise
    ready = site.tick + chain.calendar.ticks(settings.work_s + settings.margin_s)
    cpt = chain.calendar.next(ready, ("11:00", "16:00", "20:00"))
    given = Promise(Customer("near", 0.0, 0.0), "two-day", cpt, cpt + chain.calendar.ticks(86_400.0))
    chain.promises.given[order.id] = given
    order.due = cpt - chain.calendar.ticks(settings.margin_s)
    site.tell(
        OrderPromised(
            site.tick, order.id, given.promise, given.promise, "near", cpt, given.by, 0.0, 0.0, "next departure"
        )
    )
