"""Each model compared with a slow version that follows its paper, and properties of forecasts for any history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.forecasting import models
from controller.forecasting.external import external_models
from controller.forecasting.models import MODELS, by_weekday, weekday_profile
from layout.errors import InputError
from tests.support.supply_chain import forecast_oracle as oracle


def shop(skus: int = 60, days: int = 45, seed: int = 1) -> np.ndarray:
    """Fast and slow SKUs, and one that never sells."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.5, 3.0, skus)
    rate[0] = 0.0
    return rng.poisson(rate[:, None] * rng.gamma(1.0, 1.0, (skus, days))).astype(float)


@pytest.mark.parametrize("name", ["ses", "croston_sba", "tsb"])
def test_a_flat_model_is_the_one_of_its_paper(name: str) -> None:
    """SKU by SKU the recursion of the paper gives the same figure."""
    history = shop()
    slow = {
        "ses": lambda sold: oracle.ses(sold, models._ALPHAS),
        "croston_sba": oracle.croston_sba,
        "tsb": oracle.tsb,
    }[name]
    expected = [[slow(sold)] * 3 for sold in history.tolist()]
    assert MODELS[name](history, 3) == pytest.approx(np.array(expected))


def test_seasonal_naive_repeats_the_last_week() -> None:
    """Ten days ahead are a week, and the first three of its days again."""
    history = shop()
    assert MODELS["seasonal_naive"](history, 10).tolist() == [oracle.seasonal_naive(s, 10) for s in history.tolist()]


def test_the_profile_is_the_mean_of_each_weekday() -> None:
    """The profile equals plain loops, with an incomplete last week."""
    history = shop()
    assert weekday_profile(history) == pytest.approx(oracle.weekday_profile(history.tolist()))


def test_a_shop_that_is_closed_on_a_weekday_expects_nothing_then() -> None:
    """At ten a day except on the seventh, the forecast knows that day, and the rate of the other days."""
    history = np.tile([10.0] * 6 + [0.0], (3, 4))
    assert MODELS["ses_week"](history, 9)[0] == pytest.approx([10.0] * 6 + [0.0] + [10.0] * 2)
    assert MODELS["mean_week"](history[:, :-3], 5)[0] == pytest.approx([10.0, 10.0, 0.0, 10.0, 10.0], rel=0.03)


def test_a_dead_sku_is_forgotten_by_tsb_only() -> None:
    """After a unit a day for six weeks and none for four, Croston's forecast stays."""
    history = np.array([[1.0] * 42 + [0.0] * 28])
    assert MODELS["tsb"](history, 1)[0, 0] < 0.3
    assert MODELS["croston_sba"](history, 1)[0, 0] == pytest.approx(0.95)


def test_pooling_draws_alike_skus_together_and_leaves_different_ones() -> None:
    """Poisson SKUs of one rate come out nearly the same; SKUs a hundred times apart stay apart."""
    rng = np.random.default_rng(1)
    alike = rng.poisson(0.3, (200, 28)).astype(float)
    assert models.pooled(alike, 1).std() < 0.4 * alike.mean(axis=1).std()
    apart = rng.poisson(np.array([[1.0], [100.0]] * 50), (100, 28)).astype(float)
    assert models.pooled(apart, 1)[:, 0] == pytest.approx(apart.mean(axis=1), rel=0.1)


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from(sorted(MODELS)))
def test_forecasts_are_numbers_from_nothing_up(data: st.DataObject, name: str) -> None:
    """For any sales and any number of days there is one forecast per requested day, finite and not negative."""
    skus, days, horizon = (data.draw(st.integers(low, 20)) for low in (0, 1, 1))
    cells = st.lists(st.integers(0, 1000), min_size=skus * days, max_size=skus * days)
    history = np.array(data.draw(cells), float).reshape(skus, days)
    found = MODELS[name](history, horizon)
    assert found.shape == (skus, horizon)
    assert np.isfinite(found).all()
    assert (found >= 0).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.sampled_from(sorted(set(MODELS) - {"pooled_week"})), st.floats(0.1, 50.0))
def test_twice_the_demand_is_twice_the_forecast(seed: int, name: str, factor: float) -> None:
    """Models are independent of the unit of demand."""
    history = shop(8, 30, seed)
    assert MODELS[name](factor * history, 4) == pytest.approx(factor * MODELS[name](history, 4), rel=1e-6, abs=1e-9)


def test_a_model_by_weekday_is_flat_without_weekdays() -> None:
    """Without weekdays every day has the same forecast, and nothing is divided by zero."""
    history = np.tile([[3.0], [5.0]], (1, 21))
    assert by_weekday(models.ses)(history, 4) == pytest.approx(models.ses(history, 4))


def test_statsforecast_agrees_where_it_is_installed() -> None:
    """Seasonal naive and Croston agree to the last digit; TSB starts elsewhere, which a long history forgets."""
    pytest.importorskip("statsforecast", reason="the extra `forecast` isn't installed")
    history, external = shop(20, 300, seed=2)[1:], external_models()
    for model, external_model, close in (
        ("seasonal_naive", "sf_seasonal_naive", 1e-9),
        ("croston_sba", "sf_croston_sba", 1e-4),
        ("tsb", "sf_tsb", 1e-2),
    ):
        assert external[external_model](history, 8) == pytest.approx(MODELS[model](history, 8), rel=close, abs=close)


def test_a_missing_statsforecast_is_reported_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line gives the package to install."""
    monkeypatch.setitem(__import__("sys").modules, "statsforecast.models", None)
    with pytest.raises(InputError, match=r"statsforecast is not installed \(pip install 'podfleet\[forecast\]'\)"):
        external_models()
