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
        if some := int(streams.of("returned units", order, sku).binomial(kept, share)):
            back[sku] = some
    if back:
        after_s = streams.of("days until a return", order).exponential(settings.after_days * DAY_S)
        chain.schedule.at(site.tick + chain.calendar.ticks(after_s), ask, order, back)


@handler
def ask(site: Site, chain: SupplyChain, order: int, units: dict[int, int]) -> None:
    """Authorise a customer's return, and schedule when it is handed in."""
    one = chain.returns.authorise(order, units)
    rng = chain.streams.next_of("handing in", order)
    fetched = rng.random() >= chain.settings.returns.drop_off
    then = _fetched(site, chain, rng) if fetched else site.tick + chain.calendar.ticks(rng.exponential(_HAND_IN_S))
    way = "to be fetched" if fetched else "to be handed in at a shop"
    before = ", delivered before the run" if order == BEFORE else ""
    _tell(site, one, f"{count(sum(units.values()), 'unit')}, {way}{before}")
    chain.schedule.at(then, hand_in, one, fetched)


@handler
def hand_in(site: Site, chain: SupplyChain, one: Return, fetched: bool) -> None:
    """Take over a return from the customer."""
    _carry(site, chain, one)
    factor = _FETCH_FACTOR if fetched else _DROP_FACTOR
    chain.accounts.spend(site.tick, CARRIER.cents_a_parcel * factor, RETURN_FREIGHT, f"return {one.rma}")
    moves(site, one, "hand_in", "collected from the customer" if fetched else "at a drop-off point")
    under_way_s = chain.settings.returns.transit_s * chain.streams.next_of("way of a return", one.order).uniform(
        0.5, 1.5
    )
    there = chain.calendar.next(site.tick + chain.calendar.ticks(under_way_s), RUNS)
    chain.schedule.at(there, arrive, one)


def undeliverable(site: Site, chain: SupplyChain, of: Parcel) -> None:
    """Return an undeliverable parcel unopened, from the delivery station beside the warehouse."""
    advance(PARCEL, of, "give_up")
    one = chain.returns.authorise(of.id, site.ledger.held(parcel(of.id)), sealed=True)
    reason = f"undeliverable after {count(of.attempts, 'attempt')}"
    move(site, of, str(returned(one.rma)), reason)
    site.ledger.move_all(site.tick, parcel(of.id), returned(one.rma))
    del chain.parcels.under_way[of.id]
    chain.promises.given.pop(of.id, None)
    chain.last_mile.forget(of.id)
    site.tell(ParcelLate(site.tick, of.id, "undeliverable", reason))
    _tell(site, one, reason)
    moves(site, one, "hand_in", "at the delivery station")
    chain.schedule.at(chain.calendar.next(site.tick + 1, RUNS), arrive, one)


@handler
def arrive(site: Site, chain: SupplyChain, one: Return) -> None:
    """Queue an arrived return for inspection."""
    site.ledger.move_all(site.tick, returned(one.rma), INSPECTION)
    units = sum(one.units.values())
    work = chain.calendar.ticks(chain.settings.returns.inspect_s * units)
    moves(site, one, "arrive", f"{count(units, 'unit')} for inspection")
    chain.schedule.at(chain.staff[INSPECTING].finish(site.tick, work), inspect, one)


@handler
def inspect(site: Site, chain: SupplyChain, one: Return) -> None:
    """Grade each unit, dispose of it and refund the customer."""
    moves(site, one, "inspect", "")
    for sku, units in one.units.items():
        for grade, some in _grades(chain, one, sku, units).items():
            _dispose(site, chain, one, sku, some, grade)
    cents = refunds.refund(site, chain, one)
    moves(site, one, "close", f"refund of {cents / 100:.2f}")
    del chain.returns.under_way[one.rma]


def _fetched(site: Site, chain: SupplyChain, rng: np.random.Generator) -> int:
    """Return a tick of tomorrow's collection round."""
    start = chain.calendar.at(chain.calendar.day(site.tick) + 1, _FETCHED)
    return start + chain.calendar.ticks(_FETCHING_S * rng.random())


def _carry(site: Site, chain: SupplyChain, one: Return) -> None:
    """Move the customer's units into the return."""
    for sku, units in one.units.items():
        site.ledger.move(site.tick, sku, units, CUSTOMER, returned(one.rma))


def _grades(chain: SupplyChain, one: Return, sku: int, units: int) -> dict[str, int]:
    """Return {grade: units} of a SKU in a return."""
    if one.sealed:
        return {NEW: units}
    shares = grades_of(chain.items.department[sku])
    counts = chain.streams.next_of("grades", one.order, sku).multinomial(units, shares)
    return {grade: count for grade, count in zip(GRADES, counts.tolist(), strict=True) if count}


def _dispose(site: Site, chain: SupplyChain, one: Return, sku: int, units: int, grade: str) -> None:
    """Send units of one grade to the disposition with the highest value."""
    items = chain.items
    own_stock = site.ledger.catalogue.owners[sku] == RETAILER
    unit = Returned(grade, int(items.price[sku]), int(items.weight_g[sku]), items.department[sku], own_stock)
    way, reason = choose(unit)
    site.tell(ReturnGraded(site.tick, one.rma, sku, units, grade, way.name, reason))
    site.ledger.move(site.tick, sku, units, INSPECTION, PLACES[way.name])
    if way.name == "restock":
        site.supply.inbound[sku] += units
        queue_put_away(site, sku, units)
    else:
        refunds.salvage(site, chain, one, sku, units, way)


def moves(site: Site, one: Return, event: str, reason: str) -> None:
    """Advance a return to its next state and report it."""
    advance(RETURN, one, event)
    _tell(site, one, reason)


def _tell(site: Site, one: Return, reason: str) -> None:
    site.tell(ReturnMoved(site.tick, one.rma, one.order, str(one.state), reason))
