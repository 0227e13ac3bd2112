"""Warm start of purchasing: at tick 0 each SKU is mid-cycle, orders are under way, and a reserve stands behind the
pods.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from controller.site.site import Site
from controller.supply_chain.purchasing import purchase_orders
from controller.supply_chain.state.inbound.purchase_orders import PoLine
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.pods import Stowed
from controller.warehouse.stock import RESERVE, RETAILER, SUPPLIER
from layout.arrays import Ints

_SELLERS_LOOK_DAYS = 2.0
"""Time from one review of a seller's stock to the next, and from the dock into a pod."""


def begin(site: Site, chain: SupplyChain, skus: Ints, supplier: Ints) -> None:
    """Set stock and orders of own SKUs at tick 0. supplier: of each of these SKUs.

    A SKU's position is drawn uniformly between its reorder point and its level. The units consumed since the last order
    tell how long ago it was placed; if that is less than the lead time, the order is still under way. Units not on
    order lie in pods, as far as these hold them, and in the reserve.
    """
    inventory, streams = chain.inventory, chain.streams
    under_way: defaultdict[tuple[int, int], list[PoLine]] = defaultdict(list)
    draws = streams.sequence("opening stock").random(len(skus)).tolist()
    stowed, too_much = _opening(chain), list[Stowed]()
    for sku, source, draw in zip(skus.tolist(), supplier.tolist(), draws, strict=True):
        mean = float(inventory.mean[sku])
        if mean <= 0:
            continue
        lot = int(inventory.order_up_to[sku] - inventory.reorder_point[sku])
        fallen = int(draw * lot)
        position = int(inventory.order_up_to[sku]) - fallen
        days_left = chain.sourcing.suppliers[source].lead_days - fallen / mean
        if days_left > 0 and chain.settings.inventory.reorder:
            line = _line(chain, sku, source, lot)
            under_way[source, int(days_left)].append(line)
            position -= line.units
        surplus = list(_beyond(stowed.get(sku, []), inventory.in_pods(sku, position)))
        too_much += surplus
        missing = position - inventory.position(sku) + sum(units for *_, units in surplus)
        if missing > 0:
            site.ledger.move(site.tick, sku, missing, SUPPLIER, RESERVE)
    site.pods.leave_out(too_much)
    stock_of_sellers(site, chain)
    for (source, day), lines in sorted(under_way.items()):
        days_to_arrival = day + float(streams.of("orders under way", source, day).uniform(0.05, 0.6))
        purchase_orders.place_before(
            site, chain, source, lines, min(days_to_arrival, chain.sourcing.suppliers[source].lead_days)
        )


def stock_of_sellers(site: Site, chain: SupplyChain) -> None:
    """Set sellers' stock mid-cycle, too: each SKU has units to last until the next shipment, and part of a cover
    beyond.
    """
    settings, owners = chain.settings.sellers, site.ledger.catalogue.owners
    room = dict.fromkeys(owners, settings.capacity)
    sellers = [sku for sku, owner in enumerate(owners) if owner != RETAILER]
    for sku in sellers:
        room[owners[sku]] -= chain.inventory.position(sku)
    draws = chain.streams.sequence("sellers' opening stock").random(len(sellers)).tolist()
    for sku, draw in zip(sellers, draws, strict=True):
        days = settings.lead_days + _SELLERS_LOOK_DAYS + draw * settings.cover_days
        missing = math.ceil(float(chain.inventory.mean[sku]) * days) - chain.inventory.position(sku)
        units = min(missing, room[owners[sku]])
        if units > 0:
            room[owners[sku]] -= units
            site.ledger.move(site.tick, sku, units, SUPPLIER, RESERVE)


def _opening(chain: SupplyChain) -> defaultdict[int, list[Stowed]]:
    """Return {SKU: bins} stocked at random, and clear them from the inventory."""
    stowed: defaultdict[int, list[Stowed]] = defaultdict(list)
    for row in chain.inventory.opening:
        stowed[row[2]].append(row)
    chain.inventory.opening = []
    return stowed


def _beyond(rows: Sequence[Stowed], units: int) -> Iterator[Stowed]:
    """Yield the stowed units beyond the first `units`."""
    for pod, number, sku, held in rows:
        kept = min(held, max(0, units))
        units -= held
        if kept < held:
            yield pod, number, sku, held - kept


def _line(chain: SupplyChain, sku: int, supplier: int, lot: int) -> PoLine:
    offers = chain.sourcing.offers
    pack = int(offers.pack[sku, supplier])
    packs = -(-max(lot, int(offers.moq[sku, supplier])) // pack)
    return PoLine(sku, packs * pack, int(offers.cost[sku, supplier]), pack, lot)
