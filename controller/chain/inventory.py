"""Stock levels: forecasts, reorder points, and what happens when a SKU runs out."""

from typing import TYPE_CHECKING

from controller.chain.supply_chain import SupplyChain
from controller.orders import Line
from robots.chain_events import StockRanOut

if TYPE_CHECKING:
    from controller.site import Site


def ran_out(site: "Site", chain: SupplyChain, line: Line) -> None:
    """An order waits for a SKU that there isn't enough of."""
    site.tell(StockRanOut(site.tick, line.order.id, line.sku, line.units, chain.settings.inventory.stockout))
