"""Free capacity of a departure: parcels that its trailers can still take and its vans can still deliver."""

from controller.scenario.supply_chain import Lane
from controller.supply_chain.outbound.lanes import vans_of
from controller.supply_chain.outbound.van_capacity import doors_left
from controller.supply_chain.state.supply_chain import SupplyChain

_FOR_ORDERS_TO_COME = 0.3
"""Share of a wave's doors that later promises leave free [our own arithmetic: same-day orders and their peaks]."""


def most_parcels(chain: SupplyChain, lane: Lane) -> int:
    """Return the capacity of a departure's trailers, in parcels."""
    return lane.trailers * chain.settings.shipping.trailer_parcels


def room(chain: SupplyChain, lane: Lane, cpt: int, tick: int) -> int:
    """Return how many parcels a departure can take beyond those promised to it, in its chute or in its trailers.

    Parcels that vans cannot deliver on the day of a departure need not leave with it.
    """
    places = trailer_room(chain, lane, cpt)
    return min(places, doors_left(chain, lane, cpt, tick)) if vans_of(chain.settings, lane) and places > 0 else places


def trailer_room(chain: SupplyChain, lane: Lane, cpt: int) -> int:
    """Return how many parcels a departure's trailers can take beyond those promised to it, in its chute or loaded."""
    return most_parcels(chain, lane) - _taken(chain, lane, cpt)


def early_room(chain: SupplyChain, lane: Lane, cpt: int, tick: int) -> int:
    """Return how many parcels promised for later may leave with a departure: vans keep some of their time for new
    orders.
    """
    places = room(chain, lane, cpt, tick)
    kept = _FOR_ORDERS_TO_COME * (places + _taken(chain, lane, cpt)) if vans_of(chain.settings, lane) else 0.0
    return int(places - kept)


def _taken(chain: SupplyChain, lane: Lane, cpt: int) -> int:
    departure = chain.shipping.departures.get((lane.name, cpt))
    present = departure.parcels if departure is not None else 0
    return present + len(chain.promises.awaited.get((lane.name, cpt), ()))
