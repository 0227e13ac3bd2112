"""Orders in the books: by the customer's number, which events don't repeat."""

import sys

from controller.warehouse.orders import usual_name
from robots.recording import events as ev


class OrderNames:
    """Names of orders by number. Of those that nobody gave a name none is kept: returns come long after, for any order."""

    def __init__(self) -> None:
        self._given: dict[int, str] = {}
        self._first = sys.maxsize

    def note(self, event: ev.OrderReceived) -> None:
        self._first = min(self._first, event.order)
        if event.name != usual_name(event.order):
            self._given[event.order] = event.name

    def of(self, order: int) -> str:
        """ "" for what came before the record begins."""
        return self._given.get(order) or (usual_name(order) if order >= self._first else "")

    def about(self, text: str) -> str:
        """What an entry is about; an order goes by the customer's number: "order A-17"."""
        kind, _, number = text.partition(" ")
        return f"order {self.of(int(number))}".rstrip() if kind == "order" and number.isdigit() else text
