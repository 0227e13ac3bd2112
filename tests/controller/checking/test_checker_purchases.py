"""The laws of what comes in and comes back, and of the lives of both, each broken on purpose."""

import pytest

from controller.checking.lifecycles import LifecycleLaws
from controller.checking.purchases import PurchaseLaws
from controller.checking.returns import ReturnLaws
from robots.recording.events import Event, StockMoved
from robots.recording.supply_chain_events import (
    MoneyMoved,
    PurchaseOrdered,
    PurchaseOrderMoved,
    Received,
    ReturnGraded,
    ReturnMoved,
    SellerInbound,
    TrailerMoved,
)

ORDERED = PurchaseOrdered(0, 5, "Alder & Co", [(0, 10, 40), (1, 4, 70)], 900, "cheapest")
COME = [StockMoved(1, sku, "house", units, "supplier", "inbound 2") for sku, units in ((0, 10), (1, 4))]
UNLOADED = TrailerMoved(9, 2, "inbound", "unloaded", "door 0")
GOOD = [
    *(StockMoved(9, 0, "house", 6, "inbound 2", "dock"), StockMoved(9, 0, "house", 4, "inbound 2", "reserve")),
    Received(9, 2, "po 5", 0, 10, 10),
]
SOME = [
    *(StockMoved(9, 1, "house", 3, "inbound 2", "dock"), StockMoved(9, 1, "house", 1, "inbound 2", "problem")),
    Received(9, 2, "po 5", 1, 4, 3, damaged=1),
]
BILL = MoneyMoved(9, "unbilled receipts", "payable:Alder & Co", 610, "bill", "po 5")


def closed(state: str) -> PurchaseOrderMoved:
    return PurchaseOrderMoved(9, 5, state)


@pytest.fixture
def bought() -> PurchaseLaws:
    """Purchase order 5 is on its way in trailer 2: ten of SKU 0, four of SKU 1."""
    laws = PurchaseLaws()
    assert list(laws.look([ORDERED, *COME])) == []
    return laws


def test_a_short_order_breaks_no_law(bought: PurchaseLaws) -> None:
    """One unit is damaged: thirteen are owed for, and the order closes short."""
    assert list(bought.look([*GOOD, *SOME, UNLOADED, closed("short"), BILL])) == []


def test_an_order_with_units_missing_is_not_closed(bought: PurchaseLaws) -> None:
    """An order with all its units is not short."""
    assert list(bought.look([*GOOD, *SOME, UNLOADED, closed("closed"), BILL])) == [
        "po 5 was closed with 13 of 14 units good"
    ]


def test_the_bill_is_for_good_units_at_the_agreed_price(bought: PurchaseLaws) -> None:
    """The damaged unit is billed too."""
    bill = MoneyMoved(9, "unbilled receipts", "payable:Alder & Co", 680, "bill", "po 5")
    assert list(bought.look([*GOOD, *SOME, UNLOADED, closed("short"), bill])) == [
        "po 5 is short: 610 cents of good units, 680 are owed for it"
    ]


def test_what_leaves_a_trailer_is_what_is_told(bought: PurchaseLaws) -> None:
    """A unit fewer than reported good is on the dock, and the units in the problem place are unreported."""
    events = [StockMoved(9, 0, "house", 9, "inbound 2", "dock"), StockMoved(9, 0, "house", 1, "inbound 2", "problem")]
    assert list(bought.look([*events, Received(9, 2, "po 5", 0, 10, 10)])) == [
        "-1 of SKU 0 from inbound 2 were put away beyond what its receipts tell",
        "+1 of SKU 0 from inbound 2 were put aside beyond what its receipts tell",
    ]


def test_nothing_stays_in_an_unloaded_trailer(bought: PurchaseLaws) -> None:
    """Four units of SKU 1 are forgotten."""
    assert list(bought.look([*GOOD, UNLOADED])) == ["trailer 2 was unloaded, but 4 units are still in it"]


def test_more_than_there_was_can_not_be_good(bought: PurchaseLaws) -> None:
    """Eleven good of ten, of an order that nobody made."""
    texts = list(bought.look([Received(9, 2, "po 6", 0, 10, 11)]))
    assert texts[:2] == [
        "po 6 had 11 good of SKU 0 in trailer 2, 10 announced, 0 short, 0 over",
        "po 6 had 11 good of SKU 0 in trailer 2, and was never ordered",
    ]


def test_a_trailer_is_unloaded_to_where_goods_are_looked_at(bought: PurchaseLaws) -> None:
    """Nothing goes from a trailer straight into a bin."""
    assert "1 of SKU 0 went from inbound 2 to bin 1.0" in list(
        bought.look([StockMoved(9, 0, "house", 1, "inbound 2", "bin 1.0")])
    )


def test_an_order_asks_for_something(bought: PurchaseLaws) -> None:
    """Units below one, and a SKU twice."""
    assert list(bought.look([PurchaseOrdered(0, 6, "Alder & Co", [(0, 0, 40), (0, 3, 40)], 9, "")])) == [
        "po 6 has 0 of SKU 0 for 40 cents each",
        "po 6 has 2 lines of 1 SKU",
    ]


@pytest.mark.parametrize(
    ("states", "text"),
    [
        (["sent", "shipped"], "po 5 was shipped after it was sent"),
        (["sent", "confirmed", "shipped", "cancelled"], "po 5 was cancelled after it was shipped"),
        (["cancelled", "sent"], "po 5 was sent after it was cancelled"),
    ],
)
def test_purchase_orders_skip_no_state(states: list[str], text: str) -> None:
    """They do not come back from their end either."""
    assert list(LifecycleLaws().look([ORDERED, *map(closed, states)])) == [text]


def test_lives_begin_at_their_beginning() -> None:
    """A trailer at a door that was never announced, a return that nobody authorised, a shipment received before it came."""
    events: list[Event] = [
        TrailerMoved(0, 2, "inbound", "at_door", "door 1"),
        ReturnMoved(0, 3, 7, "handed_in"),
        SellerInbound(0, 4, "seller-3", "received"),
        TrailerMoved(0, 2, "flying", "departed", "near"),
    ]
    assert list(LifecycleLaws().look(events)) == [
        "inbound trailer 2 was at_door before it was anything",
        "return 3 was handed_in before it was anything",
        "shipment 4 was received before it was anything",
        "flying trailer 2 is departed, and there is no such kind of thing",
    ]


def returned(*, units: int = 1, way: str = "restock", to: str = "dock", refund: int = 500) -> list[str]:
    """Deliver two of SKU 0 of order 7, and return, dispose of and refund this many."""
    laws = ReturnLaws([500])
    texts = list(laws.look([StockMoved(0, 0, "house", 2, "parcel 7", "customer")]))
    texts += laws.look([ReturnMoved(1, 3, 7, "handed_in"), StockMoved(1, 0, "house", units, "customer", "return 3")])
    texts += laws.look([ReturnMoved(2, 3, 7, "arrived"), StockMoved(2, 0, "house", units, "return 3", "inspection")])
    graded = ReturnGraded(3, 3, 0, 1, "new", way, "worth most")
    refunded = MoneyMoved(3, "refunds", "cash", refund, "refund", "return 3")
    moved = StockMoved(3, 0, "house", 1, "inspection", to)
    texts += laws.look([ReturnMoved(3, 3, 7, "inspected"), graded, ReturnMoved(3, 3, 7, "closed"), moved, refunded])
    return texts


def test_a_return_that_is_graded_and_refunded_breaks_no_law() -> None:
    """One of two units comes back and is stock again."""
    assert returned() == []


def test_units_go_the_way_that_was_chosen() -> None:
    """Graded for the dock, and put away with what is open-box."""
    assert returned(to="open-box") == [
        "-1 of SKU 0 went from the returns bench to dock beyond what was graded so",
        "+1 of SKU 0 went from the returns bench to open-box beyond what was graded so",
    ]


def test_nobody_sends_back_more_than_he_got() -> None:
    """Three of two; two of them are graded by nobody, and refunded neither."""
    assert returned(units=3) == [
        "return 3 brings 3 of SKU 0 of order 7, which has 2 with its customer",
        "return 3 brought 3 of SKU 0, graded were 1 of SKU 0",
        "return 3 was refunded with 500 cents, its units' prices are 1500",
    ]


def test_a_refund_is_what_was_paid() -> None:
    """A cent too much."""
    assert returned(refund=501) == ["return 3 was refunded with 501 cents, its units' prices are 500"]


def test_there_is_no_other_way() -> None:
    """An unknown disposition has no place."""
    assert returned(way="give away")[0] == "return 3 had 1 unit of SKU 0 for give away"
