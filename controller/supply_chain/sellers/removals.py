"""Removal orders: sellers' units that have been here too long are picked, packed and sent back."""

from collections import Counter
from collections.abc import Iterator

from controller.floor import release
from controller.site.site import Site
from controller.supply_chain.state.inbound.sellers import Removal
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.orders import Order
from layout.time_units import DAY_S
from robots.recording.supply_chain_events import SellerOutbound
from robots.wording.formatting import count

FIRST_REMOVAL = 1_500_000_000
"""Number of the first removal order, beyond those of customers and of the operations API."""
_TOTE_UNITS = 24
"""Most units of a removal order: a tote's capacity of usual items (our own arithmetic)."""
_DUE_S = 2 * DAY_S


def remove_the_old(site: Site, chain: SupplyChain, seller: str) -> None:
    """Order back units that have been here longer than `remove_days` and can be picked now."""
    settings = chain.settings.sellers
    oldest = site.tick - chain.calendar.ticks(settings.remove_days * DAY_S)
    ordered = _ordered(site, chain)
    wanted: dict[int, int] = {}
    for sku, units in chain.sellers.older(chain.sellers.skus[seller], oldest):
        free = site.pods.free_total[sku] - site.supply.demand[sku]
        if (removable := min(units - ordered[sku], free)) > 0:
            wanted[sku] = removable
    for lines in _totes(wanted):
        order_removal(site, chain, seller, lines, f"here for more than {settings.remove_days:g} days")


def order_removal(site: Site, chain: SupplyChain, seller: str, lines: dict[int, int], reason: str) -> Order:
    """Order units back to their seller; the order is handled like any other up to packing. lines: {sku: units}."""
    state = chain.sellers
    number = state.removals_begun
    state.removals_begun += 1
    due = site.tick + chain.calendar.ticks(_DUE_S)
    order = Order(FIRST_REMOVAL + number, f"removal-{number + 1:04d}", site.tick, due)
    for sku, units in lines.items():
        order.add(sku, units)
    state.removals[order.id] = Removal(seller, lines)
    text = f"{count(order.units, 'unit')} {reason}"
    site.emit(SellerOutbound(site.tick, order.id, seller, "announced", tuple(lines.items()), text))
    release.receive(site, order)
    return order


def _ordered(site: Site, chain: SupplyChain) -> Counter[int]:
    """Return {sku: units} of removal orders under way, and forget those cancelled."""
    state = chain.sellers
    state.removals = {order: removal for order, removal in state.removals.items() if order in site.book.open}
    units: Counter[int] = Counter()
    for removal in state.removals.values():
        units.update(removal.lines)
    return units


def _totes(wanted: dict[int, int]) -> Iterator[dict[int, int]]:
    """Split the units by tote."""
    tote: dict[int, int] = {}
    for sku, units in wanted.items():
        remaining = units
        while remaining:
            part = min(remaining, _TOTE_UNITS - sum(tote.values()))
            tote[sku] = tote.get(sku, 0) + part
            remaining -= part
            if sum(tote.values()) == _TOTE_UNITS:
                yield tote
                tote = {}
    if tote:
        yield tote
