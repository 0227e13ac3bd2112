"""Third-party sellers: the view of their stock, their fees, and units sent back to them.

Everything shown to a seller is selected by the seller's name and contains only the seller's SKUs.
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
    """Charge a fee for work on a seller's units. kind: one of `fees.KINDS`. about: "order 88"."""
    fees.charge(chain, site.tick, seller, kind, units, about)


def commission(site: Site, chain: SupplyChain, seller: str, sales_cents: int, about: str = "") -> None:
    """Charge commission on a sale; for a refund, with a negative amount, it is given back."""
    fees.charge_commission(chain, site.tick, seller, sales_cents, about)


def stock_of(site: Site, owner: str) -> dict[int, dict[str, int]]:
    """Return {sku: {kind of place: units}} of an owner's stock here or on its way: "bin", "dock", "reserve", "inbound",
    …

    Empty for a name without stock.
    """
    skus = [sku for sku, name in enumerate(site.ledger.catalogue.owners) if name == owner]
    stock: dict[int, dict[str, int]] = {sku: {} for sku in skus}
    for sku, units in _in_bins(site, skus):
        stock[sku]["bin"] = units
    for place, held in site.ledger.places().items():
        if place.kind not in _OUTSIDE:
            _add(stock, place, held)
    return stock


def owed(chain: SupplyChain, seller: str) -> dict[str, int]:
    """Return {cause: cents} in a seller's favour since the last settlement; the sum is the balance owed to the seller."""
    return chain.accounts.statement(seller_account(seller))


def removed(site: Site, chain: SupplyChain, order: Order) -> None:
    """Hand a packed removal order to the seller's carrier."""
    removal = chain.sellers.removals.pop(order.id)
    reason = f"{order.name} of {removal.seller}"
    site.emit(ParcelMoved(site.tick, order.id, "pack", "seller", reason))
    site.ledger.move_all(site.tick, parcel(order.id), SELLER)
    lines = tuple(removal.lines.items())
    site.emit(SellerOutbound(site.tick, order.id, removal.seller, "received", lines, "handed to the seller's carrier"))
    for kind in ("pick", "pack", "ship"):
        fee(site, chain, removal.seller, kind, order.units, f"order {order.id}")


def _in_bins(site: Site, skus: list[int]) -> Iterator[tuple[int, int]]:
    """Yield (sku, units) in all pods."""
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
