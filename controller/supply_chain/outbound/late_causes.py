"""Cause of a parcel's missed departure or promise: a key to count by and a reason for people."""

from controller.site.site import Site
from controller.supply_chain.outbound.lanes import doors
from controller.supply_chain.state.lifecycles import ParcelState
from controller.supply_chain.state.outbound.delivery import STATION
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.orders import OrderState
from robots.recording.kinds import LateCause
from robots.recording.places import PlaceKind, place_of
from robots.recording.supply_chain_events import ParcelLate


def floor_cause(site: Site, chain: SupplyChain, order: int) -> tuple[LateCause, str]:
    """Return (cause, reason) for an order that has not been sorted yet."""
    cause, why = _where_on_the_floor(site, chain, order)
    return (cause, why) if cause == LateCause.STOCK else stock_before(chain, order, cause, why)


def stock_before(chain: SupplyChain, order: int, cause: LateCause, why: str) -> tuple[LateCause, str]:
    """Return (cause, reason): an order that had to wait for stock is late because of stock. cause, why: otherwise."""
    return (LateCause.STOCK, f"it waited for stock; {why}") if order in chain.inventory.backordered else (cause, why)


def _where_on_the_floor(site: Site, chain: SupplyChain, order: int) -> tuple[LateCause, str]:
    parcel = chain.parcels.under_way.get(order)
    if parcel is not None:
        return (
            (LateCause.SORTER, "on the sorter")
            if parcel.place == "sorter"
            else (LateCause.SLAM, "waits to be weighed and labelled")
        )
    open_order = site.book.open[order]
    if open_order.state == OrderState.RECEIVED:
        if order in site.book.backlog:
            waiting = len(site.book.backlog)
            words = "the only order that waits" if waiting == 1 else f"one of {waiting} orders that wait"
            return LateCause.BACKLOG, f"{words} for a pick station"
        return LateCause.STOCK, "waits for stock"
    if open_order.state == OrderState.RELEASED:
        return LateCause.PICKING, "being picked"
    return LateCause.PACKING, "its tote waits to be packed"


def report_late(site: Site, chain: SupplyChain, order: int, cause: LateCause, why: str, cpt: int) -> None:
    """Report a parcel that leaves with a later departure than promised; the promise may be kept all the same."""
    promise = chain.promises.given[order]
    chain.last_mile.late_causes.setdefault(order, (cause, why))
    _, last = doors(chain.settings, chain.lane(promise.customer.lane))
    kept = cpt + chain.calendar.ticks(last) <= promise.by
    outcome = "which keeps the promise" if kept else "which is too late for the promise"
    site.emit(ParcelLate(site.tick, order, cause, f"{why}; leaves at {chain.calendar.words(cpt)}, {outcome}"))


@handler
def overdue(site: Site, chain: SupplyChain, order: int) -> None:
    """Report a promise that is broken because the parcel has not been delivered: with the first cause noted, else with
    its place.
    """
    promise = chain.promises.given.get(order)
    if promise is None or order in chain.last_mile.reported:
        return
    chain.last_mile.reported.add(order)
    cause, why = chain.last_mile.late_causes.get(order) or _where(site, chain, order)
    site.emit(ParcelLate(site.tick, order, cause, f"not delivered by {chain.calendar.words(promise.by)}: {why}"))


def _where(site: Site, chain: SupplyChain, order: int) -> tuple[LateCause, str]:
    parcel = chain.parcels.under_way.get(order)
    if parcel is None or parcel.state in (ParcelState.PACKED, ParcelState.LABELLED):
        return floor_cause(site, chain, order)
    if place_of(parcel.place).kind in (PlaceKind.CHUTE, PlaceKind.TRAILER) and parcel.state != ParcelState.IN_TRANSIT:
        cause, why = LateCause.LOADING, f"it is in {parcel.place}"
    elif parcel.place == STATION:
        cause, why = LateCause.NO_VEHICLE, "it waits at the delivery station for a vehicle"
    else:
        cause, why = LateCause.ON_THE_ROAD, f"it is on its way with {parcel.place}"
    return stock_before(chain, order, cause, why)
