"""Charging: who charges next and how long, what is kept for the way to a charger, and the balance of a run."""

import numpy as np
import pytest

from controller.build_site import build_site
from controller.floor import charging
from controller.floor.storing import carry_on
from controller.run import RunOptions, SimulatedRun
from controller.scenario.read import load_scenario
from controller.site import trip_energy
from controller.site.charger_queue import ChargerClaims
from controller.site.energy_levels import HANDOVER_S
from controller.site.site import Site
from layout.roads import EMPTY
from robots.recording.events import Alarm, ChargeEnded, NextStop, RobotFault, TaskAssigned
from robots.units.lifecycle import RobotState
from robots.units.simulated_fleet import SimFleet
from tests.support.floor.tiny_site import DEMO, of_kind, quiet_site, run, run_until, tiny

ORDER = {0: [(7200, {3: 1})]}


def charge(site: Site, *wh: float) -> None:
    """Batteries of robots 0, 1, … in Wh, as the robots report them."""
    fleet = site.fleet
    assert isinstance(fleet, SimFleet)
    fleet.battery_wh[:] = wh
    site.robots.take(fleet.receive())


# ------------------------------------------------------------------ how much is kept


def test_usual_batteries_go_by_the_thresholds() -> None:
    """With 500 Wh a trip takes less than `charge_must` keeps: 20, 35 and 80 % hold."""
    levels = quiet_site(robots={"count": 2}).levels
    assert (levels.needed, levels.low, levels.full) == (100.0, 175.0, 400.0)


def test_small_batteries_keep_enough_for_a_trip_and_the_way_to_a_charger() -> None:
    """A fifth of 10 Wh is not enough; the level is raised to two trips and the reserve."""
    levels = quiet_site(robots={"count": 2, "battery_wh": 20.0}).levels
    assert levels.needed == pytest.approx(levels.trip + levels.reserve)
    assert levels.needed > 0.2 * 20.0
    assert levels.full == pytest.approx(max(0.8 * 20.0, levels.needed + levels.trip))


def test_more_robots_a_charger_keep_more_for_their_wait() -> None:
    """Each may have to wait until all the others have charged for a while."""
    few, many = (quiet_site(robots={"count": count}).levels for count in (2, 8))
    assert many.reserve > few.reserve


@pytest.mark.parametrize(("more", "works"), [(0.5, True), (-0.5, False)])
def test_a_robot_without_the_charge_for_a_trip_takes_no_task(more: float, works: bool) -> None:
    """Half a watt-hour decides; the floor's charger is in use."""
    site = quiet_site(stock={0: {3: 5}}, orders=ORDER, robots={"count": 2, "battery_wh": 20.0})
    charge(site, site.levels.needed + more, 0.1)
    run(site, 3)
    assert (site.robots.state[0] == RobotState.FETCHING) == works


def test_a_pod_goes_on_to_another_station_only_if_the_charge_lasts() -> None:
    """The other station wants of it as well; with a battery that is nearly empty it goes home first."""
    site = quiet_site(stock={0: {3: 5}}, orders=ORDER, robots={"count": 1})
    run_until(site, lambda _: site.robots.state[0] == RobotState.PRESENTING)
    task = site.robots.task[0]
    assert task is not None
    station = site.pick_stations[0].index
    assert trip_energy.lasts_for(site, 0, station)
    charge(site, 1.0)
    assert not trip_energy.lasts_for(site, 0, station)
    assert not carry_on(site, task)
    assert of_kind(site.events, NextStop) == []


# ------------------------------------------------------------------ who is next


def test_the_next_robot_sets_out_while_the_charger_is_in_use() -> None:
    """It is there when the first one leaves: the charger stands unused for a few ticks only."""
    site = quiet_site(robots={"count": 2, "battery_wh": 50.0})
    charge(site, 15.0, 14.0)
    events = run_until(site, lambda events: bool(of_kind(events, ChargeEnded)))
    assert [event.robot for event in of_kind(events, TaskAssigned)] == [1, 0]
    assert "the charger that comes free first" in of_kind(events, TaskAssigned)[1].reason
    left = site.tick
    run_until(site, lambda _: site.robots.state[0] == RobotState.CHARGING)
    assert site.tick - left <= HANDOVER_S


def test_a_stay_ends_early_when_the_next_robot_would_run_flat() -> None:
    """One that would charge for ten minutes more leaves to one that has charge for a minute."""
    site = quiet_site(robots={"count": 2, "battery_wh": 500.0})
    charge(site, 160.0, 250.0)
    run_until(site, lambda _: site.robots.state[0] == RobotState.CHARGING)
    charge(site, 200.0, 0.6)
    events = run_until(site, lambda _: site.robots.state[1] == RobotState.CHARGING, 60)
    assert [event.robot for event in of_kind(events, ChargeEnded)] == [0]
    assert of_kind(events, RobotFault) == []


def test_who_waits_at_a_charger_is_not_stuck() -> None:
    """The charger gives nothing for a while, so the robot that follows waits for longer than it was to."""
    site = quiet_site(robots={"count": 2, "battery_wh": 50.0})
    charge(site, 15.0, 14.0)
    run_until(site, lambda _: bool(site.charging.followers))
    fleet = site.fleet
    assert isinstance(fleet, SimFleet)
    fleet.charger_power = 0.0
    assert of_kind(run(site, 400), Alarm) == []


def test_chargers_are_handed_on() -> None:
    """A follower becomes the user when the user leaves, or when it is there before it."""
    claims = ChargerClaims()
    claims.claim(5, 1)
    claims.claim(5, 2)
    with pytest.raises(ValueError, match="charger 5"):
        claims.claim(5, 3)
    claims.plug_in(5, 2)
    assert (claims.users, claims.followers) == ({5: 2}, {5: 1})
    claims.give_back(5, 2)
    assert (claims.users, claims.followers) == ({5: 1}, {})
    claims.give_back(5, 9)
    claims.give_back(5, 1)
    assert claims.users == {}


def test_a_robot_that_will_charge_parks_near_a_charger() -> None:
    """Places are weighed by the way from there to the charger as well; for a robot with enough charge they are not."""
    site = quiet_site(robots={"count": 2})
    charge(site, 10.0, 400.0)
    spots = site.distances.usable
    assert charging.detour(site, 0, spots).min() < charging.detour(site, 0, spots).max()
    assert not charging.detour(site, 1, spots).any()


def test_the_nearest_charger_is_the_nearest_of_all_ways() -> None:
    """This holds from every cell of the demo floor."""
    site = build_site(load_scenario(DEMO))
    ways = np.stack([site.fields.to(cell, EMPTY, 0).copy() for cell in site.distances.chargers.tolist()])
    assert np.array_equal(site.distances.to_nearest_charger, ways.min(axis=0))


# ------------------------------------------------------------------ a floor short of energy


@pytest.fixture(scope="module")
def hungry(tmp_path_factory: pytest.TempPathFactory) -> SimulatedRun:
    """An hour of the tiny floor with five robots of 20 Wh, a weak charger and more orders than its energy allows."""
    hungry = tiny(
        robots={"count": 5, "battery_wh": 20.0, "charge_w": 110.0},
        orders={"per_station_hour": 400.0},
        run={"ticks": 3600},
    )
    with SimulatedRun(hungry, RunOptions(check=True)) as running:
        lowest = np.inf
        while not running.done:
            running.step()
            lowest = min(lowest, float(running.site.robots.battery_wh.min()))
        assert lowest > 0.0
    return running


def test_no_robot_runs_flat_on_a_floor_short_of_energy(hungry: SimulatedRun) -> None:
    """They wait for the charger with charge left, and every law holds."""
    summary = hungry.summary()
    assert summary.trouble.robots_flat == 0
    assert summary.collisions == summary.stuck_robots == summary.stock_errors == 0


def test_the_chargers_energy_is_made_use_of(hungry: SimulatedRun) -> None:
    """At least nine tenths of the units that the charger's energy allows are picked, with orders waiting all the time."""
    balance = hungry.summary().energy
    assert balance.units_allowed < balance.units_asked
    assert balance.of_bound >= 0.9


def test_the_balance_adds_up(hungry: SimulatedRun) -> None:
    """Initial charge plus charging equals use plus what is left."""
    balance = hungry.summary().energy
    used = balance.driven_wh + balance.stood_wh
    assert balance.start_wh + balance.charged_wh - used == pytest.approx(balance.end_wh)
    assert used == pytest.approx(hungry.summary().energy_wh)
    assert 0.5 < balance.robots_kept < 5


# ------------------------------------------------------------------ a floor that can't keep its robots charged


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"count": 5}, ""),
        (
            {"count": 5, "charge_w": 20.0, "battery_wh": 20.0},
            "5 robots draw 50 W standing still, and 1 charger gives 20 W",
        ),
        ({"count": 5, "battery_wh": 3.0}, "may not last for the longest trip"),
    ],
)
def test_only_a_floor_that_cannot_keep_its_robots_charged_says_so(settings: dict[str, object], said: str) -> None:
    """The note depends on the draw standing still, on the charge for a trip, and on the run's length."""
    text = trip_energy.shortage(quiet_site(robots=settings, run={"ticks": 36_000}))
    assert said in text
    assert bool(text) == bool(said)


def test_a_short_run_on_charge_enough_says_nothing() -> None:
    """With a charger that gives next to nothing a floor runs for as long as its batteries last."""
    weak = {"count": 2, "charge_w": 1.0}
    assert trip_energy.shortage(quiet_site(robots=weak, run={"ticks": 3600})) == ""
    assert "batteries are empty after" in trip_energy.shortage(quiet_site(robots=weak, run={"ticks": 400_000}))
