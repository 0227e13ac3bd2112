"""Release policies: which order of the backlog gets a place at a station."""

from collections import Counter
from pathlib import Path

import pytest

from controller.floor import dispatch as floor_dispatch
from controller.floor import release as floor_release
from controller.policies import release
from controller.site.site import Site
from controller.warehouse.stock import SUPPLIER
from controller.warehouse.tasks import Task
from robots.recording.kinds import TaskKind
from tests.support.floor.corridor import corridor_site, fills, waiting, with_orders


def on_its_way(site: Site, pod: int) -> Task:
    return floor_dispatch._new_task(
        site, TaskKind.PICK, pod, int(site.pods.cell[pod]), site.pick_stations[0].index, "a test"
    )


# ------------------------------------------------------------------ order release


def test_fcfs_takes_the_first(corridor: Path) -> None:
    """However urgent or convenient others are."""
    site = corridor_site(corridor, {0: {0: 5, 1: 5}}, 2)
    first, _ = waiting(site, (9000, {0: 1}), (100, {1: 1}))
    assert release.fcfs(site, site.pick_stations[0], fills(site)) == (first, "first of the backlog")


def test_random_release_draws_from_the_whole_backlog(corridor: Path) -> None:
    """Each of three orders is drawn about as often."""
    site = corridor_site(corridor, {0: {0: 5}}, 2)
    waiting(site, *[(7200, {0: 1})] * 3)
    drawn: Counter[int] = Counter()
    for _ in range(300):
        choice = release.random(site, site.pick_stations[0], fills(site))
        assert choice is not None
        order, reason = choice
        drawn[order.id] += 1
        assert reason == "drawn at random"
    assert sorted(drawn) == [0, 1, 2]
    assert min(drawn.values()) > 60


def test_podmatch_prefers_what_the_pods_on_their_way_have(corridor: Path) -> None:
    """The younger order, because its SKU is in the pod that comes."""
    site = corridor_site(corridor, {0: {0: 5}, 1: {1: 5}}, 2, 3)
    _, matching = waiting(site, (9000, {0: 1}), (9001, {1: 1}))
    on_its_way(site, 1)
    choice = release.podmatch(site, site.pick_stations[0], fills(site))
    assert choice == (matching, "1 of 1 line in pods on their way here")


def test_podmatch_prefers_orders_that_can_be_completed(corridor: Path) -> None:
    """One line of one beats two lines of three; with both complete the longer one wins."""
    site = corridor_site(corridor, {0: {0: 5, 1: 5}, 1: {2: 5}}, 2, 3)
    waiting(site, (9000, {0: 1, 1: 1, 2: 1}), (9001, {0: 1}))
    station = site.pick_stations[0]
    on_its_way(site, 0)
    choice = release.podmatch(site, station, fills(site))
    assert choice is not None
    assert (choice[0].id, choice[1]) == (1, "1 of 1 line in pods on their way here")
    on_its_way(site, 1)
    choice = release.podmatch(site, station, fills(site))
    assert choice is not None
    assert (choice[0].id, choice[1]) == (0, "3 of 3 lines in pods on their way here")


def test_podmatch_counts_a_line_only_if_the_pod_has_all_of_it(corridor: Path) -> None:
    """Two units in the pod don't fill a line of three."""
    site = corridor_site(corridor, {0: {0: 2}, 1: {0: 5}}, 2, 3)
    waiting(site, (9000, {0: 3}), (9001, {0: 2}))
    on_its_way(site, 0)
    choice = release.podmatch(site, site.pick_stations[0], fills(site))
    assert choice is not None
    assert choice[0].id == 1


def test_podmatch_without_a_match_takes_what_is_due_first(corridor: Path) -> None:
    """The reason says so."""
    site = corridor_site(corridor, {0: {0: 5}}, 2)
    _, soon = waiting(site, (9001, {0: 1}), (9000, {0: 1}))
    choice = release.podmatch(site, site.pick_stations[0], fills(site))
    assert choice == (soon, "the order due first; no order needs stock of the pods on their way here")


def test_the_last_place_is_a_fast_lane(corridor: Path) -> None:
    """With one place left only an order that the pods on their way fill at once gets it, even when another is late."""
    site = corridor_site(corridor, {0: {0: 5, 1: 5}, 1: {2: 5}}, 2, 3, stations={"open_orders": 2})
    station = with_orders(site, {0: 1})
    on_its_way(site, 0)
    waiting(site, (10, {2: 1}), (9000, {0: 1, 2: 1}))
    assert release.choose(site, station, fills(site)) is None
    waiting(site, (9001, {1: 2}))
    choice = release.choose(site, station, fills(site))
    assert choice is not None
    assert (choice[0].id, choice[1]) == (3, "1 of 1 line in pods on their way here")


def test_a_station_with_a_single_place_has_no_fast_lane(corridor: Path) -> None:
    """Otherwise it would never get an order, because without one no pod is on its way."""
    site = corridor_site(corridor, {0: {0: 5}}, 2, stations={"open_orders": 1})
    (order,) = waiting(site, (9000, {0: 1}))
    assert release.choose(site, site.pick_stations[0], fills(site)) == (
        order,
        "the order due first; no order needs stock of the pods on their way here",
    )


@pytest.mark.parametrize("policy", release.POLICIES)
@pytest.mark.parametrize(
    ("due", "tick", "reason"),
    [(900, 0, "due in 15 min"), (60, 0, "due in 60 s"), (10, 310, "late by 5 min"), (100, 100, "due in 0 s")],
)
def test_what_is_late_goes_first_under_every_policy(
    corridor: Path, policy: str, due: int, tick: int, reason: str
) -> None:
    """With half the rush time of 30 minutes left or less, an order goes before those that a policy prefers."""
    site = corridor_site(corridor, {0: {0: 5}, 1: {1: 5}}, 2, 3, policies={"release": policy})
    _, late = waiting(site, (9000, {1: 1}), (due, {0: 1}))
    on_its_way(site, 1)
    site.tick = tick
    assert release.choose(site, site.pick_stations[0], fills(site)) == (late, reason)


def test_an_order_due_later_is_not_urgent(corridor: Path) -> None:
    """A second more than half the rush time, and matching decides."""
    site = corridor_site(corridor, {0: {0: 5}, 1: {1: 5}}, 2, 3)
    _, matching = waiting(site, (901, {0: 1}), (9000, {1: 1}))
    on_its_way(site, 1)
    choice = release.choose(site, site.pick_stations[0], fills(site))
    assert choice is not None
    assert choice[0] is matching


def test_urgent_orders_get_a_quarter_of_the_places(corridor: Path) -> None:
    """Three of twelve: the fourth urgent order has to match like any other."""
    site = corridor_site(corridor, {0: {0: 9}, 1: {1: 9}}, 2, 3)
    station = site.pick_stations[0]
    _, matching, *_ = waiting(site, (10, {0: 1}), (9000, {1: 1}), (11, {0: 1}), (12, {0: 1}), (13, {0: 1}))
    on_its_way(site, 1)
    chosen = []
    for _ in range(4):
        choice = release.choose(site, station, fills(site))
        assert choice is not None
        chosen.append(choice[0].id)
        floor_release._release(site, station, *choice)
    assert chosen == [0, 2, 3, matching.id]


def test_orders_without_stock_are_set_aside(corridor: Path) -> None:
    """Five units are there, three of them spoken for: an order of three waits for stock, one of two goes."""
    site = corridor_site(corridor, {0: {0: 5}}, 2)
    station = with_orders(site, {0: 3})
    too_much, enough = waiting(site, (7300, {0: 3}), (7301, {0: 2}))
    assert release.fcfs(site, station, fills(site)) == (enough, "first of the backlog")
    assert site.book.backordered == {0: [too_much]}


@pytest.mark.parametrize("policy", release.POLICIES)
def test_an_order_that_lacked_stock_for_long_keeps_what_comes_of_it(corridor: Path, policy: str) -> None:
    """It wants two SKUs, which come by turns, a unit each time, and each time another order comes that wants just that unit."""
    site = corridor_site(corridor, {}, 2, policies={"release": policy, "max_wait_s": 200.0})
    (old,) = waiting(site, (7200, {0: 1, 1: 1}))
    for round_ in range(8):
        site.tick, sku = 50 * round_, round_ % 2
        waiting(site, (7200 + site.tick + 1, {sku: 1}))
        site.supply.inbound[1 - sku] = 1
        site.pods.put(site.tick, 0, sku, sku, 1, SUPPLIER)
        site.book.restocked(sku)
        floor_release.release_orders(site)
    assert old.station == site.pick_stations[0].index


def test_stock_is_kept_for_an_order_only_if_the_rest_of_it_comes(corridor: Path) -> None:
    """After three quarters of `max_wait_s`, against orders due later, but not against a prioritised one."""
    site = corridor_site(corridor, {0: {0: 1}}, 2, policies={"max_wait_s": 200.0})
    old, young, soon = waiting(site, (7200, {0: 1, 1: 1}), (7201, {0: 1}), (7199, {0: 1}))
    assert not floor_release.coverable(site, old)
    for tick, coming, fits in ((149, 1, True), (150, 0, True), (150, 1, False)):
        site.tick, site.supply.inbound[1] = tick, coming
        assert floor_release.coverable(site, soon)
        assert floor_release.coverable(site, young) is fits
    assert site.book.backordered == {1: [old], 0: [young]}
    site.book.restocked(0)
    site.book.prioritised[young.id] = young
    assert floor_release.coverable(site, young)


def test_an_order_that_is_in_the_backlog_again_has_its_turn_again(corridor: Path) -> None:
    """First come, first served, and the oldest of a SKU are looked at first, though it had to wait for stock."""
    site = corridor_site(corridor, {0: {0: 9}}, 2)
    first, second = waiting(site, (7200, {0: 1}), (7201, {0: 1}))
    site.book.backorder(first, 0)
    site.book.restocked(0)
    assert list(site.book.wanted[0].values()) == [first, second]
    assert release.fcfs(site, site.pick_stations[0], fills(site)) == (first, "first of the backlog")


@pytest.mark.parametrize("policy", release.POLICIES.values(), ids=release.POLICIES)
def test_an_empty_backlog_gives_no_order(corridor: Path, policy: release.ReleasePolicy) -> None:
    """Nothing to choose from is no fault; neither is a backlog that can't be filled."""
    site = corridor_site(corridor, {}, 2)
    assert policy(site, site.pick_stations[0], fills(site)) is None
    waiting(site, (7200, {0: 1}))
    assert policy(site, site.pick_stations[0], fills(site)) is None
