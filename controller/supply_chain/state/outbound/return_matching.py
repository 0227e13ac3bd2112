"""Match a line of the returns file to an order delivered in the run.

A line matches the order of its name, if there is one, else orders of its customer; a line without a customer matches
any order. The latest delivery comes first. Lines without a match stay unmatched.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from controller.demand.order_cells import number_of
from controller.warehouse.orders import usual_name


class ReturnRequest(NamedTuple):
    """A line of the file in the run's terms. sku: -1 if the SKU is unknown."""

    name: str
    customer: str
    item: str
    sku: int
    units: int


@dataclass(slots=True)
class ReturnFile:
    """The returns file and its matching state. names: of orders by number; if empty, orders go by their number from 1
    with six digits. customers: {order's name: customer}.

    by_day: whether order numbers restart each day, so that a name is a number and a day; a request has the number.
    requests: (tick, ReturnRequest) in order of time. delivered: {sku: {order: units}} delivered and not requested yet.
    waiting: requests for orders not delivered yet. skipped: {fault: lines of the file}.
    """

    names: tuple[str, ...]
    customers: Mapping[str, str]
    requests: tuple[tuple[int, ReturnRequest], ...]
    skipped: Mapping[str, int]
    by_day: bool = False
    delivered: dict[int, dict[int, int]] = field(default_factory=dict)
    waiting: list[ReturnRequest] = field(default_factory=list)
    _known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        numbers = map(number_of, self.names) if self.by_day else ()
        self._known = frozenset((*self.names, *numbers))

    def about(self, request: ReturnRequest, order: int) -> bool:
        """Return whether a request may be for an order."""
        name = self._name(order)
        if self._names_an_order(request.name):
            return request.name in (name, number_of(name) if self.by_day else name)
        return not request.customer or self.customers.get(name) == request.customer

    def _name(self, order: int) -> str:
        """Return an order's name, "" for one that came over the operations API."""
        if not self.names:
            return usual_name(order)
        return self.names[order] if order < len(self.names) else ""

    def _names_an_order(self, name: str) -> bool:
        return name in self._known if self.names else name.isdigit()

    def take(self, request: ReturnRequest) -> dict[int, int]:
        """Match a request to delivered units, which then cannot be requested again, and return {order: units}."""
        matched: dict[int, int] = {}
        delivered = self.delivered.get(request.sku, {})
        for order in reversed([order for order in delivered if self.about(request, order)]):
            if units := min(delivered[order], request.units - sum(matched.values())):
                matched[order] = units
                delivered[order] -= units
                if not delivered[order]:
                    del delivered[order]
        return matched

    def deliver(self, order: int, units: Mapping[int, int]) -> Iterator[dict[int, int]]:
        """Record a delivery, and yield {sku: units} of each request that was waiting for it."""
        for sku, count in units.items():
            self.delivered.setdefault(sku, {})[order] = count
        for request in [request for request in self.waiting if request.sku in units and self.about(request, order)]:
            self.waiting.remove(request)
            if taken := self.take(request):
                yield {request.sku: taken[order]}
                missing = request.units - taken[order]
                if missing:
                    self.waiting.append(request._replace(units=missing))

    def may_come(self, request: ReturnRequest, orders: Iterable[int]) -> bool:
        """Return whether a request may be for one of these orders, which are not delivered yet."""
        return any(self.about(request, order) for order in orders)
