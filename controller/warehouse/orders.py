"""Customer orders: their lines, their life cycle, and the backlog."""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class OrderState(StrEnum):
    """States of `lifecycles.OrderLifecycle`."""

    RECEIVED = "received"
    """In the backlog, at no station."""
    RELEASED = "released"
    """Has a place at a pick station."""
    PICKED = "picked"
    """Its tote waits on the outfeed or is on its way."""
    PACKING = "packing"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


def usual_name(number: int) -> str:
    """Return the name of an order that was given none."""
    return f"{number + 1:06d}"


@dataclass(slots=True, eq=False)
class OrderLine:
    """Line of an order.

    units: demanded. allocated: of them, kept in a pod for this line. picked: in the tote. opened: tick since which it
    has needed a pod, -1 before its order is released; a pod sent in vain does not reset it.
    """

    order: "Order"
    number: int
    sku: int
    units: int
    allocated: int = 0
    picked: int = 0
    opened: int = -1

    @property
    def open_units(self) -> int:
        """Return the units for which no pod has been chosen."""
        return self.units - self.allocated - self.picked


@dataclass(slots=True, eq=False)
class Order:
    """Customer order. created, due: ticks."""

    id: int
    name: str
    created: int
    due: int
    lines: list[OrderLine] = field(default_factory=list)
    state: OrderState = OrderState.RECEIVED
    station: int = -1
    fell_due: bool = False
    """True once its due time has come."""

    def add(self, sku: int, units: int) -> None:
        self.lines.append(OrderLine(self, len(self.lines), sku, units))

    @property
    def picked(self) -> bool:
        return all(line.picked == line.units for line in self.lines)

    @property
    def units(self) -> int:
        return sum(line.units for line in self.lines)


def arrival(order: Order) -> tuple[int, int]:
    """Return the key that sorts orders by arrival, for first come, first served."""
    return order.created, order.id


class OrderBook:
    """All open orders by number, and the backlog: orders that wait for a place at a pick station.

    wanted[sku] holds the backlog's orders that need a SKU, in order of arrival (a dict used as an ordered set).
    backordered[sku] holds orders that wait for stock of a SKU; they are in no backlog until some is stowed. lacked[sku]
    holds (due, number) of orders at no station that need a SKU and have been short of it or of another one, earliest
    due first. prioritised: open orders to be released before all others, in the order of the requests. looks: heap of
    (tick, order, ticks since the order entered the backlog) at which the reason for its wait is reported. due, late:
    orders whose due time has come, and those of them not shipped by it; cancelled orders are in neither.
    """

    def __init__(self) -> None:
        self.open: dict[int, Order] = {}
        self.backlog: dict[int, Order] = {}
        self.wanted: defaultdict[int, dict[int, Order]] = defaultdict(dict)
        self.backordered: dict[int, list[Order]] = {}
        self.lacked: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self.prioritised: dict[int, Order] = {}
        self.received = self.shipped = self.cancelled = self.due = self.late = 0
        self.lines_picked = self.units_picked = 0
        self.looks: list[tuple[int, int, int]] = []
        self._by_due: list[tuple[int, int]] = []
        self._not_due: list[tuple[int, int, Order]] = []

    def receive(self, order: Order) -> None:
        self.open[order.id] = order
        self.received += 1
        heapq.heappush(self._not_due, (order.due, order.id, order))
        self.to_backlog(order)

    def take_up(self, order: Order) -> None:
        """Take up an open order that a floor of another version has received and counted; it is in no backlog yet."""
        self.open[order.id] = order
        if not order.fell_due:
            heapq.heappush(self._not_due, (order.due, order.id, order))

    def to_backlog(self, order: Order) -> None:
        self.backlog[order.id] = order
        heapq.heappush(self._by_due, (order.due, order.id))
        for line in order.lines:
            self.wanted[line.sku][order.id] = order

    def from_backlog(self, order: Order) -> None:
        del self.backlog[order.id]
        for line in order.lines:
            self.wanted[line.sku].pop(order.id, None)

    def most_urgent(self) -> Order | None:
        """Return the backlog's order that is due first."""
        while self._by_due and self._by_due[0][1] not in self.backlog:
            heapq.heappop(self._by_due)
        return self.backlog[self._by_due[0][1]] if self._by_due else None

    def backorder(self, order: Order, sku: int) -> None:
        """Take an order out of the backlog until a SKU is in stock."""
        self.from_backlog(order)
        self.backordered.setdefault(sku, []).append(order)
        row = order.due, order.id
        for queue in self._lacked_by(order):
            position = bisect_left(queue, row)
            if queue[position : position + 1] != [row]:
                queue.insert(position, row)

    def lacks_nothing(self, order: Order) -> None:
        """Record that an order has its stock, or no longer needs any."""
        row = order.due, order.id
        for queue in self._lacked_by(order):
            position = bisect_left(queue, row)
            if queue[position : position + 1] == [row]:
                del queue[position]

    def _lacked_by(self, order: Order) -> list[list[tuple[int, int]]]:
        return [self.lacked[sku] for sku in {line.sku: None for line in order.lines}]

    def drop_backorder(self, order: Order) -> None:
        """Remove an order from those that wait for stock."""
        for line in order.lines:
            waiting = self.backordered.get(line.sku, [])
            if order in waiting:
                waiting.remove(order)
            if not waiting:
                self.backordered.pop(line.sku, None)

    def restocked(self, sku: int) -> None:
        """Return orders that waited for a SKU to the backlog."""
        self.back_to_backlog(self.backordered.pop(sku, ()))

    def back_to_backlog(self, orders: Sequence[Order]) -> None:
        """Return orders to the backlog at their position by arrival."""
        for order in orders:
            self.to_backlog(order)
        for sku in {line.sku for order in orders for line in order.lines}:
            self.wanted[sku] = {order.id: order for order in sorted(self.wanted[sku].values(), key=arrival)}

    def close(self, order: Order) -> None:
        """Close an order that is shipped or cancelled."""
        del self.open[order.id]
        self.prioritised.pop(order.id, None)
        if order.state == OrderState.SHIPPED:
            self.shipped += 1
        else:
            self.cancelled += 1
            if order.fell_due:
                self.due -= 1
                self.late -= 1

    def look_at_dues(self, tick: int) -> None:
        """Count the orders due by the end of this tick; those still open are late."""
        while self._not_due and self._not_due[0][0] <= tick:
            _, _, order = heapq.heappop(self._not_due)
            if order.state != OrderState.CANCELLED:
                order.fell_due = True
                self.due += 1
                self.late += order.id in self.open
