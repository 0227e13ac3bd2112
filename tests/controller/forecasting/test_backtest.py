"""The backtest of models: fair, reported as it is, and applied to the forecast; with the figures of a real shop."""

import numpy as np
import pytest

from controller.forecasting.backtest import ModelChoice, choose, classes_before, least_days, named, origins
from controller.forecasting.classes import velocity_class
from controller.forecasting.forecast import forecast
from controller.forecasting.history import daily_demand
from controller.forecasting.measures import QUANTILES, Tally, pinball
from controller.forecasting.models import MODELS, NAIVE
from controller.forecasting.spread import day_variance
from controller.forecasting.synthetic_demand import zipf_demand
from controller.scenario.read import load_scenario
from controller.slotting.input import read_history
from layout.errors import InputError
from tests.support.floor.tiny_site import DEMO, ROOT
from tests.support.supply_chain import forecast_oracle as oracle

UCI = ROOT.parent / "shared" / "data" / "orders" / "uci_online_retail_lines.csv.xz"
needs_uci = pytest.mark.skipif(not UCI.is_file(), reason="the UCI order lines are not beside the checkout")


def shop(skus: int = 400, days: int = 56, seed: int = 1, ratio: float = 1.5) -> np.ndarray:
    return zipf_demand(skus, 2.0 * skus, ratio=ratio).days(0, days, np.random.default_rng(seed))


def chosen(history: np.ndarray, horizon: int = 7) -> ModelChoice:
    return choose(history, classes_before(history, horizon), horizon)


def test_eight_weeks_choose_on_three_and_judge_on_two() -> None:
    """The first past is of three weeks, and no day is judged twice."""
    assert origins(56, 7) == ((21, 28, 35), (42, 49))
    assert origins(least_days(7), 7) == ((21,), (28,))


def test_only_the_newest_weeks_of_a_long_history_count() -> None:
    """Each origin has all days before it as its past; a short history has all of its weeks."""
    assert origins(1_000, 7, 12)[0] == (916, 923, 930, 937, 944, 951)
    assert origins(1_000, 7, 12)[1] == (958, 965, 972, 979, 986, 993)
    assert origins(56, 7, 12) == origins(56, 7)
    assert len(sum(origins(1_000, 7), ())) == 139


def test_a_long_history_takes_as_many_forecasts_as_a_short_one() -> None:
    """The number holds for each class and each model."""
    lengths: list[int] = []

    def counted(history: np.ndarray, horizon: int, season: int = 7) -> np.ndarray:
        lengths.append(history.shape[1])
        return MODELS[NAIVE](history, horizon, season)

    for days in (140, 700):
        history = shop(60, days)
        lengths.clear()
        choice = choose(history, velocity_class(history.sum(axis=1)), 7, {"mine": counted}, 12)
        assert len(lengths) == 3 * 12
        assert (choice.earlier[0], choice.later[-1]) == (days - 84, days - 7)


def test_a_short_history_is_reported() -> None:
    """The message gives the number of days needed."""
    with pytest.raises(InputError, match=r"34 whole days are too few to judge forecasts of 7 days \(35 days"):
        choose(np.ones((2, 34)), np.zeros(2, np.int8), 7)


def test_judging_days_have_no_say_in_the_choice() -> None:
    """Models and classes stay the same for any sales in the last two weeks."""
    history = shop()
    other = history.copy()
    other[:, 42:] = np.random.default_rng(5).poisson(50, other[:, 42:].shape)
    one, two = chosen(history), chosen(other)
    assert [c.model for c in one.by_class] == [c.model for c in two.by_class]
    assert (one.classes == two.classes).all()
    assert one.by_class[0].errors != two.by_class[0].errors


def test_errors_are_those_of_plain_loops() -> None:
    """MASE, bias and pinball of one origin equal plain loops."""
    history = shop(20, 35)
    past, actual = history[:, :28], history[:, 28:]
    foreseen = MODELS["ses"](past, 7)
    total = foreseen.sum(axis=1)
    tally = Tally()
    tally.add(past, foreseen, actual, np.outer(QUANTILES, total))
    found = tally.errors()
    assert found.mase == pytest.approx(oracle.mase(past.tolist(), foreseen.tolist(), actual.tolist()))
    assert found.bias == pytest.approx(foreseen.sum() / actual.sum() - 1)
    sold = actual.sum(axis=1).tolist()
    for level, loss in zip(QUANTILES, found.pinball, strict=True):
        lost = [oracle.pinball(level, level * f, units) for f, units in zip(total.tolist(), sold, strict=True)]
        assert loss == pytest.approx(sum(lost) / sum(sold))


def test_the_right_quantile_loses_least() -> None:
    """The 90 % quantile of 1,000 Poisson draws costs less than one a fifth lower or higher."""
    sold = np.random.default_rng(1).poisson(20, 1000).astype(float)
    loss = [pinball(np.full((4, 1000), q * 26.0), sold)[1].sum() for q in (0.8, 1.0, 1.2)]
    assert loss[1] == min(loss)


def test_a_steady_shop_beats_naive_and_says_so() -> None:
    """The mean of eight weeks is better than last week alone, in each class."""
    choice = chosen(shop())
    for one in choice.by_class:
        assert one.better_than_naive
        assert one.errors[one.model].mase < one.errors[NAIVE].mase
        assert 0.9 < one.inflation < 1.6


def test_a_shop_of_exact_weeks_is_left_to_naive() -> None:
    """Every SKU repeats its own week to the unit: no model beats last week, and none claims to."""
    history = np.tile(np.random.default_rng(1).poisson(5, (100, 7)), (1, 8)).astype(float)
    for one in chosen(history).by_class:
        assert one.errors[NAIVE].mase != one.errors[NAIVE].mase  # 0 over 0: the naive forecast is never wrong
        assert not one.better_than_naive


def test_a_class_that_sold_nothing_has_no_errors() -> None:
    """Such a class still has a model, and expects nothing."""
    history = np.zeros((10, 56))
    history[0] = 3
    choice = chosen(history)
    assert [bool(one.errors) for one in choice.by_class] == [True, False, False]
    assert forecast(history, choice, 7).mean.tolist() == pytest.approx([3] + [0] * 9)


def test_forecasts_of_a_known_shop_are_near_the_truth() -> None:
    """The coming weekdays have rates within a few standard errors, variance 1.5 times the mean and the inflation."""
    demand = zipf_demand(2000, 8000.0)
    history = demand.days(0, 56, np.random.default_rng(1))
    found = forecast(history, choose(history, velocity_class(history.sum(axis=1)), 7), 7)
    truth = demand.rate
    assert found.mean.sum() == pytest.approx(truth.sum(), rel=0.02)
    deviations = (found.mean - truth) / np.sqrt(1.5 * truth / 56)
    assert np.abs(deviations).mean() < 1.0
    assert (found.variance / found.mean).mean() == pytest.approx(1.65, abs=0.3)
    covered = found.quantile(0.95, 7) >= demand.days(56, 7, np.random.default_rng(2)).sum(axis=1)
    assert covered.mean() == pytest.approx(0.955, abs=0.025)


def test_models_may_be_named() -> None:
    """Each class may have its own; an unknown name is refused."""
    history = shop()
    found = forecast(history, ["mean_week", "tsb", NAIVE], 7)
    slow = velocity_class(history.sum(axis=1)) == 2
    assert found.mean[slow] == pytest.approx(history[slow, -7:].mean(axis=1))
    with pytest.raises(KeyError):
        named(["x", "y", "z"], history, 7)


def test_variance_is_the_classs_where_skus_are_alike_and_the_skus_where_not() -> None:
    """For alike SKUs, noise of single ones is smoothed away; for different SKUs, differences are kept."""
    rng = np.random.default_rng(1)
    alike = rng.poisson(2.0, (500, 56)).astype(float)
    mean = alike.mean(axis=1)
    assert (day_variance(alike, mean) / mean).std() < 0.1
    mixed = np.where(np.arange(500)[:, None] < 250, alike, 10 * rng.poisson(0.2, (500, 56)))
    ratio = day_variance(mixed, np.ones(500))
    assert np.median(ratio[:250]) < 3
    assert np.median(ratio[250:]) > 7


@pytest.fixture(scope="module")
def uci() -> np.ndarray:
    history, _ = read_history(load_scenario(DEMO, {}), UCI, None)
    units = daily_demand(history, 8).units
    return units[units.sum(axis=1) > 0]


@needs_uci
def test_a_real_shop_is_forecast_better_than_naive(uci: np.ndarray) -> None:
    """Eight weeks of UCI Online Retail: in each class the chosen model has a lower MASE and pinball loss than last
    week.
    """
    choice = chosen(uci)
    assert uci.shape == (3119, 56)
    for one in choice.by_class:
        assert one.better_than_naive
    naive, best = (choice.by_class[0].errors[name] for name in (NAIVE, choice.by_class[0].model))
    assert naive.mase == pytest.approx(0.86, abs=0.02)
    assert best.mase < 0.72
