"""Run of a floor, tick by tick, with digest, figures, record and checks; in simulated time as fast as the machine
allows.
"""

import hashlib
import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
from msgspec.structs import asdict

from controller.build_site import build_site
from controller.checking.checker import Checker
from controller.demand.demand import Demand
from controller.kpis import Kpis
from controller.kpis.energy_account import EnergyAccount
from controller.kpis.summary import Summary
from controller.kpis.trouble import trouble_of
from controller.planning.planner import warm_up
from controller.planning.plugins import usable
from controller.policies.own.asking import prepare_all
from controller.provenance import environment, scenario_hash
from controller.scenario.scenario import Scenario
from controller.site.site import Site
from controller.tick import tick
from layout.errors import InputError
from layout.formats.toml_format import dump_floor
from layout.slotting.plan import Plan
from layout.slotting.velocity import carried_over
from robots.recording.events import Event, encode_events
from robots.recording.frames import Frame, Header, StationInfo
from robots.recording.record import VERSION, RecordWriter
from robots.units.simulated_fleet import SimFleet

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of a run. record: file to write, or None. check: verify every tick with the independent checker."""

    record: Path | None = None
    check: bool = False


class Run:
    """Site advanced tick by tick: `step` until `done`, then `finish`. A context manager that closes the record.

    kpis: of the run so far, if it continues an earlier one. record_lost: True if the record had to end before the run.
    """

    def __init__(self, site: Site, options: RunOptions | None = None, kpis: Kpis | None = None) -> None:
        self._options = options or RunOptions()
        self.scenario = site.scenario
        self.site = site
        with usable(site.scenario.file, site.scenario.policies.planner, "its warm-up"):
            warm_up(site.planner, site.robots.cell)
        prepare_all(site)
        self.header = header_of(site)
        self.kpis = kpis or Kpis(self.header, site.floor)
        self._checker = Checker(self.site) if self._options.check else None
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
        """Run one tick of the floor, counted, checked and recorded.

        alarms: of the fleet, which no replay can derive.
        """
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

    def finish(self) -> Summary:
        """Return the summary, and close the record with it."""
        summary = self.summary()
        if self._record is not None:
            self._keep(self._record.finish, summary.as_dict())
        return summary

    def summary(self) -> Summary:
        """Return the figures of the run so far."""
        site, run, demand, checker = self.site, self.scenario.run, self.site.demand, self._checker
        if checker is not None:
            checker.finish()
        figures = self.kpis.summary()
        return Summary(
            scenario=self.scenario.name,
            seed=run.seed,
            ticks=site.tick,
            tick_s=run.tick_s,
            robots=len(site.robots),
            **asdict(figures),
            energy_wh=float(site.fleet.drawn_wh.sum()) if isinstance(site.fleet, SimFleet) else None,
            energy=self._energy.balance(site, figures.units_picked, self.kpis.orders.units_received, self.kpis.hours),
            collisions=checker.collisions if checker else self._shared_cells,
            stock_errors=checker.stock_errors if checker else _unbalanced(site),
            order_errors=checker.order_errors if checker else 0,
            chain_errors=None if site.scenario.chain is None else checker.chain_errors if checker else 0,
            stuck_robots=len(site.watch.stuck),
            refused_plans=site.planner_faults.refused,
            planner_failures=site.planner_faults.failed,
            first_planner_fault=site.planner_faults.first,
            policy_failures=site.own_policies.failed,
            first_policy_fault=site.own_policies.first_fault,
            trouble=trouble_of(site),
            moves_left=site.slots.moves_left(site.pods) if site.slots and site.scenario.stock.moves else None,
            rows_skipped=demand.skipped,
            orders_left_out=demand.left_out,
            units_left_out=demand.units_left_out,
            orders_after_end=demand.after,
            checked=checker is not None,
            digest=self._digest.hexdigest(),
            scenario_hash=scenario_hash(self.scenario),
            environment=environment(),
            wall_s=round(self._loop_s, 3),
            ticks_per_s=round(self._ticks / self._loop_s, 2) if self._loop_s else None,
            peak_rss_mb=peak_rss_mb(),
        )

    def _keep(self, write: Callable[..., None], *content: object) -> None:
        """Write to the record. If the disk is full, the record ends here and the floor continues without it."""
        try:
            write(*content)
        except InputError as error:
            self.record_lost, self._record = True, None
            _log.error("%s; the record ends here, the run continues without it", error)

    def _look_at_cells(self, frame: Frame) -> list[Event]:
        """Count robots that share a cell, the one check that is always made without --check."""
        cells = frame.robots["cell"]
        self._shared_cells += len(cells) - len(np.unique(cells))
        return []


class SimulatedRun(Run):
    """Run of simulated robots in this process, from the scenario's start. demand, plan: as in `build_site`."""

    def __init__(
        self,
        scenario: Scenario,
        options: RunOptions | None = None,
        demand: Demand | None = None,
        plan: Plan | None = None,
    ) -> None:
        super().__init__(build_site(scenario, demand, plan), options)


def broken(summary: Summary) -> list[str]:
    """Return the faults that must never happen; the run has failed if there is any."""
    names = ("collisions", "stock_errors", "order_errors", "chain_errors", "stuck_robots")
    faults = [f"{number} {name.replace('_', ' ')}" for name in names if (number := getattr(summary, name))]
    if 0 < summary.ticks <= summary.refused_plans:
        faults.append(f"the plan was refused in every tick, first at {summary.first_planner_fault}")
    return faults


def header_of(site: Site) -> Header:
    """Return the header that readers of frames and records of this run need."""
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
        environment=msgspec.to_builtins(environment()),
    )


def _velocity(site: Site) -> list[float]:
    """Return the share of demand held by each pod."""
    pod, bins = np.nonzero(site.ledger.bin_sku >= 0)
    sku = site.ledger.bin_sku[pod, bins]
    shares: list[float] = carried_over(site.demand.catalogue.share, sku, pod, len(site.pods)).tolist()
    return shares


def peak_rss_mb() -> float | None:
    """Return the peak memory of this process in MB, None if the system does not report it."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 if sys.platform != "darwin" else 1024 * 1024), 1)


def _unbalanced(site: Site) -> int:
    """Return the number of SKUs whose units over all places do not sum to 0; the supplier holds minus what was
    received.
    """
    totals = np.zeros(len(site.demand.catalogue), np.int64)
    held = site.ledger.bin_sku >= 0
    np.add.at(totals, site.ledger.bin_sku[held], site.ledger.bin_units[held])
    for units in site.ledger.places().values():
        for sku, amount in units.items():
            totals[sku] += amount
    return int(np.count_nonzero(totals))
