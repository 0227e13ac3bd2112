"""Laws of life cycles around the floor: purchase orders, trailers, returns and sellers' shipments.

Each starts in its first state, goes from one state to one that may follow, and does nothing after its end. The tables
are written here a second time, so that a mistake in the declared life cycles shows.
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
"""State before the first one."""
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
"""States after which the supply chain forgets it."""


class LifecycleLaws:
    """Laws of life cycles. state: {(kind, number): state} of everything that ever existed."""

    def __init__(self) -> None:
        self.state: dict[tuple[str, int], str] = {}

    def look(self, events: Sequence[Event]) -> Iterator[str]:
        """Yield the faults of a tick."""
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

    def compare_all(self, states: Mapping[tuple[str, int], str]) -> Iterator[str]:
        """Yield differences for everything not at its end. states: the supply chain's own states."""
        open_now = {thing: state for thing, state in self.state.items() if state not in _ENDS[thing[0]]}
        for thing in dict.fromkeys([*open_now, *states]):
            events, book = open_now.get(thing, "over or unknown"), states.get(thing, "nowhere")
            if events != book:
                yield f"{thing[0]} {thing[1]} is {events} by its events, in the supply chain's state it is {book}"


def _step(event: Event) -> tuple[str, int, str] | None:
    """Return (kind, number, new state)."""
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
