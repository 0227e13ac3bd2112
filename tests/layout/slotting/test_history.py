"""Histories: rows joined to orders, parts, batches, and the null model."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from layout.slotting.history import History, history_of, together
from tests.support.floor.slot_cases import history, made


def orders_of(past: History) -> list[dict[str, int]]:
    """{sku: units} of each order, in plain Python."""
    bounds = zip(past.first[:-1].tolist(), past.first[1:].tolist(), strict=True)
    return [{past.names[past.sku[line]]: int(past.units[line]) for line in range(*bound)} for bound in bounds]


def test_rows_of_an_order_are_joined_at_its_first_moment() -> None:
    """Rows come in any order; a SKU named twice is one line; longer orders are left out; unordered names are known."""
    rows = [("B", "nut", 1, 50.0), ("A", "nut", 2, 70.0), ("A", "nut", 3, 20.0), ("A", "bolt", 1, 60.0)]
    rows += [("C", name, 1, 1.0) for name in "xyz"]
    past = history_of(rows, 2, ["pin"])
    assert past.names == ("bolt", "nut", "pin")
    assert past.moment.tolist() == [20.0, 50.0]
    assert orders_of(past) == [{"nut": 5, "bolt": 1}, {"nut": 1}]
    assert past.lines_of().tolist() == [1, 2, 0]
    assert past.units_of().tolist() == [1, 6, 0]


def test_the_older_and_the_newer_part_make_the_whole() -> None:
    past = made(1)
    old, new = past.split(0.8)
    assert orders_of(old) + orders_of(new) == orders_of(past)
    assert old.orders == 320


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_batch_is_its_orders_joined(size: int) -> None:
    past = made(2, orders=50)
    single = orders_of(past)
    plain = [dict(sum(map(Counter, single[at : at + size]), Counter())) for at in range(0, len(single), size)]
    assert orders_of(past.batched(size)) == plain


def test_orders_are_left_out() -> None:
    past = made(3, orders=30)
    alone = np.diff(past.first) == 1
    assert orders_of(past.without(alone)) == [order for order in orders_of(past) if len(order) > 1]


def test_orders_of_each_sku() -> None:
    past = made(4, orders=40)
    begin, orders, lines = past.by_sku()
    for sku in range(len(past.names)):
        found = slice(int(begin[sku]), int(begin[sku + 1]))
        assert (past.sku[lines[found]] == sku).all()
        assert (past.order[lines[found]] == orders[found]).all()
        assert orders[found].tolist() == [at for at, one in enumerate(orders_of(past)) if past.names[sku] in one]


def test_shuffled_baskets_keep_velocity_and_lose_affinity() -> None:
    past = made(5, orders=2000, together=0.9)
    null = past.shuffled(np.random.default_rng(1))
    kept = np.abs(null.lines_of() - past.lines_of()).sum()
    assert kept <= 0.01 * len(past.sku), "lines that find no basket without their SKU are few"
    assert all(len(order) == size for order, size in zip(orders_of(null), np.diff(null.first).tolist(), strict=True))
    group = np.arange(60) // 6
    same = group[:, None] == group
    assert (together(null).toarray() * same).sum() < 0.5 * (together(past).toarray() * same).sum()


def test_pairs_are_counted() -> None:
    past = history("abc", "ab", "c")
    plain = Counter(pair for order in orders_of(past) for pair in combinations(sorted(order), 2))
    pairs = together(past).toarray()
    assert plain == {("a", "b"): 2, ("a", "c"): 1, ("b", "c"): 1}
    assert pairs.tolist() == [[0, 2, 1], [2, 0, 1], [1, 1, 0]]
