"""Floors and fleets at the edge of what one would run: no pack station, batteries that run flat."""

import pytest

from controller.report.figures import figures
from controller.run import RunOptions, SimulatedRun
from controller.scenario.read import load_scenario
from robots.recording.events import RobotFault
from robots.units.simulated_fleet import SimFleet
from tests.support.floor.tiny_site import DEMO, TINY


@pytest.fixture(scope="module")
def packless(tmp_path_factory: pytest.TempPathFactory) -> SimulatedRun:
    """A finished run of a floor without pack stations."""
    text = TINY.read_text(encoding="utf-8").replace("B", "S", 1)
    floor = tmp_path_factory.mktemp("floors") / "no-pack.toml"
    floor.write_text(text, encoding="utf-8")
    with SimulatedRun(load_scenario(floor, {"run.ticks": "900"}), RunOptions(check=True)) as run:
        while not run.done:
            run.step()
    return run


def test_a_floor_without_pack_stations_packs_where_it_picks(packless: SimulatedRun) -> None:
    """Its orders ship from the pick stations, and every law holds."""
    summary = packless.summary()
    assert not packless.site.pack_stations
    assert summary.orders_shipped > 20
    assert summary.order_errors == summary.stock_errors == summary.stuck_robots == 0


def test_a_parcel_packed_where_it_was_picked_is_no_unit_more(packless: SimulatedRun) -> None:
    """The report counts each unit once: by station as people did the work, by hour as the summary says."""
    report = figures(packless.kpis, packless.summary().as_dict(), packless.header, None)
    done = {station.info.id: station.done for station in packless.site.stations}
    assert {row["id"]: row["units"] for row in report["stations"]} == done
    assert sum(report["hours"]["units"]) == packless.summary().units_picked
    assert sum(sum(row["units_by_hour"]) for row in report["stations"]) == sum(done.values())


def test_a_robot_with_a_flat_battery_is_lost_not_waited_for() -> None:
    """Batteries run flat at work: the work continues elsewhere, and no robot waits behind them for ever."""
    flat = set()
    with SimulatedRun(load_scenario(DEMO, {"run.ticks": "900"}), RunOptions(check=True)) as run:
        fleet = run.site.fleet
        assert isinstance(fleet, SimFleet)
        while not run.done:
            fleet.battery_wh[[7, 19]] *= run.site.tick != 300
            _, events = run.step()
            flat |= {event.robot for event in events if isinstance(event, RobotFault) and event.kind == "flat"}
        summary = run.finish()
    assert flat == {7, 19}
    assert summary.collisions == summary.order_errors == summary.stock_errors == 0
    assert summary.orders_received == summary.orders_shipped + summary.orders_open
