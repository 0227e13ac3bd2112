"""Figures of a run, accumulated tick by tick from frames and events and from nothing else.

The live run and the replay of its record use the same `fold`, so both give the same figures to the last digit. Events
are dated by their own `t` and frames by their own `tick`; neither uses the other.
"""

from array import array
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from controller.kpis.chain import ChainFigures
from controller.kpis.incidents import Incidents
from controller.kpis.orders import OrderFigures
from controller.kpis.robots import RobotFigures
from controller.kpis.stations import StationFigures
from controller.kpis.summary import ChainSummary, FloorFigures
from layout.floor import Floor
from robots.recording import events as ev
from robots.recording.event import EventCall
from robots.recording.events import Event
from robots.recording.frames import Frame, Header
from robots.recording.record import Record


class Kpis:
    """All figures of a run. Its parts can be read at any tick."""

    def __init__(self, header: Header, floor: Floor) -> None:
        self.header = header
        self.floor = floor
        self.orders = OrderFigures(header.tick_s)
        self.stations = StationFigures(header)
        self.robots = RobotFigures(header.robots, floor)
        self.incidents = Incidents()
        self.chain = ChainFigures(len(header.skus), header.tick_s, header.start_s)
        self.planner_ms = array("f")
        """Milliseconds per plan, float32 as in the record, so that a replay gives the same mean."""
        self.sampled = array("q")
        """Ticks at which the robots and stations were sampled."""
        self.backlog = array("q")
        self.last_tick = -1
        self._sample_every = max(1, round(60 / header.tick_s))

    @property
    def ticks(self) -> int:
        """Return the ticks folded so far."""
        return len(self.planner_ms)

    @property
    def hours(self) -> float:
        """Return the hours of floor time folded so far."""
        return self.ticks * self.header.tick_s / 3600

    def fold(self, frame: Frame, events: Sequence[Event]) -> None:
        """Count one tick: its events, then the frame after it."""
        self.fold_events(events)
        self.planner_ms.append(frame.planner_ms)
        self.last_tick = frame.tick
        backlog = frame.counts.get("backlog", 0)
        self.stations.fold(frame.stations, backlog)
        self.robots.fold(frame.robots)
        if frame.tick % self._sample_every == 0:
            self.sampled.append(frame.tick)
            self.backlog.append(backlog)
            self.stations.sample(frame.stations)
            self.robots.sample(frame.robots)

    def fold_events(self, events: Sequence[Event]) -> None:
        handlers = self._handlers
        for event in events:
            for handler in handlers.get(type(event), ()):
                handler(event)

    def summary(self) -> FloorFigures:
        """Return the part of a run's summary given by frames and events, as defined in docs/reference/report.md.

        A figure is None if there was nothing to measure it by: a share of no orders, a mean of no visits.
        """
        orders, stations, robots = self.orders, self.stations, self.robots
        planner = self.planner_array()
        units = stations.units_picked - orders.units_withdrawn
        open_hours = stations.pick_hours()
        return FloorFigures(
            orders_received=orders.received,
            orders_shipped=orders.shipped,
            orders_open=len(orders.open),
            orders_cancelled=orders.cancelled,
            lines_picked=stations.lines_picked - orders.lines_withdrawn,
            units_picked=units,
            units_per_station_hour=units / open_hours if open_hours else None,
            pile_on=stations.pile_on(),
            on_time=orders.on_time(self.last_tick),
            without_picks_s=stations.without_picks * self.header.tick_s,
            station_utilisation=stations.utilisation(),
            robot_utilisation=robots.utilisation(),
            distance_m=robots.cells_driven * self.floor.cell_m,
            planner_ms_mean=float(planner.mean(dtype=float)) if planner.size else None,
            planner_ms_p99=float(np.quantile(planner.astype(float), 0.99)) if planner.size else None,
            chain=self._chain_summary(units),
        )

    def _chain_summary(self, units: int) -> ChainSummary | None:
        """Return the supply chain's part of the summary, None if there is no chain."""
        if not self.chain.there:
            return None
        most = max(self.backlog, default=0)
        return self.chain.summary(self.last_tick, self.orders.shipped, units, most)

    def planner_array(self) -> NDArray[np.float32]:
        """Return the planner's milliseconds, float32[ticks]."""
        return np.array(self.planner_ms, np.float32)

    @cached_property
    def _handlers(self) -> dict[type[Event], list[EventCall[None]]]:
        ours: dict[type[Event], EventCall[None]] = {
            ev.Picked: self._picked,
            ev.Stowed: self.stations.stowed,
            ev.VisitEnded: self.stations.visit_ended,
            ev.OrderShipped: self._shipped,
        }
        tables = (self.orders.handlers(), self.incidents.handlers(), ours, *self.chain.handlers())
        by_kind: dict[type[Event], list[EventCall[None]]] = {}
        for table in tables:
            for kind, handler in table.items():
                by_kind.setdefault(kind, []).append(handler)
        return by_kind

    def _picked(self, event: ev.Picked) -> None:
        self.stations.picked(event, lines=self.orders.picked(event))

    def _shipped(self, event: ev.OrderShipped) -> None:
        self.stations.packed(event)
        self.orders.shipped_one(event)


def recompute(record: Record, floor: Floor, progress: Callable[[int], None] = lambda _: None) -> Kpis:
    """Return the figures of a recorded run, equal to those of the live run. floor: the layout in the record's header.

    progress: called with the number of ticks read.
    """
    kpis = Kpis(record.header, floor)
    for chunk in record.chunks():
        done = 0
        for frame in chunk.frames():
            first = done
            while done < len(chunk.events) and chunk.events[done].t <= frame.tick:
                done += 1
            kpis.fold(frame, chunk.events[first:done])
        kpis.fold_events(chunk.events[done:])
        progress(chunk.first + chunk.ticks)
    return kpis
