"""Release of orders: arrivals into the backlog, the backlog to free places at stations, lines onto pods on their way."""

from functools import partial

from controller.floor import allocation, coverage, order_waits
from controller.policies import release as policies
from controller.site.site import Site
from controller.warehouse.lifecycles import ORDER, advance
from controller.warehouse.orders import Order, OrderLine
from controller.warehouse.stations import PickStation
from robots.recording.events import OrderReceived, OrderReleased
from robots.recording.kinds import StationState


def take_orders(site: Site) -> None:
    """Receive this tick's new orders; their stock may have to be ordered from suppliers."""
    for order in site.demand.arrivals(site.tick):
        receive(site, order)


def receive(site: Site, order: Order) -> None:
    """Receive an order into the backlog, from any source."""
    site.surroundings.order_received(order)
    if site.look_ahead is not None:
        site.look_ahead.note(order)
    site.book.receive(order)
    order_waits.note(site, order)
    lines = [(line.sku, line.units) for line in order.lines]
    site.emit(OrderReceived(site.tick, order.id, order.name, lines, order.due))
    for line in order.lines:
        site.supply.demand[line.sku] += line.units
        site.supply.review(line.sku, site.tick)


def release_orders(site: Site) -> None:
    """Fill the free places of all open pick stations, emptiest station first; none while the floor is drained."""
    if not site.book.backlog or site.operator_state.draining:
        return
    most, fills = site.scenario.stations.open_orders, partial(coverable, site)
    open_stations = [s for s in site.pick_stations if s.state == StationState.OPEN and len(s.orders) < most]
    for station in sorted(open_stations, key=lambda s: (len(s.orders), s.index)):
        while len(station.orders) < most and (choice := policies.choose(site, station, fills)) is not None:
            _release(site, station, *choice)


def coverable(site: Site, order: Order) -> bool:
    """Return whether free stock fills the whole order.

    If it does not, the order is backordered until more is stowed.
    """
    line = coverage.lacking(site, order)
    if line is None:
        return True
    site.book.backorder(order, line.sku)
    site.surroundings.out_of_stock(line)
    return False


def _release(site: Site, station: PickStation, order: Order, reason: str) -> None:
    site.book.from_backlog(order)
    site.book.lacks_nothing(order)
    advance(ORDER, order, "release")
    order.station = station.index
    station.orders[order.id] = order
    site.emit(OrderReleased(site.tick, order.id, station.index, reason))
    for line in order.lines:
        allocation.open_line(site, line)
        _onto_pods_on_their_way(site, station, line)


def _onto_pods_on_their_way(site: Site, station: PickStation, line: OrderLine) -> None:
    """Allocate units of pods already on their way to a line: the pod at the station first, then those in the lane."""
    trips = sorted(station.trips.values(), key=lambda t: (t is not station.visit, t.id not in station.inbound, t.id))
    for task in trips:
        if line.open_units == 0:
            return
        if task.pod >= 0:
            allocation.allocate(site, task, line)
