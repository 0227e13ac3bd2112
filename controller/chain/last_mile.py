"""From the trailer's departure to the customer's door: routes, attempts, ETAs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from controller.chain.parcels import Parcel
from controller.chain.supply_chain import SupplyChain

if TYPE_CHECKING:
    from controller.site import Site


def departed(site: "Site", chain: SupplyChain, lane: str, trailer: int, parcels: Sequence[Parcel]) -> None:
    """A trailer, or what the vans of a wave take, has left the house."""
