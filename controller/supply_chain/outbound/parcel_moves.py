"""A parcel is moved from place to place, and each move is reported."""

from controller.site.site import Site
from controller.supply_chain.state.outbound.parcels import Parcel
from robots.recording.supply_chain_events import ParcelMoved


def move(site: Site, parcel: Parcel, target: str, reason: str = "") -> None:
    """Note that a parcel is in another place now, and report the move."""
    site.tell(ParcelMoved(site.tick, parcel.id, parcel.place, target, reason))
    parcel.place = target
