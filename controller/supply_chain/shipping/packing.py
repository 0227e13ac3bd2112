"""Packing, from the pack station to the sorter: a box for the parcel, and SLAM (scan, label, apply, manifest).

SLAM weighs each parcel against the expected weight of its items and its box. Parcels outside the tolerance are opened,
inspected and repacked; the others are labelled, which books the sale.
"""

from controller.site.site import Site
from controller.supply_chain.outbound.parcel_moves import move
from controller.supply_chain.sellers import sellers
from controller.supply_chain.shipping import boxes, shipping
from controller.supply_chain.state.accounts import CASH, PACKAGING, PACKING, SALE, SALES, seller_account
from controller.supply_chain.state.lifecycles import PARCEL
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.staff import WorkerPool
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.lifecycles import advance
from controller.warehouse.orders import Order
from controller.warehouse.stock import RETAILER
from controller.warehouse.stock import parcel as parcel_place
from robots.recording.supply_chain_events import ParcelPacked

_NOISE = 0.003
"""Standard deviation of the scale and of cartons as a share of the weight; a packing fault is at least 8 % (our own
arithmetic).
"""
_TOLERANCE = 0.03
_TOLERANCE_G = 10.0
_FAULT = (0.08, 0.30)


def begin(site: Site, chain: SupplyChain) -> None:
    """Set up the SLAM lines, and one person who repacks the parcels they reject."""
    chain.slam = WorkerPool(chain.settings.packing.slam_lines)
    chain.staff[PACKING] = WorkerPool(1)


def packed(site: Site, chain: SupplyChain, order: Order) -> None:
    """Handle a parcel that a packer has closed."""
    if order.id in chain.sellers.removals:
        sellers.removed(site, chain, order)
        return
    settings = chain.settings.packing
    content = site.ledger.held(parcel_place(order.id))
    boxed = boxes.pack(chain.items, content, chain.boxes, settings.efficiency)
    promise = chain.promises.given[order.id]
    parcel = Parcel(order.id, promise.customer.lane, promise.cpt, boxed.weight_g, boxed.volume_ml)
    chain.parcels.under_way[order.id] = parcel
    chain.promises.packed(order.id, order.units)
    chain.accounts.spend(site.tick, boxed.cents, PACKAGING)
    site.emit(ParcelPacked(site.tick, order.id, boxed.text, len(boxed.names), round(boxed.void, 3), boxed.weight_g))
    faulty = chain.streams.of("packing fault", order.id).random() < settings.fault
    _to_slam(site, chain, parcel, faulty)


def _to_slam(site: Site, chain: SupplyChain, parcel: Parcel, faulty: bool) -> None:
    move(site, parcel, "slam")
    finish = chain.slam.finish(site.tick, chain.calendar.ticks(chain.settings.packing.slam_s))
    chain.schedule.at(finish, weigh, parcel, faulty)


@handler
def weigh(site: Site, chain: SupplyChain, parcel: Parcel, faulty: bool) -> None:
    """Weigh a parcel: the scale is slightly inaccurate, and a large deviation is a packing fault."""
    rng = chain.streams.of("scale", parcel.id, faulty)
    off = rng.normal(0.0, _NOISE) + (rng.choice((-1, 1)) * rng.uniform(*_FAULT) if faulty else 0.0)
    shown = parcel.weight_g * (1.0 + off)
    if abs(shown - parcel.weight_g) <= _TOLERANCE_G + _TOLERANCE * parcel.weight_g:
        _label(site, chain, parcel)
        return
    advance(PARCEL, parcel, "repack")
    move(site, parcel, "pack", f"weighs {shown:.0f} g instead of {parcel.weight_g} g: packed again")
    finish = chain.staff[PACKING].finish(site.tick, chain.calendar.ticks(chain.settings.packing.repack_s))
    chain.schedule.at(finish, packed_again, parcel)


@handler
def packed_again(site: Site, chain: SupplyChain, parcel: Parcel) -> None:
    """Send a repacked parcel, now without a fault, back to SLAM."""
    _to_slam(site, chain, parcel, faulty=False)


def _label(site: Site, chain: SupplyChain, parcel: Parcel) -> None:
    advance(PARCEL, parcel, "label")
    _sell(site, chain, parcel)
    shipping.to_sorter(site, chain, parcel)


def _sell(site: Site, chain: SupplyChain, parcel: Parcel) -> None:
    """Book the customer's payment for the owners of the items, and charge sellers their fees."""
    about = f"order {parcel.id}"
    cents: dict[str, int] = {}
    units: dict[str, int] = {}
    for sku, amount in site.ledger.held(parcel_place(parcel.id)).items():
        owner = site.ledger.catalogue.owners[sku]
        cents[owner] = cents.get(owner, 0) + amount * int(chain.items.price[sku])
        units[owner] = units.get(owner, 0) + amount
    for owner, earned in cents.items():
        account = SALES if owner == RETAILER else seller_account(owner)
        chain.accounts.post(site.tick, CASH, account, earned, SALE, about)
        if owner != RETAILER:
            sellers.commission(site, chain, owner, earned, about)
            for kind in ("pick", "pack", "ship"):
                sellers.fee(site, chain, owner, kind, units[owner], about)
