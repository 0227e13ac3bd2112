"""Figures of a run after its warm-up: counts at the end minus counts at the end of the warm-up, and their ratios."""

from dataclasses import asdict, dataclass

import numpy as np

from controller.kpis import Kpis
from controller.kpis.robots import IDLE_STATES
from controller.run import Run
from robots.units.simulated_fleet import SimFleet

FIGURES = (
    "units_per_station_hour",
    "units_per_hour",
    "orders_per_hour",
    "on_time",
    "pile_on",
    "station_utilisation",
    "robot_utilisation",
    "distance_m_per_unit",
    "energy_wh_per_unit",
)
"""Figures of a run, in the order of the columns; docs/how-to/run-an-experiment.md defines them."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts up to a tick; every figure is made of differences of these."""

    hours: float
    pick_hours: float
    units: int
    shipped: int
    due: int
    in_time: int
    visits: int
    visit_units: int
    work_ticks: int
    busy_ticks: int
    robot_ticks: int
    idle_ticks: int
    metres: float
    wh: float

    def since(self, earlier: "Counts") -> "Counts":
        """Return the counts since an earlier moment."""
        before = asdict(earlier)
        return Counts(**{name: value - before[name] for name, value in asdict(self).items()})

    def figures(self) -> dict[str, float | None]:
        """Return the figures by name; None if there was nothing to measure one by."""
        return {
            "units_per_station_hour": _ratio(self.units, self.pick_hours),
            "units_per_hour": _ratio(self.units, self.hours),
            "orders_per_hour": _ratio(self.shipped, self.hours),
            "on_time": _ratio(self.in_time, self.due),
            "pile_on": _ratio(self.visit_units, self.visits),
            "station_utilisation": _ratio(self.busy_ticks, self.work_ticks),
            "robot_utilisation": _ratio(self.robot_ticks - self.idle_ticks, self.robot_ticks),
            "distance_m_per_unit": _ratio(self.metres, self.units),
            "energy_wh_per_unit": _ratio(self.wh, self.units),
        }


def counts_of(run: Run) -> Counts:
    """Return the counts of a run so far."""
    kpis, fleet = run.kpis, run.site.fleet
    stations, robots, summary = kpis.stations, kpis.robots, kpis.summary()
    due, in_time = kpis.orders.due_by(kpis.last_tick)
    pick = stations.is_pick
    return Counts(
        hours=kpis.hours,
        pick_hours=stations.pick_hours(),
        units=summary.units_picked,
        shipped=summary.orders_shipped,
        due=due,
        in_time=in_time,
        visits=int(np.array(stations.visits, np.int64)[pick].sum()),
        visit_units=int(np.array(stations.visit_units, np.int64)[pick].sum()),
        work_ticks=_of_pick(kpis, "work_ticks"),
        busy_ticks=_of_pick(kpis, "busy_work_ticks"),
        robot_ticks=int(robots.state_ticks.sum()),
        idle_ticks=int(robots.state_ticks[list(IDLE_STATES)].sum()),
        metres=summary.distance_m,
        wh=float(fleet.drawn_wh.sum()) if isinstance(fleet, SimFleet) else 0.0,
    )


def _of_pick(kpis: Kpis, column: str) -> int:
    stations = kpis.stations
    return int(getattr(stations, column)[stations.is_pick].sum())


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
