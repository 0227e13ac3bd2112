"""Demand before the run, at the edges of the calendar."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.demand.history import past_of_rows
from controller.forecasting.backtest import ModelChoice, choose
from controller.supply_chain.purchasing import forecasts
from tests.support.floor.tiny_site import chain_of, run
from tests.support.supply_chain.inbound_site import inbound_site


def test_nothing_was_before_the_calendars_first_day() -> None:
    """Some systems export a date that they don't know as 1 January of the year 1."""
    first = datetime(1, 1, 1)
    past = past_of_rows([("1", "a", 3, first)], {"a": 0}, first, "06:00", 56)
    assert past.days.shape == (1, 0)
    assert np.array_equal(past.today, [0.0])
    assert np.array_equal(past.expected, [3.0])


def test_a_long_past_is_judged_by_its_newest_weeks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with two years of days begins as soon as one with a few months; all its days are known all the same."""
    found: list[ModelChoice] = []

    def noted(*arguments: Any) -> ModelChoice:
        found.append(choose(*arguments))
        return found[-1]

    monkeypatch.setattr(forecasts, "choose", noted)
    site = inbound_site(tmp_path, inventory={"history_days": 700})
    run(site, 1)
    assert chain_of(site).inventory.history.shape[1] == 700
    (choice,) = found
    assert len(choice.earlier) + len(choice.later) == forecasts.MOST_ORIGINS
    assert choice.later[-1] == 693
