"""Moves of idle robots before a peak, if the scenario sets them."""

from pathlib import Path

import numpy as np
import pytest

from controller.policies import idle, pods
from controller.run import RunOptions, SimulatedRun, broken
from controller.scenario.read import load_scenario
from controller.site.site import Site
from controller.warehouse.orders import Order
from controller.warehouse.pods import PodState
from controller.warehouse.replenishment import Replenishment
from controller.warehouse.slot_assignments import Slots
from robots.recording.events import PlaceChosen, TaskCreated
from robots.recording.kinds import TaskKind
from tests.support.floor.tiny_site import FLOOR, ListedOrders, of_kind, quiet_site, restock, run, settings, tiny_site

RISING = [0.05] * 9 + [1.0] * 15
"""Demand from 09:00 on; the tiny floor's day begins at 08:00."""


def site_before_a_peak(robots: int = 4, **sections: dict[str, object]) -> Site:
    """All of the demand is for one SKU, which lies in the pod that is furthest from the pick station."""
    asked: dict[str, dict[str, object]] = {
        "run": {"start": "08:00", "seed": 2},
        "robots": {"count": robots, "battery_start": 1.0, "charge_at": 0.05, "charge_must": 0.01},
        "orders": {"per_station_hour": 600, "profile": RISING},
        "policies": {"idle": "preposition"},
        "pods": {"fill": 0.5},
    }
    site = tiny_site(**{**asked, **sections})
    site.demand = ListedOrders(site.demand.catalogue, {})
    restock(site, {int(np.argmax(site.distances.rank[site.pods.cell])): {0: 16}})
    site.supply = Replenishment(site.scenario, site.pods, np.random.default_rng(1))
    return site


def far_pod(site: Site) -> int:
    return int(np.flatnonzero(site.ledger.bin_units.sum(axis=1))[0])


def test_the_pod_that_will_be_asked_for_is_carried_to_a_nearer_place() -> None:
    """It ends on the free place that is nearest to the pick station, and the reason says what for."""
    site = site_before_a_peak()
    pod, before = far_pod(site), site.distances.rank[site.pods.cell[far_pod(site)]]
    events = run(site, 200)
    moves = [event for event in of_kind(events, TaskCreated) if event.kind == TaskKind.MOVE]
    assert moves[0].pod == pod
    assert "units expected of it soon" in moves[0].reason
    reasons = [event.reason for event in of_kind(events, PlaceChosen)]
    assert reasons == ["nearer location chosen before demand rises"]
    assert site.pods.state[pod] == PodState.STORED
    assert site.distances.rank[site.pods.cell[pod]] < before


def test_robots_wait_by_default() -> None:
    """Nothing is carried where the scenario doesn't say so."""
    site = site_before_a_peak(policies={"idle": "wait"})
    assert not of_kind(run(site, 200), TaskCreated)


@pytest.mark.parametrize("why_not", ["an order waits", "most robots are at work", "no peak is ahead", "it is drained"])
def test_nothing_is_carried_when_it_is_not_the_time_for_it(why_not: str) -> None:
    """Orders come first, and where no peak is ahead a pod stands well where it is."""
    profile = {"profile": [1.0] * 24, "per_station_hour": 600} if why_not == "no peak is ahead" else {}
    site = site_before_a_peak(**({"orders": profile} if profile else {}))
    free = 1 if why_not == "most robots are at work" else 4
    if why_not == "an order waits":
        site.book.backlog[0] = Order(0, "0", 0, 100)
    site.operator_state.draining = why_not == "it is drained"
    assert idle.preposition(site, free) == []


def test_with_a_slotting_pods_change_their_places() -> None:
    """The pod with the highest expected demand swaps its place with one with none; reslotting carries them there."""
    site = site_before_a_peak()
    site.slots = Slots(site.pods.cell.copy(), site.ledger.bin_sku.copy(), 16)
    pod = far_pod(site)
    before = int(site.slots.place[pod])
    assert idle.preposition(site, 4) == []
    assert site.distances.rank[site.slots.place[pod]] < site.distances.rank[before]
    assert sorted(site.slots.place.tolist()) == sorted(site.pods.cell.tolist())
    run(site, 600)
    assert site.pods.cell[pod] == site.slots.place[pod] != before


def test_foresight_prefers_the_pod_of_which_more_is_expected() -> None:
    """The one of two equal pods with more expected demand is chosen for the open line; the reason has the figure."""
    site = quiet_site(
        stock={0: {0: 1}, 1: {0: 1, 1: 9}},
        orders={0: [(7200, {0: 1})]},
        robots={"count": 2},
        policies={"pods": "foresight"},
    )
    ahead = site.look_ahead
    assert ahead is not None
    ahead.predictor.rate[:] = 0.0
    ahead.predictor.rate[1] = 10_000.0
    told = of_kind(run(site, 3), TaskCreated)
    assert [event.pod for event in told] == [1]
    assert told[0].reason.endswith("9.0 units expected of it soon")


def test_without_an_expectation_foresight_is_demand() -> None:
    """A site that was built for other policies has none."""
    site = quiet_site(stock={0: {0: 1}}, orders={0: [(7200, {0: 1})]}, robots={"count": 2})
    run(site, 1)
    station = site.pick_stations[0]
    assert pods.foresight(site, station) == pods.demand(site, station)


def test_a_checked_run_with_both_keeps_every_law(tmp_path: Path) -> None:
    """No collision, no lost unit and no forgotten order while pods are carried about."""
    file = tmp_path / "ahead.toml"
    file.write_text(FLOOR)
    asked = settings(
        run={"ticks": 3600, "start": "08:30"},
        orders={"per_station_hour": 40, "profile": RISING},
        policies={"idle": "preposition", "pods": "foresight"},
        pods={"fill": 0.6},
    )
    with SimulatedRun(load_scenario(file, asked), RunOptions(check=True)) as run_:
        while not run_.done:
            run_.step()
        assert broken(run_.finish()) == []
