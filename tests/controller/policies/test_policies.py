"""Every policy on a floor small enough to see what it should choose, with the reason it gives."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from controller.policies import charging, dispatch, idle, pods, release, storage
from controller.policies.eligible import candidates
from controller.scenario.scenario import POLICY_NAMES
from controller.site.distances import classes_of
from controller.site.site import Site
from controller.warehouse.pods import PodState
from controller.warehouse.tasks import Task
from robots.recording.events import ChargeEnded, Event, OrderReleased, Parked, PlaceChosen, TaskAssigned, TaskCreated
from robots.recording.kinds import TaskKind
from robots.units.lifecycle import RobotState
from tests.support.floor.corridor import corridor_site, waiting, with_orders
from tests.support.floor.tiny_site import TINY, of_kind, quiet_site, run, stand_pods, stand_robots, tiny_site


def test_nearest_demand_and_random_pods(corridor: Path) -> None:
    """Pod 0 is near with one open line, pod 1 six cells further with two, pod 2 has none."""
    site = corridor_site(corridor, {0: {0: 5}, 1: {0: 5, 1: 5}, 2: {2: 5}}, 2, 8, 3)
    station = with_orders(site, {0: 1}, {1: 1})
    assert pods.nearest(site, station) == (0, "nearest with an open line, 6 cells away")
    reason = "2 open lines here, 0 in the backlog, 12 cells away; next best pod 0 with 1 line, 6 cells"
    assert pods.demand(site, station) == (1, reason)
    drawn = {pods.random(site, station) for _ in range(40)}
    assert drawn == {(pod, "drawn at random from 2 pods with an open line") for pod in (0, 1)}


def test_demand_weighs_a_line_against_the_way(corridor: Path) -> None:
    """A second line is worth 30 cells, more than the corridor is long; among equals the nearer pod goes."""
    site = corridor_site(corridor, {0: {0: 5}, 1: {0: 5}, 2: {0: 5, 1: 5}}, 9, 4, 11)
    assert pods.demand(site, with_orders(site, {0: 1}, {1: 1}))[0] == 2  # type: ignore[index]
    other = corridor_site(corridor, {0: {0: 5}, 1: {0: 5}}, 9, 4)
    choice = pods.demand(other, with_orders(other, {0: 1}))
    assert choice == (1, "1 open line here, 0 in the backlog, 8 cells away; next best pod 0 with 1 line, 13 cells")


def test_demand_looks_into_the_backlog(corridor: Path) -> None:
    """The farther of two pods with the open line is chosen, because two waiting orders need its stock."""
    site = corridor_site(corridor, {0: {0: 5}, 1: {0: 5, 1: 5}}, 2, 9)
    station = with_orders(site, {0: 1})
    waiting(site, (7300, {1: 1}), (7301, {1: 1}))
    choice = pods.demand(site, station)
    assert choice is not None
    assert choice[0] == 1
    assert choice[1].startswith("1 open line here, 2 in the backlog, 13 cells away")


def test_only_stored_pods_with_free_units_are_candidates(corridor: Path) -> None:
    """Excluded are claimed pods, quarantined pods, and pods whose units are allocated."""
    site = corridor_site(corridor, {0: {0: 1}, 1: {0: 1}, 2: {0: 1}, 3: {0: 1}}, 2, 3, 4, 5)
    station = with_orders(site, {0: 2})
    site.pods.state[0] = PodState.CLAIMED
    site.pods.quarantine(1)
    site.pods.allocate(2, 0, 1)
    assert list(candidates(site, station)) == [3]


@pytest.mark.parametrize("policy", pods.POLICIES.values(), ids=pods.POLICIES)
def test_no_open_line_needs_no_pod(corridor: Path, policy: pods.PodPolicy) -> None:
    """A station whose lines are all allocated asks for nothing."""
    site = corridor_site(corridor, {0: {0: 1}}, 2)
    assert policy(site, site.pick_stations[0]) is None


def test_the_emptiest_pod_is_filled_and_near_ones_first() -> None:
    """Pod 0 in (4, 4) has a bin in use; of the others that in (4, 3), pod 8, is nearest to the stow station."""
    site = quiet_site(stock={0: {0: 1}}, robots={"count": 2})
    stand_pods(site, (4, 4), (2, 8), (4, 2))
    assert pods.for_stow(site, site.stow_stations[0]) == (8, "emptiest: 24 of 24 bins free")


def test_full_pods_are_not_filled() -> None:
    """With every bin in use there is nowhere to stow."""
    site = quiet_site(robots={"count": 2})
    site.ledger.bin_sku[:] = 0
    assert pods.for_stow(site, site.stow_stations[0]) is None


# ------------------------------------------------------------------ storage


def test_nearest_and_random_places(corridor: Path) -> None:
    """Pods stand in all columns but 7 and 11; from the station these are 3 and 7 cells away."""
    site = corridor_site(corridor, {}, 2, 3, 4, 5, 6, 8, 9, 10, pods={"fill": 0.8})
    cell = site.grid.cell
    assert storage.nearest(site, 0, 0) == (cell(1, 7), "nearest free place, 3 cells")
    drawn = {storage.random(site, 0, 0) for _ in range(40)}
    assert drawn == {(cell(1, column), "drawn at random from 2 free places") for column in (7, 11)}


def test_places_that_a_pod_is_on_its_way_to_are_taken(corridor: Path) -> None:
    """A reserved place is nobody else's; with none left the pod has to wait."""
    site = corridor_site(corridor, {}, 2, 3, 4, 5, 6, 8, 9, 10, pods={"fill": 0.8})
    site.reserved.add(site.grid.cell(1, 7))
    for policy in storage.POLICIES.values():
        choice = policy(site, 0, 0)
        assert choice is not None
        assert choice[0] == site.grid.cell(1, 11)
    site.reserved.add(site.grid.cell(1, 11))
    assert [policy(site, 0, 0) for policy in storage.POLICIES.values()] == [None] * 3


def test_pods_and_places_are_cut_into_the_same_classes() -> None:
    """A fifth of ten are A, up to half are B, the rest C, smallest rank first and ties in order."""
    assert classes_of(np.arange(10.0)).tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
    assert classes_of(np.arange(10.0)[::-1]).tolist() == [2, 2, 2, 2, 2, 1, 1, 1, 0, 0]
    assert classes_of(np.zeros(5)).tolist() == [0, 1, 2, 2, 2]


def test_turnover_puts_fast_pods_near_and_slow_ones_far(corridor: Path) -> None:
    """Columns 2 to 11 come to 14, 14, … 16, 18, 20, 22 cells there and back: 2 and 3 are A places, 11 is a C place."""
    stock = {pod: {pod: 5} for pod in range(8)}
    site = corridor_site(corridor, stock, 4, 5, 6, 7, 8, 9, 10, 2, pods={"fill": 0.8})
    assert site.distances.place_class[site.floor.storage].tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
    assert [site.pod_class(pod) for pod in range(8)] == [0, 0, 1, 1, 2, 2, 2, 2]  # SKU 0 is asked for most
    cell = site.grid.cell
    assert storage.turnover(site, 0, 0) == (cell(1, 3), "class A pod, nearest free class A place, 7 cells")
    assert storage.turnover(site, 7, 0) == (cell(1, 11), "class C pod, nearest free class C place, 7 cells")
    site.pods.pod_at[cell(1, 11)] = 9  # taken: a class further off, however long the way
    assert storage.turnover(site, 7, 0) == (cell(1, 3), "class C pod, nearest free class A place, 7 cells")


def test_turnover_prefers_the_class_closest_to_the_pods(corridor: Path) -> None:
    """A slow pod without a free C place takes a B place rather than a nearer A place."""
    stock = {pod: {pod: 5} for pod in range(8)}
    site = corridor_site(corridor, stock, 7, 8, 9, 10, 11, 4, 5, 2, pods={"fill": 0.8})
    choice = storage.turnover(site, 7, 0)
    assert choice == (site.grid.cell(1, 6), "class C pod, nearest free class B place, 4 cells")


# ------------------------------------------------------------------ dispatch


def tasks_at(site: Site, *columns: int) -> list[Task]:
    return [Task(number, TaskKind.PICK, -1, site.grid.cell(1, column), 0, 0) for number, column in enumerate(columns)]


def test_assignment_is_optimal_where_nearest_is_greedy(corridor: Path) -> None:
    """Loads in columns 5 and 8, robots in 6 and 2: greedy drives 1 + 6 cells, the best way is 3 + 2."""
    site = corridor_site(corridor, {}, 2)
    stand_robots(site, (1, 6), (1, 2))
    tasks, robots = tasks_at(site, 5, 8), np.array([0, 1])
    greedy = dispatch.nearest(site, tasks, robots)
    assert [(task.id, robot, reason) for task, robot, reason in greedy] == [
        (0, 0, "nearest of 2 free robots, 1 cell away"),
        (1, 1, "nearest of 1 free robots, 6 cells away"),
    ]
    best = dispatch.assignment(site, tasks, robots)
    assert [(task.id, robot, reason) for task, robot, reason in best] == [
        (0, 1, "3 cells away; the assignment of 2 tasks with the least driving"),
        (1, 0, "2 cells away; the assignment of 2 tasks with the least driving"),
    ]


@pytest.mark.parametrize("policy", dispatch.POLICIES.values(), ids=dispatch.POLICIES)
@pytest.mark.parametrize(("tasks", "robots"), [(0, 0), (0, 2), (2, 0), (2, 1), (1, 2)])
def test_no_robot_gets_two_tasks(corridor: Path, policy: dispatch.DispatchPolicy, tasks: int, robots: int) -> None:
    """There are as many pairs as tasks and robots allow, and no robot twice."""
    site = corridor_site(corridor, {}, 2)
    pairs = policy(site, tasks_at(site, 5, 8)[:tasks], np.arange(robots))
    assert len(pairs) == min(tasks, robots)
    assert len({task.id for task, _, _ in pairs}) == len({robot for _, robot, _ in pairs}) == len(pairs)


@pytest.mark.parametrize("seed", range(20))
def test_assignment_is_never_worse_than_nearest(seed: int) -> None:
    """This holds on the tiny floor with robots and loads anywhere."""
    site = tiny_site(stock={"skus": 10}, run={"seed": seed})
    rng = np.random.default_rng(seed)
    sources = rng.choice(site.floor.storage, 4, replace=False).tolist()
    tasks = [Task(number, TaskKind.PICK, -1, source, 0, 0) for number, source in enumerate(sources)]

    def way(policy: dispatch.DispatchPolicy) -> int:
        pairs = policy(site, tasks, np.arange(len(site.robots)))
        return sum(int(site.fields.to(task.source, 0, 0)[site.robots.cell[robot]]) for task, robot, _ in pairs)

    assert way(dispatch.assignment) <= way(dispatch.nearest)


# ------------------------------------------------------------------ charging


def charged(site: Site, *shares: float) -> None:
    """Batteries of robots 0, 1, … at these shares, as the robots report them."""
    fleet = site.fleet
    fleet.battery_wh[:] = np.array(shares) * site.scenario.robots.battery_wh  # type: ignore[attr-defined]
    site.robots.take(fleet.receive())


def test_thresholds_send_the_emptiest_first() -> None:
    """Only robots below 35 % are sent."""
    site = quiet_site(robots={"count": 4})
    charged(site, 0.34, 0.36, 0.10, 0.35)
    robots, reason = charging.thresholds(site, np.arange(4))
    assert (robots.tolist(), reason) == ([2, 0], "battery below 35%")


def test_opportunity_sends_those_who_would_charge_for_a_while_when_nothing_waits() -> None:
    """Five minutes are 75 Wh of 500, so from under 65 % on; with a backlog it is the thresholds again."""
    site = quiet_site(stock={0: {0: 5}}, robots={"count": 4})
    charged(site, 0.34, 0.64, 0.10, 0.66)
    robots, reason = charging.opportunity(site, np.arange(4))
    assert (robots.tolist(), reason) == ([2, 0, 1], "no work, and a charger is free")
    waiting(site, (7200, {0: 1}))
    robots, reason = charging.opportunity(site, np.arange(4))
    assert (robots.tolist(), reason) == ([2, 0], "battery below 35%")


@pytest.mark.parametrize(("policy", "battery_wh"), [("opportunity", 500.0), ("opportunity", 40.0), ("thresholds", 6.0)])
def test_a_robot_that_has_left_a_charger_stays_away_for_a_while(policy: str, battery_wh: float) -> None:
    """It does so without work, though standing uses energy, and though a battery may be too small for a trip."""
    site = quiet_site(robots={"count": 1, "battery_wh": battery_wh}, policies={"charging": policy})
    charged(site, (site.levels.low - 0.2) / battery_wh)
    ended = [event.t for event in of_kind(run(site, 1500), ChargeEnded)]
    assert ended
    assert all(later - earlier > 60 for earlier, later in pairwise(ended))


def test_a_robot_charges_from_under_35_to_80_percent() -> None:
    """It goes when free, charges at the floor's one charger, and leaves at 80 %; the other one waits its turn."""
    site = quiet_site(robots={"count": 2, "battery_wh": 50.0})
    charged(site, 0.30, 0.28)
    events = run(site, 160)
    created = [task.reason for task in of_kind(events, TaskCreated)]
    assert created == ["battery below 35%", "battery below 35%"]
    assert [event.robot for event in of_kind(events, TaskAssigned)] == [1, 0]
    assert [(event.robot, event.percent) for event in of_kind(events, ChargeEnded)] == [(1, 80)]


@pytest.mark.parametrize(("share", "works"), [(0.21, True), (0.19, False)])
def test_under_20_percent_a_robot_takes_no_work(share: float, works: bool) -> None:
    """With the charger taken, one between 20 and 35 % works on and one under 20 % waits for it."""
    site = quiet_site(stock={0: {0: 5}}, orders={0: [(7200, {0: 1})]}, robots={"count": 2})
    charged(site, share, 0.01)
    run(site, 5)
    assert (site.robots.state[0] == RobotState.IDLE) != works
    assert site.robots.state[1] == RobotState.TO_CHARGER


# ------------------------------------------------------------------ all of them


def variants() -> list[tuple[str, str]]:
    named = {
        "release": release.POLICIES,
        "pods": pods.POLICIES,
        "storage": storage.POLICIES,
        "dispatch": dispatch.POLICIES,
        "charging": charging.POLICIES,
        "idle": idle.POLICIES,
    }
    return [(key, name) for key, policies in named.items() for name in policies]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("key", "name"), variants())
def test_every_choice_has_its_reason(key: str, name: str) -> None:
    """Whatever policy decides, everything that was chosen says why."""
    site = tiny_site(TINY, policies={key: name}, robots={"battery_start": 0.45})
    told: Counter[type[Event]] = Counter()
    for event in run(site, 400):
        if isinstance(event, OrderReleased | TaskCreated | TaskAssigned | PlaceChosen | Parked):
            told[type(event)] += 1
            assert event.reason, event
    assert told.keys() >= {OrderReleased, TaskCreated, TaskAssigned, PlaceChosen}


def test_the_scenario_names_every_policy() -> None:
    """A policy that can't be chosen would be dead, and a name without one would be a crash."""
    for key in ("release", "pods", "storage", "dispatch", "charging", "idle"):
        assert {name for other, name in variants() if other == key} == set(POLICY_NAMES[key])
