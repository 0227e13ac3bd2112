"""Dock doors: trailers by appointment, what they bring against the ASN, and the way into the pods."""

from typing import TYPE_CHECKING

from controller.chain.supply_chain import SupplyChain

if TYPE_CHECKING:
    from controller.site import Site


def stowed(site: "Site", chain: SupplyChain, sku: int, units: int) -> None:
    """Units from the dock lie in a pod."""
