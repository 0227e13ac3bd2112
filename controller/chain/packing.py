"""From the pack station to the sorter: a box for the parcel, and SLAM (scan, label, apply, manifest)."""

from typing import TYPE_CHECKING

from controller.chain.supply_chain import SupplyChain
from controller.orders import Order
from controller.stock import CUSTOMER, parcel
from robots.chain_events import ParcelMoved

if TYPE_CHECKING:
    from controller.site import Site


def packed(site: "Site", chain: SupplyChain, order: Order) -> None:
    """A packer has closed the parcel of an order."""
    site.tell(ParcelMoved(site.tick, order.id, "pack", "customer"))
    site.ledger.move_all(site.tick, parcel(order.id), CUSTOMER)
    chain.promises.given.pop(order.id)
