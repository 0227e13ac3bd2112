"""Sellers see and pay for their own stock only, send shipments as they sell, and receive settlements."""

import pickle
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.site.site import Site
from controller.supply_chain.sellers import daily, removals, sellers, shipments
from controller.supply_chain.state.accounts import CASH, SALE, SETTLEMENT, seller_account
from controller.supply_chain.state.calendar import DAY_S
from controller.supply_chain.state.inbound.dock import AsnLine
from controller.supply_chain.state.inbound.sellers import SellersState
from controller.supply_chain.state.lifecycles import ShipmentState
from controller.warehouse.stock import RETAILER, SELLER
from robots.recording.events import StockMoved
from robots.recording.supply_chain_events import MoneyMoved, SellerInbound, SellerOutbound, StockRanOut
from tests.support.floor.tiny_site import chain_of, faults_of, of_kind, run, tiny, tiny_site

DAY = round(DAY_S / 10)
"""Ticks, of ten seconds each."""


def seller_site(**sections: dict[str, object]) -> Site:
    """The tiny floor with half of its 40 SKUs sellers', and no orders."""
    tables: dict[str, dict[str, object]] = {
        "run": {"ticks": 20_000, "tick_s": 10.0, "start": "08:00"},
        "orders": {"per_station_hour": 0},
        "stock": {"skus": 40, "seller_share": 0.5},
        "sellers": {},
        "inventory": {"reorder": False},
    }
    for section, keys in sections.items():
        tables[section] = tables.get(section, {}) | keys
    tables["sellers"] |= {"capacity": tables["sellers"].get("capacity", 20_000)}
    site = tiny_site(**tables)
    run(site, 3)
    return site


def a_seller(site: Site) -> str:
    """The seller with the most SKUs."""
    skus = chain_of(site).sellers.skus
    return max(sorted(skus), key=lambda seller: len(skus[seller]))


def test_a_seller_sees_all_own_stock_and_nothing_else() -> None:
    """Units by kind of place add up to the ledger's, owner by owner; an unknown seller sees nothing."""
    site = seller_site()
    owners = site.ledger.catalogue.owners
    seen: Counter[int] = Counter()
    for owner in set(owners):
        stock = sellers.stock_of(site, owner)
        assert {owners[sku] for sku in stock} <= {owner}
        for sku, places in stock.items():
            seen[sku] += sum(places.values())
            assert not {"supplier", "customer", "seller"} & set(places)
    outside = site.ledger.places()
    at_supplier = {
        sku: sum(held.get(sku, 0) for place, held in outside.items() if place.kind == "supplier") for sku in seen
    }
    assert all(seen[sku] == -units for sku, units in at_supplier.items())
    assert sellers.stock_of(site, "seller-99") == {}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from((RETAILER, "seller-1", "seller-2", "seller-10")), min_size=40, max_size=40))
def test_nobody_is_shown_anothers_sku(owners: list[str]) -> None:
    """Whatever the owners, the stock, age and shipments of one seller hold no SKU of another."""
    site = seller_site()
    catalogue = site.ledger.catalogue
    object.__setattr__(catalogue, "owners", tuple(owners))
    chain = chain_of(site)
    chain.sellers = SellersState()
    daily.begin(site, chain)
    chain.sellers.follow([StockMoved(1, sku, owner, 5, "inbound 1", "dock") for sku, owner in enumerate(owners)])
    for seller in ("seller-1", "seller-2", "seller-10"):
        own_skus = {sku for sku, owner in enumerate(owners) if owner == seller}
        assert set(sellers.stock_of(site, seller)) == own_skus
        assert chain.sellers.units(chain.sellers.skus.get(seller, ())) == 5 * len(own_skus)


def test_a_shipment_comes_and_is_put_away() -> None:
    """The shipment is announced, arrives and is received; its units are the seller's stock, aged from their arrival."""
    site = seller_site(sellers={"damaged": 0.0}, receiving={"over": 0.0, "unknown": 0.0})
    chain, seller = chain_of(site), a_seller(site)
    sku = chain.sellers.skus[seller][0]
    before = chain.sellers.units((sku,)) + chain.sellers.coming(seller)[sku]
    shipment = shipments.announce(site, chain, seller, [AsnLine(sku, 12, 12)], site.tick + 60)
    assert shipment.state == ShipmentState.ANNOUNCED
    assert chain.sellers.coming(seller)[sku] >= 12
    events = of_kind(run(site, 800), SellerInbound)
    assert [event.state for event in events if event.shipment == shipment.number] == [
        "announced",
        "arrived",
        "received",
    ]
    assert chain.sellers.units((sku,)) + chain.sellers.coming(seller)[sku] == before + 12


def test_more_than_the_capacity_is_refused_with_the_reason() -> None:
    """Nothing of a refused shipment comes."""
    site = seller_site(sellers={"capacity": 100})
    chain, seller = chain_of(site), a_seller(site)
    sku = chain.sellers.skus[seller][0]
    shipment = shipments.announce(site, chain, seller, [AsnLine(sku, 101, 101)], site.tick + 60)
    assert shipment.state == ShipmentState.REFUSED
    assert shipment.reason.endswith("101 more exceed the 100 allowed")
    assert shipment.number not in chain.sellers.under_way


def test_a_shipment_of_foreign_skus_is_refused() -> None:
    """The refusal does not name the owner."""
    site = seller_site()
    chain, seller = chain_of(site), a_seller(site)
    retailer = site.ledger.catalogue.owners.index(RETAILER)
    shipment = shipments.announce(site, chain, seller, [AsnLine(retailer, 5, 5)], site.tick + 60)
    assert shipment.state == ShipmentState.REFUSED
    assert shipment.reason == f"1 line with SKUs that are not {seller}'s"


def test_a_seller_at_the_limit_sends_urgent_skus_first() -> None:
    """The whole shipment is refused, then a smaller one accepted that fits the capacity."""
    site = seller_site()
    chain, seller = chain_of(site), a_seller(site)
    book = chain.sellers
    first, second = book.skus[seller][:2]
    book.rate = dict.fromkeys(book.rate, 0.0) | {first: 400.0, second: 9_000.0}
    site.tick += 1
    room = shipments.room_of(chain, seller)
    shipments.top_up(site, chain, seller, 1.0)
    announced, refused, taken = (event for event in of_kind(site.events, SellerInbound))
    assert [event.state for event in (announced, refused, taken)] == ["announced", "refused", "announced"]
    assert announced.shipment == refused.shipment
    assert [sku for sku, _ in taken.lines] == [second]
    assert sum(units for _, units in taken.lines) == room


@given(st.floats(0, 1000), st.floats(0.1, 30), st.floats(0, 5), st.floats(0.1, 60))
def test_levels_cover_the_lead_time(rate: float, lead: float, spread: float, cover: float) -> None:
    """The reorder point is the demand of the lead time at least, the level the cover beyond it."""
    point, level = shipments.levels(rate, lead, spread, cover)
    assert point >= rate * lead
    assert level >= max(1, point - 1 + rate * cover)


def test_the_forecast_follows_sales() -> None:
    """The forecast moves a tenth of the way from 10 a day to 20, and the count restarts."""
    site = seller_site()
    chain, sku = chain_of(site), chain_of(site).sellers.skus[a_seller(site)][0]
    chain.sellers.rate[sku], chain.sellers.sold[sku] = 10.0, 20
    shipments.look_at_sales(chain, 1.0)
    assert chain.sellers.rate[sku] == pytest.approx(11.0)
    assert not chain.sellers.sold


def test_without_a_past_sellers_expect_the_catalogues_rates() -> None:
    """No day of demand is known when the run begins: neither simulated nor in a file that begins with the run."""
    site = seller_site(inventory={"history_days": 0}, orders={"per_station_hour": 5})
    chain = chain_of(site)
    assert chain.inventory.history.shape[1] == 0
    assert chain.inventory.mean.all()
    own_skus = chain.sellers.skus[a_seller(site)]
    assert [chain.sellers.rate[sku] for sku in own_skus] == [
        pytest.approx(chain.inventory.mean[sku]) for sku in own_skus
    ]


def test_too_old_units_go_back_to_their_seller() -> None:
    """A removal is an order like any other up to the packer, then leaves the warehouse; the seller pays for the work."""
    site = seller_site(robots={"count": 2})
    chain, seller = chain_of(site), a_seller(site)
    sku = chain.sellers.skus[seller][0]
    units = min(5, site.pods.free_total[sku])
    order = removals.order_removal(site, chain, seller, {sku: units}, "asked for")
    events = run(site, 900)
    states = [event.state for event in of_kind(site.events + events, SellerOutbound) if event.order == order.id]
    assert states[-1] == "received"
    assert site.ledger.held(SELLER) == {sku: units}
    assert order.id not in chain.sellers.removals
    assert sum(sellers.owed(chain, seller).values()) == -units * (60 + 70 + 180)
    assert not any(move.cause == SALE for move in of_kind(events, MoneyMoved))


def test_removal_orders_are_made_once_and_by_tote() -> None:
    """All of a SKU's units are too old: orders of at most 24 units, and no more at the next check."""
    site = seller_site(stock={"skus": 4, "seller_share": 1.0})
    chain, seller = chain_of(site), a_seller(site)
    sku = chain.sellers.skus[seller][0]
    free = site.pods.free_total[sku]
    chain.sellers.cohorts[sku][0].since = site.tick - 400 * DAY
    for _ in range(2):
        removals.remove_the_old(site, chain, seller)
    assert sum(removal.lines[sku] for removal in chain.sellers.removals.values()) == free
    assert max(sum(removal.lines.values()) for removal in chain.sellers.removals.values()) == min(24, free)


def test_storage_is_charged_for_a_day() -> None:
    """A litre costs 2.6 cents a month, so a day of all units in the warehouse is their litres × 2.6 ÷ 30."""
    site = seller_site()
    chain, seller = chain_of(site), a_seller(site)
    skus = chain.sellers.skus[seller]
    litres = sum(chain.items.volume_ml[sku] * chain.sellers.units((sku,)) for sku in skus) / 1000
    for _ in range(30):
        daily.charge_storage(site, chain, seller)
    assert sellers.owed(chain, seller)["storage fee"] == pytest.approx(-2.6 * litres, abs=1)


def test_a_settlement_pays_the_balance() -> None:
    """The lines of the settlement add up to the account, which is empty afterwards; another seller's account does not
    change.
    """
    site = seller_site()
    chain = chain_of(site)
    one, two = sorted(chain.sellers.skus)[:2]
    for seller in (one, two):
        chain.accounts.post(site.tick, CASH, seller_account(seller), 1000, SALE, "order 1")
        sellers.commission(site, chain, seller, 1000, "order 1")
        sellers.fee(site, chain, seller, "ship", 1, "order 1")
    assert sellers.owed(chain, one) == {SALE: 1000, "commission": -120, "ship fee": -180}
    daily.settle(site, chain, one)
    assert sellers.owed(chain, one) == {}
    assert chain.accounts.balance[seller_account(one)] == 0
    assert chain.accounts.balance[seller_account(two)] == -700
    moves = [move for move in chain.accounts.take_moves() if move.cause == SETTLEMENT]
    assert [(move.debit, move.credit, move.cents, move.about) for move in moves] == [
        (seller_account(one), CASH, 700, one)
    ]


def test_a_seller_with_debts_pays_the_warehouse() -> None:
    """A settlement of fees alone is paid to the warehouse."""
    site = seller_site()
    chain, seller = chain_of(site), a_seller(site)
    sellers.fee(site, chain, seller, "return", 2)
    daily.settle(site, chain, seller)
    paid = chain.accounts.take_moves()[-1]
    assert (paid.debit, paid.credit, paid.cents, paid.cause) == (CASH, seller_account(seller), 240, SETTLEMENT)
    assert chain.accounts.balance[seller_account(seller)] == 0


def test_settlements_follow_each_other() -> None:
    """Each settlement covers everything since the last one."""
    site = seller_site()
    chain, seller = chain_of(site), a_seller(site)
    for cents in (1000, 300):
        chain.accounts.post(site.tick, CASH, seller_account(seller), cents, SALE, "order 1")
        daily.settle(site, chain, seller)
        site.tick += 500
    paid = [move.cents for move in chain.accounts.take_moves() if move.cause == SETTLEMENT]
    assert paid == [1000, 300]


def test_shipments_for_longer_than_units_may_stay_are_refused_at_once() -> None:
    """One line each says what is wrong with [sellers]."""
    settings = {"cover_days": 40.0, "remove_days": 30.0, "lead_days": 1.0, "lead_sd_days": 2.0}
    faults = faults_of(lambda: tiny(sellers=settings))
    assert len(faults) == 2
    assert "sends units back after 30 days, and shipments are for 40 (give more than cover_days)" in faults[0]
    assert "give at most lead_days" in faults[1]


@pytest.mark.slow
@pytest.mark.parametrize("capacity", [20_000, 1])
def test_sellers_keep_their_stock_from_running_dry(capacity: int) -> None:
    """Four days of demand for little stock: no order waits for a seller's units, but with room for one unit each some
    do.
    """
    four_days = round(4 * DAY_S / 10)
    site = tiny_site(
        run={"ticks": four_days, "tick_s": 10.0, "start": "06:00"},
        orders={"per_station_hour": 12.0},
        stock={"skus": 20, "seller_share": 1.0, "fill": 0.4},
        sellers={"capacity": capacity, "cover_days": 2.0, "lead_days": 0.6, "lead_sd_days": 0.1},
    )
    events = run(site, four_days)
    ran_dry = {event.order for event in of_kind(events, StockRanOut)}
    states = {event.state for event in of_kind(events, SellerInbound)}
    assert {"announced", "arrived", "received"} <= states
    assert ("refused" in states) == (capacity == 1)
    assert bool(ran_dry) == (capacity == 1)
    assert chain_of(site).accounts.balance["stock"] == 0, "sellers' stock has no value in the accounts"


def test_sellers_are_stored_with_the_site() -> None:
    """A site that was pickled continues the day as the original does."""
    site = seller_site()
    restored = pickle.loads(pickle.dumps(site))
    for one in (site, restored):
        one.tick = chain_of(one).calendar.at(1, "00:00")
        daily.seller_day(one, chain_of(one))
        daily.settle(one, chain_of(one), a_seller(one))
    assert chain_of(restored).accounts.balance == chain_of(site).accounts.balance
    assert chain_of(restored).sellers.cohorts == chain_of(site).sellers.cohorts
    assert restored.events == site.events


def test_fees_of_less_than_a_cent_add_up() -> None:
    """Forty units at 0.4 cents are 16 cents, one by one as together; each entry names an order."""
    site = seller_site(sellers={"pick_cents": 0.4})
    chain, seller = chain_of(site), a_seller(site)
    for order in range(40):
        sellers.fee(site, chain, seller, "pick", 1, f"order {order}")
    chain.accounts.flush(site.tick)
    assert sellers.owed(chain, seller) == {"pick fee": -16}
    assert sum(chain.accounts.balance.values()) == 0


def test_the_last_ticks_storage_is_rounded_like_any_other() -> None:
    """A run that ends with the first second of a day charges the same as one that ends later."""
    fees_of = {}
    for ticks in (7, 20):
        site = seller_site(run={"ticks": ticks, "tick_s": 10.0, "start": "23:59"})
        run(site, ticks)
        fees_of[ticks] = [sellers.owed(chain_of(site), seller) for seller in chain_of(site).sellers.skus]
    assert any(fees_of[7])
    assert fees_of[7] == fees_of[20]
