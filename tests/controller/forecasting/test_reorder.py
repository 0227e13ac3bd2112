"""Quantiles, undershoot, lots and reorder points compared with scipy's distributions, plain simulation, and stockpyl
where it computes the same.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from controller.forecasting.quantiles import covered, gamma_quantile, quantile
from controller.forecasting.reorder import lead_demand, levels, lot_units
from controller.forecasting.undershoot import undershoot

SKUS = 3000


def flat(value: float, count: int = 1) -> np.ndarray:
    return np.full(count, float(value))


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.3), (0.3, 2.0), (7.0, 7.0), (7.0, 40.0), (45.0, 400.0)])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.98])
def test_quantiles_are_those_of_scipy(mean: float, variance: float, share: float) -> None:
    """The distribution is negative binomial, and Poisson where the variance is the mean."""
    law = stats.poisson(mean)
    if variance > mean:
        law = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    assert quantile(flat(mean), flat(variance), flat(share))[0] == law.ppf(share)
    assert covered(flat(mean), flat(variance), np.array([4]))[0] == pytest.approx(law.cdf(4))


def test_much_and_even_demand_is_normal() -> None:
    """A mean of 400 with a standard deviation of 30: 400 + 2.054 × 30, up to the next whole unit."""
    assert quantile(flat(400), flat(900), flat(0.98))[0] == 462
    assert covered(flat(400), flat(900), np.array([461]))[0] == pytest.approx(stats.norm.cdf(61.5 / 30))


def test_gamma_quantiles_are_those_of_scipy() -> None:
    """Without sales the quantile is zero."""
    found = gamma_quantile(np.array([5.0, 0.0, 3.0]), np.array([20.0, 0.0, 0.0]), 0.9)
    assert found.tolist() == pytest.approx([stats.gamma.ppf(0.9, 1.25, scale=4.0), 0.0, 3.0])


@settings(deadline=None)
@given(st.floats(0, 500), st.floats(0.1, 60), st.floats(0.01, 0.999))
def test_a_quantile_is_the_least_that_covers(mean: float, ratio: float, share: float) -> None:
    """One unit less does not cover it."""
    m, v, p = flat(mean), flat(mean * ratio), flat(share)
    units = quantile(m, v, p)
    assert covered(m, v, units)[0] >= share - 1e-6
    assert units[0] == 0 or covered(m, v, units - 1)[0] < share


def fallen_below(draw: np.ndarray, lot: int) -> np.ndarray:
    """Plain simulation of one SKU: undershoots of a stock that starts each cycle a lot above its reorder point."""
    found, above = [], lot
    for units in draw.tolist():
        above -= units
        if units and above <= 0:
            found.append(-above)
            above = lot
    return np.array(found)


@pytest.mark.parametrize(
    ("mean", "ratio", "lot"), [(5.0, 1.0, 60), (5.0, 3.0, 60), (0.4, 1.0, 1), (0.1, 20.0, 1), (0.5, 8.0, 200)]
)
def test_undershoot_equals_simulation(mean: float, ratio: float, lot: int) -> None:
    """The cases range from many demands per lot to one demand for many lots."""
    rng = np.random.default_rng(1)
    rate = mean if ratio == 1 else rng.gamma(mean / (ratio - 1), ratio - 1, 2_000_000)
    seen = fallen_below(rng.poisson(rate, 2_000_000), lot)
    fallen, spread = undershoot(flat(mean), flat(mean * ratio), np.array([lot]))
    assert fallen[0] == pytest.approx(seen.mean(), rel=0.06, abs=0.02)
    assert np.sqrt(spread[0]) == pytest.approx(seen.std(), rel=0.12, abs=0.02)


def test_lead_time_demand_is_as_drawn() -> None:
    """L·σ² + μ²·σ_L² equals 200,000 draws of a lead time and its days."""
    rng = np.random.default_rng(1)
    lead = rng.integers(3, 8, 200_000)
    drawn = rng.poisson(4.0 * lead)
    mean, variance = lead_demand(flat(4), flat(4), float(lead.mean()), float(lead.var()))
    assert mean[0] == pytest.approx(drawn.mean(), rel=0.01)
    assert variance[0] == pytest.approx(drawn.var(), rel=0.02)
    _, unsure = lead_demand(flat(4), flat(4), 5.0, 2.0, 0.1)
    assert unsure[0] == pytest.approx(5 * 4 + 16 * 2 + 0.1 * 27)


@pytest.mark.parametrize("service", [0.98, 0.95, 0.90])
@pytest.mark.parametrize("slow", [0.1, 0.5, 3.0])
def test_a_class_has_the_requested_service_on_average(service: float, slow: float) -> None:
    """The mean over cycles is within half a point despite whole units, and no SKU is far below."""
    rng = np.random.default_rng(1)
    mean = slow * rng.gamma(2.0, 1.0, SKUS) + 0.05
    found = levels(mean, 1.5 * mean, 5.0, 1.0, 1.0, flat(service, SKUS))
    weight = mean / (found.order_up_to - found.reorder_point)
    assert (found.service * weight).sum() / weight.sum() == pytest.approx(service, abs=0.005)
    assert (found.reorder_point >= 0).all()
    assert found.service.min() > service - 0.2


def test_more_service_variance_or_lead_time_is_more_stock() -> None:
    """Each raises the reorder points of a class, and lowers none of its SKUs' by more than rounding."""
    mean = np.linspace(0.1, 40, 200)
    now = levels(mean, 2 * mean, 5.0, 1.0, 1.0, flat(0.95, 200)).reorder_point
    for more in (
        levels(mean, 2 * mean, 5.0, 1.0, 1.0, flat(0.98, 200)),
        levels(mean, 4 * mean, 5.0, 1.0, 1.0, flat(0.95, 200)),
        levels(mean, 2 * mean, 8.0, 1.0, 1.0, flat(0.95, 200)),
        levels(mean, 2 * mean, 5.0, 9.0, 1.0, flat(0.95, 200)),
    ):
        assert more.reorder_point.sum() > now.sum()
        assert (more.reorder_point >= now - 1).all()


def test_levels_leave_room_for_whole_packs() -> None:
    """A lot is at least the cover, the least order and a pack; a SKU without sales has a reorder point of 0."""
    found = levels(
        np.array([2.0, 0.0, 2.0]), np.array([2.0, 0.0, 2.0]), 3.0, 0.0, 1.0, flat(0.9, 3), np.array([6, 6, 1]), 10
    )
    assert (found.order_up_to - found.reorder_point).tolist() == [18, 12, 14]
    assert found.reorder_point[1] == 0


@given(st.floats(0, 1e6), st.integers(1, 50), st.integers(0, 500))
def test_lots_are_whole_packs_and_no_pack_too_many(wanted: float, pack: int, moq: int) -> None:
    """One pack less would be too few."""
    lot = int(lot_units(flat(wanted), pack, moq)[0])
    assert lot % pack == 0
    assert lot >= max(1, moq, wanted) - 1e-3
    assert lot - pack < max(1, moq, wanted)


STOCKPYL = {0.90: (272.925, 1, 4, 13), 0.95: (279.424, 2, 5, 14), 0.98: (286.739, 2, 5, 16)}
"""By service: newsvendor_normal(mean=250, spread=8√5), and newsvendor_poisson of 0.4, 2 and 9; of stockpyl 1.0.2."""


@pytest.mark.parametrize("service", STOCKPYL)
def test_reorder_points_are_stockpyls_under_continuous_review(service: float) -> None:
    """Demand over the lead time with that probability: normal to within the rounding, and Poisson to the unit."""
    normal, *poisson = STOCKPYL[service]
    reorder_point = levels(flat(50), flat(64), 5.0, 0.0, 0.0, flat(service)).reorder_point[0]
    assert abs(reorder_point - normal) <= 1
    for mean, units in zip((0.4, 2.0, 9.0), poisson, strict=True):
        assert levels(flat(mean / 5), flat(mean / 5), 5.0, 0.0, 0.0, flat(service)).reorder_point[0] == units


@pytest.mark.slow
@pytest.mark.parametrize("service", STOCKPYL)
def test_recorded_stockpyl_figures_are_current(service: float) -> None:
    """Snyder and Shen's newsvendor; the extra `oracle` brings it."""
    newsvendor = pytest.importorskip("stockpyl.newsvendor", reason="needs the extra oracle")
    normal, _ = newsvendor.newsvendor_normal(1 - service, service, 250, 8 * 5**0.5)
    poisson = [newsvendor.newsvendor_poisson(1 - service, service, mean)[0] for mean in (0.4, 2.0, 9.0)]
    assert (round(normal, 3), *poisson) == STOCKPYL[service]
