"""The promise: the day the customer wants if it is feasible, else the next feasible one, with the reason; never more
than capacity allows.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from controller.scenario.supply_chain import DEFAULT_LANES, LastMile
from controller.site.site import Site
from controller.supply_chain.outbound import promise as promises
from controller.supply_chain.outbound.floor_capacity import capacity, look, staff_capacity, working_seconds
from controller.supply_chain.outbound.lanes import drawn_customer, serves
from controller.supply_chain.outbound.promise import LATER, Offer, offered
from controller.supply_chain.outbound.van_capacity import doors_left
from controller.supply_chain.state.outbound.delivery import LastMileState
from controller.supply_chain.state.outbound.promises import Customer, PromisesState
from controller.supply_chain.state.outbound.promises import Promise as Given
from controller.warehouse.orders import Order
from robots.recording.supply_chain_events import OrderPromised
from tests.support.floor.tiny_site import faults_of, of_kind, tiny
from tests.support.supply_chain.outbound_site import NEAR, NOON, TEN_PAST, TWENTY_PAST, OutboundSite

AT_HOME = Customer("near", 0.0, 0.0)
DAY = 86_400


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> OutboundSite:
    """One warehouse for all promises of a test file; each test begins without promises."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        return OutboundSite(tmp_path_factory.mktemp("warehouse"), monkeypatch)


@pytest.fixture(autouse=True)
def nothing_promised(warehouse: OutboundSite) -> None:
    warehouse.chain.promises = PromisesState()
    warehouse.chain.effects.lanes_closed.clear()
    warehouse.site.tick = 0
    warehouse.site.events.clear()


def order_of(units: int, site: Site, number: int = 1) -> Order:
    order = Order(number, f"{number}", site.tick, 0)
    order.add(0, units)
    return order


def offer(warehouse: OutboundSite, wanted: str = "same-day", units: int = 1, customer: Customer = AT_HOME) -> Offer:
    return offered(warehouse.site, warehouse.chain, order_of(units, warehouse.site), customer, wanted)


def busy(warehouse: OutboundSite, cpt: int, units: int) -> None:
    """That many units are promised for a departure already."""
    warehouse.chain.promises.give(99, Given(AT_HOME, "same-day", cpt, NOON), units)


def test_the_latest_departure_that_keeps_the_day_is_promised(warehouse: OutboundSite) -> None:
    """The latest departure that keeps the day leaves the order most slack."""
    assert offer(warehouse).cpt == NOON
    assert offer(warehouse).by == 14 * 3600
    assert offer(warehouse, "next-day").cpt == NOON + DAY
    assert offer(warehouse, "two-day").cpt == NOON + 2 * DAY
    assert offer(warehouse).reason == "the latest departure that keeps it: near at 12:00"


def test_after_the_last_departure_the_next_day_is_promised(warehouse: OutboundSite) -> None:
    """The reason says which day was wanted and when the first trailer leaves that the order can make."""
    warehouse.site.tick = NOON - 60
    given = offer(warehouse)
    assert (given.promise, given.cpt) == ("next-day", NOON + DAY)
    assert given.reason.startswith("same-day wanted, but the first departure that can be made is near at day 2 08:10")


def test_with_too_much_to_do_a_day_is_not_promised(warehouse: OutboundSite) -> None:
    """The floor packs 0.085 units a second, so at noon 1,216 units are too many."""
    busy(warehouse, NOON, 1_210)
    assert offer(warehouse, units=5).promise == "same-day"
    given = offer(warehouse, units=20)
    assert given.promise == "next-day"
    assert "but 1,210 units are due by 12:00 already, 0 orders wait; so near at" in given.reason


def test_an_order_breaks_no_later_promise(warehouse: OutboundSite) -> None:
    """There would be room before the first departure, but the orders due at noon need that time."""
    warehouse.chain.promises.give(99, Given(AT_HOME, "same-day", NOON, NOON), 1_216)
    assert offer(warehouse, units=10).cpt > NOON


def test_when_no_day_can_be_kept_a_later_one_is_promised(warehouse: OutboundSite) -> None:
    """Customers are promised only what can be kept."""
    busy(warehouse, NOON + 2 * DAY, 10_000_000)
    assert offer(warehouse).promise == LATER
    warehouse.chain.promises = PromisesState()
    busy(warehouse, NOON + 2 * DAY, int(0.085 * (2 * DAY + NOON)))
    given = offer(warehouse, units=100)
    assert (given.promise, given.cpt) == (LATER, NOON + 3 * DAY)


def test_a_full_departure_is_not_promised(warehouse: OutboundSite) -> None:
    """A departure's trailers limit its parcels, whenever they will be packed."""
    warehouse.chain.promises.awaited["near", NOON] = dict.fromkeys(range(2_500), 1)
    assert offer(warehouse).cpt == TWENTY_PAST
    warehouse.chain.promises.awaited["near", TWENTY_PAST] = dict.fromkeys(range(2_500), 1)
    warehouse.chain.promises.awaited["near", TEN_PAST] = dict.fromkeys(range(2_500), 1)
    assert "the departures of near are full until 12:00" in offer(warehouse).reason


def test_nothing_is_promised_for_today_from_a_closed_lane(warehouse: OutboundSite) -> None:
    """The end of a lane closure is unknown."""
    warehouse.chain.effects.lanes_closed.add("near")
    given = offer(warehouse)
    assert (given.promise, given.cpt) == ("next-day", NOON + DAY)
    assert "near is closed" in given.reason


def test_orders_out_of_stock_are_promised_for_two_days(
    warehouse: OutboundSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason names the SKU."""
    monkeypatch.setattr(warehouse.site.pods, "free_total", [0] * 10)
    given = offer(warehouse)
    assert given.promise == "two-day"
    assert "SKU-00001 is out of stock" in given.reason


def test_customers_hours_select_the_departure(warehouse: OutboundSite) -> None:
    """The morning's vans have left when the customer comes home."""
    assert offer(warehouse, customer=Customer("near", 0, 0, 8 * 3600.0, 12 * 3600.0)).cpt == TWENTY_PAST
    evening = offer(warehouse, customer=Customer("near", 0, 0, 18 * 3600.0, 22 * 3600.0))
    assert evening.promise == LATER


def test_an_order_is_due_when_it_has_to_be_packed(warehouse: OutboundSite) -> None:
    """SLAM, sorter, loading and the margin come after the due time."""
    order = order_of(1, warehouse.site)
    warehouse.chain.lanes = warehouse.chain.lanes[:1]
    promises.promise(warehouse.site, warehouse.chain, order)
    (promise,) = of_kind(warehouse.site.events, OrderPromised)
    assert order.due == promise.cpt - 4 - 60 - 5 - 30
    assert warehouse.chain.promises.given[1].cpt == promise.cpt


def test_customers_wishes_follow_the_scenario(warehouse: OutboundSite) -> None:
    """A fifth of the customers want the same day, half of them the next."""
    for number in range(500):
        promises.promise(warehouse.site, warehouse.chain, order_of(1, warehouse.site, number))
    wanted = [event.wanted for event in of_kind(warehouse.site.events, OrderPromised)]
    assert abs(wanted.count("same-day") - 100) < 35
    assert abs(wanted.count("next-day") - 250) < 50


@given(st.lists(st.tuples(st.integers(1, 400), st.sampled_from(promises.CLASSES)), max_size=40))
def test_all_that_is_promised_together_can_be_kept(warehouse: OutboundSite, orders: Sequence[tuple[int, str]]) -> None:
    """By each departure the floor can pack everything due by then: the test of earliest-due-date scheduling."""
    warehouse.chain.promises = book = PromisesState()
    for number, (units, wanted) in enumerate(orders):
        given_one = offer(warehouse, wanted, units)
        book.give(number, Given(AT_HOME, given_one.promise, given_one.cpt, given_one.by), units)
    due = 0
    for cpt in sorted(book.work):
        due += book.work[cpt]
        assert due <= capacity(warehouse.site, warehouse.chain) * (cpt - 90) + 1
    assert sum(book.work.values()) == sum(units for units, _ in orders)


def test_a_promise_that_is_withdrawn_leaves_nothing(warehouse: OutboundSite) -> None:
    """A withdrawn promise keeps neither work nor a place in the trailer; withdrawing it twice equals once."""
    book = warehouse.chain.promises
    busy(warehouse, NOON, 7)
    book.withdraw(99)
    book.withdraw(99)
    assert (book.given, book.awaited, book.work) == ({}, {}, {})


def test_a_busy_floor_shows_its_capacity(warehouse: OutboundSite) -> None:
    """If orders wait at both ends of a quarter of an hour, its packed units count as capacity; later that is forgotten
    again.
    """
    book, site = warehouse.chain.promises, warehouse.site
    assert capacity(site, warehouse.chain) == pytest.approx(0.085)
    site.book.backlog = {number: order_of(1, site) for number in range(50)}
    book.waited, book.packed_units = 50, 45
    look(site, warehouse.chain)
    assert capacity(site, warehouse.chain) == pytest.approx(0.05)
    book.packed_units = 27
    look(site, warehouse.chain)
    assert capacity(site, warehouse.chain) == pytest.approx(0.04)
    site.book.backlog = {}
    look(site, warehouse.chain)
    assert 0.04 < capacity(site, warehouse.chain) < staff_capacity(site)


def test_only_hours_on_shift_count(warehouse: OutboundSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted from 08:00, a shift until 09:00 and one over midnight give three hours until 01:00, and one more until 08:00."""
    scenario = tiny(stations={"shifts": [["06:00", "09:00"], ["23:00", "02:00"]]}, sourcing={"confirm_s": 60})
    monkeypatch.setattr(warehouse.site, "scenario", scenario)
    assert working_seconds(warehouse.site, warehouse.chain, 17 * 3600) == 3 * 3600
    assert working_seconds(warehouse.site, warehouse.chain, 24 * 3600) == 6 * 3600
    assert working_seconds(warehouse.site, warehouse.chain, 0) == 0


def test_customers_live_in_the_areas_of_the_lanes(warehouse: OutboundSite) -> None:
    """Areas get customers by share; some customers are at home for four hours when vans go there, and each of them has
    a departure.
    """
    settings = warehouse.site.scenario.chain
    assert settings is not None
    vans = type(settings)(last_mile=LastMile(window_share=0.5))
    rng = np.random.default_rng(1)
    people = [drawn_customer(vans, DEFAULT_LANES, rng) for _ in range(400)]
    lanes = {lane.name: lane for lane in DEFAULT_LANES}
    assert abs(sum(one.lane == "city" for one in people) - 200) < 50
    for one in people:
        lane = lanes[one.lane]
        assert np.hypot(one.x - lane.center_km[0], one.y - lane.center_km[1]) <= lane.radius_km + 0.01
        cpts = promises.departures(warehouse.chain.calendar, lane, 0, 2 * DAY)
        assert any(serves(vans, warehouse.chain.calendar, lane, cpt, one) for cpt in cpts)
    picky = [one for one in people if one.latest_s - one.earliest_s < DAY]
    assert all(lanes[one.lane].service == "van" for one in picky)
    assert 100 < len(picky) < 220


def test_faults_between_keys_are_reported(tmp_path: Path) -> None:
    """Shares above 1, names that come twice and lanes without customers are reported."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        text = "[promise]\nsame_day = 0.8\nnext_day = 0.4\n"
        lanes = (NEAR + NEAR).replace("share = 1", "share = 0")
        problems = faults_of(lambda: OutboundSite(tmp_path, monkeypatch, text, lanes))
    assert [line.split(": ", 1)[1] for line in problems] == [
        "[promise]: same_day and next_day make 1.2 (together they are at most 1)",
        "[[lane]]: 2 are called near (give each its own name)",
        "[[lane]]: no lane has customers (give at least one a share above 0)",
    ]


def _one_van(warehouse: OutboundSite, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = LastMile(diesel_vans=1, electric_vans=0, flex=0)
    monkeypatch.setattr(warehouse.chain, "settings", structs.replace(warehouse.chain.settings, last_mile=fleet))
    monkeypatch.setattr(warehouse.chain, "last_mile", LastMileState())


def test_no_more_is_promised_than_the_vans_can_deliver(
    warehouse: OutboundSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One van from noon until ten at night can serve some eighty addresses; customers beyond that are promised
    tomorrow.
    """
    _one_van(warehouse, monkeypatch)
    warehouse.chain.promises.awaited["near", NOON] = dict.fromkeys(range(50), 1)
    assert offer(warehouse).cpt == NOON
    warehouse.chain.promises.awaited["near", NOON] = dict.fromkeys(range(150), 1)
    given = offer(warehouse)
    assert given.promise == "next-day"
    assert "the vans of near are full until 12:00" in given.reason


def test_a_van_that_is_away_until_the_evening_promises_less(
    warehouse: OutboundSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Back at eight, the van has two hours left for today; tomorrow it is available."""
    _one_van(warehouse, monkeypatch)
    warehouse.chain.promises.awaited["near", NOON] = dict.fromkeys(range(30), 1)
    assert offer(warehouse).promise == "same-day"
    warehouse.chain.last_mile.away["diesel van 1"] = 12 * 3600
    assert offer(warehouse).promise == "next-day"


def test_doors_of_earlier_waves_keep_the_vans_busy(warehouse: OutboundSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """The departures of twenty past eight and of noon share the same van until ten at night."""
    _one_van(warehouse, monkeypatch)
    near, chain = warehouse.chain.lanes[0], warehouse.chain
    alone = doors_left(chain, near, TWENTY_PAST, 0)
    chain.promises.awaited["near", NOON] = dict.fromkeys(range(30), 1)
    assert 0 < doors_left(chain, near, TWENTY_PAST, 0) <= alone - 30


def test_a_day_that_ends_at_midnight_ends_with_the_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of the morning is promised for the same day, until 24:00."""
    warehouse = OutboundSite(tmp_path, monkeypatch, '[promise]\nwork_s = 60\nmargin_s = 30\nday_ends = "00:00"\n')
    given = offer(warehouse)
    assert (given.promise, given.cpt, given.by) == ("same-day", NOON, 16 * 3600)
    _one_van(warehouse, monkeypatch)
    assert offer(warehouse).promise == "same-day"
    vans = type(warehouse.chain.settings)(
        last_mile=LastMile(window_share=1.0), promise=warehouse.chain.settings.promise
    )
    people = [drawn_customer(vans, DEFAULT_LANES, np.random.default_rng(seed)) for seed in range(50)]
    assert all(0 <= one.earliest_s < one.latest_s <= DAY for one in people)


def test_a_lane_that_takes_weeks_is_promised_feasible_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The promise is the first day on which its parcels can arrive, with today's departure."""
    lanes = NEAR.replace("transit_s = 600", f"transit_s = {12 * DAY}")
    given = offer(OutboundSite(tmp_path, monkeypatch, lanes=lanes))
    assert (given.promise, given.cpt) == (LATER, NOON)
    assert given.cpt + 12 * DAY + 600 <= given.by == 12 * DAY + 14 * 3600


def test_a_floor_without_room_promises_no_day_before_a_parcel_can_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transit time counts when the last of all departures is promised, too."""
    warehouse = OutboundSite(tmp_path, monkeypatch, lanes=NEAR.replace("transit_s = 600", f"transit_s = {3 * DAY}"))
    busy(warehouse, NOON + 20 * DAY, 10_000_000)
    given = offer(warehouse)
    assert given.promise == LATER
    assert given.by >= given.cpt + 3 * DAY + 600
