"""The cost of a slotting, compared with plain Python and by hand."""

from itertools import product

import numpy as np
import pytest

from layout.slotting.history import History
from layout.slotting.judge import Slotting, best_copies, costs, judge, moves_between, visited
from layout.slotting.space import Space
from tests.support.floor.slot_cases import history, made, space


def slotting(pod: list[int], rank: list[int], *more: tuple[int, int]) -> Slotting:
    return Slotting(np.array(pod, np.int32), np.array(rank, np.int32), np.array(more, np.int32).reshape(-1, 2))


def plain_visits(past: History, pod: np.ndarray) -> list[set[int]]:
    """Pods of each order."""
    return [
        {int(pod[sku]) for sku in past.sku[low:high]} for low, high in zip(past.first[:-1], past.first[1:], strict=True)
    ]


def test_a_case_by_hand() -> None:
    """a and b in pod 0 at the second place, c in pod 1 at the best: trips are 12 and 10."""
    verdict = judge(history("abc", "a"), slotting([0, 0, 1], [1, 0]), space(3, 2, 2))
    assert verdict.visits == 1.5
    assert verdict.travel == (12 + 10 + 12) / 2
    assert verdict.units_per_visit == pytest.approx(4 / 3)


@pytest.mark.parametrize("seed", range(3))
def test_visits_and_costs_are_those_of_plain_python(seed: int) -> None:
    past, places = made(seed), space(60, 6, 10)
    rng = np.random.default_rng(seed)
    tried = Slotting.single(rng.permutation(60) // 10, rng.permutation(6))
    plain = plain_visits(past, tried.pod)
    orders, pods = visited(past, tried, places)
    assert list(zip(orders.tolist(), pods.tolist(), strict=True)) == [
        (order, pod) for order, found in enumerate(plain) for pod in sorted(found)
    ]
    expected = [sum(places.trip[tried.rank[pod]] + places.visit for pod in found) for found in plain]
    assert costs(past, tried, places) == pytest.approx(expected)


def test_a_copy_is_taken_from_the_pod_that_is_needed_anyway() -> None:
    """b lies in pod 0 (the nearer) and with c in pod 1; with c it comes from pod 1, alone from pod 0."""
    past, places = history("bc", "b", "ab"), space(3, 2, 2)
    tried = slotting([0, 0, 1], [0, 1], (1, 1))
    chosen = best_copies(past, tried, places)
    assert [chosen[low:high].tolist() for low, high in zip(past.first[:-1], past.first[1:], strict=True)] == [
        [1, 1],
        [0],
        [0, 0],
    ]


def plain_copies(past: History, tried: Slotting) -> list[int]:
    """Fewest pods that serve each order, every choice tried."""
    pods_of = {sku: [int(pod)] for sku, pod in enumerate(tried.pod)}
    for sku, pod in tried.more.tolist():
        pods_of[sku].append(pod)
    bounds = zip(past.first[:-1].tolist(), past.first[1:].tolist(), strict=True)
    return [min(len(set(some)) for some in product(*(pods_of[sku] for sku in past.sku[slice(*b)]))) for b in bounds]


@pytest.mark.parametrize("seed", range(4))
def test_copies_are_taken_as_well_as_almost_any_choice_would(seed: int) -> None:
    """No pod lacks the SKU; never fewer pods than possible; greedy cover is near that."""
    past, places = made(seed, orders=150), space(60, 6, 16)
    rng = np.random.default_rng(seed)
    pod = rng.permutation(60) // 10
    more = [(sku, int(other)) for sku in range(0, 60, 2) if (other := rng.integers(6)) != pod[sku]]
    tried = slotting(pod.tolist(), rng.permutation(6).tolist(), *more)
    chosen = best_copies(past, tried, places)
    stored = set(enumerate(pod.tolist())) | set(more)
    assert all((int(sku), int(one)) in stored for sku, one in zip(past.sku, chosen, strict=True))
    fewest = plain_copies(past, tried)
    counts = np.bincount(visited(past, tried, places)[0], minlength=past.orders)
    assert (counts >= fewest).all()
    assert counts.sum() <= 1.05 * sum(fewest)


def test_moves_are_counted_after_pods_are_matched() -> None:
    """Pods that only swap numbers move nothing; a SKU that changes pods is one move, a copy another."""
    places = space(4, 2, 3)
    before = slotting([0, 0, 1, 1], [0, 1])
    assert moves_between(before, slotting([1, 1, 0, 0], [1, 0]), places) == 0
    assert moves_between(before, slotting([1, 1, 0, 1], [1, 0]), places) == 1
    assert moves_between(before, slotting([0, 0, 1, 1], [0, 1], (0, 1)), places) == 1


def test_station_balance_is_the_busiest_in_times_the_mean() -> None:
    places: Space = space(2, 2, 1, station=np.array([0, 1], np.int32))
    past, tried = history("a", "a", "a", "b"), slotting([0, 1], [0, 1])
    assert judge(past, tried, places).station_balance == 1.5
    assert judge(past, tried, space(2, 2, 1)).station_balance == 1.0
