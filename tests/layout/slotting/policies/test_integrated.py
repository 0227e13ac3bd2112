"""The choice: affinity where later orders confirm it, otherwise full turnover."""

import numpy as np
import pytest

from layout.slotting.judge import costs, judge
from layout.slotting.policies import integrated
from layout.slotting.policies.classical import affinity_greedy, full_turnover
from layout.slotting.policies.integrated import Trial, best_of, board_of, choose, search
from tests.support.floor.slot_cases import history, made, space


def test_each_pass_costs_less_on_the_orders_it_learns_from() -> None:
    past, places = made(1, orders=1500), space(60, 8, 8)
    start = affinity_greedy(past, places, np.random.default_rng(1))
    found = [start, *search(past, places, start, 1)]
    sums = [float(costs(past, one, places).sum()) for one in found]
    assert sums == sorted(sums, reverse=True)
    assert sums[-1] < sums[0]


def test_clusters_are_found_and_confirmed() -> None:
    """Groups of six in pods of nine: greedy clusters cut a third of them, the search repairs that."""
    choice = choose(made(2, skus=120, orders=4000), space(120, 14, 9), np.random.default_rng(1))
    assert choice.name == "integrated"
    assert [trial.name for trial in choice.trials] == ["turnover", "affinity", "integrated"]


@pytest.mark.parametrize("seed", range(3))
def test_full_turnover_stays_where_orders_are_chance(seed: int) -> None:
    """SKUs are bought together at random only; any search learns that, and later orders do not repeat it."""
    old, new = made(seed, skus=120, orders=3000, together=0.0).split(0.8)
    places = space(120, 10, 12)
    choice = choose(old, places, np.random.default_rng(1))
    plain = judge(new, full_turnover(old, places, np.random.default_rng(1)), places)
    found = judge(new, choice.slotting, places)
    assert choice.name == "turnover"
    assert found.travel <= 1.01 * plain.travel
    assert found.visits <= 1.01 * plain.visits


def test_few_orders_are_nothing_to_choose_by() -> None:
    choice = choose(history("ab", "ab", "c"), space(3, 2, 2), np.random.default_rng(1))
    assert choice.name == "turnover"
    assert choice.trials == ()


def test_a_candidate_must_lose_in_nothing_and_win_beyond_doubt() -> None:
    plain = Trial("turnover", 3.0, 60.0, 0.0, 0.0)
    longer, doubtful = Trial("affinity", 2.0, 61.0, 9.0, 1.0), Trial("integrated", 2.9, 59.0, 1.5, 1.0)
    assert best_of([plain, longer, doubtful]) == "turnover"
    first, second = Trial("affinity", 2.8, 59.0, 5.0, 1.0), Trial("integrated", 2.9, 55.0, 6.0, 1.0)
    assert best_of([plain, first, second]) == "integrated"


def test_memory_is_bounded_by_leaving_out_the_oldest_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    past, places = made(3, orders=500), space(60, 8, 8)
    pod = full_turnover(past, places, np.random.default_rng(1)).pod
    full = board_of(past, places, pod)
    monkeypatch.setattr(integrated, "_MEMORY", 8 * 100)
    part = board_of(past, places, pod)
    assert part.count.shape == (8, 100)
    assert (part.count == full.count[:, -100:]).all()
