"""Analysis of an order history, compared with counts in plain Python and by hand."""

from collections import Counter
from datetime import UTC, datetime
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.slotting import analysis
from layout.slotting.gain import gain
from layout.slotting.history import History, history_of
from layout.slotting.judge import Slotting, judge
from layout.slotting.space import Space

DAY = 86_400.0
orders_of = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 9), min_size=1, max_size=5),
        st.integers(0, 30 * 24 * 60).map(lambda minute: minute * 60.0),
    ),
    min_size=1,
    max_size=40,
)
Orders = list[tuple[dict[str, int], float]]


def history(orders: Orders, names: tuple[str, ...] = ()) -> History:
    rows = [(f"{n:03}", sku, units, at) for n, (lines, at) in enumerate(orders) for sku, units in lines.items()]
    return history_of(rows, names=names)


@given(orders_of)
@settings(deadline=None)
def test_pairs_are_those_of_plain_counting(orders: Orders) -> None:
    """Count, support and lift of each; the most frequent first."""
    kept = history(orders)
    alone = Counter(sku for lines, _ in orders for sku in lines)
    pairs = Counter(pair for lines, _ in orders for pair in combinations(sorted(lines), 2))
    found = analysis.pairs(kept)
    seen = {}
    for at, count in enumerate(found.count.tolist()):
        one, other = kept.names[found.one[at]], kept.names[found.other[at]]
        seen[one, other] = count
        assert found.support[at] == pytest.approx(count / len(orders))
        assert found.lift[at] == pytest.approx(count * len(orders) / (alone[one] * alone[other]))
    assert seen == pairs
    assert found.count.tolist() == sorted(found.count.tolist(), reverse=True)
    assert len(analysis.pairs(kept, 2).count) == min(2, len(pairs))


@given(orders_of)
@settings(deadline=None)
def test_sizes_times_and_ages_are_those_of_plain_counting(orders: Orders) -> None:
    """Lines and units of each order, orders by weekday and hour, first and last orders."""
    kept = history(orders, ("zero",))
    lines, units = analysis.per_order(kept)
    assert sorted(lines.tolist()) == sorted(len(order) for order, _ in orders)
    assert sorted(units.tolist()) == sorted(sum(order.values()) for order, _ in orders)
    times = [datetime.fromtimestamp(at, UTC) for _, at in orders]
    counted = Counter((time.weekday(), time.hour) for time in times)
    profile = analysis.profile(kept)
    assert {(d, h): int(profile[d, h]) for d in range(7) for h in range(24) if profile[d, h]} == counted
    ages, moments = analysis.ages(kept), [at for _, at in orders]
    since = max(moments) - 0.2 * (max(moments) - min(moments))
    for sku, name in enumerate(kept.names):
        ordered_at = [at for order, at in orders if name in order]
        assert bool(ages.new[sku]) == bool(ordered_at and min(ordered_at) > since)
        assert bool(ages.dying[sku]) == bool(ordered_at and max(ordered_at) < since)
        assert np.isnan(ages.first[sku]) == (not ordered_at)
    new = {name for sku, name in enumerate(kept.names) if ages.new[sku]}
    recent = [sku in new for order, at in orders if at > since for sku in order]
    assert ages.new_lines == pytest.approx(np.mean(recent) if recent else 0.0)


@given(orders_of)
@settings(deadline=None)
def test_the_curve_rises_to_one_and_classes_follow_it(orders: Orders) -> None:
    """A SKUs begin below 80 % of the lines, B SKUs below 95 %; SKUs without orders are C."""
    kept = history(orders, ("zero",))
    found = analysis.pareto(kept)
    lines = Counter(sku for order, _ in orders for sku in order)
    total, covered = sum(lines.values()), 0
    for at, sku in enumerate(found.order.tolist()):
        name = kept.names[sku]
        assert int(found.cls[sku]) == (
            2 if not lines[name] else int(covered * 100 >= 80 * total) + int(covered * 100 >= 95 * total)
        )
        covered += lines[name]
        assert found.share[at] == pytest.approx(covered / total)
    assert [lines[kept.names[sku]] for sku in found.order] == sorted((lines[n] for n in kept.names), reverse=True)


def test_bins_last_as_long_as_demand_leaves_them() -> None:
    """a sells 20 in two days: a bin of 5 lasts half a day, and a week takes 14 of them."""
    kept = history([({"a": 10}, 0.0), ({"a": 10, "b": 1}, 2 * DAY)], ("z",))
    need = analysis.bin_need(kept, 5, 7.0)
    assert need.units_a_day.tolist() == [10.0, 0.5, 0.0]
    assert need.bin_days.tolist() == [0.5, 10.0, np.inf]
    assert need.bins.tolist() == [14, 1, 1]
    assert analysis.days_of(kept) == 2.0


def test_histograms_and_spreads() -> None:
    """The last bar takes all larger values; sizes go by 1, 2, 5."""
    assert analysis.histogram(np.array([1, 1, 3, 9]), 4) == [2, 0, 1, 1]
    assert analysis.by_size(np.array([1, 4, 5, 49, 50, 100])) == {
        "from": [1, 2, 5, 10, 20, 50, 100], "count": [1, 1, 1, 0, 1, 1, 1]
    }  # fmt: skip
    assert analysis.spread(np.array([1, 2, 3]))["p50"] == 2.0
    assert set(analysis.spread(np.array([])).values()) == {0.0}


def test_a_gain_is_split_exactly_and_velocity_finds_no_affinity() -> None:
    """a and b are always bought together, c and d too: storing them together is affinity, for all are equally frequent."""
    together = history(
        [({"a": 1, "b": 1}, n * 60.0) for n in range(40)] + [({"c": 1, "d": 1}, n * 61.0) for n in range(40)]
    )
    space = Space(2, 2, np.array([10.0, 10.0]), np.arange(2, dtype=np.int32), np.ones(4, np.int64), np.zeros(4))
    rank = np.arange(2, dtype=np.int32)
    apart = Slotting.single(np.array([0, 1, 0, 1], np.int32), rank)
    joined = Slotting.single(np.array([0, 0, 1, 1], np.int32), rank)
    found = gain(together, (apart, space), (joined, space), np.random.default_rng(1))
    assert (found.before, found.after) == (judge(together, apart, space), judge(together, joined, space))
    assert (found.saved.visits, found.saved.travel) == (1.0, 10.0)
    assert found.fewer_visits + found.nearer_places == pytest.approx(found.saved.travel)
    assert (found.fewer_visits, found.nearer_places) == (10.0, 0.0)
    assert found.velocity.travel + found.affinity.travel == pytest.approx(found.saved.travel)
    assert found.affinity.visits > 0.7
    near = Space(2, 2, np.array([10.0, 30.0]), np.arange(2, dtype=np.int32), np.ones(4, np.int64), np.zeros(4))
    singles = history([({"a": 1}, n * 60.0) for n in range(40)])
    only = Slotting.single(np.array([1], np.int32), rank), Slotting.single(np.array([0], np.int32), rank)
    nearer = gain(singles, (only[0], near), (only[1], near), np.random.default_rng(1))
    assert (nearer.nearer_places, nearer.fewer_visits, nearer.affinity.travel) == (20.0, 0.0, 0.0)
