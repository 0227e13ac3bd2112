"""A run remembered: frozen into a snapshot, thawed from one, and led through logged ticks to where it was.

    begin:    site.planner = Witness(site.planner), and every so many ticks store.snapshot(site.tick, freeze(site, …))
    recover:  snapshot = store.newest_snapshot(); site, … = thaw(snapshot[1], scenario) if snapshot else …
              replay(site, store.inboxes(), apply, step)
              site.fleet = the live one

A snapshot is a graph of objects (controller/link/snapshot/). What it has of the scenario it only points at.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.persistence import ranges
from controller.persistence.snapshot import graph
from controller.persistence.snapshot.page import BadGraph
from controller.persistence.tick_log import Inbox
from controller.planning import plugins
from controller.planning.planner import PLANNERS, PlanInput, Planner
from controller.scenario.scenario import Scenario
from controller.site.distances import station_distances
from controller.site.site import Site
from layout.errors import InputError
from layout.roads import Roads
from robots.units.fleet import Grants, Reports

_log = logging.getLogger(__name__)


class Witness:
    """A planner whose last word is kept, for the store. actions: int8[robots], None if it returned no plan or failed."""

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


def freeze(site: Site, *others: object) -> bytes:
    """The site between two ticks, and others that share its parts.

    Left out are the fleet, which is on the floor, and what follows from the roads. A planner that isn't ours is left out,
    too, as are policies of the user's own; they are made again when the site is thawed.
    """
    if not _ours(site):
        _log.warning("planner %s isn't kept in snapshots; it begins anew after a restart", _planner_of(site))
    kept = site.fleet, site.planner, site.distances
    made, site.own_policies.made = site.own_policies.made, {}
    site.fleet, site.distances = Nobody(), None  # type: ignore[assignment]
    if not _ours(site):
        site.planner = None  # type: ignore[assignment]
    try:
        return graph.write((site, *others), site.scenario)
    finally:
        site.fleet, site.planner, site.distances = kept
        site.own_policies.made = made


def thaw(data: bytes, scenario: Scenario) -> tuple[Any, ...]:
    """The site that was frozen, of this scenario, and the others. Its fleet is nobody until one is set.

    Raises InputError for bytes that are none, also where a class has changed since.
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
        site.planner = Witness(_begun_anew(site))
    return (site, *others)


def replay(
    site: Site, inboxes: Iterable[Inbox], apply: Callable[[str, bytes], object], step: Callable[[], object]
) -> int:
    """Work logged ticks out again; returns how many.

    apply: called with the role and the frame of each request, in order, before its tick. step: works out one tick of
    `site`. The planner thinks along, for it may remember something of its own; what counts is what it returned then.
    Raises InputError if the inboxes aren't those of the site's ticks.
    """
    fleet, planner = site.fleet, site.planner
    led = _Led(planner)
    ticks = 0
    try:
        for inbox in inboxes:
            if inbox.tick != site.tick:
                what = f"has the inbox of tick {inbox.tick} where that of {site.tick} comes next"
                raise InputError.single("the store", f"tick {site.tick}", what, "a new store")
            site.fleet, site.planner, led.actions = _Told(inbox.reports), led, inbox.actions
            for role, frame in inbox.requests:
                apply(role, frame)
            step()
            ticks += 1
    finally:
        site.fleet, site.planner = fleet, planner
    return ticks


_NO_FLEET = "the site has no fleet yet"


class Nobody:
    """The fleet of a thawed site until it gets one. To ask it anything is a fault of the program, so it says so."""

    def send(self, grants: Grants) -> None:
        raise NotImplementedError(_NO_FLEET)

    def receive(self) -> Reports:
        raise NotImplementedError(_NO_FLEET)


class _Told:
    """A fleet that tells what it told then; nothing gets out to it."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    def send(self, grants: Grants) -> None:
        pass

    def receive(self) -> Reports:
        return self._reports


class _Led:
    """A planner that thinks for itself and says what it is told to; its own word where it had failed then."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self.actions: NDArray[np.int8] | None = None

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        try:
            plan = self._planner.plan(view)
        except Exception:  # a planner may be anybody's; what it returned then is known
            if self.actions is None:
                raise
            _log.exception("the planner failed where it had not at first, at tick %d", view.tick)
            return self.actions
        return plan if self.actions is None else self.actions

    def use(self, roads: Roads) -> None:
        self._planner.use(roads)

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        return self._planner.distance_left(cell)


def _begun_anew(site: Site) -> Planner:
    return plugins.planner_of(_planner_of(site), site.scenario.folder, site.roads, site.fields, len(site.robots))


def _ours(site: Site) -> bool:
    return _planner_of(site) in PLANNERS


def _planner_of(site: Site) -> str:
    return site.scenario.policies.planner


def _actions(plan: object, robots: int) -> NDArray[np.int8] | None:
    """A plan as it is kept: None for what isn't a whole number of 8 bits for each robot."""
    if not isinstance(plan, np.ndarray) or plan.dtype.kind not in "iu" or plan.shape != (robots,):
        return None
    actions = plan.astype(np.int8)
    return actions if np.array_equal(actions, plan) else None
