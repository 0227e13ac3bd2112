"""Cancelled orders: out of every place where an order waits, and what was picked for them is sellable again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.floor.cancelling import can_cancel, cancel
from controller.floor.failures import recovery
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.lifecycles import LifecycleError
from controller.warehouse.orders import Order, OrderState
from controller.warehouse.stock import DOCK, tote
from robots.recording.events import OrderCancelled, OrderPicked, Picked, StockMoved, Stowed
from tests.support.floor.tiny_site import of_kind, quiet_site, run, run_until, tiny_site
from tests.support.floor.watched import Watched
from tests.support.supply_chain.audit import audit_faults


def order_of(site: Site, number: int) -> Order:
    return site.book.open[number]


def test_an_order_of_the_backlog_is_out_of_it() -> None:
    """It is reported with its reason, counted, and nothing is demanded for it any more."""
    site = quiet_site(stock={0: {0: 10}}, orders={0: [(900, {0: 2})]})
    site.operator_state.draining = True
    run(site, 2)
    cancel(site, order_of(site, 0), "the customer asked for it")
    assert (site.book.open, site.book.backlog, site.book.cancelled) == ({}, {}, 1)
    assert site.supply.demand[0] == 0
    told = of_kind(tick(site)[1], OrderCancelled)
    assert [(event.order, event.reason) for event in told] == [(0, "the customer asked for it")]
    assert audit_faults(site) == []


def test_an_order_that_waits_for_stock_waits_no_more() -> None:
    """When its SKU is stowed later it is in no backlog."""
    site = quiet_site(stock={0: {0: 1}}, orders={0: [(900, {0: 5})]})
    run(site, 2)
    assert list(site.book.backordered) == [0]
    cancel(site, order_of(site, 0), "no stock")
    site.book.restocked(0)
    assert (site.book.backordered, site.book.backlog) == ({}, {})
    run(site, 2)
    assert audit_faults(site) == []


def test_what_was_allocated_to_it_is_there_for_an_order_that_waits_for_stock() -> None:
    """One unit: it was spoken for, and now another order can have it, though none is stowed."""
    site = quiet_site(stock={0: {0: 1}}, orders={0: [(900, {0: 1}), (900, {0: 1})]})
    run(site, 2)
    (other,) = site.book.backordered[0]
    (first,) = [order for order in site.book.open.values() if order is not other]
    cancel(site, first, "the customer asked for it")
    run(site, 2)
    assert (site.book.backordered, other.state) == ({}, OrderState.RELEASED)
    assert audit_faults(site) == []


def half_picked() -> Site:
    """Order 0 asks for two SKUs from two pods; the first lies in its tote."""
    site = quiet_site(stock={0: {0: 10}, 1: {1: 10}}, orders={0: [(900, {0: 2, 1: 3})]})
    run_until(site, lambda events: bool(of_kind(events, Picked)))
    assert site.ledger.held(tote(0))
    return site


def test_what_was_picked_is_stowed_again() -> None:
    """Tote to dock to pod: in the end the pods hold all twenty units, and all are free."""
    site = half_picked()
    cancel(site, order_of(site, 0), "the customer asked for it")
    assert site.ledger.held(tote(0)) == {}
    assert sum(site.ledger.held(DOCK).values()) > 0
    for _ in range(400):
        tick(site)
        assert audit_faults(site) == []
    assert site.ledger.held(DOCK) == {}
    assert (site.pods.free_total[0], site.pods.free_total[1]) == (10, 10)
    assert site.supply.inbound[0] == site.supply.demand[0] == 0


def test_a_unit_in_hand_stays_in_its_pod() -> None:
    """A picker holds it when the order ends: no pick is reported, and the books are right afterwards."""
    site = quiet_site(stock={0: {0: 10}}, orders={0: [(900, {0: 2})]}, stations={"pick_s": 20.0})
    run_until(site, lambda _: any(job.line is not None for *_, job in site.busy_until))
    cancel(site, order_of(site, 0), "the customer asked for it")
    events = run(site, 60)
    assert of_kind(events, Picked) == []
    assert site.pods.free_total[0] == 10
    assert audit_faults(site) == []


def test_a_full_tote_can_not_be_cancelled() -> None:
    """It is on its way; trying to cancel it is a fault of the program."""
    site = quiet_site(stock={0: {0: 10}}, orders={0: [(900, {0: 2})]})
    run_until(site, lambda events: bool(of_kind(events, OrderPicked)))
    order = order_of(site, 0)
    assert not can_cancel(order)
    with pytest.raises(LifecycleError, match="cancel does not follow picked"):
        cancel(site, order, "too late")


def test_an_order_that_went_back_is_cancelled_like_a_new_one() -> None:
    """It was withdrawn with two units picked: those stay where they are out of reach, and nothing is stowed twice."""
    site = half_picked()
    recovery.withdraw(site, order_of(site, 0), "its station closed")
    cancel(site, order_of(site, 0), "the customer asked for it")
    assert site.ledger.held(DOCK) == {}
    run(site, 100)
    assert audit_faults(site) == []


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 99)), max_size=25))
def test_whatever_is_cancelled_and_when_no_law_is_broken(wanted: list[tuple[int, int]]) -> None:
    """Any open order at any moment: the checker reports nothing, no unit is lost, and every order is done or open."""
    watched = Watched(tiny_site(robots={"count": 4}, orders={"backlog": 20, "per_station_hour": 400}))
    site = watched.site
    for ticks, choice in wanted:
        for _ in range(ticks):
            assert watched.tick() == []
        able = [order for order in site.book.open.values() if can_cancel(order)]
        if able:
            cancel(site, able[choice % len(able)], "as drawn")
    watched.tick()
    assert [alarm.text for alarm in (*watched.alarms, *watched.checker.finish())] == []
    assert audit_faults(site) == []


def test_cancelled_units_are_picked_for_others() -> None:
    """All five units of a SKU are in the cancelled order's tote; the next customer gets them."""
    site = quiet_site(stock={0: {0: 5}, 1: {1: 5}}, orders={0: [(900, {0: 5, 1: 5})], 200: [(2000, {0: 5})]})
    run_until(site, lambda events: any(isinstance(e, Picked) and e.sku == 0 for e in events))
    cancel(site, order_of(site, 0), "the customer asked for it")
    happened = run(site, 900)
    assert [e.quantity for e in of_kind(happened, Stowed) if e.sku == 0]
    assert [e.quantity for e in of_kind(happened, StockMoved) if e.target == "parcel 1"] == [5]
