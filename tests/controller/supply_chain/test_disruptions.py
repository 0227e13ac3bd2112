"""Disruptions begin and end when the scenario says, and have their effects meanwhile."""

import json
from pathlib import Path

import pytest

from controller.build_site import build_site
from controller.scenario.disruptions import active, text_of
from controller.scenario.read import load_scenario
from controller.site.frame import frame_of
from controller.site.site import Site
from controller.supply_chain.disruptions import effects_of
from layout.floor import StationKind
from robots.recording import events as ev
from robots.recording.supply_chain_events import Disrupted
from robots.units.simulated_fleet import SimFleet
from tests.support.floor.tiny_site import FLOOR, chain_of, faults_of, of_kind, run, tiny_site


def disrupted(folder: Path, *tables: dict[str, object], more: str = "") -> Path:
    """A scenario on the tiny floor with these disruptions."""
    path = folder / "bad-day.toml"
    listed = ("[[disruption]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in table.items()) for table in tables)
    path.write_text(FLOOR + more + "\n".join(listed), encoding="utf-8")
    return path


def site_with(folder: Path, *tables: dict[str, object], more: str = "") -> Site:
    return build_site(load_scenario(disrupted(folder, *tables, more=more)))


def received(events: list[ev.Event], first: int, last: int) -> int:
    return sum(first <= event.t < last for event in of_kind(events, ev.OrderReceived))


def test_disruptions_are_reported_at_begin_and_end(tmp_path: Path) -> None:
    """The events have readable texts."""
    site = site_with(tmp_path, {"kind": "power", "begin_s": 10, "for_s": 20, "factor": 0.5})
    changes = of_kind(run(site, 60), Disrupted)
    assert [(event.t, event.state) for event in changes] == [(10, "begins"), (30, "ends")]
    assert changes[0].text == "chargers give 50% of their power"


def test_demand_is_that_many_times_as_high_while_it_lasts(tmp_path: Path) -> None:
    """With a rate of next to nothing there are no orders before and after, and thousands meanwhile."""
    rate = "[orders]\nper_station_hour = 20\n"
    site = site_with(tmp_path, {"kind": "demand", "begin_s": 100, "for_s": 100, "factor": 100}, more=rate)
    events = run(site, 300)
    assert received(events, 0, 100) + received(events, 200, 300) < 10
    assert received(events, 100, 200) > 20


def test_a_power_limit_makes_chargers_slower(tmp_path: Path) -> None:
    """The limit is lifted when the disruption ends."""
    site = site_with(tmp_path, {"kind": "power", "begin_s": 5, "for_s": 10, "factor": 0.25})
    assert isinstance(site.fleet, SimFleet)
    run(site, 10)
    assert site.fleet.charger_power == 0.25
    run(site, 10)
    assert site.fleet.charger_power == 1.0


def test_robots_stand_still_and_drive_on(tmp_path: Path) -> None:
    """The robots stop as with a temporary fault."""
    site = site_with(tmp_path, {"kind": "robots", "begin_s": 5, "for_s": 20, "robots": [0, 1]})
    events = run(site, 60)
    stopped = [(event.t, event.robot) for event in of_kind(events, ev.RobotFault)]
    assert stopped == [(5, 0), (5, 1)]
    assert {event.robot for event in of_kind(events, ev.RobotRecovered)} == {0, 1}


def test_fewer_people_leave_stations_without_anybody(tmp_path: Path) -> None:
    """With half of the people at two pick stations, one of them takes no orders, and the packers are half as many."""
    site = site_with(tmp_path, {"kind": "labour", "begin_s": 5, "for_s": 50, "factor": 0.5})
    usual = {station.index: station.people for station in site.stations}
    picks = sum(station.kind == StationKind.PICK for station in site.stations)
    run(site, 20)
    paused = [s for s in site.stations if s.state == "paused" and s.kind == StationKind.PICK]
    assert len(paused) == picks - max(1, round(picks / 2))
    assert all(s.people == usual[s.index] // 2 for s in site.stations if s.kind == StationKind.PACK)
    assert frame_of(site).stations["people"].tolist() == [s.people for s in site.stations]
    run(site, 60)
    assert all(s.state == "open" and s.people == usual[s.index] for s in site.stations)


def test_with_no_people_at_all_every_station_pauses(tmp_path: Path) -> None:
    """The stations give the reason of the pause."""
    site = site_with(tmp_path, {"kind": "labour", "begin_s": 5, "for_s": 50, "factor": 0})
    states = of_kind(run(site, 20), ev.StationState)
    assert {event.reason for event in states} == {"too few people"}
    assert len(states) == len(site.stations)


def test_effects_on_a_chain_are_those_of_the_disruptions(tmp_path: Path) -> None:
    """Effects on the same thing multiply; names are kept apart."""
    chain = '[[supplier]]\nname = "Alder"\n[[lane]]\nname = "city"\n'
    site = site_with(
        tmp_path,
        {"kind": "fuel-price", "factor": 2, "for_s": 100},
        {"kind": "fuel-price", "factor": 1.5, "for_s": 50},
        {"kind": "supplier-late", "factor": 3, "name": "Alder", "for_s": 50},
        {"kind": "lane-closed", "name": "city", "begin_s": 10, "for_s": 20},
        more=chain,
    )
    run(site, 12)
    effects = chain_of(site).effects
    assert (effects.fuel_price, effects.supplier_lead, effects.lanes_closed) == (3.0, {"Alder": 3.0}, {"city"})
    assert effects_of(active(site.scenario, 60)).fuel_price == 2.0
    assert text_of(site.scenario.disruptions[3]) == "no trailer leaves on lane city"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            {"kind": "fuel-price", "factor": 2},
            "fuel-price needs a supply chain (add one of its sections, e.g. [sourcing])",
        ),
        ({"kind": "demand"}, "factor: 1 changes nothing (more than 1, or less)"),
        ({"kind": "robots"}, "robots: names none"),
        ({"kind": "robots", "robots": [900]}, "robots: there is no robot 900"),
    ],
)
def test_impossible_disruptions_are_refused(tmp_path: Path, table: dict[str, object], message: str) -> None:
    """One line gives the expected form."""
    path = disrupted(tmp_path, table)
    assert any(message in fault for fault in faults_of(lambda: load_scenario(path)))


def test_a_name_that_nothing_has_is_refused(tmp_path: Path) -> None:
    """The message lists the known names."""
    chain = '[[supplier]]\nname = "Alder"\n'
    path = disrupted(tmp_path, {"kind": "supplier-gone", "name": "Adler"}, {"kind": "lane-closed"}, more=chain)
    found = faults_of(lambda: load_scenario(path))
    assert any("there is no supplier 'Adler' (there is Alder)" in fault for fault in found)
    assert any("there is no lane of the scenario's own (name them with [[lane]])" in fault for fault in found)


def test_without_disruptions_nothing_is_reported() -> None:
    """The floor runs as without the feature."""
    assert not of_kind(run(tiny_site(), 30), Disrupted)
