"""Stockouts: report each order that waits for stock once, and cancel it after a while if the rule says so."""

from controller.floor import cancelling
from controller.site.site import Site
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.orders import Order, OrderLine, OrderState
from robots.recording.supply_chain_events import StockRanOut


def report_stockout(site: Site, chain: SupplyChain, line: OrderLine) -> None:
    """Report an order that waits for a SKU without enough stock, once, and schedule its cancellation if the rule says
    so.
    """
    order, rule = line.order, chain.settings.inventory.stockout
    reported = chain.inventory.backordered.setdefault(order.id, set())
    if line.sku in reported:
        return
    if rule == "cancel" and not reported:
        chain.schedule.at(
            site.tick + chain.calendar.ticks(chain.settings.inventory.cancel_s), cancel_backorder, order.id, line.sku
        )
    reported.add(line.sku)
    site.emit(StockRanOut(site.tick, order.id, line.sku, line.units, rule))


@handler
def cancel_backorder(site: Site, chain: SupplyChain, number: int, sku: int) -> None:
    """Cancel an order that has waited for stock too long, if it still waits."""
    order = site.book.open.get(number)
    if order is None or order.state != OrderState.RECEIVED or not _waits(site, order):
        return
    name = site.ledger.catalogue.names[sku]
    waited = site.clock(chain.calendar.ticks(chain.settings.inventory.cancel_s))
    cancelling.cancel(site, order, f"no stock of {name} for {waited}")


def _waits(site: Site, order: Order) -> bool:
    return any(order in site.book.backordered.get(line.sku, ()) for line in order.lines)
