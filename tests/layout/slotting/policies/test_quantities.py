"""The way from slotting to bins and quantities, with the numbers of the floor's pods and bins."""

import numpy as np
import pytest

from layout.slotting.history import history_of
from layout.slotting.judge import Slotting
from layout.slotting.moves.moves import ordered_moves
from layout.slotting.moves.needed import needed_moves
from layout.slotting.plan import Plan, plan_of
from layout.slotting.policies.adopt import binned_like, named_like
from layout.slotting.policies.quantities import stocked, wanted_units
from layout.slotting.space import Impossible, Space

DAY = 86_400.0
NAMES = ("a", "b", "c")


def space(pods: int = 2, bins: int = 2, size: tuple[int, ...] = (1, 1, 1)) -> Space:
    trip = np.arange(pods) * 2.0 + 2.0
    return Space(pods, bins, trip, np.arange(pods, dtype=np.int32) + 12, np.array(size), np.zeros(len(size)))


def slotting(*pod: int, more: tuple[tuple[int, int], ...] = (), rank: tuple[int, ...] = (0, 1)) -> Slotting:
    copies = np.array(more, np.int32).reshape(-1, 2)
    return Slotting(np.array(pod, np.int32), np.array(rank, np.int32), copies)


def test_stock_covers_days_and_the_largest_line() -> None:
    """Ten days, 20 units of a: 14 a week. One line of 9 b: 9. Nobody orders c: 1."""
    rows = [("1", "a", 5, 0.0), ("2", "a", 15, 10 * DAY), ("2", "b", 9, 10 * DAY)]
    history = history_of(rows, names=("c",))
    assert wanted_units(history, 7.0).tolist() == [15, 9, 1]
    assert wanted_units(history, 20.0).tolist() == [40, 18, 1]
    assert wanted_units(history.part(0, 0)).tolist() == [1, 1, 1]


def test_units_fill_bins_pod_by_pod() -> None:
    """Units that do not fit are left out; places follow the ranks of the pods."""
    plan = stocked(slotting(0, 1, 1, rank=(1, 0)), NAMES, np.array([9, 2, 3]), space(), 4, 12)
    assert plan.contents() == {(0, 0): ("a", 4), (1, 0): ("b", 2), (1, 1): ("c", 3)}
    assert plan.place.tolist() == [[1, 1], [1, 0]]


def test_copies_share_and_large_skus_take_several_bins() -> None:
    """a lies in both pods, b in two bins of one; an empty copy has no line."""
    plan = stocked(slotting(0, 1, 0, more=((0, 1), (2, 1))), NAMES, np.array([5, 6, 1]), space(2, 4, (1, 2, 1)), 4, 12)
    assert plan.contents() == {
        (0, 0): ("a", 3), (1, 0): ("a", 2), (1, 1): ("b", 4), (1, 2): ("b", 2), (0, 1): ("c", 1)
    }  # fmt: skip


def test_all_stock_finds_a_bin_or_is_named() -> None:
    """Nine of a: four in its bin, four in the free bin of its pod, one in the next pod."""
    units = np.array([9, 1, 1])
    plan = stocked(slotting(0, 1, 1), NAMES, units, space(2, 3), 4, 12, all_of_it=True)
    assert plan.units_of().tolist() == [9, 1, 1]
    assert plan.contents()[(0, 1)] == ("a", 4)
    assert plan.contents()[(0, 2)] == ("a", 1)
    small = stocked(slotting(0, 1, 1), NAMES, units, space(2, 2), 5, 12, all_of_it=True)
    assert small.units_of().tolist() == [9, 1, 1]
    with pytest.raises(
        Impossible, match="has 5 units more than its bins hold, and no bin is free for 1 of them"
    ) as fault:
        stocked(slotting(0, 1, 1), NAMES, units, space(2, 2), 4, 12, all_of_it=True)
    assert fault.value.sku == 0
    with pytest.raises(Impossible, match="has no bin left in pod 0 of 2 bins"):
        stocked(slotting(0, 0, 0), NAMES, units, space(2, 2), 4, 12)


def plan(contents: dict[tuple[int, int], tuple[str, int]], *place: tuple[int, int]) -> Plan:
    return plan_of(contents, np.array(place, np.int32))


def test_a_slotting_takes_the_numbers_of_the_pods_there_are() -> None:
    """A slotting with its pods numbered the other way round needs no move."""
    current = plan({(0, 1): ("a", 3), (1, 0): ("b", 2), (1, 1): ("c", 1)}, (1, 0), (1, 1))
    other = slotting(1, 0, 0, rank=(1, 0))
    named = named_like(other, current, NAMES, space().place, 12)
    assert named.pod.tolist() == [0, 1, 1]
    assert named.rank.tolist() == [0, 1]
    made = binned_like(stocked(named, NAMES, current.units_of(), space(), 4, 12), current)
    assert needed_moves(current, made) == []


def test_skus_that_change_pods_change_bins_with_each_other() -> None:
    """An incoming SKU takes the bin of the outgoing one, so that few moves wait for another."""
    current = plan({(0, 0): ("a", 1), (0, 1): ("b", 1), (1, 0): ("d", 1), (1, 1): ("c", 1)}, (1, 0), (1, 1))
    wanted = plan({(0, 0): ("c", 1), (0, 1): ("a", 1), (0, 2): ("d", 1), (1, 0): ("b", 1)}, (1, 0), (1, 1))
    made = binned_like(wanted, current)
    assert made.contents() == {(0, 0): ("a", 1), (0, 1): ("c", 1), (1, 0): ("b", 1), (0, 2): ("d", 1)}
    moves = ordered_moves(current, made).moves
    assert [(move.sku, move.parked) for move in moves] == [("d", False), ("b", False), ("c", False)]
