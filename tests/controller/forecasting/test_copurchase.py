"""The next purchases: rates, hours and pairs equal plain counting, and the value of pairs is measured in a real shop."""

from dataclasses import replace

import numpy as np
import pytest

from controller.forecasting.copurchase import Predictor, best, hit_rates, lines_only, popularity
from controller.scenario.read import load_scenario
from controller.slotting.input import read_history
from layout.slotting.history import History, history_of
from tests.support.floor.tiny_site import DEMO, ROOT

UCI = ROOT.parent / "shared" / "data" / "orders" / "uci_online_retail_lines.csv.xz"
needs_uci = pytest.mark.skipif(not UCI.is_file(), reason="the UCI order lines are not beside the checkout")
DAY = 86_400.0


def shop(days: int = 40) -> History:
    """Each day at 9:30 an order of cup and saucer, at 15:30 two of a spoon; the cup alone in the evening."""
    rows = []
    for day in range(days):
        rows += [(f"{day}a", name, 1, day * DAY + 9.5 * 3600) for name in ("cup", "saucer")]
        rows += [(f"{day}{customer}", "spoon", 2, day * DAY + 15.5 * 3600) for customer in "bc"]
        rows += [(f"{day}d", "cup", 1, day * DAY + 20.5 * 3600)]
    return history_of(rows)


CUP, SAUCER, SPOON = 0, 1, 2


def test_a_day_ahead_is_a_days_demand() -> None:
    """Without recent orders, from midnight as from noon: two cups, a saucer, four spoons."""
    predictor = Predictor.fit(shop(), pull=0.0)
    for clock in (0, 12):
        found = predictor.expected(50 * DAY + clock * 3600, np.zeros(0, np.int64))
        assert found == pytest.approx([2.0, 1.0, 4.0], rel=0.02)


def test_an_hour_ahead_is_that_hours_share() -> None:
    """Four of seven units a day are ordered from three to four in the afternoon, none at night."""
    predictor = Predictor.fit(shop(), horizon_s=3600.0, pull=0.0)
    no_recent = np.zeros(0, np.int64)
    assert predictor.expected(50 * DAY + 15 * 3600, no_recent).sum() == pytest.approx(4.0, rel=0.02)
    assert predictor.expected(50 * DAY + 14.5 * 3600, no_recent).sum() == pytest.approx(2.0, rel=0.02)
    assert predictor.expected(50 * DAY + 2 * 3600, no_recent).sum() == pytest.approx(0.0)


def test_skus_bought_together_raise_each_other() -> None:
    """A saucer is in one of four orders, and in half of those with a cup: each recent cup adds a quarter of a saucer."""
    predictor = Predictor.fit(shop(), pull=1.0)
    without = predictor.expected(50 * DAY, np.array([SPOON]))
    with_cups = predictor.expected(50 * DAY, np.array([CUP, CUP]))
    assert with_cups[SAUCER] - without[SAUCER] == pytest.approx(2 * (0.5 - 0.25))
    assert with_cups[SPOON] == without[SPOON]


def test_pull_is_learnt_and_none_where_it_gains_nothing() -> None:
    """With identical days, recent orders carry no information; a single order teaches nothing either."""
    assert Predictor.fit(shop()).pull == 0.0
    assert Predictor.fit(history_of([("a", "cup", 1, 0.0)])).pull == 0.0


def test_pull_is_found_where_days_follow_one_another() -> None:
    """Customers who buy a cup buy its saucer the next day: a pair with enough orders is found in the days."""
    rng = np.random.default_rng(1)
    rows = []
    for day in range(120):
        for design in rng.choice(300, 3, replace=False).tolist():
            for order in range(4):
                rows += [
                    (f"{day}.{design}.{order}", f"{kind}{design:03}", 1, day * DAY + 9e3) for kind in ("cup", "saucer")
                ]
                rows += [(f"{day + 1}.{design}.{order}+", f"saucer{design:03}", 1, (day + 1) * DAY + 9e3)]
    orders = history_of(rows)
    assert Predictor.fit(orders).pull > 0.0


def test_hits_are_counted_by_day() -> None:
    """The best two, cup and spoon, are bought on each day, as are the best three."""
    old, new = shop().split(0.5)
    rates = hit_rates({"popular": popularity(old)}, old, new, 2)
    assert rates == {"popular": 1.0}
    without_saucers = history_of([("x", "spoon", 1, 60 * DAY), ("y", "cup", 1, 60 * DAY)], names=["saucer"])
    assert hit_rates({"p": popularity(old)}, old, without_saucers, 3)["p"] == pytest.approx(2 / 3)
    assert best(np.array([1.0, 3.0, 3.0]), 2).tolist() == [1, 2]
    assert hit_rates({"p": popularity(old)}, old, old.part(0, 0), 3)["p"] != 0


@needs_uci
def test_pairs_gain_nothing_in_a_real_shop() -> None:
    """UCI's last months, 300 SKUs predicted for each of the last days: pairs do not beat rates, which equal popularity."""
    orders, _ = read_history(load_scenario(DEMO, {}), UCI, 30)
    newest = lines_only(orders).part(orders.orders * 3 // 5, orders.orders)
    old, new = newest.split(0.85)
    rates = Predictor.fit(old, pull=0.0)
    found = hit_rates({"popular": popularity(old), "rates": rates, "pairs": replace(rates, pull=0.01)}, old, new, 300)
    assert found["rates"] > found["popular"] - 0.02
    assert found["pairs"] < found["rates"] + 0.01
