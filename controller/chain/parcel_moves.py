"""A parcel is moved from place to place, and each move is reported."""

from controller.chain.parcels import Parcel
from controller.site import Site
from robots.chain_events import ParcelMoved


def move(site: Site, parcel: Parcel, target: str, reason: str = "") -> None:
    """Note that a parcel is in another place now, and report the move."""
    site.tell(ParcelMoved(site.tick, parcel.id, parcel.place, target, reason))
    parcel.place = target
