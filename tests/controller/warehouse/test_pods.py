"""The pods: where they stand, and which of their units nobody has been allocated yet."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.warehouse.pods import Pods, PodState
from controller.warehouse.stock import SUPPLIER, Catalogue, Ledger, StockError, tote

BOLT, NUT = range(2)
FIRST, SECOND = range(2)
"""The pods. They stand on cells 4 and 7."""


def pods(bins: int = 4) -> Pods:
    catalogue = Catalogue(("bolt", "nut"), ("house", "house"), np.array([0.5, 0.5]))
    return Pods(Ledger(catalogue, 2, bins), np.array([4, 7], np.int32), cells=10)


def units_in(stock: Pods, pod: int) -> list[tuple[int, int]]:
    """(sku, units) by bin."""
    return list(zip(stock.ledger.bin_sku[pod].tolist(), stock.ledger.bin_units[pod].tolist(), strict=True))


def test_stowed_units_can_be_allocated_at_once() -> None:
    """Two bins of bolts in one pod and one in the other: nine are free, in three ways of counting."""
    stock = pods()
    stock.put(0, FIRST, 0, BOLT, 4, SUPPLIER)
    stock.put(0, FIRST, 2, BOLT, 2, SUPPLIER)
    stock.put(0, SECOND, 0, BOLT, 3, SUPPLIER)
    assert stock.free[BOLT] == {FIRST: 6, SECOND: 3}
    assert stock.free_in == [{BOLT: 6}, {BOLT: 3}]
    assert stock.free_total == [9, 0]


def test_a_promise_is_kept_and_may_be_given_back() -> None:
    """Allocated units are not free; with all of them allocated the pod is no longer listed."""
    stock = pods()
    stock.put(0, FIRST, 0, BOLT, 4, SUPPLIER)
    stock.allocate(FIRST, BOLT, 4)
    assert (stock.free[BOLT], stock.free_in[FIRST], stock.free_total[BOLT]) == ({}, {}, 0)
    stock.deallocate(FIRST, BOLT, 1)
    assert (stock.free[BOLT], stock.free_in[FIRST], stock.free_total[BOLT]) == ({FIRST: 1}, {BOLT: 1}, 1)


def test_more_than_is_free_is_not_allocated() -> None:
    """Five of four bolts: refused by name, and nothing has changed."""
    stock = pods()
    stock.put(0, FIRST, 0, BOLT, 4, SUPPLIER)
    with pytest.raises(StockError, match="pod 0 has 1 unit of SKU 0 too many allocated"):
        stock.allocate(FIRST, BOLT, 5)
    assert stock.free_total[BOLT] == 4


def test_picks_empty_the_smallest_bins_first() -> None:
    """Five bolts from bins of 4, 2 and 3: the two, then the three; the bin of four is left whole."""
    stock = pods()
    for number, units in ((0, 4), (1, 2), (3, 3)):
        stock.put(0, FIRST, number, BOLT, units, SUPPLIER)
    stock.put(0, FIRST, 2, NUT, 1, SUPPLIER)
    stock.allocate(FIRST, BOLT, 5)
    stock.take(5, FIRST, BOLT, 5, tote(1))
    assert units_in(stock, FIRST) == [(BOLT, 4), (-1, 0), (NUT, 1), (-1, 0)]
    assert stock.ledger.held(tote(1)) == {BOLT: 5}
    assert [move.source for move in stock.ledger.take_moves() if move.t == 5] == ["bin 0.1", "bin 0.3"]


def test_room_is_in_the_skus_own_bins_first_and_then_in_empty_ones() -> None:
    """Bins of ten: two more fit the bolts', none the full one's, ten each an empty one; the nuts' bin isn't offered."""
    stock = pods()
    for number, sku, units in ((0, NUT, 1), (2, BOLT, 8), (3, BOLT, 10)):
        stock.put(0, FIRST, number, sku, units, SUPPLIER)
    assert stock.room(FIRST, BOLT, bin_units=10) == [(2, 2), (1, 10)]
    assert stock.room(FIRST, NUT, bin_units=10) == [(0, 9), (1, 10)]


def test_a_pod_on_a_robot_stands_nowhere() -> None:
    """Lifted off cell 4 and set down on cell 5."""
    stock = pods()
    stock.lift(FIRST)
    assert (stock.cell[FIRST], stock.pod_at[4]) == (-1, -1)
    stock.set_down(FIRST, 5)
    assert (stock.cell[FIRST], stock.pod_at[5], stock.pod_at[4]) == (5, FIRST, -1)
    assert stock.pod_at[7] == SECOND


def test_the_stock_of_a_quarantined_pod_is_unavailable_but_not_lost() -> None:
    """None of it is free, allocations taken back do not become free, and the ledger still has it all."""
    stock = pods()
    stock.put(0, FIRST, 0, BOLT, 4, SUPPLIER)
    stock.put(0, FIRST, 1, NUT, 2, SUPPLIER)
    stock.put(0, SECOND, 0, BOLT, 1, SUPPLIER)
    stock.allocate(FIRST, BOLT, 3)
    stock.quarantine(FIRST)
    stock.deallocate(FIRST, BOLT, 3)
    assert stock.state[FIRST] == PodState.QUARANTINED
    assert (stock.free[BOLT], stock.free[NUT], stock.free_in[FIRST]) == ({SECOND: 1}, {}, {})
    assert stock.free_total == [1, 0]
    assert units_in(stock, FIRST)[:2] == [(BOLT, 4), (NUT, 2)]


WORK = st.lists(
    st.tuples(st.sampled_from(("put", "allocate", "deallocate", "take")), st.integers(0, 1), st.integers(1, 4)),
    max_size=40,
)


@given(WORK)
def test_free_and_allocated_units_are_what_the_bins_hold(work: list[tuple[str, int, int]]) -> None:
    """Bolts stowed, allocated, given back and picked at random: free ones and allocated ones always make up the stock."""
    stock, allocated = pods(), [0, 0]
    for what, pod, units in work:
        if what == "put":
            stock.put(0, pod, 0, BOLT, units, SUPPLIER)
        elif what == "allocate" and units <= stock.free[BOLT].get(pod, 0):
            stock.allocate(pod, BOLT, units)
            allocated[pod] += units
        elif what == "deallocate" and units <= allocated[pod]:
            stock.deallocate(pod, BOLT, units)
            allocated[pod] -= units
        elif what == "take" and units <= allocated[pod]:
            stock.take(0, pod, BOLT, units, tote(1))
            allocated[pod] -= units
        free = [stock.free[BOLT].get(pod, 0) for pod in (FIRST, SECOND)]
        assert [free[pod] + allocated[pod] for pod in (FIRST, SECOND)] == stock.ledger.bin_units.sum(axis=1).tolist()
        assert stock.free_total[BOLT] == sum(free)
        assert [skus.get(BOLT, 0) for skus in stock.free_in] == free
