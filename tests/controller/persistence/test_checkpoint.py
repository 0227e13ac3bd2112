"""A restored or replayed site continues exactly as one that never ended."""

import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from controller.build_site import build_site
from controller.floor.failures import closed_cells
from controller.persistence.checkpoint import RecordingPlanner, replay, restore_site, snapshot_of
from controller.persistence.store import Store
from controller.persistence.tick_log import Request, TickInputs
from controller.planning.planner import Epibt, PlanInput
from controller.scenario.read import load_scenario
from controller.scenario.scenario import InjectedFault, Scenario, with_faults
from controller.site.site import Site
from controller.tick import tick
from layout.errors import InputError
from robots.recording.events import Event, encode_events
from robots.recording.frames import Frame
from robots.units.fleet import Fleet, Grants, Reports
from tests.support.floor.tiny_site import DEMO, ROOT, tiny, tiny_site

FAULTS = (InjectedFault(3, 150, "stop", 120), InjectedFault(5, 190, "die"), InjectedFault(9, 310, "stop", 20))
"""A robot whose cell is closed and opened again, one whose cell stays closed."""


def pictured(picture: tuple[Frame, list[Event]]) -> tuple[Any, ...]:
    """All of a tick but the time it took."""
    frame, events = picture
    tables = frame.robots.tobytes(), frame.stations.tobytes(), frame.pods.tobytes()
    return frame.tick, frame.counts, *tables, encode_events(events)


def ticks_of(site: Site, ticks: int) -> list[tuple[Any, ...]]:
    return [pictured(tick(site)) for _ in range(ticks)]


class Overheard:
    """A fleet whose last reports are kept. It stands for the robots on the floor, which outlive a controller."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self.reports: Reports

    def receive(self) -> Reports:
        self.reports = self._fleet.receive()
        return self.reports

    def send(self, grants: Grants) -> None:
        self._fleet.send(grants)


def requests_at(number: int) -> list[Request]:
    """Operator requests: a cell is closed every 80 ticks, by its number."""
    return [("operator", str(500 + number).encode())] if number % 80 == 70 else []


def close_cell(site: Site) -> Callable[[str, bytes], None]:
    def apply(role: str, frame: bytes) -> None:
        assert role == "operator"
        closed_cells.close_cells(site, {int(frame): "an operator closed it"})
        closed_cells.check_reach(site)

    return apply


def log_ticks(site: Site, store: Store, ticks: int, snapshots: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
    """A run as a controller has it, each tick logged."""
    if not isinstance(site.planner, RecordingPlanner):
        site.planner = RecordingPlanner(site.planner)
    if not isinstance(site.fleet, Overheard):
        site.fleet = Overheard(site.fleet)
    seen = []
    for number in range(site.tick, site.tick + ticks):
        if number in snapshots:
            store.snapshot(number, snapshot_of(site), b"")
        for role, frame in requests_at(number):
            close_cell(site)(role, frame)
        seen.append(pictured(tick(site)))
        store.write_tick(number, site.fleet.reports, requests_at(number), [], site.planner.actions, [])
    return seen


def recover(store: Store, new: Callable[[], Site]) -> tuple[Site, list[tuple[Any, ...]]]:
    """The site again, and the pictures of the ticks that were worked out again."""
    snapshot = store.newest_snapshot()
    site = restore_site(snapshot[1], new().scenario)[0] if snapshot else new()
    seen: list[tuple[Any, ...]] = []
    replay(site, store.tick_inputs(), close_cell(site), lambda: seen.append(pictured(tick(site))))
    return site, seen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.db"


def demo(planner: str) -> Scenario:
    return with_faults(load_scenario(DEMO, {"policies.planner": planner}), FAULTS)


@pytest.mark.parametrize("planner", ["epibt", "pibt"])
def test_a_pickled_site_is_small_and_goes_on_the_same(planner: str) -> None:
    """Its distance fields are worked out again; the tables of 300 further ticks are the same bit by bit."""
    site = build_site(demo(planner))
    ticks_of(site, 300)
    data = pickle.dumps(site)
    assert len(data) < 3_000_000
    assert ticks_of(pickle.loads(data), 300) == ticks_of(site, 300)


def test_a_snapshot_goes_on_the_same_and_leaves_its_site_as_it_was() -> None:
    """With cells closed and opened again before it; others of the run come along and share their parts with the site."""
    site = build_site(demo("epibt"))
    ticks_of(site, 320)
    fleet, others = site.fleet, {"floor": site.floor}
    again, with_it = restore_site(snapshot_of(site, others), site.scenario)
    assert site.fleet is fleet
    assert with_it["floor"] is again.floor
    assert again.roads is again.fields._roads
    again.fleet = pickle.loads(pickle.dumps(fleet))
    assert ticks_of(again, 200) == ticks_of(site, 200)


def test_a_restored_site_has_no_fleet_until_it_gets_one() -> None:
    (site,) = restore_site(snapshot_of(tiny_site()), tiny())
    with pytest.raises(NotImplementedError, match="no fleet"):
        tick(site)


@pytest.mark.parametrize("data", [b"", b"no snapshot", snapshot_of(tiny_site())[:-20]])
def test_bytes_that_are_no_snapshot_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="the store: snapshot: can't be read"):
        restore_site(data, tiny())


@pytest.mark.parametrize(
    ("planner", "snapshots"),
    [
        ("epibt", ()),
        ("epibt", (40, 200)),
        ("pibt", (0,)),
        *(
            pytest.param(planner, snapshots, marks=pytest.mark.slow)
            for planner, snapshots in (("epibt", (0,)), ("pibt", ()), ("pibt", (40, 200)))
        ),
    ],
)
def test_a_replayed_run_is_the_run(path: Path, planner: str, snapshots: tuple[int, ...]) -> None:
    """Replayed from the start or a snapshot, over faults and closed cells, ticks and those after them are the same."""
    scenario = demo(planner)
    uninterrupted = build_site(scenario)
    with Store(path.with_name("other.db"), scenario) as store:
        expected = log_ticks(uninterrupted, store, 420)
    site = build_site(scenario)
    with Store(path, scenario) as store:
        assert log_ticks(site, store, 330, snapshots) == expected[:330]
    with Store(path, scenario) as store:
        again, seen = recover(store, lambda: build_site(scenario))
        assert seen == expected[max(snapshots, default=0) : 330]
        again.fleet = site.fleet  # the robots have been there all the time
        assert log_ticks(again, store, 90) == expected[330:]


def test_requests_come_again_in_order_before_their_tick(path: Path) -> None:
    site = tiny_site()
    asked = {0: [("orders", b"a"), ("operator", b"b")], 2: [("orders", b"c")]}
    with Store(path, tiny()) as store:
        for number in range(4):
            tick(site)
            store.write_tick(number, site.fleet.receive(), asked.get(number, []), [], None, [])
        again, heard = tiny_site(), list[tuple[int, str, bytes]]()
        ticks = replay(
            again,
            store.tick_inputs(),
            lambda role, frame: heard.append((again.tick, role, frame)),
            lambda: tick(again),
        )
    assert ticks == 4
    assert heard == [(0, "orders", b"a"), (0, "operator", b"b"), (2, "orders", b"c")]


def test_inputs_of_other_ticks_are_refused_and_the_site_gets_its_fleet_back() -> None:
    site = tiny_site()
    fleet, planner = site.fleet, site.planner
    tick_inputs = [TickInputs(number, fleet.receive()) for number in (0, 2)]
    with pytest.raises(InputError, match="has the inputs of tick 2 instead of tick 1"):
        replay(site, tick_inputs, lambda role, frame: None, lambda: tick(site))
    assert (site.tick, site.fleet, site.planner) == (1, fleet, planner)


class Moody(Epibt):
    """Fails in one tick and returns nonsense in another."""

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        plan = super().plan(view)
        if view.tick == 20:
            raise ValueError("not today")
        if view.tick == 30:
            return np.full(3, 99, np.int8)
        return plan


def test_a_planner_that_failed_fails_again(path: Path) -> None:
    """Its alarms, too, are those of the run."""
    scenario = demo("epibt")
    site, again = build_site(scenario), build_site(scenario)
    for one in (site, again):
        one.planner = Moody(one.roads, one.fields, len(one.robots))
    expected, seen = logged_and_replayed(path, site, again)
    assert seen == expected
    assert [number for number, picture in enumerate(expected) if b"refused-plan" in picture[-1]] == [20, 30]


def logged_and_replayed(path: Path, site: Site, again: Site) -> tuple[list[Any], list[Any]]:
    """60 ticks of `site`, and the same by `again`."""
    seen: list[Any] = []
    with Store(path, site.scenario) as store:
        expected = log_ticks(site, store, 60)
        replay(again, store.tick_inputs(), close_cell(again), lambda: seen.append(pictured(tick(again))))
    return expected, seen


def test_what_counts_is_what_the_planner_said_then(path: Path) -> None:
    """A planner that would say something else now is overruled where it had said something that could be done."""

    class Contrary(Epibt):
        def plan(self, view: PlanInput) -> NDArray[np.int8]:
            if view.tick % 2:
                raise ValueError("only now")
            return np.zeros(len(view.cell), np.int8)

    site, again = (build_site(demo("epibt")) for _ in range(2))
    again.planner = Contrary(again.roads, again.fields, len(again.robots))
    expected, seen = logged_and_replayed(path, site, again)
    assert seen == expected


def test_a_recording_planner_keeps_a_plan_and_nothing_else() -> None:
    """Plans of other whole numbers are kept if they fit; of what fits not, nothing is kept."""
    plans: dict[str, Any] = {
        "int64": np.array([0, 1, 2]),
        "too large": np.array([0, 1, 300]),
        "short": np.zeros(2, np.int8),
        "real": np.zeros(3),
        "a list": [0, 0, 0],
    }
    kept = {name: _witnessed(plan) for name, plan in plans.items()}
    assert kept.pop("int64") == [0, 1, 2]
    assert set(kept.values()) == {None}


def _witnessed(plan: Any) -> list[int] | None:
    class Says:
        def plan(self, view: PlanInput) -> Any:
            return plan

    recording_planner = RecordingPlanner(Says())  # type: ignore[arg-type]
    nothing = np.zeros(3, np.int32)
    none = nothing.astype(bool)
    byte = nothing.astype(np.int8)
    assert recording_planner.plan(PlanInput(0, nothing, byte, byte, nothing, byte, none, nothing, none)) is plan
    return None if recording_planner.actions is None else recording_planner.actions.tolist()


def test_a_planner_that_is_not_ours_begins_anew(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One of a user's; the site is as it was."""
    monkeypatch.chdir(ROOT)
    site = tiny_site(policies={"planner": "examples.own_planner:Greedy"})
    ticks_of(site, 50)
    with caplog.at_level(logging.WARNING):
        (again,) = restore_site(snapshot_of(site), site.scenario)
    assert "planner examples.own_planner:Greedy isn't kept in snapshots" in caplog.text
    assert again.tick == 50
    assert isinstance(again.planner, RecordingPlanner)
    again.fleet = pickle.loads(pickle.dumps(site.fleet))
    assert ticks_of(again, 20) == ticks_of(site, 20)
