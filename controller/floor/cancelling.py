"""Cancellation of orders in the backlog or at their pick station.

An order whose tote is full is on its way; what its customer no longer wants comes back as a return.
"""

from controller.floor import allocation, dock
from controller.site.site import Site
from controller.warehouse.lifecycles import ORDER, advance
from controller.warehouse.orders import Order, OrderLine, OrderState
from controller.warehouse.stations import PickStation
from controller.warehouse.stock import DOCK, tote
from robots.recording.events import OrderCancelled


def can_cancel(order: Order) -> bool:
    """Return whether an order can still be cancelled: it waits, or is being picked."""
    return order.state in (OrderState.RECEIVED, OrderState.RELEASED)


def cancel(site: Site, order: Order, reason: str) -> None:
    """Cancel an order. Its allocated stock becomes free; its picked units are stowed again and can then be sold.

    Raises LifecycleError for an order that `can_cancel` rejects: a fault of the program.
    """
    if order.state == OrderState.RECEIVED:
        _take_from_backlog(site, order)
    elif order.state == OrderState.RELEASED:
        _take_from_station(site, order)
    for line in order.lines:
        site.supply.demand[line.sku] -= line.open_units
    advance(ORDER, order, "cancel")  # a unit that a picker holds goes back into the pod
    _stow_again(site, order)
    site.book.close(order)
    for line in order.lines:
        site.book.restocked(line.sku)  # the stock set free may fill another order
    site.operator_state.cancelled.add(order.name)
    site.surroundings.order_cancelled(order)
    site.emit(OrderCancelled(site.tick, order.id, reason))


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
    """Move the units in the order's tote to the dock, to be put away."""
    for sku, units in site.ledger.held(tote(order.id)).items():
        site.ledger.move(site.tick, sku, units, tote(order.id), DOCK)
        site.supply.inbound[sku] += units
        dock.queue_put_away(site, sku, units)
