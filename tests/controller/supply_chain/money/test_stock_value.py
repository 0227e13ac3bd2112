"""Stock has a value in the accounts while the warehouse holds it."""

import numpy as np
import pytest

from controller.site.site import Site
from controller.supply_chain.money.stock_value import entry_of
from controller.supply_chain.state import accounts
from controller.supply_chain.state.inbound.sellers import HELD
from controller.warehouse.stock import RETAILER
from robots.recording.events import StockMoved
from tests.support.floor.tiny_site import chain_of, run, tiny_site

GOODS_SOLD = accounts.GOODS_SOLD


def value_of_stock(site: Site) -> int:
    """Cents of the retailer's own stock in the warehouse, counted the slow way from the ledger."""
    cost, owners = chain_of(site).items.cost, site.ledger.catalogue.owners
    units: dict[int, int] = dict.fromkeys(range(len(owners)), 0)
    for sku, amount in zip(site.ledger.bin_sku.ravel().tolist(), site.ledger.bin_units.ravel().tolist(), strict=True):
        if sku >= 0:
            units[sku] += amount
    for place, held in site.ledger.places().items():
        for sku, amount in held.items():
            units[sku] += amount if place.kind in HELD else 0
    return sum(int(cost[sku]) * amount for sku, amount in units.items() if owners[sku] == RETAILER)


@pytest.mark.parametrize(
    ("source", "target", "entry"),
    [
        ("inbound 3", "dock", ("stock", "unbilled receipts", "receipt", "trailer 3")),
        ("inbound 3", "reserve", ("stock", "unbilled receipts", "receipt", "trailer 3")),
        ("inbound 3", "problem", None),
        ("problem", "dock", ("stock", "unbilled receipts", "receipt", "")),
        ("problem", "supplier", None),
        ("supplier", "inbound 3", None),
        ("reserve", "dock", None),
        ("dock", "bin 1.2", None),
        ("bin 1.2", "tote 8", None),
        ("tote 8", "quarantine 8", None),
        ("tote 8", "parcel 8", (GOODS_SOLD, "stock", "goods sold", "order 8")),
        ("parcel 8", "customer", None),
        ("customer", "return 2", None),
        ("return 2", "inspection", None),
        ("inspection", "dock", ("stock", GOODS_SOLD, "restocked", "")),
        ("inspection", "liquidation", None),
        ("inspection", "disposal", ("write-off", GOODS_SOLD, "written off", "")),
        ("dock", "disposal", ("write-off", "stock", "written off", "")),
    ],
)
def test_stock_movements_have_their_postings(source: str, target: str, entry: tuple[str, ...] | None) -> None:
    """(debit, credit, cause, about) of each movement of stock; none for movements that change no value."""
    assert entry_of(StockMoved(5, 0, RETAILER, 4, source, target)) == entry


def test_stock_at_the_start_is_capital() -> None:
    """Stock posted at tick 0 is capital; later it is a receipt."""
    assert entry_of(StockMoved(0, 0, RETAILER, 4, "supplier", "bin 1.2")) == ("stock", "capital", "opening stock", "")
    assert entry_of(StockMoved(1, 0, RETAILER, 4, "supplier", "dock")) == ("stock", "unbilled receipts", "receipt", "")


def test_the_account_is_the_value_of_the_stock() -> None:
    """The account equals the stock value in every minute of an hour with receiving, picking and packing, and all
    accounts sum to nothing.
    """
    site = tiny_site(
        costs={"wage_cents_hour": 2000}, run={"ticks": 900, "tick_s": 4.0}, stock={"skus": 40, "reorder_at": 0.9}
    )
    chain = chain_of(site)
    for _ in range(60):
        run(site, 15)
        assert chain.accounts.balance["stock"] == value_of_stock(site)
        assert sum(chain.accounts.balance.values()) == 0
    assert chain.accounts.balance[GOODS_SOLD] > 0


def test_sellers_cohorts_equal_their_stock() -> None:
    """Units by age add up to the units in the warehouse, SKU by SKU."""
    site = tiny_site(costs={"wage_cents_hour": 2000}, stock={"skus": 40, "seller_share": 0.5})
    for _ in range(10):
        run(site, 120)
        owners = site.ledger.catalogue.owners
        units = np.zeros(len(owners), np.int64)
        full = site.ledger.bin_sku >= 0
        np.add.at(units, site.ledger.bin_sku[full], site.ledger.bin_units[full])
        for place, held in site.ledger.places().items():
            for sku, amount in held.items():
                units[sku] += amount if place.kind in HELD else 0
        book = chain_of(site).sellers
        assert {sku: book.units((sku,)) for sku in range(len(owners)) if owners[sku] != RETAILER} == {
            sku: int(units[sku]) for sku in range(len(owners)) if owners[sku] != RETAILER
        }
