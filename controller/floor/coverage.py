"""Which orders free stock fills, less units needed by open lines and kept for orders that have been short for long."""

from controller.policies import waiting_age
from controller.site.site import Site
from controller.warehouse.orders import Order, OrderLine

_KEEPERS = 6
"""Orders considered when keeping units of a SKU, earliest due first."""


def lacking(site: Site, order: Order) -> OrderLine | None:
    """Return the first line of an order that free stock does not fill, None if it fills the whole order."""
    for line in order.lines:
        taken = sum(open_line.open_units for open_line in site.open_by_sku.get(line.sku, ()))
        taken += _kept(site, line.sku, order)
        if site.pods.free_total[line.sku] - taken < line.units:
            return line
    return None


def _kept(site: Site, sku: int, order: Order) -> int:
    """Return the units of a SKU kept for orders due earlier that have been short of stock for long.

    Without this, other orders could take each SKU that arrives while such an order waits for its next one. Nothing is
    kept for an order whose stock is not on its way, nor from a prioritised order.
    """
    units = 0
    for due, number in site.book.lacked.get(sku, ())[:_KEEPERS]:
        if (due, number) >= (order.due, order.id) or order.id in site.book.prioritised:
            break
        other = site.book.open[number]
        if waiting_age.is_overdue(site, other.created) and _can_come(site, other):
            units += sum(line.units for line in other.lines if line.sku == sku)
    return units


def _can_come(site: Site, order: Order) -> bool:
    """Return whether free stock plus stock on its way could fill an order."""
    return all(site.pods.free_total[line.sku] + site.supply.coming(line.sku) >= line.units for line in order.lines)
