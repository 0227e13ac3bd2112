"""Third parties whose stock the house keeps: what they see of it, what they pay, and what goes back to them.

Whatever a seller is shown is asked for by his name and holds his own SKUs only.
"""

from collections.abc import Iterator

import numpy as np

from controller.site.site import Site
from controller.supply_chain.sellers import fees
from controller.supply_chain.state.accounts import seller_account
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.orders import Order
from controller.warehouse.stock import CUSTOMER, SELLER, SUPPLIER, Place, parcel
from robots.recording.supply_chain_events import ParcelMoved, SellerOutbound

_OUTSIDE = frozenset((CUSTOMER.kind, SELLER.kind, SUPPLIER.kind))


def fee(site: Site, chain: SupplyChain, seller: str, kind: str, units: int, about: str = "") -> None:
    """A fee for work on units of a seller. kind: one of `fees.KINDS`. about: "order 88"."""
    fees.charge(chain, site.tick, seller, kind, units, about)


def commission(site: Site, chain: SupplyChain, seller: str, sales_cents: int, about: str = "") -> None:
    """The house's part of a sale for a seller; of a refund, as a negative amount, it is given back."""
    fees.charge_commission(chain, site.tick, seller, sales_cents, about)


def stock_of(site: Site, owner: str) -> dict[int, dict[str, int]]:
    """{sku: {kind of place: units}} of all that an owner has here or on its way: "bin", "dock", "reserve", "inbound", …

    Nothing for a name that owns nothing.
    """
    mine = [sku for sku, name in enumerate(site.ledger.catalogue.owners) if name == owner]
    stock: dict[int, dict[str, int]] = {sku: {} for sku in mine}
    for sku, units in _in_bins(site, mine):
        stock[sku]["bin"] = units
    for place, held in site.ledger.places().items():
        if place.kind not in _OUTSIDE:
            _add(stock, place, held)
    return stock


def owed(chain: SupplyChain, seller: str) -> dict[str, int]:
    """{cause: cents} in a seller's favour since his last settlement; the sum is what he is owed."""
    return chain.accounts.statement(seller_account(seller))


def removed(site: Site, chain: SupplyChain, order: Order) -> None:
    """A removal order is packed: its seller's carrier takes it."""
    removal = chain.sellers.removals.pop(order.id)
    reason = f"{order.name} of {removal.seller}"
    site.tell(ParcelMoved(site.tick, order.id, "pack", "seller", reason))
    site.ledger.move_all(site.tick, parcel(order.id), SELLER)
    lines = tuple(removal.lines.items())
    site.tell(SellerOutbound(site.tick, order.id, removal.seller, "received", lines, "handed to the seller's carrier"))
    for kind in ("pick", "pack", "ship"):
        fee(site, chain, removal.seller, kind, order.units, f"order {order.id}")


def _in_bins(site: Site, skus: list[int]) -> Iterator[tuple[int, int]]:
    """(sku, units) in all pods."""
    bins = site.ledger.bin_sku
    units = np.zeros(len(site.ledger.catalogue), np.int64)
    full = bins >= 0
    np.add.at(units, bins[full], site.ledger.bin_units[full])
    for sku in skus:
        if units[sku]:
            yield sku, int(units[sku])


def _add(stock: dict[int, dict[str, int]], place: Place, held: dict[int, int]) -> None:
    for sku, units in held.items():
        if sku in stock:
            stock[sku][place.kind] = stock[sku].get(place.kind, 0) + units
