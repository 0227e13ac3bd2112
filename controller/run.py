"""A floor run tick by tick, with its digest, figures, record and checks; in simulated time as fast as the machine can."""

import hashlib
import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np

from controller.build_site import build_site
from controller.demand import Demand
from controller.energy_account import EnergyAccount
from controller.kpis import Kpis
from controller.planning.planner import warm_up
from controller.planning.plugins import usable
from controller.provenance import environment, scenario_hash
from controller.scenario import Scenario
from controller.site import Site
from controller.tick import tick
from controller.trouble import trouble_of
from layout.errors import InputError
from layout.slotting.plan import Plan
from layout.slotting.velocity import carried_over
from layout.toml_format import dump_floor
from robots.events import Event, encode_events
from robots.frames import Frame, Header, StationInfo
from robots.record import VERSION, RecordWriter
from robots.simulator import SimFleet

if TYPE_CHECKING:
    from controller.checking.checker import Checker

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """record: file to write, or None. check: verify every tick by the independent checker."""

    record: Path | None = None
    check: bool = False


class Run:
    """A site worked tick by tick: `step` until `done`, then `finish`. A context manager, so that the record is closed.

    kpis: of the run so far, where it goes on from an earlier one. record_lost: whether the record had to end
    before the run did.
    """

    def __init__(self, site: Site, options: RunOptions | None = None, kpis: Kpis | None = None) -> None:
        self._options = options or RunOptions()
        self.scenario = site.scenario
        self.site = site
        with usable(site.scenario.file, site.scenario.policies.planner, "its warm-up"):
            warm_up(site.planner, site.robots.cell)
        self.header = header_of(site)
        self.kpis = kpis or Kpis(self.header, site.floor)
        self._checker = _checker(self.site) if self._options.check else None
        self._record = RecordWriter(self._options.record, self.header) if self._options.record else None
        self.record_lost = False
        self._digest = hashlib.blake2b(digest_size=16)
        self._energy = EnergyAccount(site)
        self._shared_cells = 0
        self._ticks, self._loop_s = 0, 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._record is not None:
            self._record.close()

    @property
    def done(self) -> bool:
        return self.site.tick >= self.scenario.run.ticks

    def step(self, alarms: Sequence[Event] = ()) -> tuple[Frame, list[Event]]:
        """One tick of the floor, counted, checked and recorded. alarms: of the fleet, which no replay works out again."""
        began = time.perf_counter()
        frame, events = tick(self.site)
        self._energy.look(self.site)
        self._digest.update(encode_events(events))
        self._digest.update(frame.robots.tobytes())
        events += self._checker.look(frame, events) if self._checker else self._look_at_cells(frame)
        events += alarms
        self.kpis.fold(frame, events)
        if self._record is not None:
            self._keep(self._record.add, frame, events)
        self._loop_s += time.perf_counter() - began
        self._ticks += 1
        return frame, events

    def finish(self) -> dict[str, Any]:
        """The summary; closes the record with it."""
        summary = self.summary()
        if self._record is not None:
            self._keep(self._record.finish, summary)
        return summary

    def summary(self) -> dict[str, Any]:
        """The run so far, by the keys that docs/reference/report.md lists."""
        site, run = self.site, self.scenario.run
        if self._checker is not None:
            self._checker.finish()
        fleet = site.fleet
        energy = float(fleet.drawn_wh.sum()) if isinstance(fleet, SimFleet) else None
        figures = self.kpis.summary()
        asked = self.kpis.orders.units_received
        balance = self._energy.balance(site, figures["units_picked"], asked, self.kpis.hours)
        return {
            "scenario": self.scenario.name,
            "seed": run.seed,
            "ticks": site.tick,
            "tick_s": run.tick_s,
            "robots": len(site.robots),
            **figures,
            "energy_wh": energy,
            "energy": balance,
            "collisions": self._checker.collisions if self._checker else self._shared_cells,
            "stock_errors": self._checker.stock_errors if self._checker else _unbalanced(site),
            "order_errors": self._checker.order_errors if self._checker else 0,
            **({"chain_errors": self._checker.chain_errors if self._checker else 0} if site.chain else {}),
            "stuck_robots": len(site.watch.stuck),
            **site.planner_faults.figures(),
            "trouble": trouble_of(site),
            **({"moves_left": site.slots.moves_left(site.pods)} if site.slots and site.scenario.stock.moves else {}),
            "rows_skipped": site.demand.skipped,
            "orders_left_out": site.demand.left_out,
            "units_left_out": site.demand.units_left_out,
            "orders_after_end": site.demand.after,
            "checked": self._checker is not None,
            "digest": self._digest.hexdigest(),
            "scenario_hash": scenario_hash(self.scenario),
            "environment": environment(),
            "wall_s": round(self._loop_s, 3),
            "ticks_per_s": round(self._ticks / self._loop_s, 2) if self._loop_s else None,
            "peak_rss_mb": peak_rss_mb(),
        }

    def _keep(self, write: Callable[..., None], *what: object) -> None:
        """Write to the record. Where the disk is full the record ends here, and the floor goes on without it."""
        try:
            write(*what)
        except InputError as error:
            self.record_lost, self._record = True, None
            _log.error("%s; the record ends here, the run goes on without it", error)

    def _look_at_cells(self, frame: Frame) -> list[Event]:
        """Without --check the one thing that is always looked at: two robots in a cell."""
        cells = frame.robots["cell"]
        self._shared_cells += len(cells) - len(np.unique(cells))
        return []


class SimulatedRun(Run):
    """A run of simulated robots in this process, from the scenario's begin. demand, plan: as in `build_site`."""

    def __init__(
        self,
        scenario: Scenario,
        options: RunOptions | None = None,
        demand: Demand | None = None,
        plan: Plan | None = None,
    ) -> None:
        super().__init__(build_site(scenario, demand, plan), options)


def _checker(site: Site) -> "Checker":
    from controller.checking.checker import Checker

    return Checker(site)


def broken(summary: Mapping[str, Any]) -> list[str]:
    """What went wrong that must never happen; the run has failed if there is anything."""
    names = ("collisions", "stock_errors", "order_errors", "chain_errors", "stuck_robots")
    faults = [f"{summary[name]} {name.replace('_', ' ')}" for name in names if summary.get(name)]
    if 0 < summary["ticks"] <= summary.get("refused_plans", 0):
        faults.append(f"the plan was refused in every tick, first at {summary['first_planner_fault']}")
    return faults


def header_of(site: Site) -> Header:
    """What readers of frames and records of this run have to know."""
    scenario = site.scenario
    policies = {name: str(value) for name, value in msgspec.structs.asdict(scenario.policies).items()}
    return Header(
        version=VERSION,
        scenario=scenario.name,
        seed=scenario.run.seed,
        tick_s=scenario.run.tick_s,
        start_s=site.demand.start_s,
        robots=len(site.robots),
        pods=len(site.pods),
        floor=dump_floor(scenario.floor),
        stations=[StationInfo(s.info.id, str(s.kind), s.info.cell, s.usual) for s in site.stations],
        skus=list(site.demand.catalogue.names),
        policies=policies,
        skipped_rows=site.demand.skipped,
        velocity=_velocity(site),
        scenario_hash=scenario_hash(scenario),
        environment=environment(),
    )


def _velocity(site: Site) -> list[float]:
    """By pod, the share of demand for what it holds."""
    pod, bins = np.nonzero(site.ledger.bin_sku >= 0)
    sku = site.ledger.bin_sku[pod, bins]
    shares: list[float] = carried_over(site.demand.catalogue.share, sku, pod, len(site.pods)).tolist()
    return shares


def peak_rss_mb() -> float | None:
    """Most memory this process has had, MB; None where the system doesn't say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 if sys.platform != "darwin" else 1024 * 1024), 1)


def _unbalanced(site: Site) -> int:
    """SKUs whose units over all places don't sum to nothing: the supplier holds minus what came in."""
    totals = np.zeros(len(site.demand.catalogue), np.int64)
    held = site.ledger.bin_sku >= 0
    np.add.at(totals, site.ledger.bin_sku[held], site.ledger.bin_units[held])
    for units in site.ledger.places().values():
        for sku, amount in units.items():
            totals[sku] += amount
    return int(np.count_nonzero(totals))
