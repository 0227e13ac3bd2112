"""What customers ask for, as the forecast sees it, and what happens to an order that there is no stock for."""

from typing import TYPE_CHECKING

from controller.chain.agenda import step
from controller.chain.supply_chain import SupplyChain
from controller.orders import Line, Order, OrderState
from robots.chain_events import StockRanOut

if TYPE_CHECKING:
    from controller.site import Site


def asked(chain: SupplyChain, order: Order) -> None:
    """A customer's order has come. What sellers have sent back to them is no demand."""
    if order.id in chain.sellers.removals:
        return
    for line in order.lines:
        chain.inventory.asked[line.sku] += line.units


def ran_out(site: "Site", chain: SupplyChain, line: Line) -> None:
    """An order waits for a SKU that there isn't enough of: told once, and by rule given up after a while."""
    order, rule = line.order, chain.settings.inventory.stockout
    told = chain.inventory.short.setdefault(order.id, set())
    if line.sku in told:
        return
    if rule == "cancel" and not told:
        chain.agenda.at(
            site.tick + chain.calendar.ticks(chain.settings.inventory.cancel_s), give_up, order.id, line.sku
        )
    told.add(line.sku)
    site.tell(StockRanOut(site.tick, order.id, line.sku, line.units, rule))


@step
def give_up(site: "Site", number: int, sku: int) -> None:
    """An order has waited for stock long enough; it is cancelled if it still does."""
    from controller.cancelling import cancel  # it imports the floor's part of the house, which imports this module

    order = site.book.open.get(number)
    if order is None or order.state != OrderState.RECEIVED or not _waits(site, order):
        return
    name = site.ledger.catalogue.names[sku]
    assert site.chain is not None  # only its steps come here
    waited = site.clock(site.chain.calendar.ticks(site.chain.settings.inventory.cancel_s))
    cancel(site, order, f"no stock of {name} for {waited}")


def _waits(site: "Site", order: Order) -> bool:
    return any(order in site.book.short.get(line.sku, ()) for line in order.lines)
