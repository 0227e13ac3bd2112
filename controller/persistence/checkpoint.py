"""Snapshot and restore a run, and replay logged ticks up to the point where it stopped.

    begin:    site.planner = RecordingPlanner(site.planner), and now and then store.snapshot(site.tick, snapshot_of(site, …))
    recover:  snapshot = store.newest_snapshot(); site, … = restore_site(snapshot[1], scenario) if snapshot else …
              replay(site, store.tick_inputs(), apply, step)
              site.fleet = the live one

A snapshot is a graph of objects (controller/persistence/snapshot/). Parts of the scenario are only referenced.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.persistence import ranges
from controller.persistence.snapshot import graph
from controller.persistence.snapshot.page import BadGraph
from controller.persistence.tick_log import TickInputs
from controller.planning import plugins
from controller.planning.planner import PLANNERS, PlanInput, Planner
from controller.scenario.scenario import Scenario
from controller.site.distances import station_distances
from controller.site.site import Site
from layout.errors import InputError
from layout.roads import Roads
from robots.units.fleet import Grants, Reports

_log = logging.getLogger(__name__)


class RecordingPlanner:
    """Planner that keeps its last plan for the store. actions: int8[robots], None if it returned no plan or failed."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.actions: NDArray[np.int8] | None = None

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        self.actions = None
        plan = self.planner.plan(view)
        self.actions = _actions(plan, len(view.cell))
        return plan

    def use(self, roads: Roads) -> None:
        self.planner.use(roads)

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        return self.planner.distance_left(cell)


def snapshot_of(site: Site, *others: object) -> bytes:
    """Return a snapshot of the site between two ticks, and of other objects that share its parts.

    The fleet, which is on the floor, and everything derived from the roads are left out. A user's own planner and policies
    are left out too; they are created again when the site is restored.
    """
    if not _ours(site):
        _log.warning("planner %s isn't kept in snapshots; it is created again after a restart", _planner_of(site))
    kept = site.fleet, site.planner, site.distances
    made, site.own_policies.made = site.own_policies.made, {}
    site.fleet, site.distances = NoFleet(), None  # type: ignore[assignment]
    if not _ours(site):
        site.planner = None  # type: ignore[assignment]
    try:
        return graph.write((site, *others), site.scenario)
    finally:
        site.fleet, site.planner, site.distances = kept
        site.own_policies.made = made


def restore_site(data: bytes, scenario: Scenario) -> tuple[Any, ...]:
    """Return the site of a snapshot, with this scenario, and the other objects. Its fleet is `NoFleet` until one is set.

    Raises InputError for bytes that are no snapshot, and if a class has changed since.
    """
    try:
        site, *others = graph.read(data, scenario)
        ranges.check(site)
        site.distances = station_distances(site.floor, site.roads)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        said = f"{error}" if isinstance(error, BadGraph) else f"{type(error).__name__}: {error}"
        what = f"can't be read: {said}"
        raise InputError.single("the store", "snapshot", what, "the podfleet that wrote it") from error
    if site.planner is None:
        site.planner = RecordingPlanner(_new_planner(site))
    return (site, *others)


def replay(
    site: Site, tick_inputs: Iterable[TickInputs], apply: Callable[[str, bytes], object], step: Callable[[], object]
) -> int:
    """Replay logged ticks; return their number.

    apply: called with the role and the frame of each request, in order, before its tick. step: computes one tick of `site`.
    The planner runs too, because it may keep state of its own; the plan that counts is the recorded one. Raises InputError if
    the inputs are not those of the site's next ticks.
    """
    fleet, planner = site.fleet, site.planner
    replay_planner = ReplayPlanner(planner)
    ticks = 0
    try:
        for inputs in tick_inputs:
            if inputs.tick != site.tick:
                what = f"has the inputs of tick {inputs.tick} instead of tick {site.tick}"
                raise InputError.single("the store", f"tick {site.tick}", what, "a new store")
            site.fleet, site.planner, replay_planner.actions = (
                ReplayFleet(inputs.reports),
                replay_planner,
                inputs.actions,
            )
            for role, frame in inputs.requests:
                apply(role, frame)
            step()
            ticks += 1
    finally:
        site.fleet, site.planner = fleet, planner
    return ticks


_NO_FLEET = "the site has no fleet yet"


class NoFleet:
    """Fleet of a restored site until it gets a live one. Using it is a programming error, so it raises."""

    def send(self, grants: Grants) -> None:
        raise NotImplementedError(_NO_FLEET)

    def receive(self) -> Reports:
        raise NotImplementedError(_NO_FLEET)


class ReplayFleet:
    """Fleet that returns recorded reports; nothing is sent to it."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    def send(self, grants: Grants) -> None:
        pass

    def receive(self) -> Reports:
        return self._reports


class ReplayPlanner:
    """Planner that runs but returns the recorded plan; its own plan where it had failed when recorded."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self.actions: NDArray[np.int8] | None = None

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        try:
            plan = self._planner.plan(view)
        except Exception:  # a user's planner may raise anything; the recorded plan is known
            if self.actions is None:
                raise
            _log.exception("the planner failed where it had not at first, at tick %d", view.tick)
            return self.actions
        return plan if self.actions is None else self.actions

    def use(self, roads: Roads) -> None:
        self._planner.use(roads)

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        return self._planner.distance_left(cell)


def _new_planner(site: Site) -> Planner:
    return plugins.planner_of(_planner_of(site), site.scenario.folder, site.roads, site.fields, len(site.robots))


def _ours(site: Site) -> bool:
    return _planner_of(site) in PLANNERS


def _planner_of(site: Site) -> str:
    return site.scenario.policies.planner


def _actions(plan: object, robots: int) -> NDArray[np.int8] | None:
    """Return a plan as it is stored: None unless it is one whole number of 8 bits for each robot."""
    if not isinstance(plan, np.ndarray) or plan.dtype.kind not in "iu" or plan.shape != (robots,):
        return None
    actions = plan.astype(np.int8)
    return actions if np.array_equal(actions, plan) else None
