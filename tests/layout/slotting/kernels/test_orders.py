"""Swap search compared with a slow version: its cost change is exact, and its state stays consistent."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.slotting.history import History
from layout.slotting.judge import Slotting
from layout.slotting.kernels import orders as kernels
from layout.slotting.policies.classical import at_random
from layout.slotting.policies.integrated import board_of
from layout.slotting.space import Space
from tests.support.floor.slot_cases import assert_legal, cases, made, space


def plain_cost(past: History, pod: np.ndarray, cost: np.ndarray) -> float:
    """Sum over orders of the cost of their pods."""
    bounds = zip(past.first[:-1], past.first[1:], strict=True)
    return float(sum(cost[sorted({int(pod[sku]) for sku in past.sku[low:high]})].sum() for low, high in bounds))


def assert_board_consistent(board: kernels.Board, past: History, places: Space) -> None:
    """Check members, slots, room, load and counts against the pods."""
    fresh = board_of(past, places, board.pod)
    assert (board.count == fresh.count).all()
    assert board.members.tolist() == fresh.members.tolist()
    assert board.room.tolist() == fresh.room.tolist()
    assert np.allclose(board.load, fresh.load)
    for sku, pod in enumerate(board.pod.tolist()):
        assert board.slot[sku] < board.members[pod]
        assert board.member[pod, board.slot[sku]] == sku


@settings(max_examples=60, deadline=None)
@given(
    case=cases(), draws=st.lists(st.tuples(st.integers(0, 99), st.integers(-1, 99), st.integers(0, 99)), max_size=12)
)
def test_the_change_of_a_swap_is_that_of_the_cost_worked_out_anew(
    case: tuple[History, Space, int], draws: list[tuple[int, int, int]]
) -> None:
    past, places, seed = case
    board = board_of(past, places, at_random(past, places, np.random.default_rng(seed)).pod)
    cost = np.random.default_rng(seed).integers(1, 50, places.pods).astype(float)
    skus = len(board.pod)
    for one, two, target in draws:
        sku, other = one % skus, -1 if two < 0 else two % skus
        source = int(board.pod[sku])
        target_pod = int(board.pod[other]) if other >= 0 else target % places.pods
        if source == target_pod:
            continue
        after = board.pod.copy()
        after[sku] = target_pod
        if other >= 0:
            after[other] = source
        legal = _legal(after, places)
        assert kernels.may_swap(board, sku, other, source, target_pod) == legal
        change = kernels.gain(board, sku, other, source, target_pod, cost)
        assert change == plain_cost(past, after, cost) - plain_cost(past, board.pod, cost)
        if legal:
            kernels.swap(board, sku, other, source, target_pod)
            assert board.pod.tolist() == after.tolist()
            assert_board_consistent(board, past, places)


def _legal(pod: np.ndarray, places: Space) -> bool:
    try:
        assert_legal(Slotting.single(pod, np.arange(places.pods)), places)
    except AssertionError:
        return False
    return True


@settings(max_examples=25, deadline=None)
@given(case=cases())
def test_a_search_saves_its_reported_cost_and_stays_legal(case: tuple[History, Space, int]) -> None:
    past, places, seed = case
    start = at_random(past, places, np.random.default_rng(seed)).pod
    board = board_of(past, places, start)
    cost = places.trip + places.visit
    change = kernels.swap_search(2000, seed, board, cost)
    assert change <= 0
    assert np.isclose(change, plain_cost(past, board.pod, cost) - plain_cost(past, start, cost))
    assert_board_consistent(board, past, places)
    assert_legal(Slotting.single(board.pod, np.arange(places.pods)), places)


def test_a_search_finds_the_groups() -> None:
    """Six SKUs a group and a pod: from random to a third less cost."""
    past, places = made(1, skus=36, orders=800, together=1.0), space(36, 6, 6)
    board = board_of(past, places, at_random(past, places, np.random.default_rng(1)).pod)
    cost = np.ones(6)
    before = plain_cost(past, board.pod, cost)
    kernels.swap_search(20_000, 1, board, cost)
    assert plain_cost(past, board.pod, cost) < 0.67 * before


def test_company_is_counted() -> None:
    past = made(2, orders=60)
    begin, orders, _ = past.by_sku()
    for sku in (0, 7, 30):
        drawn = np.zeros(60)
        kernels.add_cooccurrence(sku, begin, orders, past.first, past.sku, drawn)
        baskets = past.baskets().toarray()
        assert drawn.tolist() == (baskets * baskets[:, [sku]]).sum(axis=0).tolist()
