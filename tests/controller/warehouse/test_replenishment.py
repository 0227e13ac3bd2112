"""Stock that runs low is ordered, arrives after the lead time, and is stowed."""

import numpy as np
import pytest

from controller.site.site import Site
from controller.warehouse.replenishment import Replenishment
from controller.warehouse.stock import DOCK
from robots.recording.events import StockMoved, Stowed, TaskCreated
from tests.support.floor.tiny_site import of_kind, quiet_site, restock, run, run_until, tiny_site
from tests.support.supply_chain.audit import audit_faults

LEAD = 600


def low_site(reorder_at: float = 1.0) -> Site:
    """Ten units of SKU 0 in pod 0. At a reorder point of 1.0 its level is just that, so one unit less is too few."""
    site = quiet_site(stock={0: {0: 10}}, robots={"count": 2})
    return with_supply(site, reorder_at)


def with_supply(site: Site, reorder_at: float) -> Site:
    """The site with a supply that starts from what is in the pods now."""
    changed = tiny_site(
        stock={"reorder_at": reorder_at, "lead_s": LEAD, "skus": 10},
        orders={"per_station_hour": 0},
        robots={"count": 2},
    ).scenario
    site.supply = Replenishment(changed, site.pods, np.random.default_rng(1))
    return site


def test_enough_stock_is_left_alone() -> None:
    """At its level nothing is ordered."""
    supply = low_site().supply
    supply.review(0, 0)
    assert supply.inbound[0] == 0


def test_a_little_less_isnt_worth_an_order() -> None:
    """Under half a bin of 16 units no supplier is called."""
    site = low_site()
    site.supply.demand[0] = 7
    site.supply.review(0, 0)
    assert site.supply.inbound[0] == 0


def test_a_sku_is_ordered_up_to_its_level() -> None:
    """Ten are free and eight asked for: eight are ordered, and not once more at the next look."""
    site = low_site()
    site.supply.demand[0] = 8
    site.supply.review(0, 0)
    site.supply.review(0, 1)
    assert site.supply.inbound[0] == 8


def test_what_is_asked_for_beyond_the_stock_is_ordered_however_little() -> None:
    """A SKU without stock is ordered for a single demanded unit."""
    site = low_site()
    site.supply.demand[5] = 1
    site.supply.review(5, 0)
    assert site.supply.inbound[5] == 1


@pytest.mark.parametrize("asked", range(12))
def test_the_reorder_point_is_a_share_of_the_level(asked: int) -> None:
    """With a reorder point of half the level, what is ordered fills up to the level once less than half is left."""
    site = low_site(reorder_at=0.5)
    level = site.supply._level[0]
    assert 10 <= level <= 20
    site.supply.demand[0] = asked
    site.supply.review(0, 0)
    left = 10 - asked
    worth_it = level - left >= 8 or left <= 0
    assert site.supply.inbound[0] == (level - left if left < 0.5 * level and worth_it else 0)


def test_orders_arrive_after_the_lead_time_and_once() -> None:
    """Ordered at tick 5, there at tick 605."""
    site = low_site()
    site.supply.demand[0] = 8
    site.supply.review(0, 5)
    assert site.supply.arrivals(5 + LEAD - 1) == []
    assert site.supply.arrivals(5 + LEAD) == [(0, 8)]
    assert site.supply.arrivals(5 + LEAD + 1) == []


def test_a_run_starts_in_the_middle_of_the_cycle() -> None:
    """Each SKU has between its reorder point and its level at the start."""
    site = tiny_site(stock={"reorder_at": 0.6})
    level, free = np.array(site.supply._level), np.array(site.pods.free_total)
    assert (free <= level).all()
    assert (free >= 0.6 * level - 1).all()
    assert 0.7 < float((free / level).mean()) < 0.9


def test_a_receipt_goes_from_supplier_to_dock_to_bin() -> None:
    """Picked units are reordered, reach the dock, are stowed into the emptiest pod, and can be allocated."""
    site = quiet_site(stock={0: {0: 10}}, orders={0: [(7200, {0: 9})]}, robots={"count": 2})
    with_supply(site, 1.0)
    events = run_until(site, lambda events: bool(of_kind(events, Stowed)), 1500)
    moves = [(move.source, move.target, move.quantity) for move in of_kind(events, StockMoved) if move.sku == 0]
    stowed = of_kind(events, Stowed)[0]
    assert moves[0] == ("bin 0.0", "tote 0", 9)
    assert ("supplier", "dock", 9) in moves
    assert stowed.quantity == 9
    assert moves[-1] == ("dock", f"bin {stowed.pod}.0", 9)
    trip = [task for task in of_kind(events, TaskCreated) if task.kind == "stow"]
    assert [task.reason for task in trip] == ["emptiest: 24 of 24 bins free"]
    assert site.ledger.held(DOCK) == {}
    assert site.supply.inbound[0] == 0
    assert site.pods.free_in[stowed.pod] == {0: 9}
    assert audit_faults(site) == []


def test_a_floor_is_kept_filled_for_hours() -> None:
    """With a short lead time the stock neither runs out nor overflows, and every order finds its units."""
    site = tiny_site(stock={"skus": 20, "lead_s": 300}, run={"seed": 3}, orders={"per_station_hour": 60})
    level = sum(site.supply._level)
    for _ in range(8):
        run(site, 400)
        assert 0.5 * level < site.ledger.bin_units.sum() <= 1.05 * level
    assert len(site.book.backordered) == 0
    assert audit_faults(site) == []


def test_restocked_pods_offer_what_they_hold() -> None:
    """The tests' own way of filling pods keeps the books right."""
    site = quiet_site(robots={"count": 2})
    restock(site, {3: {1: 4, 2: 5}})
    assert site.pods.free_in[3] == {1: 4, 2: 5}
    assert site.pods.free_total[:3] == [0, 4, 5]
