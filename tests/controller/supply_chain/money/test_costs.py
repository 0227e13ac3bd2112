"""Costs of people and energy, and the times at which they are posted."""

import pytest
from msgspec import structs

from controller.build_site import build_site
from controller.scenario.scenario import Disruption, Scenario
from controller.site.site import Site
from controller.supply_chain.money import costs
from controller.supply_chain.money.costs import people_at_stations
from controller.supply_chain.state.staff import WorkerPool
from layout.floor import StationKind
from robots.recording.events import Event
from robots.recording.supply_chain_events import EnergyUsed, MoneyMoved
from tests.support.floor.tiny_site import chain_of, of_kind, run, tiny_site

WAGE = 360.0
"""Cents an hour: one cent per tick of ten seconds and person."""


def site_of_costs(ticks: int, **sections: dict[str, object]) -> Site:
    tables: dict[str, dict[str, object]] = {
        "run": {"ticks": ticks, "tick_s": 10.0, "start": "08:10"},
        "costs": {"wage_cents_hour": WAGE},
        "orders": {"per_station_hour": 0},
        "stock": {"skus": 20, "seller_share": 0.0},
    }
    return tiny_site(**(tables | sections))


def spent(events: list[Event], cause: str) -> int:
    return sum(move.cents for move in of_kind(events, MoneyMoved) if move.cause == cause)


def test_people_at_stations_are_paid_by_the_hour_they_are_there() -> None:
    """Without any orders the picker is paid all the same: a cent a tick up to the last one."""
    site = site_of_costs(400)
    pickers = sum(station.people for station in site.stations if station.kind == StationKind.PICK)
    events = run(site, 400)
    assert spent(events, "labour: picking") == pickers * 399
    booked = {move.t for move in of_kind(events, MoneyMoved) if move.cause == "labour: picking"}
    assert booked == {300, 399}, "at 09:00 and in the last tick"


def test_nobody_is_paid_outside_the_shift() -> None:
    """A shift from 08:20 to 08:50 is half an hour of wages."""
    site = site_of_costs(400, stations={"shifts": [["08:20", "08:50"]]})
    packers = sum(station.people for station in site.stations if station.kind == StationKind.PACK)
    assert spent(run(site, 400), "labour: packing") == packers * 180


def test_staff_around_the_floor_are_paid_for_their_work() -> None:
    """Ten people work at a station, of whom one is busy for 30 ticks."""
    site = site_of_costs(100)
    pool = chain_of(site).staff["labour: testing"] = WorkerPool(10)
    pool.finish(0, 30)
    assert spent(run(site, 100), "labour: testing") == 30


def test_robots_take_more_from_the_grid_than_they_use() -> None:
    """Ten per cent are lost at the charger; the last hour's energy is posted in the last tick."""
    site = site_of_costs(400, orders={"per_station_hour": 300})
    used = of_kind(run(site, 400), EnergyUsed)
    robots = [event for event in used if event.cause == "robots"]
    assert len(robots) == 2
    drawn = costs.drawn_by_robots(site)
    assert sum(event.wh for event in robots) == pytest.approx(drawn / 0.9, abs=2)
    assert sum(event.co2e_g for event in robots) == pytest.approx(0.35 * drawn / 0.9, abs=2)
    assert chain_of(site).accounts.balance["costs:robot energy"] == round(drawn / 0.9 / 1000 * 22)


@pytest.mark.parametrize(
    ("begin", "end", "there"),
    [
        ("08:00", "09:00", True),
        ("08:10", "08:11", True),
        ("07:00", "08:10", False),
        ("22:00", "08:15", True),
        ("22:00", "08:10", False),
    ],
)
def test_a_shift_begins_and_ends_by_the_clock(begin: str, end: str, there: bool) -> None:
    """At ten past eight, the begin counts and the end does not; a shift over midnight ends the next morning."""
    site = site_of_costs(10, stations={"shifts": [[begin, end]]})
    causes = {"labour: picking", "labour: stowing", "labour: packing"}
    assert set(people_at_stations(site, chain_of(site))) == (causes if there else set())


def test_people_who_are_missing_are_not_paid() -> None:
    """Nobody is at the pack station from 08:20 to 08:50: half an hour less of wages, though no full hour is in it."""
    with_all = site_of_costs(400)
    site = build_site(with_disruption(with_all, begin_s=600.0, for_s=1800.0, factor=0.0))
    missing = spent(run(with_all, 400), "labour: packing") - spent(run(site, 400), "labour: packing")
    packers = sum(station.people for station in with_all.stations if station.kind == StationKind.PACK)
    assert missing == packers * 180


def with_disruption(site: Site, **keys: float) -> Scenario:
    """The site's scenario with a shortage of staff for a while."""
    return structs.replace(site.scenario, disruptions=(Disruption("labour", **keys),))
