"""Age of sellers' stock: received units are new, and the oldest units leave first."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from controller.supply_chain.state.inbound.sellers import HELD, SellersState, skus_by_seller
from controller.warehouse.stock import RETAILER
from robots.recording.events import StockMoved
from robots.recording.places import place_of

PLACES = ("supplier", "inbound 3", "dock", "reserve", "bin 1.2", "tote 4", "parcel 4", "return 2", "inspection")


def moved(tick: int, units: int, source: str, target: str, sku: int = 0, owner: str = "anna") -> StockMoved:
    return StockMoved(tick, sku, owner, units, source, target)


def ages(book: SellersState, sku: int = 0) -> list[tuple[int, int]]:
    return [(cohort.since, cohort.units) for cohort in book.cohorts.get(sku, ())]


def test_received_units_are_new() -> None:
    """Ten units at tick 5 in two parts and five at tick 9 keep their age on the way from the dock into a bin."""
    book = SellersState()
    book.follow([moved(5, 6, "inbound 3", "dock"), moved(5, 4, "inbound 3", "reserve")])
    book.follow([moved(7, 6, "dock", "bin 1.2")])
    book.follow([moved(9, 5, "inbound 4", "dock")])
    assert ages(book) == [(5, 10), (9, 5)]
    assert list(book.older((0,), 9)) == [(0, 10)]


def test_the_oldest_units_leave_first() -> None:
    """Twelve of fifteen units leave in parcels: the ten old ones and two of the new, and they count as sold."""
    book = SellersState()
    book.follow([moved(5, 10, "inbound 3", "dock"), moved(9, 5, "inbound 4", "dock")])
    book.follow([moved(11, 12, "tote 4", "parcel 4")])
    assert ages(book) == [(9, 3)]
    assert book.sold[0] == 12


def test_unaccepted_units_have_no_age() -> None:
    """Damaged units go from the trailer to the problem place and back, and never count as stock."""
    book = SellersState()
    book.follow([moved(5, 2, "inbound 3", "problem"), moved(8, 2, "problem", "supplier")])
    assert ages(book) == []


def test_own_stock_has_no_cohorts() -> None:
    """The retailer's own stock has a value instead."""
    book = SellersState()
    book.follow([moved(5, 2, "inbound 3", "dock", owner=RETAILER)])
    assert book.cohorts == {}


def test_every_seller_has_their_skus() -> None:
    """The retailer's SKUs belong to no seller."""
    owners = ("seller-2", RETAILER, "seller-1", "seller-2")
    assert skus_by_seller(owners) == {"seller-1": (2,), "seller-2": (0, 3)}


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES), st.integers(1, 9)), max_size=40))
def test_cohorts_add_up_to_the_stock(ways: list[tuple[str, str, int]]) -> None:
    """Whichever places units pass, they keep their age; the oldest cohorts come first."""
    book, held = SellersState(), Counter({"supplier": 10_000})
    for tick, (source, target, units) in enumerate(ways):
        part = min(units, held[source])
        if part and source != target:
            held[source] -= part
            held[target] += part
            book.follow([moved(tick, part, source, target)])
        in_stock = sum(amount for place, amount in held.items() if place_of(place).kind in HELD)
        assert book.units((0,)) == in_stock
        assert [since for since, _ in ages(book)] == sorted(since for since, _ in ages(book))
