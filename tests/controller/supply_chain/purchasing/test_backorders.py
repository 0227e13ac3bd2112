"""Stock levels: pod levels, purchase orders, demand, and orders without stock."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.demand.history import past_of_rows, synthetic_past
from controller.scenario.scenario import OrderSettings
from controller.site.site import Site
from controller.supply_chain.purchasing import daily_review
from controller.warehouse.stock import DOCK, RESERVE, RETAILER, SUPPLIER
from robots.recording.events import OrderCancelled, OrderReceived
from robots.recording.supply_chain_events import ForecastChosen, LevelsSet, PurchaseOrdered, StockRanOut
from tests.support.floor.tiny_site import FLOOR, chain_of, of_kind, quiet_site, run, run_until
from tests.support.supply_chain.audit import audit_faults
from tests.support.supply_chain.inbound_site import QUICK, inbound_site


def still_site(folder: Path, orders: dict[int, list[tuple[int, dict[int, int]]]], **inventory: object) -> Site:
    """Ten SKUs of the retailer, ten units of SKU 0 in pod 0, and the orders that a test lists."""
    file = folder / "still.toml"
    file.write_text(f"{FLOOR}{QUICK}[stock]\nseller_share = 0.0\n")
    keys = {"reorder": False} | inventory
    return quiet_site(file, stock={0: {0: 10}}, orders=orders, inventory=keys, returns={"rate": 0.0})


def test_pods_are_filled_from_the_reserve_before_they_run_dry(tmp_path: Path) -> None:
    """Half of a bin's 16 units is the refill level: nine are left alone, seven are filled up to 16."""
    site = still_site(tmp_path, {0: [(7200, {0: 1})], 5: [(7200, {0: 2})]})
    site.ledger.move(0, 0, 40, SUPPLIER, RESERVE)
    run(site, 2)
    assert site.supply.inbound[0] == 0
    run(site, 10)
    assert site.supply.inbound[0] == 9
    run_until(site, lambda events: not site.supply.inbound[0], 2_500)
    assert site.ledger.held(RESERVE) == {0: 31}
    assert audit_faults(site) == []


def test_backordered_units_are_fetched_on_top_of_the_level(tmp_path: Path) -> None:
    """Ten of twenty ordered units are there: ten more are fetched for the order, and sixteen for the pods."""
    site = still_site(tmp_path, {0: [(7200, {0: 20})]})
    site.ledger.move(0, 0, 40, SUPPLIER, RESERVE)
    run(site, 2)
    assert site.supply.inbound[0] == 26


def test_a_short_reserve_is_emptied(tmp_path: Path) -> None:
    """A short reserve never gives more than it has, however often it is asked."""
    site = still_site(tmp_path, {tick: [(7200, {0: 4})] for tick in range(4)})
    site.ledger.move(0, 0, 5, SUPPLIER, RESERVE)
    run(site, 2_000)
    assert site.ledger.held(RESERVE) == {}
    assert site.supply.inbound[0] == 0
    assert audit_faults(site) == []


@given(days=st.floats(0.1, 60), mean=st.floats(0, 500))
def test_pod_levels_fit_the_pods(days: float, mean: float) -> None:
    """However many days are requested, the levels together take at most three quarters of the bins."""
    site = _SITES[0]
    inventory = chain_of(site).inventory
    inventory.mean = np.full(len(inventory.mean), mean)
    inventory.set_pod_levels(days)
    assert min(inventory._level) >= 16
    bins = site.ledger.bin_sku.size
    assert sum(level / 16 for level in inventory._level) <= max(0.75 * bins, len(inventory._level)) + len(
        inventory.mean
    )


@pytest.fixture(autouse=True, scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    _SITES.append(inbound_site(tmp_path_factory.mktemp("levels")))


_SITES: list[Site] = []


def test_an_order_without_stock_is_reported_once(tmp_path: Path) -> None:
    """The stockout is reported once, however often the order is checked."""
    site = still_site(tmp_path, {0: [(7200, {1: 2})], 40: [(7200, {0: 1})]})
    events = run(site, 100)
    stockouts = of_kind(events, StockRanOut)
    assert [(event.order, event.sku, event.units, event.rule) for event in stockouts] == [(0, 1, 2, "backorder")]


def test_a_back_order_waits(tmp_path: Path) -> None:
    """A backorder waits as long as it takes."""
    site = still_site(tmp_path, {0: [(7200, {1: 2})]}, cancel_s=100.0)
    assert of_kind(run(site, 300), OrderCancelled) == []
    assert 0 in site.book.open


def test_by_rule_an_order_is_cancelled_that_has_waited_too_long(tmp_path: Path) -> None:
    """The cancellation gives its reason; nothing is owed to the customer any more."""
    site = still_site(tmp_path, {0: [(7200, {1: 2})]}, stockout="cancel", cancel_s=100.0)
    cancelled = of_kind(run(site, 300), OrderCancelled)
    assert [event.reason for event in cancelled] == ["no stock of SKU-00002 for 2 min"]
    assert site.book.open == {}
    assert site.supply.demand[1] == 0


def test_an_order_whose_stock_came_in_time_isnt_cancelled(tmp_path: Path) -> None:
    """The order is on its way by then."""
    site = still_site(tmp_path, {0: [(7200, {1: 2})]}, stockout="cancel", cancel_s=3_000.0, fetch_s=60.0)
    run(site, 5)
    site.ledger.move(site.tick, 1, 8, SUPPLIER, RESERVE)
    site.supply.review(1, site.tick)
    assert of_kind(run(site, 3_200), OrderCancelled) == []


def test_a_days_demand_is_the_customers(tmp_path: Path) -> None:
    """Demand counts from one review to the next, whether it could be served or not."""
    site = inbound_site(tmp_path, inventory={"reorder": False, "history_days": 30})
    demand: Counter[int] = Counter()
    inventory = chain_of(site).inventory
    before = inventory.demand_today.sum()
    review = chain_of(site).calendar.at(0, "06:00")
    for event in of_kind(run(site, review), OrderReceived):
        for sku, units in event.lines:
            demand[sku] += units
    assert inventory.demand_today.sum() - before == demand.total()
    days = inventory.history.shape[1]
    run(site, 1)
    assert inventory.history.shape[1] == days
    assert inventory.history[:, -1].sum() == before + demand.total()


def test_each_class_reports_its_forecast(tmp_path: Path) -> None:
    """The event names the best model beside the seasonal naive one."""
    site = inbound_site(tmp_path)
    events = of_kind(run(site, 1), ForecastChosen)
    assert [event.velocity for event in events] == ["A", "B", "C"]
    assert all(event.mase < event.naive_mase for event in events if event.better)


def test_a_run_begins_between_reorder_point_and_level(tmp_path: Path) -> None:
    """Each SKU's position, units on order included, lies between the two; it is higher only where the pods were fuller."""
    site = inbound_site(tmp_path, orders={"per_station_hour": 30.0})
    in_pods = list(site.pods.free_total)
    run(site, 1)
    inventory = chain_of(site).inventory
    for sku, units in enumerate(in_pods):
        position = inventory.position(sku) + site.supply.demand[sku]
        most = max(int(inventory.order_up_to[sku]) + 6, units + inventory.ordered[sku])
        assert inventory.reorder_point[sku] <= position <= most


def test_a_sku_at_its_reorder_point_is_ordered_up_to_its_level(tmp_path: Path) -> None:
    """The SKU is ordered in whole packs, reported with its levels, and only once."""
    site = inbound_site(tmp_path, inventory={"cover_days": 2.0})
    run(site, 1)
    inventory, chain = chain_of(site).inventory, chain_of(site)
    sku = 3
    inventory.reorder_point[sku] = inventory.position(sku)
    inventory.order_up_to[sku] = inventory.position(sku) + 20
    others = np.arange(len(inventory.mean)) != sku
    inventory.reorder_point[others] = -1
    sources = daily_review.sources_of(site, chain)
    for _ in range(2):
        daily_review.order_what_is_low(site, chain, sources)
    assert [event.sku for event in of_kind(site.events, LevelsSet)] == [sku]
    assert [event.lines[0][:2] for event in of_kind(site.events, PurchaseOrdered)] == [(sku, 24)]


def test_a_reorder_point_that_rises_to_the_stock_is_no_reason_to_order(tmp_path: Path) -> None:
    """A SKU is ordered if its stock has fallen since the last review, and for backorders in any case."""
    site = inbound_site(tmp_path, inventory={"cover_days": 2.0})
    run(site, 1)
    inventory, chain = chain_of(site).inventory, chain_of(site)
    sku, ordered = 3, []
    inventory.reorder_point[:] = -1
    sources = daily_review.sources_of(site, chain)
    for rise, fall in ((0, 0), (9, 0), (0, 1), (0, 0)):
        inventory.reorder_point[sku] = inventory.position(sku) + rise - (rise == 0 and fall == 0)
        inventory.order_up_to[sku] = inventory.position(sku) + 20
        inventory.demand[sku] += fall
        before = inventory.ordered[sku]
        daily_review.order_what_is_low(site, chain, sources)
        ordered.append(inventory.ordered[sku] > before)
    inventory.demand[sku] += inventory.position(sku) + 1
    daily_review.order_what_is_low(site, chain, sources)
    assert ordered == [False, False, True, False]
    assert inventory.position(sku) > 0


@pytest.mark.parametrize("reorder", [True, False])
def test_stock_runs_dry_only_without_reorder(tmp_path: Path, reorder: bool) -> None:
    """Three days of orders for a stock of about two: forecast, orders, trailers and robots keep it up. Ticks of a
    minute.
    """
    keys = {"reorder": reorder, "cover_days": 1.0, "pods_days": 1.0}
    site = inbound_site(tmp_path, inventory=keys, run={"tick_s": 60.0}, orders={"per_station_hour": 4.0})
    events = run(site, 3 * 1_440)
    dry, orders = len(of_kind(events, StockRanOut)), len(of_kind(events, OrderReceived))
    assert orders > 200
    assert audit_faults(site) == []
    if reorder:
        assert dry <= 0.02 * orders
    else:
        assert dry > 0.1 * orders


def test_the_past_of_a_file_ends_where_the_run_begins() -> None:
    """The past is whole days between reviews, oldest first, and the demand since the last review."""
    rows = [
        ("1", "a", 5, datetime(2011, 3, 1, 6)),
        ("2", "a", 2, datetime(2011, 3, 2, 5)),
        ("3", "b", 3, datetime(2011, 3, 3, 9)),
        ("4", "a", 4, datetime(2011, 3, 4, 6)),
        ("5", "a", 9, datetime(2011, 3, 4, 8)),
    ]
    past = past_of_rows(rows, {"a": 0, "b": 1}, datetime(2011, 3, 4, 8), "06:00", 3)
    assert past.days.tolist() == [[7.0, 0.0, 0.0], [0.0, 0.0, 3.0]]
    assert past.today.tolist() == [4.0, 0.0]


def test_a_file_that_begins_with_the_run_has_no_past() -> None:
    """Without a past the catalogue's rates are the forecast."""
    rows = [("1", "a", 5, datetime(2011, 3, 1, 9)), ("2", "a", 5, datetime(2011, 3, 2, 9))]
    past = past_of_rows(rows, {"a": 0}, datetime(2011, 3, 1, 9), "06:00", 56)
    assert past.days.shape == (1, 0)
    assert past.expected.tolist() == [10.0]


@given(start=st.integers(0, 23), seed=st.integers(0, 1_000))
def test_a_synthetic_past_is_like_the_demand_to_come(start: int, seed: int) -> None:
    """The synthetic past has the mean of the rate, and of the running day the part since the review."""
    orders = OrderSettings(per_station_hour=40.0, profile=(1.0,) * 24)
    share = np.array([0.7, 0.3])
    past = synthetic_past(orders, 1, share, start * 3600.0, "06:00", 30, np.random.default_rng(seed))
    mean = 40 * 24 * 1.6
    assert past.days.shape == (2, 30)
    assert past.days.sum() / 30 == pytest.approx(mean, rel=0.08)
    assert past.today.sum() == pytest.approx(mean * ((start - 6) % 24) / 24, rel=0.1, abs=300)
    assert past.expected.sum() == pytest.approx(mean)


def test_stock_on_the_dock_is_a_receipt(tmp_path: Path) -> None:
    """After a day the stock on the dock is a receipt."""
    site = inbound_site(tmp_path)
    run(site, 1_500)
    waiting = Counter(site.stow_stations[0].put_away)
    assert set(waiting) <= set(site.ledger.held(DOCK))


def test_a_run_begins_between_reorder_points_and_levels(tmp_path: Path) -> None:
    """Whatever the pods could hold, no SKU of the retailer has more than its level, and due orders are spread over
    time.
    """
    site = inbound_site(tmp_path, stock={"fill": 0.9})
    chain = chain_of(site)
    daily_review.begin(site, chain)
    inventory, places = chain.inventory, []
    for sku, owner in enumerate(site.ledger.catalogue.owners):
        if owner == RETAILER and inventory.mean[sku] > 0:
            point, level = int(inventory.reorder_point[sku]), int(inventory.order_up_to[sku])
            assert inventory.position(sku) <= level + 24  # whole packs on their way
            places.append((inventory.position(sku) - point) / (level - point))
    assert 0.2 < float(np.median(places)) < 0.9
    assert inventory.opening == []
    assert audit_faults(site) == []


def test_pods_are_never_stowed_with_more_than_they_hold(tmp_path: Path) -> None:
    """The level limits the stowed units; stock beyond it lies in the reserve."""
    site = inbound_site(tmp_path, stock={"fill": 0.9})
    chain = chain_of(site)
    daily_review.begin(site, chain)
    inventory = chain.inventory
    for sku, owner in enumerate(site.ledger.catalogue.owners):
        if owner == RETAILER and inventory.mean[sku] > 0:
            assert site.pods.free_total[sku] == inventory.in_pods(sku, site.pods.free_total[sku])
