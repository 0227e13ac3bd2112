"""Energy account: charged, used for driving and standing, and the work that the floor's chargers allow.

An account is kept of simulated fleets only, because drive units on the network do not report their consumption.
"""

import numpy as np

from controller.kpis.summary import EnergyBalance
from controller.site.site import Site
from robots.units.lifecycle import RobotState
from robots.units.simulated_fleet import SimFleet

_OFF_WORK = (RobotState.IDLE, RobotState.PARKING, RobotState.TO_CHARGER, RobotState.CHARGING, RobotState.DEAD)
_DRIVES = 1.5
"""Multiple of the standing draw above which a robot counts as driving, turning or lifting."""


class EnergyAccount:
    """Energy in Wh since the account was opened. Call `look` after each tick.

    charged: into the batteries. driven: for driving, turning and lifting. stood: for standing. possible: what the
    reachable chargers could have supplied. work: drawn by robots with a task, and work_ticks: robot ticks of these.
    """

    def __init__(self, site: Site) -> None:
        self._battery = site.robots.battery_wh.copy()
        self.start = float(self._battery.sum())
        self.charged = self.driven = self.stood = self.possible = self.work = 0.0
        self.work_ticks = 0
        self._at_work = ~np.isin(np.arange(len(RobotState)), _OFF_WORK)

    def look(self, site: Site) -> None:
        fleet = site.fleet
        if not isinstance(fleet, SimFleet):
            return
        change = fleet.battery_wh - self._battery
        self._battery = fleet.battery_wh.copy()
        drawn = np.maximum(-change, 0.0)
        drives = drawn > _DRIVES * site.draws.standing
        at_work = self._at_work[site.robots.state]
        self.charged += float(change[change > 0].sum())
        self.driven += float(drawn[drives].sum())
        self.stood += float(drawn[~drives].sum())
        self.possible += len(site.distances.chargers) * site.draws.charging * fleet.charger_power
        self.work += float(drawn[at_work].sum())
        self.work_ticks += int(np.count_nonzero(at_work))

    def balance(self, site: Site, units: int, units_asked: int, hours: float) -> EnergyBalance | None:
        """Return figures for summary and report, with the keys of docs/reference/report.md; None for a fleet without
        data.
        """
        if not isinstance(site.fleet, SimFleet):
            return None
        per_unit = self.driven / units if units else None
        end = float(self._battery.sum())
        allowed = max(0.0, self.possible + self.start - end - self.stood)
        units_allowed = allowed / per_unit if per_unit else None
        bound = None if units_allowed is None else min(units_allowed, units_asked)
        watts = self.work / (self.work_ticks * site.scenario.run.tick_s / 3600.0) if self.work_ticks else None
        return EnergyBalance(
            chargers=len(site.distances.chargers),
            chargers_wh=self.possible,
            charged_wh=self.charged,
            driven_wh=self.driven,
            stood_wh=self.stood,
            start_wh=self.start,
            end_wh=end,
            driven_wh_per_unit=per_unit,
            units_allowed=units_allowed,
            units_asked=units_asked,
            of_bound=units / bound if bound else None,
            robots=len(site.robots),
            robot_at_work_w=watts,
            robots_kept=self.possible / (hours * watts) if watts and hours else None,
        )
