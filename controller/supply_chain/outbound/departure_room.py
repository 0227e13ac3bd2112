"""Room of a departure: how many more parcels its trailers take, and its vans can deliver."""

from controller.scenario.supply_chain import Lane
from controller.supply_chain.outbound.lanes import vans_of
from controller.supply_chain.outbound.van_capacity import doors_left
from controller.supply_chain.state.supply_chain import SupplyChain

_FOR_ORDERS_TO_COME = 0.3
"""Share of a wave's doors that what is promised for later leaves free [our own arithmetic: same-day orders and their peaks]."""


def most_parcels(chain: SupplyChain, lane: Lane) -> int:
    """Return the capacity of a departure's trailers, in parcels."""
    return lane.trailers * chain.settings.shipping.trailer_parcels


def room(chain: SupplyChain, lane: Lane, cpt: int, now: int) -> int:
    """Return how many parcels a departure can take beyond those that are promised to it, in its chute or in its trailers.

    What vans can't deliver on the day of a departure needn't leave with it. now: tick.
    """
    left = trailer_room(chain, lane, cpt)
    return min(left, doors_left(chain, lane, cpt, now)) if vans_of(chain.settings, lane) and left > 0 else left


def trailer_room(chain: SupplyChain, lane: Lane, cpt: int) -> int:
    """Return how many parcels its trailers take beyond those that are promised to it, in its chute or in them."""
    return most_parcels(chain, lane) - _taken(chain, lane, cpt)


def early_room(chain: SupplyChain, lane: Lane, cpt: int, now: int) -> int:
    """Return how many parcels promised for later may ride with a departure: vans keep some of their time for orders to come."""
    left = room(chain, lane, cpt, now)
    kept = _FOR_ORDERS_TO_COME * (left + _taken(chain, lane, cpt)) if vans_of(chain.settings, lane) else 0.0
    return int(left - kept)


def _taken(chain: SupplyChain, lane: Lane, cpt: int) -> int:
    departure = chain.shipping.departures.get((lane.name, cpt))
    there = departure.parcels if departure is not None else 0
    return there + len(chain.promises.awaited.get((lane.name, cpt), ()))
