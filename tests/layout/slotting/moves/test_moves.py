"""Moves from plan to plan: every prefix is a legal slotting, all of them give the target plan, and gains add up."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layout.errors import InputError
from layout.slotting.history import History, history_of
from layout.slotting.judge import judge
from layout.slotting.moves.move_file import read_moves, write_moves
from layout.slotting.moves.moves import MoveList, ordered_moves, whole_lengths
from layout.slotting.moves.needed import needed_moves
from layout.slotting.moves.stowage import IllegalMove, Move, Spot, Stowage, after
from layout.slotting.moves.worth import Worth
from layout.slotting.plan import Plan, held_part, most_of, plan_of, space_of_plan
from layout.slotting.space import Space

PODS, BINS, WIDTH = 4, 3, 10
SKUS = "abcdefgh"
MOST = 9
"""Units that a bin holds."""

Contents = dict[tuple[int, int], tuple[str, int]]
bins = st.tuples(st.integers(0, PODS - 1), st.integers(0, BINS - 1))
held = st.tuples(st.sampled_from(SKUS), st.integers(1, MOST))
contents = st.dictionaries(bins, held, max_size=PODS * BINS)
places = st.permutations(range(PODS + 2))
baskets = st.lists(st.sets(st.sampled_from(SKUS), min_size=1, max_size=4), min_size=1, max_size=12)


def plan(held: Contents, at: list[int] | tuple[int, ...] = (0, 1, 2, 3)) -> Plan:
    """Pods stand in row 1."""
    return plan_of(held, np.array([(1, column) for column in at[:PODS]], np.int32))


def history(orders: list[set[str]]) -> History:
    return history_of([(f"{n}", sku, 1, 3600.0 * n) for n, skus in enumerate(orders) for sku in sorted(skus)])


def space(skus: int) -> Space:
    trip = np.array([4.0, 8.0, 12.0, 20.0])
    return Space(PODS, BINS, trip, np.arange(PODS, dtype=np.int32), np.ones(skus, np.int64), np.zeros(skus))


TRIPS = {Spot("place", 1, column): 4.0 * (column + 1) for column in range(PODS + 2)}


def check_prefixes(old: Plan, found: MoveList) -> Plan:
    """Each move is legal, no bin is overfull, and units stay in their places or come by the dock."""
    stowage = Stowage(old)
    units = Counter(dict(zip(old.names, old.units_of().tolist(), strict=True)))
    for move in found.moves:
        stowage.do(move)
        units[move.sku] += move.units * ((move.kind == "bring") - (move.kind == "take"))
        stored = Counter[str]()
        for sku, count in stowage.bins.values():
            assert 0 < count <= MOST
            stored[sku] += count
        assert stored == +units
        assert sorted(stowage.pods.values()) == list(range(PODS))
        assert all(0 <= spot.two < BINS for spot in stowage.bins)
    return stowage.plan()


@example(  # two parts of d that go each other's way once other SKUs have changed places
    {(0, 0): ("d", 2), (0, 1): ("c", 1), (0, 2): ("d", 1), (2, 0): ("b", 1), (2, 2): ("a", 1)},
    {(0, 0): ("b", 1), (0, 1): ("d", 1), (0, 2): ("c", 1), (2, 2): ("d", 2)}
    | dict.fromkeys(((1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)), ("a", 1)),
    list(range(6)),
    list(range(6)),
)
@given(contents, contents, places, places)
@settings(max_examples=150, deadline=None)
def test_any_prefix_is_a_legal_slotting_and_all_moves_give_the_plan(
    one: Contents, two: Contents, here: list[int], there: list[int]
) -> None:
    """The plans may hold anything; moves may get stuck only where no bin is free to park in."""
    old, new = plan(one, here), plan(two, there)
    found = ordered_moves(old, new, bins=BINS)
    reached = check_prefixes(old, found)
    if found.stuck:
        full = len(reached.sku) == PODS * BINS
        assert full or all(move.kind == "pod" for move in found.stuck)
    else:
        assert reached.same_as(new)
    spare = ordered_moves(old, new, bins=BINS, places=list(TRIPS))
    assert not any(move.kind == "pod" for move in spare.stuck)


@example(  # the only free bin to park in is where a part of what is parked was to go
    {(3, 2): ("a", 1)},
    {(pod, bin_): ("b" if (pod, bin_) == (3, 2) else "a", 1) for pod in range(PODS) for bin_ in range(BINS)},
    list(range(6)),
    [{"a"}],
)
@given(contents, contents, places, baskets)
@settings(max_examples=100, deadline=None)
def test_gains_add_up_to_the_judged_gain(
    one: Contents, two: Contents, there: list[int], orders: list[set[str]]
) -> None:
    """The sum is exact, copies included, for orders of SKUs that are there from first to last."""
    old, new = plan(one), plan(two, there)
    kept, _ = held_part(history(orders), set(old.names) & set(new.names))
    stowage = Stowage(old)
    worth = Worth(stowage, kept, space(len(kept.names)), TRIPS)
    before = worth.total
    found = ordered_moves(old, new, worth=worth, stowage=stowage, bins=BINS, places=list(TRIPS))
    reached = check_prefixes(old, found)
    assert sum(move.visits or 0 for move in found.moves) == pytest.approx(before[0] - worth.total[0])
    assert sum(move.travel or 0 for move in found.moves) == pytest.approx(before[1] - worth.total[1])
    if not kept.orders:
        return
    for state, total in ((old, before), (reached, worth.total)):
        trip = np.array([TRIPS.get(Spot("place", *divmod(cell, WIDTH)), 0.0) for cell in range(2 * WIDTH)])
        verdict = judge(kept, most_of(state, kept.names), space_of_plan(state, trip, WIDTH, space(len(kept.names))))
        assert verdict.visits * kept.orders / worth.days == pytest.approx(total[0])
        assert verdict.travel * kept.orders / worth.days == pytest.approx(total[1])


def test_the_move_that_gains_most_comes_first() -> None:
    """a is ordered often and moves from the farthest pod to the nearest before b, which nobody orders."""
    old = plan({(3, 0): ("a", 5), (2, 0): ("b", 5)})
    new = plan({(0, 0): ("a", 5), (0, 1): ("b", 5)})
    kept = history([{"a"}] * 9 + [{"b"}])
    stowage = Stowage(old)
    found = ordered_moves(old, new, worth=Worth(stowage, kept, space(2), TRIPS), stowage=stowage, bins=BINS)
    assert [(move.sku, move.visits, move.travel) for move in found.moves] == [("a", 0.0, 9 * 12.0), ("b", 0.0, 8.0)]
    assert [move.sku for move in ordered_moves(old, new, most=1).moves] == ["a"]


def test_skus_that_change_places_do_so_through_a_free_bin() -> None:
    """One SKU is parked, in its own pod if that has a free bin; with no free bin anywhere the SKUs meet at a tote."""
    old, new = plan({(0, 0): ("a", 1), (1, 0): ("b", 2)}), plan({(0, 0): ("b", 2), (1, 0): ("a", 1)})
    found = ordered_moves(old, new, bins=2)
    assert [(move.sku, str(move.source), str(move.target), move.parked) for move in found.moves] == [
        ("a", "bin 0.0", "bin 0.1", True), ("b", "bin 1.0", "bin 0.0", False), ("a", "bin 0.1", "bin 1.0", False)
    ]  # fmt: skip
    assert {move.group for move in found.moves} == {1}
    filler = {(pod, 0): ("f", 1) for pod in (2, 3)}
    full = ordered_moves(
        plan({**filler, (0, 0): ("a", 1), (1, 0): ("b", 2)}),
        plan({**filler, (0, 0): ("b", 2), (1, 0): ("a", 1)}),
        bins=1,
    )
    assert whole_lengths(full.moves) == [0, 3]
    assert [(move.kind, move.sku, str(move.source), str(move.target)) for move in full.moves] == [
        ("take", "b", "bin 1.0", "None"), ("sku", "a", "bin 0.0", "bin 1.0"), ("bring", "b", "None", "bin 0.0")
    ]  # fmt: skip


def test_pods_that_change_places_need_a_free_one() -> None:
    """Without a free place the pods stay and are named."""
    old, new = plan({(0, 0): ("a", 1)}), plan({(0, 0): ("a", 1)}, (1, 0, 2, 3))
    assert [move.pod for move in ordered_moves(old, new).stuck] == [0, 1]
    found = ordered_moves(old, new, places=list(TRIPS))
    assert [move.parked for move in found.moves] == [True, False, False]
    assert after(old, found.moves).same_as(new)


def test_units_in_one_plan_only_are_brought_or_taken() -> None:
    """A SKU with less stock gives the difference to the dock."""
    old, new = plan({(0, 0): ("a", 5), (0, 1): ("b", 1)}), plan({(0, 0): ("a", 3), (1, 0): ("c", 2)})
    found = needed_moves(old, new)
    assert {(move.kind, move.sku, move.units) for move in found} == {
        ("take", "a", 2),
        ("take", "b", 1),
        ("bring", "c", 2),
    }
    with pytest.raises(ValueError, match="4 pods can't become 0"):
        needed_moves(old, plan({}, ()))


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (Move("sku", Spot("bin", 0, 0), Spot("bin", 1, 0), "a", 9), "holds ('a', 5), not 9 of a"),
        (Move("sku", Spot("bin", 0, 0), Spot("bin", 0, 1), "a", 1), "holds ('b', 1), there is no room for a"),
        (Move("sku", Spot("bin", 0, 0), Spot("bin", 1, 0), "a", 0), "nothing to move"),
        (Move("pod", Spot("place", 1, 0), Spot("place", 1, 1), pod=0), "pod 1 is at place 1,1 already"),
        (Move("pod", Spot("place", 1, 1), Spot("place", 1, 9), pod=0), "pod 0 is not at place 1,1"),
    ],
)
def test_an_illegal_move_changes_nothing(move: Move, why: str) -> None:
    """The message says what is in the way."""
    stowage = Stowage(plan({(0, 0): ("a", 5), (0, 1): ("b", 1)}))
    with pytest.raises(IllegalMove) as caught:
        stowage.do(move)
    assert why in str(caught.value)
    assert stowage.plan().same_as(plan({(0, 0): ("a", 5), (0, 1): ("b", 1)}))


def test_moves_are_read_as_they_are_written(tmp_path: Path) -> None:
    """Moves of every kind survive."""
    moves = [
        Move(
            "sku",
            Spot("bin", 0, 1),
            Spot("bin", 2, 10),
            "nut, large",
            4,
            parked=True,
            group=1,
            visits=0.5,
            travel=-2.25,
        ),
        Move("pod", Spot("place", 3, 4), Spot("place", 5, 6), pod=7, group=2),
        Move("bring", None, Spot("bin", 1, 0), "bolt", 3, group=3),
        Move("take", Spot("bin", 1, 0), None, "bolt", 3, group=4, visits=0.0, travel=0.0),
    ]
    path = tmp_path / "moves.csv"
    write_moves(path, moves)
    assert read_moves(path) == moves
    write_moves(path, moves, cell_m=0.5)
    assert read_moves(path, cell_m=0.5) == moves
    assert path.read_text().splitlines()[1].endswith("0.5,-1.125"), "cells, given in metres"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("1,1,box,bolt,1,,0.0,0.1,,,", "kind 'box' is not a kind of move (known are bring, pod, sku, take)"),
        (
            "1,1,sku,bolt,1,,0.0,,,,",
            "goes from 0.0 to the dock (only bring comes from the dock, and only take goes there)",
        ),
        ('1,1,sku,bolt,1,,0.0,"1,2",,,', "'1,2' is no bin (a bin is pod.bin, a place row,col)"),
        ("1,1,sku,bolt,0,,0.0,0.1,,,", "units '0' can't be used (write a whole number, 1 or more)"),
        ("1,1,sku,,1,,0.0,0.1,,,", "has no sku (name what is moved)"),
        ('1,1,pod,,,x,"1,1","1,2",,,', "pod 'x' can't be used (write a whole number, 0 or more)"),
        ("1,1,sku,bolt,1,,0.0,0.1,,nan,", "visits_saved 'nan' is not a number (leave it empty if it isn't known)"),
    ],
)
def test_a_faulty_line_of_moves_is_reported(tmp_path: Path, line: str, fault: str) -> None:
    """The message has its line number."""
    path = tmp_path / "moves.csv"
    write_moves(path, [])
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputError) as caught:
        read_moves(path)
    assert str(caught.value) == f"{path}: line 2: {fault}"
