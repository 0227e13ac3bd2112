"""Which of the orders delivered in the run a line of the returns file is about.

The order of its name, if there is one; else orders of its customer; a line without a customer may be of anybody. The latest
delivery counts first. Nothing is made up: what isn't found stays unmatched.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from controller.demand.order_cells import number_of
from controller.warehouse.orders import usual_name


class ReturnRequest(NamedTuple):
    """A line of the file in the run's own terms. sku: -1 if there is none of the name."""

    name: str
    customer: str
    item: str
    sku: int
    units: int


@dataclass(slots=True)
class ReturnFile:
    """names: of orders by number; without any they go by their number from 1 with six digits. customers: {order's name:
    customer}.

    by_day: whether the numbers of orders begin again each day, so that a name is a number and a day; a wish has the number.
    wishes: (tick, Wish) in order of time. here: {sku: {order: units}} delivered and not asked for yet. waiting: wishes about
    orders that are not delivered yet. skipped: {what is wrong: lines of the file}.
    """

    names: tuple[str, ...]
    customers: Mapping[str, str]
    requests: tuple[tuple[int, ReturnRequest], ...]
    skipped: Mapping[str, int]
    by_day: bool = False
    here: dict[int, dict[int, int]] = field(default_factory=dict)
    waiting: list[ReturnRequest] = field(default_factory=list)
    _known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        numbers = map(number_of, self.names) if self.by_day else ()
        self._known = frozenset((*self.names, *numbers))

    def about(self, request: ReturnRequest, order: int) -> bool:
        """Whether a wish may be about an order."""
        name = self._name(order)
        if self._names_an_order(request.name):
            return request.name in (name, number_of(name) if self.by_day else name)
        return not request.customer or self.customers.get(name) == request.customer

    def _name(self, order: int) -> str:
        """ "" for one that came over the desk."""
        if not self.names:
            return usual_name(order)
        return self.names[order] if order < len(self.names) else ""

    def _names_an_order(self, name: str) -> bool:
        return name in self._known if self.names else name.isdigit()

    def take(self, request: ReturnRequest) -> dict[int, int]:
        """{order: units} of a wish among what was delivered, which can't be asked for again."""
        found: dict[int, int] = {}
        there = self.here.get(request.sku, {})
        for order in reversed([order for order in there if self.about(request, order)]):
            if units := min(there[order], request.units - sum(found.values())):
                found[order] = units
                there[order] -= units
                if not there[order]:
                    del there[order]
        return found

    def deliver(self, order: int, units: Mapping[int, int]) -> Iterator[dict[int, int]]:
        """Note what was delivered; yields {sku: units} of each wish that has waited for it."""
        for sku, count in units.items():
            self.here.setdefault(sku, {})[order] = count
        for request in [request for request in self.waiting if request.sku in units and self.about(request, order)]:
            self.waiting.remove(request)
            if taken := self.take(request):
                yield {request.sku: taken[order]}
                left = request.units - taken[order]
                if left:
                    self.waiting.append(request._replace(units=left))

    def may_come(self, request: ReturnRequest, orders: Iterable[int]) -> bool:
        """Whether one of these orders, which aren't delivered yet, can be the one."""
        return any(self.about(request, order) for order in orders)
