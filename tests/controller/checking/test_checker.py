"""The checker as a whole: a sound run has no fault, a broken one is reported once and counted."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from controller.build_site import build_site
from controller.checking.checker import Checker
from controller.scenario.scenario import InjectedFault
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.stock import DOCK
from robots.recording.frames import NO_LOAD
from robots.units.lifecycle import RobotState
from tests.support.floor.tiny_site import DEMO, befall, tiny, tiny_site
from tests.support.floor.watched import ORDERS, Watched


def test_a_sound_run_has_no_fault() -> None:
    """Ten minutes of the demo floor give no alarm, neither during the run nor at its end."""
    watched = Watched(build_site(tiny(DEMO)))
    assert [watched.tick() for _ in range(600)] == [[]] * 600
    assert watched.checker.finish() == []
    counts = (watched.checker.collisions, watched.checker.stock_errors, watched.checker.order_errors)
    assert counts == (0, 0, 0)
    assert watched.site.book.shipped > 20


def test_a_fault_that_lasts_is_told_once() -> None:
    """Two robots in a cell for three ticks: one alarm, with the robot and the cell to look at."""
    watched = Watched()
    cell = int(watched.fleet.cell[1])
    for _ in range(3):
        watched.fleet.cell[1] = cell
        watched.fleet.cell[2] = watched.fleet.cell[1]
        watched.tick()
    shared = [alarm for alarm in watched.alarms if "robots 1 and 2 are both in" in alarm.text]
    assert [(alarm.kind, alarm.robot, alarm.cell) for alarm in shared] == [("collision", 1, cell)]


def spoil_bodies(watched: Watched) -> None:
    watched.fleet.heading[0] = (watched.fleet.heading[0] + 2) % 4


def spoil_stock(watched: Watched) -> None:
    watched.site.ledger.bin_units[0, 0] += 1


def spoil_orders(watched: Watched) -> None:
    watched.site.book.backlog.popitem()


@pytest.mark.parametrize(
    ("spoil", "counts"), [(spoil_bodies, (1, 0, 0)), (spoil_stock, (0, 1, 0)), (spoil_orders, (0, 0, 1))]
)
def test_faults_are_counted_by_kind(spoil: Callable[[Watched], None], counts: tuple[int, int, int]) -> None:
    """A robot that turns right round, a bin with a unit too many and an order that is nowhere."""
    watched = Watched()
    watched.tick()
    assert len(watched.tick(lambda _: spoil(watched))) == 1
    checker = watched.checker
    assert (checker.collisions, checker.stock_errors, checker.order_errors) == counts


def test_what_no_event_told_of_is_found_in_the_end() -> None:
    """Five units appear on the dock: no tick changes them, but the full comparison sees them; twice is no news."""
    watched = Watched()
    watched.tick()
    watched.site.ledger._held[DOCK][3] = 5
    assert watched.tick() == []
    told = [alarm.text for alarm in watched.checker.finish()]
    owner = watched.site.demand.catalogue.owners[3]
    assert told == [
        "tick 1: dock has 5 of SKU-00004, its movements come to 0",
        f"tick 1: all places together have +5 of SKU-00004 of {owner}",
    ]
    assert watched.checker.finish() == []


def test_everything_is_compared_after_a_thousand_ticks() -> None:
    """The five missing units are reported at tick 999."""
    watched = Watched()
    watched.tick()
    watched.site.ledger._held[DOCK][3] = 5
    while watched.site.tick < 999:
        assert watched.tick() == []
    assert len(watched.tick()) == 2


def test_only_bodies_can_be_looked_at() -> None:
    """A fleet that shows nothing but its reports is refused."""

    class Far:
        def send(self, grants: object) -> None: ...

        def receive(self) -> None: ...

    site = tiny_site()
    site.fleet = Far()  # type: ignore[assignment]
    with pytest.raises(TypeError, match="Far shows no bodies to look at"):
        Checker(site)


MOMENTS = [*(state.name for state in RobotState if state != RobotState.DEAD), "LIFTED", "SET_DOWN"]
Moments = dict[str, tuple[Watched, int]]
"""{moment: the floor at that time, and the robot}."""


def crowded(*faults: InjectedFault) -> Watched:
    """A floor with more robots than its lanes have places, and weak batteries; on this seed a robot waits for a place."""
    robots: dict[str, object] = {"count": 7, "battery_wh": 30.0, "battery_start": 0.5}
    return Watched(tiny_site(faults=faults, run={"seed": 5}, robots=robots, orders=ORDERS))


@pytest.fixture(scope="module")
def moments() -> Moments:
    """The floor when a robot is first reported to be in each state, or to have just taken up or set down its load."""
    watched, found = crowded(), Moments()
    load = watched.fleet.load.copy()
    for _ in range(900):
        watched.tick()
        for robot, moment in _moments_of(watched, load):
            if moment not in found:
                found[moment] = deepcopy(watched), robot
        load = watched.fleet.load.copy()
    return found


def _moments_of(watched: Watched, load: NDArray[np.int32]) -> Iterator[tuple[int, str]]:
    for robot in np.flatnonzero(watched.fleet.load != load).tolist():
        yield robot, "SET_DOWN" if watched.fleet.load[robot] == NO_LOAD else "LIFTED"
    for robot, state in enumerate(watched.site.robots.state.tolist()):
        yield robot, RobotState(state).name


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", ["stop", "die"])
def test_a_robot_may_stop_or_die_at_any_moment(kind: Literal["stop", "die"], moment: str, moments: Moments) -> None:
    """Whatever it is at: no law is broken, nobody gets stuck, every order is shipped or still open."""
    at_the_time, robot = moments[moment]
    watched = deepcopy(at_the_time)
    befall(watched.site, InjectedFault(robot, watched.site.tick, kind))
    for _ in range(400):
        watched.tick()
    watched.checker.finish()
    assert [alarm.text for alarm in watched.alarms] == []
    assert watched.site.watch.stuck == set()
    assert len(watched.site.book.open) + watched.site.book.shipped == ORDERS["backlog"]


def test_a_robot_that_was_pushed_off_its_pod_goes_back_before_it_lifts() -> None:
    """It holds for a place in the lane, others push it a cell aside, and then a place comes free."""
    site = crowded().site
    while not len(holding := site.robots.in_state(RobotState.HOLDING)):
        tick(site)
    robot, fleet = int(holding[0]), Watched(site).fleet
    task = site.robots.task[robot]
    assert task is not None
    free = set(site.floor.storage.tolist()) - set(fleet.cell.tolist()) - {task.source}
    fleet.cell[robot] = min(free, key=lambda cell: site.grid.distance(cell, task.source))
    site.stations[task.station].inbound.clear()
    lifted = [site.robots.cell[robot] for _ in range(60) if _lifts(site, robot)]
    assert set(lifted) == {task.source}


def _lifts(site: Site, robot: int) -> bool:
    tick(site)
    return bool(site.robots.state[robot] == RobotState.LIFTING)
