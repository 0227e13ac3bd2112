"""Reasons why an order is still in the backlog, reported after 5, 10, 20 … minutes, so that it costs few events."""

import heapq

import numpy as np

from controller.site.site import Site
from controller.warehouse.orders import Order
from robots.recording.events import OrderWaits
from robots.recording.kinds import StationState
from robots.wording.formatting import count

_FIRST_S = 300.0
_NUMBERS = 1 << 31
"""Upper limit of order numbers, which sort after the due tick."""
_RULES = {
    "podmatch": "due before it; orders that pods on their way fill best go first, then the earliest due",
    "fcfs": "came before it; first come, first served",
    "random": "in the backlog before it; the next one is drawn at random",
}
"""Order of release by policy; with any policy, prioritised orders and orders that will soon be late go first."""


def note(site: Site, order: Order) -> None:
    """Schedule the first report for an order that has entered the backlog."""
    first = site.scenario.ticks(_FIRST_S)
    heapq.heappush(site.book.looks, (site.tick + first, order.id, first))


def report(site: Site) -> None:
    """Report why each order that has now waited for one of the reporting times has no place yet."""
    queue: _Queue | None = None
    looks = site.book.looks
    while looks and looks[0][0] <= site.tick:
        _, number, waited = heapq.heappop(looks)
        order = site.book.open.get(number)
        if order is None or order.station >= 0:
            continue
        heapq.heappush(looks, (site.tick + waited, number, 2 * waited))
        queue = queue or _Queue(site)
        before = queue.before(order) if number in site.book.backlog else -1
        site.emit(OrderWaits(site.tick, number, before, _why(site, order, before)))


class _Queue:
    """Backlog in order of arrival (first come, first served) or of due time.

    It is sorted as an array, because the backlog may be long and the queue is made in every tick that reports.
    """

    def __init__(self, site: Site) -> None:
        self._fcfs = site.scenario.policies.release == "fcfs"
        self._turns = np.array([self._turn(order) for order in site.book.backlog.values()], np.int64)
        self._turns.sort()

    def before(self, order: Order) -> int:
        """Return the number of backlog orders released before this one."""
        return int(np.searchsorted(self._turns, self._turn(order)))

    def _turn(self, order: Order) -> int:
        return (order.created if self._fcfs else order.due) * _NUMBERS + order.id


def _why(site: Site, order: Order, before: int) -> str:
    """Return why an order waits. before: orders of the backlog released before it; -1 if it is not in the backlog."""
    if before < 0:
        return f"there is too little free stock of {_short_of(site, order)} for it"
    if site.operator_state.draining:
        return "the floor is being drained, and no order is released"
    stations = [station for station in site.pick_stations if station.state == StationState.OPEN]
    if not stations:
        return "no pick station is open"
    places = site.scenario.stations.open_orders * len(stations)
    free = max(0, places - sum(len(station.orders) for station in stations))
    return f"{_taken(places, free)}; {_ahead(site, order, before)}"


def _taken(places: int, free: int) -> str:
    if free:
        return f"{free} of {count(places, 'place')} at stations {'is' if free == 1 else 'are'} free"
    return "the only place at a station is taken" if places == 1 else f"all {places} places at stations are taken"


def _ahead(site: Site, order: Order, before: int) -> str:
    """Return which orders go before it, and by which rule."""
    prioritised = [number for number in site.book.prioritised if number in site.book.backlog]
    if order.id in prioritised:
        return f"it is prioritised, with {count(prioritised.index(order.id), 'order')} before it"
    first = f"{count(len(prioritised), 'order')} prioritised, " if prioritised else ""
    return f"{first}{count(before, 'order')} {_rule(site.scenario.policies.release)}"


def _rule(policy: str) -> str:
    return _RULES.get(policy, f"in the backlog before it; {policy} chooses the next one")


def _short_of(site: Site, order: Order) -> str:
    """Return the name of the SKU for which an order is backordered."""
    skus = (sku for sku, waiting in site.book.backordered.items() if order in waiting)
    return site.demand.catalogue.names[next(skus)]
