"""Orders that are not wanted any more: taken out of the backlog, or back from their pick station.

Once its tote is full an order is on its way, and what its customer doesn't want comes back as a return.
"""

from controller.floor import allocation, dock
from controller.site.site import Site
from controller.warehouse.lifecycles import ORDER, advance
from controller.warehouse.orders import Order, OrderLine, OrderState
from controller.warehouse.stations import PickStation
from controller.warehouse.stock import DOCK, tote
from robots.recording.events import OrderCancelled


def can_cancel(order: Order) -> bool:
    """Whether it isn't too late: the order waits, or is being picked."""
    return order.state in (OrderState.RECEIVED, OrderState.RELEASED)


def cancel(site: Site, order: Order, reason: str) -> None:
    """End an order. What was allocated to it is free, what was picked is stowed again and then sellable.

    LifecycleError for an order that `can_cancel` says no to: a fault of the program.
    """
    if order.state == OrderState.RECEIVED:
        _take_from_backlog(site, order)
    elif order.state == OrderState.RELEASED:
        _take_from_station(site, order)
    for line in order.lines:
        site.supply.demand[line.sku] -= line.open_units
    advance(ORDER, order, "cancel")  # a pick that is in hand just now ends in the pod
    _stow_again(site, order)
    site.book.close(order)
    for line in order.lines:
        site.book.restocked(line.sku)  # what was spoken for or kept may be enough for another one
    site.desk.cancelled.add(order.name)
    site.surroundings.order_cancelled(order)
    site.tell(OrderCancelled(site.tick, order.id, reason))


def _take_from_backlog(site: Site, order: Order) -> None:
    if order.id in site.book.backlog:
        site.book.from_backlog(order)
    else:
        site.book.drop_backorder(order)
    site.book.lacks_nothing(order)


def _take_from_station(site: Site, order: Order) -> None:
    station = site.stations[order.station]
    assert isinstance(station, PickStation)  # orders are released to pick stations only
    del station.orders[order.id]
    for line in order.lines:
        allocation.close_line(site, line)
    order.station = -1
    _take_allocations_back(site, set(order.lines))


def _take_allocations_back(site: Site, lines: set[OrderLine]) -> None:
    for task in list(site.tasks.values()):
        for job in [job for job in task.jobs if job.line in lines]:
            task.jobs.remove(job)
            allocation.deallocate(site, task.pod, job)


def _stow_again(site: Site, order: Order) -> None:
    """What lies in the tote goes to the dock, and from there into pods."""
    for sku, units in site.ledger.held(tote(order.id)).items():
        site.ledger.move(site.tick, sku, units, tote(order.id), DOCK)
        site.supply.inbound[sku] += units
        dock.queue_put_away(site, sku, units)
