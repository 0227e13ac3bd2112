"""Which orders free stock fills, less what open lines still want and what is kept for orders that were short for long."""

from controller.policies import waiting_age
from controller.site.site import Site
from controller.warehouse.orders import Order, OrderLine

_KEEPERS = 6
"""Orders looked at for what is kept of a SKU, those due first to the fore."""


def lacking(site: Site, order: Order) -> OrderLine | None:
    """Return the first line of an order that free stock doesn't fill, None if it fills the whole order."""
    for line in order.lines:
        spoken_for = sum(open_line.open_units for open_line in site.open_by_sku.get(line.sku, ()))
        spoken_for += _kept(site, line.sku, order)
        if site.pods.free_total[line.sku] - spoken_for < line.units:
            return line
    return None


def _kept(site: Site, sku: int, order: Order) -> int:
    """Units of a SKU that are not for this order: those due before it have been short of something for long.

    Else each SKU that comes could be taken by others while they wait for the next one. Nothing is kept for one that waits for
    what isn't on its way, nor from an order that somebody wants before all others.
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
    """Whether what is free and what is on its way could fill an order."""
    return all(site.pods.free_total[line.sku] + site.supply.coming(line.sku) >= line.units for line in order.lines)
