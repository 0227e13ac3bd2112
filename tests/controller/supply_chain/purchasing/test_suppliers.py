"""Suppliers, the choice of a supplier for each SKU, and price lists."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.build_site import build_site
from controller.scenario.supply_chain import Supplier
from controller.supply_chain.purchasing.suppliers import USUAL, chosen, compare, in_words, synthetic_offers, weighed
from controller.supply_chain.purchasing.suppliers_csv import read_suppliers
from controller.supply_chain.state.calendar import Calendar
from controller.supply_chain.state.disruption_effects import DisruptionEffects
from controller.supply_chain.state.inbound.purchase_orders import Offers, Scorecard, SourcingState
from controller.supply_chain.state.items import synthetic_items
from controller.warehouse.stock import RETAILER, Catalogue
from tests.support.floor.tiny_site import chain_of, faults_of
from tests.support.supply_chain.inbound_site import as_setting, csv_file, inbound_scenario, inbound_site

HEAD = "sku,supplier,cost_cents,moq,pack,lead_days,fill_rate"


def catalogue(*owners: str) -> Catalogue:
    """SKUs A, B, C … of these owners, all with equal demand."""
    return Catalogue(tuple("ABCDEFGH"[: len(owners)]), owners, np.full(len(owners), 1 / len(owners)))


def two_suppliers(dear: Supplier, cheap: Supplier, price: int = 1_000) -> SourcingState:
    """One SKU that both suppliers sell, at that price."""
    return SourcingState((dear, cheap), Offers(*np.array([[[price, price]], [[1, 1]], [[1, 1]]])))


@given(seed=st.integers(0, 2**32 - 1), skus=st.integers(1, 60))
def test_every_own_sku_has_one_to_three_suppliers(seed: int, skus: int) -> None:
    """Sellers' SKUs have no supplier: sellers replenish their own stock."""
    rng = np.random.default_rng(seed)
    owners = tuple(rng.choice([RETAILER, "seller-1"], skus))
    shop = Catalogue(tuple(map(str, range(skus))), owners, np.full(skus, 1 / skus))
    many = tuple(Supplier(f"s{n}", share=0.8) for n in range(5))
    sold = (synthetic_offers(many, shop, synthetic_items(skus, rng), rng).cost > 0).sum(axis=1)
    warehouse = np.array([owner == RETAILER for owner in owners])
    assert (sold[~warehouse] == 0).all()
    assert ((sold[warehouse] >= 1) & (sold[warehouse] <= 3)).all()


def test_the_cheaper_of_equals_is_chosen() -> None:
    """Freight counts: the landed cost decides."""
    book = two_suppliers(Supplier("far", freight_cents=90), Supplier("near", freight_cents=10))
    assert chosen(weighed(book, DisruptionEffects(), 0.5)).tolist() == [1]


def test_a_cheap_supplier_that_sends_half_of_it_isnt_chosen() -> None:
    """With a reliability weight of 0 the price alone decides."""
    book = two_suppliers(Supplier("steady", freight_cents=50), Supplier("wild", fill_rate=0.5, lead_sd_days=3.0))
    assert chosen(weighed(book, DisruptionEffects(), 0.5)).tolist() == [0]
    assert chosen(weighed(book, DisruptionEffects(), 0.0)).tolist() == [1]


def test_delivered_units_count_more_than_the_quoted_rate() -> None:
    """A supplier that has sent a tenth of 50,000 units loses its orders."""
    book = two_suppliers(Supplier("dear", freight_cents=60), Supplier("cheap"))
    assert chosen(weighed(book, DisruptionEffects(), 0.5)).tolist() == [1]
    book.cards[1].ordered, book.cards[1].sent = 50_000, 5_000
    assert chosen(weighed(book, DisruptionEffects(), 0.5)).tolist() == [0]


def test_nobody_orders_from_a_supplier_that_has_cancelled_until_it_is_back() -> None:
    """The supplier is excluded at once, and available again when the disruption is over."""
    book = two_suppliers(Supplier("a"), Supplier("b"))
    effects = DisruptionEffects(suppliers_gone={"a", "b"})
    book.refused = {"a", "b"}
    assert chosen(weighed(book, effects, 0.5)).tolist() == [-1]
    assert chosen(weighed(book, DisruptionEffects(), 0.5)).tolist() == [0]
    assert book.refused == set()


def test_the_reason_names_cost_reliability_and_the_next_best() -> None:
    """The reason is in a buyer's words."""
    book = two_suppliers(
        Supplier("Alder & Co", freight_cents=20, lead_sd_days=0.0), Supplier("Birch", freight_cents=60)
    )
    cost = weighed(book, DisruptionEffects(), 0.5)
    words = in_words(book, 0, compare(book, cost, 0, [0]))
    assert words == (
        "Alder & Co: 10.20 a unit landed, 98% of units and 100% on time by its own statement; "
        "next best Birch: 10.60, 98% of units and 84% on time by its own statement"
    )


def test_a_scorecard_begins_with_the_quoted_terms_and_learns() -> None:
    """Five orders that each took a day longer weigh as much as the quoted lead time."""
    card = Scorecard(Supplier("x", lead_days=2.0, lead_sd_days=0.0))
    assert card.lead == (2.0, 0.0)
    card.orders, card.days, card.days2 = 5, 15.0, 45.0
    assert card.lead == pytest.approx((2.5, 0.25))
    assert card.punctual == pytest.approx(0.5)


def test_orders_ready_on_saturday_leave_on_monday() -> None:
    """Two days of lead time from a Friday noon: ready on Saturday, shipped on Monday at 00:00, received on Tuesday."""
    book = SourcingState((Supplier("x"),), Offers(*np.ones((3, 1, 1), np.int64)))
    calendar = Calendar(start_s=0.0, tick_s=1.0)
    friday = calendar.at(4, "12:00")
    ships, arrives = book.shipping_days(calendar, 0, friday, 2.0)
    assert (calendar.words(ships), calendar.words(arrives)) == ("day 8 00:00", "day 9 00:00")
    monday = calendar.at(0, "12:00")
    assert calendar.words(book.shipping_days(calendar, 0, monday, 2.0)[1]) == "day 3 12:00"


def test_a_price_list_is_read_with_the_suppliers_terms(tmp_path: Path) -> None:
    """Empty fields take defaults; terms given once are the supplier's; SKUs that the catalogue lacks are passed over."""
    file = csv_file(tmp_path, HEAD, "A,Alder,900,24,12,3,0.9", "B,Alder,50,,,,", "A,Birch,880,,,,", "Z,Birch,1,,,,")
    suppliers, offers = read_suppliers(file, catalogue(RETAILER, RETAILER, "seller-1"))
    assert [(s.name, s.lead_days, s.fill_rate) for s in suppliers] == [("Alder", 3.0, 0.9), ("Birch", 2.0, 0.98)]
    assert offers.cost.tolist() == [[900, 880], [50, 0], [0, 0]]
    assert (offers.moq[0, 0], offers.pack[0, 0], offers.moq[1, 0]) == (24, 12, 12)


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    """Column names of other systems are recognised."""
    file = csv_file(tmp_path, "StockCode,Vendor,unit_cost_cents", "A,Alder,900")
    suppliers, offers = read_suppliers(file, catalogue(RETAILER))
    assert (suppliers[0].name, int(offers.cost[0, 0])) == ("Alder", 900)


def test_every_faulty_line_is_reported_at_once(tmp_path: Path) -> None:
    """Each fault has its line number and the expected form."""
    file = csv_file(
        tmp_path,
        HEAD,
        "A,Alder,free,,,,",
        ",Alder,5,,,,",
        "A,,5,,,,",
        "B,Alder,5,0,1.5,,2",
        "C,Alder,5,,,3,",
        "D,Alder,5,,,4,",
    )
    faults = faults_of(lambda: read_suppliers(file, catalogue(RETAILER)))
    assert [fault.removeprefix(f"{file}: ") for fault in faults] == [
        "line 2: has cost_cents 'free' (write a whole number from 1 to 1,000,000,000)",
        "line 3: has no sku",
        "line 4: names supplier '' (a name of at most 60 characters without a colon)",
        "line 5: has moq '0' (write a whole number from 1 to 1,000,000)",
        "line 5: has pack '1.5' (write a whole number from 1 to 1,000,000)",
        "line 5: has fill_rate '2' (write a number from 0 to 1)",
        "line 7: says lead_days 4 of Alder, line 6 says 3 (give each supplier one value)",
    ]


def test_a_price_list_must_have_all_own_skus(tmp_path: Path) -> None:
    """Sellers' SKUs need no price."""
    file = csv_file(tmp_path, HEAD, "A,Alder,900,,,,")
    faults = faults_of(lambda: read_suppliers(file, catalogue(RETAILER, RETAILER, "seller-1")))
    assert "has no supplier for 1 of the retailer's 2 SKUs: B" in faults[0]


def test_a_missing_price_list_is_a_fault_of_input(tmp_path: Path) -> None:
    """The missing file is reported when the site is built."""
    scenario = inbound_scenario(tmp_path, '[sourcing]\ncsv = "nowhere.csv"\n')
    assert "can't be read" in faults_of(lambda: build_site(scenario))[0]


def test_faults_between_keys_are_reported_together(tmp_path: Path) -> None:
    """Two sources of suppliers, a doubled name and a dock that never opens are reported together."""
    text = '[sourcing]\ncsv = "x.csv"\n[receiving]\nbegin = "06:00"\nend = "06:00"\n'
    text += '[[supplier]]\nname = "Twin"\n[[supplier]]\nname = "Twin"\n'
    faults = faults_of(lambda: inbound_scenario(tmp_path, text))
    assert len(faults) == 3
    assert any("'Twin' occurs 2 times" in fault for fault in faults)


def test_a_scenario_without_suppliers_has_three(tmp_path: Path) -> None:
    """The table [sourcing] alone is enough."""
    site = inbound_site(tmp_path, "[sourcing]\n")
    assert chain_of(site).sourcing.suppliers == USUAL


def test_a_scenario_may_name_a_price_list(tmp_path: Path) -> None:
    """The suppliers of the price list are the site's."""
    names = [f"SKU-{number:05d}" for number in range(1, 13)]
    file = csv_file(tmp_path, HEAD, *(f"{name},Only,100,,,," for name in names))
    site = inbound_site(tmp_path, f"[sourcing]\ncsv = {as_setting(file)}\n")
    assert [supplier.name for supplier in chain_of(site).sourcing.suppliers] == ["Only"]


def test_a_cost_that_is_not_said_to_be_in_cents_is_refused(tmp_path: Path) -> None:
    """In the items file `cost` is in money: read as cents it would be wrong by a factor of a hundred."""
    path = csv_file(tmp_path, "sku,supplier,cost", "A,Alder,7")
    assert faults_of(lambda: read_suppliers(path, catalogue(RETAILER))) == [
        f"{path}: line 2: has no cost_cents (write whole cents a unit)"
    ]


def test_a_disruption_names_a_supplier_of_the_file(tmp_path: Path) -> None:
    """The refusal lists the suppliers of the file."""
    file = csv_file(tmp_path, HEAD, *(f"SKU-{number:05d},Only,100,,,," for number in range(1, 60)))
    text = f'[sourcing]\ncsv = {as_setting(file)}\n[[disruption]]\nkind = "supplier-gone"\nname = "Alder"\n'
    scenario = inbound_scenario(tmp_path, text)
    assert faults_of(lambda: build_site(scenario)) == [
        f"{scenario.file}: [[disruption]] number 1 name: there is no supplier 'Alder' (there is Only)"
    ]
