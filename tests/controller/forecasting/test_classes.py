"""Velocity classes and demand patterns compared with plain loops, and the daily table behind them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.forecasting.classes import PATTERNS, pattern, service_of, velocity_class
from controller.forecasting.history import daily_demand
from layout.slotting.history import history_of
from tests.support.supply_chain import forecast_oracle as oracle

_DAY_S = 86_400.0


@given(st.lists(st.integers(0, 20).map(float), max_size=60))
def test_classes_go_by_rank(units: list[float]) -> None:
    """A tenth is A, two tenths are B, the rest is C, and of equals the first is faster."""
    assert velocity_class(np.array(units)).tolist() == oracle.velocity_class(units)


@given(st.lists(st.lists(st.integers(0, 9).map(float), min_size=12, max_size=12), min_size=1, max_size=8))
def test_patterns_go_by_interval_and_size(history: list[list[float]]) -> None:
    """ADI 1.32 and CV² 0.49 are the boundaries."""
    assert [PATTERNS[kind] for kind in pattern(np.array(history))] == [oracle.pattern(sold) for sold in history]


def test_each_pattern_by_eye() -> None:
    """Demand is daily and even, daily and uneven, seldom and even, seldom and uneven, or never."""
    history = np.array([[2, 2, 2, 2], [1, 9, 1, 1], [0, 2, 0, 2], [0, 1, 0, 9], [0, 0, 0, 0]], float)
    assert [PATTERNS[kind] for kind in pattern(history)] == [*PATTERNS, "intermittent"]


def test_service_is_by_class() -> None:
    """The levels are 98, 95 and 90 %."""
    assert service_of(np.array([2, 0, 1], np.int8)).tolist() == [0.90, 0.98, 0.95]


def test_days_are_counted_from_the_first_order_and_the_last_has_only_begun() -> None:
    """2024-03-01 was a Friday; a day without orders is a day."""
    friday = 19_783 * _DAY_S
    rows = [("a", "nut", 2, friday + 30_000), ("b", "nut", 1, friday + 80_000), ("b", "bolt", 5, friday + 80_000)]
    rows += [("c", "bolt", 1, friday + 2 * _DAY_S), ("d", "nut", 9, friday + 3 * _DAY_S + 1)]
    demand = daily_demand(history_of(rows))
    assert demand.units.tolist() == [[5, 0, 1], [3, 0, 0]]
    assert demand.first_weekday == 4
    assert (demand.last(2).units.tolist(), demand.last(2).first_weekday) == ([[0, 1], [0, 0]], 5)


@pytest.mark.parametrize("weeks", [1, 2, None])
def test_the_newest_weeks_are_taken(weeks: int | None) -> None:
    """A shorter history is taken whole."""
    rows = [(str(day), "nut", day + 1, day * _DAY_S) for day in range(11)]
    expected = list(range(1, 11))[-7 if weeks == 1 else None :]
    assert daily_demand(history_of(rows), weeks).units.tolist() == [expected]


def test_no_orders_are_a_day_of_nothing() -> None:
    """The table has no SKUs either."""
    assert daily_demand(history_of([])).units.shape == (0, 1)
