"""The ledger: units go from place to place, and nothing else happens to them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.warehouse.stock import (
    DOCK,
    SUPPLIER,
    TRUCK,
    Catalogue,
    Ledger,
    Place,
    StockError,
    inbound,
    owners_of,
    parcel,
    returned,
    tote,
)

BOLT, NUT, SCREW = range(3)
SHELF = Place("bin", 1, 0)


def ledger() -> Ledger:
    """Two pods with two bins each, three SKUs, the last one a seller's."""
    return Ledger(
        Catalogue(("bolt", "nut", "screw"), ("house", "house", "seller-1"), np.full(3, 1 / 3)), pods=2, bins=2
    )


def test_units_go_from_the_supplier_to_the_truck() -> None:
    """Nine bolts come in, four of them leave; every step is reported with its owner and its places' names."""
    book = ledger()
    book.move(0, BOLT, 9, SUPPLIER, DOCK)
    book.move(3, BOLT, 9, DOCK, SHELF)
    book.move(7, BOLT, 4, SHELF, tote(88))
    book.move_all(9, tote(88), parcel(88))
    book.move_all(9, parcel(88), TRUCK)
    assert book.bin_units.tolist() == [[0, 0], [5, 0]]
    assert book.bin_sku.tolist() == [[-1, -1], [BOLT, -1]]
    assert book.places() == {SUPPLIER: {BOLT: -9}, TRUCK: {BOLT: 4}}
    told = [(move.t, move.owner, move.quantity, move.source, move.target) for move in book.take_moves()]
    assert told == [
        (0, "house", 9, "supplier", "dock"),
        (3, "house", 9, "dock", "bin 1.0"),
        (7, "house", 4, "bin 1.0", "tote 88"),
        (9, "house", 4, "tote 88", "parcel 88"),
        (9, "house", 4, "parcel 88", "truck"),
    ]
    assert book.take_moves() == []


def test_a_bin_that_is_emptied_takes_any_sku() -> None:
    """The last unit out, and the bin has no SKU any more."""
    book = ledger()
    book.move(0, BOLT, 1, SUPPLIER, SHELF)
    book.move(0, BOLT, 1, SHELF, DOCK)
    book.move(0, NUT, 2, SUPPLIER, SHELF)
    assert book.bin_sku[1, 0] == NUT


def test_all_units_of_a_place_go_at_once() -> None:
    """A tote with bolts and nuts becomes a parcel of both."""
    book = ledger()
    book.move(0, BOLT, 1, SUPPLIER, tote(3))
    book.move(0, NUT, 2, SUPPLIER, tote(3))
    book.move_all(1, tote(3), parcel(3))
    assert book.held(parcel(3)) == {BOLT: 1, NUT: 2}
    assert book.held(tote(3)) == {}


def test_what_is_held_is_a_copy() -> None:
    """Changing the returned holdings does not change the ledger."""
    book = ledger()
    book.move(0, BOLT, 1, SUPPLIER, DOCK)
    book.held(DOCK)[BOLT] = 7
    book.places()[DOCK][BOLT] = 7
    assert book.held(DOCK) == {BOLT: 1}


@pytest.mark.parametrize(
    ("sku", "units", "source", "target", "message"),
    [
        (BOLT, 0, SUPPLIER, DOCK, "0 units of SKU 0 from supplier to dock"),
        (BOLT, -1, SUPPLIER, DOCK, "-1 units of SKU 0 from supplier to dock"),
        (NUT, 1, DOCK, SHELF, "dock has 0 units of SKU 1, 1 were requested"),
        (BOLT, 6, SHELF, tote(1), "bin 1.0 holds 5 of SKU 0, -6 of 0 do not fit"),
        (NUT, 1, SUPPLIER, SHELF, "bin 1.0 holds 5 of SKU 0, 1 of 1 do not fit"),
        (NUT, 1, SHELF, tote(1), "bin 1.0 holds 5 of SKU 0, -1 of 1 do not fit"),
        (BOLT, 1, tote(1), parcel(1), "tote 1 has 0 units of SKU 0, 1 were requested"),
    ],
)
def test_an_impossible_movement_is_refused(sku: int, units: int, source: Place, target: Place, message: str) -> None:
    """No negative stock, no two SKUs in a bin; the message names place, SKU and units, and no movement is reported."""
    book = ledger()
    book.move(0, BOLT, 5, SUPPLIER, SHELF)
    book.take_moves()
    with pytest.raises(StockError) as refused:
        book.move(1, sku, units, source, target)
    assert str(refused.value) == message
    assert book.take_moves() == []
    assert book.bin_units[1, 0] == 5
    assert book.places() == {SUPPLIER: {BOLT: -5}}


def test_units_are_asked_for_by_place_and_sku() -> None:
    """There are none in an empty place, nor of another SKU; an empty place no longer exists."""
    book = ledger()
    book.move(0, BOLT, 2, SUPPLIER, DOCK)
    assert [book.units(DOCK, BOLT), book.units(DOCK, NUT), book.units(TRUCK, BOLT)] == [2, 0, 0]
    book.move(0, BOLT, 2, DOCK, TRUCK)
    assert book.places().keys() == {SUPPLIER, TRUCK}
    assert [str(place) for place in (DOCK, SHELF, inbound(4), returned(5))] == [
        "dock",
        "bin 1.0",
        "inbound 4",
        "return 5",
    ]


def test_an_empty_bin_takes_the_first_sku_too() -> None:
    """Bolts are SKU 0, and no SKU is -1."""
    book = ledger()
    book.move(0, BOLT, 1, SUPPLIER, SHELF)
    book.move(0, BOLT, 1, SHELF, DOCK)
    assert book.bin_sku.tolist() == [[-1, -1], [-1, -1]]


def test_movements_that_nobody_has_heard_of_are_made_smaller_or_left_out() -> None:
    """Only those from the supplier; one already reported, or one that never existed, is an error that changes nothing."""
    book, other = ledger(), Place("bin", 0, 1)
    book.move(0, BOLT, 5, SUPPLIER, SHELF)
    book.move(0, NUT, 3, SUPPLIER, other)
    book.move(0, BOLT, 1, SHELF, DOCK)
    book.move(0, BOLT, 1, DOCK, SHELF)
    book.move(0, BOLT, 4, SUPPLIER, TRUCK)
    book.leave_out({SHELF: 2, other: 3})
    assert (book.bin_units.tolist(), book.bin_sku.tolist()) == ([[0, 0], [3, 0]], [[-1, -1], [BOLT, -1]])
    assert book.places() == {SUPPLIER: {BOLT: -7}, TRUCK: {BOLT: 4}}
    assert [(move.quantity, move.source, move.target) for move in book.take_moves()] == [
        (3, "supplier", "bin 1.0"),
        (1, "bin 1.0", "dock"),
        (1, "dock", "bin 1.0"),
        (4, "supplier", "truck"),
    ]
    with pytest.raises(StockError, match=r"bin 1\.0$"):
        book.leave_out({SHELF: 1})
    assert (book.bin_units[1, 0], book.places()[SUPPLIER]) == (3, {BOLT: -7})


def test_a_catalogue_grows_by_what_it_lacks() -> None:
    """The new SKUs are own stock, and nobody orders them."""
    more = ledger().catalogue.with_more(["nut", "gasket"])
    assert (more.names, more.owners) == (("bolt", "nut", "screw", "gasket"), ("house", "house", "seller-1", "house"))
    assert (len(more), more.share.tolist()) == (4, [1 / 3, 1 / 3, 1 / 3, 0])


def test_some_skus_are_sellers() -> None:
    """None, all, or about the requested share belong to nine sellers."""
    rng = np.random.default_rng(1)
    assert set(owners_of(50, 0.0, rng)) == {"house"}
    assert set(owners_of(500, 1.0, rng)) == {f"seller-{number}" for number in range(1, 10)}
    assert 50 < owners_of(500, 0.2, rng).count("house") - 300 < 150


PLACES = st.sampled_from((SUPPLIER, SHELF, Place("bin", 0, 1), tote(1)))
STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), PLACES, PLACES), max_size=40)


@given(STEPS)
def test_movements_conserve_every_sku(steps: list[tuple[int, int, Place, Place]]) -> None:
    """Whatever is requested, the units of each SKU sum to 0, and the reported movements equal the holdings."""
    book = ledger()
    for sku, units, source, target in steps:
        _move_if_possible(book, sku, units, source, target)
    told: Counter[tuple[str, int]] = Counter()
    for move in book.take_moves():
        told[move.source, move.sku] -= move.quantity
        told[move.target, move.sku] += move.quantity
    held = {(str(place), sku): units for place, skus in book.places().items() for sku, units in skus.items()}
    for pod, number in np.argwhere(book.bin_units > 0).tolist():
        held[f"bin {pod}.{number}", int(book.bin_sku[pod, number])] = int(book.bin_units[pod, number])
    assert {key: units for key, units in told.items() if units} == held
    assert [sum(units for (_, sku), units in held.items() if sku == number) for number in range(3)] == [0, 0, 0]


def _move_if_possible(book: Ledger, sku: int, units: int, source: Place, target: Place) -> None:
    try:
        book.move(0, sku, units, source, target)
    except StockError:
        return
