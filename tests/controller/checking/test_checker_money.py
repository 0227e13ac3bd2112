"""The laws of money, each broken on purpose: journals that don't add up, goods that were sold for something else."""

import pytest

from controller.checking.money import MoneyLaws, Tariff
from robots.recording.events import Event, StockMoved
from robots.recording.supply_chain_events import MoneyMoved, ParcelMoved

TARIFF = Tariff(cost=[300, 500], price=[700, 900])
"""SKU 0 is own stock, SKU 1 a seller's."""


class Books:
    """Laws and the supply chain's accounts, which by default equal the journal.

    Three units of SKU 0 are on the dock.
    """

    def __init__(self) -> None:
        self.accounts: dict[str, int] = {}
        self.laws = MoneyLaws(TARIFF, lambda: self.accounts)
        opening = StockMoved(0, 0, "house", 3, "supplier", "dock")
        assert self.look(opening, paid("stock", "capital", 900, "opening stock")) == []

    def look(self, *events: Event) -> list[str]:
        for event in events:
            if isinstance(event, MoneyMoved):
                self.accounts[event.debit] = self.accounts.get(event.debit, 0) + event.cents
                self.accounts[event.credit] = self.accounts.get(event.credit, 0) - event.cents
        return list(self.laws.look(events))


def paid(debit: str, credit: str, cents: int, cause: str, about: str = "") -> MoneyMoved:
    return MoneyMoved(0, debit, credit, cents, cause, about)


@pytest.fixture
def books() -> Books:
    return Books()


def sold(books: Books, cents: int) -> list[str]:
    """A unit of each SKU is packed into parcel 4, sold for so much and 900, and delivered."""
    books.look(StockMoved(0, 0, "house", 1, "dock", "tote 4"), StockMoved(0, 1, "seller-3", 1, "bin 1.0", "tote 4"))
    texts = books.look(
        StockMoved(0, 0, "house", 1, "tote 4", "parcel 4"),
        StockMoved(0, 1, "seller-3", 1, "tote 4", "parcel 4"),
        paid("cost of goods sold", "stock", 300, "goods sold", "order 4"),
        paid("cash", "sales", cents, "sale", "order 4"),
        paid("cash", "seller:seller-3", 900, "sale", "order 4"),
    )
    assert texts == []
    return books.look(ParcelMoved(1, 4, "van 1", "customer"))


def test_a_sale_at_its_price_breaks_no_law(books: Books) -> None:
    """The retailer's unit goes to the sales, the seller's to its account."""
    assert sold(books, 700) == []
    assert list(books.laws.compare_all()) == []


def test_a_sale_at_another_price_is_named(books: Books) -> None:
    """A cent too little."""
    assert sold(books, 699) == [
        "order 4 was sold for 699 to sales, 900 to seller:seller-3, its goods' prices are 700 to sales, "
        "900 to seller:seller-3"
    ]


def test_entries_move_something_between_two_accounts(books: Books) -> None:
    """An entry of no cents, of fewer than none, and from an account to itself."""
    assert books.look(paid("a", "b", 0, "x"), paid("a", "b", -5, "x"), paid("a", "a", 5, "x")) == [
        "0 cents from b to a (x) are no entry",
        "-5 cents from b to a (x) are no entry",
        "5 cents from a to a (x) stay where they are",
    ]


def test_an_account_that_says_something_else_is_named_once(books: Books) -> None:
    """Changed cash without an entry, an unreported account, and the sum of all."""
    books.look(paid("cash", "sales", 100, "other"))
    books.accounts["cash"] += 7
    assert books.look(paid("cash", "sales", 1, "other")) == ["account cash has 108 cents, its entries come to 101"]
    books.accounts["till"] = 3
    assert list(books.laws.compare_all()) == [
        "account till has 3 cents, its entries come to 0",
        "all accounts together are 10 cents",
    ]


def test_goods_are_worth_what_they_cost(books: Books) -> None:
    """A unit comes without an entry, and later an entry without a unit; sellers' goods have no value here."""
    assert books.look(StockMoved(1, 0, "house", 1, "inbound 2", "dock")) == [
        "goods cost 1200 cents, account stock says 900"
    ]
    assert books.look(paid("stock", "unbilled receipts", 300, "receipt")) == [
        "goods cost 900 cents, account stock says 1200"
    ]
    assert books.look(StockMoved(1, 1, "seller-3", 1, "inbound 2", "dock")) == []


def test_moves_inside_the_house_change_no_value(books: Books) -> None:
    """Dock to pod to tote."""
    assert (
        books.look(StockMoved(1, 0, "house", 1, "dock", "bin 1.0"), StockMoved(1, 0, "house", 1, "bin 1.0", "tote 4"))
        == []
    )


def test_a_settlement_leaves_nothing_owed(books: Books) -> None:
    """A seller with a balance of 900 is paid 800."""
    books.look(paid("cash", "seller:seller-3", 900, "sale", "order 4"))
    assert books.look(paid("seller:seller-3", "cash", 800, "settlement", "seller-3")) == [
        "seller:seller-3 was settled with 800 cents, but 100 are still owed"
    ]
