"""Generated orders: how many, how large, of what, and due when."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from controller.demand.demand import Demand, DueDates, demand_of
from controller.random_streams import Streams
from controller.scenario.read import load_scenario
from controller.scenario.scenario import OrderSettings
from controller.warehouse.orders import Order
from tests.support.floor.tiny_site import TINY, tiny

HOUR = 60
"""Ticks, in the runs here that count minutes."""


def demand(seed: int = 1, path: Path = TINY, **sections: dict[str, object]) -> Demand:
    return demand_of(tiny(path, **sections), Streams(seed))


def orders_of(source: Demand, ticks: int) -> list[Order]:
    return [order for tick in range(ticks) for order in source.arrivals(tick)]


def due_dates(**sections: dict[str, object]) -> DueDates:
    scenario = tiny(**sections)
    return DueDates(scenario, scenario.start_s, Streams(1))


@pytest.fixture(scope="module")
def many() -> list[Order]:
    """Some 20,000 orders of the trade's kind over 1,000 SKUs."""
    source = demand(orders={"per_station_hour": 20_000}, stock={"skus": 1000}, pods={"bins": 200})
    return orders_of(source, 3600)


def test_rates_over_the_day_follow_the_profile() -> None:
    """Each hour of ten days has its share of the rate's orders, within four deviations."""
    source = demand(run={"tick_s": 60, "start": "00:00"}, orders={"per_station_hour": 160})
    come = Counter(order.created // HOUR % 24 for order in orders_of(source, 10 * 24 * HOUR))
    for hour, share in enumerate(OrderSettings().profile):
        expected = 10 * 160 * share
        assert abs(come[hour] - expected) < 4 * expected**0.5, f"hour {hour}"


def test_the_day_begins_at_the_scenarios_clock() -> None:
    """A run from 23:00 has an hour of night before the morning's rush."""
    profile = [0.0] * 24
    profile[0] = 1.0
    source = demand(run={"tick_s": 60, "start": "23:00"}, orders={"per_station_hour": 600, "profile": profile})
    created = [order.created for order in orders_of(source, 3 * HOUR)]
    assert min(created) >= HOUR
    assert max(created) < 2 * HOUR
    assert 500 < len(created) < 700


def test_each_pick_station_brings_its_own_orders(many: list[Order]) -> None:
    """The rate is by the hour and pick station; tiny has one of them, and here a clock hour of 20,000."""
    assert 20_000 - 4 * 142 < len(many) < 20_000 + 4 * 142


def test_two_orders_of_three_are_singles_and_the_mean_is_1_6(many: list[Order]) -> None:
    """65 % of the orders have one unit, the mean has 1.6, and none more than 12."""
    sizes = np.array([order.units for order in many])
    assert float((sizes == 1).mean()) == pytest.approx(0.65, abs=0.015)
    assert float(sizes.mean()) == pytest.approx(1.6, abs=0.03)
    assert sizes.max() <= 12


@pytest.mark.parametrize(
    ("settings", "mean"),
    [({"singles": 0.0, "mean_units": 3.0}, 3.0), ({"singles": 1.0, "mean_units": 1.0}, 1.0), ({"max_units": 1}, 1.0)],
)
def test_order_sizes_can_be_chosen(settings: dict[str, object], mean: float) -> None:
    """The mean is the one asked for, whatever the share of singles."""
    source = demand(orders={"per_station_hour": 4000, **settings})
    assert np.mean([order.units for order in orders_of(source, 3600)]) == pytest.approx(mean, rel=0.05)


def test_an_orders_lines_are_of_different_skus(many: list[Order]) -> None:
    """Units of one SKU are one line, and lines are numbered from 0."""
    for order in many:
        assert len({line.sku for line in order.lines}) == len(order.lines)
        assert [line.number for line in order.lines] == list(range(len(order.lines)))


def test_demand_over_skus_is_zipf(many: list[Order]) -> None:
    """Shares fall as rank^-0.85, a fifth of the SKUs has 70 % of the units, and the orders keep to the shares."""
    source = demand(stock={"skus": 1000}, pods={"bins": 200})
    share = source.catalogue.share
    assert share.sum() == pytest.approx(1.0)
    assert share[9] / share[0] == pytest.approx(10**-0.85)
    assert share[:200].sum() == pytest.approx(0.70, abs=0.02)
    units: Counter[int] = Counter()
    for order in many:
        units.update({line.sku: line.units for line in order.lines})
    total = sum(units.values())
    for sku in (0, 1, 9, 99):
        expected = total * share[sku]
        assert abs(units[sku] - expected) < 4 * expected**0.5


def test_without_skew_all_skus_are_alike() -> None:
    """An exponent of 0 is uniform demand."""
    share = demand(orders={"skew": 0.0}, stock={"skus": 40}).catalogue.share
    assert share.tolist() == pytest.approx([1 / 40] * 40)


def test_skus_have_owners() -> None:
    """A share of the SKUs belongs to sellers, the rest to the retailer."""
    owners = demand(stock={"skus": 1000, "seller_share": 0.2}, pods={"bins": 200}).catalogue.owners
    assert owners.count("house") == pytest.approx(800, abs=50)
    assert {owner for owner in owners if owner != "house"} == {f"seller-{number}" for number in range(1, 10)}
    assert set(demand(stock={"seller_share": 0.0}).catalogue.owners) == {"house"}


def test_one_order_in_five_is_a_rush(many: list[Order]) -> None:
    """20 % are due in half an hour, the rest in two hours."""
    left = Counter(order.due - order.created for order in many)
    assert set(left) == {1800, 7200}
    assert left[1800] / len(many) == pytest.approx(0.2, abs=0.015)


def test_due_times_are_ticks() -> None:
    """Half an hour is 450 ticks of four seconds."""
    assert due_dates(run={"tick_s": 4.0}, orders={"rush": 1.0}).due(10, 0) == 10 + 450


@pytest.mark.parametrize(
    ("came", "due"),
    [
        ("08:00", "12:00"),
        ("11:30", "12:00"),
        ("11:31", "17:00"),
        ("16:30", "17:00"),
        ("16:31", "36:00"),  # the next day's noon
        ("23:45", "36:00"),
        ("24:05", "36:00"),
        ("35:59", "41:00"),
    ],
)
def test_an_order_is_due_at_the_first_cut_off_that_leaves_time(came: str, due: str) -> None:
    """Trucks leave at 12:00 and 17:00, an order needs half an hour, and the run begins at 08:00."""
    dates = due_dates(run={"tick_s": 60}, orders={"cut_offs": ["17:00", "12:00"]})
    assert dates.due(minutes(came) - 8 * 60, 0) == minutes(due) - 8 * 60


@pytest.mark.parametrize(
    ("came", "due"),
    [("22:00", "24:15"), ("23:30", "24:15"), ("23:45", "24:15"), ("23:46", "30:00"), ("29:31", "48:15")],
)
def test_cut_offs_go_over_midnight(came: str, due: str) -> None:
    """Trucks leave at 00:15 and 06:00; late in the evening the first is tomorrow's already."""
    dates = due_dates(run={"tick_s": 60, "start": "22:00"}, orders={"cut_offs": ["00:15", "06:00"]})
    assert dates.due(minutes(came) - 22 * 60, 0) == minutes(due) - 22 * 60


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return 60 * int(hours) + int(rest)


def test_a_backlog_waits_at_tick_0_only() -> None:
    """They come at once and never again."""
    source = demand(orders={"backlog": 50, "per_station_hour": 0})
    assert len(source.arrivals(0)) == 50
    assert [source.arrivals(tick) for tick in range(1, 100)] == [[]] * 99


def test_orders_are_numbered_in_order_of_arrival(many: list[Order]) -> None:
    """Numbers count from 0, the customer's from 000001."""
    assert [order.id for order in many] == list(range(len(many)))
    assert [order.name for order in many[:2]] == ["000001", "000002"]


def test_the_same_seed_gives_the_same_orders() -> None:
    """Chance comes from the generator that is passed in, and from nowhere else."""

    def told(seed: int) -> list[object]:
        source = demand(seed, orders={"per_station_hour": 2000})
        return [(o.created, o.due, [(line.sku, line.units) for line in o.lines]) for o in orders_of(source, 600)]

    assert told(1) == told(1)
    assert told(1) != told(2)


def test_the_demo_asks_for_what_is_in_stock() -> None:
    """Every SKU of the demo has a place in the catalogue and a share of demand."""
    scenario = load_scenario(TINY.with_name("demo.toml"))
    catalogue = demand_of(scenario, Streams(1)).catalogue
    assert len(catalogue) == 3000
    assert (catalogue.share > 0).all()
