"""Purchase orders from the draft to the last unit, and the debts to their suppliers."""

from pathlib import Path

import pytest
from statemachine.exceptions import TransitionNotAllowed

from controller.site.site import Site
from controller.supply_chain.purchasing import purchase_orders
from controller.supply_chain.state.accounts import CASH, FREIGHT, PRICE_DIFFERENCE, payable
from controller.supply_chain.state.inbound.purchase_orders import PoLine, PurchaseOrder
from robots.recording.events import Event
from robots.recording.supply_chain_events import MoneyMoved, PurchaseOrdered, PurchaseOrderMoved, Received
from tests.support.floor.tiny_site import chain_of, of_kind, run, run_until
from tests.support.supply_chain.inbound_site import QUICK, inbound_site

CERTAIN = """
[[supplier]]
name = "Near"
price = 1.1
freight_cents = 5
lead_days = 0.5
lead_sd_days = 0.0
fill_rate = 1.0
defects = 0.0
days = [0, 1, 2, 3, 4, 5, 6]
payment_days = 1.0
[receiving]
over = 0.0
unknown = 0.0
"""
"""A supplier whose deliveries match their orders."""


def calm_site(folder: Path, text: str = CERTAIN, **sections: dict[str, object]) -> Site:
    """Nobody orders from the retailer, and the retailer orders only as a test asks."""
    tables: dict[str, dict[str, object]] = {
        "run": {"tick_s": 60.0},
        "orders": {"per_station_hour": 0.0},
        "inventory": {"history_days": 0},
    }
    site = inbound_site(folder, text, **tables, **sections)
    run(site, 1)
    return site


def buy(site: Site, units: int = 12, usual: int = 12, sku: int = 2) -> PurchaseOrder:
    chain = chain_of(site)
    cents = int(chain.sourcing.offers.cost[sku, 0])
    return purchase_orders.place(site, chain, 0, [PoLine(sku, units, cents, pack=6, usual=usual)], "a test wants it")


def states(events: list[Event]) -> list[str]:
    return [move.state for move in of_kind(events, PurchaseOrderMoved)]


def closed(site: Site, ticks: int = 4_000) -> list[Event]:
    """All events until the order is closed."""
    ends = {"closed", "short", "cancelled"}
    return run_until(site, lambda events: bool(ends & set(states(events))), ticks)


def test_a_purchase_order_lives_from_draft_to_closed(tmp_path: Path) -> None:
    """Each state is reported, and the units are on order until they arrive."""
    site = calm_site(tmp_path)
    buy(site)
    assert chain_of(site).inventory.ordered[2] == 12
    events = closed(site)
    assert states(events) == ["sent", "confirmed", "shipped", "arrived", "received", "closed"]
    assert of_kind(events, PurchaseOrdered)[0].reason == "a test wants it"
    assert of_kind(events, Received)[0].good == 12
    assert chain_of(site).inventory.ordered[2] == 0
    assert chain_of(site).sourcing.orders == {}


def test_an_order_that_is_not_on_its_way_cannot_arrive(tmp_path: Path) -> None:
    """The lifecycle refuses the event, and the order stays as it is."""
    site = calm_site(tmp_path)
    order = buy(site)
    with pytest.raises(TransitionNotAllowed):
        purchase_orders.arrived(site, chain_of(site), order.id)
    assert order.state == "sent"


def test_missing_units_close_an_order_short(tmp_path: Path) -> None:
    """A supplier sends half of the order, and its scorecard shows it."""
    text = CERTAIN.replace("fill_rate = 1.0", "fill_rate = 0.5")
    site = calm_site(tmp_path, text)
    buy(site, units=600)
    last = of_kind(closed(site), PurchaseOrderMoved)[-1]
    assert last.state == "short"
    assert "missing or not good" in last.reason
    assert 0.3 < chain_of(site).sourcing.cards[0].sent / 600 < 0.7


def test_a_supplier_without_stock_cancels(tmp_path: Path) -> None:
    """No empty trailer comes from a supplier without stock."""
    site = calm_site(tmp_path, CERTAIN.replace("fill_rate = 1.0", "fill_rate = 0.0"))
    buy(site)
    last = of_kind(closed(site), PurchaseOrderMoved)[-1]
    assert (last.state, last.reason) == ("cancelled", "Near has none of the units in stock")
    assert chain_of(site).inventory.ordered[2] == 0


def test_a_supplier_that_is_gone_cancels_and_is_asked_no_more(tmp_path: Path) -> None:
    """Orders to a supplier that is down are cancelled, and it gets no more until it is back."""
    site = calm_site(tmp_path)
    buy(site)
    chain_of(site).effects.suppliers_gone.add("Near")
    events = closed(site)
    assert states(events) == ["sent", "cancelled"]
    assert chain_of(site).sourcing.refused == {"Near"}


def test_a_late_supplier_says_so_when_it_ships_and_is_remembered(tmp_path: Path) -> None:
    """At three times the lead time the order is a day late, reported, and on the scorecard."""
    site = calm_site(tmp_path)
    chain_of(site).effects.supplier_lead["Near"] = 3.0
    before = chain_of(site).sourcing.cards[0].punctual
    buy(site)
    moves = {move.state: move.reason for move in of_kind(closed(site, 9_000), PurchaseOrderMoved)}
    assert "1.0 days later than expected" in moves["shipped"]
    card = chain_of(site).sourcing.cards[0]
    assert (card.orders, card.on_time) == (1, 0)
    assert card.punctual < before
    assert card.lead[0] > 0.5


def test_an_order_larger_than_usual_is_filled_worse_without_a_shared_forecast(tmp_path: Path) -> None:
    """At ten times the usual quantity, all of it comes with the shared forecast, and about a seventh without it."""
    received = []
    for share in (True, False):
        site = calm_site(tmp_path, sourcing={"share_forecast": share})
        buy(site, units=600, usual=60)
        received.append(of_kind(closed(site), Received)[0].good)
    assert received[0] == 600
    assert received[1] == pytest.approx(90, abs=45)


def test_a_bill_is_price_and_freight_and_is_paid_when_due(tmp_path: Path) -> None:
    """Stock at standard cost, the price difference and freight: after a day nothing is owed any more."""
    site = calm_site(tmp_path)
    chain = chain_of(site)
    cents, standard = int(chain.sourcing.offers.cost[2, 0]), int(chain.items.cost[2])
    buy(site)
    events = closed(site)
    moves = [move for move in of_kind(events, MoneyMoved) if move.about == "po 0"]
    by_cause = {move.cause: move.cents for move in moves}
    assert by_cause[FREIGHT] == 60
    assert by_cause[PRICE_DIFFERENCE] == abs(12 * (cents - standard))
    assert chain.accounts.balance[payable("Near")] == -(12 * cents + 60)
    paid = of_kind(run(site, 1_441), MoneyMoved)
    assert [(move.credit, move.cents) for move in paid if move.cause == "payment"] == [(CASH, 12 * cents + 60)]
    assert chain.accounts.balance[payable("Near")] == 0
    assert sum(chain.accounts.balance.values()) == 0


def test_orders_from_before_the_run_are_under_way_at_its_begin(tmp_path: Path) -> None:
    """Trailers come on the first day, and do not count against their supplier's lead time."""
    site = inbound_site(tmp_path, QUICK.replace("lead_days = 0.5", "lead_days = 2.0"), inventory={"cover_days": 2.0})
    events = run(site, 1)
    ordered = of_kind(events, PurchaseOrdered)
    assert ordered
    assert all(event.reason == "under way when the run began" for event in ordered)
    assert all(order.placed < 0 for order in chain_of(site).sourcing.orders.values())
    assert chain_of(site).sourcing.cards[0].orders == 0
