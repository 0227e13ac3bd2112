"""Departures with their chutes and trailers: what waits, and what is loaded."""

from collections import deque
from dataclasses import dataclass, field

from controller.supply_chain.state.lifecycles import TrailerState
from controller.supply_chain.state.outbound.parcels import Parcel


@dataclass(slots=True, eq=False)
class Trailer:
    """parcels: its manifest, in the order of loading."""

    number: int
    lane: str
    state: TrailerState = TrailerState.ANNOUNCED
    parcels: list[Parcel] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Departure:
    """A lane's departure at a CPT: one chute of the sorter, and the trailers at the door behind it.

    waiting: in the chute. round: on the sorter, for the chute is full. full: whether that was told.
    """

    lane: str
    cpt: int
    chute: int
    waiting: dict[int, Parcel] = field(default_factory=dict)
    round: deque[Parcel] = field(default_factory=deque)
    trailers: list[Trailer] = field(default_factory=list)
    full: bool = False

    @property
    def parcels(self) -> int:
        """All that are to leave with it and have reached the sorter."""
        return len(self.waiting) + len(self.round) + self.loaded

    @property
    def loaded(self) -> int:
        return sum(len(trailer.parcels) for trailer in self.trailers)


@dataclass(slots=True)
class ShippingState:
    """departures: {(lane, cpt): Departure} of those with anything in chute or trailer. trailers: so far."""

    departures: dict[tuple[str, int], Departure] = field(default_factory=dict)
    trailers: int = 0

    def departure(self, lane: str, cpt: int) -> Departure:
        """With a chute of its own, the free one with the lowest number."""
        if (lane, cpt) not in self.departures:
            used = {departure.chute for departure in self.departures.values()}
            chute = next(number for number in range(1, len(used) + 2) if number not in used)
            self.departures[lane, cpt] = Departure(lane, cpt, chute)
        return self.departures[lane, cpt]
