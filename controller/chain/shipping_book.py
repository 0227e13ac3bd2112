"""Departures with their chutes and trailers: what waits, what is loaded, and what there is room for."""

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from controller.chain.lanes import vans_of
from controller.chain.lives import TrailerState
from controller.chain.parcels import Parcel
from controller.chain.van_time import doors_left
from controller.scenario_chain import Lane

if TYPE_CHECKING:
    from controller.chain.supply_chain import SupplyChain

_FOR_ORDERS_TO_COME = 0.3
"""Share of a wave's doors that what is promised for later leaves free [our own arithmetic: same-day orders and their peaks]."""


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
class ShippingBook:
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


def most_parcels(chain: "SupplyChain", lane: Lane) -> int:
    """That the trailers of a departure take."""
    return lane.trailers * chain.settings.shipping.trailer_parcels


def room(chain: "SupplyChain", lane: Lane, cpt: int, now: int) -> int:
    """Parcels that a departure can take beyond those that are promised to it and those that lie in its chute and trailers.

    What vans can't deliver on the day of a departure needn't leave with it. now: tick.
    """
    left = trailer_room(chain, lane, cpt)
    return min(left, doors_left(chain, lane, cpt, now)) if vans_of(chain.settings, lane) and left > 0 else left


def trailer_room(chain: "SupplyChain", lane: Lane, cpt: int) -> int:
    """Parcels that its trailers take beyond those that are promised to it, in its chute or in them."""
    return most_parcels(chain, lane) - _taken(chain, lane, cpt)


def early_room(chain: "SupplyChain", lane: Lane, cpt: int, now: int) -> int:
    """Parcels promised for later that may ride with a departure: vans keep a part of their time for orders to come."""
    left = room(chain, lane, cpt, now)
    kept = _FOR_ORDERS_TO_COME * (left + _taken(chain, lane, cpt)) if vans_of(chain.settings, lane) else 0.0
    return int(left - kept)


def _taken(chain: "SupplyChain", lane: Lane, cpt: int) -> int:
    departure = chain.shipping.departures.get((lane.name, cpt))
    there = departure.parcels if departure is not None else 0
    return there + len(chain.promises.awaited.get((lane.name, cpt), ()))
