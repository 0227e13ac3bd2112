"""The laws of what has a life around the floor: purchase orders, trailers, returns and sellers' shipments.

Each begins at its beginning, goes from one state to one that may follow, and does nothing after its end. The tables are
written down here a second time, so that a slip in the declared life cycles shows.
"""

from collections.abc import Iterator, Mapping, Sequence

from robots.recording.events import Event
from robots.recording.supply_chain_events import (
    PurchaseOrdered,
    PurchaseOrderMoved,
    ReturnMoved,
    SellerInbound,
    TrailerMoved,
)

_NEW = ""
"""Before the first state."""
Table = Mapping[str, tuple[str, ...]]
"""{state: states that may follow it}."""
_PURCHASE: Table = {
    _NEW: ("draft",),
    "draft": ("sent", "cancelled"),
    "sent": ("confirmed", "cancelled"),
    "confirmed": ("shipped", "cancelled"),
    "shipped": ("arrived",),
    "arrived": ("received",),
    "received": ("closed", "short"),
}
_INBOUND: Table = {
    _NEW: ("announced",),
    "announced": ("waiting",),
    "waiting": ("at_door",),
    "at_door": ("unloaded",),
}
_OUTBOUND: Table = {
    _NEW: ("announced", "loading"),
    "announced": ("loading",),
    "loading": ("departed", "loading"),  # a closed lane keeps it at the door
}
_RETURN: Table = {
    _NEW: ("authorised",),
    "authorised": ("handed_in",),
    "handed_in": ("arrived",),
    "arrived": ("inspected",),
    "inspected": ("closed",),
}
_SHIPMENT: Table = {
    _NEW: ("announced",),
    "announced": ("refused", "arrived"),
    "arrived": ("received",),
}
_TABLES: Mapping[str, Table] = {
    "po": _PURCHASE,
    "inbound trailer": _INBOUND,
    "outbound trailer": _OUTBOUND,
    "return": _RETURN,
    "shipment": _SHIPMENT,
}

_ENDS: Mapping[str, tuple[str, ...]] = {
    "po": ("closed", "short", "cancelled"),
    "inbound trailer": ("unloaded",),
    "outbound trailer": ("departed",),
    "return": ("closed",),
    "shipment": ("refused", "received"),
}
"""States after which the house's books know nothing of it any more."""


class CourseLaws:
    """state: {(kind, number): state} of everything that ever was."""

    def __init__(self) -> None:
        self.state: dict[tuple[str, int], str] = {}

    def look(self, events: Sequence[Event]) -> Iterator[str]:
        """What is wrong in a tick."""
        for event in events:
            if (step := _step(event)) is not None:
                yield from self._take(*step)

    def _take(self, kind: str, number: int, state: str) -> Iterator[str]:
        was = self.state.get((kind, number), _NEW)
        if kind not in _TABLES:
            yield f"{kind} {number} is {state}, and there is no such kind of thing"
            return
        if state not in _TABLES[kind].get(was, ()):
            yield f"{kind} {number} was {state} " + (f"after it was {was}" if was else "before it was anything")
        self.state[kind, number] = state

    def compare_all(self, told: Mapping[tuple[str, int], str]) -> Iterator[str]:
        """Everything that isn't at its end. told: the same as the house's books have it."""
        open_now = {thing: state for thing, state in self.state.items() if state not in _ENDS[thing[0]]}
        for thing in dict.fromkeys([*open_now, *told]):
            events, book = open_now.get(thing, "over or unknown"), told.get(thing, "nowhere")
            if events != book:
                yield f"{thing[0]} {thing[1]} is {events} by its events, in the house's books it is {book}"


def _step(event: Event) -> tuple[str, int, str] | None:
    """(kind, number, new state)."""
    if isinstance(event, PurchaseOrdered):
        return "po", event.po, "draft"
    if isinstance(event, PurchaseOrderMoved):
        return "po", event.po, event.state
    if isinstance(event, TrailerMoved):
        return f"{event.kind} trailer", event.trailer, event.state
    if isinstance(event, ReturnMoved):
        return "return", event.rma, event.state
    if isinstance(event, SellerInbound):
        return "shipment", event.shipment, event.state
    return None
