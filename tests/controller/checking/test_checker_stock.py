"""The laws of stock, each broken on purpose: a ledger that says one thing and movements that say another."""

from collections.abc import Mapping

import numpy as np
import pytest
from msgspec import structs

from controller.checking.stock import StockLaws
from controller.warehouse.stock import DOCK, SUPPLIER, TRUCK, Catalogue, Ledger, Place, parcel, tote
from robots.recording import events as ev
from robots.recording.events import Event, StockMoved

BOLT, NUT = range(2)
SHELF, EMPTY = Place("bin", 1, 0), Place("bin", 0, 1)
ORDERED: dict[int, dict[int, int]] = {12: {BOLT: 2}}


def ordered(order: int) -> Mapping[int, int]:
    return ORDERED.get(order, {})


class Books:
    """A ledger and its checker. Bolts are own stock, nuts a seller's; seven bolts are in bin 1.0, four on the dock."""

    def __init__(self) -> None:
        catalogue = Catalogue(("bolt", "nut"), ("house", "seller-3"), np.array([0.5, 0.5]))
        self.ledger = Ledger(catalogue, pods=2, bins=2)
        self.laws = StockLaws(self.ledger)
        self.ledger.move(0, BOLT, 7, SUPPLIER, SHELF)
        self.ledger.move(0, BOLT, 4, SUPPLIER, DOCK)
        assert self.look() == []

    def move(self, units: int, source: Place, target: Place, sku: int = BOLT) -> StockMoved:
        """A movement that was told."""
        self.ledger.move(0, sku, units, source, target)
        return self.ledger.take_moves()[0]

    def look(self, *events: Event) -> list[str]:
        return [alarm.text for alarm in self.laws.look(0, [*events, *self.ledger.take_moves()], ordered)]

    def compare(self) -> list[str]:
        return [alarm.text for alarm in self.laws.compare_all(0)]


@pytest.fixture
def books() -> Books:
    return Books()


def picked(units: int, order: int = 12) -> ev.Picked:
    return ev.Picked(0, order, 0, BOLT, units, pod=1, station=0)


def test_what_is_picked_packed_and_shipped_is_in_order(books: Books) -> None:
    """Two bolts from the bin to the truck, and two stowed: nothing to say."""
    books.ledger.move(0, BOLT, 2, SHELF, tote(12))
    assert books.look(picked(2)) == []
    books.ledger.move_all(0, tote(12), parcel(12))
    books.ledger.move_all(0, parcel(12), TRUCK)
    assert books.look(ev.OrderShipped(0, 12, 1, 0)) == []
    books.ledger.move(0, BOLT, 2, DOCK, EMPTY)
    assert books.look(ev.Stowed(0, BOLT, 2, 0, 2)) == []
    assert books.compare() == []


def test_a_movement_that_was_not_told_is_found(books: Books) -> None:
    """Bins are compared every tick, other places in full comparisons; each difference is reported once."""
    books.move(3, SHELF, tote(12))
    assert books.look() == ["bin 1.0 has 4 of SKU 0, its movements come to 7 of SKU 0"]
    assert books.look() == []
    assert books.compare() == ["tote 12 has 3 of SKU 0, its movements come to 0"]
    assert books.compare() == []


def test_a_movement_that_was_told_but_not_done_is_found(books: Books) -> None:
    """Both its places are named at once."""
    assert books.look(StockMoved(0, BOLT, "house", 2, "dock", "parcel 9")) == [
        "dock has 4 of SKU 0, its movements come to 2",
        "parcel 9 has 0 of SKU 0, its movements come to 2",
    ]
    assert books.look() == books.compare() == []


def test_units_from_nowhere_are_named_by_sku_and_owner(books: Books) -> None:
    """A bolt more in a bin, and a nut in a tote that nobody moved there."""
    books.ledger.bin_units[1, 0] += 1
    books.ledger._held[tote(5)][NUT] = 1
    assert books.compare() == [
        "bin 1.0 has 8 of SKU 0, its movements come to 7 of SKU 0",
        "tote 5 has 1 of SKU 1, its movements come to 0",
        "all places together have +1 of SKU 0 of house",
        "all places together have +1 of SKU 1 of seller-3",
    ]


def test_a_place_below_nothing_is_named(books: Books) -> None:
    """Two nuts out of a tote that has none, and nine bolts out of a bin of seven."""
    below = (StockMoved(0, NUT, "seller-3", 2, "tote 3", "dock"), StockMoved(0, BOLT, "house", 9, "bin 1.0", "dock"))
    texts = books.look(*below)
    assert texts[:2] == ["tote 3 has -2 of SKU 1", "bin 1.0 has -2 of SKU 0"]


def test_one_unit_below_nothing_is_below() -> None:
    """A unit too many leaves a tote, and a bin; a bin is not searched among the other places."""
    below = (StockMoved(0, NUT, "seller-3", 1, "tote 3", "dock"), StockMoved(0, BOLT, "house", 8, "bin 1.0", "dock"))
    assert Books().look(*below) == [
        "tote 3 has -1 of SKU 1",
        "bin 1.0 has -1 of SKU 0",
        "bin 1.0 has 7 of SKU 0, its movements come to -1 of SKU 0",
        "tote 3 has 0 of SKU 1, its movements come to -1",
        "dock has 0 of SKU 1, its movements come to 1",
        "dock has 4 of SKU 0, its movements come to 12",
        "8 of SKU 0 went from pod 1 to dock, people did 0",
    ]


def test_a_second_sku_in_a_bin_is_named(books: Books) -> None:
    """A nut into the bolts' bin."""
    assert books.look(StockMoved(0, NUT, "seller-3", 1, "supplier", "bin 1.0")) == [
        "bin 1.0 holds SKU 0, but 1 of SKU 1 were moved",
        "supplier has 0 of SKU 1, its movements come to -1",
    ]


def test_another_owner_is_named(books: Books) -> None:
    """The seller's nuts are reported as own stock."""
    move = structs.replace(books.move(5, SUPPLIER, EMPTY, NUT), owner="house")
    assert books.look(move) == ["5 of SKU 1 from supplier to bin 0.1 belong to house, SKU 1 belongs to seller-3"]


def test_a_movement_of_nothing_is_named(books: Books) -> None:
    """No units moved is no movement."""
    assert books.look(StockMoved(0, BOLT, "house", 0, "dock", "truck")) == [
        "0 of SKU 0 from dock to truck is no movement"
    ]


def test_picks_that_are_not_what_was_moved_are_named(books: Books) -> None:
    """Two moved and three reported; a pick without a movement; a movement without a pick."""
    books.ledger.move(0, BOLT, 2, SHELF, tote(12))
    assert books.look(picked(3)) == ["2 of SKU 0 went from pod 1 to tote 12, people did 3"]
    assert books.look(picked(1, order=13)) == ["0 of SKU 0 went from pod 1 to tote 13, people did 1"]
    books.ledger.move(0, BOLT, 1, SHELF, tote(14))
    assert books.look() == ["1 of SKU 0 went from pod 1 to tote 14, people did 0"]


def test_a_pick_from_two_bins_is_one_pick(books: Books) -> None:
    """Seven from one bin and one from another of the same pod are the eight reported."""
    books.ledger.move(0, BOLT, 3, SUPPLIER, Place("bin", 1, 1))
    books.look()
    books.ledger.move(0, BOLT, 7, SHELF, tote(12))
    books.ledger.move(0, BOLT, 1, Place("bin", 1, 1), tote(12))
    assert books.look(picked(8)) == []


def test_stows_that_are_not_what_was_moved_are_named(books: Books) -> None:
    """Four bolts left the dock for pod 0, three were reported."""
    books.ledger.move(0, BOLT, 4, DOCK, EMPTY)
    assert books.look(ev.Stowed(0, BOLT, 3, 0, 2)) == ["4 of SKU 0 went from dock to pod 0, people did 3"]


def test_what_is_taken_out_is_what_was_moved(books: Books) -> None:
    """Two bolts went from pod 1 to the dock, three were reported."""
    books.ledger.move(0, BOLT, 2, SHELF, DOCK)
    assert books.look(ev.TakenOut(0, BOLT, 2, 1, 2)) == []
    books.ledger.move(0, BOLT, 2, SHELF, DOCK)
    assert books.look(ev.TakenOut(0, BOLT, 3, 1, 2)) == ["2 of SKU 0 went from pod 1 to dock, people did 3"]


def test_with_a_supply_chain_an_order_leaves_with_what_its_parcel_was_closed_with(books: Books) -> None:
    """Only movements from its tote to its parcel close the parcel."""
    books.laws = StockLaws(books.ledger, chain=True)
    books.compare()
    books.ledger.move(0, BOLT, 3, SHELF, tote(12))
    assert books.look(picked(3)) == []
    books.ledger.move(0, BOLT, 1, tote(12), DOCK)
    books.ledger.move(0, BOLT, 1, DOCK, parcel(40))
    assert books.look() == []
    books.ledger.move_all(0, tote(12), parcel(12))
    assert books.look(ev.OrderShipped(0, 12, 1, 0)) == []


def test_a_parcel_with_other_goods_than_ordered_is_named(books: Books) -> None:
    """Two bolts were ordered, three leave."""
    books.ledger.move(0, BOLT, 3, SHELF, tote(12))
    books.look(picked(3))
    books.ledger.move_all(0, tote(12), parcel(12))
    books.ledger.move_all(0, parcel(12), TRUCK)
    assert books.look(ev.OrderShipped(0, 12, 1, 0)) == ["order 12 left with 3 of SKU 0, ordered were 2 of SKU 0"]


def test_shipping_and_loading_go_together(books: Books) -> None:
    """An order shipped without its parcel, and a parcel on the truck without an order."""
    assert books.look(ev.OrderShipped(0, 12, 1, 0)) == ["order 12 left with nothing, ordered were 2 of SKU 0"]
    books.ledger.move(0, BOLT, 1, DOCK, parcel(30))
    books.ledger.move(0, BOLT, 1, parcel(30), TRUCK)
    assert books.look() == ["parcel 30 left with 1 of SKU 0, but no order was shipped with it"]


def test_the_tote_of_a_withdrawn_order_is_emptied(books: Books) -> None:
    """Its picked units have to leave the tote."""
    books.ledger.move(0, BOLT, 2, SHELF, tote(12))
    books.look(picked(2))
    assert books.look(ev.OrderWithdrawn(0, 12, "lost")) == ["tote 12 still holds 2 of SKU 0"]
    books.ledger.move_all(0, tote(12), Place("quarantine", 12))
    assert books.look(ev.OrderWithdrawn(0, 12, "lost")) == []
