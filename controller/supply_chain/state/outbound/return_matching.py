"""Which of the orders delivered in the run a line of the returns file is about.

The order of its name, if there is one; else orders of its customer; a line without a customer may be of anybody. The latest
delivery counts first. Nothing is made up: what isn't found stays unmatched.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from controller.demand.order_cells import number_of
from controller.warehouse.orders import usual_name


class Wish(NamedTuple):
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
    wishes: tuple[tuple[int, Wish], ...]
    skipped: Mapping[str, int]
    by_day: bool = False
    here: dict[int, dict[int, int]] = field(default_factory=dict)
    waiting: list[Wish] = field(default_factory=list)
    _known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        numbers = map(number_of, self.names) if self.by_day else ()
        self._known = frozenset((*self.names, *numbers))

    def about(self, wish: Wish, order: int) -> bool:
        """Whether a wish may be about an order."""
        name = self._name(order)
        if self._names_an_order(wish.name):
            return wish.name in (name, number_of(name) if self.by_day else name)
        return not wish.customer or self.customers.get(name) == wish.customer

    def _name(self, order: int) -> str:
        """ "" for one that came over the desk."""
        if not self.names:
            return usual_name(order)
        return self.names[order] if order < len(self.names) else ""

    def _names_an_order(self, name: str) -> bool:
        return name in self._known if self.names else name.isdigit()

    def take(self, wish: Wish) -> dict[int, int]:
        """{order: units} of a wish among what was delivered, which can't be asked for again."""
        found: dict[int, int] = {}
        there = self.here.get(wish.sku, {})
        for order in reversed([order for order in there if self.about(wish, order)]):
            if units := min(there[order], wish.units - sum(found.values())):
                found[order] = units
                there[order] -= units
                if not there[order]:
                    del there[order]
        return found

    def deliver(self, order: int, units: Mapping[int, int]) -> Iterator[dict[int, int]]:
        """Note what was delivered; yields {sku: units} of each wish that has waited for it."""
        for sku, count in units.items():
            self.here.setdefault(sku, {})[order] = count
        for wish in [wish for wish in self.waiting if wish.sku in units and self.about(wish, order)]:
            self.waiting.remove(wish)
            if taken := self.take(wish):
                yield {wish.sku: taken[order]}
                left = wish.units - taken[order]
                if left:
                    self.waiting.append(wish._replace(units=left))

    def may_come(self, wish: Wish, orders: Iterable[int]) -> bool:
        """Whether one of these orders, which aren't delivered yet, can be the one."""
        return any(self.about(wish, order) for order in orders)
