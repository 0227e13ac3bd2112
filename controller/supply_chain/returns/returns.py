"""Returns: from the customer's request to the refund, and back to stock if that is worth most.

A customer asks, gets a number (RMA, return merchandise authorisation), hands the parcel in at a shop or has it
collected; it comes with the carriers' morning or midday run; each unit is graded, its disposition chosen by value
(disposition.py), and then the customer is refunded. Exponential times until customers ask are our own arithmetic.
"""

from collections.abc import Mapping

import numpy as np

from controller.floor.dock import queue_put_away
from controller.site.site import Site
from controller.supply_chain.outbound.carriers import CARRIER
from controller.supply_chain.outbound.parcel_moves import move
from controller.supply_chain.returns import refunds
from controller.supply_chain.returns.disposition import GRADES, NEW, PLACES, Returned, choose, grades_of
from controller.supply_chain.state.accounts import INSPECTING, RETURN_FREIGHT
from controller.supply_chain.state.lifecycles import PARCEL, RETURN
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.outbound.returns import BEFORE, Return
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.staff import WorkerPool
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.lifecycles import advance
from controller.warehouse.stock import CUSTOMER, INSPECTION, RETAILER, parcel, returned
from layout.time_units import DAY_S
from robots.recording.kinds import LateCause
from robots.recording.supply_chain_events import ParcelLate, ReturnGraded, ReturnMoved
from robots.wording.formatting import count

RUNS = ("08:00", "13:00")
"""Times of day at which carriers bring returns."""
_HAND_IN_S = DAY_S
"""Mean time until a customer has brought a parcel to a shop."""
_FETCHED = "10:00"
_FETCHING_S = 28_800.0
"""Drivers collect parcels from ten to six."""
_FETCH_FACTOR = 1.5
"""Cost of collecting a parcel relative to delivering one; a parcel from a shop comes with many others, and costs half.
"""
_DROP_FACTOR = 0.5


def begin(site: Site, chain: SupplyChain) -> None:
    """Set up the inspection staff."""
    chain.staff[INSPECTING] = WorkerPool(chain.settings.returns.people)


def delivered(site: Site, chain: SupplyChain, order: int, units: Mapping[int, int]) -> None:
    """Draw or match the returns of a delivered order. units: {sku: units}."""
    if chain.returns.file is not None:
        for returned in chain.returns.file.deliver(order, units):
            chain.schedule.at(site.tick, ask, order, returned)
        return
    settings, streams = chain.settings.returns, chain.streams
    back = {}
    for sku, kept in units.items():
        share = min(1.0, float(chain.items.returned[sku]) * settings.rate)
        if drawn := int(streams.of("returned units", order, sku).binomial(kept, share)):
            back[sku] = drawn
    if back:
        after_s = streams.of("days until a return", order).exponential(settings.after_days * DAY_S)
        chain.schedule.at(site.tick + chain.calendar.ticks(after_s), ask, order, back)


@handler
def ask(site: Site, chain: SupplyChain, order: int, units: dict[int, int]) -> None:
    """Authorise a customer's return, and schedule when it is handed in."""
    customer_return = chain.returns.authorise(order, units)
    rng = chain.streams.next_of("handing in", order)
    fetched = rng.random() >= chain.settings.returns.drop_off
    handed_in_at = (
        _fetched(site, chain, rng) if fetched else site.tick + chain.calendar.ticks(rng.exponential(_HAND_IN_S))
    )
    channel = "to be fetched" if fetched else "to be handed in at a shop"
    before = ", delivered before the run" if order == BEFORE else ""
    _report(site, customer_return, f"{count(sum(units.values()), 'unit')}, {channel}{before}")
    chain.schedule.at(handed_in_at, hand_in, customer_return, fetched)


@handler
def hand_in(site: Site, chain: SupplyChain, customer_return: Return, fetched: bool) -> None:
    """Take over a return from the customer."""
    _carry(site, chain, customer_return)
    factor = _FETCH_FACTOR if fetched else _DROP_FACTOR
    chain.accounts.spend(site.tick, CARRIER.cents_a_parcel * factor, RETURN_FREIGHT, f"return {customer_return.rma}")
    moves(site, customer_return, "hand_in", "collected from the customer" if fetched else "at a drop-off point")
    under_way_s = chain.settings.returns.transit_s * chain.streams.next_of(
        "way of a return", customer_return.order
    ).uniform(0.5, 1.5)
    arrival = chain.calendar.next(site.tick + chain.calendar.ticks(under_way_s), RUNS)
    chain.schedule.at(arrival, arrive, customer_return)


def undeliverable(site: Site, chain: SupplyChain, undelivered: Parcel) -> None:
    """Return an undeliverable parcel unopened, from the delivery station beside the warehouse."""
    advance(PARCEL, undelivered, "give_up")
    customer_return = chain.returns.authorise(undelivered.id, site.ledger.held(parcel(undelivered.id)), sealed=True)
    reason = f"undeliverable after {count(undelivered.attempts, 'attempt')}"
    move(site, undelivered, str(returned(customer_return.rma)), reason)
    site.ledger.move_all(site.tick, parcel(undelivered.id), returned(customer_return.rma))
    del chain.parcels.under_way[undelivered.id]
    chain.promises.given.pop(undelivered.id, None)
    chain.last_mile.forget(undelivered.id)
    site.emit(ParcelLate(site.tick, undelivered.id, LateCause.UNDELIVERABLE, reason))
    _report(site, customer_return, reason)
    moves(site, customer_return, "hand_in", "at the delivery station")
    chain.schedule.at(chain.calendar.next(site.tick + 1, RUNS), arrive, customer_return)


@handler
def arrive(site: Site, chain: SupplyChain, customer_return: Return) -> None:
    """Queue an arrived return for inspection."""
    site.ledger.move_all(site.tick, returned(customer_return.rma), INSPECTION)
    units = sum(customer_return.units.values())
    work = chain.calendar.ticks(chain.settings.returns.inspect_s * units)
    moves(site, customer_return, "arrive", f"{count(units, 'unit')} for inspection")
    chain.schedule.at(chain.staff[INSPECTING].finish(site.tick, work), inspect, customer_return)


@handler
def inspect(site: Site, chain: SupplyChain, customer_return: Return) -> None:
    """Grade each unit, dispose of it and refund the customer."""
    moves(site, customer_return, "inspect", "")
    for sku, units in customer_return.units.items():
        for grade, graded in _grades(chain, customer_return, sku, units).items():
            _dispose(site, chain, customer_return, sku, graded, grade)
    cents = refunds.refund(site, chain, customer_return)
    moves(site, customer_return, "close", f"refund of {cents / 100:.2f}")
    del chain.returns.under_way[customer_return.rma]


def _fetched(site: Site, chain: SupplyChain, rng: np.random.Generator) -> int:
    """Return a tick of tomorrow's collection round."""
    start = chain.calendar.at(chain.calendar.day(site.tick) + 1, _FETCHED)
    return start + chain.calendar.ticks(_FETCHING_S * rng.random())


def _carry(site: Site, chain: SupplyChain, customer_return: Return) -> None:
    """Move the customer's units into the return."""
    for sku, units in customer_return.units.items():
        site.ledger.move(site.tick, sku, units, CUSTOMER, returned(customer_return.rma))


def _grades(chain: SupplyChain, customer_return: Return, sku: int, units: int) -> dict[str, int]:
    """Return {grade: units} of a SKU in a return."""
    if customer_return.sealed:
        return {NEW: units}
    shares = grades_of(chain.items.department[sku])
    counts = chain.streams.next_of("grades", customer_return.order, sku).multinomial(units, shares)
    return {grade: count for grade, count in zip(GRADES, counts.tolist(), strict=True) if count}


def _dispose(site: Site, chain: SupplyChain, customer_return: Return, sku: int, units: int, grade: str) -> None:
    """Send units of one grade to the disposition with the highest value."""
    items = chain.items
    own_stock = site.ledger.catalogue.owners[sku] == RETAILER
    unit = Returned(grade, int(items.price[sku]), int(items.weight_g[sku]), items.department[sku], own_stock)
    disposition, reason = choose(unit)
    site.emit(ReturnGraded(site.tick, customer_return.rma, sku, units, grade, disposition.name, reason))
    site.ledger.move(site.tick, sku, units, INSPECTION, PLACES[disposition.name])
    if disposition.name == "restock":
        site.supply.inbound[sku] += units
        queue_put_away(site, sku, units)
    else:
        refunds.salvage(site, chain, customer_return, sku, units, disposition)


def moves(site: Site, customer_return: Return, event: str, reason: str) -> None:
    """Advance a return to its next state and report it."""
    advance(RETURN, customer_return, event)
    _report(site, customer_return, reason)


def _report(site: Site, customer_return: Return, reason: str) -> None:
    site.emit(ReturnMoved(site.tick, customer_return.rma, customer_return.order, str(customer_return.state), reason))
