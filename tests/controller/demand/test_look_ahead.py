"""Expected demand of the next hours: its sources, and the pods that hold it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from controller.build_site import build_site
from controller.demand.look_ahead import LookAhead
from controller.scenario.read import load_scenario
from controller.site.site import Site
from controller.warehouse.orders import Order
from tests.support.floor.tiny_site import FLOOR, quiet_site, restock, settings, tiny_site

LOOKS_AHEAD = {"policies": {"pods": "foresight"}}
HEAD = "order_id,sku,quantity,timestamp"


def of(site: Site) -> LookAhead:
    assert site.look_ahead is not None
    return site.look_ahead


def test_a_floor_that_does_not_look_ahead_learns_nothing() -> None:
    """The default policies cost nothing."""
    assert tiny_site().look_ahead is None
    assert tiny_site(policies={"idle": "preposition"}).look_ahead is not None


def test_of_generated_demand_its_own_rate_and_hours_are_known() -> None:
    """An hour at the full rate and one at half of it, at 100 orders of two units an hour: 300 units in two hours."""
    profile = [0.0] * 8 + [1.0, 0.5] + [0.0] * 14
    orders = {"per_station_hour": 100, "profile": profile, "mean_units": 2.0}
    site = tiny_site(run={"start": "08:00"}, orders=orders, **LOOKS_AHEAD)
    stations = len(site.pick_stations)
    assert of(site).units(0, len(site.ledger.catalogue)).sum() == pytest.approx(300 * stations)


def test_before_a_peak_more_is_to_come_than_came() -> None:
    """Demand begins at 10:00: at 09:00 it is ahead, at 08:00 it is too far away, at 12:00 it is what it was."""
    site = tiny_site(run={"start": "08:00"}, orders={"profile": [0.1] * 10 + [1.0] * 14}, **LOOKS_AHEAD)
    assert [of(site).is_peak_ahead(tick) for tick in (0, 3600, 4 * 3600)] == [False, True, False]


def test_a_pod_has_the_share_of_a_skus_demand_that_it_has_of_its_units() -> None:
    """Pod 0 has three of four units of SKU 0; an empty pod has nothing to expect."""
    site = quiet_site(stock={0: {0: 3}, 1: {0: 1}}, robots={"count": 2}, policies={"pods": "foresight"})
    rate = np.array([12.0] + [0.0] * (len(site.ledger.catalogue) - 1))
    of(site).predictor = replace(of(site).predictor, rate=rate, hours=np.full(24, 1 / 24))
    soon = of(site).of_pods(site.ledger, site.tick)
    assert soon[0] == pytest.approx(3 * soon[1])
    assert soon[0] + soon[1] == pytest.approx(1.0)  # 12 a day are one in two hours
    assert soon[2:].sum() == 0


def test_nobody_expects_more_of_a_pod_than_there_is_in_it() -> None:
    """A SKU that is asked for a hundred times as often as it is there."""
    site = tiny_site(orders={"per_station_hour": 10_000, "profile": [1.0] * 24}, **LOOKS_AHEAD)
    restock(site, {0: {0: 2}})
    assert of(site).of_pods(site.ledger, 0)[0] == pytest.approx(2.0)


def test_an_order_files_past_is_learnt_and_its_days_to_come_are_not(tmp_path: Path) -> None:
    """A was sold every day before, B is sold only in the run: B is not foreseen."""
    past = [f"p{day},A,2,2026-01-{day:02} 09:00" for day in range(1, 15)]
    (tmp_path / "orders.csv").write_text("\n".join([HEAD, *past, "r1,B,9,2026-01-15 08:30", "r2,A,1,2026-01-15 09:00"]))
    (tmp_path / "shop.toml").write_text(FLOOR)
    asked = settings(orders={"csv": "orders.csv", "day": "2026-01-15"}, **LOOKS_AHEAD)
    site = build_site(load_scenario(tmp_path / "shop.toml", asked))
    a, b = of(site).units(0, 2)
    assert a > 0
    assert b == 0


def test_what_has_just_been_ordered_pulls_what_goes_with_it() -> None:
    """With a pull of 1 from SKU 0 to SKU 1, an order of SKU 0 makes one more unit of SKU 1 likely."""
    site = quiet_site(robots={"count": 2}, policies={"pods": "foresight"})
    skus = len(site.ledger.catalogue)
    pulled = sparse.csr_array(([1.0], ([0], [1])), shape=(skus, skus))
    of(site).predictor = replace(of(site).predictor, rate=np.zeros(skus), pulled=pulled, pull=1.0)
    order = Order(0, "0", 0, 100)
    order.add(0, 1)
    of(site).note(order)
    assert of(site).units(0, skus).tolist()[:2] == [0.0, 1.0]
