"""Customer demand as the forecast sees it."""

from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.orders import Order


def count_demand(chain: SupplyChain, order: Order) -> None:
    """Add an order's units to today's demand. Removal orders of sellers are no demand."""
    if order.id in chain.sellers.removals:
        return
    for line in order.lines:
        chain.inventory.demand_today[line.sku] += line.units
