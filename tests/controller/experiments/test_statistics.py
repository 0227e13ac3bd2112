"""The statistic that all experiments share: means and paired differences with their 95 % intervals."""

import numpy as np
import pytest

from controller.experiments.statistics import BLOCKS, blocks, estimate, paired


def test_an_interval_is_students_t_over_the_values() -> None:
    """Three values: 4.303 standard errors to both sides (t table, two degrees of freedom)."""
    found = estimate([1.0, 2.0, 3.0])
    assert (found.mean, found.n) == (2.0, 3)
    assert found.half == pytest.approx(4.303 / 3**0.5, rel=1e-3)


def test_one_value_has_no_interval_and_equal_values_measure_no_chance() -> None:
    """A single seed says nothing of how far another may be off."""
    assert (estimate([2.0]).low, estimate([2.0]).half) == (None, None)
    alike = estimate([2.0, 2.0])
    assert (alike.low, alike.high, alike.half) == (2.0, 2.0, None)


def test_pairs_are_compared_pair_by_pair() -> None:
    """An effect that all pairs share, such as a busy day, does not widen the interval of their difference."""
    found = paired([100.0, 200.0, 300.0], [110.0, 211.0, 309.0])
    assert found is not None
    assert (found.first, found.second, found.difference.mean) == (200.0, 210.0, 10.0)
    assert found.difference.half == pytest.approx(4.303 / 3**0.5, rel=1e-3)
    assert found.change is not None
    assert found.change.half == pytest.approx(4.303 / 3**0.5 / 200, rel=1e-3)
    assert found.difference.excludes_0


def test_a_pair_with_a_gap_counts_for_nothing() -> None:
    """The means are of the pairs that have the figure in both arms."""
    found = paired([1.0, None, 0.5], [3.0, 1.0, None])
    assert found is not None
    assert (found.first, found.second, found.difference.n) == (1.0, 3.0, 1)
    assert paired([None], [1.0]) is None


def test_a_first_arm_of_nothing_has_a_difference_and_no_change() -> None:
    """No share of 0 can be formed."""
    found = paired([0.0, 0.0], [1.0, 3.0])
    assert found is not None
    assert found.difference.mean == 2.0
    assert found.change is None


def test_a_series_is_cut_into_blocks_of_equal_length() -> None:
    """At most BLOCKS of them, of ten values at the least; a rest at the end is left out."""
    assert blocks(range(45)).tolist() == [5.0, 16.0, 27.0, 38.0]
    assert len(blocks(np.ones(100_000))) == BLOCKS
    assert blocks([1.0, 2.0]).tolist() == [1.5]


def test_the_interval_over_blocks_covers_the_mean_of_a_drifting_series() -> None:
    """Values that follow one another are alike: single values would claim three times what is known, blocks don't."""
    rng = np.random.default_rng(1)
    covered = naive = 0
    for _ in range(200):
        series = np.convolve(rng.normal(size=2_050), np.ones(50) / 50, "valid")
        over_blocks, over_values = estimate(blocks(series)), estimate(series)
        assert over_blocks.low is not None
        assert over_blocks.high is not None
        assert over_values.low is not None
        assert over_values.high is not None
        covered += over_blocks.low <= 0 <= over_blocks.high
        naive += over_values.low <= 0 <= over_values.high
    assert covered > 180
    assert naive < 100
