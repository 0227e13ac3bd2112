"""Departures with their chutes and trailers."""

from collections import deque
from dataclasses import dataclass, field

from controller.supply_chain.state.lifecycles import TrailerState
from controller.supply_chain.state.outbound.parcels import Parcel


@dataclass(slots=True, eq=False)
class Trailer:
    """An outbound trailer. parcels: its manifest, in loading order."""

    number: int
    lane: str
    state: TrailerState = TrailerState.ANNOUNCED
    parcels: list[Parcel] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Departure:
    """A lane's departure at a CPT: one chute of the sorter, and the trailers at the door behind it.

    waiting: in the chute. recirculating: on the sorter because the chute is full. full: whether that was
    reported.
    """

    lane: str
    cpt: int
    chute: int
    waiting: dict[int, Parcel] = field(default_factory=dict)
    recirculating: deque[Parcel] = field(default_factory=deque)
    trailers: list[Trailer] = field(default_factory=list)
    full: bool = False

    @property
    def parcels(self) -> int:
        """Number of parcels that are to leave with this departure and have reached the sorter."""
        return len(self.waiting) + len(self.recirculating) + self.loaded

    @property
    def loaded(self) -> int:
        return sum(len(trailer.parcels) for trailer in self.trailers)


@dataclass(slots=True)
class ShippingState:
    """State of shipping. departures: {(lane, cpt): Departure} with anything in chute or trailer. trailers: number so
    far.
    """

    departures: dict[tuple[str, int], Departure] = field(default_factory=dict)
    trailers: int = 0

    def departure(self, lane: str, cpt: int) -> Departure:
        """Return a departure, with a chute of its own: the free one with the lowest number."""
        if (lane, cpt) not in self.departures:
            used = {departure.chute for departure in self.departures.values()}
            chute = next(number for number in range(1, len(used) + 2) if number not in used)
            self.departures[lane, cpt] = Departure(lane, cpt, chute)
        return self.departures[lane, cpt]
