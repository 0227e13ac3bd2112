"""Move parcels from place to place, and report each move."""

from controller.site.site import Site
from controller.supply_chain.state.outbound.parcels import Parcel
from robots.recording.supply_chain_events import ParcelMoved


def move(site: Site, parcel: Parcel, target: str, reason: str = "") -> None:
    """Set a parcel's place and report the move."""
    site.emit(ParcelMoved(site.tick, parcel.id, parcel.place, target, reason))
    parcel.place = target
