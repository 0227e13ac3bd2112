"""Every policy: its result is legal, and reaches its aim."""

import numpy as np
import pytest
from hypothesis import given, settings

from layout.slotting.history import History
from layout.slotting.judge import judge
from layout.slotting.policies.by_name import POLICIES
from layout.slotting.policies.fill import pods_needed
from layout.slotting.policies.scattered import copies_by_root, evenly_filled
from layout.slotting.space import Impossible, Space
from tests.support.floor.slot_cases import assert_legal, cases, history, made, space


@pytest.mark.parametrize("name", POLICIES)
@settings(max_examples=25, deadline=None)
@given(case=cases())
def test_bins_weight_and_rivals_hold(name: str, case: tuple[History, Space, int]) -> None:
    past, places, seed = case
    assert_legal(POLICIES[name](past, places, np.random.default_rng(seed)), places)


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_the_same_for_the_same_seed(name: str) -> None:
    past, places = made(1), space(60, 8, 10)
    one, two = (POLICIES[name](past, places, np.random.default_rng(3)) for _ in range(2))
    assert one.pod.tolist() == two.pod.tolist()
    assert one.rank.tolist() == two.rank.tolist()
    assert one.more.tolist() == two.more.tolist()


def test_turnover_puts_the_fastest_into_the_best_place() -> None:
    past = history("a", "b", "b", "c", "c", "c", "d", "d", "d", "d")
    best = POLICIES["turnover"](past, space(4, 2, 2), np.random.default_rng(1))
    assert best.rank[best.pod].tolist() == [1, 1, 0, 0]


def test_affinity_groups_skus_bought_together() -> None:
    past = history("ad", "ad", "bc", "bc", "bc", "b")
    found = POLICIES["affinity"](past, space(4, 2, 2), np.random.default_rng(1))
    assert found.rank[found.pod].tolist() == [1, 0, 0, 1]


def test_coi_asks_for_orders_by_space() -> None:
    """b is ordered twice as often as a, but takes three times the space."""
    past = history("a", "a", "b", "b", "b", "b")
    places = space(2, 2, 3, size=np.array([1, 3]))
    found = POLICIES["coi"](past, places, np.random.default_rng(1))
    assert found.rank[found.pod].tolist() == [0, 1]


def test_order_of_quality_on_orders_with_clusters() -> None:
    """On unseen orders: integrated beats affinity, affinity null, null random; scattered piles on."""
    old, new = made(7, skus=120, orders=6000).split(0.8)
    places = space(120, 10, 14)
    found = {
        name: judge(new, policy(old, places, np.random.default_rng(1)), places) for name, policy in POLICIES.items()
    }
    assert found["integrated"].visits <= found["affinity"].visits < found["null"].visits
    assert found["integrated"].travel <= found["affinity"].travel < found["null"].travel < found["random"].travel
    assert found["scattered"].units_per_visit > found["integrated"].units_per_visit


def test_skus_that_do_not_fit_are_named() -> None:
    past = history("abc")
    rng = np.random.default_rng(1)
    with pytest.raises(Impossible, match="no pod has room") as full:
        POLICIES["random"](past, space(3, 1, 2), rng)
    assert full.value.sku in range(3)
    heavy = space(3, 3, 2, weight=np.array([1.0, 99.0, 1.0]), most_weight=10.0)
    with pytest.raises(Impossible, match="weighs 99 kg, a pod bears 10") as weight:
        POLICIES["turnover"](past, heavy, rng)
    assert weight.value.sku == 1
    with pytest.raises(Impossible, match="needs 3 bins, a pod has 2"):
        POLICIES["affinity"](past, space(3, 3, 2, size=np.array([1, 1, 3])), rng)
    with pytest.raises(Impossible, match="must not share a pod with"):
        POLICIES["abc"](past, space(3, 2, 3, apart=((0, 1), (1, 2), (0, 2))), rng)


def test_a_tight_set_fits_with_the_bulky_first() -> None:
    """Two small SKUs first would leave no pod for the large one; all policies find the arrangement."""
    past = history("a", "a", "b", "b", "c", "d")
    places = space(4, 2, 4, size=np.array([1, 1, 3, 3]))
    for policy in POLICIES.values():
        assert_legal(policy(past, places, np.random.default_rng(1)), places)


def test_pods_needed_are_the_fewest_with_some_slack_for_bulk() -> None:
    assert pods_needed(space(20, 9, 5)) == 4
    assert pods_needed(space(20, 40, 5, size=np.full(20, 3))) == 21


def test_copies_go_by_the_root_of_velocity_within_spare_bins() -> None:
    places = space(3, 4, 4)
    assert copies_by_root(np.array([100, 25, 0]), places).tolist() == [3, 3, 0]
    assert evenly_filled(places).bins == 1
    full = POLICIES["scattered"](history("ab", "c"), space(3, 1, 3), np.random.default_rng(1))
    assert not len(full.more)
