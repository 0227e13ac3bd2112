"""Velocities of pods, checked by hand."""

import numpy as np
import pytest

from layout.slotting.history import history_of
from layout.slotting.plan import plan_of
from layout.slotting.velocity import carried_over, lines_a_day, mean_trip, nearest_share, pod_velocity

DAY = 86_400.0
HISTORY = history_of([("1", "nut", 1, 0.0), ("1", "bolt", 9, 0.0), ("2", "nut", 5, DAY), ("3", "nut", 1, 2 * DAY)])
"""In two days three lines of nuts and one of bolts."""


def test_lines_count_and_units_do_not() -> None:
    """Velocities come by SKU in the order of names: bolt, nut."""
    assert lines_a_day(HISTORY).tolist() == [0.5, 1.5]


def test_orders_of_a_moment_are_those_of_a_day() -> None:
    """A history shorter than a day does not make SKUs endlessly fast."""
    assert lines_a_day(history_of([("1", "nut", 1, 5.0), ("2", "nut", 1, 6.0)])).tolist() == [2.0]


def test_a_pod_is_as_fast_as_its_contents() -> None:
    """Nuts lie in two pods and count half in each, however many bins they have there; nobody orders washers."""
    contents = {(0, 0): ("nut", 5), (0, 1): ("nut", 1), (1, 0): ("nut", 2), (1, 1): ("bolt", 2), (2, 0): ("washer", 1)}
    plan = plan_of(contents, np.array([[0, 0], [0, 1], [0, 2], [0, 3]], np.int32))
    velocity = pod_velocity(plan, HISTORY)
    assert velocity.tolist() == [0.75, 1.25, 0.0, 0.0]
    trip = np.array([30.0, 10.0, 20.0, 40.0])
    assert nearest_share(velocity, trip) == 1.25 / 2
    assert mean_trip(velocity, trip) == pytest.approx((0.75 * 30 + 1.25 * 10) / 2)


def test_without_demand_there_is_no_share() -> None:
    """The result is None, not a division by zero."""
    assert nearest_share(np.zeros(3), np.arange(3.0)) is None
    assert mean_trip(np.zeros(3), np.arange(3.0)) is None


def test_nothing_gets_lost_on_the_way_to_the_pods() -> None:
    """The rates of all stored SKUs sum to those of the pods."""
    rng = np.random.default_rng(1)
    rate, sku, pod = rng.random(20), rng.integers(0, 20, 60), rng.integers(0, 7, 60)
    assert carried_over(rate, sku, pod, 7).sum() == pytest.approx(rate[np.unique(sku)].sum())
