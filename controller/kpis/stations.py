"""Station figures: ticks open, with work and at work; lines, units and visits; queues."""

import numpy as np
from numpy.typing import NDArray

from controller.kpis.hours import Hourly
from layout.floor import StationKind
from robots.recording import events as ev
from robots.recording.frames import Header, share_at_work

OPEN = 0
"""`state` of a station in a frame."""


class StationFigures:
    """Station figures.

    Arrays are [stations], in the order of `Header.stations`; tables by hour are [hours][stations].
    """

    def __init__(self, header: Header) -> None:
        stations = len(header.stations)
        self._tick_s = header.tick_s
        self.is_pick: NDArray[np.bool_] = np.array(
            [station.kind == StationKind.PICK for station in header.stations], bool
        )
        self._kinds = np.array([station.kind for station in header.stations], np.str_)
        self.ticks = 0
        self.open_ticks = np.zeros(stations, np.int64)
        self.work_ticks = np.zeros(stations, np.int64)
        """Ticks open with work to do: orders, items or totes placed here or, for pick stations, a backlog."""
        self._usual = header.stations
        self.busy_ticks = np.zeros(stations)
        """Ticks of people at work ÷ people present: 1.0 for a tick in which all of them worked."""
        self.busy_work_ticks = np.zeros(stations)
        self.queue_ticks = np.zeros(stations, np.int64)
        """Sum over ticks of the robots on the station's places."""
        self.queue_most = np.zeros(stations, np.int64)
        self.lines = Hourly(stations, header.tick_s)
        self.units = Hourly(stations, header.tick_s)
        """Units picked or stowed, parcels packed."""
        self.visits = [0] * stations
        self.visit_units = [0] * stations
        self.lines_picked = 0
        """All picked lines, including those of orders withdrawn later; likewise units."""
        self.units_picked = 0
        self.without_picks = 0
        """Ticks since the last pick, while a pick station was open with work."""
        self.queues: list[NDArray[np.uint8]] = []
        """Robots on the station's places, sampled."""

    def fold(self, stations: NDArray[np.void], backlog: int) -> None:
        is_open = stations["state"] == OPEN
        busy = share_at_work(stations, self._usual)
        # in older records a tote in a packer's hands does not count as an order
        work = is_open & ((stations["orders"] > 0) | (stations["working"] > 0))
        if backlog > 0:
            work |= is_open & self.is_pick
        queue = stations["queue"]
        self.ticks += 1
        self.open_ticks += is_open
        self.work_ticks += work
        self.busy_ticks += busy
        self.busy_work_ticks += busy * work
        self.without_picks = self.without_picks + 1 if bool((work & self.is_pick).any()) else 0
        self.queue_ticks += queue
        np.maximum(self.queue_most, queue, out=self.queue_most)

    def sample(self, stations: NDArray[np.void]) -> None:
        self.queues.append(stations["queue"].copy())

    def picked(self, event: ev.Picked, lines: int) -> None:
        """Count a pick that completed `lines` lines."""
        self.units.add(event.t, event.station, event.quantity)
        self.units_picked += event.quantity
        self.without_picks = 0
        if lines:
            self.lines.add(event.t, event.station, lines)
            self.lines_picked += lines

    def stowed(self, event: ev.Stowed) -> None:
        self.units.add(event.t, event.station, event.quantity)

    def packed(self, event: ev.OrderShipped) -> None:
        """Count a parcel of a pack station; without one, its units were counted when they were picked."""
        if not self.is_pick[event.station]:
            self.units.add(event.t, event.station)

    def visit_ended(self, event: ev.VisitEnded) -> None:
        self.visits[event.station] += 1
        self.visit_units[event.station] += event.units

    def pick_hours(self) -> float:
        """Return the hours that pick stations were open, added up."""
        return float(self.open_ticks[self.is_pick].sum()) * self._tick_s / 3600

    def pile_on(self) -> float | None:
        """Return the units picked per visit of a pod to a pick station; a visit without a pick counts."""
        visits = int(np.array(self.visits, np.int64)[self.is_pick].sum())
        units = int(np.array(self.visit_units, np.int64)[self.is_pick].sum())
        return units / visits if visits else None

    def utilisation(self) -> float | None:
        """Return the share of the pick stations' people at work, of the ticks open with work."""
        return self.utilisation_of(StationKind.PICK)

    def utilisation_of(self, kind: StationKind) -> float | None:
        """Return the share of people at work at stations of a kind, of the ticks open with work."""
        of_kind = self._kinds == kind
        work = int(self.work_ticks[of_kind].sum())
        return float(self.busy_work_ticks[of_kind].sum()) / work if work else None

    def queue_table(self) -> NDArray[np.uint8]:
        """Return uint8[samples, stations]."""
        return np.array(self.queues, np.uint8).reshape(len(self.queues), len(self.visits))
