"""Daily review of stock levels: forecast, reorder point and order-up-to level of each SKU, and the purchase orders
placed.

Each review closes a day of demand, forecasts again, and orders SKUs at or below their reorder point from the supplier
that is cheapest once its reliability is taken into account.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from controller.forecasting.classes import service_of
from controller.forecasting.reorder import levels
from controller.site.site import Site
from controller.supply_chain.purchasing import forecasts, purchase_orders, suppliers, warm_start
from controller.supply_chain.state.inbound.purchase_orders import PoLine
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import RESERVE, RETAILER
from layout.arrays import Floats, Ints
from layout.time_units import DAY_S
from robots.recording.supply_chain_events import LevelsSet
from robots.wording.formatting import count

_REVIEW_DAYS = 1.0
_DOCK_DAYS = 0.25
"""Time from a trailer's arrival to the pods: appointment, unloading, stowing (WERC: under 3.5 h, plus a share of a
night).
"""
_KEPT_DAYS = 28
"""Least number of days of history kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Sources of own SKUs. skus, supplier: int64[n]. cost: float64[skus, suppliers], weighted. moq, pack: int64[n]."""

    skus: Ints
    supplier: Ints
    cost: Floats
    moq: Ints
    pack: Ints


def begin(site: Site, chain: SupplyChain) -> None:
    """Set up tick 0: levels from the history, stock and orders as in mid-cycle, and the first review."""
    forecasts.choose_models(site, chain)
    forecasts.look_ahead(chain)
    chain.inventory.set_pod_levels(chain.settings.inventory.pods_days)
    sources = sources_of(site, chain)
    set_levels(site, chain, sources)
    warm_start.begin(site, chain, sources.skus, sources.supplier)
    fill_pods(site, chain)
    chain.schedule.at(_next_review(site, chain), review)


@handler
def review(site: Site, chain: SupplyChain) -> None:
    """Close a day: update demand, forecasts and levels, and order SKUs that run low."""
    inventory, settings = chain.inventory, chain.settings.inventory
    inventory.close_day(max(_KEPT_DAYS, settings.history_days))
    inventory.forget_served(site.book.open, chain.promises.given)
    forecasts.look_ahead(chain)
    inventory.set_pod_levels(settings.pods_days)
    sources = sources_of(site, chain)
    set_levels(site, chain, sources)
    if settings.reorder:
        order_what_is_low(site, chain, sources)
    fill_pods(site, chain)
    chain.schedule.at(_next_review(site, chain), review)


def sources_of(site: Site, chain: SupplyChain) -> Sources:
    """Return today's supplier of each own SKU; SKUs that no supplier sells are left out."""
    state = chain.sourcing
    cost = suppliers.weighed(state, chain.effects, chain.settings.sourcing.reliability)
    owned = np.array([owner == RETAILER for owner in site.ledger.catalogue.owners])
    supplier = suppliers.chosen(cost)
    skus = np.flatnonzero(owned & (supplier >= 0))
    of_sku = supplier[skus]
    return Sources(skus, of_sku, cost, state.offers.moq[skus, of_sku], state.offers.pack[skus, of_sku])


def set_levels(site: Site, chain: SupplyChain, sources: Sources) -> None:
    """Set reorder point and order-up-to level of own SKUs for the service level of their class."""
    inventory, skus = chain.inventory, sources.skus
    if not len(skus):
        return
    moments = np.array([_lead(site, chain, supplier) for supplier in range(len(chain.sourcing.suppliers))])
    new_levels = levels(
        inventory.mean[skus],
        inventory.variance[skus],
        moments[sources.supplier, 0],
        moments[sources.supplier, 1],
        _REVIEW_DAYS,
        service_of(inventory.chosen.classes[skus], chain.settings.inventory.service),
        sources.pack,
        sources.moq,
        chain.settings.inventory.cover_days,
    )
    inventory.reorder_point[skus], inventory.order_up_to[skus] = new_levels.reorder_point, new_levels.order_up_to


def order_what_is_low(site: Site, chain: SupplyChain, sources: Sources) -> None:
    """Place a purchase order with each supplier for the SKUs that have fallen to their reorder point."""
    low: defaultdict[int, list[PoLine]] = defaultdict(list)
    for row, sku in enumerate(sources.skus.tolist()):
        position = resulting = chain.inventory.position(sku)
        if _is_low(chain, sku, position):
            line = _line(chain, sources, row, position)
            low[int(sources.supplier[row])].append(line)
            resulting += line.units
            _tell_levels(site, chain, sku, position)
        chain.inventory.left_at[sku] = resulting
    for supplier, lines in sorted(low.items()):
        comparison = suppliers.compare(chain.sourcing, sources.cost, supplier, [line.sku for line in lines])
        reason = f"{count(len(lines), 'SKU')} at the reorder point; {suppliers.in_words(chain.sourcing, supplier, comparison)}"
        purchase_orders.place(site, chain, supplier, lines, reason)


def fill_pods(site: Site, chain: SupplyChain) -> None:
    """Fetch stock from the reserve that the pods have room and demand for."""
    for sku in site.ledger.held(RESERVE):
        chain.inventory.review(sku, site.tick)


def _is_low(chain: SupplyChain, sku: int, position: int) -> bool:
    """Return whether a SKU is to be ordered: its position has fallen to the reorder point, or orders wait for it.

    A reorder point that has risen to the stock is no reason to order: a large order raises the forecast, and the units
    already ordered for it would be ordered twice. A SKU without forecast demand is ordered only for waiting orders.
    """
    inventory = chain.inventory
    fallen = inventory.mean[sku] > 0 and position < int(inventory.left_at[sku])
    return position < 0 or (fallen and position <= int(inventory.reorder_point[sku]))


def _line(chain: SupplyChain, sources: Sources, row: int, position: int) -> PoLine:
    """Return an order line of whole packs up to the level, at least the supplier's minimum order quantity."""
    sku, pack = int(sources.skus[row]), int(sources.pack[row])
    level = int(chain.inventory.order_up_to[sku])
    usual = max(1, level - int(chain.inventory.reorder_point[sku]))
    packs = -(-max(level - position, int(sources.moq[row])) // pack)
    cents = int(chain.sourcing.offers.cost[sku, sources.supplier[row]])
    return PoLine(sku, packs * pack, cents, pack, usual)


def _lead(site: Site, chain: SupplyChain, supplier: int) -> tuple[float, float]:
    """Return (mean, variance) of the days from a review to the pods.

    The mean is the longer of today's and tomorrow's lead time: SKUs not ordered today are ordered tomorrow at the
    earliest, and on some days nothing ships.
    """
    mean, variance = chain.sourcing.cards[supplier].lead
    day = chain.calendar.ticks(DAY_S)
    waits = []
    for tick in (site.tick, site.tick + day):
        _, arrival = chain.sourcing.shipping_days(chain.calendar, supplier, tick, mean)
        waits.append((arrival - tick) / day)
    return max(waits) + _DOCK_DAYS, variance


def _tell_levels(site: Site, chain: SupplyChain, sku: int, position: int) -> None:
    inventory = chain.inventory
    point, level = int(inventory.reorder_point[sku]), int(inventory.order_up_to[sku])
    site.emit(LevelsSet(site.tick, sku, float(inventory.mean[sku]), point, level, position))


def _next_review(site: Site, chain: SupplyChain) -> int:
    return chain.calendar.next(site.tick + 1, (chain.settings.inventory.review,))
