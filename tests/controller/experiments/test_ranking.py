"""Ranks, intervals and the knee, on figures made up for the purpose."""

import math

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from controller.experiments.ranking import alike, as_json, knee, ranking
from controller.experiments.variants import LeftOut, Sample, Variant, least_ticks
from tests.support.floor.tiny_site import DEMO, TINY, tiny


def sample(units: float, fault: str = "") -> Sample:
    return Sample(units, units / 3, units / 20, 25.0, 0.9, fault)


def variant(name: int, robots: int) -> Variant:
    base = tiny()
    return Variant({"queue": name}, robots, structs.replace(base, robots=structs.replace(base.robots, count=robots)))


def test_the_knee_of_a_curve_that_bends_sharply() -> None:
    """Ten units a robot up to 40 robots, a tenth of a unit from there on."""
    assert knee([10, 20, 30, 40, 50, 60], [100, 200, 300, 400, 401, 402]) == 40


def test_a_knee_lies_where_a_robot_adds_less_than_a_tenth() -> None:
    """The first ten do 10 each; the next add 1.1 each, which is worth it; then 0.9 each, which is not."""
    assert knee([10, 20, 30], [100, 111, 120]) == 20
    assert knee([10, 20, 30], [100, 111, 122]) is None


def test_a_dip_is_no_knee() -> None:
    """A dip at 20 robots, random or by a jam, is over at 30."""
    assert knee([10, 20, 30, 40], [100, 90, 290, 291]) == 30


def test_a_curve_that_falls_has_its_knee_at_the_top() -> None:
    """Beyond 20 robots they stand in each other's way."""
    assert knee([10, 20, 30], [100, 190, 120]) == 20
    assert knee([10, 20], [100, 80]) == 10


def test_a_straight_line_has_no_knee() -> None:
    """A floor without any output has none either."""
    assert knee([10, 20, 30], [100, 200, 300]) is None
    assert knee([10, 20], [0, 0]) is None


@given(st.floats(2, 500), st.floats(1, 1000))
def test_the_knee_of_saturation_is_found(most: float, rate: float) -> None:
    """Robots that each do `rate` until `most` of them are busy: the knee is the first fleet of at least as many."""
    robots = list(range(10, 700, 10))
    units = [rate * min(count, most) for count in robots]
    after = next(count for count in robots if count >= most)
    found = knee(robots, units)
    assert found in (after, after - 10)
    if found == after - 10:
        assert units[after // 10 - 1] - units[found // 10 - 1] < 0.1 * rate * 10 * 1.000001


def test_the_best_comes_first_and_tells_what_it_is_apart_from() -> None:
    """The second is within chance, the third isn't; a variant with a failed run isn't ranked."""
    variants = [variant(2, 5), variant(3, 5), variant(4, 5), variant(5, 5)]
    samples = [
        [sample(290), sample(310), sample(300)],
        [sample(300), sample(303), sample(305)],
        [sample(100), sample(104), sample(102)],
        [sample(900), sample(0, "seed 2: 1 stuck robots"), sample(900)],
    ]
    found = ranking(variants, samples, [LeftOut("queue=9", None, "no")], "station")
    assert [row.variant.name for row in found.rows] == ["queue=3", "queue=2", "queue=4"]
    assert [row.apart for row in found.rows] == [None, False, True]
    assert [(one.name, one.why) for one in found.left_out] == [
        ("queue=9", "no"),
        ("queue=5", "seed 2: 1 stuck robots"),
    ]
    assert found.knees == []


def test_each_floor_has_its_knee() -> None:
    """The knee follows from its own fleets, in growing order, whatever the order of the ranks."""
    variants = [variant(name, robots) for name in (2, 3) for robots in (4, 8, 12)]
    units = [100, 200, 201, 100, 102, 103]
    found = ranking(variants, [[sample(one)] * 2 for one in units], [], "floor")
    assert [(one.name, one.robots, one.smallest) for one in found.knees] == [
        ("queue=2", 8, False),
        ("queue=3", 4, True),
    ]
    assert (found.knees[0].first, found.knees[0].last) == (25.0, 0.25)


def test_the_ranking_by_robot_is_another() -> None:
    """Few robots do less together and more each."""
    variants = [variant(2, 4), variant(2, 8)]
    samples = [[Sample(100, 33, 25, 20, 0.5)], [Sample(150, 50, 19, 20, 0.9)]]
    assert [row.variant.robots for row in ranking(variants, samples, [], "station").rows] == [8, 4]
    assert [row.variant.robots for row in ranking(variants, samples, [], "robot").rows] == [4, 8]


def test_json_has_no_numbers_that_are_none() -> None:
    """A figure that nothing gave is null."""
    found = as_json(ranking([variant(2, 4)], [[Sample(0, 0, 0, math.nan, 0)]], [], "station"), 100)
    (row,) = found["variants"]
    assert (row["distance_m"], row["units"], row["behind"]) == (None, 0.0, None)
    assert (row["floor"], row["robots"], row["places"]) == ("queue=2", 4, 13)


def test_a_knee_that_differs_from_seed_to_seed_is_noise() -> None:
    """Three seeds with knees at 4, at 12 and beyond give none; nor does a single seed."""
    variants = [variant(2, robots) for robots in (4, 8, 12, 16)]
    seeds = [[100, 101, 102, 103], [100, 200, 300, 301], [100, 200, 300, 400]]
    samples = [[sample(units[at]) for units in seeds] for at in range(4)]
    (found,) = ranking(variants, samples, [], "floor").knees
    assert (found.by_seed, found.steady) == ([4, 12, None], False)
    (alone,) = ranking(variants, [row[:1] for row in samples], [], "floor").knees
    assert not alone.steady
    (near,) = ranking(variants, [row[1:] * 2 for row in samples], [], "floor").knees
    assert (near.by_seed, near.steady) == ([12, None, 12, None], True)


def test_runs_that_are_too_short_have_no_knee() -> None:
    """They only measure how the floor fills."""
    variants = [variant(2, robots) for robots in (4, 8)]
    found = ranking(variants, [[sample(100)] * 2, [sample(101)] * 2], [], "floor", too_short=600)
    assert (found.knees, as_json(found, 300)["too_short"]) == ([], 600)


def test_the_least_ticks_hold_five_trips_of_the_farthest_pod() -> None:
    """A larger floor needs more: the demo's farthest pod drives twice as far as the tiny floor's."""
    small, large = (least_ticks([Variant({}, 4, tiny(path))]) for path in (TINY, DEMO))
    assert small % 60 == large % 60 == 0
    assert 300 <= small < large <= 1_800


def test_fleets_that_cant_be_told_apart_have_no_knee() -> None:
    """The seeds agree on where it would lie, and differ by more than the fleets do."""
    variants = [variant(2, robots) for robots in (1, 2, 4)]
    found = ranking(
        variants, [[sample(100), sample(300)], [sample(104), sample(290)], [sample(103), sample(295)]], [], "floor"
    )
    assert [one.steady for one in found.knees] == [False]


def test_variants_that_do_the_same_in_every_run_are_alike() -> None:
    """Such runs are too short to say anything, whatever the ranks are by."""
    variants = [variant(2, robots) for robots in (1, 2)]
    assert alike(ranking(variants, [[sample(3)] * 2] * 2, [], "floor").rows)
    assert not alike(ranking(variants, [[sample(3)] * 2, [sample(3), sample(4)]], [], "floor").rows)
