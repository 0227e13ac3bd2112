"""The last mile: vans on routes, carriers beyond their reach, and late parcels with their reasons."""

import pickle
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.routing import extra
from controller.routing.stops import Stop
from controller.scenario.supply_chain import Costs, Lane, LastMile
from controller.scenario.vehicles import vehicles
from controller.supply_chain.delivery import wave_size
from controller.supply_chain.delivery.delivery_hours import delivery_hours, later_hours
from controller.supply_chain.outbound.carriers import handed_over, line_haul
from controller.supply_chain.outbound.late_causes import overdue
from controller.supply_chain.state.lifecycles import ParcelState
from controller.supply_chain.state.outbound.promises import Customer, Promise
from robots.recording.supply_chain_events import (
    DeliveryFailed,
    EnergyUsed,
    EtaChanged,
    ParcelLate,
    ParcelMoved,
    ReturnMoved,
    RoutePlanned,
)
from tests.support.floor.tiny_site import chain_of, faults_of, of_kind
from tests.support.supply_chain.last_mile_site import HOUR, VANS, LastMileSite
from tests.support.supply_chain.outbound_site import late, way_of

VAN = LastMile()


NEAR = Lane("near", center_km=(3.0, 4.0))


def test_a_carrier_delivers_after_the_transit_time(tmp_path: Path) -> None:
    """Without vans of its own the warehouse hands parcels to a carrier, and pays the trailer and the carrier."""
    warehouse = LastMileSite(tmp_path)
    one = warehouse.loaded(7)
    warehouse.departed(one)
    assert not way_of(warehouse.until(599), 7)
    events = warehouse.until(1200)
    assert way_of(events, 7) == ["customer"]
    assert one.state == ParcelState.DELIVERED
    assert warehouse.stock("customer") == {0: 1}
    assert not warehouse.chain.parcels.under_way
    assert not warehouse.chain.promises.given
    assert warehouse.chain.accounts.balance["costs:last mile"] == 350


def test_far_parcels_fly(tmp_path: Path) -> None:
    """Parcels to far areas go by air, with its cost and its energy, whether the warehouse has vans or not."""
    warehouse = LastMileSite(tmp_path, VANS)
    warehouse.departed(warehouse.loaded(7, lane="far"))
    events = warehouse.until(15 * HOUR)
    assert way_of(events, 7) == ["customer"]
    assert {event.cause for event in of_kind(events, EnergyUsed)} == {"line haul", "air"}
    assert warehouse.chain.accounts.balance["costs:air"] == 900


def test_vans_drive_routes_and_come_back(tmp_path: Path) -> None:
    """All parcels of a departure are on one van's route; each is delivered when the plan said."""
    warehouse = LastMileSite(tmp_path, VANS)
    warehouse.departed(*(warehouse.loaded(number, x=0.5 * number, y=1.0) for number in range(1, 6)))
    events = warehouse.until(4 * HOUR)
    (route,) = of_kind(events, RoutePlanned)
    assert sorted(route.parcels) == [1, 2, 3, 4, 5]
    assert way_of(events, 1) == ["delivery station", route.vehicle, "customer"]
    delivered = {event.parcel: event.t for event in events if getattr(event, "target", "") == "customer"}
    stop_ticks = round(VAN.stop_s)
    assert [delivered[parcel] for parcel in route.parcels] == [tick + stop_ticks for tick in route.arrivals]
    assert warehouse.stock("customer") == {0: 5}
    assert warehouse.chain.accounts.balance["costs:last mile"] == route.cents
    assert warehouse.chain.last_mile.away[route.vehicle] > route.back


def test_a_vehicle_that_is_out_is_not_sent_again(tmp_path: Path) -> None:
    """With one van out, the second departure's parcels wait until it is back."""
    warehouse = LastMileSite(tmp_path, VANS.replace("electric_vans = 1", "electric_vans = 0"))
    warehouse.departed(*(warehouse.loaded(number, x=20.0, y=0.1 * number) for number in range(1, 4)))
    warehouse.until(2000)
    warehouse.departed(warehouse.loaded(9))
    first = of_kind(warehouse.until(2100), RoutePlanned)
    assert not first
    assert warehouse.chain.parcels.under_way[9].place == "delivery station"
    routes = of_kind(warehouse.until(8 * HOUR), RoutePlanned)
    assert [route.parcels for route in routes] == [[9]]
    assert 9 not in warehouse.chain.parcels.under_way


def test_parcels_without_a_vehicle_are_reported(tmp_path: Path) -> None:
    """The reason says that all vehicles are out; a broken promise is reported once, with its cause."""
    warehouse = LastMileSite(tmp_path, VANS.replace("electric_vans = 1", "electric_vans = 0"))
    warehouse.departed(*(warehouse.loaded(number, x=20.0, y=0.1 * number) for number in range(1, 4)))
    warehouse.until(2000)
    warehouse.departed(warehouse.loaded(9, by=2500))
    warehouse.chain.schedule.at(2501, overdue, 9)
    events = warehouse.until(2500)
    assert late(events) == {}
    assert late(warehouse.until(2501)) == {9: "no vehicle"}
    assert late(warehouse.until(12 * HOUR)) == {}
    (change,) = [event for event in of_kind(events, EtaChanged) if event.parcel == 9]
    assert change.reason == "waits for the next wave of vans: the only vehicle is out"


def test_an_attempt_that_fails_is_made_again_the_next_day(tmp_path: Path) -> None:
    """After the last failed attempt the parcel comes back as a return, is refunded, and lies on the dock as new."""
    warehouse = LastMileSite(tmp_path, VANS.replace("failed = 0", "failed = 1\nattempts = 2"))
    warehouse.departed(warehouse.loaded(7, {3: 2}, by=38 * HOUR))
    events = warehouse.until(72 * HOUR)
    attempts = of_kind(events, DeliveryFailed)
    assert [(event.attempt, event.reason) for event in attempts] == [(1, "nobody was in"), (2, "nobody was in")]
    assert attempts[1].t - attempts[0].t > 12 * HOUR
    assert late(events) == {7: "undeliverable"}  # the last word on it
    assert way_of(events, 7)[-1] == "return 1"
    course = [event.state for event in of_kind(events, ReturnMoved)]
    assert course == ["authorised", "handed_in", "arrived", "inspected", "closed"]
    assert warehouse.stock("dock") == {3: 2}
    assert not warehouse.chain.parcels.under_way


def test_an_attempt_for_today_is_made_again_today(tmp_path: Path) -> None:
    """A second attempt is made today as long as it keeps the promise."""
    warehouse = LastMileSite(tmp_path, VANS.replace("failed = 0", "failed = 1\nattempts = 2"))
    warehouse.departed(warehouse.loaded(7))
    events = warehouse.until(13 * HOUR)
    assert [event.attempt for event in of_kind(events, DeliveryFailed)] == [1, 2]


def test_a_crowd_of_parcels_does_not_keep_the_vans_out_until_night(tmp_path: Path) -> None:
    """With another departure at three and more addresses than two vans can serve on one route, no route exceeds its
    limit.
    """
    warehouse = LastMileSite(tmp_path, VANS)
    crowd = (
        warehouse.loaded(number, x=np.cos(number) * 4, y=np.sin(number) * 4, by=38 * HOUR) for number in range(140)
    )
    warehouse.departed(*crowd)
    routes = of_kind(warehouse.until(62), RoutePlanned)
    assert len(routes) == 2
    assert all(route.back - route.depart <= 4.8 * HOUR for route in routes)


def test_a_short_route_grows_by_second_attempts(tmp_path: Path) -> None:
    """Second attempts are limited by the driver's shift, not by the length to which routes of a crowd are cut."""
    warehouse = LastMileSite(tmp_path, VANS.replace("failed = 0", "failed = 1\nattempts = 2"))
    crowd = (
        warehouse.loaded(number, x=np.cos(number) * 4, y=np.sin(number) * 4, by=14 * HOUR) for number in range(140)
    )
    warehouse.departed(*crowd)
    failed = Counter(event.attempt for event in of_kind(warehouse.until(9 * HOUR), DeliveryFailed))
    assert failed[1] == 140
    assert failed[2] > 135


def test_a_driver_makes_the_second_attempt_before_returning(tmp_path: Path) -> None:
    """The second attempt is on the same route; its travel is paid, and the van is away for longer."""
    warehouse = LastMileSite(tmp_path, VANS.replace("failed = 0", "failed = 1\nattempts = 2"))
    warehouse.departed(*(warehouse.loaded(number, x=0.5 * number, y=1.0) for number in (4, 5)))
    events = warehouse.until(12 * HOUR)
    (route,) = of_kind(events, RoutePlanned)
    tries = [(event.parcel, event.attempt, event.vehicle) for event in of_kind(events, DeliveryFailed)]
    first, second = route.parcels
    assert sorted(tries[:2]) == [(4, 1, route.vehicle), (5, 1, route.vehicle)]
    assert sorted(tries[2:]) == [(4, 2, route.vehicle), (5, 2, route.vehicle)]
    returned_at = [event.t for event in of_kind(events, ParcelMoved) if event.target.startswith("return")]
    assert min(returned_at) > route.back
    assert warehouse.chain.accounts.balance["costs:last mile"] > route.cents
    assert {first, second} == {4, 5}


def test_no_second_attempt_is_made_after_the_customers_hours(tmp_path: Path) -> None:
    """A second attempt is made while the customer may be at home, and not before they may have come home."""
    warehouse = LastMileSite(tmp_path, VANS.replace("failed = 0", "failed = 1\nattempts = 3"))
    warehouse.departed(warehouse.loaded(7, latest_s=8.75 * HOUR, by=14 * HOUR))
    tries = of_kind(warehouse.until(14 * HOUR), DeliveryFailed)
    assert [event.attempt for event in tries] == [1]


def test_a_delay_on_the_road_changes_the_etas(tmp_path: Path) -> None:
    """With strongly varying driving times, later customers get a new ETA when the delay exceeds ten minutes."""
    warehouse = LastMileSite(tmp_path, VANS.replace("delays = 0", "delays = 4.0"))
    warehouse.departed(*(warehouse.loaded(number, x=1.0 * number, y=(-1.0) ** number * 8) for number in range(1, 9)))
    events = warehouse.until(12 * HOUR)
    changes = [event for event in of_kind(events, EtaChanged) if "behind its plan" in event.reason]
    (route, *_) = of_kind(events, RoutePlanned)
    first = dict(zip(route.parcels, route.arrivals, strict=True))
    assert changes
    assert all(event.eta > first[event.parcel] + 600 for event in changes if event.parcel in first)


def test_customers_are_served_while_they_are_in(tmp_path: Path) -> None:
    """A customer who is at home from two to six in the afternoon has the parcel then, though the van could come at
    nine.
    """
    warehouse = LastMileSite(tmp_path, VANS)
    warehouse.departed(warehouse.loaded(7, earliest_s=14 * HOUR, latest_s=18 * HOUR))
    events = warehouse.until(12 * HOUR)
    (delivered,) = [event.t for event in events if getattr(event, "target", "") == "customer"]
    assert 6 * HOUR <= delivered <= 10 * HOUR + 120


def test_a_closed_lane_keeps_its_parcels(tmp_path: Path) -> None:
    """Parcels of a closed lane wait at the delivery station until the lane reopens."""
    warehouse = LastMileSite(tmp_path, VANS)
    warehouse.chain.effects.lanes_closed.add("near")
    warehouse.departed(warehouse.loaded(7))
    assert not of_kind(warehouse.until(3 * HOUR), RoutePlanned)
    warehouse.chain.effects.lanes_closed.clear()
    assert of_kind(warehouse.until(12 * HOUR), RoutePlanned)


def test_routes_are_stored_and_continue(tmp_path: Path) -> None:
    """A chain restored in the middle of a route delivers the same as the one that continued."""
    warehouse = LastMileSite(tmp_path, VANS.replace("delays = 0", "delays = 0.3"))
    warehouse.departed(*(warehouse.loaded(number, x=1.0 * number, y=2.0) for number in range(1, 6)))
    warehouse.until(2000)
    stored = pickle.dumps(warehouse.site)
    went_on = warehouse.until(5 * HOUR)
    warehouse.site = pickle.loads(stored)
    warehouse.chain = chain_of(warehouse.site)
    assert warehouse.until(5 * HOUR) == went_on


def test_the_same_day_gives_the_same_routes(tmp_path: Path) -> None:
    """Events are equal, whatever ran before."""

    def events() -> Counter[str]:
        warehouse = LastMileSite(tmp_path, VANS.replace("delays = 0", "delays = 0.3"))
        warehouse.departed(*(warehouse.loaded(number, x=1.0 * number, y=2.0) for number in range(1, 9)))
        return Counter(map(repr, warehouse.until(5 * HOUR)))

    assert events() == events()


def test_fuel_that_costs_more_makes_diesel_dearer() -> None:
    """At twice the price a diesel van's km costs 16.5 cents more, an electric van's the same as before."""
    usual, dear = vehicles(VAN, Costs(), 1.0), vehicles(VAN, Costs(), 2.0)
    cost = [{kind.name: kind.cents_per_km for kind in fleet} for fleet in (usual, dear)]
    assert cost[1]["diesel van"] == pytest.approx(cost[0]["diesel van"] + 16.5)
    assert cost[1]["electric van"] == cost[0]["electric van"]
    assert (
        line_haul(Lane("near", center_km=(10.0, 0.0)), Costs(), 2.0).cents
        > line_haul(Lane("near", center_km=(10.0, 0.0)), Costs(), 1.0).cents
    )
    assert handed_over("air", 2, 2.0).cents == pytest.approx(2 * 900 * 1.3)


@pytest.mark.parametrize(
    ("now", "by", "hours", "opens", "closes"),
    [
        (9.0, 22.0, (0, 24), 9.0, 21.25),  # all day, with time for a second attempt
        (9.0, 13.0, (0, 24), 9.0, 12.25),  # cut off by the promise
        (9.0, 22.0, (14, 18), 14.0, 18.0),  # the customer's own hours
        (20.5, 22.0, (0, 24), 20.5, 22.0),  # promised for today
        (20.5, 46.0, (0, 24), 32.0, 45.25),  # promised for tomorrow: in the morning
        (20.5, 46.0, (20, 24), 44.0, 46.0),  # too little is left of these hours: tomorrow's
        (9.0, 8.0, (0, 24), 9.0, 22.0),  # too late already: as soon as the customer is in
        (23.0, 8.0, (0, 24), 32.0, 46.0),  # too late, and the day is over
        (2.0, 22.0, (5, 7), 5.0, 7.0),  # the customer's hours outside the delivery hours
    ],
)
def test_hours_of_a_delivery(now: float, by: float, hours: tuple[int, int], opens: float, closes: float) -> None:
    """Hours since midnight: the present, the promise, the customer's hours, and the expected next attempt."""
    promise = Promise(Customer("near", 0.0, 0.0, hours[0] * HOUR, hours[1] * HOUR), "same-day", 0, 0)
    found = delivery_hours(VAN, promise, by * HOUR, now * HOUR)
    assert found == (opens * HOUR, closes * HOUR)


@pytest.mark.parametrize(
    ("by", "hours", "closes", "later"),
    [
        (22.0, (0, 24), 21.25, 21.75),  # cut by the promise: the half hour that was kept
        (22.0, (14, 18), 18.0, 18.0),  # never after the customer's own hours
        (22.0, (14, 21.5), 21.25, 21.5),
        (46.0, (0, 24), 22.0, 22.0),  # promised for tomorrow, and no deliveries after ten
        (22.0, (0, 24), 22.0, 22.0),  # what may be as late as the promise already
    ],
)
def test_second_attempts_have_time_that_first_ones_keep(
    by: float, hours: tuple[float, float], closes: float, later: float
) -> None:
    """Hours since midnight: the promise, the customer's hours, the last moment of a first attempt, and that of a second
    one.
    """
    promise = Promise(Customer("near", 0.0, 0.0, int(hours[0] * HOUR), int(hours[1] * HOUR)), "same-day", 0, 0)
    found = later_hours(VAN, promise, by * HOUR, (9 * HOUR, int(closes * HOUR)))
    assert found == (9 * HOUR, later * HOUR)


def test_a_last_mile_without_pyvrp_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what to install."""
    monkeypatch.setattr(extra, "pyvrp_there", lambda: False)
    path = tmp_path / "warehouse.toml"
    assert faults_of(lambda: LastMileSite(tmp_path, VANS)) == [
        f"{path}: [last_mile]: a last mile needs PyVRP 0.14 (pip install 'podfleet[routes]')"
    ]


def test_faults_of_a_last_mile_are_reported_together(tmp_path: Path) -> None:
    """Hours that end before they begin and a lane that no vehicle can reach are both reported."""
    lane = '[[lane]]\nname = "coast"\ncenter_km = [400, 0]\nradius_km = 10\n'
    path = tmp_path / "warehouse.toml"
    assert faults_of(lambda: LastMileSite(tmp_path, f'{VANS}begin = "22:00"\nend = "08:00"\n{lane}')) == [
        f"{path}: [last_mile] begin: 22:00 is not before end, 08:00 (deliveries are by day)",
        f"{path}: [[lane]] number 3: 1066 km to its farthest door and back are more than the 700 km of any vehicle "
        '(service = "air", or another center_km)',
    ]


def test_a_last_mile_without_vehicles_is_refused(tmp_path: Path) -> None:
    """A last mile without vehicles is an input error, for no parcel could be delivered."""
    path = tmp_path / "warehouse.toml"
    text = "[last_mile]\ndiesel_vans = 0\nelectric_vans = 0\nflex = 0\n"
    assert faults_of(lambda: LastMileSite(tmp_path, text)) == [
        f"{path}: [last_mile]: has no vehicle (diesel_vans, electric_vans or flex, or leave [last_mile] out)"
    ]


def test_more_stops_than_a_plan_takes_are_planned_by_sectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each vehicle has one route at most, and no parcel is on two."""
    monkeypatch.setattr(wave_size, "_MOST_STOPS", 10)
    warehouse = LastMileSite(tmp_path, VANS.replace("diesel_vans = 1", "diesel_vans = 5"))
    warehouse.departed(*(warehouse.loaded(number, x=np.cos(number) * 5, y=np.sin(number) * 5) for number in range(25)))
    events = warehouse.until(63)
    routes = of_kind(events, RoutePlanned)
    assert len({route.vehicle for route in routes}) == len(routes) >= 3
    assert sorted(parcel for route in routes for parcel in route.parcels) == list(range(25))
    assert sorted({route.t for route in routes}) == [60, 61, 62]  # a sector a tick


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 700), st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any), st.integers(0, 99))
def test_sectors_share_doors_by_the_time_of_their_vehicles(doors: int, fleet: list[int], seed: int) -> None:
    """Each address and each vehicle is in one sector, and no sector is empty."""
    kinds = vehicles(LastMile(), Costs(), 1.0)
    names = {kind: [f"{kind.name} {number}" for number in range(many)] for kind, many in zip(kinds, fleet, strict=True)}
    x, y = np.random.default_rng(seed).normal(0.0, 9.0, (2, doors))
    stops = [Stop(str(at), float(x[at]), float(y[at]), 1, 500, 900, 120, 0, 86_400) for at in range(doors)]
    sectors = wave_size.sectors_of([NEAR], stops, names)
    assert sorted(stop.id for part, _ in sectors for stop in part) == sorted(stop.id for stop in stops)
    assert Counter(name for _, crew in sectors for _, name in crew) == Counter(
        name for group in names.values() for name in group
    )
    assert all(crew and part for part, crew in sectors)


def test_deliveries_may_go_on_until_midnight(tmp_path: Path) -> None:
    """The end "00:00" is the end of the day, for vans as for promises."""
    warehouse = LastMileSite(tmp_path, VANS + 'end = "00:00"\n[promise]\nday_ends = "00:00"\n')
    promise = Promise(Customer("near", 0.0, 0.0), "same-day", 0, 0)
    settings = warehouse.chain.settings.last_mile
    assert settings is not None
    assert delivery_hours(settings, promise, 24.0 * HOUR, 9.0 * HOUR) == (9 * HOUR, 23.25 * HOUR)


def test_promises_until_midnight_allow_a_second_attempt_today(tmp_path: Path) -> None:
    """Midnight belongs to the day that it ends, so a promise until midnight allows a second attempt today."""
    text = VANS.replace("failed = 0", 'failed = 1\nattempts = 2\nend = "00:00"') + '[promise]\nday_ends = "00:00"\n'
    warehouse = LastMileSite(tmp_path, text)
    warehouse.departed(warehouse.loaded(7, by=16 * HOUR))
    assert [event.attempt for event in of_kind(warehouse.until(16 * HOUR), DeliveryFailed)] == [1, 2]


def test_parcels_that_waited_for_stock_are_late_for_that(tmp_path: Path) -> None:
    """A parcel that waited for stock is late for that reason and not for its time on the road, on its way as at
    delivery, however long ago the wait was.
    """
    warehouse = LastMileSite(tmp_path)
    for number in (7, 8, 9):
        warehouse.departed(warehouse.loaded(number, by=60))
        warehouse.chain.inventory.backordered[number] = {0}
    del warehouse.chain.inventory.backordered[9]
    warehouse.chain.schedule.at(61, overdue, 7)
    warehouse.chain.inventory.forget_served(warehouse.site.book.open, warehouse.chain.promises.given)
    events = warehouse.until(1200)
    assert late(events) == {7: "stock", 8: "stock", 9: "on the road"}
    reasons = {event.parcel: event.reason for event in of_kind(events, ParcelLate)}
    assert reasons[7] == "not delivered by 08:01: it waited for stock; it is on its way with trailer 1"
    assert reasons[8].endswith("it waited for stock; the trip took longer than planned")
    warehouse.chain.inventory.forget_served(warehouse.site.book.open, warehouse.chain.promises.given)
    assert not warehouse.chain.inventory.backordered


def test_nothing_is_kept_of_an_undeliverable_parcel(tmp_path: Path) -> None:
    """An undeliverable parcel leaves neither its late cause nor the note that it was reported."""
    warehouse = LastMileSite(tmp_path, VANS.replace("failed = 0", "failed = 1\nattempts = 1"))
    warehouse.departed(warehouse.loaded(7, by=100))
    warehouse.chain.schedule.at(101, overdue, 7)
    warehouse.until(72 * HOUR)
    assert not warehouse.chain.last_mile.late_causes
    assert not warehouse.chain.last_mile.reported
