"""Orders in CSV files, named by the customer's number, which events do not repeat."""

import sys

from controller.warehouse.orders import usual_name
from robots.recording import events as ev
from robots.recording.places import PlaceKind, place_of


class OrderNames:
    """Names of orders by number.

    Default names are not stored, because returns of any order may come long after it.
    """

    def __init__(self) -> None:
        self._given: dict[int, str] = {}
        self._first = sys.maxsize

    def note(self, event: ev.OrderReceived) -> None:
        self._first = min(self._first, event.order)
        if event.name != usual_name(event.order):
            self._given[event.order] = event.name

    def of(self, order: int) -> str:
        """Return the name of an order, "" if it came before the record begins."""
        return self._given.get(order) or (usual_name(order) if order >= self._first else "")

    def about(self, text: str) -> str:
        """Return the subject of an entry, an order by the customer's number: "order A-17"."""
        order = place_of(text).number_if(PlaceKind.ORDER)
        return f"order {self.of(order)}".rstrip() if order >= 0 else text
