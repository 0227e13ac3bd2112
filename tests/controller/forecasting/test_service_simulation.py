"""Simulated service equals the requested service, and the stock accounting behind it is right."""

import numpy as np
import pytest

from controller.forecasting.reorder import Levels
from controller.forecasting.service_simulation import ServiceTerms, replay, simulate_service
from controller.forecasting.simulated_stock import DayStock
from controller.forecasting.synthetic_demand import demand_like, zipf_demand


def ints(*units: int) -> np.ndarray:
    return np.array(units, np.int64)


def levels(*pairs: tuple[int, int]) -> Levels:
    points, tops = zip(*pairs, strict=True)
    return Levels(ints(*points), ints(*tops), np.ones(len(pairs)))


def test_service_equals_the_requested_service() -> None:
    """1,000 SKUs, 60 days, two seeds: A, B and C within a point of 98, 95 and 90 %, over and under."""
    demand = zipf_demand(1000, 2000.0)
    runs = [simulate_service(demand, np.random.default_rng(seed)) for seed in (11, 12)]
    for classes in zip(*runs, strict=True):
        assert np.mean([one.points for one in classes]) == pytest.approx(0.0, abs=1.0)
        assert min(one.cycles for one in classes) > 500
        assert min(one.fill_rate for one in classes) > classes[0].asked


def test_more_requested_service_is_more_stock() -> None:
    """Both simulations have the same days."""
    demand = zipf_demand(300, 600.0)
    low, high = (
        simulate_service(demand, np.random.default_rng(1), ServiceTerms(service=(service,) * 3), ["mean_week"] * 3)
        for service in (0.8, 0.97)
    )
    for one, other in zip(low, high, strict=True):
        assert other.cycle_service > one.cycle_service
        assert other.on_hand > one.on_hand


def test_a_seed_gives_the_same_days() -> None:
    """Another seed gives other days."""
    demand, terms = zipf_demand(50, 200.0), ServiceTerms(days=20)
    one, repeated, other = (
        simulate_service(demand, np.random.default_rng(seed), terms, ["ses"] * 3) for seed in (1, 1, 2)
    )
    assert one == repeated
    assert one != other


def test_even_demand_never_runs_out() -> None:
    """Three a day of each SKU, lead time of exactly five days: full service with little stock."""
    terms = ServiceTerms(lead_sd=0.0)
    sold = np.full((20, terms.past + terms.days + terms.tail), 3.0)
    for one in replay(sold, np.random.default_rng(1), terms, ["mean_week"] * 3):
        assert one.fill_rate == 1.0
        assert one.cycle_service == 1.0
        assert one.on_hand < 45


def test_a_cycle_is_good_without_backorders_at_its_receipt() -> None:
    """Two SKUs order at 2: one sells its last unit, the other one more than it has."""
    stock = DayStock(ints(2, 2))
    now = levels((2, 10), (2, 10))
    stock.review(0, now, ints(2, 2), 1, 1)
    stock.sell(ints(2, 3), counted=True)
    stock.receive(1)
    assert stock.waits_for_orders
    stock.receive(2)
    assert stock.cycles.tolist() == [1, 1]
    assert stock.good.tolist() == [1, 0]
    assert stock.net.tolist() == [8, 7]
    assert stock.served.tolist() == [2, 2]
    assert not stock.waits_for_orders


def test_orders_are_whole_packs_and_dont_overtake() -> None:
    """Four are missing, packs are of six; the second order would be a day faster and comes with the first."""
    stock = DayStock(ints(6))
    stock.review(0, levels((6, 10)), ints(3), 6, 1)
    assert stock.coming.tolist() == [6]
    stock.sell(ints(8), counted=False)
    stock.review(1, levels((6, 10)), ints(1), 6, 1)
    stock.receive(2)
    assert stock.net.tolist() == [-2]
    stock.receive(3)
    assert stock.cycles.tolist() == [2]
    assert stock.good.tolist() == [1]
    assert stock.net.tolist() == [10]
    assert stock.demand.tolist() == [0]


def test_synthetic_days_have_the_requested_rates_spread_and_weekdays() -> None:
    """The rates, spread and weekdays hold over 2,000 weeks."""
    demand = zipf_demand(3, 30.0, ratio=2.0)
    sold = demand.days(3, 14_000, np.random.default_rng(1))
    assert sold.mean(axis=1) == pytest.approx(demand.rate, rel=0.02)
    by_day = sold[0].reshape(-1, 7)
    assert by_day.mean(axis=0) / demand.rate[0] == pytest.approx(np.roll(demand.profile, -3), rel=0.04)
    assert by_day[:, 2].var() / by_day[:, 2].mean() == pytest.approx(2.0, rel=0.1)
    synthetic = demand_like(sold[:, :-4])
    assert synthetic.rate == pytest.approx(demand.rate, rel=0.02)
    assert synthetic.profile == pytest.approx(np.roll(demand.profile, -3 + 4), rel=0.04)
    assert synthetic.ratio == pytest.approx([2.0] * 3, rel=0.1)


def test_a_reorder_point_that_rises_to_the_stock_is_no_reason_to_order() -> None:
    """With six units in stock, an order is placed when one of them is sold, not when the forecast rises."""
    stock = DayStock(ints(6))
    for point in (4, 6):
        stock.review(0, levels((point, 8)), ints(1), 1, 1)
        assert stock.coming.tolist() == [0]
    stock.sell(ints(1), counted=False)
    stock.review(1, levels((6, 8)), ints(1), 1, 1)
    assert stock.coming.tolist() == [3]


def test_lumpy_demand_gets_little_more_service_than_requested() -> None:
    """1,000 SKUs have customers who order dozens. C was 5 points over while a risen forecast was a reason to order."""
    demand = zipf_demand(1000, 1000.0, ratio=25.0)
    runs = [simulate_service(demand, np.random.default_rng(seed), models=["pooled_week"] * 3) for seed in (11, 12)]
    assert np.mean([slow.points for _, _, slow in runs]) == pytest.approx(0.0, abs=1.5)
