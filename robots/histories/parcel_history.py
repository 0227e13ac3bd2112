"""The history of an order's parcel up to a tick: promise, places, van, expected arrival, return."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from robots.recording import supply_chain_events as ce
from robots.recording.events import Event
from robots.recording.places import PlaceKind, place_of

_ENDS = ("customer", "seller")


class Stay(NamedTuple):
    """A place that a parcel came to. place: "slam", "chute 3", "trailer 12", "van 2", "customer"."""

    tick: int
    place: str
    reason: str


@dataclass(slots=True)
class ParcelHistory:
    """promise, wanted: "same-day", "next-day" or "two-day". by, cpt, eta, delivered: ticks at which it is promised, its trailer
    leaves, it is expected and it came; back: it came back at, for nobody took it; -1 if unknown or not yet. vehicle: "" if none
    is planned. attempts: that found nobody.
    """

    promise: str = ""
    wanted: str = ""
    lane: str = ""
    why: str = ""
    by: int = -1
    cpt: int = -1
    packed: ce.ParcelPacked | None = None
    places: list[Stay] = field(default_factory=list)
    vehicle: str = ""
    eta: int = -1
    why_eta: str = ""
    delivered: int = -1
    back: int = -1
    attempts: int = 0
    late_cause: str = ""
    why_late: str = ""
    returned: str = ""
    """State of its return, "" if there is none."""
    rma: int = -1
    """Number of that return."""

    @property
    def place(self) -> str:
        """Place of the parcel, "" before it is packed."""
        return self.places[-1].place if self.places else ""

    @property
    def labelled(self) -> int | None:
        """Return the tick at which it left SLAM with a label, the latest one; None if it hasn't."""
        moves = pairwise(self.places)
        left = [stay.tick for before, stay in moves if before.place == "slam" and stay.place != "pack"]
        return left[-1] if left else None

    @property
    def loaded(self) -> int | None:
        """Return the tick at which it came into its first trailer, None if it hasn't."""
        return next((stay.tick for stay in self.places if place_of(stay.place).kind == PlaceKind.TRAILER), None)

    def late(self, tick: int) -> int | None:
        """Ticks past its promise when it was delivered or came back, or at a tick until then. None without a promise."""
        if self.by < 0:
            return None
        return (tick if self.on_its_way else max(self.delivered, self.back)) - self.by

    @property
    def on_its_way(self) -> bool:
        """Return whether the parcel may still be delivered."""
        return self.delivered < 0 and self.back < 0


def follow_parcel(history: ParcelHistory, order: int, event: Event) -> bool:
    """Fold an event into the history of an order's parcel. False if it says nothing of it."""
    match event:
        case ce.OrderPromised():
            history.promise, history.wanted, history.lane = event.promise, event.wanted, event.lane
            history.by, history.cpt, history.why = event.by, event.cpt, event.reason
        case ce.ParcelPacked():
            history.packed = event
        case ce.ParcelMoved():
            history.places.append(Stay(event.t, event.target, event.reason))
            if event.target in _ENDS:
                history.delivered = event.t
            elif event.comes_back:
                history.back = event.t
        case ce.RoutePlanned():
            history.vehicle = event.vehicle
            history.eta = dict(zip(event.parcels, event.arrivals, strict=False)).get(order, history.eta)
        case ce.EtaChanged():
            history.eta, history.why_eta = event.eta, event.reason
        case ce.DeliveryFailed():
            history.attempts = event.attempt
        case ce.ParcelLate():
            history.late_cause, history.why_late = event.cause, event.reason
        case ce.ReturnMoved():
            history.returned, history.rma = event.state, event.rma
        case _:
            return False
    return True
