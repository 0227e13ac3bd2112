"""Trouble of a floor: robots that don't drive, stations out of reach, and orders that can't be served."""

from typing import Any

import pytest

from controller.floor.failures.recovery import quarantine
from controller.floor.failures.robot_faults import lose_robot
from controller.kpis.summary import Trouble
from controller.kpis.trouble import trouble_of, words
from controller.report.baseline import against
from controller.report.verdict import verdict
from controller.run import Run
from controller.site.frame import frame_of
from controller.site.site import Site
from controller.site.trouble import frame_counts
from robots.recording.kinds import StationState
from robots.units.simulated_fleet import SimFleet
from tests.support.floor.small_run import SHELL
from tests.support.floor.tiny_site import quiet_site, run

ORDER = {0: [(600, {3: 1})]}


def progress(site: Site) -> dict[str, str]:
    """The verdict's answer on progress, at this tick."""
    return verdict({"stuck_robots": 0, "trouble": trouble_of(site).as_dict()})[1]


def test_a_floor_that_works_has_no_trouble() -> None:
    """Nothing is flat, dead or closed, and the open order can be served."""
    site = quiet_site(stock={0: {3: 5}}, orders=ORDER)
    run(site, 5)
    assert words(trouble_of(site)) == []
    assert progress(site)["state"] == "good"


def test_flat_and_dead_robots_make_the_progress_bad() -> None:
    """A robot whose battery is empty counts as flat, another that died as dead."""
    site = quiet_site(robots={"count": 3})
    site.robots.battery_wh[0] = 0.0
    lose_robot(site, 0, "flat")
    lose_robot(site, 1, "die")
    assert words(trouble_of(site))[:2] == ["1 of 3 robots is flat", "1 of 3 robots is dead"]
    assert progress(site)["state"] == "bad"


def test_robots_that_an_operator_paused_are_no_trouble() -> None:
    """They stand because somebody wants it; a robot that a fault holds is counted."""
    site = quiet_site(robots={"count": 3})
    site.robots.stopped[:2] = True
    site.operator_state.paused.add(0)
    assert words(trouble_of(site)) == ["1 of 3 robots is stopped by a fault"]


def test_robots_without_a_connection_are_offline() -> None:
    """The fleet says which of those that stand still are silent."""
    site = quiet_site(robots={"count": 3})
    site.robots.stopped[:] = True
    site.robots.reports.offline[:2] = True
    assert words(trouble_of(site)) == [
        "2 of 3 robots are offline",
        "1 of 3 robots is stopped by a fault",
    ]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("pick", "every pick station is closed"), ("robots", "no robot can drive"), ("pods", "all its pods are out of")],
)
def test_orders_that_nobody_can_serve_are_named_with_the_reason(kind: str, reason: str) -> None:
    """The reasons are no pick station, no robot, and stock out of reach."""
    site = quiet_site(stock={0: {3: 5}}, orders=ORDER)
    if kind == "pods":
        quarantine(site, 0, int(site.pods.cell[0]), "for a test")
    run(site, 2)
    site.supply.inbound[3] = 0
    if kind == "pick":
        for station in site.pick_stations:
            station.state = StationState.CLOSED
    if kind == "robots":
        for robot in range(len(site.robots)):
            lose_robot(site, robot, "die")
    said = words(trouble_of(site))[-1]
    assert said.startswith("1 open order can't be served")
    assert reason in said


def test_frames_count_what_is_out_of_action() -> None:
    """The window reads it from there: the same numbers as in the summary."""
    site = quiet_site(stock={0: {3: 5}}, orders=ORDER, robots={"count": 3})
    assert not any(frame_counts(site).values())
    assert isinstance(site.fleet, SimFleet)
    site.fleet.battery_wh[0] = 0.0
    lose_robot(site, 0, "flat")
    lose_robot(site, 1, "die")
    quarantine(site, 0, int(site.pods.cell[0]), "for a test")
    for station in site.pick_stations:
        station.state = StationState.CLOSED
    run(site, 11)
    counts = frame_of(site).counts
    trouble = trouble_of(site)
    same = ("robots_flat", "robots_dead", "robots_stopped", "robots_offline", "pods_quarantined")
    assert {name: counts[name] for name in same} == {name: getattr(trouble, name) for name in same}
    assert (counts["robots_flat"], counts["robots_dead"], counts["orders_stranded"]) == (1, 1, 1)


def test_pods_that_cannot_be_fetched_are_named() -> None:
    """The first few by their numbers; a summary from before they were kept has their count alone."""
    site = quiet_site()
    for pod in (0, 2):
        quarantine(site, pod, int(site.pods.cell[pod]), "for a test")
    assert words(trouble_of(site)) == ["2 pods can't be fetched (0, 2)"]
    assert words(Trouble(pods_quarantined=7, quarantined=[*range(7)])) == [
        "7 pods can't be fetched (0, 1, 2, 3, 4, 2 more)"
    ]
    assert words(Trouble(pods_quarantined=7)) == ["7 pods can't be fetched"]


def test_a_closed_station_is_in_summary_and_verdict() -> None:
    """The summary of a run carries the trouble at its end."""
    site = quiet_site(stock={0: {3: 5}}, orders=ORDER)
    with Run(site) as running:
        running.step()
        for station in site.pick_stations:
            station.state = StationState.CLOSED
        summary = running.summary()
    closed = [station.info.id for station in site.pick_stations]
    assert summary.trouble.stations_closed == closed
    assert f"{closed[0]} is closed" in verdict(summary.as_dict())[1]["answer"]


def test_a_floor_on_which_nothing_is_picked_for_long_makes_no_progress() -> None:
    """Half an hour with work at an open pick station and without a pick is bad, a minute isn't."""
    assert verdict(SHELL | {"without_picks_s": 1800.0})[1]["answer"].startswith("no unit was picked in the last 30 min")
    assert verdict(SHELL | {"without_picks_s": 60.0})[1]["state"] == "good"


def test_a_summary_that_says_nothing_is_not_called_good() -> None:
    """It is good neither in its invariants nor in its progress."""
    assert [answer["state"] for answer in verdict({"collisions": 0})] == ["unknown", "unknown", "unknown"]


def test_the_baseline_says_when_robots_and_orders_are_out() -> None:
    """Fewer open orders are no gain where the runs differ in length; more flat robots are a loss."""
    ours: dict[str, Any] = {"ticks": 60, "tick_s": 1.0, "orders_open": 3}
    trouble = {"robots_flat": 2, "robots_dead": 0, "stations_closed": [], "orders_stranded": {}}
    rows = against(
        ours | {"trouble": trouble},
        {"ticks": 600, "tick_s": 1.0, "orders_open": 9, "trouble": trouble | {"robots_flat": 0}},
    )["rows"]
    found = {row["label"]: row["better"] for row in rows}
    assert found["Orders open at the end"] is None
    assert found["Robots flat or dead"] is False
